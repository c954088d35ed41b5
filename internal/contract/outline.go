package contract

import "strings"

// outliner writes the outline of a document.
type outliner struct {
	left int // how many values it may still have
}

// maxOutline bounds the values of an outline, in which what is referred to stands
// everywhere.
const maxOutline = 1_000_000

// outlineSkips are the members that kin-openapi need not see.
var outlineSkips = map[string]bool{"example": true, "examples": true, "callbacks": true, "links": true, "encoding": true}

// value is what stands at a place of a document as JSON, as far as kin-openapi
// judges it: with references followed, and without schemas, extensions and what may
// go in circles. A text stands where one belongs, and what is empty where nothing
// does.
func (o *outliner) value(s *shape, n Node) any {
	o.left--
	switch {
	case o.left < 0:
		return nil
	case s == nil:
		return n.Value()
	case s.kind == schemaKind:
		return map[string]any{}
	}
	n = n.Resolve()
	switch {
	case n.IsObject():
		object := map[string]any{}
		for name, member := range n.members() {
			inside := s.member(name)
			if !strings.HasPrefix(name, "x-") && !outlineSkips[name] {
				object[name] = o.value(inside, member)
			}
		}
		return object
	case n.IsArray():
		items := []any{}
		for _, item := range n.rawItems() {
			items = append(items, o.value(s.each, item))
		}
		return items
	case !n.Exists() || isNull(n.value):
		return s.empty()
	case s.kind == textKind:
		return n.Text()
	}
	return n.Value()
}

// empty is the empty value of the kind.
func (s *shape) empty() any {
	switch s.kind {
	case objectKind:
		return map[string]any{}
	case listKind:
		return []any{}
	case textKind:
		return ""
	}
	return nil
}
