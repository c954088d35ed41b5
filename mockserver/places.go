package mockserver

import (
	"slices"
	"sort"
	"sync"

	"understudy/mockserver/store"
)

// places numbers the items of a collection in the order of the store, so that a
// page can begin after an item, even after one that is gone by now.
type places struct {
	mu   sync.Mutex
	last int64
	of   map[place]int64
	gone []gone // the items that were deleted last, oldest first
}

// gone is an item that was deleted.
type gone struct {
	place
	number int64
	record []byte
}

// maxGone is how many deleted items are remembered.
const maxGone = 1000

func newPlaces() *places { return &places{of: map[place]int64{}} }

// enter numbers an item that was put at the end of its partition.
func (p *places) enter(at place) {
	if p == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.last++
	p.of[at] = p.last
}

// leave notes that an item was deleted.
func (p *places) leave(at place, record []byte) {
	if p == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.gone = append(p.gone, gone{at, p.of[at], record})
	if len(p.gone) <= maxGone {
		return
	}
	if oldest := p.gone[0]; p.of[oldest.place] == oldest.number { // and not created anew
		delete(p.of, oldest.place)
	}
	p.gone = p.gone[1:]
}

// number is the number of an item, or of one that was deleted lately.
func (p *places) number(at place) (int64, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	number, ok := p.of[at]
	return number, ok
}

// lastRecord is the record of an item that was deleted lately; nil of any other.
func (p *places) lastRecord(at place) []byte {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, g := range slices.Backward(p.gone) {
		if g.place == at {
			return g.record
		}
	}
	return nil
}

// restart numbers other items.
func (p *places) restart(collection string, entries []store.Entry) {
	if p == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.last, p.of, p.gone = 0, map[place]int64{}, nil
	for _, entry := range entries {
		if entry.Partition.Collection == collection {
			p.last++
			p.of[place{entry.Partition, entry.ID}] = p.last
		}
	}
}

// rank is how many of the records of a partition, in the order of the store, come
// before the one of a number, or up to it.
func (p *places) rank(c *collection, in store.Partition, records [][]byte, number int64, including bool) int {
	return sort.Search(len(records), func(i int) bool {
		item, _ := decodeItem(records[i]) // a stored record always decodes
		at, _ := p.number(place{in, c.spelling.key(c.id(item))})
		return at > number || at == number && !including
	})
}
