package subject

import (
	"encoding/json"
	"fmt"
	"strings"
	"unicode/utf8"
)

// maxDomain is the length in characters of the longest domain.
const maxDomain = 64

// change is what a request wants a record to be.
type change struct {
	domain *string // nil when the request does not say
	given  object  // all members of the body
}

// readChange reads the body and checks it. In a partial change the domain may be
// left out.
func (s *server) readChange(c *call, partial bool) (change, error) {
	fields, err := s.fields(c)
	if err != nil {
		return change{}, s.mislabelled(err)
	}
	if err := s.checkNames(fields); err != nil {
		return change{}, err
	}
	if err := s.startled(fields); err != nil {
		return change{}, err
	}
	value, given := fields["domain"]
	if partial && !given {
		return change{given: fields}, nil
	}
	domain, err := s.checkDomain(value, given)
	if err != nil {
		domain, err = s.mischecked(c, value, domain, err)
	} else {
		err = s.overchecked(value, domain)
	}
	if err != nil {
		return change{}, s.mislabelled(err)
	}
	return change{domain: &domain, given: fields}, nil
}

// isReadOnly reports whether a field is one that the server sets.
func isReadOnly(name string) bool {
	switch name {
	case "id", "target_cname", "status", "message", "created_at", "updated_at", "created_by":
		return true
	}
	return false
}

// isUnknown reports whether a field is none of a record's.
func isUnknown(name string) bool { return name != "domain" && !isReadOnly(name) }

// checkNames refuses the fields that may not be sent, when they are refused.
func (s *server) checkNames(fields object) error {
	for name := range fields {
		switch {
		case isReadOnly(name) && s.ReadOnlyFields == Refuse:
			return invalid("read_only", "This field is read-only.", name)
		case isUnknown(name) && s.UnknownFields == Refuse:
			return invalid("unknown", "This field is not known.", name)
		}
	}
	return nil
}

// checkDomain reads a domain: a text of 1 to 64 characters. What is refused
// comes back as a text too.
func (s *server) checkDomain(value any, given bool) (string, error) {
	if !given {
		return "", invalid("required", "This field is required.", "domain")
	}
	if value == nil {
		return "", invalid("null", "This field may not be null.", "domain")
	}
	domain, isText := s.text(value)
	switch {
	case !isText:
		return fmt.Sprint(value), invalid("invalid_input", "Not a valid string.", "domain")
	case domain == "":
		return domain, invalid("blank", "This field may not be blank.", "domain")
	case utf8.RuneCountInString(domain) > maxDomain:
		return domain, invalid("max_length", fmt.Sprintf("Ensure this field has no more than %d characters.", maxDomain), "domain")
	}
	return domain, nil
}

// text is a value as a text, if it is one or is taken for one.
func (s *server) text(value any) (string, bool) {
	switch value := value.(type) {
	case string:
		if s.TrimSpace {
			value = strings.TrimSpace(value)
		}
		return value, true
	case json.Number:
		return value.String(), s.CoerceNumbers
	}
	return "", false
}
