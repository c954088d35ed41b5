package contract

import (
	"fmt"
	"math"
	"math/big"
	"net/http"
	"slices"
	"strings"
)

// Violations is what is wrong with a message, as an error.
type Violations []Violation

func (vs Violations) Error() string { return vs[0].String() }

// MediaTypeError is a body of a content type that the operation does not take.
type MediaTypeError struct {
	MediaType string   // as sent, without parameters
	Accepted  []string // what the operation takes
}

func (e *MediaTypeError) Error() string {
	return fmt.Sprintf("the operation takes no body of type %q, but %s", e.MediaType, strings.Join(e.Accepted, " or "))
}

// MalformedError is a body that is not what its content type says.
type MalformedError struct {
	Format string // JSON, Form, Multipart form
	Reason string
}

func (e *MalformedError) Error() string { return e.Format + ": " + e.Reason }

// Acceptable reports whether one of the content types that the operation
// produces may answer a request with these Accept headers. An operation that
// produces none may always answer.
func (op *Operation) Acceptable(accept []string) bool {
	return len(accept) == 0 || len(op.produces) == 0 || acceptable(accept, op.produces)
}

// CheckPath returns what is wrong with the path parameters.
func (op *Operation) CheckPath(params *Params) []Violation {
	var found []Violation
	for _, p := range op.Parameters {
		if p.In == "path" {
			_, broken := p.check(textSource{path: params.Raw(p.Name)})
			found = append(found, broken...)
		}
	}
	return found
}

// CheckParameters decodes the query, header and cookie parameters, by name, and
// returns what is wrong with them. Parameters that the document does not name
// are ignored.
func (op *Operation) CheckParameters(r *http.Request) (map[string]any, []Violation) {
	query, err := parseRawQuery(r.URL.RawQuery)
	if err != nil {
		return nil, []Violation{{In: "query", Keyword: "malformed", Message: err.Error()}}
	}
	decoded := map[string]any{}
	var found []Violation
	for _, p := range op.Parameters {
		var source textSource
		switch p.In {
		case "query":
			source.query = query
		case "header":
			source.header = r.Header.Values(p.Name)
		case "cookie":
			source.cookies = parseCookies(r.Header["Cookie"])
		default:
			continue
		}
		value, broken := p.check(source)
		found = append(found, broken...)
		if value != nil {
			decoded[p.Name] = value
		}
	}
	return decoded, found
}

// ignoredHeader reports whether OpenAPI tells to ignore a header parameter:
// other parts of the document describe it.
func ignoredHeader(p *Parameter) bool {
	return p.In == "header" && (strings.EqualFold(p.Name, "accept") || strings.EqualFold(p.Name, "content-type") || strings.EqualFold(p.Name, "authorization"))
}

// check decodes one parameter and judges it.
func (p *Parameter) check(source textSource) (any, []Violation) {
	if ignoredHeader(p) {
		return nil, nil
	}
	value, present, err := p.style.decode(source, p.Schema.orAny())
	switch {
	case err != nil:
		return nil, []Violation{{In: p.In, Field: p.Name, Keyword: "malformed", Message: err.Error()}}
	case !present && p.Required:
		return nil, []Violation{{In: p.In, Field: p.Name, Keyword: "required", Message: "is required"}}
	case !present || p.Schema == nil:
		return value, nil
	}
	return value, within(p.In, p.Name, p.Schema.Check(value))
}

// WholeNumber returns the bounds of a parameter that is a whole number with
// bounds and nothing else; ok is false for any other.
func (p *Parameter) WholeNumber() (low, high int64, ok bool) {
	low, high = math.MinInt64, math.MaxInt64
	if p.Schema == nil || p.style.json {
		return low, high, false
	}
	for _, name := range p.Schema.Node().Names() {
		switch name {
		case "type", "minimum", "maximum", "default", "description", "title", "example", "examples":
		default:
			if !strings.HasPrefix(name, "x-") {
				return low, high, false
			}
		}
	}
	compiled := p.Schema.Compiled()
	if types := compiled.Types; types == nil || types.String() != "[integer]" {
		return low, high, false
	}
	low, fromWhole := bound(compiled.Minimum, low)
	high, toWhole := bound(compiled.Maximum, high)
	return low, high, fromWhole && toWhole
}

// bound is a bound, or the one for none; ok is false when it is not a whole
// number of 64 bits.
func bound(limit *big.Rat, none int64) (whole int64, ok bool) {
	switch {
	case limit == nil:
		return none, true
	case !limit.IsInt() || !limit.Num().IsInt64():
		return none, false
	}
	return limit.Num().Int64(), true
}

// OnlyQuery reports whether the operation has no parameters beside those of the
// path but these in the query.
func (op *Operation) OnlyQuery(names ...string) bool {
	for _, p := range op.Parameters {
		switch {
		case p.In == "path":
		case p.In == "query" && slices.Contains(names, p.Name):
		default:
			return false
		}
	}
	return true
}

// CheckBody decodes a request body and judges it. The error is a
// *MediaTypeError, a *MalformedError, or Violations. strict also refuses
// members that the schema does not name. A body that is left out and may be is
// nil, and so is one for an operation that takes none.
func (op *Operation) CheckBody(contentType string, body []byte, strict bool) (any, error) {
	if op.Body == nil {
		return nil, nil
	}
	if len(body) == 0 {
		return nil, op.checkNoBody()
	}
	base, params, err := mediaType(contentType)
	if err != nil {
		return nil, &MediaTypeError{contentType, op.Body.types()}
	}
	media := op.Body.Media(base)
	if media == nil {
		return nil, &MediaTypeError{base, op.Body.types()}
	}
	value, err := media.decode(base, params, body)
	if err != nil {
		return nil, err
	}
	if found := op.checkValue(media, value, strict); len(found) > 0 {
		return nil, Violations(within("body", "", found))
	}
	return value, nil
}

// AcceptsObject reports whether a request body is certainly a JSON object in which
// CheckBody, not being strict, finds nothing wrong. False says nothing.
func (op *Operation) AcceptsObject(contentType string, body []byte) bool {
	if op.Body == nil || len(body) == 0 || body[0] != '{' {
		return false
	}
	base, _, err := mediaType(contentType)
	if err != nil || !isJSON(base) {
		return false
	}
	media := op.Body.Media(base)
	return media != nil && media.Schema.Accepts(body)
}

// types are the content types of a body.
func (b *Body) types() []string {
	types := make([]string, len(b.Content))
	for i, media := range b.Content {
		types[i] = media.Type
	}
	return types
}

// checkNoBody judges a request without a body: what is missing is what an empty
// object would lack.
func (op *Operation) checkNoBody() error {
	if !op.Body.Required {
		return nil
	}
	for _, media := range op.Body.Content {
		if media.Schema == nil {
			continue
		}
		found := media.Schema.Check(map[string]any{})
		for _, v := range found {
			if v.Keyword != "required" {
				found = nil
			}
		}
		if len(found) > 0 {
			return Violations(within("body", "", found))
		}
	}
	return Violations{{In: "body", Keyword: "required", Message: "a body is required"}}
}

// checkValue judges the value of a body; nothing is wrong where the document
// gives no schema.
func (op *Operation) checkValue(media *Media, value any, strict bool) []Violation {
	if media.Schema == nil {
		return nil
	}
	if _, hasMembers := value.(map[string]any); !strict || !hasMembers {
		return media.Schema.Check(value)
	}
	closed := op.library.compileResource(resource{direction: inRequest, node: media.Schema.Node(), closed: true})
	found := closed.Check(value)
	if len(found) == 0 {
		return nil
	}
	plain := media.Schema.Check(value)
	if len(plain) == 0 {
		return found
	}
	// What a broken schema names counts as unknown, but that is not what is wrong.
	really := map[Violation]bool{}
	for _, v := range plain {
		really[v] = true
	}
	return slices.DeleteFunc(found, func(v Violation) bool {
		return !really[v] && describes(media.Schema.Compiled(), unescapeToken(strings.TrimPrefix(v.Pointer, "/")))
	})
}

// decode reads a body of a content type.
func (m *Media) decode(base string, params map[string]string, body []byte) (any, error) {
	compiled := m.Schema.orAny()
	switch {
	case isJSON(base):
		value, err := DecodeJSON(body)
		return value, malformed("JSON", err)
	case base == urlEncoded:
		value, err := decodeForm(body, compiled)
		return value, malformed("Form", err)
	case base == multipartForm:
		value, err := decodeMultipart(body, params["boundary"], compiled)
		return value, malformed("Multipart form", err)
	}
	return string(body), nil
}

// The content types of HTML forms.
const (
	urlEncoded    = "application/x-www-form-urlencoded"
	multipartForm = "multipart/form-data"
)

// malformed names the format that a body breaks.
func malformed(format string, err error) error {
	if err == nil {
		return nil
	}
	return &MalformedError{Format: format, Reason: err.Error()}
}
