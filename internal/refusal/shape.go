package refusal

import (
	"cmp"
	"net/http"
	"strconv"
	"strings"

	"understudy/internal/contract"
)

// declared makes the body of an error answer in the shape that an operation declares
// for its status, or that all errors have which are declared. Where there is none, the
// body is problem details (RFC 9457).
func (w *Writer) declared(op *contract.Operation, r Refusal) (body []byte, contentType string) {
	like := cmp.Or(r.Like, r.Status)
	if op == nil || op.Response(like) == nil {
		if media := w.shared.of(op); media != nil && like < http.StatusInternalServerError {
			return w.filled(media, r, false)
		}
		return problem(r), problemContent
	}
	response := op.Response(like)
	media := response.JSON()
	switch {
	case len(response.Content) == 0:
		return nil, ""
	case media == nil:
		return plain(response.Content[0], r)
	case media.Schema == nil:
		if strings.Contains(media.Type, "*") {
			return problem(r), problemContent
		}
		return problem(r), media.Type
	}
	return w.filled(media, r, like == r.Status && op.Declares(like))
}

// filled fills the schema of a body, which may be that of its own status.
func (w *Writer) filled(media *contract.Media, r Refusal, isItsOwn bool) (body []byte, contentType string) {
	shaped := w.shaped(media.Schema, placeOf(media, isItsOwn), r)
	body, err := contract.AppendJSON(nil, shaped)
	if err != nil {
		return problem(r), problemContent
	}
	return body, concrete(media.Type)
}

// plain is the body of an error in a content type that is not JSON: the reason, as
// text.
func plain(media *contract.Media, r Refusal) (body []byte, contentType string) {
	if strings.Contains(media.Type, "*") {
		return []byte(r.Reason), "text/plain"
	}
	return []byte(r.Reason), media.Type
}

// shaped fills a schema with what a failure tells. Members that tell nothing
// are left out where they may be, and otherwise made up.
func (w *Writer) shaped(schema *contract.Schema, at place, r Refusal) any {
	made, err := w.generator.Value(schema.Compiled(), "failure "+r.Cause)
	if err != nil {
		return map[string]any{"detail": r.Reason}
	}
	switch made := made.(type) {
	case map[string]any:
		t := &teller{valid: func() bool { return len(schema.Check(made)) == 0 }}
		t.object(made, at, r.news())
		return made
	case string:
		if len(schema.Check(r.Reason)) == 0 {
			return r.Reason
		}
	case []any:
		holder := map[string]any{"errors": made}
		t := &teller{valid: func() bool { return len(schema.Check(holder["errors"])) == 0 }}
		t.list(holder, "errors", made, at, r.news())
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
	isItem                bool   // it is one of those
}

// maxNews is how many faults an error body tells of.
const maxNews = 20

// news is what a failure tells.
func (r Refusal) news() news {
	n := news{
		status: r.Status, cause: r.Cause, reason: r.Reason, field: r.Values["field"], phrase: http.StatusText(r.Status),
		word: strings.ReplaceAll(strings.ToLower(http.StatusText(r.Status)), " ", "_"),
	}
	for _, v := range r.Violations[:min(len(r.Violations), maxNews)] {
		one := n
		one.reason, one.field, one.pointer, one.cause, one.in, one.isItem = v.Message, v.Field, v.Pointer, v.Keyword, v.In, true
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
func problem(r Refusal) []byte {
	body := append([]byte(`{"type":"about:blank","title":`), quote(http.StatusText(r.Status))...)
	body = append(body, `,"status":`...)
	body = strconv.AppendInt(body, int64(r.Status), 10)
	body = append(body, `,"detail":`...)
	body = contract.AppendJSONString(body, r.Reason)
	return append(body, '}')
}

func quote(text string) []byte { return contract.AppendJSONString(nil, text) }
