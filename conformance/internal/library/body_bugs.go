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
	entries, isList := value.([]any)
	body, isObject := value.(object)
	switch {
	case len(c.body) == 0 && s.bug("validation/empty-body-500"),
		len(c.body) > 0 && broken && s.bug("validation/malformed-json-500"),
		trailing && s.bug("validation/trailing-data-500"),
		isList && s.bug("validation/list-500"),
		!broken && value == nil && s.bug("validation/null-body-500"):
		return nil, failed()
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
