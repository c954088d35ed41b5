package store

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
)

// Memory is a Store in the memory of the process. The zero value is an empty
// store, ready to use. It must not be copied.
//
// Every partition has a lock of its own, so those who read one never wait for
// those who write another. A Dump holds up writers, but no readers.
type Memory struct {
	// writing is held shared by whoever changes records, and exclusively by whoever
	// needs all of them to stand still.
	writing sync.RWMutex

	// opening guards partitions. It is taken last and held for no longer than a
	// look at the map takes, so that it never makes anyone wait for real work.
	opening    sync.RWMutex
	partitions map[Partition]*partition
}

var _ Store = (*Memory)(nil)

// partition is the table of one Partition under its lock.
type partition struct {
	mu    sync.RWMutex
	table table
	// closed is set when the last record goes and the partition leaves the store
	// with it. Whoever still holds it then finds an empty table, and must not
	// insert into it.
	closed bool
}

// NewMemory returns an empty store.
func NewMemory() *Memory { return new(Memory) }

// Get implements Store. It does not allocate.
func (m *Memory) Get(ctx context.Context, p Partition, id string) ([]byte, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	part, ok := m.lookup(p)
	if !ok {
		return nil, ErrNotFound
	}
	part.mu.RLock()
	defer part.mu.RUnlock()
	return part.table.get(id)
}

// Page implements Store. It does not allocate if dst has room for the records,
// and takes as long at the end of a partition as at its start.
func (m *Memory) Page(ctx context.Context, p Partition, r Range, dst [][]byte) (records [][]byte, total int, err error) {
	if err := ctx.Err(); err != nil {
		return dst, 0, err
	}
	part, ok := m.lookup(p)
	if !ok {
		return dst, 0, nil
	}
	part.mu.RLock()
	defer part.mu.RUnlock()
	return part.table.page(r, dst), part.table.len(), nil
}

// Insert implements Store.
func (m *Memory) Insert(ctx context.Context, p Partition, id string, record []byte) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	m.writing.RLock()
	defer m.writing.RUnlock()
	part := m.lock(p)
	defer part.mu.Unlock()
	return part.table.insert(id, record)
}

// Update implements Store.
func (m *Memory) Update(ctx context.Context, p Partition, id string, change func(old []byte) ([]byte, error)) ([]byte, error) {
	for {
		old, err := m.Get(ctx, p, id)
		if err != nil {
			return nil, err
		}
		record, err := change(old)
		if err != nil {
			return nil, err
		}
		swapped, err := m.swap(p, id, old, record)
		if err != nil {
			return nil, err
		}
		if swapped {
			return record, nil
		}
	}
}

// swap puts record in place of old, and reports false if the record under id is
// another by now.
func (m *Memory) swap(p Partition, id string, old, record []byte) (swapped bool, err error) {
	m.writing.RLock()
	defer m.writing.RUnlock()
	part, ok := m.lookup(p)
	if !ok {
		return false, ErrNotFound
	}
	part.mu.Lock()
	defer part.mu.Unlock()
	return part.table.swap(id, old, record)
}

// Delete implements Store. Once in a while, when most of a partition has been
// deleted, it takes the time to compact what is left.
func (m *Memory) Delete(ctx context.Context, p Partition, id string) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	m.writing.RLock()
	defer m.writing.RUnlock()
	part, ok := m.lookup(p)
	if !ok {
		return ErrNotFound
	}
	part.mu.Lock()
	defer part.mu.Unlock()
	if err := part.table.remove(id); err != nil {
		return err
	}
	if part.table.len() == 0 {
		m.close(p, part)
	}
	return nil
}

// Dump implements Store.
func (m *Memory) Dump(ctx context.Context) ([]Entry, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	// Nobody writes while this is held, so what follows needs no other lock.
	m.writing.Lock()
	defer m.writing.Unlock()
	entries := make([]Entry, 0, m.count())
	for _, p := range slices.SortedFunc(maps.Keys(m.partitions), Partition.Compare) {
		entries = m.partitions[p].table.appendEntries(entries, p)
	}
	return entries, nil
}

// count returns the number of records in all partitions. The caller holds writing
// exclusively.
func (m *Memory) count() int {
	n := 0
	for _, part := range m.partitions {
		n += part.table.len()
	}
	return n
}

// Replace implements Store.
func (m *Memory) Replace(ctx context.Context, entries []Entry) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	var next Memory
	for i, e := range entries {
		if err := next.Insert(ctx, e.Partition, e.ID, e.Record); err != nil {
			return fmt.Errorf("entry %d, id %q of %q: %w", i, e.ID, e.Partition, err)
		}
	}
	m.writing.Lock()
	defer m.writing.Unlock()
	m.opening.Lock()
	defer m.opening.Unlock()
	m.partitions = next.partitions
	return nil
}

// lookup returns the partition p, if it has any records. Once it is locked it may
// turn out to be closed, and so empty.
func (m *Memory) lookup(p Partition) (part *partition, ok bool) {
	m.opening.RLock()
	defer m.opening.RUnlock()
	part, ok = m.partitions[p]
	return part, ok
}

// lock returns the partition p locked for writing and not closed, a new one if
// need be.
func (m *Memory) lock(p Partition) *partition {
	for {
		part := m.open(p)
		part.mu.Lock()
		if !part.closed {
			return part
		}
		part.mu.Unlock() // its last record was deleted just now
	}
}

// open returns the partition p, a new one if there is none.
func (m *Memory) open(p Partition) *partition {
	if part, ok := m.lookup(p); ok {
		return part
	}
	m.opening.Lock()
	defer m.opening.Unlock()
	part, ok := m.partitions[p]
	if ok {
		return part
	}
	if m.partitions == nil {
		m.partitions = make(map[Partition]*partition)
	}
	part = new(partition)
	// The strings are often cut from something larger, a URL for one.
	m.partitions[Partition{
		Collection: strings.Clone(p.Collection),
		Parent:     strings.Clone(p.Parent),
	}] = part
	return part
}

// close takes part, which is p, locked for writing and empty, out of the store.
func (m *Memory) close(p Partition, part *partition) {
	part.closed = true
	m.opening.Lock()
	defer m.opening.Unlock()
	delete(m.partitions, p)
}
