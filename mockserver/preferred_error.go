package mockserver

import (
	"cmp"
	"net/http"
	"strconv"
	"strings"

	"understudy/internal/contract"
	"understudy/internal/refusal"
	"understudy/internal/resource"
)

// isError reports whether a status is that of an error.
func isError(status int) bool { return status >= 400 && status <= 599 }

// sendUndeclared answers with a status that the operation does not declare: an error in
// the shape of others, anything else without a body.
func (s *Server) sendUndeclared(e *exchange, status int, asked preferences) {
	if asked.asked() {
		e.header("Preference-Applied", asked.applied())
	}
	if !isError(status) {
		e.send(status, nil)
		return
	}
	e.paranoid = nil // there is nothing that it could break
	f := s.preferredFailure(e, status)
	s.failureHeaders(e, f)
	body, contentType := s.failureBody(e, f)
	if contentType != "" {
		e.header("Content-Type", contentType)
	}
	e.send(status, body)
}

// preferredBody is the body of an error in JSON that the document declares without an
// example; ok is false when what the stand-in would say is not what is declared.
func (s *Server) preferredBody(e *exchange, status int, media *contract.Media) (body []byte, ok bool) {
	body, _ = s.failureBody(e, s.preferredFailure(e, status))
	value, err := contract.DecodeJSON(body)
	return body, err == nil && (media.Schema == nil || len(media.Schema.Check(value)) == 0)
}

// preferredFailure is the error that is shown to who asks for one of a status: what the
// stand-in would say itself for the first cause of that status that the operation has,
// or else what the status is called.
func (s *Server) preferredFailure(e *exchange, status int) *failure {
	for _, f := range s.possibleFailures(e) {
		if said, ok := s.refusals.Status(f.cause); ok {
			f.status = said
		}
		if f.status == status {
			return s.shapedLike(e, f)
		}
	}
	reason := cmp.Or(strings.ToLower(http.StatusText(status)), "status "+strconv.Itoa(status))
	return s.shapedLike(e, &failure{
		status: status, cause: strings.ReplaceAll(reason, " ", "_"), reason: reason,
		values: values{"reason": reason, "method": e.r.Method},
	})
}

// shapedLike gives a failure of the server that is not declared the shape of one that
// is, or of what refuses a request.
func (s *Server) shapedLike(e *exchange, f *failure) *failure {
	op := e.match.Operation
	switch {
	case f.status < http.StatusInternalServerError || op.Response(f.status) != nil:
	case op.Response(http.StatusInternalServerError) != nil:
		f.like = http.StatusInternalServerError
	default:
		f.like = http.StatusBadRequest
	}
	return f
}

// possibleFailures are the refusals that an operation has, of each status the most
// telling first.
func (s *Server) possibleFailures(e *exchange) []*failure {
	op, params, scope := e.match.Operation, &e.match.Params, &e.endpoint.scope
	list := []*failure{serverFailed()}
	if len(op.Security) > 0 {
		list = append(list, unauthenticated())
	}
	for _, scope := range resource.Scopes(op) {
		list = append(list, missingScope(scope))
	}
	if scope.id != "" {
		list = append(list, notFound(op, params))
	}
	for i := range scope.parents {
		parent := &scope.parents[i]
		list = append(list, parentNotFound(op, params, parent.name))
		if parent.collection == nil && len(op.Security) > 0 {
			list = append(list, forbiddenParent(parent.name, scope.value(params, i)))
		}
	}
	if c := e.endpoint.collection; c != nil && e.endpoint.binding.Role == resource.Create {
		list = append(list, c.taken(""))
	}
	list = append(list, s.possibleBodyFailures(op)...)
	for _, p := range op.Parameters {
		list = append(list, failing(refusal.Invalid(op, []contract.Violation{{In: p.In, Field: p.Name, Keyword: "invalid", Message: "is not valid"}})))
	}
	return list
}

// possibleBodyFailures are the refusals of a body: of one that lacks what it must have,
// that cannot be read, in a content type that is not declared, or that is too large.
func (s *Server) possibleBodyFailures(op *contract.Operation) []*failure {
	if op.Body == nil || len(op.Body.Content) == 0 {
		return nil
	}
	taken := concrete(op.Body.Content[0].Type)
	var list []*failure
	for _, wrong := range []struct{ contentType, body string }{{taken, "{}"}, {taken, "{"}, {"application/unknown", "?"}} {
		_, err := op.CheckBody(wrong.contentType, []byte(wrong.body), s.strict)
		if r, ok := refusal.OfBody(op, err); ok {
			list = append(list, failing(r))
		}
	}
	return append(list, s.tooLarge(s.bodyLimit, "the body is"))
}
