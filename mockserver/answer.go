package mockserver

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"understudy/internal/contract"
	"understudy/internal/resource"
)

// answer is one declared success of an operation, prepared.
type answer struct {
	status      int
	declared    *contract.Response
	body        bool             // it has one
	schema      *contract.Schema // of a JSON body; nil when it has none
	contentType []string
	location    bool // the URL of the item stands in Location
	headers     []header
	frame       *frame // what stands around an item; nil when it shows none
}

// header is one header of an answer, as http.Header keeps it.
type header struct {
	name   string
	values []string
}

// newAnswer prepares one declared answer of an operation.
func (s *Server) newAnswer(op *contract.Operation, status int) answer {
	a := answer{status: status, declared: op.Response(status), contentType: jsonContent}
	if a.declared == nil {
		return a
	}
	a.body = len(a.declared.Content) > 0 && status != http.StatusNoContent
	if media := a.declared.JSON(); media != nil {
		a.schema = media.Schema
		a.contentType = []string{concrete(media.Type)}
	}
	for _, h := range a.declared.Headers {
		switch {
		case strings.EqualFold(h.Name, "Location"):
			a.location = true
		case h.Required && !ownHeader(h.Name):
			if value, ok := s.headerValue(h); ok {
				a.headers = append(a.headers, header{http.CanonicalHeaderKey(h.Name), []string{value}})
			}
		}
	}
	return a
}

// concrete is a media type that may stand in Content-Type: a range is not one.
func concrete(mediaType string) string {
	if strings.Contains(mediaType, "*") {
		return jsonContent[0]
	}
	return mediaType
}

// ownHeader reports whether the stand-in itself knows the value of a header.
func ownHeader(name string) bool {
	return slices.Contains([]string{"Allow", "Content-Length", "Content-Type", "Link", "Location"}, http.CanonicalHeaderKey(name))
}

// headerValue is the example of a header, or a value that is made up.
func (s *Server) headerValue(h *contract.Header) (string, bool) {
	if example, ok := h.Example(); ok && example.Value != nil {
		return headerText(example.Value), true
	}
	if h.Schema == nil {
		return "", false
	}
	value, err := s.generator.Value(h.Schema.Compiled(), "header "+h.Name)
	if err != nil || value == nil {
		return "", false
	}
	return headerText(value), true
}

// headerText writes a value as a header has it (the style simple of OpenAPI).
func headerText(value any) string {
	switch value := value.(type) {
	case string:
		return value
	case []any:
		parts := make([]string, len(value))
		for i, part := range value {
			parts[i] = headerText(part)
		}
		return strings.Join(parts, ",")
	}
	written, err := contract.AppendJSON(nil, value)
	if err != nil {
		return ""
	}
	return string(written)
}

// successes lists the codes of the answers that are no errors, in the order of
// the document: those of 2xx, else the default, else a redirection.
func successes(op *contract.Operation) []int {
	var codes, others []int
	for _, r := range op.Responses {
		code, err := strconv.Atoi(r.Status)
		switch {
		case strings.EqualFold(r.Status, "2XX") || r.Status == "default" && len(codes) == 0:
			code = http.StatusOK
		case err != nil || code >= 400:
			continue
		}
		if code/100 == 2 && r.Status != "default" {
			codes = append(codes, code)
		} else {
			others = append(others, code)
		}
	}
	return append(codes, others...)
}

// prepareAnswers chooses which of the declared successes an operation answers
// with.
func (s *Server) prepareAnswers(ep *endpoint) {
	codes := successes(ep.op)
	if len(codes) == 0 { // the document does not say what a success is: the least that there is
		ep.usual = answer{status: http.StatusNoContent}
		ep.created, ep.accepted = ep.usual, ep.usual
		return
	}
	prefer := func(status int) answer {
		if slices.Contains(codes, status) {
			return s.framed(ep, s.newAnswer(ep.op, status))
		}
		return ep.usual
	}
	usual := codes[0]
	if other := slices.IndexFunc(codes, func(code int) bool { return code != unusual(ep.binding.Role) }); other >= 0 && codes[other]/100 == 2 {
		usual = codes[other]
	}
	if ep.binding.Role == resource.Create && slices.Contains(codes, http.StatusCreated) {
		usual = http.StatusCreated
	}
	ep.usual = s.framed(ep, s.newAnswer(ep.op, usual))
	ep.created, ep.accepted = prefer(http.StatusCreated), prefer(http.StatusAccepted)
}

// unusual is the success that an operation answers with in a certain case only:
// 201 for a replacement that creates, 202 for a removal that takes its time.
func unusual(role resource.Role) int {
	switch role {
	case resource.Replace:
		return http.StatusCreated
	case resource.Remove:
		return http.StatusAccepted
	}
	return 0
}

// sendItem answers with an item, if the operation answers with anything.
func (s *Server) sendItem(e *exchange, a *answer, record []byte) error {
	if !a.body {
		e.sendHeaders(a)
		e.send(a.status, nil)
		return nil
	}
	if e.endpoint.lists() {
		return s.sendAll(e, [][]byte{record})
	}
	if a.frame != nil {
		if body, ok := a.frame.wrap(s, e, record); ok {
			e.sendHeaders(a)
			e.sendAs(a, body)
			return nil
		}
	}
	return s.sendTold(e, a, record)
}

// sendTold answers from the document where a success does not show the item, with
// what it tells of the item, its id above all, set right.
func (s *Server) sendTold(e *exchange, a *answer, record []byte) error {
	media := a.declared.JSON()
	if media == nil {
		return s.sendCanned(e, a.status, preferences{})
	}
	text, err := s.appendCanned(e, a.status, media, preferences{})
	if err != nil {
		return err
	}
	e.buffer = text
	value, err := contract.DecodeJSON(text)
	object, isObject := value.(map[string]any)
	item, _ := decodeItem(record) // a stored record always decodes
	if err != nil || !isObject || !e.endpoint.collection.tell(object, item, a.schema, object) {
		return s.sendCanned(e, a.status, preferences{})
	}
	if e.buffer, err = contract.AppendJSON(e.buffer[:0], object); err != nil {
		return err
	}
	s.cannedHeaders(e, a.declared)
	if broken := e.match.Operation.CheckResponse(a.status, e.w.Header(), a.contentType[0], e.buffer); len(broken) > 0 {
		return &breachError{e.match.Operation, a.status, broken}
	}
	e.sendHeaders(a)
	e.sendAs(a, e.buffer)
	return nil
}

// tell gives the members of an object, and of the objects in it, that are named like
// scalar members of an item the values of that item; told says that there are any.
func (c *collection) tell(object, item map[string]any, schema *contract.Schema, whole any) (told bool) {
	for name, member := range object {
		if inner, ok := member.(map[string]any); ok {
			told = c.tell(inner, item, schema, whole) || told
			continue
		}
		value, has := item[name]
		if !has || text(value) == "" && value != nil {
			continue
		}
		object[name] = value
		if schema != nil && len(schema.Check(whole)) > 0 {
			object[name] = member
			continue
		}
		told = true
	}
	return told
}

// sendHeaders sets the headers of an answer.
func (e *exchange) sendHeaders(a *answer) {
	headers := e.w.Header()
	for i := range a.headers {
		headers[a.headers[i].name] = a.headers[i].values
	}
}

// sendAs sends a JSON body under the content type of an answer.
func (e *exchange) sendAs(a *answer, body []byte) {
	e.w.Header()["Content-Type"] = a.contentType
	e.send(a.status, body)
}
