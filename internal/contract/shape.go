package contract

import "strings"

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
