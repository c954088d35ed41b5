// Package storetest checks that a store keeps the contract of [store.Store].
//
// A package with a store of its own calls Run from a test:
//
//	func TestStore(t *testing.T) {
//		storetest.Run(t, func(t *testing.T) store.Store { return openStore(t) })
//	}
//
// Some of the checks find faults only under the race detector.
package storetest

import (
	"context"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"understudy/mockserver/store"
)

// Run checks the stores that open returns, in subtests of t. It calls open once
// for each of them and expects an empty store that nobody else writes to; what
// there is to close belongs into a t.Cleanup.
func Run(t *testing.T, open func(t *testing.T) store.Store) {
	for _, rule := range slices.Concat(
		recordRules(),
		updateRules(),
		pageRules(),
		wholeRules(),
		contextRules(),
		machineRules(),
		writerRules(),
		viewRules(),
	) {
		t.Run(rule.name, func(t *testing.T) { rule.check(t, open(t)) })
	}
}

// rule is one part of the contract.
type rule struct {
	name  string
	check func(t *testing.T, s store.Store) // s is empty
}

// tb is what the helpers below need of a test, be it a *testing.T or a *rapid.T.
type tb interface {
	require.TestingT
	Helper()
	Context() context.Context
}

// users is the partition to use where any will do.
func users() store.Partition { return store.Partition{Collection: "users"} }

// recordOf returns a record that tells under which id it was inserted.
func recordOf(id string) []byte { return []byte(`{"id":"` + id + `"}`) }

// entryOf returns the entry that insert makes of an id.
func entryOf(p store.Partition, id string) store.Entry {
	return store.Entry{Partition: p, ID: id, Record: recordOf(id)}
}

// insert puts the record of each id into p.
func insert(t tb, s store.Store, p store.Partition, ids ...string) {
	t.Helper()
	for _, id := range ids {
		require.NoError(t, s.Insert(t.Context(), p, id, recordOf(id)))
	}
}

// remove deletes each id from p.
func remove(t tb, s store.Store, p store.Partition, ids ...string) {
	t.Helper()
	for _, id := range ids {
		require.NoError(t, s.Delete(t.Context(), p, id))
	}
}

// requireRecord requires that there is the record want under id.
func requireRecord(t tb, s store.Store, p store.Partition, id, want string) {
	t.Helper()
	record, err := s.Get(t.Context(), p, id)
	require.NoError(t, err)
	require.Equal(t, want, string(record))
}

// requireAbsent requires that there is no record under id.
func requireAbsent(t tb, s store.Store, p store.Partition, id string) {
	t.Helper()
	_, err := s.Get(t.Context(), p, id)
	require.ErrorIs(t, err, store.ErrNotFound)
}

// requirePage requires that r selects the records want out of p, and that p holds
// total.
func requirePage(t tb, s store.Store, p store.Partition, r store.Range, want []string, total int) {
	t.Helper()
	records, n, err := s.Page(t.Context(), p, r, nil)
	require.NoError(t, err)
	require.Equal(t, want, texts(records), "%+v", r)
	require.Equal(t, total, n, "%+v", r)
}

// requireOrder requires that p holds just the records that insert made of ids, in
// that order.
func requireOrder(t tb, s store.Store, p store.Partition, ids ...string) {
	t.Helper()
	want := make([]string, len(ids))
	for i, id := range ids {
		want[i] = string(recordOf(id))
	}
	requirePage(t, s, p, store.Range{Limit: store.All}, want, len(want))
}

// requireDump requires that want is all there is in s.
func requireDump(t tb, s store.Store, want ...store.Entry) {
	t.Helper()
	entries, err := s.Dump(t.Context())
	require.NoError(t, err)
	if !slices.EqualFunc(want, entries, sameEntry) {
		require.Equal(t, want, entries) // for its message
	}
}

// sameEntry reports whether a and b are equal.
func sameEntry(a, b store.Entry) bool {
	return a.Partition == b.Partition && a.ID == b.ID && string(a.Record) == string(b.Record)
}

// texts returns the records as strings, never nil.
func texts(records [][]byte) []string {
	list := make([]string, len(records))
	for i, record := range records {
		list[i] = string(record)
	}
	return list
}
