// Package refusal words error answers as a document does: by the texts that its
// vocabulary gives for a cause, or else in the error shape that the operation
// declares.
package refusal

import (
	"errors"
	"maps"
	"net/http"
	"regexp"
	"strings"

	"understudy/fixtures"
	"understudy/internal/contract"
	"understudy/internal/resource"
)

// Refusal is an error answer: what is wrong, and what the body may tell of it.
type Refusal struct {
	Status     int
	Cause      string // names the template of the body
	Reason     string // in words, for a document that has no template
	Violations []contract.Violation
	Values     map[string]string // fill the placeholders of a template
	// Like is the declared status whose shape the body has; 0 is Status itself.
	Like int
}

// Writer makes the bodies of error answers.
type Writer struct {
	model     *resource.Model
	shared    shared
	generator *fixtures.Generator
}

// New returns a writer for the errors of a document. The generator makes up what a
// declared shape asks for and a refusal does not tell.
func New(document *contract.Contract, model *resource.Model, generator *fixtures.Generator) *Writer {
	return &Writer{model: model, shared: newShared(document.Operations), generator: generator}
}

// Status is the status that the document gives a cause, its own or that of the
// general cause before the dot; ok is false where it gives none.
func (w *Writer) Status(cause string) (status int, ok bool) {
	if status, ok := w.model.Statuses[cause]; ok {
		return status, true
	}
	general, _, _ := strings.Cut(cause, ".")
	status, ok = w.model.Statuses[general]
	return status, ok
}

// Invalid is the refusal of a request that breaks the document. op may be nil.
func Invalid(op *contract.Operation, violations []contract.Violation) Refusal {
	first := violations[0]
	status := http.StatusBadRequest
	if op != nil && op.Declares(http.StatusUnprocessableEntity) {
		status = http.StatusUnprocessableEntity
	}
	return Refusal{
		Status: status, Cause: invalidCause(first), Reason: first.String(), Violations: violations,
		Values: map[string]string{"field": first.Field, "member": first.Field[strings.LastIndexByte(first.Field, '.')+1:], "reason": first.Message, "expected": first.Expected, "actual": first.Actual, "limit": first.Limit},
	}
}

// OfBody is the refusal of a body for what the contract says of it; ok is false for
// an error that is none of the contract's.
func OfBody(op *contract.Operation, err error) (r Refusal, ok bool) {
	var unsupported *contract.MediaTypeError
	var malformed *contract.MalformedError
	var violations contract.Violations
	switch {
	case errors.As(err, &unsupported):
		return Refusal{Status: http.StatusUnsupportedMediaType, Cause: "unsupported_media_type", Reason: err.Error(), Values: map[string]string{"value": unsupported.MediaType}}, true
	case errors.As(err, &malformed):
		return Refusal{
			Status: MalformedStatus(op), Cause: "malformed_body", Reason: err.Error(), Values: map[string]string{"format": malformed.Format, "reason": malformed.Reason},
			Violations: []contract.Violation{{In: "body", Keyword: "malformed", Message: malformed.Reason}},
		}, true
	case errors.As(err, &violations):
		return Invalid(op, violations), true
	}
	return Refusal{}, false
}

// MalformedStatus is what a body that cannot be read is refused with: 400, or 422
// where the operation declares that alone.
func MalformedStatus(op *contract.Operation) int {
	if !op.Declares(http.StatusBadRequest) && op.Declares(http.StatusUnprocessableEntity) {
		return http.StatusUnprocessableEntity
	}
	return http.StatusBadRequest
}

// invalidCause tells a body that is wrong as a whole from a member of it.
func invalidCause(v contract.Violation) string {
	if v.In == "body" && v.Field == "" && (v.Keyword == "type" || v.Keyword == "null") {
		return "invalid.body"
	}
	return "invalid." + v.Keyword
}

// Body fills the document's template for the cause, or else the error shape that
// the operation declares. Where it declares none, the body is that of all errors which
// the document declares, or problem details (RFC 9457). op is nil where no path of the
// document matches.
func (w *Writer) Body(op *contract.Operation, r Refusal) (body []byte, contentType string) {
	binding, _ := w.model.Bind(op)
	template := w.model.Worded(binding.Collection, r.Cause)
	if !template.Exists() {
		return w.declared(op, r)
	}
	return appendFilled(nil, template, r.all()), errorContent(op, r.Status)
}

// all are the values of the refusal, and what its status is called.
func (r Refusal) all() map[string]string {
	values := map[string]string{"phrase": http.StatusText(r.Status)}
	maps.Copy(values, r.Values)
	return values
}

// errorContent is the content type of an error whose body is worded by cause: the JSON
// that the operation declares for the status.
func errorContent(op *contract.Operation, status int) string {
	if op != nil {
		if declared := op.Response(status); declared != nil {
			if media := declared.JSON(); media != nil && !strings.Contains(media.Type, "*") {
				return media.Type
			}
		}
	}
	return jsonContent
}

// appendFilled writes a template, or a part of it, its members in their order. A text
// that is nothing but a placeholder without a value is null.
func appendFilled(body []byte, n contract.Node, values map[string]string) []byte {
	switch {
	case n.IsObject():
		body = append(body, '{')
		for i, name := range n.Names() {
			if i > 0 {
				body = append(body, ',')
			}
			body = append(contract.AppendJSONString(body, name), ':')
			body = appendFilled(body, n.Raw(name), values)
		}
		return append(body, '}')
	case n.IsArray():
		body = append(body, '[')
		for i, item := range n.Items() {
			if i > 0 {
				body = append(body, ',')
			}
			body = appendFilled(body, item, values)
		}
		return append(body, ']')
	}
	text, ok := n.Value().(string)
	if !ok {
		return n.AppendJSON(body)
	}
	filled := fill(text, values)
	if filled == "" && placeholder.FindString(text) == text && text != "" {
		return append(body, "null"...)
	}
	return contract.AppendJSONString(body, filled)
}

// placeholder is where a text has a value. Other braces are its own.
var placeholder = regexp.MustCompile(`\{[a-z]+\}`)

// fill replaces {name} by its value; what has none is left out.
func fill(text string, values map[string]string) string {
	return placeholder.ReplaceAllStringFunc(text, func(found string) string { return values[found[1:len(found)-1]] })
}

// jsonContent is the content type of JSON.
const jsonContent = "application/json"

// concrete is a media type that may stand in Content-Type: a range is not one.
func concrete(mediaType string) string {
	if strings.Contains(mediaType, "*") {
		return jsonContent
	}
	return mediaType
}
