package mockserver

import (
	"encoding/json"
	"math/big"
	"strings"

	"understudy/internal/contract"
	"understudy/internal/resource"
)

// window is the part of a list that a page shows: up to limit records, after so
// many.
type window struct{ limit, offset int }

// everything is the limit of a list that is not paged.
const everything = -1

// paging is what reading a window out of a query needs.
type paging struct {
	style                resource.PageStyle // "" when lists are not paged
	limit, start, before string             // names of parameters, "" for one that there is not
	size, maximum        int
	first                int // number of the first page, or of the first item
	minLimit, maxLimit   int64
	minOffset, maxOffset int64
	plain                bool // limit and offset are whole numbers with bounds, and nothing else
	numeric              bool // a cursor is a number
}

// usualSize is the size of a page where the model names none.
const usualSize = 100

func newPaging(c *resource.Collection) paging {
	list := c.Operations[resource.List]
	if c.Page == nil || list == nil {
		return paging{}
	}
	p := paging{
		style: c.Page.Style, limit: named(c.Page.Size), start: named(c.Page.Start), before: named(c.Page.Before),
		size: c.Page.Default, maximum: c.Page.Maximum, first: c.Page.First,
	}
	if p.size == 0 {
		p.size = usualSize
	}
	if p.style == resource.LimitOffset && p.limit != "" && p.start != "" {
		var limitOK, offsetOK bool
		p.minLimit, p.maxLimit, limitOK = c.Page.Size.WholeNumber()
		p.minOffset, p.maxOffset, offsetOK = c.Page.Start.WholeNumber()
		p.plain = limitOK && offsetOK && list.OnlyQuery(p.limit, p.start)
	}
	if start := c.Page.Start; start != nil {
		p.numeric = onlyNumbers(start.Schema)
	}
	if told := nextCursor(c.Envelope.Members); p.start != "" && told != nil {
		p.numeric = p.numeric || onlyNumbers(told.Schema)
	}
	return p
}

// onlyNumbers reports whether a schema admits numbers and no texts.
func onlyNumbers(schema *contract.Schema) bool {
	return schema != nil && len(schema.Check("a")) > 0 && len(schema.Check(json.Number("1"))) == 0
}

// nextCursor is the member of an envelope that tells what asks for the next page, or
// nil.
func nextCursor(members []resource.EnvelopeMember) *resource.EnvelopeMember {
	for i := range members {
		if members[i].Part == resource.NextCursorPart {
			return &members[i]
		}
		if inner := nextCursor(members[i].Members); inner != nil {
			return inner
		}
	}
	return nil
}

// named is the name of a parameter, "" when there is none.
func named(p *contract.Parameter) string {
	if p == nil {
		return ""
	}
	return p.Name
}

// pages reports whether a query parameter pages.
func (p *paging) pages(name string) bool {
	return name != "" && (name == p.limit || name == p.start || name == p.before)
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
		case name == p.start:
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
	} else {
		w.limit = p.cap(w.limit)
	}
	return window{limit: w.limit, offset: max(w.offset-p.first, 0)}, true
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

// cap is the size of a page that was asked for, within what the server allows.
func (p *paging) cap(limit int) int {
	if p.maximum > 0 {
		limit = min(limit, p.maximum)
	}
	if limit < 1 && p.style != resource.LimitOffset {
		limit = 1 // a page of nothing leads nowhere
	}
	return limit
}

// sized is the size of the page that a request asks for. The one that it gets without
// asking may be over the maximum, where the document says so.
func (p *paging) sized(decoded map[string]any) int {
	const none = -1
	limit := none
	if p.limit != "" {
		limit = whole(decoded[p.limit], none)
	}
	if limit < 0 {
		return p.size
	}
	return p.cap(limit)
}

// numbered is the window of a page by its number, or by how many items to pass over.
func (p *paging) numbered(decoded map[string]any) window {
	w := window{limit: p.sized(decoded)}
	if p.start == "" {
		return w
	}
	if p.style == resource.PageNumber {
		page := max(whole(decoded[p.start], p.first)-p.first, 0)
		w.offset = min(page, beyond/max(w.limit, 1)) * w.limit
		return w
	}
	w.offset = max(whole(decoded[p.start], p.first)-p.first, 0)
	return w
}

// beyond is more than any list holds, and far from overflowing.
const beyond = 1 << 40

// whole is a decoded number, however it is written, or the one for its absence.
// One beyond any list is the largest that there is.
func whole(value any, absent int) int {
	written := text(value)
	if written == "" {
		return absent
	}
	exact, ok := new(big.Rat).SetString(written)
	if _, isNumber := value.(json.Number); !ok && !isNumber {
		return absent // a text that is no number
	}
	if !ok || !exact.IsInt() || !exact.Num().IsInt64() {
		return beyond
	}
	return int(min(exact.Num().Int64(), beyond))
}
