package store

import (
	"bytes"
	"iter"
	"slices"
	"strings"
)

// minCompact is the number of slots below which a table is not worth compacting.
const minCompact = 64

// table holds the records of one partition: in slots in the order of insertion,
// and with an index from ids to slots. A record that is deleted leaves its slot
// behind, dead; once most slots are dead, the table is built anew without them.
// The zero value is an empty table, and the number of slots is below 1<<32. A
// table does not lock.
type table struct {
	index map[string]uint32
	slots slotList
	live  liveSet
}

// len returns the number of records.
func (t *table) len() int { return t.live.count }

// get returns the record under id, or ErrNotFound.
func (t *table) get(id string) ([]byte, error) {
	i, ok := t.index[id]
	if !ok {
		return nil, ErrNotFound
	}
	return t.slots.at(int(i)).record, nil
}

// page appends the records of r to dst.
func (t *table) page(r Range, dst [][]byte) [][]byte {
	offset, count := r.Clip(t.len())
	if count == 0 {
		return dst
	}
	dst = slices.Grow(dst, count)
	if r.Newest {
		return t.appendDown(dst, t.len()-1-offset, count)
	}
	return t.appendUp(dst, offset, count)
}

// appendUp appends count records to dst, at least one: that of rank, and those
// inserted next.
func (t *table) appendUp(dst [][]byte, rank, count int) [][]byte {
	i := t.live.at(rank)
	dst = append(dst, t.slots.at(i).record)
	for last := rank + count - 1; rank < last; rank++ {
		i = t.live.after(i, rank)
		dst = append(dst, t.slots.at(i).record)
	}
	return dst
}

// appendDown appends count records to dst, at least one: that of rank, and those
// inserted before it, the latest first.
func (t *table) appendDown(dst [][]byte, rank, count int) [][]byte {
	i := t.live.at(rank)
	dst = append(dst, t.slots.at(i).record)
	for last := rank - count + 1; rank > last; rank-- {
		i = t.live.before(i, rank)
		dst = append(dst, t.slots.at(i).record)
	}
	return dst
}

// insert puts record under id into a new slot, or returns ErrExists. It keeps a
// copy of id, which is often cut from something larger, a URL for one.
func (t *table) insert(id string, record []byte) error {
	if _, ok := t.index[id]; ok {
		return ErrExists
	}
	if t.index == nil {
		t.index = make(map[string]uint32)
	}
	t.push(slot{id: strings.Clone(id), record: record})
	return nil
}

// push appends a live slot, whose id must be new to the table.
func (t *table) push(s slot) {
	t.index[s.id] = uint32(t.slots.len)
	t.slots.push(s)
	t.live.push()
}

// swap puts record in place of old, and reports false if the record under id is
// another by now. It compares what the records say, not which slice they are: if
// the record has moved away from old and back, what was made of old still fits.
func (t *table) swap(id string, old, record []byte) (swapped bool, err error) {
	i, ok := t.index[id]
	if !ok {
		return false, ErrNotFound
	}
	s := t.slots.at(int(i))
	if !bytes.Equal(s.record, old) {
		return false, nil
	}
	s.record = record
	return true, nil
}

// remove deletes the record under id, or returns ErrNotFound.
func (t *table) remove(id string) error {
	i, ok := t.index[id]
	if !ok {
		return ErrNotFound
	}
	delete(t.index, id)
	*t.slots.at(int(i)) = slot{}
	t.live.remove(int(i))
	if t.sparse() {
		t.compact()
	}
	return nil
}

// sparse reports whether more than half of the slots are dead.
func (t *table) sparse() bool {
	return t.slots.len >= minCompact && 2*t.len() < t.slots.len
}

// compact builds the table anew, without the dead slots. Its cost is shared by
// the deletions that made it due, at least as many as there are records left.
func (t *table) compact() {
	compacted := table{index: make(map[string]uint32, t.len())}
	for s := range t.all() {
		compacted.push(*s)
	}
	*t = compacted
}

// appendEntries appends all records to dst, as entries of p.
func (t *table) appendEntries(dst []Entry, p Partition) []Entry {
	for s := range t.all() {
		dst = append(dst, Entry{Partition: p, ID: s.id, Record: s.record})
	}
	return dst
}

// all returns the live slots in order.
func (t *table) all() iter.Seq[*slot] {
	return func(yield func(*slot) bool) {
		for i := range t.slots.len {
			if t.live.has(i) && !yield(t.slots.at(i)) {
				return
			}
		}
	}
}
