package subject

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"unicode/utf8"
)

// The content types that a body may have.
const (
	jsonType      = "application/json"
	formType      = "application/x-www-form-urlencoded"
	multipartType = "multipart/form-data"
)

// maxBody is the size in bytes of the largest body that is read.
const maxBody = 1 << 20

// readBody reads the body into the call.
func (s *server) readBody(w http.ResponseWriter, c *call) error {
	body, err := io.ReadAll(http.MaxBytesReader(w, c.Body, maxBody))
	var over *http.MaxBytesError
	switch {
	case errors.As(err, &over):
		return s.overwhelmed(tooLarge())
	case err != nil:
		return malformed("HTTP", err)
	}
	c.body = body
	return nil
}

// fields are the members of the body, which is an object in one of three
// notations. No body at all is an object without members.
func (s *server) fields(c *call) (object, error) {
	if len(c.body) == 0 {
		return object{}, s.bodiless(c)
	}
	contentType := s.misnamed(c.Header.Get("Content-Type"))
	mediaType, params, err := mime.ParseMediaType(contentType)
	if err != nil {
		return nil, unsupported(contentType)
	}
	if s.turnsAway(mediaType) {
		return nil, unsupported(mediaType)
	}
	switch mediaType {
	case jsonType:
		value, err := decodeJSON(c.body)
		return s.jsonFields(c, value, err)
	case formType:
		return s.formFields(c.body)
	case multipartType:
		return s.multipartFields(c.body, params["boundary"])
	}
	return nil, unsupported(mediaType)
}

// errTrailing says that a JSON text goes on after its value.
var errTrailing = errors.New("extra data")

// errEncoding says that a JSON text is not UTF-8.
var errEncoding = errors.New("invalid UTF-8")

// decodeJSON reads the one value of a JSON text. With errTrailing the value is
// there too.
func decodeJSON(text []byte) (any, error) {
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

// jsonFields are the members of a JSON body.
func (s *server) jsonFields(c *call, value any, err error) (object, error) {
	if fields, wrong := s.misdecoded(c, value, err); fields != nil || wrong != nil {
		return fields, wrong
	}
	if err != nil {
		return nil, malformed("JSON", err)
	}
	fields, isObject := value.(object)
	if !isObject {
		return nil, invalid("invalid_input", "Invalid data. Expected a dictionary, but got "+typeName(value)+".", "")
	}
	return fields, nil
}

// typeName names the JSON type of a value that is no object.
func typeName(value any) string {
	switch value.(type) {
	case nil:
		return "null"
	case bool:
		return "boolean"
	case string:
		return "string"
	case json.Number:
		return "number"
	}
	return "array"
}

// formFields are the fields of a form; of a repeated one, the last.
func (s *server) formFields(body []byte) (object, error) {
	values, err := url.ParseQuery(string(body))
	if err != nil {
		return nil, malformed("Form", err)
	}
	return lastOf(s.misparsed(values, string(body))), nil
}

// lastOf keeps the last value of each field.
func lastOf(values map[string][]string) object {
	fields := object{}
	for name, all := range values {
		if len(all) > 0 {
			fields[name] = all[len(all)-1]
		}
	}
	return fields
}

// multipartFields are the fields of a multipart form. A file is no text, so it
// is there as something else.
func (s *server) multipartFields(body []byte, boundary string) (object, error) {
	form, err := multipart.NewReader(bytes.NewReader(body), boundary).ReadForm(maxBody)
	if err != nil {
		return nil, malformed("Multipart form", err)
	}
	defer func() { _ = form.RemoveAll() }()
	fields := lastOf(form.Value)
	for name := range form.File {
		fields[name] = object{}
	}
	return s.misquoted(fields), nil
}
