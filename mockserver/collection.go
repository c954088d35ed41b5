package mockserver

import (
	"context"
	"errors"
	"maps"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"understudy/internal/contract"
	"understudy/internal/resource"
	"understudy/mockserver/store"
)

// collection is one collection while it is served.
type collection struct {
	*resource.Collection
	lifecycle *lifecycle // nil when items do not move by themselves
	// appended says that the default order is that of creation, which is the
	// order of the store.
	appended bool
	paging   paging
	uuids    bool           // ids are UUIDs
	filler   map[string]any // made-up values of envelope members, by name

	creating sync.Mutex  // held from taking the time to storing the item
	latest   time.Time   // of the item that was created last
	shuffled atomic.Bool // the clock stepped back: the order of the store is not that of creation

	mu      sync.Mutex
	created map[string]int // items ever created, by parent
}

func newCollection(s *Server, described *resource.Collection) *collection {
	c := &collection{Collection: described, created: map[string]int{}}
	if described.Lifecycle != nil {
		c.lifecycle = newLifecycle(s, c)
	}
	order := described.Field(described.Order.Field)
	c.appended = order == nil || order.Source == resource.FromCreated
	c.paging = newPaging(described)
	if id := described.Field(described.IDField); id != nil {
		c.uuids = len(id.Schema.Check(s.generator.UUID(""))) == 0
	}
	c.filler = s.fill(described)
	return c
}

// fill makes up the envelope members whose meaning is not known.
func (s *Server) fill(described *resource.Collection) map[string]any {
	filler := map[string]any{}
	for _, member := range described.Envelope.Members {
		if member.Part == resource.OtherPart {
			if value, err := s.generator.Value(member.Schema.Compiled(), described.Path+" "+member.Name); err == nil {
				filler[member.Name] = value
			}
		}
	}
	return filler
}

// separator stands between the parents in the name of a partition; no path
// holds it.
const separator = "\x00"

// partition is what one request sees of the collection: the items under its
// parents.
func (c *collection) partition(params *contract.Params) store.Partition {
	switch len(c.Parents) {
	case 0:
		return store.Partition{Collection: c.Path}
	case 1:
		return store.Partition{Collection: c.Path, Parent: params.Get(c.Parents[0].Param)}
	}
	return c.partitionOf(func(param string) string { return params.Get(param) })
}

// partitionOf names the partition for the values of the parents.
func (c *collection) partitionOf(value func(param string) string) store.Partition {
	values := make([]string, len(c.Parents))
	for i, parent := range c.Parents {
		values[i] = value(parent.Param)
	}
	return store.Partition{Collection: c.Path, Parent: strings.Join(values, separator)}
}

// parentValues undoes partitionOf.
func (c *collection) parentValues(p store.Partition) map[string]string {
	values := map[string]string{}
	if len(c.Parents) == 0 {
		return values
	}
	parts := strings.SplitN(p.Parent, separator, len(c.Parents))
	for i, parent := range c.Parents {
		values[parent.Param] = parts[i]
	}
	return values
}

// inserted notes when an item was created.
func (c *collection) inserted(at time.Time) {
	if at.Before(c.latest) {
		c.shuffled.Store(true)
		return
	}
	c.latest = at
}

// inOrder reports whether the store has the items in the default order, or in
// its reverse.
func (c *collection) inOrder() bool { return c.appended && !c.shuffled.Load() }

// nextOrdinal numbers the items of a partition in the order of their creation.
func (c *collection) nextOrdinal(p store.Partition) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.created[p.Parent]++
	return c.created[p.Parent]
}

// ordinals are how many items were ever created, by parent.
func (c *collection) ordinals() map[string]int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return maps.Clone(c.created)
}

// restart begins again with other items.
func (c *collection) restart(created map[string]int, latest time.Time, shuffled bool) {
	c.creating.Lock()
	defer c.creating.Unlock()
	c.latest = latest
	c.shuffled.Store(shuffled)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.created = maps.Clone(created)
	if c.created == nil {
		c.created = map[string]int{}
	}
}

// has reports whether there is an item, under the parents that the request has
// in its path.
func (c *collection) has(s *Server, e *exchange, id string) (bool, error) {
	_, err := s.store.Get(e.r.Context(), c.partition(&e.match.Params), id)
	if errors.Is(err, store.ErrNotFound) {
		return false, nil
	}
	return err == nil, err
}

// get returns the item that the request's path names.
func (c *collection) get(ctx context.Context, s *Server, e *exchange) ([]byte, error) {
	c.advance(ctx, e.started)
	record, err := s.store.Get(ctx, c.partition(&e.match.Params), e.match.Params.Get(c.IDParam))
	if errors.Is(err, store.ErrNotFound) {
		return nil, notFound(e.match.Operation, &e.match.Params)
	}
	return record, err
}

// advance moves items on along their lifecycle, up to now.
func (c *collection) advance(ctx context.Context, now time.Time) {
	if c.lifecycle != nil {
		c.lifecycle.advance(ctx, now)
	}
}
