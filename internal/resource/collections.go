package resource

import (
	"slices"
	"strings"

	"understudy/internal/contract"
)

// findCollections finds what the paths are: first the collections beside the path
// of one item, then those whose items stand elsewhere, then those whose items have
// no path; what is left may be an item that is alone, or one of no collection.
func (in *inference) findCollections() {
	for _, s := range in.order {
		in.beside(s)
	}
	in.apart()
	for _, s := range in.order {
		in.withoutItems(s)
	}
	for _, s := range in.order {
		in.singleton(s)
	}
	for _, s := range in.order {
		in.lone(s)
	}
	slices.SortStableFunc(in.model.Collections, func(a, b *Collection) int { return in.placeIn(a) - in.placeIn(b) })
	for _, c := range in.model.Collections {
		if c.ItemPath != "" {
			in.holders[shapeOf(c.ItemPath)] = c
		}
		if c.ItemPath != "" && !c.Singleton && !strings.Contains(c.Path, "{") {
			in.addName(c.Name, c)
			if s := in.by[c.Path]; s != nil {
				if items, ok := in.lists(s); ok && len(items.path) > 0 {
					in.addName(items.path[len(items.path)-1], c)
				}
			}
		}
	}
	in.findActions()
}

// addName makes a collection known by a name; two with one name are known by none.
func (in *inference) addName(name string, c *Collection) {
	name = singular(name)
	if other, taken := in.names[name]; taken && other != c {
		c = nil
	}
	in.names[name] = c
}

// placeIn is the place of a collection in the document.
func (in *inference) placeIn(c *Collection) int {
	if s := in.by[c.Path]; s != nil {
		return s.number
	}
	return in.by[c.ItemPath].number
}

// lists finds the items that the GET of a path lists.
func (in *inference) lists(s *site) (f found, ok bool) {
	if s.lists == nil {
		s.lists = &found{}
		var like contract.Node
		if item := in.items[s.template]; item != nil {
			answer, _ := in.wrapped(successSchema(item.method("GET")), s.last, contract.Node{})
			like = answer.node
		}
		if op := s.as(List, "GET"); op != nil {
			*s.lists, _ = in.listed(op, s.last, like)
			if len(s.lists.path) > 0 && !in.isObject(s.lists.node) && slices.ContainsFunc(in.members(successSchema(op)), in.identifies) {
				*s.lists = found{} // what has an id is an item, and the array a member of it
			}
		}
	}
	return *s.lists, s.lists.node.Exists()
}

// refused reports whether the vocabulary says that a path is no collection.
func refused(s *site) bool {
	return s.words.Get("collection").Exists() && s.words.Get("collection").Text() == "false"
}

// named is the name that the vocabulary gives the collection at a path, "" for
// none.
func named(s *site) string {
	if refused(s) {
		return ""
	}
	return s.words.Get("collection").Text()
}

// beside makes a collection of a path that lists or creates, and the same path
// with one more parameter.
func (in *inference) beside(s *site) {
	if refused(s) || !s.fixed() && (s.param == "" || in.listOf(s) == nil || in.showsItem(s)) {
		return
	}
	item, because := in.items[s.template], "the path with one more parameter is that of an item"
	if said := s.words.Get("item"); said.Exists() {
		if item = in.by[bare(said.Text())]; item == nil || item.param == "" {
			in.faults = append(in.faults, said.Fault("name a path of the document that ends in a parameter", "%q is no path of an item", said.Text()))
			return
		}
		because = "the document says so"
	}
	if item == nil || item.collection != nil || refused(item) || !in.holdsItem(item) {
		return
	}
	list := in.listOf(s)
	if list == nil && s.as(Create, "POST") == nil {
		return
	}
	c := in.add(s, item)
	c.Apart = item.before != s.template
	c.decide(Decision{About: "items", What: c.ItemPath, Because: because, At: s.node(), Say: say("item", c.ItemPath)})
}

// holdsItem reports whether a path is that of an item: what its GET answers is no
// list, unless it can be changed as a whole.
func (in *inference) holdsItem(s *site) bool {
	get := s.as(Retrieve, "GET")
	if get == nil || saidRole(get) == Retrieve {
		return true
	}
	_, lists := in.lists(s)
	changes := s.method("PUT") != nil || s.method("PATCH") != nil || s.method("DELETE") != nil
	return !lists || changes || in.showsItem(s)
}

// showsItem reports whether an answer with an array in it is an item and no list:
// it has what identifies one, or the same path changes it.
func (in *inference) showsItem(s *site) bool {
	answer := successSchema(s.as(Retrieve, "GET"))
	if in.itemsOf(answer).Exists() {
		return false
	}
	f := in.unwrapped(answer, thing(s.template), 2)
	if slices.ContainsFunc(in.members(f.node), in.identifies) {
		return true
	}
	items, _ := in.lists(s)
	if in.stray(answer, items, thing(s.template)) {
		return true
	}
	for _, method := range []string{"PUT", "PATCH", "DELETE"} {
		if op := s.method(method); op != nil && !in.isObject(items.node) || op != nil && method != "DELETE" && in.changes(op, s, f.node) {
			return true
		}
	}
	return false
}

// stray reports whether beside an array that is not named as a list there are
// members that say nothing of a list.
func (in *inference) stray(answer contract.Node, items found, thing string) bool {
	if len(items.path) == 0 {
		return false
	}
	if name := items.path[len(items.path)-1]; usual(name) || sameThing(name, thing) {
		return false
	}
	return slices.ContainsFunc(in.members(answer), func(m contract.Member) bool {
		return in.scalar(m.Node) && partOf(m, "") == OtherPart && !pinned(m.Node)
	})
}

// listOf is the operation that lists at a path, or nil.
func (in *inference) listOf(s *site) *contract.Operation {
	op := s.as(List, "GET")
	if _, ok := in.lists(s); ok || op != nil && saidRole(op) == List {
		return op
	}
	return nil
}

// add makes the collection that is listed at s with items at item; either may be
// nil.
func (in *inference) add(s, item *site) *Collection {
	c := &Collection{Operations: map[Role]*contract.Operation{}, Orphans: Cascade}
	if s != nil {
		c.Name, c.Path = thing(s.template), s.template
		if name := named(s); name != "" && name != "true" {
			c.Name = name
		}
		s.collection = c
		in.bind(c, List, in.listOf(s))
		in.bind(c, Create, s.as(Create, "POST"))
	}
	if item != nil {
		if s == nil {
			c.Name, c.Path = thing(item.before), item.before
			if name := named(item); name != "" {
				c.Name = name
			}
		}
		c.ItemPath, c.IDParam = item.template, item.param
		item.collection = c
		in.bind(c, Retrieve, item.as(Retrieve, "GET"))
		in.bindUpdates(c, item)
		in.bind(c, Remove, item.as(Remove, "DELETE"))
	}
	in.model.Collections = append(in.model.Collections, c)
	return c
}

// bindUpdates finds what changes the item at a path: PATCH, PUT, or a POST where
// there is neither.
func (in *inference) bindUpdates(c *Collection, item *site) {
	patch, put, post := in.patchOf(item), item.as(Replace, "PUT"), item.method("POST")
	if put != nil && saidRole(put) == "" && (!edits(put) && (put.Body != nil || c.Operations[Create] != nil) || c.Operations[Create] != nil && in.stranger(put, item)) {
		put = nil // it takes a file, or nothing, or nothing of the item: it does something else
	}
	in.bind(c, Update, patch)
	if put != nil {
		style, because := in.putStyle(c, put)
		role := Replace
		if style == Partial && patch == nil && saidRole(put) == "" {
			role = Update
		}
		in.bindStyle(c, role, put, style)
		c.decide(Decision{About: "put", What: string(role) + ", " + string(style), Because: because, At: put.Node, Say: say("role", string(role))})
	}
	if patch == nil && put == nil && post != nil && edits(post) && successOf(post) != 201 && item.method("GET") != nil {
		in.bindStyle(c, Update, post, Partial)
		c.decide(Decision{About: "update", What: "POST changes the members that are sent", Because: "the item's path has neither PATCH nor PUT", At: post.Node, Say: say("role", string(Update))})
	}
}

// patchOf is the PATCH that changes the item at a path. One whose body lists what to do,
// and has nothing of the item itself, is an action.
func (in *inference) patchOf(item *site) *contract.Operation {
	patch := item.as(Update, "PATCH")
	if patch != nil && saidRole(patch) == "" && in.editList(patch) != "" {
		return nil
	}
	return patch
}

// stranger reports whether the body of an operation has no member in common with
// the item that the operation, or the GET of its path, answers with.
func (in *inference) stranger(op *contract.Operation, s *site) bool {
	body := in.members(in.inside(bodySchema(op), thing(s.before)))
	if len(body) == 0 {
		return false
	}
	compared := false
	for _, answer := range []contract.Node{successSchema(s.method("GET")), successSchema(op)} {
		item, ok := in.wrapped(answer, thing(s.before), contract.Node{})
		if !ok || !in.isObject(item.node) {
			continue
		}
		compared = true
		if own := in.members(item.node); shared(body, own)+shared(in.members(bodySchema(op)), own) > 0 {
			return false
		}
	}
	return compared
}

func (in *inference) bind(c *Collection, role Role, op *contract.Operation) {
	in.bindStyle(c, role, op, "")
}

func (in *inference) bindStyle(c *Collection, role Role, op *contract.Operation, style UpdateStyle) {
	if op == nil {
		return
	}
	if _, taken := in.model.bindings[op]; taken {
		return
	}
	c.Operations[role] = op
	in.model.bindings[op] = Binding{Collection: c, Role: role, Style: style}
}

// withoutItems makes a collection of a path that lists and creates, where no path
// is that of one item.
func (in *inference) withoutItems(s *site) {
	if !s.fixed() || s.collection != nil || refused(s) {
		return
	}
	create := s.as(Create, "POST")
	items, lists := in.lists(s)
	if lists && create == nil && !in.showsItem(s) && in.replacesList(s, items.node) {
		c := in.add(s, nil)
		c.decide(Decision{About: "collection", What: "items have no path of their own", Because: "GET lists and PUT takes the whole list", At: s.node(), Say: say("collection", c.Name)})
		return
	}
	if named(s) == "" && (!lists || create == nil || in.showsItem(s) || !in.creates(create, s.last, items.node)) {
		return // a list that nothing can change is served as the document shows it
	}
	c := in.add(s, nil)
	c.decide(Decision{About: "collection", What: "items have no path of their own", Because: "GET lists and POST creates", At: s.node(), Say: say("collection", c.Name)})
}

// creates reports whether a POST beside a list creates an item of it: it says that
// it created, or its body or answer is like an item.
func (in *inference) creates(op *contract.Operation, thing string, item contract.Node) bool {
	if _, status := op.Success(); status == 201 || saidRole(op) == Create {
		return true
	}
	if slices.Contains([]string{"search", "query", "find", "filter", "lookup"}, plain(thing)) {
		return false // asked for in a body, for want of room in a URL
	}
	if !in.isObject(item) {
		return false
	}
	for _, n := range []contract.Node{bodySchema(op), successSchema(op)} {
		if _, ok := in.wrapped(n, thing, item); ok {
			return true
		}
	}
	return false
}

// lone makes a collection of the path of an item that nothing lists or creates, if
// it can be read and changed. Its items come from data, or from a PUT.
func (in *inference) lone(s *site) {
	_, last := cut(s.before)
	if s.param == "" || s.collection != nil || refused(s) || last == "" || strings.ContainsAny(last, "{}") || in.aside(s) {
		return
	}
	get := s.as(Retrieve, "GET")
	changes := s.as(Update, "PATCH") != nil || s.as(Replace, "PUT") != nil || s.as(Remove, "DELETE") != nil
	if named(s) == "" && (get == nil || !changes || !in.isObject(successSchema(get)) || in.listOf(s) != nil && !in.showsItem(s)) {
		return
	}
	c := in.add(nil, s)
	c.decide(Decision{About: "collection", What: "items of " + c.Path + ", which has no list", Because: "an item can be read and changed", At: s.node(), Say: say("collection", c.Name)})
	if c.Operations[Replace] == nil && named(s) == "" {
		in.doubtAt(s.node(), say("collection", c.Name), "nothing in the document creates an item of %s: items come from data", "say collection: NAME on the path if that is right, or item: %[2]s on the path of its list", c.Path, s.template)
	}
}

// aside reports whether the path before an item's is that of a collection whose
// items stand elsewhere.
func (in *inference) aside(s *site) bool {
	before := in.by[s.before]
	return before != nil && before.collection != nil && before.collection.ItemPath != ""
}

// node is the path item of a path.
func (s *site) node() contract.Node { return s.operations[0].PathNode }
