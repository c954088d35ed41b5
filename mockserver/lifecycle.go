package mockserver

import (
	"container/heap"
	"context"
	"errors"
	"math"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"understudy/internal/contract"
	"understudy/internal/resource"
	"understudy/mockserver/store"
)

// lifecycle moves the items of a collection on when their time has come. It has
// no clock and no goroutine: requests advance it before they look.
type lifecycle struct {
	server     *Server
	collection *collection
	earliest   atomic.Int64 // nanoseconds of the next move; MaxInt64 when there is none
	moving     sync.Mutex   // held while moves are made, so that nobody looks in between

	mu      sync.Mutex
	pending moves
}

// move is one transition that will come.
type move struct {
	due       time.Time
	partition store.Partition
	id        string
	step      *resource.Transition
}

// moves is a heap, earliest first.
type moves []*move

func (m moves) Len() int           { return len(m) }
func (m moves) Less(i, j int) bool { return m[i].due.Before(m[j].due) }
func (m moves) Swap(i, j int)      { m[i], m[j] = m[j], m[i] }
func (m *moves) Push(x any)        { *m = append(*m, x.(*move)) }
func (m *moves) Pop() any {
	last := len(*m) - 1
	popped := (*m)[last]
	(*m)[last] = nil
	*m = (*m)[:last]
	return popped
}

func newLifecycle(s *Server, c *collection) *lifecycle {
	l := &lifecycle{server: s, collection: c}
	l.earliest.Store(math.MaxInt64)
	return l
}

// enter plans the next move of an item that came into a state. A state without
// transitions is where it rests.
func (l *lifecycle) enter(p store.Partition, id, state string, at time.Time) {
	if step := l.collection.Lifecycle.Next(state); step != nil {
		l.plan(&move{due: at.Add(step.After), partition: p, id: id, step: step})
	}
}

func (l *lifecycle) plan(m *move) {
	l.mu.Lock()
	defer l.mu.Unlock()
	heap.Push(&l.pending, m)
	l.earliest.Store(min(l.earliest.Load(), m.due.UnixNano()))
}

// forget drops the moves of one item.
func (l *lifecycle) forget(at place) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.pending = slices.DeleteFunc(l.pending, func(m *move) bool { return m.partition == at.partition && m.id == at.id })
	heap.Init(&l.pending)
}

// reenter plans the next move of an item whose state was set, in place of those
// that it had.
func (c *collection) reenter(at place, item map[string]any, now time.Time) {
	if c.lifecycle != nil {
		c.lifecycle.forget(at)
		c.enter(at, item, now)
	}
}

// reset forgets every move.
func (l *lifecycle) reset() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.pending = nil
	l.earliest.Store(math.MaxInt64)
}

// due says when each item moves next, by partition and id.
func (l *lifecycle) due() map[store.Partition]map[string]time.Time {
	l.mu.Lock()
	defer l.mu.Unlock()
	due := map[store.Partition]map[string]time.Time{}
	for _, m := range l.pending {
		if due[m.partition] == nil {
			due[m.partition] = map[string]time.Time{}
		}
		due[m.partition][m.id] = m.due
	}
	return due
}

// advance makes every move that is due. Who comes while moves are made waits for
// them.
func (l *lifecycle) advance(ctx context.Context, now time.Time) {
	if now.UnixNano() < l.earliest.Load() {
		return
	}
	l.moving.Lock()
	defer l.moving.Unlock()
	for {
		m, ok := l.take(now)
		if !ok {
			return
		}
		if err := l.make(ctx, m); err != nil && !errors.Is(err, store.ErrNotFound) && !errors.Is(err, errMoved) {
			l.server.logger.Error("lifecycle", "path", l.collection.Path, "id", m.id, "to", m.step.To, "reason", err.Error())
		}
	}
}

// take removes the earliest move, if it is due. When none is, it notes when the
// next one will be.
func (l *lifecycle) take(now time.Time) (*move, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case len(l.pending) == 0:
		l.earliest.Store(math.MaxInt64)
		return nil, false
	case l.pending[0].due.After(now):
		l.earliest.Store(l.pending[0].due.UnixNano())
		return nil, false
	}
	m, ok := heap.Pop(&l.pending).(*move)
	return m, ok
}

// errMoved says that an item is no longer in the state that a move starts from.
var errMoved = errors.New("the item is in another state")

// make makes one move and plans the one after it.
func (l *lifecycle) make(ctx context.Context, m *move) error {
	c := l.collection
	if m.step.Remove {
		return l.remove(context.WithoutCancel(ctx), m)
	}
	_, err := l.server.store.Update(context.WithoutCancel(ctx), m.partition, m.id, func(old []byte) ([]byte, error) {
		item, err := decodeItem(old)
		if err != nil {
			return nil, err
		}
		if item[c.Lifecycle.Field] != m.step.From {
			return nil, errMoved
		}
		item[c.Lifecycle.Field] = m.step.To
		for name, value := range m.step.Set {
			item[name] = value
		}
		c.touch(item, m.due)
		return c.prove(item)
	})
	if err == nil {
		l.enter(m.partition, m.id, m.step.To, m.due)
	}
	return err
}

// remove removes an item at the end of its life, with what stands under it.
func (l *lifecycle) remove(ctx context.Context, m *move) error {
	record, err := l.server.store.Get(ctx, m.partition, m.id)
	if err != nil {
		return err
	}
	item, err := decodeItem(record)
	if err != nil {
		return err
	}
	if item[l.collection.Lifecycle.Field] != m.step.From {
		return errMoved
	}
	return l.server.drop(ctx, l.collection, place{m.partition, m.id})
}

// decodeItem reads a stored record.
func decodeItem(record []byte) (map[string]any, error) {
	value, err := contract.DecodeJSON(record)
	if err != nil {
		return nil, err
	}
	item, ok := value.(map[string]any)
	if !ok {
		return nil, errors.New("the record is not an object")
	}
	return item, nil
}
