package subject

import (
	"html"
	"net/http"
	"slices"
	"strings"
)

// misnegotiated is where reading the Accept header goes wrong.
func (s *server) misnegotiated(accepted []string) error {
	all := strings.Join(accepted, ",")
	switch {
	case all == "" && s.bug("http/accept-missing-406"),
		all != "" && !strings.Contains(all, jsonType) && s.bug("http/accept-wildcard-406"),
		all != "" && all != "*/*" && all != jsonType && s.bug("http/accept-compared-whole"):
		return notAcceptable()
	case all != "" && !acceptsJSON(accepted) && s.bug("http/accept-html-500"):
		return serverError()
	}
	return nil
}

// servesHTML reports whether the answer is a web page, for those who ask for one.
func (s *server) servesHTML(r *http.Request) bool {
	return s.bug("http/accept-html-served") && slices.ContainsFunc(r.Header.Values("Accept"), func(accept string) bool {
		return strings.Contains(accept, "text/html")
	})
}

// asPage writes an answer as a web page, as browsable APIs do.
func asPage(out *reply) {
	out.header.Set("Content-Type", "text/html; charset=utf-8")
	out.content = []byte("<!doctype html><title>API</title><pre>" + html.EscapeString(string(out.content)) + "</pre>")
}
