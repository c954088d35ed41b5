package mockserver

import (
	"net/http"
	"strconv"
	"strings"

	"understudy/internal/contract"
)

// declaredFailure makes the body of an error answer in the shape that an
// operation declares for its status, or that all errors have which are declared. Where
// there is none, the body is problem details (RFC 9457).
func (s *Server) declaredFailure(op *contract.Operation, f *failure) (body []byte, contentType string) {
	if op == nil || op.Response(f.status) == nil {
		if media := s.shared.of(op); media != nil && f.status < http.StatusInternalServerError {
			return s.failureIn(media, f)
		}
		return problem(f), problemContent
	}
	response := op.Response(f.status)
	media := response.JSON()
	switch {
	case len(response.Content) == 0:
		return nil, ""
	case media == nil:
		return plainFailure(response.Content[0], f)
	case media.Schema == nil:
		if strings.Contains(media.Type, "*") {
			return problem(f), problemContent
		}
		return problem(f), media.Type
	}
	return s.failureIn(media, f)
}

// failureIn fills the schema of a body.
func (s *Server) failureIn(media *contract.Media, f *failure) (body []byte, contentType string) {
	shaped := s.shapeFailure(media.Schema, f)
	body, err := contract.AppendJSON(nil, shaped)
	if err != nil {
		return problem(f), problemContent
	}
	return body, concrete(media.Type)
}

// plainFailure is the body of an error in a content type that is not JSON: the
// reason, as text.
func plainFailure(media *contract.Media, f *failure) (body []byte, contentType string) {
	if strings.Contains(media.Type, "*") {
		return []byte(f.reason), "text/plain"
	}
	return []byte(f.reason), media.Type
}

// shapeFailure fills a schema with what a failure tells. Members that tell nothing
// are left out where they may be, and otherwise made up.
func (s *Server) shapeFailure(schema *contract.Schema, f *failure) any {
	made, err := s.generator.Value(schema.Compiled(), "failure "+f.cause)
	if err != nil {
		return map[string]any{"detail": f.reason}
	}
	switch made := made.(type) {
	case map[string]any:
		t := &teller{valid: func() bool { return len(schema.Check(made)) == 0 }}
		t.object(made, schema.Node(), f.news())
		return made
	case string:
		if len(schema.Check(f.reason)) == 0 {
			return f.reason
		}
	case []any:
		holder := map[string]any{"errors": made}
		t := &teller{valid: func() bool { return len(schema.Check(holder["errors"])) == 0 }}
		t.list(holder, "errors", made, schema.Node(), f.news())
		return holder["errors"]
	}
	return made
}

// news is what an error answer has to tell.
type news struct {
	status                int
	cause, reason, field  string
	pointer, word, phrase string
	in                    string // the part of the request
	each                  []news // of several faults
}

// maxNews is how many faults an error body tells of.
const maxNews = 20

// news is what a failure tells.
func (f *failure) news() news {
	n := news{
		status: f.status, cause: f.cause, reason: f.reason, field: f.values["field"], phrase: http.StatusText(f.status),
		word: strings.ReplaceAll(strings.ToLower(http.StatusText(f.status)), " ", "_"),
	}
	for _, v := range f.violations[:min(len(f.violations), maxNews)] {
		one := n
		one.reason, one.field, one.pointer, one.cause, one.in = v.Message, v.Field, v.Pointer, v.Keyword, v.In
		n.each = append(n.each, one)
	}
	if len(n.each) > 0 {
		n.pointer = n.each[0].pointer
	}
	return n
}

// problemContent is the content type of problem details.
const problemContent = "application/problem+json"

// problem is the body for a document that declares no error shape of its own.
func problem(f *failure) []byte {
	body := append([]byte(`{"type":"about:blank","title":`), quote(http.StatusText(f.status))...)
	body = append(body, `,"status":`...)
	body = strconv.AppendInt(body, int64(f.status), 10)
	body = append(body, `,"detail":`...)
	body = contract.AppendJSONString(body, f.reason)
	return append(body, '}')
}

func quote(text string) []byte { return contract.AppendJSONString(nil, text) }
