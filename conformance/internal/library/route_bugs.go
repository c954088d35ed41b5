package library

import (
	"net/http"
	"strings"
)

// misrefused is what becomes of the refusal of a method.
func (s *server) misrefused(c *call, p *problem) *problem {
	switch {
	case s.bug("http/wrong-method-404"):
		return notFound("path")
	case s.bug("http/wrong-method-500"):
		return failed()
	case s.bug("http/wrong-method-without-allow"):
		p.header = nil
	default:
		p.header = http.Header{"Allow": {s.advertised(c, p.header.Get("Allow"))}}
	}
	return p
}

// advertised is what becomes of the methods that an Allow header lists.
func (s *server) advertised(c *call, allow string) string {
	options := c.Method == http.MethodOptions
	switch {
	case !options && s.bug("http/allow-names-refused-method"):
		return allow + ", " + c.Method
	case !options && s.bug("http/allow-get-only"), options && s.bug("http/options-allow-get-only"):
		return http.MethodGet
	case c.id != "" && s.bug("http/allow-forgets-put"):
		return strings.ReplaceAll(allow, "PUT, ", "")
	}
	return allow
}

// crashedOverID is where an id that is none goes wrong.
func (s *server) crashedOverID(text string) error {
	digits := strings.Trim(text, "0123456789") == ""
	switch {
	case !digits && s.bug("http/bad-id-500"),
		digits && len(text) > len("2147483647") && s.bug("http/huge-id-500"):
		return failed()
	}
	return nil
}

// invented is what becomes of the refusal of a shelf that is not there.
func (s *server) invented(c *call, p *problem) error {
	shelf, was := s.records[c.parent]
	was = was && shelf.kind == s.kinds.shelf
	switch {
	case was && c.action != listing && s.bug("isolation/deleted-shelf-keeps-books"),
		was && c.action == listing && s.bug("isolation/deleted-shelf-lists-books"),
		was && c.action == creating && s.bug("isolation/deleted-shelf-takes-books"),
		!was && c.action == listing && s.bug("isolation/unknown-shelf-listed"):
		return nil
	case !was && c.action == creating && s.bug("isolation/unknown-shelf-created"):
		made := s.newRecord(s.kinds.shelf, 0, object{"name": "New", "place": "ground"})
		made.id = c.parent
		s.put(made)
		return nil
	case s.bug("isolation/unknown-shelf-500"):
		return failed()
	}
	return p
}
