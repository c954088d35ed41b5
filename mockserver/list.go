package mockserver

import (
	"cmp"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

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
	c.advance(e.r.Context(), e.started)
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

// page reads the records of the window and the total.
func (s *Server) page(e *exchange, w window) (int, error) {
	c := e.endpoint.collection
	p := c.partition(&e.match.Params)
	var total int
	var err error
	if c.inOrder() {
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

// sortRecords orders records by one member, and equal ones by their creation, all
// of it the other way round when descending.
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
	slices.SortStableFunc(list, func(a, b keyed) int { return compareValues(a.value, b.value) })
	if order.Descending {
		slices.Reverse(list)
	}
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
	if x, y, ok := bothTimes(text(a), text(b)); ok {
		return x.Compare(y)
	}
	return cmp.Compare(text(a), text(b))
}

// bothTimes reads two texts as times, which do not sort as texts: one may have a
// fraction of a second where the other has none.
func bothTimes(a, b string) (x, y time.Time, ok bool) {
	x, errX := time.Parse(time.RFC3339Nano, a)
	y, errY := time.Parse(time.RFC3339Nano, b)
	return x, y, errX == nil && errY == nil
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
	out = append(out, '}')
	e.buffer = out
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
