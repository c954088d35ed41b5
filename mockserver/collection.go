package mockserver

import (
	"context"
	"encoding/json"
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
	uuids    bool // ids are UUIDs
	// undeclared are members that the schema of an item requires and does not
	// declare.
	undeclared []string
	// clocks write the times of members that have them otherwise than usual.
	clocks map[string]func(time.Time) any
	// blanks are what members start with of which the document says nothing else.
	blanks   map[string]any
	composed bool // items are of several kinds, of which each has members of its own
	spelling spelling
	// parentSpellings are those of the parents.
	parentSpellings []spelling
	places          *places // nil when no page begins at an item
	homes           *homes  // nil when the path of an item says where it stands
	itemText        func() *itemText

	creating sync.Mutex // held from taking the time to storing the item
	// turning is held while an item comes, goes or gets another state, until what is
	// noted of it beside the store says so too. It is taken after creating.
	turning  sync.Mutex
	latest   time.Time   // of the item that was created last
	shuffled atomic.Bool // the clock stepped back: the order of the store is not that of creation

	mu      sync.Mutex
	created counts
}

func newCollection(s *Server, described *resource.Collection) *collection {
	c := &collection{Collection: described}
	if described.Lifecycle != nil {
		c.lifecycle = newLifecycle(s, c)
	}
	order := described.Field(described.Order.Field)
	c.appended = order == nil || order.Source == resource.FromCreated
	c.paging = newPaging(described)
	c.spelling = idSpelling(described)
	if described.Item != nil {
		node := described.Item.Node()
		for _, name := range described.Item.Compiled().Required {
			if described.Field(name) == nil {
				c.undeclared = append(c.undeclared, name)
			}
		}
		c.composed = contract.Keyword(node, "oneOf").Exists() || contract.Keyword(node, "anyOf").Exists()
	}
	c.readClocks()
	c.readBlanks()
	for _, parent := range described.Parents {
		c.parentSpellings = append(c.parentSpellings, parentSpelling(described, parent))
	}
	if described.Page != nil && (described.Page.Style == resource.Cursor || described.Page.Style == resource.AfterItem) {
		c.places = newPlaces()
	}
	if described.Apart {
		c.homes = newHomes()
	}
	if id := described.Field(described.IDField); id != nil {
		c.uuids = len(id.Schema.Check(s.generator.UUID(""))) == 0
	}
	c.itemText = sync.OnceValue(func() *itemText { return newItemText(s, c) })
	return c
}

// readClocks finds how members hold times: in the first way that their schema admits.
func (c *collection) readClocks() {
	for _, f := range c.Fields {
		if f.Source != resource.FromCreated && f.Source != resource.FromUpdated || f.Schema == nil {
			continue
		}
		for i, form := range timeForms() {
			if len(f.Schema.Check(form(seedEpoch))) > 0 {
				continue
			}
			if i > 0 {
				if c.clocks == nil {
					c.clocks = map[string]func(time.Time) any{}
				}
				c.clocks[f.Name] = form
			}
			break
		}
	}
}

// readBlanks finds the members that start with nothing: a flag that is down, a count of
// none, a list that a request may fill.
func (c *collection) readBlanks() {
	c.blanks = map[string]any{}
	if c.composed {
		return // members tell the kinds apart
	}
	for _, f := range c.Fields {
		if f.Schema == nil || f.Source != resource.FromSchema && f.Source != resource.FromClient {
			continue
		}
		types := contract.Types(f.Schema.Node().Resolve())
		name := strings.ToLower(f.Name)
		var blank any
		switch {
		case len(types) == 0:
			continue
		case types[0] == "boolean" && !strings.Contains(name, "active") && !strings.Contains(name, "enabled") && !strings.Contains(name, "valid"):
			blank = false
		case types[0] == "integer" && strings.HasSuffix(name, "count"):
			blank = json.Number("0")
		case types[0] == "array" && f.Source == resource.FromClient:
			blank = []any{}
		default:
			continue
		}
		if len(f.Schema.Check(blank)) == 0 {
			c.blanks[f.Name] = blank
		}
	}
}

// blank is what a member starts with; ok is false for one that is made up.
func (c *collection) blank(f *resource.Field) (value any, ok bool) {
	value, ok = c.blanks[f.Name]
	return value, ok
}

// separator stands between the parents in the name of a partition; no path
// holds it.
const separator = "\x00"

// partitionOf names the partition for the values of the parents.
func (c *collection) partitionOf(value func(param string) string) store.Partition {
	values := make([]string, len(c.Parents))
	for i, parent := range c.Parents {
		values[i] = c.parentSpellings[i].key(value(parent.Param))
	}
	return store.Partition{Collection: c.Path, Parent: strings.Join(values, separator)}
}

// parentValues undoes partitionOf.
func (c *collection) parentValues(p store.Partition) map[string]string {
	values := map[string]string{}
	for i, value := range c.parentValuesInOrder(p) {
		values[c.Parents[i].Param] = value
	}
	return values
}

// parentValuesInOrder are the values of the parents, outermost first.
func (c *collection) parentValuesInOrder(p store.Partition) []string {
	if len(c.Parents) == 0 {
		return nil
	}
	return strings.SplitN(p.Parent, separator, len(c.Parents))
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
	c.created.add(p.Parent, 1)
	return c.created.last(c.Apart, p.Parent)
}

// forget makes a partition one that never held an item.
func (c *collection) forget(p store.Partition) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.created.forget(p.Parent)
}

// held is how many items a partition ever held.
func (c *collection) held(p store.Partition) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.created.under[p.Parent]
}

// ordinals are how many items were ever created, by parent.
func (c *collection) ordinals() map[string]int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return maps.Clone(c.created.under)
}

// restart begins again with other items, while nothing else happens.
func (c *collection) restart(created *counts, latest time.Time, shuffled bool) {
	c.latest = latest
	c.shuffled.Store(shuffled)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.created = created.clone()
}

// hasUnder reports whether there is an item, under the parents that stand before
// it in a path.
func (c *collection) hasUnder(ctx context.Context, s *Server, above []string, id string) (bool, error) {
	if c.homes != nil {
		_, there := c.homes.find(id)
		return there, nil
	}
	if len(above) == len(c.Parents) {
		return s.has(ctx, store.Partition{Collection: c.Path, Parent: strings.Join(above, separator)}, id)
	}
	for parents := range c.ordinals() {
		if there, err := s.has(ctx, store.Partition{Collection: c.Path, Parent: parents}, id); there || err != nil {
			return there, err
		}
	}
	return false, nil
}

// has reports whether there is an item.
func (s *Server) has(ctx context.Context, p store.Partition, id string) (bool, error) {
	_, err := s.store.Get(ctx, p, id)
	if errors.Is(err, store.ErrNotFound) {
		return false, nil
	}
	return err == nil, err
}

// get returns the item that the request's path names, and where it is.
func (s *Server) get(e *exchange) ([]byte, place, error) {
	c := e.endpoint.collection
	c.advance(e.r.Context(), e.started)
	at, err := s.place(e)
	if err != nil {
		return nil, at, err
	}
	record, err := s.store.Get(e.r.Context(), at.partition, at.id)
	if errors.Is(err, store.ErrNotFound) {
		return nil, at, notFound(e.match.Operation, &e.match.Params)
	}
	return record, at, err
}

// expire removes the items whose time is over: nobody has read them since, and they are
// in nobody's way.
func (c *collection) expire(ctx context.Context, now time.Time) {
	if c.lifecycle != nil && c.lifecycle.removes {
		c.lifecycle.advance(ctx, now)
	}
}

// advance moves items on along their lifecycle, up to now.
func (c *collection) advance(ctx context.Context, now time.Time) {
	if c.lifecycle != nil {
		c.lifecycle.advance(ctx, now)
	}
}
