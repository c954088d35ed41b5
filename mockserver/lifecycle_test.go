package mockserver

import (
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"understudy/internal/resource"
	"understudy/mockserver/store"
)

// Moves that will never be made are not kept, whichever way they came to that.
func TestMovesThatAreForgottenTakeNoRoom(t *testing.T) {
	t.Parallel()
	started := time.Unix(0, 0)
	hours := func() *collection {
		c := &collection{Collection: &resource.Collection{Lifecycle: &resource.Lifecycle{
			Field: "state", Transitions: []resource.Transition{{From: "waiting", To: "done", After: time.Hour}},
		}}}
		c.lifecycle = newLifecycle(nil, c)
		return c
	}
	item := map[string]any{"state": "waiting"}
	at := func(n int) place { return place{store.Partition{Collection: "/jobs"}, strconv.Itoa(n)} }
	for name, spin := range map[string]func(c *collection, n int){
		"of one item that starts again and again": func(c *collection, _ int) { c.reenter(at(0), item, started) },
		"of items that come and go": func(c *collection, n int) {
			c.enter(at(n), item, started)
			c.lifecycle.forget(at(n))
		},
		"of items that were never to move": func(c *collection, n int) { c.lifecycle.forget(at(n)) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := hours()
			for n := range 3 {
				c.enter(at(-n), item, started)
			}
			for n := range 10_000 {
				spin(c, n)
			}
			require.LessOrEqual(t, len(c.lifecycle.pending), 20)
			require.LessOrEqual(t, len(c.lifecycle.forgotten), 20)
			due := c.lifecycle.due()
			require.Len(t, due, 1)
			require.Contains(t, due[at(0).partition], "-2", "what will be made is kept")
		})
	}
}
