package resource

import (
	"slices"
	"strings"

	"understudy/internal/contract"
)

// View lists the items of a collection at a path that is not the collection's: those
// whose members equal the parameters of the path. Or it shows, changes or removes one
// of them.
type View struct {
	// Binding says what is done and how the items travel. Its Role is any but Act.
	Binding
	Operation *contract.Operation
	// Match gives the members that lead to the value of each path parameter.
	Match map[string][]string
	// Filters are the query parameters that say which items are meant.
	Filters []Filter
	// Under are the path parameters that name parents of the items, as they do in the
	// paths of the collection.
	Under []string
	// ByBody says that the id in the body says which item is meant.
	ByBody bool
}

// View returns the view that an operation is, or nil.
func (m *Model) View(op *contract.Operation) *View {
	for _, c := range m.Collections {
		for i := range c.Views {
			if c.Views[i].Operation == op {
				return &c.Views[i]
			}
		}
	}
	return nil
}

// Batch returns the batch that an operation is, or nil.
func (m *Model) Batch(op *contract.Operation) *Batch {
	for _, c := range m.Collections {
		for i := range c.Batches {
			if c.Batches[i].Operation == op {
				return &c.Batches[i]
			}
		}
	}
	return nil
}

// view takes an operation for one that shows items of a collection from another
// side, if a member of the item names each parameter of its path, or of its query.
func (in *inference) view(c *Collection, role Role, op *contract.Operation) bool {
	v := View{Binding: Binding{Collection: c, Role: role, ShowsItem: true}, Operation: op}
	match, told := in.matching(c, op)
	if match == nil || role == List && slices.ContainsFunc(told, func(t string) bool { return strings.HasSuffix(t, " is "+c.IDField) }) {
		return false // nothing, or the id: a list of one item is none
	}
	v.Match = match
	if role == List {
		for _, f := range in.chosenBy(c, op) {
			v.Filters = append(v.Filters, f)
			told = append(told, f.Param.Name+" is "+f.Field)
		}
	}
	if len(told) == 0 && role == List && in.sameList(c, op) {
		for _, p := range op.Parameters {
			if p.In == "path" {
				v.Under = append(v.Under, p.Name)
			}
		}
		if len(strings.Split(bare(op.Path), "/")) < len(strings.Split(c.Path, "/")) {
			told = append(told, "the path is that of the list under fewer parents")
		} else {
			told = append(told, "the path is that of the list and a word: what that chooses is not known, and all are shown")
		}
	}
	if len(told) == 0 {
		return false // all the items, or some of them: who knows
	}
	item := c.Item.Node()
	if role == List {
		f, _ := in.listed(op, c.Name, item)
		v.Shown = in.envelope(successSchema(op), f.path, ItemsPart)
	} else {
		f, _ := in.wrapped(successSchema(op), c.Name, item)
		v.Shown = in.envelope(successSchema(op), f.path, ItemPart)
	}
	in.seen(c, v, "shows items from another side", strings.Join(told, " and "))
	return true
}

// sameList reports whether a path is that of the list of a collection, with some of the
// parents left out.
func (in *inference) sameList(c *Collection, op *contract.Operation) bool {
	own, path := strings.Split(c.Path, "/"), strings.Split(bare(op.Path), "/")
	if len(path) == len(own)+1 && slices.Equal(path[:len(own)], own) {
		return parameter(path[len(own)]) == "" // chosen in some way that is not known
	}
	if len(c.Parents) == 0 || len(path) >= len(own) || path[len(path)-1] != own[len(own)-1] {
		return false
	}
	i := 0
	for _, segment := range own {
		if i < len(path) && path[i] == segment {
			i++
		}
	}
	return i == len(path)
}

// seen keeps a view, with the reason.
func (in *inference) seen(c *Collection, v View, does, because string) {
	c.Views = append(c.Views, v)
	c.decide(Decision{About: "view", What: v.Operation.Method + " " + v.Operation.Path + " " + does, Because: because, At: v.Operation.Node})
}

// matching gives the members that lead to the value of each parameter of a path; it
// is nil where one of them names no member.
func (in *inference) matching(c *Collection, op *contract.Operation) (match map[string][]string, told []string) {
	match = map[string][]string{}
	for _, p := range op.Parameters {
		if p.In != "path" {
			continue
		}
		path := in.naming(c, p.Name)
		if len(path) == 0 && in.sameList(c, op) {
			continue
		}
		if len(path) == 0 {
			return nil, nil
		}
		match[p.Name] = path
		told = append(told, p.Name+" is "+strings.Join(path, "."))
	}
	return match, told
}

// chosenBy finds the query parameters that choose what an operation lists: those named
// like a scalar member, if one of them must be given, or the path is called by it.
func (in *inference) chosenBy(c *Collection, op *contract.Operation) (filters []Filter) {
	_, last := cut(bare(op.Path))
	chosen := false
	for _, p := range op.Parameters {
		schema := p.Node.Raw("schema")
		if items := in.itemsOf(schema); items.Exists() {
			schema = items
		}
		if p.In != "query" || !in.scalar(schema) || searches(p) {
			continue
		}
		for _, f := range c.Fields {
			if plain(f.Name) == plain(filtered(p.Name)) && in.comparable(f) {
				filters = append(filters, Filter{Param: p, Field: f.Name, Anything: anything(p, f)})
				chosen = chosen || p.Required || strings.HasSuffix(plain(last), "by"+plain(f.Name))
				break
			}
		}
	}
	if !chosen {
		return nil
	}
	return filters
}

// shows takes the GET of a path that ends in a parameter for a view, if it answers
// with an item that another collection has.
func (in *inference) shows(s *site, op *contract.Operation, listed map[contract.Place]*Collection) bool {
	if s.param == "" {
		return false
	}
	answer, ok := in.wrapped(successSchema(op), thing(s.before), contract.Node{})
	if !ok || !in.isObject(answer.node) {
		return false
	}
	if c := in.holders[shapeOf(s.before)]; c != nil && c.Item != nil && in.alike(answer.node, c.Item.Node()) {
		return in.view(c, Retrieve, op) // an item of which the path names one more member
	}
	c := listed[in.core(answer.node).Place()]
	if c == nil {
		return false
	}
	path := in.naming(c, s.param)
	byID := len(path) == 1 && path[0] == c.IDField
	return (!byID || sameThing(thing(s.before), c.Name)) && in.view(c, Retrieve, op)
}

// changesShown takes what changes or removes the item that GET shows at a path from
// another side for the same from there.
func (in *inference) changesShown(s *site, op *contract.Operation) bool {
	c, shown := in.viewAt(s)
	if c == nil {
		return false
	}
	v := View{Binding: Binding{Collection: c, Role: Remove}, Operation: op, Match: shown.Match}
	switch op.Method {
	case "PUT":
		v.Role = Replace
		v.Style, _ = in.putStyle(c, op)
	case "PATCH":
		v.Role = Update
		v.Style = styleOf(Update, op, "")
	}
	item := c.Item.Node()
	if v.Role != Remove {
		if !edits(op) || !in.changes(op, s, item) {
			return false
		}
		v.Sent = in.sent(c, op, item)
	}
	if f, ok := in.wrapped(successSchema(op), c.Name, item); ok {
		v.ShowsItem, v.Shown = true, in.envelope(successSchema(op), f.path, ItemPart)
	}
	in.seen(c, v, map[Role]string{Update: "changes", Replace: "replaces", Remove: "removes"}[v.Role]+" items from another side", "GET of the path shows them from there")
	return true
}

// createsElsewhere takes a POST that declares 201, and answers with an item of a
// collection, for one that creates it at a path that is not the collection's.
func (in *inference) createsElsewhere(op *contract.Operation, listed map[contract.Place]*Collection) bool {
	answer, ok := in.wrapped(successSchema(op), thing(op.Path), contract.Node{})
	c := listed[in.core(answer.node).Place()]
	if successOf(op) != 201 || !ok || c == nil || !in.isObject(answer.node) {
		return false
	}
	params := 0
	for _, p := range op.Parameters {
		if p.In == "path" {
			params++
		}
	}
	if params > 0 || len(c.Parents) > 0 || c.Singleton {
		in.doubtAt(op.Node, say("role", string(none)), alone+": it may create an item of %s", "say role: none if it creates nothing, or collection: NAME and item: on the path", op.Method, op.Path, c.Path)
		return true
	}
	v := View{Binding: Binding{Collection: c, Role: Create, ShowsItem: true, Shown: in.envelope(successSchema(op), answer.path, ItemPart)}, Operation: op}
	v.Sent = in.sent(c, op, c.Item.Node())
	in.seen(c, v, "creates items elsewhere", "it declares 201 and answers with one")
	return true
}

// viewAt finds the view that shows one item at a path.
func (in *inference) viewAt(s *site) (*Collection, *View) {
	for _, c := range in.model.Collections {
		for i := range c.Views {
			if v := &c.Views[i]; v.Role == Retrieve && bare(v.Operation.Path) == s.template {
				return c, v
			}
		}
	}
	return nil, nil
}

// byBody takes what changes an item at the path of its collection for an update of
// the item whose id is in the body.
func (in *inference) byBody(s *site, op *contract.Operation) bool {
	c := s.collection
	if c == nil || c.Singleton || c.Path != s.template || c.Item == nil || c.IDField == "" || op.Method == "DELETE" {
		return false
	}
	v := View{Binding: Binding{Collection: c, Role: Replace, Sent: in.sent(c, op, c.Item.Node())}, Operation: op, ByBody: true}
	if op.Method != "PUT" {
		v.Role = Update
	}
	body := bodySchema(op)
	if m, ok := in.member(body, v.Sent); ok {
		body = m.Node
	}
	if _, has := in.member(body, c.IDField); !has || !in.alike(body, c.Item.Node()) {
		return false
	}
	v.Style = styleOf(v.Role, op, "")
	if f, ok := in.wrapped(successSchema(op), c.Name, c.Item.Node()); ok {
		v.ShowsItem, v.Shown = true, in.envelope(successSchema(op), f.path, ItemPart)
	}
	in.seen(c, v, "changes items by the id in the body", "the body is like an item, with its "+c.IDField)
	return true
}

// naming leads to the member of an item that a path parameter names: the id, a
// member of the same name, or the id inside one.
func (in *inference) naming(c *Collection, param string) []string {
	name := plain(param)
	if c.IDField != "" && (name == plain(c.IDParam) || name == singular(c.Name)+"id" || name == plain(c.IDField) && name != "id") {
		return []string{c.IDField}
	}
	for _, f := range c.Fields {
		if f.Schema == nil {
			continue
		}
		own := plain(f.Name)
		if in.scalar(f.Schema.Node()) && (own == name || len(own) > 3 && own == ending(param)) {
			return []string{f.Name}
		}
		if inner, ok := in.member(f.Schema.Node(), "id"); ok && own+"id" == name && in.isObject(f.Schema.Node()) && in.scalar(inner.Node) {
			return []string{f.Name, "id"}
		}
	}
	return nil
}
