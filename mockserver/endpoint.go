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
	parents    []parent
	status     int              // of success
	answers    bool             // success has a body
	schema     *contract.Schema // of that body; nil when it has none
	parameters bool             // there is something beside the path to check
	broken     error            // why no valid answer can be made; nil when one can
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

func (s *Server) makeEndpoint(op *contract.Operation, runtimes map[*resource.Collection]*collection) *endpoint {
	ep := &endpoint{op: op, handle: (*Server).unbound}
	if response, status := op.Success(); response != nil {
		ep.status, ep.answers = status, len(response.Content) > 0
		if media := response.JSON(); media != nil {
			ep.schema = media.Schema
		}
	}
	for _, p := range op.Parameters {
		ep.parameters = ep.parameters || p.In != "path"
	}
	binding, ok := s.model.Bind(op)
	if !ok {
		return ep
	}
	ep.collection = runtimes[binding.Collection]
	ep.handle = handlers[binding.Role]
	for _, p := range binding.Collection.Parents {
		prepared := parent{Parent: p, collection: runtimes[p.Collection]}
		if p.Collection == nil {
			prepared.known = s.knownParents(p.Param)
		}
		ep.parents = append(ep.parents, prepared)
	}
	return ep
}

// handlers answer by role.
var handlers = map[resource.Role]func(*Server, *exchange) error{
	resource.List:     (*Server).list,
	resource.Create:   (*Server).create,
	resource.Retrieve: (*Server).retrieve,
	resource.Update:   (*Server).update,
	resource.Replace:  (*Server).replace,
	resource.Remove:   (*Server).remove,
}

// shows reports whether success answers with an item: with the schema that every
// record is proven against, or with one that this record satisfies too.
func (ep *endpoint) shows(record []byte) bool {
	if ep.schema == nil || ep.schema == ep.collection.Item {
		return true
	}
	item, err := decodeItem(record)
	return err == nil && len(ep.schema.Check(item)) == 0
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
	if e.endpoint.status == 0 {
		e.send(http.StatusNoContent, nil)
		return nil
	}
	return s.sendCanned(e, e.endpoint.status, preferences{})
}
