package resource

import (
	"fmt"
	"slices"
	"strings"

	"understudy/internal/contract"
)

// action reads what the vocabulary says of an action.
func (in *inference) action(name string, op *contract.Operation) Action {
	a := Action{Name: name, Operation: op}
	said := op.Node.Get(contract.Extension).Get("action")
	if !said.Exists() {
		return a
	}
	in.object(said, "from", "set")
	for _, state := range in.list(said.Get("from")) {
		a.From = append(a.From, in.text(state))
	}
	a.Set = in.values(said.Get("set"))
	return a
}

// findEffects decides what the actions of a collection do to its items, and checks
// what the vocabulary says of them.
func (in *inference) findEffects(c *Collection) {
	for i := range c.Actions {
		a := &c.Actions[i]
		said := a.Operation.Node.Get(contract.Extension).Get("action")
		in.checkStates(c, said.Get("from"), a.From)
		in.checkValues(c, said.Get("set"), a.Set)
		if said.Exists() {
			c.decide(Decision{About: "action", What: a.String(), Because: "the document says so", At: a.Operation.Node})
			continue
		}
		because := "it changes something below the path of an item"
		if a.Edits = in.editList(a.Operation); a.Edits != "" {
			c.decide(Decision{About: "action", What: a.String() + " makes the changes listed in " + a.Edits, Because: "each has an op, and a path or a value", At: a.Operation.Node})
			continue
		}
		field, value, ok := in.effect(c, a.Name)
		if a.Operation.Method == "DELETE" && ok {
			value, ok = false, value == true // it takes back what PUT or POST does there
		}
		if ok {
			a.Set = map[string]any{field: value}
			because = fmt.Sprintf("it is named like the value %v of %s", value, field)
			if _, flag := value.(bool); flag {
				because = "it is named like the member " + field
			}
		}
		c.decide(Decision{About: "action", What: a.String(), Because: because, At: a.Operation.Node, Say: a.say()})
	}
	in.readRemoval(c)
}

// editList is the member of a body that lists changes, each with an op and a path; "" for
// none.
func (in *inference) editList(op *contract.Operation) string {
	for _, m := range in.members(bodySchema(op)) {
		items := in.itemsOf(m.Node)
		if !items.Exists() {
			continue
		}
		_, kind := in.member(items, "op")
		_, path := in.member(items, "path")
		if kind && path {
			return m.Name
		}
	}
	return ""
}

// findMade decides which actions make an item of a collection: those that declare
// 201 and answer with one. It says where an operation below an item may be more than
// an action on it.
func (in *inference) findMade() {
	listed := in.byItem()
	for _, c := range in.model.Collections {
		for i := range c.Actions {
			a := &c.Actions[i]
			if saidRole(a.Operation) == Act {
				continue
			}
			if successOf(a.Operation) == 201 {
				in.made(a, listed)
			} else if other := in.answersWith(a, listed); other != nil && other != c && a.Operation.Method == "POST" && !a.showsOwn(in) {
				in.doubtAt(a.Operation.Node, say("role", string(Act)), "%s %s answers with an item of %s: whether it creates one is not known", "say role: act if it does not", a.Operation.Method, a.Operation.Path, other.Path)
			}
			s := in.by[bare(a.Operation.Path)]
			get := s.method("GET")
			if _, bound := in.model.bindings[get]; get != nil && !bound && (a.Operation.Method == "PUT" || a.Operation.Method == "PATCH") {
				in.doubtAt(a.Operation.Node, say("role", string(Act)), "%s %s may change what GET shows there; it is taken for an action on an item of %s", "say role: act if that is right, or singleton: true on the path", a.Operation.Method, a.Operation.Path, c.Path)
			}
		}
	}
}

// answersWith is the collection of the item that a success shows, nil for none.
func (in *inference) answersWith(a *Action, listed map[contract.Place]*Collection) *Collection {
	answer := successSchema(a.Operation)
	if c := listed[in.core(answer).Place()]; c != nil {
		return c
	}
	for _, n := range contract.Alternatives(in.core(answer)) {
		if c := listed[in.core(n).Place()]; c != nil {
			return c
		}
	}
	return nil
}

// showsOwn reports whether an action answers with the item that it is done to.
func (a *Action) showsOwn(in *inference) bool { return in.model.bindings[a.Operation].ShowsItem }

// made finds what an action makes, or doubts it.
func (in *inference) made(a *Action, listed map[contract.Place]*Collection) {
	answer := successSchema(a.Operation)
	for _, f := range append([]found{{nil, answer}}, in.objects(answer, 0)...) {
		if c := listed[in.core(f.node).Place()]; c != nil && in.isObject(f.node) {
			in.makes(a, c, in.envelope(answer, f.path, ItemPart), "it declares 201 and answers with one")
			return
		}
	}
	if list, ok := in.listed(a.Operation, a.Name, contract.Node{}); ok {
		if c := listed[in.core(list.node).Place()]; c != nil {
			a.MadeInList = true
			in.makes(a, c, in.envelope(answer, list.path, ItemsPart), "it declares 201 and answers with a list of them")
			return
		}
	}
	in.doubtAt(a.Operation.Node, say("role", string(Act)), "%s %s declares 201: what it creates is not followed", "say role: act if it creates nothing, or role: create on a path that lists", a.Operation.Method, a.Operation.Path)
}

// makes says that an action makes an item of a collection.
func (in *inference) makes(a *Action, c *Collection, around Envelope, because string) {
	a.Creates, a.Made = c, around
	c.decide(Decision{About: "creates", What: a.Operation.Method + " " + a.Operation.Path + " makes an item", Because: because, At: a.Operation.Node})
}

// byItem gives the collection for the schema of an item, and for each alternative
// of it.
func (in *inference) byItem() map[contract.Place]*Collection {
	listed := map[contract.Place]*Collection{}
	keep := func(n contract.Node, c *Collection) {
		if at := in.core(n).Place(); listed[at] == nil {
			listed[at] = c
		}
	}
	for _, c := range in.model.Collections {
		if c.Item != nil {
			keep(c.Item.Node(), c)
		}
	}
	for _, c := range in.model.Collections {
		if c.Item == nil || c.Singleton {
			continue
		}
		for _, n := range contract.Alternatives(in.core(c.Item.Node())) {
			keep(n, c)
		}
	}
	return listed
}

// effect is the member that an action moves, by its name: archive sets archived, or
// a state to archived. It is sure only where there is one.
func (in *inference) effect(c *Collection, action string) (field string, value any, ok bool) {
	for _, f := range c.Fields {
		if f.Schema == nil || f.WriteOnly {
			continue
		}
		n := f.Schema.Node()
		if done(action, f.Name) && slices.Contains(contract.Types(core(n)), "boolean") {
			if ok {
				return "", nil, false
			}
			field, value, ok = f.Name, true, true
		}
		values, _ := keyword(n, "enum").Value().([]any)
		for _, v := range values {
			if text, isText := v.(string); isText && done(action, text) {
				if ok {
					return "", nil, false
				}
				field, value, ok = f.Name, text, true
			}
		}
	}
	return field, value, ok
}

// done reports whether a word is what an action leaves behind: archived of archive,
// stopped of stop.
func done(action, word string) bool {
	action, word = plain(action), plain(word)
	if len(action) < 3 {
		return false
	}
	last := action[len(action)-1:]
	return slices.Contains([]string{action + "d", action + "ed", action + last + "ed", strings.TrimSuffix(action, "y") + "ied", "is" + action + "d", "is" + action + "ed"}, word)
}

// String tells an action in one line.
func (a Action) String() string {
	text := a.Operation.Method + " " + a.Name
	if len(a.From) > 0 {
		text += " from " + strings.Join(a.From, ", ")
	}
	names := make([]string, 0, len(a.Set))
	for name := range a.Set {
		names = append(names, name)
	}
	slices.Sort(names)
	for i, name := range names {
		text += fmt.Sprintf("%s %s to %v", []string{" sets", " and"}[min(i, 1)], name, a.Set[name])
	}
	return text
}

// say writes an action in the vocabulary.
func (a Action) say() string {
	return "action: {set: " + object(a.Set) + "}"
}

// readRemoval reads in which states a removal moves the item on.
func (in *inference) readRemoval(c *Collection) {
	op := c.Operations[Remove]
	if op == nil {
		return
	}
	said := op.Node.Get(contract.Extension).Get("remove")
	if !said.Exists() {
		return
	}
	in.object(said, "when", "set")
	c.Removal = &Removal{Set: in.values(said.Get("set"))}
	for _, state := range in.list(said.Get("when")) {
		c.Removal.When = append(c.Removal.When, in.text(state))
	}
	in.checkStates(c, said.Get("when"), c.Removal.When)
	in.checkValues(c, said.Get("set"), c.Removal.Set)
}

// checkStates reports states that the lifecycle of a collection cannot be in.
func (in *inference) checkStates(c *Collection, n contract.Node, states []string) {
	if len(states) == 0 {
		return
	}
	var moving *Field
	if c.Lifecycle != nil {
		moving = c.Field(c.Lifecycle.Field)
	}
	if moving == nil {
		in.faults = append(in.faults, n.Fault("give a member of the item a lifecycle", "no member of %s has a lifecycle, so there are no states", c.Name))
		return
	}
	for i, state := range states {
		if moving.Schema != nil && len(moving.Schema.Check(state)) > 0 {
			in.faults = append(in.faults, n.Items()[i].Fault("use a value that the schema allows", "%q is no value of %s", state, moving.Name))
		}
	}
}

// checkValues reports members that an item does not have, and values that they
// cannot have.
func (in *inference) checkValues(c *Collection, n contract.Node, values map[string]any) {
	for _, name := range n.Names() {
		f := c.Field(name)
		if f == nil {
			in.faults = append(in.faults, n.Raw(name).Fault("name a member of the item", "the item has no member %q to set", name))
			continue
		}
		if f.Schema != nil && len(f.Schema.Check(values[name])) > 0 {
			in.faults = append(in.faults, n.Raw(name).Fault("use a value that the schema allows", "%v is no value of %s", values[name], name))
		}
	}
}
