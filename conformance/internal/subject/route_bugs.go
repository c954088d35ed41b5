package subject

import (
	"net/http"
	"strings"
)

// misrouted answers where routing goes wrong; mostly it is nil.
func (s *server) misrouted(r *http.Request) *answer {
	ends := strings.HasSuffix(r.URL.Path, "/")
	switch {
	case ends && s.bug("http/slash-404"), !ends && s.bug("http/no-slash-404"):
		return s.refusal(unknownPath())
	case !ends && s.bug("http/no-slash-redirected"):
		target := *r.URL
		target.Path += "/"
		return &answer{status: http.StatusMovedPermanently, header: http.Header{"Location": {target.String()}}}
	}
	return nil
}

// misunderstood reports whether the method of the path is not served, though it
// is there.
func (s *server) misunderstood(c *call) bool {
	return c.Method == http.MethodHead && s.bug("http/head-405")
}

// misrefused is what becomes of the refusal of a method.
func (s *server) misrefused(c *call, p *problem) *problem {
	switch {
	case s.bug("http/wrong-method-404"):
		return notFound()
	case s.bug("http/wrong-method-500"):
		return serverError()
	case s.bug("http/wrong-method-without-allow"):
		p.header = nil
	default:
		p.header = http.Header{"Allow": {s.advertised(c, p.header.Get("Allow"))}}
	}
	return p
}

// misadvised is where OPTIONS goes wrong.
func (s *server) misadvised() error {
	if s.bug("http/options-500") {
		return serverError()
	}
	return nil
}

// advertised is what becomes of the methods that an Allow header lists.
func (s *server) advertised(c *call, allow string) string {
	switch {
	case c.Method != http.MethodOptions && s.bug("http/allow-names-refused-method"):
		return allow + ", " + c.Method
	case c.Method != http.MethodOptions && s.bug("http/allow-get-only"),
		c.Method == http.MethodOptions && s.bug("http/options-allow-get-only"):
		return http.MethodGet
	}
	return allow
}
