package proxy

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"understudy/internal/contract"
)

// A finding is one way in which an exchange breaks the document.
type finding struct {
	id        string // of the requirement: its side and its part, as request/query
	violation contract.Violation
	node      contract.Node // where the document says otherwise
}

// judgement is what the document says of an exchange.
type judgement struct {
	match     contract.Match
	base      string // the path at the API before that of the document
	findings  []finding
	refused   error // what a refusal of the request would be about; nil for a good one
	preflight bool  // a request of a browser about cross-origin requests
	untold    []string
}

// operation describes the exchange; nil when none does.
func (j *judgement) operation() *contract.Operation { return j.match.Operation }

// match finds the operation of a path as it was asked for, or as it stands at the API.
// base is the path at the API before that of the document.
func match(c *contract.Contract, e *Exchange) (m contract.Match, base string) {
	m = c.Match(e.Method, e.Path)
	if m.Allow == "" && e.Base != "" {
		if below := c.Match(e.Method, e.Base+e.Path); below.Allow != "" {
			return below, below.Base
		}
	}
	return m, e.Base + m.Base
}

// judge holds an exchange against the document.
func judge(c *contract.Contract, e *Exchange) *judgement {
	j := &judgement{}
	j.match, j.base = match(c, e)
	j.preflight = e.Method == http.MethodOptions && j.operation() == nil
	if op := j.operation(); op != nil {
		j.request(op, e)
		j.undeclared(c, op, e)
		j.response(op, e)
		j.locate(op)
	} else if !j.preflight {
		j.unknown(e)
	}
	return j
}

// unknown tells of a request that is none of the document's.
func (j *judgement) unknown(e *Exchange) {
	v := contract.Violation{In: "path", Keyword: "declared", Message: "no path of the document matches"}
	id := "request/unknown-path"
	var node contract.Node
	if j.match.Sibling != nil {
		id, node = "request/unknown-method", j.match.Sibling.PathNode
		v = contract.Violation{In: "method", Keyword: "declared", Message: fmt.Sprintf("the path has no method %s, only %s", e.Method, j.match.Allow)}
	}
	j.findings = append(j.findings, finding{id, v, node})
}

// request judges the request of an operation.
func (j *judgement) request(op *contract.Operation, e *Exchange) {
	found := op.CheckPath(&j.match.Params)
	_, broken := op.CheckParameters(&http.Request{Method: e.Method, URL: e.URL, Header: e.Header})
	found = slices.DeleteFunc(append(found, broken...), func(v contract.Violation) bool {
		return isHidden(e.Header, e.URL.Query(), nil, v) || v.In == "cookie" && e.Sanitized && e.Header.Get("Cookie") == ""
	})
	if len(found) > 0 {
		j.refused = contract.Violations(found)
	}
	for _, v := range found {
		j.findings = append(j.findings, finding{"request/" + v.In, v, parameterNode(op, v)})
	}
	if op.Body == nil {
		return
	}
	body := e.Body
	if !body.whole() {
		j.untold = append(j.untold, "the body of the request was not judged: "+body.Missing)
		return
	}
	_, err := op.CheckBody(e.Header.Get("Content-Type"), body.Data, false)
	if err != nil && j.refused == nil {
		j.refused = err
	}
	for _, f := range bodyFindings(op, err) {
		if !isHidden(nil, nil, body.Data, f.violation) {
			j.findings = append(j.findings, f)
		}
	}
}

// undeclared tells of what a request says that the document has no word for, and does
// not refuse either: the API may take no notice of it. Headers are left alone, since
// clients and what stands between send many.
func (j *judgement) undeclared(c *contract.Contract, op *contract.Operation, e *Exchange) {
	for _, v := range op.UndeclaredQuery(e.URL.RawQuery) {
		if !isCredential(c, v.Field) {
			j.findings = append(j.findings, finding{undeclaredParameter, v, op.Node})
		}
	}
	if op.Body == nil || !e.Body.whole() {
		return
	}
	for _, v := range op.UndeclaredMembers(e.Header.Get("Content-Type"), e.Body.Data) {
		j.findings = append(j.findings, finding{undeclaredMember, v, op.Body.Node})
	}
}

// What the document has no word for.
const (
	undeclaredParameter = "request/unknown-parameter"
	undeclaredMember    = "request/unknown-member"
)

// isCredential reports whether a query parameter is what a security scheme of the
// document reads, or RFC 6750, 2.3.
func isCredential(c *contract.Contract, name string) bool {
	return name == "access_token" || slices.ContainsFunc(c.SecuritySchemes(), func(scheme *contract.SecurityScheme) bool {
		return scheme.Type == "apiKey" && scheme.In == "query" && scheme.Parameter == name
	})
}

// locate names the constraints that findings break, where the document has them.
func (j *judgement) locate(op *contract.Operation) {
	for i, f := range j.findings {
		if n := op.Constraint(f.violation); n.Exists() {
			j.findings[i].node = n
		}
	}
}

// parameterNode is where the document describes what a violation is about.
func parameterNode(op *contract.Operation, v contract.Violation) contract.Node {
	name := v.Field
	for {
		if p := op.Parameter(v.In, name); p != nil {
			return p.Node
		}
		i := strings.LastIndexByte(name, '.')
		if i < 0 {
			return op.Node
		}
		name = name[:i]
	}
}

// bodyFindings are what the contract says of the body of a request.
func bodyFindings(op *contract.Operation, err error) []finding {
	var unsupported *contract.MediaTypeError
	var malformed *contract.MalformedError
	var violations contract.Violations
	switch {
	case errors.As(err, &unsupported):
		return []finding{{"request/content-type", contract.Violation{In: "content-type", Keyword: "declared", Message: err.Error()}, op.Body.Node}}
	case errors.As(err, &malformed):
		return []finding{{"request/body", contract.Violation{In: "body", Keyword: "malformed", Message: err.Error()}, op.Body.Node}}
	case errors.As(err, &violations):
		var found []finding
		for _, v := range violations {
			found = append(found, finding{"request/body", v, op.Body.Node})
		}
		return found
	}
	return nil
}

// response judges the answer of an operation.
func (j *judgement) response(op *contract.Operation, e *Exchange) {
	switch {
	case e.Failure != "" && e.Gone:
		j.untold = append(j.untold, "the caller left before the answer had ended")
	case e.Failure != "" && e.Answer == nil:
		j.findings = append(j.findings, finding{"response/none", contract.Violation{In: "answer", Keyword: "none", Message: e.Failure}, op.Node})
	case e.Failure != "":
		j.findings = append(j.findings, finding{"response/broken-off", contract.Violation{In: "answer", Keyword: "end", Message: e.Failure}, op.Node})
	}
	a := e.Answer
	if a == nil || isRevalidated(e) {
		return
	}
	body := a.Body
	for _, v := range answerViolations(op, e, body) {
		if !isHidden(a.Header, nil, body.Data, v) {
			j.findings = append(j.findings, finding{"response/" + v.In, v, answerNode(op, a.Status)})
		}
	}
	if !body.whole() && e.Failure == "" && e.Method != http.MethodHead {
		j.untold = append(j.untold, "the body of the answer was not judged: "+body.Missing)
	}
	if a.Status >= 200 && a.Status < 300 && !e.Sanitized && !mayCall(op, e) {
		j.findings = append(j.findings, finding{"response/security", contract.Violation{
			In: "security", Keyword: "required", Message: fmt.Sprintf("status %d for a request without any credential that the operation asks for", a.Status),
		}, op.Node})
	}
}

// answerViolations are what the document says of an answer, of its head alone where
// there is no body to be judged.
func answerViolations(op *contract.Operation, e *Exchange, body Body) []contract.Violation {
	a := e.Answer
	contentType := a.Header.Get("Content-Type")
	if e.Method == http.MethodHead || a.Status == http.StatusSwitchingProtocols || !body.whole() {
		return op.CheckHead(a.Status, a.Header, contentType)
	}
	return op.CheckResponse(a.Status, a.Header, contentType, body.Data)
}

// answerNode is where the document describes an answer, or the answers when it does
// not describe this one.
func answerNode(op *contract.Operation, status int) contract.Node {
	if response := op.Response(status); response != nil {
		return response.Node
	}
	return op.Node.Get("responses")
}

// isRevalidated reports whether an answer says that the caller's own copy is still
// good. HTTP lets a server say so whether the document declares it or not.
func isRevalidated(e *Exchange) bool {
	return e.Answer.Status == http.StatusNotModified && (e.Header.Get("If-None-Match") != "" || e.Header.Get("If-Modified-Since") != "")
}

// mayCall reports whether a request has what one of the alternatives asks for.
func mayCall(op *contract.Operation, e *Exchange) bool {
	if len(op.Security) == 0 {
		return true
	}
	for _, requirement := range op.Security {
		if satisfied(requirement, e) {
			return true
		}
	}
	return false
}

// satisfied reports whether a request has a credential for each scheme. Whether it is
// a good one only the API knows.
func satisfied(requirement contract.Requirement, e *Exchange) bool {
	for _, required := range requirement {
		scheme := required.Scheme
		there := true // of a certificate nothing is seen here
		switch {
		case scheme.Type == "mutualTLS":
		case scheme.Type == "apiKey" && scheme.In == "header":
			there = e.Header.Get(scheme.Parameter) != ""
		case scheme.Type == "apiKey" && scheme.In == "query":
			there = e.URL.Query().Has(scheme.Parameter)
		case scheme.Type == "apiKey":
			_, err := (&http.Request{Header: e.Header}).Cookie(scheme.Parameter)
			there = err == nil
		case scheme.Bearer() && e.URL.Query().Get("access_token") != "": // RFC 6750, 2.3
		default:
			there = presents(scheme, e.Header.Get("Authorization"))
		}
		if !there {
			return false
		}
	}
	return true
}

// presents reports whether an Authorization header has a credential for a scheme.
// OAuth is not held to the word Bearer, which some APIs have another for.
func presents(scheme *contract.SecurityScheme, authorization string) bool {
	word, credential, _ := strings.Cut(authorization, " ")
	return strings.TrimSpace(credential) != "" && (scheme.Type != "http" || strings.EqualFold(word, scheme.Scheme))
}
