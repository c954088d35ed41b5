package mockserver_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"understudy/internal/contract"
	"understudy/internal/resource"
	"understudy/mockserver"
	"understudy/mockserver/store"
)

// What comes in the middle of something else must leave no item behind that does not move
// any more, or moves twice.

// try sends a request as say does, from anywhere.
func (k talk) try(method, path, sent string) (answer, error) {
	var changes []change
	if sent != "" {
		changes = append(changes, jsonBody(sent))
	}
	return k.api.anonymous().try(k.t.Context(), method, path, changes...)
}

func TestAnItemOfAnOldNameThatComesAmidADeletionMoves(t *testing.T) {
	t.Parallel()
	paused := &pausingStore{Store: store.NewMemory()}
	k := talkTo(t, named, nil, mockserver.WithStore(paused))
	require.Equal(t, http.StatusCreated, k.say(http.MethodPut, "/jobs/a", `{"size":1}`).status)

	amid := paused.amid(func() (answer, error) { return k.try(http.MethodPut, "/jobs/a", `{"size":2}`) })
	require.Equal(t, http.StatusNoContent, k.say(http.MethodDelete, "/jobs/a", "").status)
	require.Equal(t, http.StatusCreated, (<-amid).status)

	k.api.clock.advance(11 * time.Second)
	require.Contains(t, k.get("/jobs/a").body, `"done"`)
}

func TestTheLastOfTwoActionsAtOnceSaysHowAnItemMoves(t *testing.T) {
	t.Parallel()
	paused := &pausingStore{Store: store.NewMemory()}
	k := talkTo(t, jobs, func(c *contract.Contract, m *resource.Model) {
		alive(c, m)
		for i := range m.Collection("/jobs").Actions {
			m.Collection("/jobs").Actions[i].From = nil
		}
	}, mockserver.WithStore(paused))
	job := k.job("/jobs")
	k.api.clock.advance(11 * time.Second)
	require.Contains(t, k.get(job).body, `"failed"`)

	amid := paused.afterUpdate(func() (answer, error) { return k.try(http.MethodPost, job+"/retry", "") })
	require.Equal(t, http.StatusAccepted, k.say(http.MethodDelete, job, "").status)
	require.Equal(t, http.StatusOK, (<-amid).status)
	require.Contains(t, k.get(job).body, `"waiting"`)

	k.api.clock.advance(11 * time.Second)
	require.Contains(t, k.get(job).body, `"failed"`)
}

func TestItemsOfAStateMoveThatWereReadAmidItsLoading(t *testing.T) {
	t.Parallel()
	paused := &pausingStore{Store: store.NewMemory()}
	api := start(t, mockserver.WithStore(paused))
	writer := api.as("write")
	path := itemPath(home, writer.create(t, home, "a.example").ID)
	saved := api.state(t)
	api.clock.advance(6 * time.Second)

	amid := paused.amid(func() (answer, error) { return writer.try(t.Context(), http.MethodGet, path) })
	api.load(t, saved)
	require.Equal(t, "issuing", (<-amid).record(t, http.StatusOK).Status)

	api.clock.advance(time.Minute)
	require.Equal(t, "valid", writer.get(t, path).record(t, http.StatusOK).Status)
}

func TestAStateThatIsTakenAmidAMoveIsOfOneInstant(t *testing.T) {
	t.Parallel()
	paused := &pausingStore{Store: store.NewMemory()}
	api := start(t, mockserver.WithStore(paused))
	writer := api.as("write")
	path := itemPath(home, writer.create(t, home, "a.example").ID)

	amid := paused.amid(func() (answer, error) {
		api.clock.advance(6 * time.Second)
		return writer.try(t.Context(), http.MethodGet, path)
	})
	saved := api.state(t)
	require.Equal(t, "issuing", (<-amid).record(t, http.StatusOK).Status)

	api.load(t, saved)
	require.Equal(t, "issuing", writer.get(t, path).record(t, http.StatusOK).Status)
	api.clock.advance(10 * time.Second)
	require.Equal(t, "valid", writer.get(t, path).record(t, http.StatusOK).Status)
}
