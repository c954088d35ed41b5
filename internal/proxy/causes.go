package proxy

import (
	"fmt"
	"regexp"
	"strings"
	"sync"

	"understudy/conformance/report"
	"understudy/internal/contract"
)

// causeKey tells one cause of violations from others: what is broken where, whatever
// the value was.
type causeKey struct {
	id, operation          string
	in, field, keyword     string
	expected, actual, rest string
	status                 int
}

// cause is one cause of violations with how often it was seen.
type cause struct {
	key         causeKey
	requirement string
	source      string
	reason      string // of the first one
	count       int
	first       int // the number of its exchange
	exchange    report.Exchange
	answered    string // what became of the first request, for one that is wrong
}

// maxCauses bounds how many causes are told apart.
const maxCauses = 1000

// causes are all that were seen, in that order.
type causes struct {
	byKey map[causeKey]*cause
	list  []*cause
	more  int // violations of causes beyond the bound
}

// place notes a violation; isNew says that its cause was not seen before. The cause
// is nil beyond the bound.
func (cs *causes) place(key causeKey) (c *cause, isNew bool) {
	if c := cs.byKey[key]; c != nil {
		c.count++
		return c, false
	}
	if len(cs.list) == maxCauses {
		cs.more++
		return nil, false
	}
	if cs.byKey == nil {
		cs.byKey = map[causeKey]*cause{}
	}
	c = &cause{key: key, count: 1}
	cs.byKey[key] = c
	cs.list = append(cs.list, c)
	return c, true
}

// keyOf is the cause of a finding.
func keyOf(f finding, op *contract.Operation, e *Exchange) causeKey {
	v := f.violation
	key := causeKey{id: f.id, in: v.In, field: generalField(v.Field), keyword: v.Keyword, expected: v.Expected, actual: v.Actual, rest: v.Limit}
	if op != nil {
		key.operation = op.Method + " " + op.Path
	}
	switch {
	case op == nil:
		key.operation = e.Method + " " + generalPath(e.Path)
	case strings.HasPrefix(f.id, "response/") && e.Answer != nil:
		key.status = e.Answer.Status
	}
	if v.In == "content-type" {
		key.rest = v.Message
	}
	return key
}

var number = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^\d+$`) })

// generalField names a member of a list without its place in the list.
func generalField(field string) string {
	parts := strings.Split(field, ".")
	for i, part := range parts {
		if number().MatchString(part) {
			parts[i] = "[]"
		}
	}
	return strings.ReplaceAll(strings.Join(parts, "."), ".[]", "[]")
}

// id matches what in a path looks like the name of one thing among many.
var id = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^(\d+|[0-9a-fA-F-]{16,}|.{40,})$`) })

// generalPath is a path with what looks like ids left open.
func generalPath(path string) string {
	segments := strings.Split(path, "/")
	for i, segment := range segments {
		if id().MatchString(segment) {
			segments[i] = "{}"
		}
	}
	return strings.Join(segments, "/")
}

// requirementOf says what a finding breaks.
func requirementOf(f finding) string {
	switch f.id {
	case "request/unknown-path":
		return "A request goes to a path of the document."
	case "request/unknown-method":
		return "A request has a method that the document gives the path."
	case undeclaredParameter:
		return "A parameter in a query is one that the document names."
	case undeclaredMember:
		return "A member of a body is one that the document names."
	case "request/content-type":
		return "The body of a request has a declared content type."
	case "request/body":
		return "The body of a request fits its schema."
	case "request/path", "request/query", "request/header", "request/cookie":
		return fmt.Sprintf("The %s parameters of a request fit their schemas.", f.violation.In)
	case "response/none":
		return "A request is answered."
	case "response/broken-off":
		return "An answer has an end."
	case "response/status":
		return "An answer has a declared status."
	case "response/content-type":
		return "An answer has a declared content type."
	case "response/header":
		return "The headers of an answer fit their schemas."
	case "response/security":
		return "An operation with security succeeds for nobody without a credential."
	}
	return "The body of an answer fits its schema."
}

// sourceOf says where the document asks for it.
func sourceOf(n contract.Node) string {
	if !n.Exists() {
		return "the document's paths"
	}
	return n.Citation()
}
