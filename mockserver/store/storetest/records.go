package storetest

import (
	"testing"

	"github.com/stretchr/testify/require"

	"understudy/mockserver/store"
)

// recordRules are about Get, Insert and Delete.
func recordRules() []rule {
	return []rule{
		{"get returns what was inserted", getReturnsInserted},
		{"get knows no absent record", getAbsent},
		{"insert keeps the record there is", insertExisting},
		{"partitions are apart", partitionsApart},
		{"names are opaque", namesOpaque},
		{"delete removes", deleteRemoves},
		{"delete knows no absent record", deleteAbsent},
		{"insert after delete goes to the end", insertAfterDelete},
		{"a partition can be emptied and filled again", emptyAndFill},
	}
}

func getReturnsInserted(t *testing.T, s store.Store) {
	insert(t, s, users(), "ada", "bob")

	requireRecord(t, s, users(), "ada", `{"id":"ada"}`)
	requireRecord(t, s, users(), "bob", `{"id":"bob"}`)
}

func getAbsent(t *testing.T, s store.Store) {
	requireAbsent(t, s, users(), "ada")

	insert(t, s, users(), "ada")
	requireAbsent(t, s, users(), "bob")
	requireAbsent(t, s, store.Partition{Collection: "orders"}, "ada")
}

func insertExisting(t *testing.T, s store.Store) {
	insert(t, s, users(), "ada", "bob")

	err := s.Insert(t.Context(), users(), "ada", []byte(`{"id":"another"}`))

	require.ErrorIs(t, err, store.ErrExists)
	requireOrder(t, s, users(), "ada", "bob")
}

func partitionsApart(t *testing.T, s store.Store) {
	ofAda := store.Partition{Collection: "orders", Parent: "ada"}
	ofBob := store.Partition{Collection: "orders", Parent: "bob"}
	insert(t, s, ofAda, "1", "2")
	insert(t, s, ofBob, "2", "3")

	remove(t, s, ofAda, "2")

	requireOrder(t, s, ofAda, "1")
	requireOrder(t, s, ofBob, "2", "3")
}

// namesOpaque is for stores that join names into one key.
func namesOpaque(t *testing.T, s store.Store) {
	names := []string{"", "a", "A", "/", "a/", "/a", ":", "a:", ":a", "a:a", "{a}", "*", "\x00", "a\x00", "\xff", "é", "e\u0301"}
	var want []store.Entry
	for _, collection := range names {
		for _, parent := range names {
			for _, id := range names {
				p := store.Partition{Collection: collection, Parent: parent}
				e := store.Entry{Partition: p, ID: id, Record: []byte(collection + "|" + parent + "|" + id)}
				require.NoError(t, s.Insert(t.Context(), p, id, e.Record))
				want = append(want, e)
			}
		}
	}

	for _, e := range want {
		requireRecord(t, s, e.Partition, e.ID, string(e.Record))
	}
}

func deleteRemoves(t *testing.T, s store.Store) {
	insert(t, s, users(), "ada", "bob", "cid")

	remove(t, s, users(), "bob")

	requireAbsent(t, s, users(), "bob")
	requireOrder(t, s, users(), "ada", "cid")
}

func deleteAbsent(t *testing.T, s store.Store) {
	require.ErrorIs(t, s.Delete(t.Context(), users(), "ada"), store.ErrNotFound)

	insert(t, s, users(), "ada", "bob")
	remove(t, s, users(), "ada")

	require.ErrorIs(t, s.Delete(t.Context(), users(), "ada"), store.ErrNotFound)
	requireOrder(t, s, users(), "bob")
}

func insertAfterDelete(t *testing.T, s store.Store) {
	insert(t, s, users(), "ada", "bob", "cid")

	remove(t, s, users(), "ada")
	insert(t, s, users(), "ada")

	requireOrder(t, s, users(), "bob", "cid", "ada")
}

func emptyAndFill(t *testing.T, s store.Store) {
	for range 3 {
		insert(t, s, users(), "ada", "bob")
		remove(t, s, users(), "bob", "ada")

		requireOrder(t, s, users())
		requireDump(t, s)
	}
	insert(t, s, users(), "bob", "ada")
	requireOrder(t, s, users(), "bob", "ada")
}
