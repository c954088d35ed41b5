package mockserver

import (
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"understudy/internal/contract"
)

// exposed are the headers that a page may read.
const exposed = "Allow, Link, Location, Preference-Applied, Retry-After, " + violationsHeader + ", X-Total-Count"

// allowOrigin sets the CORS headers for a page that may call the API. It
// answers a preflight, and says so.
func (s *Server) allowOrigin(e *exchange) (answered bool) {
	origins := e.r.Header["Origin"]
	if len(origins) == 0 {
		return false
	}
	e.w.Header().Add("Vary", "Origin")
	preflight := e.r.Method == http.MethodOptions && e.r.Header.Get("Access-Control-Request-Method") != ""
	if !s.originAllowed(origins[0]) {
		if preflight {
			e.refuseOrigin(bounded(origins[0]))
		}
		return preflight
	}
	e.header("Access-Control-Allow-Origin", origins[0])
	e.header("Access-Control-Allow-Credentials", "true")
	e.header("Access-Control-Expose-Headers", exposed)
	if !preflight {
		return false
	}
	match := s.contract.Match(http.MethodOptions, e.r.URL.EscapedPath())
	if match.Allow != "" {
		e.header("Allow", match.Allow)
		e.header("Access-Control-Allow-Methods", match.Allow)
	}
	if wanted := e.r.Header.Get("Access-Control-Request-Headers"); wanted != "" {
		e.header("Access-Control-Allow-Headers", wanted)
	}
	e.header("Access-Control-Max-Age", "600")
	e.w.Header().Add("Vary", "Access-Control-Request-Method, Access-Control-Request-Headers")
	e.send(http.StatusNoContent, nil)
	return true
}

// refuseOrigin answers a preflight of a page that may not call the API. Browsers keep
// the reason to themselves, so the log and the journal have it too.
func (e *exchange) refuseOrigin(origin string) {
	refused := contract.Violation{In: "header", Field: "Origin", Keyword: "origin", Message: "pages of " + origin + " may not call the API; let them with --cors-origin " + origin}
	e.violations = []contract.Violation{refused}
	e.header("Content-Type", "text/plain; charset=utf-8")
	e.send(http.StatusForbidden, []byte(refused.Message+"\n"))
}

// originAllowed reports whether pages of an origin may call the API.
func (s *Server) originAllowed(origin string) bool {
	if slices.Contains(s.origins, origin) || slices.Contains(s.origins, "*") {
		return true
	}
	parsed, err := url.Parse(origin)
	return err == nil && parsed.Scheme != "" && isLoopback(parsed.Hostname())
}

// isLoopback reports whether a host name or address is this machine.
func isLoopback(host string) bool {
	if host == "localhost" || strings.HasSuffix(host, ".localhost") {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}
