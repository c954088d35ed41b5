package storetest

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"understudy/mockserver/store"
)

// workers is how many goroutines write at once, rounds how often each does.
const (
	workers = 8
	rounds  = 500
)

// writerRules are about writers beside each other.
func writerRules() []rule {
	return []rule{
		{"concurrent inserts are all kept", insertsConcurrent},
		{"one of concurrent inserts of an id wins", insertsCompete},
		{"concurrent updates are all kept", updatesConcurrent},
		{"one of concurrent deletes wins", deletesCompete},
		{"a delete beside an update wins", deleteBesideUpdate},
		{"inserts and deletes of an id take turns", insertsBesideDeletes},
	}
}

// together runs work workers times at once, with numbers from 0, and returns the
// errors by number.
func together(work func(worker int) error) []error {
	errs := make([]error, workers)
	start := make(chan struct{})
	var group sync.WaitGroup
	for worker := range workers {
		group.Go(func() {
			<-start
			errs[worker] = work(worker)
		})
	}
	close(start)
	group.Wait()
	return errs
}

func insertsConcurrent(t *testing.T, s store.Store) {
	own := func(worker int) store.Partition {
		return store.Partition{Collection: "own", Parent: fmt.Sprint(worker)}
	}
	id := func(worker, round int) string { return fmt.Sprint(worker, "-", round) }

	require.NoError(t, errors.Join(together(func(worker int) error {
		for round := range rounds {
			for _, p := range []store.Partition{users(), own(worker)} {
				id := id(worker, round)
				if err := s.Insert(t.Context(), p, id, recordOf(id)); err != nil {
					return err
				}
			}
		}
		return nil
	})...))

	requirePageTotal(t, s, users(), workers*rounds)
	for worker := range workers {
		var ids []string
		for round := range rounds {
			ids = append(ids, id(worker, round))
			requireRecord(t, s, users(), id(worker, round), string(recordOf(id(worker, round))))
		}
		requireOrder(t, s, own(worker), ids...)
	}
}

// requirePageTotal requires that p has total records, and a page of them all as
// many.
func requirePageTotal(t *testing.T, s store.Store, p store.Partition, total int) {
	t.Helper()
	records, n, err := s.Page(t.Context(), p, store.Range{Limit: store.All}, nil)
	require.NoError(t, err)
	require.Equal(t, total, n)
	require.Len(t, records, total)
}

// outcomes are the errors of a competition: those of each worker by round.
type outcomes [workers][rounds]error

// compete has all workers do the same in each round, and go on to the next
// without waiting for each other.
func compete(work func(worker, round int) error) *outcomes {
	var errs outcomes
	together(func(worker int) error {
		for round := range rounds {
			errs[worker][round] = work(worker, round)
		}
		return nil
	})
	return &errs
}

// requireWinner requires that the errors of a round are those of losers but for
// one that is nil, and returns the worker that got that.
func requireWinner(t *testing.T, errs *outcomes, round int, loser error) (winner int) {
	t.Helper()
	winner = -1
	for worker := range errs {
		if err := errs[worker][round]; err != nil {
			require.ErrorIs(t, err, loser)
			continue
		}
		require.Negative(t, winner, "a second winner of round %d", round)
		winner = worker
	}
	require.GreaterOrEqual(t, winner, 0, "no winner of round %d", round)
	return winner
}

func insertsCompete(t *testing.T, s store.Store) {
	errs := compete(func(worker, round int) error {
		return s.Insert(t.Context(), users(), strconv.Itoa(round), fmt.Append(nil, worker))
	})

	for round := range rounds {
		winner := requireWinner(t, errs, round, store.ErrExists)
		requireRecord(t, s, users(), strconv.Itoa(round), strconv.Itoa(winner))
	}
	requirePageTotal(t, s, users(), rounds)
}

// increment adds one to the number that is the record under id.
func increment(ctx context.Context, s store.Store, p store.Partition, id string) error {
	_, err := s.Update(ctx, p, id, func(old []byte) ([]byte, error) {
		n, err := strconv.Atoi(string(old))
		if err != nil {
			return nil, err
		}
		return strconv.AppendInt(nil, int64(n)+1, 10), nil
	})
	return err
}

func updatesConcurrent(t *testing.T, s store.Store) {
	require.NoError(t, s.Insert(t.Context(), users(), "count", []byte("0")))

	require.NoError(t, errors.Join(together(func(int) error {
		for range rounds {
			if err := increment(t.Context(), s, users(), "count"); err != nil {
				return err
			}
		}
		return nil
	})...))

	requireRecord(t, s, users(), "count", strconv.Itoa(workers*rounds))
}

func deletesCompete(t *testing.T, s store.Store) {
	for round := range rounds {
		insert(t, s, users(), strconv.Itoa(round))
	}

	errs := compete(func(_, round int) error {
		return s.Delete(t.Context(), users(), strconv.Itoa(round))
	})

	for round := range rounds {
		requireWinner(t, errs, round, store.ErrNotFound)
	}
	requireOrder(t, s, users())
}

// deleteBesideUpdate has one worker delete the records that all others update.
// The updates may come first, but none may come last.
func deleteBesideUpdate(t *testing.T, s store.Store) {
	for round := range rounds {
		require.NoError(t, s.Insert(t.Context(), users(), strconv.Itoa(round), []byte("0")))
	}

	const deleter = workers / 2
	errs := compete(func(worker, round int) error {
		if worker == deleter {
			return s.Delete(t.Context(), users(), strconv.Itoa(round))
		}
		return increment(t.Context(), s, users(), strconv.Itoa(round))
	})

	for worker := range errs {
		for _, err := range errs[worker] {
			if worker == deleter || err != nil && !errors.Is(err, store.ErrNotFound) {
				require.NoError(t, err)
			}
		}
	}
	requireOrder(t, s, users())
}

// insertsBesideDeletes keeps a partition on the edge of being empty, where a
// store may drop it while somebody inserts into it.
func insertsBesideDeletes(t *testing.T, s store.Store) {
	var inserted, deleted [workers]int
	require.NoError(t, errors.Join(together(func(worker int) error {
		for range rounds {
			switch err := s.Insert(t.Context(), users(), "ada", recordOf("ada")); {
			case err == nil:
				inserted[worker]++
			case !errors.Is(err, store.ErrExists):
				return err
			}
			switch err := s.Delete(t.Context(), users(), "ada"); {
			case err == nil:
				deleted[worker]++
			case !errors.Is(err, store.ErrNotFound):
				return err
			}
		}
		return nil
	})...))

	requirePageTotal(t, s, users(), sum(inserted)-sum(deleted))
}

func sum(counts [workers]int) (total int) {
	for _, n := range counts {
		total += n
	}
	return total
}
