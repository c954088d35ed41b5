package mockserver

import (
	"slices"
	"sort"
	"strconv"

	"understudy/mockserver/store"
)

// search picks the records of a page out of the whole list: filtered, in the order
// that is asked for, from the mark that is asked for.
func (s *Server) search(e *exchange, a *asked) (sheet, error) {
	c, p := e.endpoint.collection, e.partition()
	var err error
	e.records, _, err = s.store.Page(e.r.Context(), p, store.Range{Limit: store.All}, e.records[:0])
	if err != nil {
		return sheet{}, err
	}
	sh := sheet{window: a.window, back: a.mark.back, asked: a.order}
	var first int
	if len(a.order) == 0 && len(a.filters) == 0 && c.inOrder() {
		first = sh.cut(a, len(e.records), func(including bool) int { return e.rankInStore(a.mark.number, including) })
		if c.Order.Descending {
			slices.Reverse(e.records)
		}
	} else {
		sh.by = c.effectiveOrder(a.order)
		list := e.entries(a.filters)
		sortEntries(list, sh.by)
		first = sh.cut(a, len(list), func(including bool) int { return a.mark.rank(list, sh.by, c, including) })
		for i := range list {
			e.records[i] = list[i].record
		}
	}
	e.records = e.records[first : first+sh.count]
	e.mark(&sh)
	return sh, nil
}

// effectiveOrder is the order that is asked for, or else the default one, of which
// the order of the store needs no member.
func (c *collection) effectiveOrder(asked []orderKey) []orderKey {
	switch {
	case len(asked) > 0:
		return asked
	case c.inOrder():
		return []orderKey{{descending: c.Order.Descending}}
	}
	return []orderKey{{c.Order.Field, c.Order.Descending}}
}

// rankInStore is how many records of a list in the order of the store, or in its
// reverse, are before a mark, or up to it.
func (e *exchange) rankInStore(number int64, including bool) int {
	c := e.endpoint.collection
	if c.Order.Descending {
		return len(e.records) - c.places.rank(c, e.partition(), e.records, number, !including)
	}
	return c.places.rank(c, e.partition(), e.records, number, including)
}

// cut decides which of all records are on the page, and gives the first of them.
// rank gives how many are before the mark, or up to it.
func (sh *sheet) cut(a *asked, total int, rank func(including bool) int) (first int) {
	sh.total = total
	first, last := min(sh.offset, total), total
	if a.marked {
		switch at := int(min(a.mark.number, beyond)); {
		case a.mark.back && a.mark.offset:
			last = min(at, total)
		case a.mark.back:
			last = rank(false)
		case a.mark.offset:
			first = min(at, total)
		default:
			first = rank(true)
		}
		if a.mark.back {
			first = max(last-sh.limit, 0)
		}
		sh.offset = first
	}
	if sh.limit != everything {
		last = min(last, first+sh.limit)
	}
	sh.count = last - first
	return first
}

// entries looks into the records and keeps those that pass all filters.
func (e *exchange) entries(filters []filter) []entry {
	c, p := e.endpoint.collection, e.partition()
	list := make([]entry, 0, len(e.records))
	for i, record := range e.records {
		item, _ := decodeItem(record) // a stored record always decodes
		if slices.ContainsFunc(filters, func(f filter) bool { return !f.keeps(item) }) {
			continue
		}
		number := int64(i)
		if c.places != nil && c.identified() {
			number, _ = c.places.number(place{p, c.storedUnder(item, 0)})
		}
		list = append(list, entry{record, item, number})
	}
	return list
}

// rank is how many entries of a list are before a mark, or up to it.
func (m *mark) rank(list []entry, order []orderKey, c *collection, including bool) int {
	if m.id != "" { // the item itself tells where it is
		for i := range list {
			if c.storedUnder(list[i].item, 0) == m.id {
				if including {
					return i + 1
				}
				return i
			}
		}
	}
	at := entry{number: m.number, item: map[string]any{}}
	for i, key := range order {
		if i < len(m.values) {
			at.item[key.field] = m.values[i]
		}
	}
	return sort.Search(len(list), func(i int) bool {
		compared := compareEntries(list[i], at, order)
		return compared > 0 || compared == 0 && !including
	})
}

// mark notes the marks of the first and the last record of a page, where pages
// begin at marks.
func (e *exchange) mark(sh *sheet) {
	c := e.endpoint.collection
	if c.places == nil || len(e.records) == 0 {
		return
	}
	last := len(e.records) - 1
	sh.from, sh.fromID = e.markOf(e.records[0], sh, sh.offset)
	sh.to, sh.toID = e.markOf(e.records[last], sh, sh.offset+last+1)
	sh.from.back = true
}

// markOf is the mark beside a record, and its id.
func (e *exchange) markOf(record []byte, sh *sheet, offset int) (mark, string) {
	c := e.endpoint.collection
	item, _ := decodeItem(record) // a stored record always decodes
	id := c.id(item)
	m := mark{number: int64(offset), offset: true}
	if !c.identified() || c.paging.numeric && len(sh.asked) > 0 {
		return m, id
	}
	m.offset = false
	m.number, _ = c.places.number(place{e.partition(), c.spelling.key(id)})
	m.values = valuesOf(item, sh.by)
	return m, id
}

func itoa(n int) string { return strconv.Itoa(n) }
