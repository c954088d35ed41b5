package mockserver

import (
	"errors"
	"fmt"
	"net/http"
	"strings"

	"understudy/internal/contract"
	"understudy/internal/refusal"
)

// failure is an error answer: what is wrong, and what the body may tell of it.
type failure struct {
	status     int
	cause      string // names the template of the body
	reason     string // in words, for a document that has no template
	violations []contract.Violation
	values     values
	like       int // the status whose shape the body has; 0 is status
}

// values fill the placeholders of a template.
type values map[string]string

func (f *failure) Error() string { return f.reason }

// invalid is the failure of a request that breaks the document.
func (e *exchange) invalid(violations []contract.Violation) *failure {
	return failing(refusal.Invalid(e.match.Operation, violations))
}

// failing is a refusal as a failure.
func failing(r refusal.Refusal) *failure {
	return &failure{status: r.Status, cause: r.Cause, reason: r.Reason, violations: r.Violations, values: r.Values}
}

// serverFailed is the failure that nobody but the server is to blame for.
func serverFailed() *failure {
	return &failure{status: http.StatusInternalServerError, cause: "server_error", reason: "the server failed"}
}

// maxViolations bounds the header that lists violations, in bytes.
const maxViolations = 4096

// violationsHeader lists every violation of a request as a JSON array.
const violationsHeader = "X-Understudy-Violations"

// fail is the only writer of error answers, in the shape that the document
// declares.
func (s *Server) fail(e *exchange, err error) {
	e.paranoid = nil // it checks what it sends itself
	var f *failure
	if !errors.As(err, &f) {
		s.breach(e, err)
		f = serverFailed()
	}
	if status, said := s.refusals.Status(f.cause); said {
		f.status = status
	}
	e.violations = f.violations
	if len(f.violations) > 0 {
		e.header(violationsHeader, contract.EncodeViolations(f.violations, maxViolations))
	}
	s.failureHeaders(e, f)
	if op := e.operation(); op != nil && op.Response(f.status) != nil {
		s.requiredHeaders(e, op.Response(f.status))
	}
	body, contentType := s.failureBody(e, f)
	if contentType != "" {
		e.w.Header().Set("Content-Type", contentType)
	}
	e.send(f.status, body)
	s.checkFailure(e, f, body, contentType)
}

// failureHeaders sets the headers that HTTP asks for with a status.
func (s *Server) failureHeaders(e *exchange, f *failure) {
	switch f.status {
	case http.StatusMethodNotAllowed:
		e.header("Allow", e.match.Allow)
	case http.StatusUnauthorized:
		if e.w.Header().Get("WWW-Authenticate") != "" {
			return // the document says it
		}
		for _, challenge := range challenges(e.match.Operation, f) {
			e.w.Header().Add("WWW-Authenticate", challenge)
		}
	case http.StatusRequestEntityTooLarge:
		e.header("Connection", "close")
	}
}

// requiredHeaders sets the headers that an answer must have and does not have yet.
func (s *Server) requiredHeaders(e *exchange, response *contract.Response) {
	for _, h := range response.Headers {
		if !h.Required || e.w.Header().Get(h.Name) != "" {
			continue
		}
		if value, ok := s.headerValue(h); ok {
			e.header(h.Name, value)
		}
	}
}

// failureBody is the body of an error answer, in the shape that the document declares.
func (s *Server) failureBody(e *exchange, f *failure) (body []byte, contentType string) {
	return s.refusals.Body(e.operation(), refusal.Refusal{
		Status: f.status, Cause: f.cause, Reason: f.reason, Violations: f.violations, Values: f.values, Like: f.like,
	})
}

// operation is the one that describes the answer, nil for an unknown path.
func (e *exchange) operation() *contract.Operation {
	if e.match.Operation != nil {
		return e.match.Operation
	}
	return e.match.Sibling
}

// challenges are the values of WWW-Authenticate (RFC 9110, 11.6.1) for the
// schemes of an operation.
func challenges(op *contract.Operation, f *failure) []string {
	var list []string
	for _, requirement := range op.Security {
		for _, required := range requirement {
			switch {
			case required.Scheme.Bearer() && f.cause == "bad_credentials":
				list = append(list, `Bearer error="invalid_token"`)
			case required.Scheme.Bearer():
				list = append(list, "Bearer")
			case required.Scheme.Type == "http":
				name := required.Scheme.Scheme
				list = append(list, strings.ToUpper(name[:1])+name[1:]+` realm="api"`)
			default:
				list = append(list, "ApiKey")
			}
		}
	}
	return list
}

// checkFailure proves an error answer against the document. It is sent all the
// same, being the truest that there is, but it never stays unnoticed.
func (s *Server) checkFailure(e *exchange, f *failure, body []byte, contentType string) {
	op := e.operation()
	if op == nil || op.Response(f.status) == nil {
		return // a status that the document does not know has no shape to break
	}
	if broken := op.CheckResponse(f.status, e.w.Header(), contentType, body); len(broken) > 0 {
		s.breach(e, &breachError{op, f.status, broken})
	}
}

// breachError is an answer of ours that breaks the document.
type breachError struct {
	op         *contract.Operation
	status     int
	violations []contract.Violation
}

func (b *breachError) Error() string {
	return fmt.Sprintf("%s %s: the answer %d would break the contract: %s", b.op.Method, b.op.Path, b.status, b.violations[0])
}

// breach reports what must never happen.
func (s *Server) breach(e *exchange, err error) {
	s.logger.Error("contract broken", "method", e.r.Method, "path", e.r.URL.Path, "reason", err.Error())
	if s.onBreach != nil {
		s.onBreach(err)
	}
}

// notFound is the failure of an item that is not there. An id that breaks its
// schema names nothing, and the header says why.
func notFound(op *contract.Operation, params *contract.Params) *failure {
	return &failure{status: http.StatusNotFound, cause: "not_found", reason: "there is no such item", violations: op.CheckPath(params)}
}

// parentNotFound is the failure of a collection under a parent that is not
// there.
func parentNotFound(op *contract.Operation, params *contract.Params, name string) *failure {
	return &failure{
		status: http.StatusNotFound, cause: "parent_not_found", reason: fmt.Sprintf("there is no %s %q", name, params.Get(name)),
		violations: op.CheckPath(params), values: values{"field": name, "value": params.Get(name)},
	}
}

// refuse is the failure of a request that is valid and cannot be met as things
// stand. Its status is the first that the operation declares, or else the first of
// all.
func (e *exchange) refuse(cause, reason string, told values, statuses ...int) *failure {
	status := statuses[0]
	for _, candidate := range statuses {
		if e.match.Operation.Declares(candidate) {
			status = candidate
			break
		}
	}
	return &failure{status: status, cause: cause, reason: reason, values: told}
}
