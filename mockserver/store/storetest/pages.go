package storetest

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"understudy/mockserver/store"
)

// pageRules are about Page.
func pageRules() []rule {
	return []rule{
		{"a page is what its range selects", pageRanges},
		{"a page of an unknown partition is empty", pageUnknown},
		{"a page is appended", pageAppends},
		{"a page belongs to the caller", pageOwned},
		{"pages close the gaps of deleted records", pageGaps},
	}
}

func pageRanges(t *testing.T, s store.Store) {
	for _, id := range []string{"a", "b", "c", "d", "e"} {
		require.NoError(t, s.Insert(t.Context(), users(), id, []byte(id)))
	}
	for _, test := range []struct {
		name  string
		r     store.Range
		wants string
	}{
		{"zero", store.Range{}, ""},
		{"everything", store.Range{Limit: store.All}, "abcde"},
		{"everything, newest first", store.Range{Limit: store.All, Newest: true}, "edcba"},
		{"first", store.Range{Limit: 2}, "ab"},
		{"middle", store.Range{Offset: 1, Limit: 3}, "bcd"},
		{"last", store.Range{Offset: 3, Limit: 2}, "de"},
		{"one", store.Range{Offset: 4, Limit: 1}, "e"},
		{"newest", store.Range{Limit: 2, Newest: true}, "ed"},
		{"middle, newest first", store.Range{Offset: 1, Limit: 3, Newest: true}, "dcb"},
		{"oldest, newest first", store.Range{Offset: 3, Limit: 2, Newest: true}, "ba"},
		{"over the end", store.Range{Offset: 3, Limit: 10}, "de"},
		{"over the end, newest first", store.Range{Offset: 3, Limit: 10, Newest: true}, "ba"},
		{"at the end", store.Range{Offset: 5, Limit: 1}, ""},
		{"past the end", store.Range{Offset: 6, Limit: 1}, ""},
		{"past the end, newest first", store.Range{Offset: 6, Limit: 1, Newest: true}, ""},
		{"far past the end", store.Range{Offset: math.MaxInt, Limit: math.MaxInt}, ""},
		{"without end past the end", store.Range{Offset: 6, Limit: store.All}, ""},
		{"rest", store.Range{Offset: 2, Limit: store.All}, "cde"},
		{"rest, newest first", store.Range{Offset: 2, Limit: store.All, Newest: true}, "cba"},
		{"none of the middle", store.Range{Offset: 2}, ""},
		{"none, newest first", store.Range{Newest: true}, ""},
		{"huge limit", store.Range{Offset: 1, Limit: math.MaxInt}, "bcde"},
		{"huge limit, newest first", store.Range{Offset: 1, Limit: math.MaxInt, Newest: true}, "dcba"},
		{"any negative limit", store.Range{Offset: 1, Limit: math.MinInt}, "bcde"},
		{"negative offset", store.Range{Offset: -2, Limit: 3}, "abc"},
		{"negative offset, newest first", store.Range{Offset: math.MinInt, Limit: 3, Newest: true}, "edc"},
	} {
		t.Run(test.name, func(t *testing.T) {
			records, total, err := s.Page(t.Context(), users(), test.r, nil)
			require.NoError(t, err)
			require.Equal(t, test.wants, string(slices.Concat(records...)))
			require.Equal(t, 5, total)
		})
	}
}

func pageUnknown(t *testing.T, s store.Store) {
	insert(t, s, users(), "ada")
	unknown := store.Partition{Collection: "users", Parent: "ada"}

	requirePage(t, s, unknown, store.Range{Limit: store.All}, []string{}, 0)
	requirePage(t, s, unknown, store.Range{Offset: 2, Limit: 5, Newest: true}, []string{}, 0)
}

func pageAppends(t *testing.T, s store.Store) {
	insert(t, s, users(), "ada", "bob")
	dst := append(make([][]byte, 0, 10), []byte("before"))

	records, total, err := s.Page(t.Context(), users(), store.Range{Limit: store.All}, dst)

	require.NoError(t, err)
	require.Equal(t, []string{"before", `{"id":"ada"}`, `{"id":"bob"}`}, texts(records))
	require.Equal(t, 2, total)
}

// pageOwned is about the slice of records only: the records in it are shared.
func pageOwned(t *testing.T, s store.Store) {
	insert(t, s, users(), "ada", "bob")
	records, _, err := s.Page(t.Context(), users(), store.Range{Limit: store.All}, nil)
	require.NoError(t, err)

	clear(records)

	requireOrder(t, s, users(), "ada", "bob")
}

func pageGaps(t *testing.T, s store.Store) {
	ids := make([]string, 500)
	for i := range ids {
		ids[i] = fmt.Sprint(i)
	}
	insert(t, s, users(), ids...)
	for _, gap := range []struct{ from, to int }{{0, 10}, {480, 490}, {100, 300}, {0, 1}, {150, 250}, {10, 20}} {
		remove(t, s, users(), ids[gap.from:gap.to]...)
		ids = slices.Delete(ids, gap.from, gap.to)
		requirePagewise(t, s, ids)
	}
	for len(ids) > 0 {
		remove(t, s, users(), ids[len(ids)/2])
		ids = slices.Delete(ids, len(ids)/2, len(ids)/2+1)
	}
	requireOrder(t, s, users())
}

// requirePagewise requires that the pages of users, put together, are the records
// of ids, in both directions.
func requirePagewise(t *testing.T, s store.Store, ids []string) {
	t.Helper()
	want := make([]string, len(ids))
	for i, id := range ids {
		want[i] = string(recordOf(id))
	}
	require.Equal(t, want, pagewise(t, s, false))
	slices.Reverse(want)
	require.Equal(t, want, pagewise(t, s, true))
}

// pagewise reads users page by page.
func pagewise(t *testing.T, s store.Store, newest bool) []string {
	t.Helper()
	const size = 7
	var records [][]byte
	for {
		before := len(records)
		var err error
		records, _, err = s.Page(t.Context(), users(), store.Range{Offset: before, Limit: size, Newest: newest}, records)
		require.NoError(t, err)
		if len(records) < before+size {
			return texts(records)
		}
	}
}
