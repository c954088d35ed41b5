package mockserver

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"

	"understudy/internal/resource"
	"understudy/mockserver/store"
)

// children lists the collections that stand directly under the items of another.
func (s *Server) children(c *collection) []*collection {
	return slices.DeleteFunc(slices.Clone(s.collections), func(child *collection) bool {
		return len(child.Parents) == 0 || child.Parents[len(child.Parents)-1].Collection != c.Collection
	})
}

// refusing lists the collections of which a single item keeps the parent from
// being deleted.
func (s *Server) refusing(c *collection) []*collection {
	return slices.DeleteFunc(s.children(c), func(child *collection) bool {
		return child.Orphans != resource.Refuse || child.Singleton && !child.requested() // what came with its parent goes with it
	})
}

// hold lets nothing be created in collections until release is called.
func hold(collections []*collection) (release func()) {
	for _, c := range collections {
		c.creating.Lock()
	}
	return func() {
		for _, c := range collections {
			c.creating.Unlock()
		}
	}
}

// under lists the partitions of a collection that stand under one item of another.
func (c *collection) under(parent *collection, at place) []store.Partition {
	var found []store.Partition
	above := strings.Split(at.partition.Parent, separator)
	if len(parent.Parents) == 0 {
		above = nil
	}
	if len(c.Parents) == len(above)+1 { // the usual case needs no search
		p := store.Partition{Collection: c.Path, Parent: strings.Join(append(above, at.id), separator)}
		if c.held(p) == 0 {
			return nil
		}
		return []store.Partition{p}
	}
	for parents := range c.ordinals() {
		values := strings.Split(parents, separator)
		own := values[len(values)-1] == at.id
		// The values before it are those of the parent, where both paths have them.
		if own && (len(values)-1 != len(above) || slices.Equal(values[:len(values)-1], above)) {
			found = append(found, store.Partition{Collection: c.Path, Parent: parents})
		}
	}
	slices.SortFunc(found, store.Partition.Compare)
	return found
}

// anyUnder reports whether there is an item of a collection under one of its
// parents.
func (s *Server) anyUnder(ctx context.Context, child, parent *collection, at place) (bool, error) {
	for _, p := range child.under(parent, at) {
		_, total, err := s.store.Page(ctx, p, store.Range{}, nil)
		if total > 0 || err != nil {
			return total > 0, err
		}
	}
	return false, nil
}

// cascade deletes everything that stands under an item which was deleted, at all
// depths.
func (s *Server) cascade(ctx context.Context, parent *collection, at place) error {
	for _, child := range s.children(parent) {
		for _, p := range child.under(parent, at) {
			if err := s.empty(ctx, child, p); err != nil {
				return err
			}
			if parent.idsPass() && !child.Apart {
				child.forget(p) // nothing will ever stand there again
			}
		}
	}
	return nil
}

// idsPass reports whether an id never comes again when its item is gone: the server
// counts them, or makes them of such a count, and none puts items in place of all there
// are, with their ids.
func (c *collection) idsPass() bool {
	f := c.Field(c.IDField)
	chosen := f == nil || c.Writable(f) || f.Template != "" || c.PutCreates || c.IDQuery != nil
	again := slices.ContainsFunc(c.Batches, func(b resource.Batch) bool { return b.Role == resource.Replace })
	return !chosen && !again && (c.uuids || c.spelling == unpadded)
}

// empty deletes every item of a partition.
func (s *Server) empty(ctx context.Context, c *collection, p store.Partition) error {
	records, _, err := s.store.Page(ctx, p, store.Range{Limit: store.All}, nil)
	if err != nil {
		return err
	}
	ids := make([]string, 0, len(records))
	for _, record := range records {
		item, err := decodeItem(record)
		if err != nil {
			return err
		}
		ids = append(ids, c.storedUnder(item, 0))
	}
	if !c.identified() && !c.Singleton { // they are stored under their number
		ids = ids[:0]
		for n := range c.held(p) {
			ids = append(ids, strconv.Itoa(n+1))
		}
	}
	for _, id := range ids {
		if err := s.drop(ctx, c, place{p, id}); err != nil && !errors.Is(err, store.ErrNotFound) {
			return err
		}
	}
	if c.Singleton {
		c.forget(p)
	}
	return nil
}
