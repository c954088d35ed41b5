package mockserver

import (
	"net/http"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
)

// appendLink writes the URL of a neighbouring page, or null when there is none.
// Other query parameters are kept; an offset of 0 is left out.
func (s *Server) appendLink(out []byte, e *exchange, w window, there bool, offset int) []byte {
	if !there {
		return append(out, "null"...)
	}
	p := &e.endpoint.collection.paging
	out = append(out, '"')
	out = s.appendBase(out, e.r)
	out = append(out, e.r.URL.EscapedPath()...)
	out = append(out, '?')
	out = appendOthers(out, e.r.URL.RawQuery, p)
	out = append(out, p.limit...)
	out = append(out, '=')
	out = strconv.AppendInt(out, int64(w.limit), 10)
	if offset > 0 {
		out = append(out, '&')
		out = append(out, p.offset...)
		out = append(out, '=')
		out = strconv.AppendInt(out, int64(offset), 10)
	}
	return append(out, '"')
}

// appendOthers copies the query parameters that do not page.
func appendOthers(out []byte, query string, p *paging) []byte {
	for query != "" {
		var pair string
		pair, query, _ = strings.Cut(query, "&")
		name, _, _ := strings.Cut(pair, "=")
		if decoded, err := url.QueryUnescape(name); pair == "" || err == nil && (decoded == p.limit || decoded == p.offset) {
			continue
		}
		out = appendQuery(out, pair)
		out = append(out, '&')
	}
	return out
}

// queryMarks are the bytes beside letters and digits that a query may hold as
// they are (RFC 3986, 3.4).
const queryMarks = "-._~!$&'()*+,;=:@/?%"

// appendQuery copies part of a query, encoding what a URI may not hold.
func appendQuery(out []byte, text string) []byte {
	const hex = "0123456789ABCDEF"
	for i := range len(text) {
		c := text[i]
		if isAlphanumeric(c) || strings.IndexByte(queryMarks, c) >= 0 {
			out = append(out, c)
		} else {
			out = append(out, '%', hex[c>>4], hex[c&15])
		}
	}
	return out
}

func isAlphanumeric(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
}

// appendBase writes scheme and host as the caller sees them.
func (s *Server) appendBase(out []byte, r *http.Request) []byte {
	scheme, host := "http", r.Host
	if r.TLS != nil {
		scheme = "https"
	}
	if s.trustProxy {
		if forwarded := first(r.Header.Get("X-Forwarded-Proto")); forwarded == "http" || forwarded == "https" {
			scheme = forwarded
		}
		if forwarded := first(r.Header.Get("X-Forwarded-Host")); isHost(forwarded) {
			host = forwarded
		}
	}
	if !isHost(host) {
		host = "localhost"
	}
	out = append(out, scheme...)
	out = append(out, "://"...)
	return append(out, host...)
}

// first is the first value of a list in a header: what the outermost proxy saw.
func first(list string) string {
	value, _, _ := strings.Cut(list, ",")
	return strings.TrimSpace(value)
}

// isHost reports whether a text is a host, with a port or without, as a URL has
// it.
func isHost(text string) bool {
	name, port, hasPort := strings.Cut(text, ":")
	if strings.HasPrefix(text, "[") {
		address, rest, closed := strings.Cut(text[1:], "]")
		if _, err := netip.ParseAddr(address); err != nil || !closed {
			return false
		}
		_, port, hasPort = strings.Cut(rest, ":")
		if rest != "" && rest[0] != ':' {
			return false
		}
		name = "v6"
	}
	if _, ok := digits(strings.TrimLeft(port, "0")); hasPort && !ok {
		return false
	}
	for i := range len(name) {
		if !isAlphanumeric(name[i]) && strings.IndexByte("-._~", name[i]) < 0 {
			return false
		}
	}
	return name != ""
}
