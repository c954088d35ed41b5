package drift_test

import (
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"understudy/conformance/internal/subject"
)

// leastSeen is the part of the bugs that a comparison must see.
const leastSeen = 0.85

// A bug of the hand-written server is a difference, where a script without threads and
// without patience can see it.
func TestBugsAreDifferences(t *testing.T) {
	if testing.Short() {
		t.Skip("plays the script some hundred times")
	}
	all, seen := 0, new(atomic.Int64)
	t.Run("bugs", func(t *testing.T) {
		for _, bug := range subject.Bugs() {
			switch bug.Group {
			case "schema", "crud", "pagination", "validation", "time":
			default:
				continue // of keys, of others' places and of the protocol it is the suite that tells
			}
			all++
			t.Run(bug.ID, func(t *testing.T) {
				t.Parallel()
				_, found := holdSubject(t, subject.Config{Records: 3, Bugs: []string{bug.ID}})
				if found.Count() == 0 {
					t.Logf("not seen: %s", bug.Summary)
					return
				}
				seen.Add(1)
			})
		}
	})
	t.Logf("%d of %d bugs seen", seen.Load(), all)
	require.GreaterOrEqual(t, float64(seen.Load()), leastSeen*float64(all))
}
