package contract

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// CheckResponse returns how a response breaks the document: its status, its
// content type, its headers, its body.
func (op *Operation) CheckResponse(status int, header http.Header, contentType string, body []byte) []Violation {
	response := op.Response(status)
	if response == nil {
		return []Violation{undeclared(status)}
	}
	return append(response.checkHeaders(header), response.checkBody(contentType, body)...)
}

// CheckHead returns what is wrong with a response of which the body is not known: its
// status, its headers, and its content type unless that is "".
func (op *Operation) CheckHead(status int, header http.Header, contentType string) []Violation {
	response := op.Response(status)
	if response == nil {
		return []Violation{undeclared(status)}
	}
	found := response.checkHeaders(header)
	if contentType == "" || len(response.Content) == 0 {
		return found
	}
	if _, _, _, wrong := response.pick(contentType); wrong != nil {
		found = append(found, *wrong)
	}
	return found
}

func undeclared(status int) Violation {
	return Violation{In: "status", Keyword: "declared", Message: fmt.Sprintf("status %d is not declared", status)}
}

func (r *Response) checkHeaders(header http.Header) []Violation {
	var found []Violation
	for _, h := range r.Headers {
		values := header.Values(h.Name)
		if len(values) == 0 {
			if h.Required {
				found = append(found, Violation{In: "header", Field: h.Name, Keyword: "required", Message: "is required"})
			}
			continue
		}
		if h.Schema == nil {
			continue
		}
		for _, lines := range h.apart(values) {
			found = append(found, h.check(lines)...)
		}
	}
	return found
}

// apart splits the lines of a header into those that make one value: all of them, but
// for cookies, whose lines cannot be joined (RFC 9110, 5.3).
func (h *Header) apart(lines []string) [][]string {
	if !strings.EqualFold(h.Name, "Set-Cookie") {
		return [][]string{lines}
	}
	return slices.Collect(slices.Chunk(lines, 1))
}

// check returns how the lines of a header break its schema.
func (h *Header) check(lines []string) []Violation {
	value, _, err := h.style.decode(textSource{header: lines}, h.Schema.Compiled())
	if err != nil {
		return []Violation{{In: "header", Field: h.Name, Keyword: "malformed", Message: err.Error()}}
	}
	return within("header", h.Name, h.Schema.Check(value))
}

func (r *Response) checkBody(contentType string, body []byte) []Violation {
	if len(r.Content) == 0 {
		if len(body) > 0 {
			return []Violation{{In: "body", Keyword: "declared", Message: "no body is declared"}}
		}
		return nil
	}
	media, base, params, wrong := r.pick(contentType)
	switch {
	case wrong != nil:
		return []Violation{*wrong}
	case media.Schema == nil || isJSON(base) && media.Schema.Accepts(body):
		return nil
	}
	value, err := media.decode(base, params, body)
	if err != nil {
		return []Violation{{In: "body", Keyword: "malformed", Message: err.Error()}}
	}
	return within("body", "", media.Schema.Check(value))
}

// pick finds the declared content type of a body, and what the body itself says that
// it is, or says that this is not declared.
func (r *Response) pick(contentType string) (media *Media, base string, params map[string]string, wrong *Violation) {
	base, params, err := mediaType(contentType)
	if media = r.Media(base); err != nil || media == nil {
		return nil, "", nil, &Violation{In: "content-type", Keyword: "declared", Message: fmt.Sprintf("content type %q is not declared; declared: %v", contentType, r.mediaTypes())}
	}
	return media, base, params, nil
}

func (r *Response) mediaTypes() []string {
	types := make([]string, len(r.Content))
	for i, m := range r.Content {
		types[i] = m.Type
	}
	return slices.Compact(types)
}
