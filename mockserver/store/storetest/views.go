package storetest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"understudy/mockserver/store"
)

// viewRules are about readers beside writers: what they see was so at one instant.
func viewRules() []rule {
	return []rule{
		{"a page is of one instant", pageBesideWriters},
		{"a dump is of one instant", dumpBesideWriters},
		{"readers see all of a replace or nothing", readBesideReplace},
		{"a replace is not mixed with writes", replaceBesideWriters},
	}
}

// during runs watch over and over while work runs, and requires that work does
// not fail.
func during(t *testing.T, work func() error, watch func()) {
	t.Helper()
	done := make(chan error, 1)
	go func() { done <- work() }()
	for {
		watch()
		select {
		case err := <-done:
			require.NoError(t, err)
			return
		default:
		}
	}
}

// pageBesideWriters has writers that bring records and take them away again, at
// most drained each at a time.
func pageBesideWriters(t *testing.T, s store.Store) {
	during(t, func() error {
		return errors.Join(together(func(worker int) error { return fillAndDrain(t.Context(), s, worker) })...)
	}, func() {
		for _, newest := range []bool{false, true} {
			records, total, err := s.Page(t.Context(), users(), store.Range{Limit: store.All, Newest: newest}, nil)
			require.NoError(t, err)
			require.Len(t, records, total)
			require.LessOrEqual(t, total, workers*drained)
			requireDistinct(t, records)
		}
	})
	requireOrder(t, s, users())
}

// requireDistinct requires that no record is there twice.
func requireDistinct(t *testing.T, records [][]byte) {
	t.Helper()
	list := texts(records)
	slices.Sort(list)
	require.Len(t, slices.Compact(list), len(records))
}

// drained is how many records fillAndDrain has at most.
const drained = 20

// fillAndDrain inserts some records into users and deletes them, again and again.
func fillAndDrain(ctx context.Context, s store.Store, worker int) error {
	id := func(i int) string { return fmt.Sprint(worker, "-", i) }
	for range rounds / drained {
		for i := range drained {
			if err := s.Insert(ctx, users(), id(i), recordOf(id(i))); err != nil {
				return err
			}
		}
		for i := range drained {
			if err := s.Delete(ctx, users(), id(i)); err != nil {
				return err
			}
		}
	}
	return nil
}

// dumpBesideWriters has each writer go through its steps in sequence, so that at
// any instant no step is ahead of one before it, and none behind the first by
// more than one.
func dumpBesideWriters(t *testing.T, s store.Store) {
	during(t, func() error {
		return errors.Join(together(func(worker int) error { return step(t.Context(), s, worker) })...)
	}, func() {
		entries, err := s.Dump(t.Context())
		require.NoError(t, err)
		require.True(t, slices.IsSortedFunc(entries, func(a, b store.Entry) int {
			return a.Partition.Compare(b.Partition)
		}))
		for worker, count := range countSteps(t, entries) {
			require.True(t, slices.IsSortedFunc(count[:], func(a, b int) int { return b - a }), "worker %d: %v", worker, count)
			require.LessOrEqual(t, count[0]-count[len(count)-1], 1, "worker %d: %v", worker, count)
		}
	})
}

// steps are the collections that step inserts into, by their position in the
// sequence. The middle one is for dumps that find the partitions first and read
// them then: it is a new partition each time, between two that they know.
var steps = [...]string{"a", "b", "c"}

// step inserts a record into each collection in turn, again and again.
func step(ctx context.Context, s store.Store, worker int) error {
	record := fmt.Append(nil, worker)
	for round := range rounds {
		for i, collection := range steps {
			p := store.Partition{Collection: collection, Parent: fmt.Sprint(worker)}
			if i == 1 {
				p.Parent += fmt.Sprint("-", round)
			}
			if err := s.Insert(ctx, p, fmt.Sprint(round), record); err != nil {
				return err
			}
		}
	}
	return nil
}

// countSteps returns how often each worker has taken each step.
func countSteps(t *testing.T, entries []store.Entry) (counts [workers][len(steps)]int) {
	t.Helper()
	for _, e := range entries {
		worker, err := strconv.Atoi(string(e.Record))
		require.NoError(t, err)
		counts[worker][slices.Index(steps[:], e.Partition.Collection)]++
	}
	return counts
}

// generation returns content that can be told from that of other numbers by its
// size and by each record.
func generation(n int) []store.Entry {
	var entries []store.Entry
	for i := range 10 + n {
		for _, collection := range []string{"users", "orders"} {
			entries = append(entries, store.Entry{
				Partition: store.Partition{Collection: collection},
				ID:        fmt.Sprint(i),
				Record:    fmt.Append(nil, n),
			})
		}
	}
	return entries
}

func readBesideReplace(t *testing.T, s store.Store) {
	require.NoError(t, s.Replace(t.Context(), generation(0)))
	during(t, func() error {
		for n := range rounds {
			if err := s.Replace(t.Context(), generation(n%10)); err != nil {
				return err
			}
		}
		return nil
	}, func() {
		records, total, err := s.Page(t.Context(), users(), store.Range{Limit: store.All}, nil)
		require.NoError(t, err)
		require.Equal(t, len(records), total)
		requireGeneration(t, records, 1)

		entries, err := s.Dump(t.Context())
		require.NoError(t, err)
		requireGeneration(t, recordsOf(entries), 2)
	})
}

// requireGeneration requires that records are all there is of one generation in
// some of its partitions.
func requireGeneration(t *testing.T, records [][]byte, partitions int) {
	t.Helper()
	require.NotEmpty(t, records)
	n, err := strconv.Atoi(string(records[0]))
	require.NoError(t, err)
	require.Len(t, records, partitions*(10+n))
	for _, record := range records {
		require.Equal(t, string(records[0]), string(record))
	}
}

// recordsOf returns the records of entries.
func recordsOf(entries []store.Entry) [][]byte {
	var records [][]byte
	for _, e := range entries {
		records = append(records, e.Record)
	}
	return records
}

// replaceBesideWriters has writers count up, one record after the other, in a
// store that is emptied again and again: there are always the numbers since the
// last time, without a gap.
func replaceBesideWriters(t *testing.T, s store.Store) {
	during(t, func() error {
		return errors.Join(together(func(worker int) error { return countUp(t.Context(), s, worker) })...)
	}, func() {
		requireNoGaps(t, s)
		require.NoError(t, s.Replace(t.Context(), nil))
	})
	requireNoGaps(t, s)
}

// counting returns the partition that a worker counts up in.
func counting(worker int) store.Partition {
	return store.Partition{Collection: "counting", Parent: fmt.Sprint(worker)}
}

// countUp inserts the numbers from 0 to rounds.
func countUp(ctx context.Context, s store.Store, worker int) error {
	for round := range rounds {
		number := fmt.Sprint(round)
		if err := s.Insert(ctx, counting(worker), number, []byte(number)); err != nil {
			return err
		}
	}
	return nil
}

// requireNoGaps requires that what is left of each count is in sequence.
func requireNoGaps(t *testing.T, s store.Store) {
	t.Helper()
	for worker := range workers {
		records, _, err := s.Page(t.Context(), counting(worker), store.Range{Limit: store.All}, nil)
		require.NoError(t, err)
		for i, record := range records {
			first, err := strconv.Atoi(string(records[0]))
			require.NoError(t, err)
			require.Equal(t, strconv.Itoa(first+i), string(record))
		}
	}
}
