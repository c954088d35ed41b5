package store

import "math/bits"

// wordBits is how many slots share a word of a liveSet.
const wordBits = 64

// liveSet tells which slots of a table hold a record, and finds the slot of the
// k-th record. The zero value has no slots.
//
// It takes a bit for each slot and a count for each word of bits, so the tree of
// a million slots fits into the cache of a processor.
type liveSet struct {
	words  []uint64 // bit s%wordBits of words[s/wordBits] is set if slot s is live
	counts fenwick  // the number of bits set in each word
	slots  int      // the number of slots, dead ones included
	count  int      // the live ones, that is the bits set
}

// push appends a live slot.
func (l *liveSet) push() {
	if l.slots%wordBits == 0 {
		l.words = append(l.words, 0)
		l.counts.push()
	}
	word := l.slots / wordBits
	l.words[word] |= 1 << (l.slots % wordBits)
	l.counts.increment(word)
	l.slots++
	l.count++
}

// remove makes a live slot a dead one.
func (l *liveSet) remove(slot int) {
	word := slot / wordBits
	l.words[word] &^= 1 << (slot % wordBits)
	l.counts.decrement(word)
	l.count--
}

// has reports whether slot is live.
func (l *liveSet) has(slot int) bool {
	return l.words[slot/wordBits]>>(slot%wordBits)&1 == 1
}

// at returns the live slot that has rank live slots before it,
// for 0 <= rank < l.count.
func (l *liveSet) at(rank int) (slot int) {
	i, before := l.counts.find(rank)
	word := l.words[i]
	for range before {
		word &= word - 1 // drops the lowest bit set
	}
	return i*wordBits + bits.TrailingZeros64(word)
}

// after returns the live slot of rank+1, given the one of rank. Walking on from
// slot to slot is cheaper than asking at for each: only a step into another word
// goes through the tree.
func (l *liveSet) after(slot, rank int) int {
	rest := l.words[slot/wordBits] >> (slot % wordBits) >> 1
	if rest == 0 {
		return l.at(rank + 1)
	}
	return slot + 1 + bits.TrailingZeros64(rest)
}

// before returns the live slot of rank-1, given the one of rank.
func (l *liveSet) before(slot, rank int) int {
	rest := l.words[slot/wordBits] << (wordBits - 1 - slot%wordBits) << 1
	if rest == 0 {
		return l.at(rank - 1)
	}
	return slot - 1 - bits.LeadingZeros64(rest)
}
