package contract

import (
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"strings"
)

// IsAstray reports whether an answer may be of a server that knows nothing of the
// API: what is not there, a page for people, or a way to somewhere else.
func IsAstray(status int, header http.Header) bool {
	switch status {
	case http.StatusNotFound, http.StatusMethodNotAllowed, http.StatusNotImplemented:
		return true
	}
	media, _, _ := mime.ParseMediaType(header.Get("Content-Type"))
	return status >= 300 && status < 400 || status < 500 && media == "text/html"
}

// OtherBase says what makes the URL before the paths of the document another one than
// the document lets expect, and which to try; "" when nothing does.
func (c *Contract) OtherBase(base url.URL) (why string, try []string) {
	at := func(path string) string {
		base.Path, base.RawPath = path, ""
		return base.String()
	}
	given := strings.TrimSuffix(base.Path, "/")
	for _, server := range append(c.Bases(), "") {
		if rest, ok := strings.CutPrefix(given, server); ok && rest != "" && c.Match(http.MethodGet, rest).Allow != "" {
			return rest + " is a path of the document", []string{at(server)}
		}
	}
	if start := c.sharedStart(given); start != "" {
		return fmt.Sprintf("the paths of the document begin with %s themselves", start), []string{at(strings.TrimSuffix(given, start))}
	}
	for _, server := range c.bases {
		switch {
		case strings.HasSuffix(given, server+server):
			return fmt.Sprintf("the path %s stands twice in the target", server), []string{at(strings.TrimSuffix(given, server))}
		case strings.HasSuffix(given, server):
			return "", nil
		}
	}
	if len(c.bases) == 0 {
		return "", nil
	}
	server := c.bases[0]
	try = []string{at(server)}
	if given != "" && !strings.HasPrefix(server, given+"/") {
		try = append(try, at(given+server))
	}
	return fmt.Sprintf("the server of the document has the path %s, and the target lacks it", server), try
}

// sharedStart is the end of a target's path with which every path of the document
// begins, "" when there is none.
func (c *Contract) sharedStart(given string) string {
	for at := range given {
		if given[at] != '/' {
			continue
		}
		shared := len(c.Operations) > 0
		for _, op := range c.Operations {
			shared = shared && strings.HasPrefix(op.Path, given[at:]+"/")
		}
		if shared {
			return given[at:]
		}
	}
	return ""
}
