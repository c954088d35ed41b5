package mockserver

import (
	"net/http"

	"understudy/mockserver/store"
)

// sheet is one page of a list: the records of a window, as far as there are any,
// and what they were picked from.
type sheet struct {
	window     // offset is the place of the first record
	count  int // of the records on it
	total  int
	asked  []orderKey // the order that the request asks for
	by     []orderKey // the order that it is in, when that is not the one of the store
	// from and to are the marks of the first and the last record, where pages begin
	// at marks.
	from, to mark
	fromID   string
	toID     string
	back     bool // it was asked for as the page before a mark
}

func (sh *sheet) hasNext() bool     { return sh.limit != everything && sh.offset+sh.count < sh.total }
func (sh *sheet) hasPrevious() bool { return sh.offset > 0 && sh.limit != everything }

// list answers with one page: records that were proven when they were stored,
// joined inside an envelope that is valid by construction.
func (s *Server) list(e *exchange) error {
	if e.endpoint.broken != nil || e.endpoint.usual.declared == nil {
		return s.unbound(e)
	}
	c := e.endpoint.collection
	c.advance(e.r.Context(), e.started)
	a, err := e.ask(s)
	if err != nil {
		return err
	}
	sh, err := s.page(e, &a)
	if err != nil {
		return err
	}
	return s.sendSheet(e, &sh)
}

// sendSheet answers with a page of which the records are picked.
func (s *Server) sendSheet(e *exchange, sh *sheet) error {
	if e.endpoint.broken != nil || !e.endpoint.shell.proven && !s.fitRecords(e) {
		return s.sendCanned(e, e.endpoint.usual.status, preferences{})
	}
	e.appendSheet(s, sh)
	e.sendHeaders(&e.endpoint.usual)
	e.sheetHeaders(s, sh) // which are true, and not made up
	e.sendAs(&e.endpoint.usual, e.buffer)
	return nil
}

// sendAll answers with some records.
func (s *Server) sendAll(e *exchange, records [][]byte) error {
	e.records = append(e.records[:0], records...)
	return s.sendSheet(e, &sheet{window: window{limit: everything}, count: len(records), total: len(records)})
}

// page picks the records of a page. Where the order of the store is that of the
// list, it reads no more than these.
func (s *Server) page(e *exchange, a *asked) (sheet, error) {
	c := e.endpoint.collection
	if !a.marked && len(a.order) == 0 && len(a.filters) == 0 && c.inOrder() {
		var err error
		sh := sheet{window: a.window}
		wanted := store.Range{Offset: a.offset, Limit: a.limit, Newest: c.Order.Descending}
		e.records, sh.total, err = s.store.Page(e.r.Context(), e.partition(), wanted, e.records[:0])
		sh.count = len(e.records)
		e.mark(&sh)
		return sh, err
	}
	return s.search(e, a)
}

// fitRecords gives the records of a page the shape that the list has for its items,
// which is not the one that they were proven against; ok is false when one of them
// does not fit.
func (s *Server) fitRecords(e *exchange) (ok bool) {
	items := e.endpoint.shell.items
	if items == nil {
		return true
	}
	for i, record := range e.records {
		item, err := decodeItem(record)
		if err == nil && len(items.Check(item)) == 0 {
			continue
		}
		fitted, ok := s.refit(items, record)
		if !ok {
			return false
		}
		e.records[i] = fitted
	}
	return true
}

// sheetHeaders sets the headers that tell of a list.
func (e *exchange) sheetHeaders(s *Server, sh *sheet) {
	page := e.endpoint.collection.Page
	if !e.endpoint.pages() {
		return
	}
	if page.TotalHeader != "" {
		e.w.Header()[http.CanonicalHeaderKey(page.TotalHeader)] = []string{itoa(sh.total)}
	}
	if page.LinkHeader {
		if links := e.linkHeader(s, sh); links != "" {
			e.header("Link", links)
		}
	}
}
