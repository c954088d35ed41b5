package mockserver

import (
	"net/http"

	"understudy/internal/contract"
	"understudy/internal/resource"
)

// endpoint is one operation with what answering it needs.
type endpoint struct {
	op         *contract.Operation
	collection *collection // nil when the operation belongs to none
	binding    resource.Binding
	action     *resource.Action // nil when it is none
	view       *resource.View   // nil when it is none
	batch      *resource.Batch  // nil when it is none
	made       *collection      // of which the action makes an item; nil when it makes none
	scope      scope
	usual      answer          // what success answers
	created    answer          // what a replacement answers that creates
	accepted   answer          // what a removal answers that takes its time
	shell      shell           // around a list
	parameters bool            // there is something beside the path to check
	broken     error           // why no valid list can be joined; nil when one can
	takes      map[string]bool // the members that the body of a replacement has room for
	handle     func(*Server, *exchange) error
}

// makeEndpoints prepares every operation of the document.
func (s *Server) makeEndpoints() {
	runtimes := map[*resource.Collection]*collection{}
	for _, described := range s.model.Collections {
		c := newCollection(s, described)
		runtimes[described] = c
		s.collections = append(s.collections, c)
	}
	s.endpoints = make(map[*contract.Operation]*endpoint, len(s.contract.Operations))
	for _, op := range s.contract.Operations {
		s.endpoints[op] = s.makeEndpoint(op, runtimes)
	}
}

// membersTaken names the members of the item in the body of an operation, which may
// be wrapped.
func membersTaken(op *contract.Operation, wrapper string) map[string]bool {
	taken := map[string]bool{}
	if op.Body == nil {
		return taken
	}
	for _, media := range op.Body.Content {
		for _, member := range membersOfAny(media.Node.Raw("schema")) {
			if wrapper == "" {
				taken[member.Name] = true
				continue
			}
			for _, inner := range membersOfAny(member.Node) {
				taken[inner.Name] = taken[inner.Name] || member.Name == wrapper
			}
		}
	}
	return taken
}

// membersOfAny lists the members of a schema and of each of its alternatives.
func membersOfAny(schema contract.Node) []contract.Member {
	members := contract.Members(schema)
	for _, alternative := range contract.Alternatives(schema) {
		members = append(members, contract.Members(alternative)...)
	}
	return members
}

func (s *Server) makeEndpoint(op *contract.Operation, runtimes map[*resource.Collection]*collection) *endpoint {
	ep := &endpoint{op: op, handle: (*Server).unbound}
	for _, p := range op.Parameters {
		ep.parameters = ep.parameters || p.In != "path"
	}
	binding, bound := s.model.Bind(op)
	if bound {
		ep.binding = binding
		ep.collection = runtimes[binding.Collection]
		ep.handle = handlers[binding.Role]
		ep.action = actionOf(binding.Collection, op)
		if ep.action != nil && ep.action.Creates != nil {
			ep.made = runtimes[ep.action.Creates]
			ep.binding.ShowsItem, ep.binding.Shown = true, ep.action.Made
		}
		if binding.Style == resource.Whole {
			ep.takes = membersTaken(op, binding.Sent)
		}
		onItem := binding.Role != resource.List && binding.Role != resource.Create
		ep.scope = s.newScope(op, ep.collection, onItem, runtimes)
	}
	if view := s.model.View(op); view != nil {
		ep.collection, ep.view, ep.binding, ep.handle = runtimes[view.Collection], view, view.Binding, (*Server).show
		if view.Role != resource.List && view.Role != resource.Retrieve {
			ep.handle = handlers[view.Role]
			ep.scope = scope{} // the path names no parents
			ep.takes = membersTaken(op, view.Sent)
		}
	}
	if batch := s.model.Batch(op); batch != nil {
		ep.collection, ep.batch, ep.binding, ep.handle = runtimes[batch.Collection], batch, batch.Binding, (*Server).many
		ep.scope = s.newScope(op, ep.collection, false, runtimes)
	}
	s.prepareAnswers(ep)
	if ep.lists() && ep.usual.declared != nil {
		s.makeShell(ep)
	}
	return ep
}

// lists reports whether a success answers with a list of items.
func (ep *endpoint) lists() bool {
	switch {
	case ep.batch != nil:
		return ep.batch.ShowsItem
	case ep.action != nil:
		return ep.action.MadeInList
	}
	return ep.binding.Role == resource.List
}

// pages reports whether that list is paged: it is the list of the collection.
func (ep *endpoint) pages() bool {
	return ep.collection.Page != nil && ep.view == nil && ep.batch == nil && ep.action == nil
}

// handlers answer by role.
var handlers = map[resource.Role]func(*Server, *exchange) error{
	resource.List:     (*Server).list,
	resource.Create:   (*Server).create,
	resource.Retrieve: (*Server).retrieve,
	resource.Update:   (*Server).change,
	resource.Replace:  (*Server).change,
	resource.Remove:   (*Server).remove,
	resource.Act:      (*Server).act,
}

// acceptable refuses a request that takes none of the content types that the
// operation produces.
func (ep *endpoint) acceptable(r *http.Request) error {
	if ep.op.Acceptable(r.Header["Accept"]) {
		return nil
	}
	return &failure{status: http.StatusNotAcceptable, cause: "not_acceptable", reason: "the operation produces none of the accepted content types"}
}

// checkParameters refuses a request whose query, header or cookie parameters
// break the document.
func (e *exchange) checkParameters() (map[string]any, error) {
	if !e.endpoint.parameters {
		return nil, nil
	}
	decoded, violations := e.match.Operation.CheckParameters(e.r)
	if len(violations) > 0 {
		return nil, e.invalid(violations)
	}
	return decoded, nil
}

// unbound answers an operation that belongs to no collection with the
// document's example, or with generated data.
func (s *Server) unbound(e *exchange) error {
	if violations := e.match.Operation.CheckPath(&e.match.Params); len(violations) > 0 {
		return e.invalid(violations)
	}
	if _, err := e.checkParameters(); err != nil {
		return err
	}
	if _, err := s.readBody(e); err != nil {
		return err
	}
	if e.endpoint.usual.declared == nil {
		e.send(http.StatusNoContent, nil)
		return nil
	}
	return s.sendCanned(e, e.endpoint.usual.status, preferences{})
}
