package store

// slot is the place of one record in a table; a dead one is zero.
type slot struct {
	id     string
	record []byte
}

// chunkSlots is how many slots share a chunk of a slotList.
const chunkSlots = 512

// slotList is a list of slots that grows chunk by chunk. A slice would move all
// its slots to grow, and everybody would wait for a million slots to move. The
// zero value is an empty list.
type slotList struct {
	chunks [][]slot // all but the last hold chunkSlots
	len    int
}

// push appends s.
func (l *slotList) push(s slot) {
	switch {
	case l.len == 0:
		l.chunks = [][]slot{nil} // grows from little: most lists stay short
	case l.len%chunkSlots == 0:
		l.chunks = append(l.chunks, make([]slot, 0, chunkSlots))
	}
	last := &l.chunks[len(l.chunks)-1]
	*last = append(*last, s)
	l.len++
}

// at returns slot i, to be read or changed until the next push.
func (l *slotList) at(i int) *slot {
	return &l.chunks[i/chunkSlots][i%chunkSlots]
}
