package subject

import (
	"encoding/json"
	"net/http"
	"unicode/utf16"
)

// fault is why a domain is refused.
type fault string

const (
	missing fault = "missing"
	null    fault = "null"
	blank   fault = "blank"
	tooLong fault = "too long"
	number  fault = "number"
	boolean fault = "boolean"
	array   fault = "array"
	nested  fault = "object"
)

// faultOf names the fault of a value that is refused with a code.
func faultOf(value any, code string) fault {
	switch code {
	case "required":
		return missing
	case "null":
		return null
	case "blank":
		return blank
	case "max_length":
		return tooLong
	}
	switch value.(type) {
	case json.Number:
		return number
	case bool:
		return boolean
	case []any:
		return array
	}
	return nested
}

// accepted gives the bug that lets a fault pass.
func accepted() map[fault]string {
	return map[fault]string{
		missing: "validation/missing-accepted",
		null:    "validation/null-accepted",
		blank:   "validation/blank-accepted",
		tooLong: "validation/too-long-accepted",
		boolean: "validation/boolean-accepted",
		array:   "validation/array-accepted",
		nested:  "validation/object-accepted",
	}
}

// crashing gives the bug that makes the server fail over a fault.
func crashing() map[fault]string {
	return map[fault]string{
		missing: "validation/missing-500",
		null:    "validation/null-500",
		tooLong: "validation/too-long-500",
		number:  "validation/number-500",
		array:   "validation/array-500",
	}
}

// startled is where fields that should be ignored are not.
func (s *server) startled(fields object) error {
	for name := range fields {
		if isUnknown(name) && s.bug("validation/unknown-field-500") ||
			isReadOnly(name) && s.bug("validation/read-only-field-500") {
			return serverError()
		}
	}
	return nil
}

// mischecked is what becomes of the refusal of a domain.
func (s *server) mischecked(c *call, value any, domain string, err error) (string, error) {
	found := faultOf(value, problemOf(err).code)
	switch {
	case s.bug(accepted()[found]),
		c.action == updating && s.bug("validation/patch-unchecked"):
		return domain, nil
	case s.bug(crashing()[found]):
		return "", serverError()
	case found == tooLong && s.bug("validation/too-long-cut"):
		return string([]rune(domain)[:maxDomain]), nil
	case c.action == creating && s.bug("validation/refused-but-stored"):
		s.put(s.newRecord(c.organization, domain, c.key.User))
	}
	return "", err
}

// overchecked refuses a domain that is right.
func (s *server) overchecked(value any, domain string) error {
	_, isText := value.(string)
	units := len(utf16.Encode([]rune(domain)))
	tooLong := invalid("max_length", "Ensure this field has no more than 64 characters.", "domain")
	switch {
	case len([]rune(domain)) == maxDomain && s.bug("validation/longest-refused"),
		len(domain) > maxDomain && s.bug("validation/length-in-bytes"),
		units > maxDomain && s.bug("validation/length-in-utf16"):
		return tooLong
	case isText && len(domain) != units && s.bug("validation/non-ascii-refused"):
		return invalid("invalid_input", "Not a valid string.", "domain")
	case len([]rune(domain)) == 1 && s.bug("validation/shortest-refused"):
		return invalid("min_length", "Ensure this field has at least 2 characters.", "domain")
	}
	return nil
}

// mislabelled is what becomes of a refusal of the body.
func (s *server) mislabelled(err error) error {
	p := problemOf(err)
	switch {
	case p.kind == "validation_error" && s.bug("validation/status-422"):
		p.status = http.StatusUnprocessableEntity
	case p.attr == "domain" && s.bug("validation/field-not-named"):
		p.attr = ""
	case p.attr == "domain" && s.bug("validation/wrong-field-named"):
		p.attr = "name"
	}
	return p
}
