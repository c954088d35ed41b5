package conformance

import (
	"fmt"
	"mime"
	"net/http"
	"strings"
)

// isAstray reports whether an answer may be of a server that knows nothing of the
// API: what is not there, a page for people, or a way to somewhere else.
func isAstray(a *answer) bool {
	switch a.status {
	case http.StatusNotFound, http.StatusMethodNotAllowed, http.StatusNotImplemented:
		return true
	}
	media, _, _ := mime.ParseMediaType(a.header.Get("Content-Type"))
	return a.status >= 300 && a.status < 400 || a.status < 500 && media == "text/html"
}

// noteWhere remembers whether any request has reached the API.
func (c *client) noteWhere(a *answer) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.arrived = c.arrived || !isAstray(a)
	if c.first == nil {
		c.first = a
	}
}

// astray says that the target may be the wrong URL, and what to try; "" when a request
// has reached the API, or none was sent.
func (s *suite) astray() string {
	c := s.client
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.arrived || c.first == nil {
		return ""
	}
	where := fmt.Sprintf("no request reached the API, as it seems: the first is answered with %d", c.first.status)
	if location := c.first.header.Get("Location"); location != "" {
		return where + ", which leads to " + c.redact(c.first.sent, location) + ": try the URL that serves the API itself"
	}
	if advice := s.otherBase(); advice != "" {
		return where + "; " + advice
	}
	question := "; is " + c.base.String() + " where the paths of the document begin"
	if len(s.options.params) > 0 {
		question += ", and are the values of --param right"
	}
	return where + question + "?"
}

// otherBase says what makes a target another URL than the document lets expect, and
// what to try; "" when nothing does.
func (s *suite) otherBase() string {
	base := *s.client.base
	at := func(path string) string {
		base.Path, base.RawPath = path, ""
		return base.String()
	}
	given, servers := strings.TrimSuffix(base.Path, "/"), s.contract.Bases()
	for _, server := range append(servers, "") {
		if rest, ok := strings.CutPrefix(given, server); ok && rest != "" && s.contract.Match(http.MethodGet, rest).Allow != "" {
			return fmt.Sprintf("%s is a path of the document: try %s", rest, at(server))
		}
	}
	if start := s.sharedStart(given); start != "" {
		return fmt.Sprintf("the paths of the document begin with %s themselves: try %s", start, at(strings.TrimSuffix(given, start)))
	}
	for _, server := range servers {
		switch {
		case strings.HasSuffix(given, server+server):
			return fmt.Sprintf("the path %s stands twice in the target: try %s", server, at(strings.TrimSuffix(given, server)))
		case strings.HasSuffix(given, server):
			return ""
		}
	}
	if len(servers) == 0 {
		return ""
	}
	lacks := fmt.Sprintf("the server of the document has the path %s, and the target lacks it: try %s", servers[0], at(servers[0]))
	if given != "" && !strings.HasPrefix(servers[0], given+"/") {
		lacks += " or " + at(given+servers[0])
	}
	return lacks
}

// sharedStart is the end of a target's path with which every path of the document
// begins, "" when there is none.
func (s *suite) sharedStart(given string) string {
	for at := range given {
		if given[at] != '/' {
			continue
		}
		shared := len(s.contract.Operations) > 0
		for _, op := range s.contract.Operations {
			shared = shared && strings.HasPrefix(op.Path, given[at:]+"/")
		}
		if shared {
			return given[at:]
		}
	}
	return ""
}
