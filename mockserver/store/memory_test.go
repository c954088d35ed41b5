package store_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"understudy/mockserver/store"
	"understudy/mockserver/store/storetest"
)

func TestMemory(t *testing.T) {
	storetest.Run(t, func(*testing.T) store.Store { return store.NewMemory() })
}

func TestMemoryZeroValue(t *testing.T) {
	var m store.Memory
	p := store.Partition{Collection: "users"}

	_, err := m.Get(t.Context(), p, "ada")
	require.ErrorIs(t, err, store.ErrNotFound)
	entries, err := m.Dump(t.Context())
	require.NoError(t, err)
	require.Empty(t, entries)
	require.NoError(t, m.Insert(t.Context(), p, "ada", []byte(`{}`)))
}

// TestMemoryReadsWithoutAllocating reads under names cut from a path, through the
// interface, as a server does.
func TestMemoryReadsWithoutAllocating(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	s := filled(t, store.Partition{Collection: "orders", Parent: "ada"}, 1000)
	path := "/users/ada/orders/500"
	cut := func() (p store.Partition, id string) {
		return store.Partition{Collection: path[11:17], Parent: path[7:10]}, path[18:]
	}
	dst := make([][]byte, 0, 100)

	for name, read := range map[string]func() error{
		"get": func() error {
			p, id := cut()
			_, err := s.Get(ctx, p, id)
			return err
		},
		"page": func() error {
			p, _ := cut()
			_, _, err := s.Page(ctx, p, store.Range{Offset: 500, Limit: 100}, dst)
			return err
		},
		"newest page": func() error {
			p, _ := cut()
			_, _, err := s.Page(ctx, p, store.Range{Offset: 500, Limit: 100, Newest: true}, dst)
			return err
		},
	} {
		var err error
		require.Zero(t, testing.AllocsPerRun(100, func() { err = read() }), name)
		require.NoError(t, err, name)
	}
}

func TestMemoryHandsOutTheRecordItWasHanded(t *testing.T) {
	s := store.NewMemory()
	p := store.Partition{Collection: "users"}
	record := []byte(`{"name":"Ada"}`)
	require.NoError(t, s.Insert(t.Context(), p, "ada", record))

	got, err := s.Get(t.Context(), p, "ada")

	require.NoError(t, err)
	require.Same(t, &record[0], &got[0])
}

// filled returns a store with n records in p, under the ids "0" to n-1.
func filled(t testing.TB, p store.Partition, n int) store.Store {
	t.Helper()
	record := make([]byte, 260)
	entries := make([]store.Entry, n)
	for i := range entries {
		entries[i] = store.Entry{Partition: p, ID: fmt.Sprint(i), Record: record}
	}
	s := store.NewMemory()
	require.NoError(t, s.Replace(t.Context(), entries))
	return s
}
