package resource

import (
	"strings"

	"understudy/internal/contract"
)

// The content types of an update that say how it changes the item.
const (
	mergePatchType = "application/merge-patch+json"
	jsonPatchType  = "application/json-patch+json"
)

// styleOf is how the body of an update changes the item: its first content type
// says so, else its method.
func styleOf(role Role, op *contract.Operation, guessed UpdateStyle) UpdateStyle {
	if role != Update && role != Replace {
		return ""
	}
	if op.Body != nil && len(op.Body.Content) > 0 {
		switch op.Body.Content[0].Type {
		case mergePatchType:
			return Merge
		case jsonPatchType:
			return JSONPatch
		}
	}
	switch {
	case guessed != "":
		return guessed
	case role == Replace:
		return Whole
	}
	return Partial
}

// saysPartial reports whether a replacement says of itself that it changes only
// what is sent.
func saysPartial(op *contract.Operation) bool {
	text := strings.ToLower(op.Summary + " " + op.Node.Get("description").Text())
	for _, words := range []string{"partial", "remain unchanged", "are left unchanged", "only the attributes", "only the fields", "only fields that", "any subset"} {
		if strings.Contains(text, words) {
			return true
		}
	}
	return false
}

// putStyle decides whether a PUT replaces the item or changes what is sent. It
// does the latter where the document says so: in words, or by requiring nothing
// of the body although an item cannot be created without some of its members.
func (in *inference) putStyle(c *Collection, op *contract.Operation) (style UpdateStyle, because string) {
	if saysPartial(op) {
		return Partial, "its description says so"
	}
	body := in.inside(bodySchema(op), c.Name)
	for _, m := range in.members(body) {
		if m.Required {
			return Whole, "PUT replaces"
		}
	}
	for _, m := range in.members(in.inside(bodySchema(c.Operations[Create]), c.Name)) {
		switch _, also := in.member(body, m.Name); {
		case m.Required && also:
			return Partial, "its body requires nothing, and creating requires " + m.Name
		case m.Required:
			return Partial, "its body cannot hold " + m.Name + ", which creating requires"
		}
	}
	if c.Operations[Create] == nil && c.Operations[List] == nil && !c.Singleton && !op.Declares(201) {
		return Partial, "its body requires nothing, and nothing creates a whole item"
	}
	return Whole, "PUT replaces"
}

// edits reports whether an operation takes the members of an item, and not a file
// or nothing.
func edits(op *contract.Operation) bool {
	if op == nil || op.Body == nil {
		return false
	}
	for _, media := range op.Body.Content {
		if strings.Contains(media.Type, "json") || strings.Contains(media.Type, "form") || strings.Contains(media.Type, "*") {
			return true
		}
	}
	return false
}
