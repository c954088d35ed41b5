package mockserver

import (
	"bytes"
	"context"
	"io"
	"slices"

	"understudy/internal/resource"
	"understudy/mockserver/store"
)

// show answers with the items of a collection, under whichever parents, whose
// members are what the path says: with all of them, or with the first.
func (s *Server) show(e *exchange) error {
	c := e.endpoint.collection
	c.advance(e.r.Context(), e.started)
	if violations := e.match.Operation.CheckPath(&e.match.Params); len(violations) > 0 {
		return notFound(e.match.Operation, &e.match.Params)
	}
	decoded, err := e.checkParameters()
	if err != nil {
		return err
	}
	if err := s.look(e, readFilters(e.endpoint.view.Filters, decoded)); err != nil {
		return err
	}
	if e.endpoint.view.Role == resource.List {
		return s.sendAll(e, e.records)
	}
	if len(e.records) == 0 {
		return notFound(e.match.Operation, &e.match.Params)
	}
	return s.sendItem(e, &e.endpoint.usual, e.records[0])
}

// look collects the records that a view shows, as far as they pass some filters.
func (s *Server) look(e *exchange, filters []filter) error {
	shown := slices.DeleteFunc(e.endpoint.collection.everHeld(), func(p store.Partition) bool { return !e.isUnder(p) })
	kept := e.records[:0]
	err := s.eachItem(e.r.Context(), shown, func(_ store.Partition, record []byte, item map[string]any) (enough bool) {
		if e.matches(item) && !slices.ContainsFunc(filters, func(f filter) bool { return !f.keeps(item) }) {
			kept = append(kept, record)
		}
		return false
	})
	e.records = kept
	return err
}

// eachItem visits the items of some partitions, until one is enough.
func (s *Server) eachItem(ctx context.Context, partitions []store.Partition, visit func(p store.Partition, record []byte, item map[string]any) (enough bool)) error {
	for _, p := range partitions {
		records, _, err := s.store.Page(ctx, p, store.Range{Limit: store.All}, nil)
		if err != nil {
			return err
		}
		for _, record := range records {
			item, _ := decodeItem(record) // a stored record always decodes
			if visit(p, record, item) {
				return nil
			}
		}
	}
	return nil
}

// isUnder reports whether a partition stands under the parents in the path of a view.
func (e *exchange) isUnder(p store.Partition) bool {
	c := e.endpoint.collection
	values := c.parentValues(p)
	for i, parent := range c.Parents {
		if slices.Contains(e.endpoint.view.Under, parent.Param) && values[parent.Param] != c.parentSpellings[i].key(e.match.Params.Get(parent.Param)) {
			return false
		}
	}
	return true
}

// matches reports whether the members of an item are what the path says.
func (e *exchange) matches(item map[string]any) bool {
	c := e.endpoint.collection
	for param, path := range e.endpoint.view.Match {
		written := exact
		if len(path) == 1 && path[0] == c.IDField {
			written = c.spelling
		}
		if written.key(text(at(item, path))) != written.key(e.match.Params.Get(param)) {
			return false
		}
	}
	return true
}

// placeViewed finds the item that a view changes: the one whose members are what the
// path says, or whose id is in the body.
func (s *Server) placeViewed(e *exchange) (place, error) {
	c := e.endpoint.collection
	nowhere := place{partition: store.Partition{Collection: c.Path}}
	if violations := e.match.Operation.CheckPath(&e.match.Params); len(violations) > 0 {
		return nowhere, notFound(e.match.Operation, &e.match.Params)
	}
	wanted := ""
	if e.endpoint.view.ByBody {
		sent, err := s.readItem(e)
		if err != nil {
			return nowhere, err
		}
		e.r.Body = io.NopCloser(bytes.NewReader(bytes.Clone(e.body))) // which is read once more
		wanted = c.spelling.key(text(sent[c.IDField]))
	}
	found := nowhere
	err := s.eachItem(e.r.Context(), c.everHeld(), func(p store.Partition, _ []byte, item map[string]any) (enough bool) {
		id := c.storedUnder(item, 0)
		if e.endpoint.view.ByBody && id == wanted || !e.endpoint.view.ByBody && e.matches(item) {
			found = place{p, id}
			return true
		}
		return false
	})
	return found, err
}
