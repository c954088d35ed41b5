package mockserver

import (
	"cmp"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"understudy/internal/contract"
	"understudy/internal/resource"
	"understudy/mockserver/store"
)

// list answers with one page: records that were proven when they were stored,
// joined inside an envelope that is valid by construction.
func (s *Server) list(e *exchange) error {
	if e.endpoint.broken != nil {
		return e.endpoint.broken
	}
	c := e.endpoint.collection
	c.advance(e.r.Context(), e)
	w, err := e.window()
	if err != nil {
		return err
	}
	total, err := s.page(e, w)
	if err != nil {
		return err
	}
	if err := e.appendPage(s, w, total); err != nil {
		return err
	}
	e.sendJSON(e.endpoint.status, e.buffer)
	return nil
}

// proveEnvelopes checks once that the envelope of every list is valid whatever
// records are in it, with neighbouring pages and without. Lists are joined from
// proven parts, so no list has to be checked when it is sent.
func (s *Server) proveEnvelopes() {
	for _, ep := range s.endpoints {
		if binding, ok := s.model.Bind(ep.op); ok && binding.Role == resource.List {
			ep.broken = s.proveEnvelope(ep)
		}
	}
}

func (s *Server) proveEnvelope(ep *endpoint) error {
	for _, total := range []int{0, 3} {
		e := &exchange{endpoint: ep, r: &http.Request{Host: "localhost", URL: &url.URL{Path: "/"}}}
		w := window{limit: everything}
		if ep.collection.Page != nil && total > 0 {
			w = window{limit: 1, offset: 1}
		}
		if err := e.appendPage(s, w, total); err != nil {
			return err
		}
		broken := ep.op.CheckResponse(ep.status, nil, jsonContent[0], e.buffer)
		for _, v := range broken {
			if v.Keyword != "minItems" { // an empty list tells nothing of one with records
				return &breachError{ep.op, ep.status, broken}
			}
		}
	}
	return nil
}

// window is the part of a list that a request asks for.
type window struct{ limit, offset int }

// everything is the limit of a list that is not paged.
const everything = -1

// paging is what reading a window out of a query needs.
type paging struct {
	limit, offset        string
	size, maximum        int
	minLimit, maxLimit   int64
	minOffset, maxOffset int64
	plain                bool // the two are whole numbers with bounds, and nothing else
}

func newPaging(c *resource.Collection) paging {
	if c.Page == nil {
		return paging{}
	}
	p := paging{limit: c.Page.Limit.Name, offset: c.Page.Offset.Name, size: c.Page.Default, maximum: c.Page.Maximum}
	var limitOK, offsetOK bool
	p.minLimit, p.maxLimit, limitOK = c.Page.Limit.WholeNumber()
	p.minOffset, p.maxOffset, offsetOK = c.Page.Offset.WholeNumber()
	p.plain = limitOK && offsetOK && c.Operations[resource.List].OnlyQuery(p.limit, p.offset)
	return p
}

// window reads the page that the request asks for. The usual query is read
// without looking at the document again; whatever is unusual about one goes
// through the full check.
func (e *exchange) window() (window, error) {
	p := &e.endpoint.collection.paging
	if p.plain {
		if w, ok := p.quick(e.r.URL.RawQuery); ok {
			return w, nil
		}
	}
	decoded, err := e.checkParameters()
	if err != nil {
		return window{}, err
	}
	if p.size == 0 {
		return window{limit: everything}, nil
	}
	return p.cap(window{limit: whole(decoded[p.limit], p.size), offset: whole(decoded[p.offset], 0)}), nil
}

// quick reads a query whose limit and offset are plain digits in range. It only
// ever says yes: anything else is for the full check to judge.
func (p *paging) quick(query string) (window, bool) {
	w := window{limit: -1, offset: -1}
	for query != "" {
		var pair string
		pair, query, _ = strings.Cut(query, "&")
		name, value, _ := strings.Cut(pair, "=")
		target, low, high := &w.limit, p.minLimit, p.maxLimit
		switch {
		case name == p.offset:
			target, low, high = &w.offset, p.minOffset, p.maxOffset
		case name != p.limit:
			if strings.ContainsAny(name, "%+") {
				return w, false // may be one of the two in disguise
			}
			continue
		}
		number, ok := digits(value)
		if !ok || *target >= 0 || number < low || number > high {
			return w, false
		}
		*target = int(number)
	}
	if w.limit < 0 {
		w.limit = p.size
	}
	return p.cap(window{limit: w.limit, offset: max(w.offset, 0)}), true
}

// digits reads up to nine decimal digits.
func digits(text string) (int64, bool) {
	if text == "" || len(text) > 9 || text[0] == '0' && len(text) > 1 {
		return 0, false
	}
	var number int64
	for i := range len(text) {
		if text[i] < '0' || text[i] > '9' {
			return 0, false
		}
		number = number*10 + int64(text[i]-'0')
	}
	return number, true
}

func (p *paging) cap(w window) window {
	if p.maximum > 0 {
		w.limit = min(w.limit, p.maximum)
	}
	return w
}

// whole is a decoded number, or the one for its absence. One beyond any list is
// the largest that there is.
func whole(value any, absent int) int {
	number, ok := value.(json.Number)
	if !ok {
		return absent
	}
	integer, err := strconv.Atoi(string(number))
	if err != nil {
		return 1 << 40
	}
	return integer
}

// page reads the records of the window and the total.
func (s *Server) page(e *exchange, w window) (int, error) {
	c := e.endpoint.collection
	p := c.partition(&e.match.Params)
	var total int
	var err error
	if c.appended {
		asked := store.Range{Offset: w.offset, Limit: w.limit, Newest: c.Order.Descending}
		e.records, total, err = s.store.Page(e.r.Context(), p, asked, e.records[:0])
		return total, err
	}
	e.records, total, err = s.store.Page(e.r.Context(), p, store.Range{Limit: everything}, e.records[:0])
	if err != nil {
		return 0, err
	}
	sortRecords(e.records, c.Order)
	first := min(w.offset, total)
	last := total
	if w.limit != everything {
		last = min(first+w.limit, total)
	}
	e.records = e.records[first:last]
	return total, nil
}

// sortRecords orders records by one member; equal ones stay in the order of
// their creation.
func sortRecords(records [][]byte, order resource.Order) {
	type keyed struct {
		record []byte
		value  any
	}
	list := make([]keyed, len(records))
	for i, record := range records {
		item, _ := decodeItem(record) // a stored record always decodes
		list[i] = keyed{record, item[order.Field]}
	}
	slices.SortStableFunc(list, func(a, b keyed) int {
		if order.Descending {
			a, b = b, a
		}
		return compareValues(a.value, b.value)
	})
	for i := range list {
		records[i] = list[i].record
	}
}

// compareValues orders null before numbers before texts.
func compareValues(a, b any) int {
	rank := func(v any) int {
		switch v.(type) {
		case nil:
			return 0
		case json.Number:
			return 1
		}
		return 2
	}
	if rank(a) != rank(b) || rank(a) == 0 {
		return cmp.Compare(rank(a), rank(b))
	}
	if number, ok := a.(json.Number); ok {
		x, _ := number.Float64()
		other, _ := b.(json.Number)
		y, _ := other.Float64()
		return cmp.Compare(x, y)
	}
	return cmp.Compare(text(a), text(b))
}

// appendPage writes the list into the exchange's buffer.
func (e *exchange) appendPage(s *Server, w window, total int) error {
	c := e.endpoint.collection
	out := e.buffer[:0]
	if c.Envelope.Bare() {
		e.buffer = appendRecords(out, e.records)
		return nil
	}
	out = append(out, '{')
	for i := range c.Envelope.Members {
		member := &c.Envelope.Members[i]
		if i > 0 {
			out = append(out, ',')
		}
		out = contract.AppendJSONString(out, member.Name)
		out = append(out, ':')
		switch member.Part {
		case resource.ItemsPart:
			out = appendRecords(out, e.records)
		case resource.CountPart:
			out = strconv.AppendInt(out, int64(total), 10)
		case resource.NextPart:
			out = s.appendLink(out, e, w, w.limit != everything && w.offset+w.limit < total, w.offset+w.limit)
		case resource.PreviousPart:
			out = s.appendLink(out, e, w, w.offset > 0, max(w.offset-w.limit, 0))
		case resource.OtherPart:
			var err error
			if out, err = contract.AppendJSON(out, c.filler[member.Name]); err != nil {
				return err
			}
		}
	}
	e.buffer = append(out, '}')
	return nil
}

func appendRecords(out []byte, records [][]byte) []byte {
	out = append(out, '[')
	for i, record := range records {
		if i > 0 {
			out = append(out, ',')
		}
		out = append(out, record...)
	}
	return append(out, ']')
}

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
		if c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.IndexByte(queryMarks, c) >= 0 {
			out = append(out, c)
		} else {
			out = append(out, '%', hex[c>>4], hex[c&15])
		}
	}
	return out
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

// isHost reports whether a text can stand as the host of a URL.
func isHost(text string) bool {
	for i := range len(text) {
		c := text[i]
		if !(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.IndexByte("-._~:[]", c) >= 0) {
			return false
		}
	}
	return text != ""
}
