package library

import "errors"

// mistyped reports whether a content type is refused though it is declared.
func (s *server) mistyped(c *call, mediaType string, params map[string]string) bool {
	return mediaType == patchType && s.bug("validation/merge-patch-415") ||
		mediaType == jsonType && c.action == patching && s.bug("validation/json-patched-415") ||
		len(params) > 0 && s.bug("validation/charset-415")
}

// misdecoded is where reading a body goes wrong. With neither members nor an error,
// nothing is decided yet.
func (s *server) misdecoded(c *call, value any, err error) (object, error) {
	trailing := errors.Is(err, errTrailing)
	broken := err != nil && !trailing
	entries, _ := value.([]any)
	body, isObject := value.(object)
	if s.crashesOver(c, value, broken, trailing) {
		return nil, failed()
	}
	switch {
	case broken && c.action == patching && s.bug("validation/malformed-patch-accepted"):
		return object{}, nil
	case trailing && isObject && s.bug("validation/trailing-data-accepted"):
		members, _ := body[c.kind.one].(object)
		return members, nil
	case len(entries) > 0 && s.bug("validation/list-accepted"):
		first, _ := entries[0].(object)
		members, _ := first[c.kind.one].(object)
		return members, nil
	case isObject && !broken && s.bug("validation/wrapper-not-read"):
		return body, nil
	}
	return nil, nil
}

// crashesOver reports whether the server fails over a body that it cannot use.
func (s *server) crashesOver(c *call, value any, broken, trailing bool) bool {
	_, isList := value.([]any)
	switch {
	case len(c.body) == 0:
		return s.bug("validation/empty-body-500")
	case broken:
		return s.bug("validation/malformed-json-500")
	case trailing:
		return s.bug("validation/trailing-data-500")
	case isList:
		return s.bug("validation/list-500")
	}
	return value == nil && s.bug("validation/null-body-500")
}

// unwrapped refuses a body whose item is missing in its wrapper.
func (s *server) unwrapped(c *call, body object) (object, error) {
	value, given := body[c.kind.one]
	switch {
	case !given && s.bug("validation/missing-wrapper-500"),
		given && value == nil && s.bug("validation/null-wrapper-500"),
		given && value != nil && s.bug("validation/odd-wrapper-500"):
		return nil, failed()
	case !given && s.bug("validation/unwrapped-accepted"):
		return body, nil
	case !given && c.action == patching && s.bug("validation/missing-wrapper-changes-nothing"):
		return object{}, nil
	case given && c.action == patching && s.bug("validation/odd-wrapper-patch-accepted"):
		return object{}, nil
	}
	return nil, s.mislabelled(invalid(c.kind.one, "%s must be an object.", c.kind.one))
}
