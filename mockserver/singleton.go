package mockserver

import (
	"context"
	"errors"
	"net/http"

	"understudy/internal/resource"
	"understudy/mockserver/store"
)

// A singleton is there from the start, with made-up data: it comes into being when it
// is first asked for, under whichever parents. One that can be put is gone once it
// was deleted, until it is put again; another starts again. One that requests create
// is there when one did, as any other item is.

// makeSingleton brings the item of a partition into being, unless it was before.
func (s *Server) makeSingleton(ctx context.Context, c *collection, p store.Partition) error {
	if c.held(p) > 0 || c.requested() {
		return nil
	}
	c.creating.Lock()
	defer c.creating.Unlock()
	if c.held(p) > 0 {
		return nil
	}
	record, err := s.original(c, p)
	if err != nil {
		return err
	}
	c.turning.Lock()
	defer c.turning.Unlock()
	if err := s.store.Insert(ctx, p, "", record); err != nil && !errors.Is(err, store.ErrExists) {
		return err
	}
	c.nextOrdinal(p)
	return nil
}

// original is the item that a singleton starts as.
func (s *Server) original(c *collection, p store.Partition) ([]byte, error) {
	item, err := s.newItem(c, p, 1, origin{key: s.keys.writer(), now: seedEpoch, updated: seedEpoch, seeded: true})
	if err != nil {
		return nil, err
	}
	_, record, err := s.settle(c, item, seedKey(p, 1))
	return record, err
}

// singletons adds those to a state in the making that stand under no parents, so
// that a dump shows them.
func (l *loading) singletons() error {
	for _, c := range l.server.collections {
		p := store.Partition{Collection: c.Path}
		if !c.Singleton || c.requested() || len(c.Parents) > 0 || l.created[c].under[p.Parent] > 0 {
			continue
		}
		record, err := l.server.original(c, p)
		if err != nil {
			return err
		}
		l.entries = append(l.entries, store.Entry{Partition: p, Record: record})
		l.count(c, p, 1)
	}
	return nil
}

// requested reports whether requests create a singleton.
func (c *collection) requested() bool { return c.Operations[resource.Create] != nil || c.PutCreates }

// putable reports whether an item can be put where it stands.
func (c *collection) putable() bool {
	for _, op := range c.Operations {
		if op.Method == http.MethodPut {
			return true
		}
	}
	return false
}
