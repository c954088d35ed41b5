package storetest

import (
	"testing"

	"github.com/stretchr/testify/require"

	"understudy/mockserver/store"
)

// wholeRules are about Dump and Replace.
func wholeRules() []rule {
	return []rule{
		{"dump of an empty store is empty", dumpEmpty},
		{"dump sorts partitions and keeps the order of records", dumpSorts},
		{"dump belongs to the caller", dumpOwned},
		{"replace puts entries in place of everything", replaceAll},
		{"replace by nothing empties", replaceByNothing},
		{"replace leaves its entries to the caller", replaceCopies},
		{"replace with a duplicate changes nothing", replaceDuplicate},
		{"replaced content can be written to", replaceThenWrite},
	}
}

func dumpEmpty(t *testing.T, s store.Store) {
	requireDump(t, s)
}

func dumpSorts(t *testing.T, s store.Store) {
	var (
		b  = store.Partition{Collection: "b"}
		a2 = store.Partition{Collection: "a", Parent: "2"}
		a1 = store.Partition{Collection: "a", Parent: "10"}
	)
	insert(t, s, b, "z", "y")
	insert(t, s, a2, "x")
	insert(t, s, a1, "w")
	insert(t, s, b, "v")
	insert(t, s, a2, "u")

	requireDump(t, s,
		entryOf(a1, "w"),
		entryOf(a2, "x"), entryOf(a2, "u"),
		entryOf(b, "z"), entryOf(b, "y"), entryOf(b, "v"),
	)
}

// dumpOwned is about the slice of entries only: the records in it are shared.
func dumpOwned(t *testing.T, s store.Store) {
	insert(t, s, users(), "ada", "bob")
	entries, err := s.Dump(t.Context())
	require.NoError(t, err)

	clear(entries)

	requireDump(t, s, entryOf(users(), "ada"), entryOf(users(), "bob"))
}

func replaceAll(t *testing.T, s store.Store) {
	var (
		a = store.Partition{Collection: "a"}
		b = store.Partition{Collection: "b"}
		c = store.Partition{Collection: "c"}
	)
	insert(t, s, a, "1")
	insert(t, s, b, "1", "2")

	require.NoError(t, s.Replace(t.Context(), []store.Entry{
		entryOf(c, "2"), entryOf(b, "3"), entryOf(c, "1"), entryOf(b, "2"),
	}))

	requireDump(t, s, entryOf(b, "3"), entryOf(b, "2"), entryOf(c, "2"), entryOf(c, "1"))
	requireOrder(t, s, a)
	requireOrder(t, s, b, "3", "2")
	requireAbsent(t, s, b, "1")
	requireRecord(t, s, c, "1", `{"id":"1"}`)
}

func replaceByNothing(t *testing.T, s store.Store) {
	insert(t, s, users(), "ada")

	require.NoError(t, s.Replace(t.Context(), nil))

	requireDump(t, s)
	requireAbsent(t, s, users(), "ada")
	insert(t, s, users(), "ada")
}

func replaceCopies(t *testing.T, s store.Store) {
	entries := []store.Entry{entryOf(users(), "ada"), entryOf(users(), "bob")}
	require.NoError(t, s.Replace(t.Context(), entries))

	clear(entries)

	requireDump(t, s, entryOf(users(), "ada"), entryOf(users(), "bob"))
}

func replaceDuplicate(t *testing.T, s store.Store) {
	insert(t, s, users(), "ada", "bob")
	orders := store.Partition{Collection: "orders"}

	err := s.Replace(t.Context(), []store.Entry{
		entryOf(orders, "1"), entryOf(users(), "1"), entryOf(orders, "2"), entryOf(orders, "1"),
	})

	require.ErrorIs(t, err, store.ErrExists)
	requireDump(t, s, entryOf(users(), "ada"), entryOf(users(), "bob"))
}

func replaceThenWrite(t *testing.T, s store.Store) {
	require.NoError(t, s.Replace(t.Context(), []store.Entry{
		entryOf(users(), "ada"), entryOf(users(), "bob"),
	}))

	insert(t, s, users(), "cid")
	remove(t, s, users(), "ada")

	requireOrder(t, s, users(), "bob", "cid")
	require.ErrorIs(t, s.Insert(t.Context(), users(), "bob", nil), store.ErrExists)
}
