package contract

import (
	"strings"

	"go.yaml.in/yaml/v3"
)

// outliner writes the outline of a document: what kin-openapi judges of it, without
// schemas, extensions and what may go in circles.
type outliner struct {
	root Node
	seen map[*yaml.Node]bool // what references have led to
}

// outlineSkips are the members that kin-openapi need not see.
var outlineSkips = map[string]bool{"example": true, "examples": true, "callbacks": true, "links": true, "encoding": true}

// value is what stands at a place as JSON. A text stands where one belongs, and what
// is empty where nothing does. What is referred to is judged once, where it stands or
// where it is first needed; for any other reference ok is false.
func (o *outliner) value(s *shape, n Node) (value any, ok bool) {
	switch {
	case s == nil:
		return n.Value(), true
	case s.kind == schemaKind:
		return map[string]any{}, true
	}
	if _, isReference := n.reference(); isReference {
		n = n.Resolve()
		if n.file == o.root.file && strings.HasPrefix(n.Pointer(), "/components/") || o.seen[n.target()] {
			return nil, false
		}
		o.seen[n.target()] = true
	}
	switch {
	case n.IsObject():
		return o.object(s, n), true
	case n.IsArray():
		items := []any{}
		for _, item := range n.rawItems() {
			if outline, ok := o.value(s.each, item); ok {
				items = append(items, outline)
			}
		}
		return items, true
	case !n.Exists() || isNull(n.value):
		return s.empty(), true
	case s.kind == textKind:
		return n.Text(), true
	}
	return n.Value(), true
}

func (o *outliner) object(s *shape, n Node) map[string]any {
	object := map[string]any{}
	for name, member := range n.members() {
		if strings.HasPrefix(name, "x-") || outlineSkips[name] {
			continue
		}
		if name == "description" && kindOf(member) == textKind {
			object[name] = "" // that there is one counts, and not what it says
			continue
		}
		switch outline, ok := o.value(s.member(name), member); {
		case ok:
			object[name] = outline
		case s.extensible: // a response, which must be there
			object[name] = map[string]any{"description": ""}
		}
	}
	return object
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
