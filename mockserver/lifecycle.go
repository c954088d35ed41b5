package mockserver

import (
	"bytes"
	"container/heap"
	"context"
	"errors"
	"math"
	"slices"
	"strings"
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
	sets       map[*resource.Transition][]contract.TextMember // what each step gives members
	removes    bool                                           // some step removes the item
	earliest   atomic.Int64                                   // nanoseconds of the next move; MaxInt64 when there is none

	old    []contract.TextMember // this and buffer are for who holds turning of the collection
	buffer []byte

	mu        sync.Mutex
	pending   moves
	planned   uint64           // moves so far
	latest    *store.Partition // of the move that was planned last, for the next ones
	forgotten map[place]uint64 // the moves of an item that do not count: those up to this one
	forgets   int              // how often moves were forgotten since they were last looked for
}

// move is one transition that will come. Every new item waits for one, so it is small.
type move struct {
	due       time.Time
	partition *store.Partition
	id        string
	step      *resource.Transition
	number    uint64 // in the order of planning, from 1
}

// place is where the item stands.
func (m *move) place() place { return place{*m.partition, m.id} }

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
	l := &lifecycle{server: s, collection: c, sets: map[*resource.Transition][]contract.TextMember{}, forgotten: map[place]uint64{}}
	l.earliest.Store(math.MaxInt64)
	for i := range c.Lifecycle.Transitions {
		step := &c.Lifecycle.Transitions[i]
		l.sets[step] = setText(c.Lifecycle.Field, step)
		l.removes = l.removes || step.Remove
	}
	return l
}

// setText is what a step gives members, as text; nil when that cannot be written.
func setText(state string, step *resource.Transition) []contract.TextMember {
	set := []contract.TextMember{{Name: []byte(state), Value: quote(step.To)}}
	for name, value := range step.Set {
		text, err := contract.AppendJSON(nil, value)
		if err != nil {
			return nil
		}
		set = append(set, contract.TextMember{Name: []byte(name), Value: text})
	}
	return set
}

// enter plans the next move of an item that came into a state. A state without
// transitions is where it rests.
func (l *lifecycle) enter(p store.Partition, id, state string, at time.Time) {
	if step := l.collection.Lifecycle.Next(state); step != nil {
		l.plan(place{p, id}, step, at.Add(step.After))
	}
}

func (l *lifecycle) plan(at place, step *resource.Transition, due time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.latest == nil || *l.latest != at.partition {
		parent := strings.Clone(at.partition.Parent) // of a URL that need not be kept for it
		l.latest = &store.Partition{Collection: at.partition.Collection, Parent: parent}
	}
	l.planned++
	heap.Push(&l.pending, &move{due: due, partition: l.latest, id: at.id, step: step, number: l.planned})
	l.earliest.Store(min(l.earliest.Load(), due.UnixNano()))
}

// forget drops the moves of one item. They are looked for when many are to be dropped,
// or when their time comes: looking through all for each would take long.
func (l *lifecycle) forget(at place) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.forgotten[at] = l.planned
	l.forgets++
	if 2*l.forgets > len(l.pending) {
		l.pending = slices.DeleteFunc(l.pending, l.isForgotten)
		heap.Init(&l.pending)
		clear(l.forgotten)
		l.forgets = 0
	}
}

func (l *lifecycle) isForgotten(m *move) bool {
	return len(l.forgotten) > 0 && m.number <= l.forgotten[m.place()]
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
	clear(l.forgotten)
	l.forgets = 0
	l.earliest.Store(math.MaxInt64)
}

// due says when each item moves next, by partition and id.
func (l *lifecycle) due() map[store.Partition]map[string]time.Time {
	l.mu.Lock()
	defer l.mu.Unlock()
	due := map[store.Partition]map[string]time.Time{}
	for _, m := range l.pending {
		if l.isForgotten(m) {
			continue
		}
		p := *m.partition
		if due[p] == nil {
			due[p] = map[string]time.Time{}
		}
		due[p][m.id] = m.due
	}
	return due
}

// advance makes every move that is due. Who comes while moves are made waits for
// them.
func (l *lifecycle) advance(ctx context.Context, now time.Time) {
	if now.UnixNano() < l.earliest.Load() {
		return
	}
	for _, at := range l.makeDue(ctx, now) {
		if err := l.server.cascade(context.WithoutCancel(ctx), l.collection, at); err != nil {
			l.server.logger.Error("lifecycle", "path", l.collection.Path, "id", at.id, "reason", err.Error())
		}
	}
}

// makeDue makes the moves that are due, and tells which items they removed.
func (l *lifecycle) makeDue(ctx context.Context, now time.Time) (removed []place) {
	l.collection.turning.Lock()
	defer l.collection.turning.Unlock()
	for m := l.take(now); m != nil; m = l.take(now) {
		switch err := l.make(ctx, m); {
		case err == nil && m.step.Remove:
			removed = append(removed, m.place())
		case err != nil && !errors.Is(err, store.ErrNotFound) && !errors.Is(err, errMoved):
			l.server.logger.Error("lifecycle", "path", l.collection.Path, "id", m.id, "to", m.step.To, "reason", err.Error())
		}
	}
	return removed
}

// take removes the earliest move, if it is due. When none is, it is nil, and the time of
// the next one is noted.
func (l *lifecycle) take(now time.Time) *move {
	l.mu.Lock()
	defer l.mu.Unlock()
	for len(l.pending) > 0 {
		next := l.pending[0]
		if next.due.After(now) {
			l.earliest.Store(next.due.UnixNano())
			return nil
		}
		heap.Pop(&l.pending)
		if !l.isForgotten(next) {
			return next
		}
	}
	l.earliest.Store(math.MaxInt64)
	return nil
}

// errMoved says that an item is no longer in the state that a move starts from.
var errMoved = errors.New("the item is in another state")

// make makes one move and plans the one after it.
func (l *lifecycle) make(ctx context.Context, m *move) error {
	if m.step.Remove {
		return l.remove(context.WithoutCancel(ctx), m)
	}
	_, err := l.server.store.Update(context.WithoutCancel(ctx), *m.partition, m.id, func(old []byte) ([]byte, error) {
		if record, ok := l.moveText(old, m); ok {
			return record, nil
		}
		return l.moveTree(old, m)
	})
	if err == nil {
		l.enter(*m.partition, m.id, m.step.To, m.due)
	}
	return err
}

// moveText moves an item on in its text; ok is false when that is not certainly the valid
// item that is meant.
func (l *lifecycle) moveText(old []byte, m *move) (record []byte, ok bool) {
	c, set := l.collection, l.sets[m.step]
	if c.itemText() == nil || set == nil {
		return nil, false
	}
	if l.old, ok = contract.AppendMembers(l.old[:0], old); !ok || string(memberText(l.old, c.Lifecycle.Field)) != `"`+m.step.From+`"` {
		return nil, false
	}
	if l.buffer, ok = c.rewrite(l.buffer[:0], &rewriting{old: l.old, set: set, now: m.due}); !ok {
		return nil, false
	}
	return bytes.Clone(l.buffer), true
}

// moveTree moves an item on as a tree.
func (l *lifecycle) moveTree(old []byte, m *move) ([]byte, error) {
	c := l.collection
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
}

// remove removes an item at the end of its life.
func (l *lifecycle) remove(ctx context.Context, m *move) error {
	record, err := l.server.store.Get(ctx, *m.partition, m.id)
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
	return l.server.dropTurning(ctx, l.collection, m.place())
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
