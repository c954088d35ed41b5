package resource

import (
	"strings"

	"understudy/internal/contract"
)

// singleton makes a collection of one item of a path that shows an object and
// changes it: /settings, /things/{id}/settings.
func (in *inference) singleton(s *site) {
	said := s.words.Get("singleton")
	if !s.fixed() || s.collection != nil || refused(s) || said.Text() == "false" {
		return
	}
	get := s.as(Retrieve, "GET")
	answer, ok := in.wrapped(successSchema(get), s.last, contract.Node{})
	if !ok || !in.isObject(answer.node) && !said.Bool() {
		return
	}
	if _, lists := in.lists(s); lists && !in.showsItem(s) && !said.Bool() {
		return
	}
	roles := in.singletonRoles(s, answer.node)
	if len(roles) == 0 && !said.Bool() {
		return
	}
	c := &Collection{Name: s.last, Path: s.template, ItemPath: s.template, Singleton: true, Operations: map[Role]*contract.Operation{}, Orphans: Cascade}
	s.collection = c
	in.model.Collections = append(in.model.Collections, c)
	in.bind(c, Retrieve, get)
	for _, role := range []Role{Create, Update, Replace, Remove} {
		op := roles[role]
		if op == nil {
			continue
		}
		style := UpdateStyle("")
		if op.Method == "PUT" {
			style, _ = in.putStyle(c, op)
		}
		in.bindStyle(c, role, op, style)
	}
	if len(roles) == 1 && roles[Remove] != nil && !said.Exists() {
		in.doubtAt(s.node(), say("singleton", "true"), "nothing creates what GET %s shows and DELETE removes", "say singleton: true on the path if it is there from the start, else collection: false", s.template)
	}
	c.decide(Decision{About: "collection", What: "one item, at the path itself", Because: "GET shows an object and " + methodsOf(roles) + " changes it", At: s.node(), Say: say("singleton", "true")})
}

// singletonRoles lists what changes the item at a path, if it is one.
func (in *inference) singletonRoles(s *site, item contract.Node) map[Role]*contract.Operation {
	roles := map[Role]*contract.Operation{}
	keep := func(role Role, op *contract.Operation) {
		if op != nil && (saidRole(op) == role || role == Remove || in.changes(op, s, item)) {
			roles[role] = op
		}
	}
	keep(Update, s.as(Update, "PATCH"))
	keep(Replace, s.as(Replace, "PUT"))
	keep(Remove, s.as(Remove, "DELETE"))
	post := s.method("POST")
	if successOf(post) == 201 {
		keep(Create, post)
	} else if f, ok := in.wrapped(successSchema(post), s.last, item); ok && f.node.Exists() && roles[Update] == nil && roles[Replace] == nil {
		keep(Update, post)
	}
	keep(Create, s.said(Create))
	return roles
}

// said returns the operation that the document says to have a role, or nil.
func (s *site) said(role Role) *contract.Operation {
	for _, op := range s.operations {
		if saidRole(op) == role {
			return op
		}
	}
	return nil
}

// changes reports whether the body of an operation is about an item: it has members
// in common with it, or is a list of operations on it.
func (in *inference) changes(op *contract.Operation, s *site, item contract.Node) bool {
	if op.Body == nil {
		return false
	}
	for _, media := range op.Body.Content {
		if media.Type == jsonPatchType || media.Type == mergePatchType {
			return true
		}
	}
	body := bodySchema(op)
	if f, ok := in.wrapped(body, s.last, contract.Node{}); ok && shared(in.members(f.node), in.members(item)) > 0 {
		return true
	}
	whole := successSchema(s.method("GET"))
	return shared(in.members(body), in.members(whole)) > 0
}

func methodsOf(roles map[Role]*contract.Operation) string {
	var methods []string
	for _, role := range []Role{Create, Update, Replace, Remove} {
		if op := roles[role]; op != nil {
			methods = append(methods, op.Method)
		}
	}
	if len(methods) == 0 {
		return "nothing"
	}
	return strings.Join(methods, ", ")
}

// findActions gives the items what else can be done to them: what changes something
// below the path of an item, and belongs to no collection itself.
func (in *inference) findActions() {
	for _, s := range in.order {
		for _, op := range s.operations {
			if _, bound := in.model.bindings[op]; bound || op.Method == "GET" && saidRole(op) != Act || saidRole(op) == none {
				continue
			}
			if c, name := in.actedOn(s, op); c != nil {
				c.Actions = append(c.Actions, in.action(name, op))
				in.model.bindings[op] = Binding{Collection: c, Role: Act}
			}
		}
	}
}

// customMethod splits a segment that names something to do to an item, after a colon:
// {thing}:archive.
func customMethod(segment string) (id, verb string) {
	id, verb, _ = strings.Cut(segment, ":")
	if parameter(id) == "" || strings.ContainsAny(verb, "{}") {
		return "", ""
	}
	return id, verb
}

// none is what the vocabulary says of an operation that belongs to no collection.
const none Role = "none"

// actedOn finds the item that an operation is done to: the nearest before its path
// with only fixed segments between.
func (in *inference) actedOn(s *site, op *contract.Operation) (c *Collection, name string) {
	if op.Method == "OPTIONS" || op.Method == "HEAD" || op.Method == "TRACE" {
		return nil, ""
	}
	if c := s.collection; c != nil && c.ItemPath == s.template && (op.Method == "POST" || op.Method == "PUT" || op.Method == "PATCH") {
		return c, strings.ToLower(op.Method)
	}
	if id, verb := customMethod(s.last); verb != "" {
		return in.holders[shapeOf(s.before+"/"+id)], verb
	}
	if !s.fixed() || s.collection != nil && !s.collection.Singleton {
		return nil, ""
	}
	for at := s.before; at != ""; at, _ = cut(at) {
		if holder := in.by[at]; holder != nil && holder.collection != nil && holder.collection.Singleton {
			return holder.collection, s.last
		}
		_, last := cut(at)
		if strings.ContainsAny(last, "{}") {
			return in.holders[shapeOf(at)], s.last
		}
	}
	return nil, ""
}
