package resource

import (
	"slices"

	"understudy/internal/contract"
)

// Batch is an operation of which the body is a list of items.
type Batch struct {
	// Binding says what is done: Create makes each item, Update changes those whose
	// ids are in the list, and Replace puts the list in place of all items there are.
	// Sent is the member of the body that holds the list, and Shown stands around the
	// list in the answer, where ShowsItem says that there is one.
	Binding
	Operation *contract.Operation
}

// batch takes an operation whose body is a list of items for one that makes, changes
// or replaces several of a collection: PUT, PATCH on its path, POST below it.
func (in *inference) batch(s *site, op *contract.Operation) bool {
	c, role := s.collection, Replace
	switch op.Method {
	case "PATCH":
		role = Update
	case "POST":
		role = Create
		if before := in.by[s.before]; c == nil && before != nil {
			c = before.collection
		}
	case "PUT":
	default:
		return false
	}
	if c == nil || c.Singleton || c.Item == nil || c.Path != s.template && c.Path != s.before {
		return false
	}
	items, ok := in.sentList(op)
	if !ok || !in.listOfSame(items.node, c) {
		return false
	}
	b := Batch{Binding: Binding{Collection: c, Role: role}, Operation: op}
	if role == Update {
		if _, named := in.member(items.node, c.IDField); !named || c.IDField == "" {
			return false // which items, then?
		}
	}
	if len(items.path) == 1 {
		b.Sent = items.path[0]
	}
	if shown, ok := in.listed(op, c.Name, c.Item.Node()); ok && in.alike(shown.node, c.Item.Node()) {
		b.ShowsItem, b.Shown = true, in.envelope(successSchema(op), shown.path, ItemsPart)
	}
	does := map[Role]string{Create: "makes each item of a list", Update: "changes the items whose ids are in a list", Replace: "puts a list in place of all items"}[role]
	c.Batches = append(c.Batches, b)
	c.decide(Decision{About: "batch", What: op.Method + " " + op.Path + " " + does, Because: "its body is a list of what is like an item", At: op.Node})
	return true
}

// sentList is the list that a body is, or that its only member is.
func (in *inference) sentList(op *contract.Operation) (found, bool) {
	body := bodySchema(op)
	if items := in.itemsOf(body); items.Exists() {
		return found{nil, items}, in.isObject(items)
	}
	members := in.members(body)
	if len(members) != 1 {
		return found{}, false
	}
	items := in.itemsOf(members[0].Node)
	return found{[]string{members[0].Name}, items}, in.isObject(items)
}

// listOfSame reports whether what a list holds is what creates, changes or is an item.
func (in *inference) listOfSame(items contract.Node, c *Collection) bool {
	own := in.members(c.Item.Node())
	common := shared(in.members(items), own)
	return in.alike(items, c.Item.Node()) || slices.ContainsFunc([]Role{Create, Update, Replace}, func(role Role) bool {
		return in.alike(items, in.inside(bodySchema(c.Operations[role]), c.Name))
	}) || common > 0 && common == len(in.members(items))
}

// replacesList reports whether a PUT takes the list that GET shows at the path.
func (in *inference) replacesList(s *site, items contract.Node) bool {
	put := s.as(Replace, "PUT")
	if put == nil {
		return false
	}
	sent, ok := in.sentList(put)
	return ok && in.alike(sent.node, items)
}
