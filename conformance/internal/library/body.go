package library

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"unicode/utf8"
)

// The content types that a body may have.
const (
	jsonType  = "application/json"
	patchType = "application/merge-patch+json" // RFC 7396
)

// maxBody is the size in bytes of the largest body that is read.
const maxBody = 1 << 20

// readBody reads the body into the call.
func (s *server) readBody(w http.ResponseWriter, c *call) error {
	body, err := io.ReadAll(http.MaxBytesReader(w, c.Body, maxBody))
	var over *http.MaxBytesError
	switch {
	case errors.As(err, &over) && s.bug("validation/large-body-500"):
		return failed()
	case errors.As(err, &over):
		return tooLarge()
	case err != nil:
		return malformed("The body cannot be read.")
	}
	c.body = body
	return nil
}

// sent are the members of the item in the body.
func (s *server) sent(c *call) (object, error) {
	if err := s.checkType(c); err != nil {
		return nil, err
	}
	value, err := decode(c.body)
	if members, wrong := s.misdecoded(c, value, err); members != nil || wrong != nil {
		return members, wrong
	}
	if err != nil {
		return nil, malformed("The body is not JSON.")
	}
	body, isObject := value.(object)
	if !isObject {
		return nil, invalid("", "The body must be an object.")
	}
	members, isObject := body[c.kind.one].(object)
	if !isObject {
		return s.unwrapped(c, body)
	}
	return members, nil
}

// checkType refuses a body that is not labelled as JSON.
func (s *server) checkType(c *call) error {
	mediaType, params, err := mime.ParseMediaType(c.Header.Get("Content-Type"))
	switch {
	case s.mistyped(c, mediaType, params):
		return unsupported()
	case s.bug("validation/content-type-ignored"), mediaType == "text/plain" && s.bug("validation/text-plain-as-json"):
		return nil
	case err != nil, mediaType != jsonType && (mediaType != patchType || c.action != patching):
		return unsupported()
	}
	return nil
}

// The ways in which a text is no JSON.
var (
	errTrailing = errors.New("extra data")
	errEncoding = errors.New("invalid UTF-8")
)

// decode reads the one value of a JSON text. With errTrailing the value is there too.
func decode(text []byte) (any, error) {
	if !utf8.Valid(text) {
		return nil, errEncoding
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	var value any
	if err := decoder.Decode(&value); err != nil {
		return nil, err
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return value, errTrailing
	}
	return value, nil
}
