package mockserver

import (
	"context"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"understudy/internal/contract"
	"understudy/mockserver/store"
)

// Stop is one operation on a tour of the API: how to call it now.
type Stop struct {
	Method string
	// Path has every parameter filled with a value that exists, where there is
	// one.
	Path    string
	Summary string
}

// Tour lists every operation with a path that can be called as it stands.
func (s *Server) Tour(ctx context.Context) []Stop {
	stops := make([]Stop, 0, len(s.contract.Operations))
	for _, op := range s.contract.Operations {
		stops = append(stops, Stop{Method: op.Method, Path: s.samplePath(ctx, op), Summary: op.Summary})
	}
	return stops
}

var placeholder = regexp.MustCompile(`\{[^{}]+\}`)

// samplePath fills the parameters of an operation's path.
func (s *Server) samplePath(ctx context.Context, op *contract.Operation) string {
	known := map[string]string{}
	ep := s.endpoints[op]
	switch {
	case ep.view != nil:
		s.sampleView(ctx, ep, known)
	case ep.collection != nil:
		s.sampleParams(ctx, ep, known)
	}
	return placeholder.ReplaceAllStringFunc(op.Path, func(match string) string {
		name := strings.Trim(match, "{}")
		if value := known[name]; value != "" {
			return url.PathEscape(value)
		}
		if value := s.enterable(s.keys.writer(), name); value != "" {
			return url.PathEscape(value)
		}
		if ep.collection == nil || ep.view != nil {
			return url.PathEscape(s.sampleValue(op, name, match))
		}
		return match
	})
}

// sampleValue makes up a value of a path parameter that names nothing.
func (s *Server) sampleValue(op *contract.Operation, name, absent string) string {
	p := op.Parameter("path", name)
	if p == nil || p.Schema == nil {
		return absent
	}
	value, err := s.generator.Value(p.Schema.Compiled(), "path "+name)
	if written := text(value); err == nil && written != "" {
		return written
	}
	return absent
}

// sampleParams finds values for the parameters of a path that belong together: an
// item that exists, and what it stands under.
func (s *Server) sampleParams(ctx context.Context, ep *endpoint, known map[string]string) {
	c, sc := ep.collection, &ep.scope
	p := s.samplePartition(ctx, c)
	values := c.parentValues(p)
	for i := range sc.parents {
		known[sc.parents[i].name] = values[sc.parents[i].Param]
	}
	if sc.id != "" {
		known[sc.id] = s.firstID(ctx, c, p)
	}
}

// sampleView finds values for the parameters of a view in an item that it shows.
func (s *Server) sampleView(ctx context.Context, ep *endpoint, known map[string]string) {
	records, _, err := s.store.Page(ctx, s.samplePartition(ctx, ep.collection), store.Range{Limit: 1}, nil)
	if err != nil || len(records) == 0 {
		return
	}
	item, _ := decodeItem(records[0]) // a stored record always decodes
	for param, path := range ep.view.Match {
		known[param] = text(at(item, path))
	}
}

// firstID is the id of the first item of a partition, "" when there is none.
func (s *Server) firstID(ctx context.Context, c *collection, p store.Partition) string {
	records, _, err := s.store.Page(ctx, p, store.Range{Limit: 1}, nil)
	if err != nil || len(records) == 0 {
		return ""
	}
	item, err := decodeItem(records[0])
	if err != nil {
		return ""
	}
	if !c.identified() {
		return c.storedUnder(item, 1)
	}
	return c.id(item)
}

// samplePartition is a partition that holds an item, under parents that exist and
// that the key "write" may enter where there is one.
func (s *Server) samplePartition(ctx context.Context, c *collection) store.Partition {
	writer := s.keys.writer()
	usual := s.chooseParents(c, func(parent *collection) (place, bool) {
		p := s.samplePartition(ctx, parent)
		id := s.firstID(ctx, parent, p)
		return place{p, parent.spelling.key(id)}, id != ""
	})
	for _, p := range append([]store.Partition{usual}, c.everHeld()...) {
		if _, total, err := s.store.Page(ctx, p, store.Range{}, nil); err == nil && total > 0 && s.mayEnter(c, p, writer) {
			return p
		}
	}
	return usual
}

// mayEnter reports whether a key may enter the parents of a partition.
func (s *Server) mayEnter(c *collection, p store.Partition, k *key) bool {
	values := c.parentValues(p)
	for i, parent := range c.Parents {
		if k != nil && parent.Collection == nil && !k.may(parent.Param, values[parent.Param], c.parentSpellings[i]) {
			return false
		}
	}
	return true
}

// everHeld lists the partitions that ever held an item.
func (c *collection) everHeld() []store.Partition {
	var list []store.Partition
	for parents := range c.ordinals() {
		list = append(list, store.Partition{Collection: c.Path, Parent: parents})
	}
	slices.SortFunc(list, store.Partition.Compare)
	return list
}

// Title names the document.
func (s *Server) Title() string { return s.contract.String() }
