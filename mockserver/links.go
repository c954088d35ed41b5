package mockserver

import (
	"net/http"
	"net/netip"
	"net/url"
	"strconv"
	"strings"

	"understudy/internal/resource"
)

// neighbour is another page of the same list.
type neighbour string

// The neighbours.
const (
	nextPage     neighbour = "next"
	previousPage neighbour = "prev"
	firstPage    neighbour = "first"
	lastPage     neighbour = "last"
	thisPage     neighbour = "self"
)

// there reports whether a list has a neighbouring page that can be asked for.
func (e *exchange) there(sh *sheet, n neighbour) bool {
	p := &e.endpoint.collection.paging
	marked := p.style == resource.Cursor || p.style == resource.AfterItem
	switch n {
	case nextPage:
		return sh.hasNext() && p.start != "" && (!marked || sh.count > 0)
	case previousPage:
		if marked && (sh.count == 0 || p.before == "" && (p.style == resource.AfterItem || p.numeric)) {
			return false
		}
		return sh.hasPrevious() && p.start != ""
	case lastPage:
		return !marked
	}
	return true
}

// appendLink writes the URL of a page. Other query parameters are kept; a start at
// the beginning is left out.
func (s *Server) appendLink(out []byte, e *exchange, sh *sheet, n neighbour) []byte {
	p := &e.endpoint.collection.paging
	out = s.appendBase(out, e.r)
	out = append(out, e.r.URL.EscapedPath()...)
	if n == thisPage || p.style == "" {
		if e.r.URL.RawQuery != "" {
			out = appendQuery(append(out, '?'), e.r.URL.RawQuery)
		}
		return out
	}
	out = append(out, '?')
	out = appendOthers(out, e.r.URL.RawQuery, p)
	if p.limit != "" {
		out = appendQuery(out, p.limit)
		out = append(out, '=')
		out = strconv.AppendInt(out, int64(sh.limit), 10)
		out = append(out, '&')
	}
	name := p.start
	if n == previousPage && p.before != "" {
		name = p.before
	}
	before := len(out)
	out = appendQuery(out, name)
	out = append(out, '=')
	valued := len(out)
	if out = s.appendStart(out, e, sh, n); len(out) == valued {
		return out[:before-1] // the beginning; without the mark before it
	}
	return out
}

// appendStart writes what asks for a page: an offset, the number of a page, a
// cursor or an id. It writes nothing for the beginning of a list.
func (s *Server) appendStart(out []byte, e *exchange, sh *sheet, n neighbour) []byte {
	p := &e.endpoint.collection.paging
	switch p.style {
	case resource.Cursor, resource.AfterItem:
		return append(out, url.QueryEscape(s.markText(e, sh, n))...)
	case resource.PageNumber:
		if n == firstPage {
			return out
		}
		return strconv.AppendInt(out, int64(p.first+sh.neighbourPage(n)), 10)
	}
	if offset := sh.neighbourOffset(n); offset > 0 {
		return strconv.AppendInt(out, int64(p.first+offset), 10)
	}
	return out
}

// markText is the cursor, or the id, that asks for a page; "" for the first.
func (s *Server) markText(e *exchange, sh *sheet, n neighbour) string {
	byID := e.endpoint.collection.paging.style == resource.AfterItem
	switch {
	case n == nextPage && byID:
		return sh.toID
	case n == nextPage:
		return e.cursor(s, sh.asked, sh.to)
	case n == previousPage && byID:
		return sh.fromID
	case n == previousPage:
		return e.cursor(s, sh.asked, sh.from)
	}
	return ""
}

// neighbourOffset is how many items are before a page.
func (sh *sheet) neighbourOffset(n neighbour) int {
	switch n {
	case nextPage:
		return sh.offset + sh.limit
	case previousPage:
		return max(sh.offset-sh.limit, 0)
	case lastPage:
		return max(sh.pages()-1, 0) * max(sh.limit, 0)
	}
	return 0
}

// neighbourPage is how many pages are before a page.
func (sh *sheet) neighbourPage(n neighbour) int {
	at := sh.offset / max(sh.limit, 1)
	switch n {
	case nextPage:
		return at + 1
	case previousPage:
		return max(at-1, 0)
	case lastPage:
		return max(sh.pages()-1, 0)
	case thisPage:
		return at
	}
	return 0
}

// pages is how many pages a list has.
func (sh *sheet) pages() int {
	if sh.limit < 1 {
		return min(sh.total, 1)
	}
	return (sh.total + sh.limit - 1) / sh.limit
}

// linkHeader writes the neighbouring pages as RFC 8288 has them.
func (e *exchange) linkHeader(s *Server, sh *sheet) string {
	var out []byte
	for _, n := range []neighbour{nextPage, previousPage, firstPage, lastPage} {
		if !e.there(sh, n) {
			continue
		}
		if len(out) > 0 {
			out = append(out, ", "...)
		}
		out = append(out, '<')
		out = s.appendLink(out, e, sh, n)
		out = append(out, `>; rel="`...)
		out = append(out, n...)
		out = append(out, '"')
	}
	return string(out)
}

// locate says where the new item stands.
func (e *exchange) locate(s *Server, id string) {
	c := e.endpoint.collection
	if c.ItemPath == "" {
		return
	}
	template := c.ItemPath
	if retrieve := c.Operations[resource.Retrieve]; retrieve != nil {
		template = retrieve.Path
	}
	e.header("Location", string(s.appendBase(nil, e.r))+e.basePath()+e.fill(template, id))
}

// fill gives the parameters of an item's path their values.
func (e *exchange) fill(template, id string) string {
	sc := &e.endpoint.scope
	values := map[string]string{}
	for i := range sc.parents {
		value := sc.value(&e.match.Params, i)
		values[sc.parents[i].name], values[sc.parents[i].Param] = value, value
	}
	names := placeholder.FindAllString(template, -1)
	position := 0
	return placeholder.ReplaceAllStringFunc(template, func(match string) string {
		position++
		if position == len(names) {
			return url.PathEscape(id)
		}
		if value, ok := values[strings.Trim(match, "{}")]; ok {
			return url.PathEscape(value)
		}
		if position <= len(sc.parents) {
			return url.PathEscape(sc.value(&e.match.Params, position-1))
		}
		return match
	})
}

// basePath is what stands before the path of the operation in the request's.
func (e *exchange) basePath() string {
	path := strings.TrimSuffix(e.r.URL.EscapedPath(), "/")
	segments := strings.Count(strings.TrimSuffix(e.match.Operation.Path, "/"), "/")
	for i := len(path) - 1; i >= 0; i-- {
		if path[i] != '/' {
			continue
		}
		if segments--; segments == 0 {
			return path[:i]
		}
	}
	return ""
}

// appendOthers copies the query parameters that do not page.
func appendOthers(out []byte, query string, p *paging) []byte {
	for query != "" {
		var pair string
		pair, query, _ = strings.Cut(query, "&")
		name, _, _ := strings.Cut(pair, "=")
		if decoded, err := url.QueryUnescape(name); pair == "" || err == nil && p.pages(decoded) {
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
		if forwarded := outermost(r.Header.Get("X-Forwarded-Proto")); forwarded == "http" || forwarded == "https" {
			scheme = forwarded
		}
		if forwarded := outermost(r.Header.Get("X-Forwarded-Host")); isHost(forwarded) {
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

// outermost is the first value of a list in a header: what the outermost proxy saw.
func outermost(list string) string {
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
