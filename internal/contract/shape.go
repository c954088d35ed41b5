package contract

import (
	"strings"

	"go.yaml.in/yaml/v3"
)

// shape is what a place in an OpenAPI document may hold. No shape at all, nil, is
// data, into which nobody looks.
type shape struct {
	kind    valueKind
	members map[string]*shape
	each    *shape // of the other members of an object, or of the items of a list
	// extensible says that a member whose name begins with "x-" is an extension,
	// which is data, and not one of the others.
	extensible bool
}

// valueKind names what a value is.
type valueKind string

// The kinds of values. A text may be any scalar, as it is written, and a schema an
// object or a flag.
const (
	objectKind valueKind = "object"
	listKind   valueKind = "list"
	textKind   valueKind = "text"
	flagKind   valueKind = "flag"
	numberKind valueKind = "number"
	nullKind   valueKind = "null"
	schemaKind valueKind = "schema"
	anyKind    valueKind = "" // the schema engine judges what it is
)

// structureFaults reports what is wrong with the structure of a document, as far
// as the rest of the package relies on it.
func structureFaults(root Node) Faults {
	var faults Faults
	documentShape().inspect(root, &faults)
	return faults
}

// inspect reports every value of the wrong kind and every reference that leads
// nowhere, in the order of the document.
func (s *shape) inspect(n Node, faults *Faults) {
	if s == nil || !n.Exists() {
		return
	}
	if ref, ok := n.reference(); ok {
		*faults = append(*faults, dangling(n, ref)...)
		if s.kind != schemaKind {
			return // what stands beside the reference does not count
		}
	} else if found := kindOf(n); !s.admits(found) {
		*faults = append(*faults, n.Fault("correct the structure of the document", "%s stands where %s belongs", found.withArticle(), s.kind.withArticle()))
		return
	}
	for name, member := range n.members() {
		inside := s.member(name)
		if inside == nil || isNull(member.value) && inside.kind != schemaKind {
			continue // nothing is as good as empty, but it is no schema
		}
		inside.inspect(member, faults)
	}
	for _, item := range n.rawItems() {
		s.each.inspect(item, faults)
	}
}

// admits reports whether a value of a kind may stand here.
func (s *shape) admits(found valueKind) bool {
	switch s.kind {
	case anyKind, found:
		return true
	case schemaKind:
		return found == objectKind || found == flagKind
	case textKind:
		return found == flagKind || found == numberKind
	}
	return false
}

// member is the shape of a member.
func (s *shape) member(name string) *shape {
	member, ok := s.members[name]
	if ok || s.extensible && strings.HasPrefix(name, "x-") {
		return member
	}
	return s.each
}

// dangling reports a reference that leads nowhere.
func dangling(holder, ref Node) Faults {
	switch text := ref.Text(); {
	case text != "" && !strings.HasPrefix(text, "#"):
		return Faults{ref.Fault("bundle the document into one file", "$ref %q refers to another file", text)}
	case !holder.Resolve().Exists():
		return Faults{ref.Fault("correct the reference or add what it names", "$ref %q leads nowhere", text)}
	}
	return nil
}

// value is what stands at a place as JSON: a text where one belongs, and what is
// empty where nothing stands.
func (s *shape) value(at *yaml.Node) any {
	at = unalias(at)
	switch {
	case s == nil:
		return jsonValue(at)
	case at.Kind == yaml.MappingNode:
		object := make(map[string]any, len(at.Content)/2)
		for i := 0; i+1 < len(at.Content); i += 2 {
			name := at.Content[i].Value
			object[name] = s.member(name).value(at.Content[i+1])
		}
		return object
	case at.Kind == yaml.SequenceNode:
		items := make([]any, len(at.Content))
		for i, item := range at.Content {
			items[i] = s.each.value(item)
		}
		return items
	case isNull(at):
		return s.empty()
	case s.kind == textKind:
		return at.Value
	}
	return jsonValue(at)
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

// kindOf names the kind of a value.
func kindOf(n Node) valueKind {
	switch {
	case n.IsObject():
		return objectKind
	case n.IsArray():
		return listKind
	}
	switch n.Value().(type) {
	case bool:
		return flagKind
	case string:
		return textKind
	case nil:
		return nullKind
	}
	return numberKind
}

// withArticle is a kind in a sentence.
func (k valueKind) withArticle() string {
	switch k {
	case objectKind:
		return "an object"
	case flagKind:
		return "true or false"
	case nullKind:
		return "nothing"
	}
	return "a " + string(k)
}
