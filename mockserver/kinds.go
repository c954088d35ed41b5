package mockserver

import (
	"maps"
	"slices"

	"understudy/internal/contract"
)

// Items of a collection may be of several kinds, of which each has members of its own.

// kindOf makes of a new item one of the kinds that the answer to this request shows, so
// that it reads later as it is shown now: the one that what was sent goes with best.
func (s *Server) kindOf(e *exchange, c *collection, item, sent map[string]any, key string) map[string]any {
	if !c.composed {
		return item
	}
	schema := c.Item
	if f := e.endpoint.usual.frame; f != nil && f.item != nil && e.endpoint.shown() == c {
		schema = f.item
	}
	schema = s.closest(schema, sent)
	declared := contract.Members(schema.Node())
	own := maps.Clone(item)
	maps.DeleteFunc(own, func(name string, _ any) bool {
		_, was := sent[name]
		return !was && !slices.ContainsFunc(declared, func(m contract.Member) bool { return m.Name == name })
	})
	if kind, ok := s.fitKind(c, schema, own, key); ok {
		return kind
	}
	return item
}

// fitKind gives an item the shape of the kind that has room for most of it. ok is false
// when that is no item of the collection.
func (s *Server) fitKind(c *collection, schema *contract.Schema, item map[string]any, key string) (kind map[string]any, ok bool) {
	fitted, _ := s.fit(s.closest(schema, item), item, key)
	kind, ok = fitted.(map[string]any)
	return kind, ok && len(c.check(kind)) == 0
}

// closest is the one of the schemas that an item may follow which admits most of its
// members, or the schema itself where there is no choice.
func (s *Server) closest(schema *contract.Schema, item map[string]any) *contract.Schema {
	best, most := schema, 0
	for _, alternative := range contract.Alternatives(schema.Node()) {
		compiled, err := s.contract.ResponseSchema(alternative)
		if err != nil {
			continue
		}
		if admitted := s.admitted(alternative, item); best == schema || admitted > most {
			best, most = compiled, admitted
		}
	}
	return best
}

// admitted is how many members of an item a schema admits, less those that it refuses.
func (s *Server) admitted(schema contract.Node, item map[string]any) int {
	count := 0
	for _, member := range contract.Members(schema) {
		value, has := item[member.Name]
		compiled, err := s.contract.ResponseSchema(member.Node)
		switch {
		case !has || err != nil:
		case len(compiled.Check(value)) == 0:
			count++
		default:
			count--
		}
	}
	return count
}
