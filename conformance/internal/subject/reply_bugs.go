package subject

import (
	"bytes"
	"compress/gzip"
	"net/http"
	"strconv"
	"unicode/utf8"
)

// garble is where putting an answer into bytes goes wrong.
func (s *server) garble(r *http.Request, a *answer, out *reply) {
	if a.problem != nil {
		s.garbleRefusal(a.problem, out)
	}
	if a.status == http.StatusOK || a.status == http.StatusCreated {
		s.garbleSuccess(r, out)
	}
	switch {
	case r.Method == http.MethodHead && s.bug("http/head-length-zero"):
		out.header.Set("Content-Length", "0")
	case r.Method == http.MethodHead && a.problem != nil && s.bug("http/head-always-200"):
		out.status = http.StatusOK
	case r.Method == http.MethodHead && s.bug("http/head-204"):
		out.status, out.content = http.StatusNoContent, nil
		out.header.Del("Content-Length")
	}
}

// resize replaces the content of a reply.
func (out *reply) resize(content []byte) {
	out.content = content
	out.header.Set("Content-Length", strconv.Itoa(len(content)))
}

// garbleSuccess is where a good answer goes wrong.
func (s *server) garbleSuccess(r *http.Request, out *reply) {
	switch {
	case r.Method == http.MethodOptions:
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
		out.header.Del("Vary")
	case s.bug("http/etag-never-changes"):
		out.header.Set("ETag", `"1"`)
	case s.servesHTML(r):
		asPage(out)
		out.resize(out.content)
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

// garbleRefusal is where a refusal goes wrong.
func (s *server) garbleRefusal(p *problem, out *reply) {
	switch {
	case s.bug("schema/error-as-plain-text"):
		out.header.Set("Content-Type", "text/plain; charset=utf-8")
		out.resize([]byte(p.detail + "\n"))
	case s.bug("schema/error-as-web-page"):
		asPage(out)
		out.resize(out.content)
	case s.bug("schema/error-labelled-plain-text"):
		out.header.Set("Content-Type", "text/plain; charset=utf-8")
	case s.bug("schema/error-without-body"):
		out.header["Content-Type"] = nil
		out.resize(nil)
	case p.status == http.StatusNotFound && s.bug("http/not-found-200"):
		out.status = http.StatusOK
	}
}
