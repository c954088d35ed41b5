package mockserver_test

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"understudy/mockserver"
	"understudy/mockserver/store"
)

// together sends n requests at once and returns their answers.
func together(t *testing.T, n int, send func(i int) (answer, error)) []answer {
	t.Helper()
	answers, errs := make([]answer, n), make([]error, n)
	var ready, done sync.WaitGroup
	ready.Add(n)
	for i := range n {
		done.Go(func() {
			ready.Done()
			ready.Wait()
			answers[i], errs[i] = send(i)
		})
	}
	done.Wait()
	for _, err := range errs {
		require.NoError(t, err)
	}
	return answers
}

// statuses counts answers by status.
func statuses(answers []answer) map[int]int {
	counts := map[int]int{}
	for _, got := range answers {
		counts[got.status]++
	}
	return counts
}

// crowd is how many requests come at once.
const crowd = 32

func TestConcurrentCreations(t *testing.T) {
	t.Parallel()
	api := start(t)
	writer := api.as("write")
	before := everyRecord(t, writer)

	answers := together(t, crowd, func(i int) (answer, error) {
		return writer.try(t.Context(), http.MethodPost, listPath(home), domain(fmt.Sprintf("%d.example", i)))
	})

	ids := map[string]bool{}
	want := before
	for i, got := range answers {
		created := got.record(t, http.StatusCreated)
		require.Equal(t, fmt.Sprintf("%d.example", i), created.Domain)
		ids[created.ID] = true
		want = append(want, raw(got.body))
	}
	require.Len(t, ids, crowd)
	require.ElementsMatch(t, want, everyRecord(t, writer))
}

func TestConcurrentCreationsAndLists(t *testing.T) {
	t.Parallel()
	api := start(t)
	writer := api.as("write")

	answers := together(t, crowd, func(i int) (answer, error) {
		if i%2 == 0 {
			return writer.try(t.Context(), http.MethodPost, listPath(home), domain("a.example"))
		}
		return writer.try(t.Context(), http.MethodGet, listPath(home))
	})

	for i, got := range answers {
		if i%2 == 0 {
			got.record(t, http.StatusCreated)
			continue
		}
		listed := got.page(t)
		require.Len(t, listed.Results, listed.Count)
		ids := map[string]bool{}
		for _, text := range listed.Results {
			ids[decoded[record](t, string(text)).ID] = true
		}
		require.Len(t, ids, listed.Count)
	}
}

func TestConcurrentUpdatesOfDifferentRecords(t *testing.T) {
	t.Parallel()
	api := start(t)
	writer := api.as("write")
	var ids []string
	for range crowd {
		ids = append(ids, writer.create(t, home, "a.example").ID)
	}

	answers := together(t, crowd, func(i int) (answer, error) {
		return writer.try(t.Context(), http.MethodPatch, itemPath(home, ids[i]), domain(ids[i]))
	})

	for i, got := range answers {
		require.Equal(t, ids[i], got.record(t, http.StatusOK).Domain)
		require.Equal(t, got.body, writer.get(t, itemPath(home, ids[i])).body)
	}
}

// Each update of a record sees the one before it: no two have the same time,
// though the clock stands still.
func TestConcurrentUpdatesOfOneRecord(t *testing.T) {
	t.Parallel()
	api := start(t)
	writer := api.as("write")
	path := itemPath(home, writer.create(t, home, "a.example").ID)

	answers := together(t, crowd, func(i int) (answer, error) {
		return writer.try(t.Context(), http.MethodPatch, path, domain(fmt.Sprintf("%d.example", i)))
	})

	last := map[string]string{} // what was echoed, by time
	for i, got := range answers {
		updated := got.record(t, http.StatusOK)
		require.Equal(t, fmt.Sprintf("%d.example", i), updated.Domain)
		last[updated.UpdatedAt] = got.body
	}
	require.Len(t, last, crowd)
	require.Equal(t, last[stamp(noon.Add(crowd*time.Microsecond))], writer.get(t, path).body)
}

func TestConcurrentDeletionAndUpdates(t *testing.T) {
	t.Parallel()
	api := start(t)
	writer := api.as("write")
	before := everyRecord(t, writer)
	path := itemPath(home, writer.create(t, home, "a.example").ID)

	answers := together(t, crowd, func(i int) (answer, error) {
		if i == crowd/2 {
			return writer.try(t.Context(), http.MethodDelete, path)
		}
		return writer.try(t.Context(), http.MethodPatch, path, domain("b.example"))
	})

	require.Equal(t, http.StatusNoContent, answers[crowd/2].status)
	counts := statuses(answers)
	require.Equal(t, crowd-1, counts[http.StatusOK]+counts[http.StatusNotFound], counts)
	writer.get(t, path).refused(t, http.StatusNotFound, noItem)
	require.Equal(t, before, everyRecord(t, writer))
}

func TestConcurrentDeletionsOfOneRecord(t *testing.T) {
	t.Parallel()
	api := start(t)
	writer := api.as("write")
	before := everyRecord(t, writer)
	path := itemPath(home, writer.create(t, home, "a.example").ID)

	answers := together(t, crowd, func(int) (answer, error) {
		return writer.try(t.Context(), http.MethodDelete, path)
	})

	require.Equal(t, map[int]int{http.StatusNoContent: 1, http.StatusNotFound: crowd - 1}, statuses(answers))
	require.Equal(t, before, everyRecord(t, writer))
}

func TestConcurrentResets(t *testing.T) {
	t.Parallel()
	api := start(t)
	before := api.state(t)

	answers := together(t, crowd, func(i int) (answer, error) {
		if i%4 == 0 {
			return api.anonymous().try(t.Context(), http.MethodPost, "/__admin/reset")
		}
		return api.as("write").try(t.Context(), http.MethodPost, listPath(home), domain("a.example"))
	})

	require.Equal(t, map[int]int{http.StatusNoContent: crowd / 4, http.StatusCreated: crowd - crowd/4}, statuses(answers))
	require.Equal(t, http.StatusNoContent, api.anonymous().send(t, http.MethodPost, "/__admin/reset").status)
	require.Equal(t, before, api.state(t))
}

// A pausingStore lets another request come in the middle of a write.
type pausingStore struct {
	store.Store
	pause atomic.Pointer[func()] // happens once, before the next update or after any other write or dump
	after atomic.Pointer[func()] // happens once, after the next update
}

func (p *pausingStore) Insert(ctx context.Context, partition store.Partition, id string, record []byte) error {
	err := p.Store.Insert(ctx, partition, id, record)
	interrupt(&p.pause)
	return err
}

func (p *pausingStore) Delete(ctx context.Context, partition store.Partition, id string) error {
	err := p.Store.Delete(ctx, partition, id)
	interrupt(&p.pause)
	return err
}

func (p *pausingStore) Replace(ctx context.Context, entries []store.Entry) error {
	err := p.Store.Replace(ctx, entries)
	interrupt(&p.pause)
	return err
}

func (p *pausingStore) Dump(ctx context.Context) ([]store.Entry, error) {
	entries, err := p.Store.Dump(ctx)
	interrupt(&p.pause)
	return entries, err
}

func (p *pausingStore) Update(ctx context.Context, partition store.Partition, id string, change func([]byte) ([]byte, error)) ([]byte, error) {
	interrupt(&p.pause)
	record, err := p.Store.Update(ctx, partition, id, change)
	interrupt(&p.after)
	return record, err
}

func interrupt(by *atomic.Pointer[func()]) {
	if pause := by.Swap(nil); pause != nil {
		(*pause)()
	}
}

// amid makes a request come in the middle of the next write or dump, and returns where
// its answer will be. A request that waits for the end of the write may do so.
func (p *pausingStore) amid(send func() (answer, error)) <-chan answer {
	return pausing(&p.pause, send)
}

// afterUpdate makes a request come when the next update is stored, before anything else.
func (p *pausingStore) afterUpdate(send func() (answer, error)) <-chan answer {
	return pausing(&p.after, send)
}

func pausing(at *atomic.Pointer[func()], send func() (answer, error)) <-chan answer {
	answered := make(chan answer, 1)
	pause := func() {
		sent := make(chan struct{})
		go func() {
			defer close(sent)
			if got, err := send(); err == nil {
				answered <- got
			}
			close(answered)
		}()
		select {
		case <-sent:
		case <-time.After(50 * time.Millisecond): // it waits for the write
		}
	}
	at.Store(&pause)
	return answered
}

func TestConcurrentReadAmidALifecycleMove(t *testing.T) {
	t.Parallel()
	paused := &pausingStore{Store: store.NewMemory()}
	api := start(t, mockserver.WithStore(paused))
	reader := api.as("write")
	path := itemPath(home, reader.create(t, home, "a.example").ID)
	api.clock.advance(5 * time.Second)

	amid := paused.amid(func() (answer, error) { return reader.try(t.Context(), http.MethodGet, path) })
	moved := reader.get(t, path)

	require.Equal(t, "issuing", moved.record(t, http.StatusOK).Status)
	require.Equal(t, moved.body, (<-amid).body)
}

// A state that is taken amid a creation knows nothing of the record, or all.
func TestConcurrentDumpAmidACreation(t *testing.T) {
	t.Parallel()
	paused := &pausingStore{Store: store.NewMemory()}
	api := start(t, mockserver.WithStore(paused))
	writer := api.as("write")

	amid := paused.amid(func() (answer, error) { return api.anonymous().try(t.Context(), http.MethodGet, "/__admin/state") })
	created := writer.create(t, home, "a.example")
	api.load(t, (<-amid).body)
	api.clock.advance(time.Minute)

	got := writer.get(t, itemPath(home, created.ID))
	if got.status != http.StatusNotFound {
		require.Equal(t, "valid", got.record(t, http.StatusOK).Status)
	}
}
