package resource

import (
	"strings"

	"understudy/internal/contract"
)

// view takes an operation for one that shows items of a collection from another
// side, if a member of the item names each parameter of its path.
func (in *inference) view(c *Collection, role Role, op *contract.Operation) bool {
	v := View{Role: role, Operation: op, Match: map[string][]string{}}
	var told []string
	for _, p := range op.Parameters {
		if p.In != "path" {
			continue
		}
		path := in.naming(c, p.Name)
		if len(path) == 0 || role == List && len(path) == 1 && path[0] == c.IDField {
			return false // nothing, or the id: a list of one item is none
		}
		v.Match[p.Name] = path
		told = append(told, p.Name+" is "+strings.Join(path, "."))
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
	c.Views = append(c.Views, v)
	in.leave(op.Node, op.Method+" "+op.Path, "it shows items of "+c.Path+" from another side")
	c.decide(in, Decision{About: "view", What: op.Method + " " + op.Path + " shows items from another side", Because: strings.Join(told, " and "), At: op.Node})
	return true
}

// shows takes the GET of a path that ends in a parameter for a view, if it answers
// with an item that another collection has.
func (in *inference) shows(s *site, op *contract.Operation, listed map[place]*Collection) bool {
	if s.param == "" {
		return false
	}
	answer, ok := in.wrapped(successSchema(op), thing(s.before), contract.Node{})
	c := listed[placeOf(in.core(answer.node))]
	if !ok || c == nil || !in.isObject(answer.node) {
		return false
	}
	path := in.naming(c, s.param)
	byID := len(path) == 1 && path[0] == c.IDField
	return (!byID || sameThing(thing(s.before), c.Name)) && in.view(c, Retrieve, op)
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
