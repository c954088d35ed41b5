package resource

import (
	"slices"
	"strings"

	"understudy/internal/contract"
)

// found is a schema inside a body, with the names of the members that lead to it.
type found struct {
	path []string
	node contract.Node
}

// usual reports whether a member is named as many documents name what holds the
// items, or the item.
func usual(name string) bool {
	return slices.Contains([]string{"data", "items", "item", "results", "result", "records", "record", "entries", "values", "value", "list", "rows", "resources", "resource", "elements", "content", "nodes", "objects", "object", "entity", "entities", "payload", "response", "embedded"}, plain(name))
}

// successSchema is the JSON schema of an operation's success, or the zero Node.
func successSchema(op *contract.Operation) contract.Node {
	if op == nil {
		return contract.Node{}
	}
	response, _ := op.Success()
	if response == nil {
		return contract.Node{}
	}
	if media := response.JSON(); media != nil {
		return media.Node.Raw("schema")
	}
	return contract.Node{}
}

// bodySchema is the schema of an operation's body, JSON before others, or the zero
// Node. A list of operations (RFC 6902) is no schema of an item.
func bodySchema(op *contract.Operation) contract.Node {
	if op == nil || op.Body == nil {
		return contract.Node{}
	}
	var first contract.Node
	for _, media := range op.Body.Content {
		schema := media.Node.Raw("schema")
		switch {
		case media.Type == jsonPatchType:
		case strings.Contains(media.Type, "json"):
			return schema
		case !first.Exists():
			first = schema
		}
	}
	return first
}

// arrays lists the arrays in an object, those inside its objects after its own.
func (in *inference) arrays(n contract.Node, depth int) []found {
	var own, inner []found
	for _, m := range in.members(n) {
		if items := in.itemsOf(m.Node); items.Exists() {
			own = append(own, found{[]string{m.Name}, items})
			continue
		}
		if depth == 0 || !in.isObject(m.Node) || !holder(m.Name) {
			continue
		}
		for _, f := range in.arrays(m.Node, depth-1) {
			inner = append(inner, found{append([]string{m.Name}, f.path...), f.node})
		}
	}
	return append(own, inner...)
}

// holder reports whether an object may hold the items of a list by its name.
func holder(name string) bool {
	return usual(name) || strings.HasPrefix(name, "_")
}

// listed finds the items of the list that an operation answers. thing is what the
// items are called, and like is the schema that an item has elsewhere, if any.
func (in *inference) listed(op *contract.Operation, thing string, like contract.Node) (f found, ok bool) {
	schema := successSchema(op)
	if !schema.Exists() {
		return found{}, false
	}
	if items := in.itemsOf(schema); items.Exists() {
		return found{nil, items}, true
	}
	arrays := in.arrays(schema, 2)
	for _, fits := range []func(found) bool{
		func(f found) bool { return like.Exists() && in.core(f.node).Place() == in.core(like).Place() },
		func(f found) bool { return in.alike(f.node, like) },
		func(f found) bool { return sameThing(f.path[len(f.path)-1], thing) },
		func(f found) bool { return usual(f.path[len(f.path)-1]) },
		func(found) bool { return len(arrays) == 1 },
		func(f found) bool { return len(f.path) == 1 && in.isObject(f.node) },
	} {
		fitting := slices.DeleteFunc(slices.Clone(arrays), func(f found) bool { return !fits(f) })
		if len(fitting) > 0 && (len(fitting) == 1 || len(fitting[0].path) < len(fitting[1].path)) {
			return fitting[0], true
		}
	}
	return found{}, false
}

// wrapped finds the item in a body: the body itself, or inside a member. like is
// the schema that an item has elsewhere, if any; ok is false when nothing in the
// body is like it.
func (in *inference) wrapped(n contract.Node, thing string, like contract.Node) (f found, ok bool) {
	if !n.Exists() || in.itemsOf(n).Exists() {
		return found{}, false
	}
	if !like.Exists() {
		return in.unwrapped(n, thing, 2), true
	}
	inside := in.objects(n, 1)
	if slices.ContainsFunc(in.members(n), in.identifies) {
		inside = nil // what has an id is an item, if not this one, and not what holds it
	}
	for _, fits := range []func(contract.Node) bool{
		func(m contract.Node) bool { return in.core(m).Place() == in.core(like).Place() },
		func(m contract.Node) bool { return in.alike(m, like) },
	} {
		if fits(n) {
			return found{nil, n}, true
		}
		for _, f := range inside {
			if fits(f.node) {
				return f, true
			}
		}
	}
	return found{}, false
}

// objects lists the objects in an object, those inside its objects after its own.
func (in *inference) objects(n contract.Node, depth int) []found {
	var own, inner []found
	for _, m := range in.members(n) {
		if !in.isObject(m.Node) {
			continue
		}
		own = append(own, found{[]string{m.Name}, m.Node})
		if depth == 0 || !usual(m.Name) {
			continue
		}
		for _, f := range in.objects(m.Node, depth-1) {
			inner = append(inner, found{append([]string{m.Name}, f.path...), f.node})
		}
	}
	return append(own, inner...)
}

// unwrapped finds the item in a body by the body's structure alone.
func (in *inference) unwrapped(n contract.Node, thing string, depth int) found {
	members := in.members(n)
	if depth == 0 || slices.ContainsFunc(members, in.identifies) {
		return found{nil, n}
	}
	for _, m := range members {
		if !in.isObject(m.Node) || len(members) > 1 && !usual(m.Name) && !sameThing(m.Name, thing) {
			continue
		}
		if len(members) == 1 && !in.wraps(m, thing) {
			continue
		}
		inner := in.unwrapped(m.Node, thing, depth-1)
		return found{append([]string{m.Name}, inner.path...), inner.node}
	}
	return found{nil, n}
}

// wraps reports whether the one member of a body holds the item: it is named as
// what holds one, or has what identifies one.
func (in *inference) wraps(m contract.Member, thing string) bool {
	return usual(m.Name) || sameThing(m.Name, thing) || strings.Contains(singular(thing), singular(m.Name)) || slices.ContainsFunc(in.members(m.Node), in.identifies)
}

// identifies reports whether a member is named as what identifies an item.
func (in *inference) identifies(m contract.Member) bool {
	return slices.Contains([]string{"id", "uuid", "guid", "slug", "key"}, plain(m.Name)) && in.scalar(m.Node)
}

// findItem picks the schema of an item: what retrieving gives, else creating or
// changing, else the items of the list. A list and a retrieval that agree say
// where in a body the item is.
func (in *inference) findItem(c *Collection) {
	var alone found
	for _, role := range []Role{Retrieve, Create, Update, Replace} {
		if n := successSchema(c.Operations[role]); n.Exists() && !alone.node.Exists() {
			if alone, _ = in.wrapped(n, c.Name, contract.Node{}); role != Retrieve && in.isParents(c, alone.node) {
				alone = found{}
			}
		}
	}
	listed, _ := in.listed(c.Operations[List], c.Name, alone.node)
	item := alone.node
	if said, ok := in.saidItem(c); ok {
		item = said
	} else if listed.node.Exists() {
		if in.isObject(listed.node) && in.amongAlternatives(listed.node, alone.node) {
			item = listed.node // what else an answer may be, as of one that was deleted, is no item
		} else if retrieved, ok := in.wrapped(successSchema(c.Operations[Retrieve]), c.Name, listed.node); ok && in.isObject(listed.node) {
			item = retrieved.node
		} else if created, ok := in.wrapped(successSchema(c.Operations[Create]), c.Name, listed.node); ok && c.Operations[Retrieve] == nil {
			item = created.node
		} else if list, ok := in.listed(c.Operations[Retrieve], c.Name, listed.node); ok && in.alike(list.node, listed.node) {
			item = listed.node
			in.doubtAt(c.Operations[Retrieve].Node, "", "GET %s answers a list where an item belongs; it is answered from the document alone", "declare the schema of the item in its answer", c.ItemPath)
		}
	}
	if !item.Exists() {
		item = listed.node
	}
	if !item.Exists() {
		in.doubt(in.anyOperation(c).Node, "the responses of %s give an item no schema, so its members are unknown", "declare the schema of the item in a response", c.Path)
		return
	}
	schema, err := in.contract.ResponseSchema(item)
	if err != nil {
		in.fault(err)
		return
	}
	c.Item = schema
}

// isParents reports whether a schema is that of the item that a collection stands under:
// a change below it may answer with it.
func (in *inference) isParents(c *Collection, n contract.Node) bool {
	if len(c.Parents) == 0 || c.Singleton {
		return false
	}
	parent := c.Parents[len(c.Parents)-1].Collection
	return parent != nil && parent != c && parent.Item != nil && in.core(parent.Item.Node()).Place() == in.core(n).Place()
}

// amongAlternatives reports whether a schema is one of several that another admits.
func (in *inference) amongAlternatives(one, several contract.Node) bool {
	return several.Exists() && slices.ContainsFunc(contract.Alternatives(in.core(several)), func(n contract.Node) bool { return in.core(n).Place() == in.core(one).Place() })
}

// saidItem is the schema that the vocabulary says to be the item's: what wrap names
// in the answer that shows it. ok is false when it says nothing.
func (in *inference) saidItem(c *Collection) (item contract.Node, ok bool) {
	for _, role := range []Role{Retrieve, Create, Update, Replace} {
		op := c.Operations[role]
		if op == nil || role != Retrieve && c.Operations[List] != nil && c.Operations[Retrieve] != nil {
			continue // what retrieving or listing shows goes before what creating does
		}
		_, path, said := in.wrap(op)
		if !said {
			continue
		}
		item = successSchema(op)
		for _, name := range path {
			m, has := in.member(item, name)
			if !has {
				n := op.Node.Get(contract.Extension).Get("wrap")
				in.faults = append(in.faults, n.Fault("name the member that holds the item, or false", "the answer has no member %q", name))
				return contract.Node{}, false
			}
			item = m.Node
		}
		return item, item.Exists()
	}
	return contract.Node{}, false
}

// findPayloads says of each operation how the item travels in its bodies.
func (in *inference) findPayloads(c *Collection) {
	for _, role := range allRoles() {
		if op := c.Operations[role]; op != nil {
			in.payload(c, role, op)
		}
	}
	for _, action := range c.Actions {
		in.payload(c, Act, action.Operation)
	}
}

func (in *inference) payload(c *Collection, role Role, op *contract.Operation) {
	b := in.model.bindings[op]
	b.Style = styleOf(role, op, b.Style)
	switch {
	case role == List:
		b.ShowsItem = true
		b.Shown = c.Envelope
	case c.Item != nil:
		in.itemPayload(c, op, &b)
	}
	in.model.bindings[op] = b
}

// itemPayload finds the item in the bodies of an operation on it.
func (in *inference) itemPayload(c *Collection, op *contract.Operation, b *Binding) {
	item, answer := c.Item.Node(), successSchema(op)
	request, response, said := in.wrap(op)
	f, ok := in.wrapped(answer, c.Name, item)
	if b.Role == Act && successOf(op) == 201 {
		ok = false // it shows what it made, not what it was done to
	}
	b.Sent = in.sent(c, op, item)
	if said {
		b.Sent = strings.Join(request, ".")
		if op.Body == nil {
			b.Sent = ""
		}
		if _, has := in.member(bodySchema(op), b.Sent); !has && b.Sent != "" {
			in.faults = append(in.faults, op.Node.Get(contract.Extension).Get("wrap").Fault("name the member that holds the item, or false", "the body has no member %q", b.Sent))
		}
		ok = ok && len(response) == 0 || len(response) > 0
		f = found{path: response}
	}
	if ok {
		b.ShowsItem, b.Shown = true, in.envelope(answer, f.path, ItemPart)
	}
	in.tellWrapping(c, op, *b, said)
}

// tellWrapping says where in the bodies of an operation the item stands, unless it
// is the body.
func (in *inference) tellWrapping(c *Collection, op *contract.Operation, b Binding, said bool) {
	path, _ := b.Shown.Path(ItemPart)
	if len(path) == 0 && b.Sent == "" {
		return
	}
	d := Decision{About: "wrapping", Because: "the schema there is that of the item", At: op.Node}
	if said {
		d.Because = "the document says so"
	}
	request, response := "false", "false"
	if b.Sent != "" {
		d.What, request = op.Method+" takes the item in "+b.Sent, quoted(b.Sent)
	}
	if len(path) > 0 {
		response = quoted(strings.Join(path, "."))
		d.What = strings.TrimPrefix(d.What+" and answers with it in "+strings.Join(path, "."), " and ")
		if b.Sent == "" {
			d.What = op.Method + " answers with the item in " + strings.Join(path, ".")
		}
	}
	d.Say = "wrap: {request: " + request + ", response: " + response + "}"
	c.decide(d)
}

// inside is what a request body holds: the one object in it where that holds an
// item, else the body.
func (in *inference) inside(body contract.Node, thing string) contract.Node {
	members := in.members(body)
	if len(members) == 1 && in.isObject(members[0].Node) && in.wraps(members[0], thing) {
		return members[0].Node
	}
	return body
}

// sent is the member of a request body that holds the item: the only object in it,
// where no member of the item has that name and the others are not the item's.
func (in *inference) sent(c *Collection, op *contract.Operation, item contract.Node) string {
	members := in.members(bodySchema(op))
	if len(members) != 1 || !in.isObject(members[0].Node) {
		return ""
	}
	name := members[0].Name
	if _, own := in.member(item, name); own {
		return ""
	}
	if in.alike(members[0].Node, item) {
		return name
	}
	inner := in.members(members[0].Node)
	if sameThing(name, c.Name) || usual(name) || shared(inner, in.members(item)) > 1 {
		return name
	}
	return ""
}
