package mockserver

import (
	"strings"
	"sync"

	"understudy/mockserver/store"
)

// homes says where the items of a collection stand whose paths do not tell it: those
// that are apart from their collection. An id of such an item says it all.
type homes struct {
	mu sync.Mutex
	of map[string]store.Partition
}

func newHomes() *homes { return &homes{of: map[string]store.Partition{}} }

// enter notes where a new item will stand; ok is false when there is one of that id.
func (h *homes) enter(at place) (ok bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if _, taken := h.of[at.id]; taken {
		return false
	}
	parent := strings.Clone(at.partition.Parent) // of a URL that need not be kept for it
	h.of[at.id] = store.Partition{Collection: at.partition.Collection, Parent: parent}
	return true
}

// leave notes that an item was deleted.
func (h *homes) leave(at place) {
	if h == nil {
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.of[at.id] == at.partition {
		delete(h.of, at.id)
	}
}

// find is where the item of an id stands.
func (h *homes) find(id string) (p store.Partition, ok bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	p, ok = h.of[id]
	return p, ok
}

// restart notes where other items stand; of two with one id, the first.
func (h *homes) restart(collection string, entries []store.Entry) {
	if h == nil {
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	clear(h.of)
	for _, entry := range entries {
		if _, taken := h.of[entry.ID]; !taken && entry.Partition.Collection == collection {
			h.of[entry.ID] = entry.Partition
		}
	}
}
