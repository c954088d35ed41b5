package store

import (
	"testing"
	"unsafe"

	"github.com/stretchr/testify/require"
)

// TestMemoryLocksPartitionsApart holds the lock of one partition, as a writer
// does, and uses another. It hangs if that waits for the first.
func TestMemoryLocksPartitionsApart(t *testing.T) {
	var m Memory
	held := m.lock(Partition{Collection: "held"})
	defer held.mu.Unlock()
	free := Partition{Collection: "free"}

	require.NoError(t, m.Insert(t.Context(), free, "ada", []byte(`1`)))
	_, err := m.Get(t.Context(), free, "ada")
	require.NoError(t, err)
	_, total, err := m.Page(t.Context(), free, Range{Limit: All}, nil)
	require.NoError(t, err)
	require.Equal(t, 1, total)
	_, err = m.Update(t.Context(), free, "ada", func(old []byte) ([]byte, error) { return old, nil })
	require.NoError(t, err)
	require.NoError(t, m.Delete(t.Context(), free, "ada"))
}

// TestMemoryReadsBesideDump keeps the writers out, as a Dump does, and reads. It
// hangs if readers are kept out too.
func TestMemoryReadsBesideDump(t *testing.T) {
	var m Memory
	p := Partition{Collection: "users"}
	require.NoError(t, m.Insert(t.Context(), p, "ada", []byte(`1`)))
	m.writing.Lock()
	defer m.writing.Unlock()

	_, err := m.Get(t.Context(), p, "ada")
	require.NoError(t, err)
	_, total, err := m.Page(t.Context(), p, Range{Limit: All}, nil)
	require.NoError(t, err)
	require.Equal(t, 1, total)
}

// TestMemoryForgetsEmptyPartitions is about collections under parents that come
// and go, as in a server that runs for long.
func TestMemoryForgetsEmptyPartitions(t *testing.T) {
	var m Memory
	p := Partition{Collection: "orders", Parent: "ada"}
	require.NoError(t, m.Insert(t.Context(), p, "1", []byte(`1`)))

	require.NoError(t, m.Delete(t.Context(), p, "1"))

	require.Empty(t, m.partitions)
}

// TestMemoryKeepsNoPath checks that names cut from a path do not keep the whole
// path in memory.
func TestMemoryKeepsNoPath(t *testing.T) {
	var m Memory
	path := string([]byte("/users/ada/orders/1"))
	p := Partition{Collection: path[11:17], Parent: path[7:10]}
	id := path[18:]

	require.NoError(t, m.Insert(t.Context(), p, id, []byte(`1`)))

	for kept, part := range m.partitions {
		require.NotSame(t, unsafe.StringData(p.Collection), unsafe.StringData(kept.Collection))
		require.NotSame(t, unsafe.StringData(p.Parent), unsafe.StringData(kept.Parent))
		require.NotSame(t, unsafe.StringData(id), unsafe.StringData(part.table.slots.at(0).id))
		for keptID := range part.table.index {
			require.NotSame(t, unsafe.StringData(id), unsafe.StringData(keptID))
		}
	}
}
