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
	case op.Method == "PUT":
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
	body := bodySchema(op)
	if f, ok := in.wrapped(body, c.Name, contract.Node{}); ok {
		body = f.node
	}
	sent := in.members(body)
	for _, m := range sent {
		if m.Required {
			return Whole, "PUT replaces"
		}
	}
	created := bodySchema(c.Operations[Create])
	if f, ok := in.wrapped(created, c.Name, contract.Node{}); ok {
		created = f.node
	}
	for _, m := range in.members(created) {
		if _, also := in.member(body, m.Name); m.Required && also {
			return Partial, "its body requires nothing, and creating requires " + m.Name
		}
	}
	return Whole, "PUT replaces"
}

// findStyles decides how updates change the item.
func (in *inference) findStyles(c *Collection) {
	for _, role := range []Role{Update, Replace} {
		op := c.Operations[role]
		if op == nil || op.Method != "PUT" {
			continue
		}
		b := in.model.bindings[op]
		b.Style, _ = in.putStyle(c, op)
		in.model.bindings[op] = b
	}
}
