package mockserver

import (
	"understudy/internal/contract"
	"understudy/internal/resource"
)

// asked is what a request asks of a list.
type asked struct {
	window
	order   []orderKey // the default one when empty
	filters []filter
	mark    mark // where the page begins or ends; the zero mark for a window
	marked  bool
}

// ask reads what the request asks for. The usual query is read without looking
// at the document again; whatever is unusual about one goes through the full
// check.
func (e *exchange) ask(s *Server) (asked, error) {
	c := e.endpoint.collection
	p := &c.paging
	if p.plain {
		if w, ok := p.quick(e.r.URL.RawQuery); ok {
			return asked{window: w}, nil
		}
	}
	decoded, err := e.checkParameters()
	if err != nil {
		return asked{}, err
	}
	a := asked{order: readSort(c.Sort, decoded), filters: readFilters(c.Filters, decoded)}
	switch p.style {
	case "":
		a.window = window{limit: everything}
	case resource.Cursor, resource.AfterItem:
		a.window = window{limit: p.sized(decoded)}
		err = e.readMark(s, &a, decoded)
	default:
		a.window = p.numbered(decoded)
	}
	return a, err
}

// readMark reads where a page begins: after a mark, or before one.
func (e *exchange) readMark(s *Server, a *asked, decoded map[string]any) error {
	p := &e.endpoint.collection.paging
	for _, name := range []string{p.start, p.before} {
		sent := text(decoded[name])
		if name == "" || sent == "" {
			continue
		}
		read := e.readCursor
		if p.style == resource.AfterItem {
			read = e.readItemMark
		}
		m, ok := read(s, a.order, sent)
		if !ok {
			return e.invalid([]contract.Violation{{In: "query", Field: name, Keyword: "cursor", Message: "no page gave this cursor", Actual: sent}})
		}
		m.back = m.back || name == p.before
		a.mark, a.marked = m, true
	}
	return nil
}
