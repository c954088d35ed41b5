package library

import (
	"bytes"
	"compress/gzip"
	"html"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// negotiate is where reading the Accept header goes wrong: the server answers with
// JSON whatever is accepted.
func (s *server) negotiate(r *http.Request) error {
	all := strings.Join(r.Header.Values("Accept"), ",")
	json := strings.Contains(all, jsonType) || strings.Contains(all, "application/*") || strings.Contains(all, "*/*")
	switch {
	case all == "" && s.bug("http/accept-missing-406"),
		all != "" && !strings.Contains(all, jsonType) && s.bug("http/accept-wildcard-406"),
		all != "" && all != "*/*" && all != jsonType && s.bug("http/accept-compared-whole"):
		return &problem{status: http.StatusNotAcceptable, code: "invalid", message: "There is only JSON."}
	case all != "" && !json && s.bug("http/accept-html-500"):
		return failed()
	}
	return nil
}

// garble is where putting an answer into bytes goes wrong.
func (s *server) garble(r *http.Request, a *answer, out *reply) {
	if a.problem != nil {
		s.garbleRefusal(a.problem, out)
	}
	if a.body != nil && a.problem == nil {
		s.garbleSuccess(r, out)
	}
	head := r.Method == http.MethodHead
	switch {
	case head && s.bug("http/head-length-zero"):
		out.header.Set("Content-Length", "0")
	case head && a.problem != nil && s.bug("http/head-always-200"):
		out.status = http.StatusOK
	case head && s.bug("http/head-204"):
		out.status, out.content = http.StatusNoContent, nil
		out.header.Del("Content-Length")
	case head && a.problem == nil && s.bug("http/head-without-headers"):
		out.header.Del("Link")
		out.header.Del("Content-Type")
	}
}

// garbleSuccess is where a good answer goes wrong.
func (s *server) garbleSuccess(r *http.Request, out *reply) {
	switch {
	case s.bug("schema/success-as-plain-text"):
		out.header.Set("Content-Type", "text/plain; charset=utf-8")
	case s.bug("schema/success-encoded-twice"):
		out.resize([]byte(strconv.Quote(string(out.content))))
	case s.bug("schema/success-after-byte-order-mark"):
		out.resize(append([]byte("\xef\xbb\xbf"), out.content...))
	case s.bug("schema/success-in-latin-1"):
		out.resize(latin1(out.content))
	case s.bug("http/length-in-characters"):
		out.header.Set("Content-Length", strconv.Itoa(utf8.RuneCount(out.content)))
	case s.bug("http/gzip-unasked"):
		out.header.Set("Content-Encoding", "gzip")
		out.resize(zipped(out.content))
	case s.bug("http/cache-public"):
		out.header.Set("Cache-Control", "public, max-age=3600")
	case s.bug("http/etag-never-changes"):
		out.header.Set("ETag", `"1"`)
	case s.bug("http/accept-html-served") && slices.ContainsFunc(r.Header.Values("Accept"), func(accept string) bool {
		return strings.Contains(accept, "text/html")
	}):
		asPage(out)
	}
}

// latin1 writes a text in ISO 8859-1, as far as that has its characters.
func latin1(content []byte) []byte {
	var out []byte
	for _, character := range string(content) {
		if character > 0xff {
			character = '?'
		}
		out = append(out, byte(character))
	}
	return out
}

func zipped(content []byte) []byte {
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	_, _ = w.Write(content)
	_ = w.Close()
	return out.Bytes()
}

// asPage writes an answer as a web page, as browsable APIs do.
func asPage(out *reply) {
	out.header.Set("Content-Type", "text/html; charset=utf-8")
	out.resize([]byte("<!doctype html><title>API</title><pre>" + html.EscapeString(string(out.content)) + "</pre>"))
}

// garbleRefusal is where a refusal goes wrong.
func (s *server) garbleRefusal(p *problem, out *reply) {
	switch {
	case s.bug("schema/error-as-plain-text"):
		out.header.Set("Content-Type", "text/plain; charset=utf-8")
		out.resize([]byte(p.message + "\n"))
	case s.bug("schema/error-as-web-page"):
		asPage(out)
	case s.bug("schema/error-labelled-plain-text"):
		out.header.Set("Content-Type", "text/plain; charset=utf-8")
	case s.bug("schema/error-without-body"):
		out.header["Content-Type"] = nil
		out.resize(nil)
	case p.status == http.StatusNotFound && s.bug("http/not-found-200"):
		out.status = http.StatusOK
	}
}
