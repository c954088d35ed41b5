package mockserver

import (
	"encoding/json"
	"math/big"
	"strings"

	"understudy/internal/resource"
)

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
	p := paging{limit: c.Page.Size.Name, offset: c.Page.Start.Name, size: c.Page.Default, maximum: c.Page.Maximum}
	var limitOK, offsetOK bool
	p.minLimit, p.maxLimit, limitOK = c.Page.Size.WholeNumber()
	p.minOffset, p.maxOffset, offsetOK = c.Page.Start.WholeNumber()
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

// beyond is more than any list holds, and far from overflowing.
const beyond = 1 << 40

// whole is a decoded number, however it is written, or the one for its absence.
// One beyond any list is the largest that there is.
func whole(value any, absent int) int {
	number, ok := value.(json.Number)
	if !ok {
		return absent
	}
	exact, ok := new(big.Rat).SetString(string(number))
	if !ok || !exact.IsInt() || !exact.Num().IsInt64() {
		return beyond
	}
	return int(min(exact.Num().Int64(), beyond))
}
