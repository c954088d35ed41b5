package storetest

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"understudy/mockserver/store"
)

// updateRules are about Update. Where a rule is about what happens while change
// runs, change itself makes it happen: nothing may be locked then.
func updateRules() []rule {
	return []rule{
		{"update replaces the record in its place", updateReplaces},
		{"update knows no absent record", updateAbsent},
		{"update returns the error of change as it is", updateFails},
		{"update starts over if the record changed", updateAgain},
		{"update starts over if the record was inserted anew", updateReinserted},
		{"update does not bring back a deleted record", updateDeleted},
		{"update does not reach into replaced content", updateReplaced},
		{"update lets others use the store", updateLocksNothing},
	}
}

func updateReplaces(t *testing.T, s store.Store) {
	insert(t, s, users(), "ada", "bob", "cid")

	var seen string
	record, err := s.Update(t.Context(), users(), "bob", func(old []byte) ([]byte, error) {
		seen = string(old)
		return []byte(`"new"`), nil
	})

	require.NoError(t, err)
	require.Equal(t, string(recordOf("bob")), seen)
	require.Equal(t, `"new"`, string(record))
	requireRecord(t, s, users(), "bob", `"new"`)
	requirePage(t, s, users(), store.Range{Limit: store.All}, []string{`{"id":"ada"}`, `"new"`, `{"id":"cid"}`}, 3)
}

func updateAbsent(t *testing.T, s store.Store) {
	change := func([]byte) ([]byte, error) { panic("no record to change") }

	_, err := s.Update(t.Context(), users(), "bob", change)
	require.ErrorIs(t, err, store.ErrNotFound)

	insert(t, s, users(), "ada")
	_, err = s.Update(t.Context(), users(), "bob", change)
	require.ErrorIs(t, err, store.ErrNotFound)
	requireOrder(t, s, users(), "ada")
}

func updateFails(t *testing.T, s store.Store) {
	insert(t, s, users(), "ada")
	refusal := errors.New("refused")

	_, err := s.Update(t.Context(), users(), "ada", func([]byte) ([]byte, error) {
		return []byte(`"half done"`), refusal
	})

	require.Same(t, refusal, err)
	requireOrder(t, s, users(), "ada")
}

// updateBeside updates ada by appending "+", and runs beside while change runs
// for the first time. It returns the records change saw.
func updateBeside(t *testing.T, s store.Store, beside func()) (seen []string, err error) {
	_, err = s.Update(t.Context(), users(), "ada", func(old []byte) ([]byte, error) {
		seen = append(seen, string(old))
		if len(seen) == 1 {
			beside()
		}
		return []byte(string(old) + "+"), nil
	})
	return seen, err
}

// set makes an Update that puts record under id.
func set(ctx context.Context, s store.Store, p store.Partition, id, record string) error {
	_, err := s.Update(ctx, p, id, func([]byte) ([]byte, error) { return []byte(record), nil })
	return err
}

func updateAgain(t *testing.T, s store.Store) {
	insert(t, s, users(), "ada", "bob")

	seen, err := updateBeside(t, s, func() {
		require.NoError(t, set(t.Context(), s, users(), "ada", "1"))
	})

	require.NoError(t, err)
	require.Equal(t, []string{`{"id":"ada"}`, `1`}, seen)
	requirePage(t, s, users(), store.Range{Limit: store.All}, []string{`1+`, `{"id":"bob"}`}, 2)
}

func updateReinserted(t *testing.T, s store.Store) {
	insert(t, s, users(), "ada", "bob")

	seen, err := updateBeside(t, s, func() {
		remove(t, s, users(), "ada")
		require.NoError(t, s.Insert(t.Context(), users(), "ada", []byte(`1`)))
	})

	require.NoError(t, err)
	require.Equal(t, []string{`{"id":"ada"}`, `1`}, seen)
	requirePage(t, s, users(), store.Range{Limit: store.All}, []string{`{"id":"bob"}`, `1+`}, 2)
}

func updateDeleted(t *testing.T, s store.Store) {
	insert(t, s, users(), "ada", "bob")

	seen, err := updateBeside(t, s, func() { remove(t, s, users(), "ada") })

	require.ErrorIs(t, err, store.ErrNotFound)
	require.Len(t, seen, 1)
	requireOrder(t, s, users(), "bob")
}

func updateReplaced(t *testing.T, s store.Store) {
	insert(t, s, users(), "ada")
	bob := entryOf(users(), "bob")

	_, err := updateBeside(t, s, func() {
		require.NoError(t, s.Replace(t.Context(), []store.Entry{bob}))
	})

	require.ErrorIs(t, err, store.ErrNotFound)
	requireDump(t, s, bob)
}

func updateLocksNothing(t *testing.T, s store.Store) {
	insert(t, s, users(), "ada", "bob")

	seen, err := updateBeside(t, s, func() {
		requireOrder(t, s, users(), "ada", "bob")
		insert(t, s, users(), "cid")
		remove(t, s, users(), "bob")
		requireDump(t, s, entryOf(users(), "ada"), entryOf(users(), "cid"))
	})

	require.NoError(t, err)
	require.Len(t, seen, 1)
	requirePage(t, s, users(), store.Range{Limit: store.All}, []string{`{"id":"ada"}+`, `{"id":"cid"}`}, 2)
}
