package subject

import (
	"errors"
	"fmt"
	"io"
	"net/url"
	"strings"
)

// misnamed is what becomes of a Content-Type.
func (s *server) misnamed(contentType string) string {
	mediaType, params, _ := strings.Cut(contentType, ";")
	switch {
	case s.bug("validation/content-type-ignored"),
		mediaType == "text/plain" && s.bug("validation/text-plain-as-json"):
		return jsonType
	case mediaType == jsonType && params != "" && s.bug("validation/charset-415"):
		return "application/json+" + params
	}
	return contentType
}

// overwhelmed is what becomes of the refusal of a large body.
func (s *server) overwhelmed(p *problem) *problem {
	if s.bug("validation/large-body-500") {
		return serverError()
	}
	return p
}

// bodiless is where a request without a body goes wrong.
func (s *server) bodiless(c *call) error {
	switch {
	case c.action == creating && s.bug("validation/empty-body-500"):
		return serverError()
	case c.action == updating && s.bug("validation/patch-without-body-400"):
		return malformed("JSON", io.EOF)
	}
	return nil
}

// turnsAway reports whether a content type is refused though it is declared.
func (s *server) turnsAway(mediaType string) bool {
	return mediaType == formType && s.bug("validation/form-415") ||
		mediaType == multipartType && s.bug("validation/multipart-415")
}

// misdecoded is where reading a JSON body goes wrong. With neither fields nor an
// error, nothing is decided yet.
func (s *server) misdecoded(c *call, value any, err error) (object, error) {
	trailing := errors.Is(err, errTrailing)
	broken := err != nil && !trailing
	list, isList := value.([]any)
	switch {
	case broken && s.bug("validation/malformed-json-500"),
		trailing && s.bug("validation/trailing-data-500"),
		isList && s.bug("validation/list-500"),
		value == nil && !broken && s.bug("validation/null-body-500"):
		return nil, serverError()
	case broken && c.action == updating && s.bug("validation/malformed-patch-accepted"):
		return object{}, nil
	case trailing && s.bug("validation/trailing-data-accepted"):
		fields, _ := value.(object)
		return fields, nil
	case len(list) > 0 && s.bug("validation/list-accepted"):
		fields, _ := list[0].(object)
		return fields, nil
	}
	return nil, nil
}

// misparsed is what becomes of the fields of a form.
func (s *server) misparsed(values url.Values, body string) url.Values {
	switch {
	case s.bug("validation/form-lost"):
		return nil
	case s.bug("validation/form-undecoded"):
		return undecoded(body)
	}
	return values
}

// undecoded reads a form and leaves percent signs and plus signs as they are.
func undecoded(body string) url.Values {
	values := url.Values{}
	for pair := range strings.SplitSeq(body, "&") {
		name, value, _ := strings.Cut(pair, "=")
		values.Add(name, value)
	}
	return values
}

// misquoted is what becomes of the fields of a multipart form.
func (s *server) misquoted(fields object) object {
	if s.bug("validation/multipart-line-ends-kept") {
		for name, value := range fields {
			fields[name] = fmt.Sprint(value, "\r\n")
		}
	}
	return fields
}
