package mockserver

import (
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"understudy/internal/contract"
)

// declaredFailure makes the body of an error answer in the shape that an
// operation declares for its status: members that are named like a message, a
// code or a field say what is wrong, others are made up from the schema.
func (s *Server) declaredFailure(op *contract.Operation, f *failure) (body []byte, contentType string) {
	if op == nil || op.Response(f.status) == nil {
		return problem(f), problemContent
	}
	response := op.Response(f.status)
	media := response.JSON()
	switch {
	case len(response.Content) == 0:
		return nil, ""
	case media == nil || media.Schema == nil:
		return problem(f), problemContent
	}
	shaped := s.shapeFailure(media.Schema, f)
	body, err := contract.AppendJSON(nil, shaped)
	if err != nil {
		return problem(f), problemContent
	}
	return body, media.Type
}

// shapeFailure fills a schema with what a failure tells. Where that is not
// valid, the value is made up as a whole.
func (s *Server) shapeFailure(schema *contract.Schema, f *failure) any {
	made, err := s.generator.Value(schema.Compiled(), "failure "+f.cause)
	if err != nil {
		return map[string]any{"detail": f.reason}
	}
	object, ok := made.(map[string]any)
	if !ok {
		return made
	}
	for _, member := range contract.Members(schema.Node()) {
		for _, value := range tellingValues(member.Name, f) {
			previous, had := object[member.Name]
			object[member.Name] = value
			if len(schema.Check(object)) == 0 {
				break
			}
			if object[member.Name] = previous; !had {
				delete(object, member.Name)
			}
		}
	}
	return object
}

// tellingValues are what a member of an error may hold, by its name, best first.
func tellingValues(name string, f *failure) []any {
	name = strings.ToLower(name)
	like := func(words ...string) bool {
		return slices.ContainsFunc(words, func(word string) bool { return strings.Contains(name, word) })
	}
	status := json.Number(strconv.Itoa(f.status))
	switch {
	case like("message", "detail", "reason", "description", "text"):
		return []any{f.reason, []any{f.reason}}
	case like("title"):
		return []any{http.StatusText(f.status)}
	case like("status"):
		return []any{status, string(status), http.StatusText(f.status)}
	case like("code", "type", "id"):
		return []any{f.cause, status, string(status)}
	case like("field", "attr", "param", "pointer", "path", "property"):
		return []any{f.values["field"]}
	case like("error"):
		return []any{f.reason, []any{f.reason}}
	}
	return nil
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
