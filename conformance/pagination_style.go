package conformance

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"understudy/internal/resource"
)

// window is the part of a list that a page shows. A zero is left out of the
// query, so that the target takes its default.
type window struct{ limit, offset int }

// paging is how the list is paged. A list with nothing that names the start of a
// page is like one with cursors: each page leads to the next.
func (e *env) paging() resource.PageStyle {
	if e.collection.Page.Start == nil {
		return resource.Cursor
	}
	return e.collection.Page.Style
}

// anywhere reports whether a page may start at any record.
func (e *env) anywhere() bool {
	return e.paging() == resource.LimitOffset || e.paging() == resource.AfterItem
}

// pagePath is where the page of a window stands, with more parameters behind, as
// styles that count name it.
func (e *env) pagePath(w window, more url.Values) string {
	start := ""
	switch {
	case w.offset == 0:
	case e.paging() == resource.PageNumber:
		start = strconv.Itoa(e.collection.Page.First + w.offset/max(w.limit, 1))
	case e.paging() == resource.LimitOffset:
		start = strconv.Itoa(e.collection.Page.First + w.offset)
	}
	return e.startPath(w.limit, start, more)
}

// startPath is where a page stands whose start is given, with more parameters
// behind.
func (e *env) startPath(limit int, start string, more url.Values) string {
	query := url.Values{}
	if size := e.collection.Page.Size; limit > 0 && size != nil {
		query.Set(size.Name, strconv.Itoa(limit))
	}
	if start != "" {
		query.Set(e.startName(), start)
	}
	for name, values := range more {
		query[name] = values
	}
	if len(query) == 0 {
		return e.collectionPath()
	}
	return e.collectionPath() + "?" + query.Encode()
}

// locate is the path of the page of a window, "" where nothing names it. One that
// only the page before it knows is found by going there from the first page.
func (e *env) locate(ctx context.Context, s *survey, w window) (string, error) {
	size := s.size(w.limit)
	switch {
	case w.offset == 0 || e.paging() == resource.LimitOffset:
		return e.pagePath(w, nil), nil
	case e.paging() == resource.AfterItem:
		if w.offset > len(s.ids) && !s.whole || len(s.ids) == 0 {
			return "", nil
		}
		return e.startPath(w.limit, idOf(s.items[min(w.offset, len(s.ids))-1], e.collection), nil), nil
	case w.offset%size != 0:
		return "", nil
	case e.paging() == resource.PageNumber:
		return e.startPath(w.limit, strconv.Itoa(e.collection.Page.First+w.offset/size), nil), nil
	case w.offset >= s.total || w.offset > size*longWalk:
		return "", nil
	}
	path := e.pagePath(window{limit: w.limit}, nil)
	for at := 0; at < w.offset; {
		p, err := e.fetch(ctx, path, w.limit > e.smallest())
		if err != nil || p == nil || len(p.items) == 0 {
			return "", err
		}
		if path = e.leadOn(p); path == "" {
			return "", nil // walking forward is about that
		}
		at += len(p.items)
	}
	return path, nil
}

// align is the window on the page that holds the record at an offset, where pages
// do not start at any.
func (e *env) align(s *survey, w window) window {
	if size := s.size(w.limit); !e.anywhere() {
		w.offset -= w.offset % size
	}
	return w
}

// second is the window with a limit that follows the first page, or starts at the
// second record, where that is possible.
func (e *env) second(s *survey, limit int) window {
	if e.anywhere() {
		return window{limit, 1}
	}
	if w := (window{limit, s.size(limit)}); w.offset < s.total {
		return w
	}
	return window{limit: limit}
}

// open reads the page of a window. It is nil when the target refuses the limit,
// which may be over its maximum, and when nothing names the page.
func (e *env) open(ctx context.Context, s *survey, w window) (*page, error) {
	path, err := e.locate(ctx, s, w)
	if err != nil || path == "" {
		return nil, err
	}
	return e.fetch(ctx, path, w.limit > e.smallest())
}

// fetch reads the page at a path; nil when it is refused, as it may be.
func (e *env) fetch(ctx context.Context, path string, mayRefuse bool) (*page, error) {
	a, err := e.do(ctx, request{method: http.MethodGet, path: path, as: writer})
	if err != nil {
		return nil, err
	}
	if mayRefuse && a.status >= 400 && a.status < 500 {
		return nil, nil
	}
	return e.parsePage(a)
}

// onward is the path of the page after one with a limit, when that many pages and
// records were read with it. Only where nothing else names the page, it is the one
// that the page before leads to. It is "" when nothing leads on.
func (e *env) onward(p *page, limit, pages, seen int) string {
	switch e.paging() {
	case resource.LimitOffset:
		return e.pagePath(window{limit: limit, offset: seen}, nil)
	case resource.PageNumber:
		return e.startPath(limit, strconv.Itoa(e.collection.Page.First+pages), nil)
	case resource.AfterItem:
		if id := idOf(p.items[len(p.items)-1], e.collection); id != "" {
			return e.startPath(limit, id, nil)
		}
		return ""
	}
	return e.leadOn(p)
}

// smallest is the smallest limit that the document allows, 0 when nobody chooses
// one.
func (e *env) smallest() int {
	if e.collection.Page.Size == nil {
		return 0
	}
	low, _, ok := e.collection.Page.Size.WholeNumber()
	if !ok {
		return 1
	}
	return int(max(low, 1))
}

// bigger is a limit that is a little larger, where one can be chosen.
func (e *env) bigger() int {
	if e.collection.Page.Size == nil {
		return 0
	}
	return e.smallest() + 1
}

// largest is the largest limit that the document allows, 0 when it names none.
func (e *env) largest() int {
	if e.collection.Page.Maximum > 0 {
		return e.collection.Page.Maximum
	}
	if e.collection.Page.Size == nil {
		return 0
	}
	if _, high, ok := e.collection.Page.Size.WholeNumber(); ok && high < unlimited {
		return int(high)
	}
	return 0
}

// unlimited is more than any maximum of a limit that is meant as one.
const unlimited = 1 << 30

// ways are the places where the list may lead to a page of some kinds.
func (e *env) ways(parts ...resource.Part) []way {
	var ways []way
	for _, part := range parts {
		if _, ok := e.collection.Envelope.Path(part); ok {
			ways = append(ways, way{part: part})
		}
		for relation, given := range relations {
			if given == part && relation != "previous" && e.collection.Page != nil && e.collection.Page.LinkHeader {
				ways = append(ways, way{part, true})
			}
		}
	}
	return ways
}

// wayName is what a way is called.
func (e *env) wayName(w way) string {
	if w.header {
		for relation, part := range relations {
			if part == w.part && relation != "previous" {
				return fmt.Sprintf("Link with rel=%q", relation)
			}
		}
	}
	path, _ := e.collection.Envelope.Path(w.part)
	return strings.Join(path, ".")
}

// startName is the parameter that names the start of a page. Of two that name a
// record, it is the one that leads on.
func (e *env) startName() string {
	if e.isTurned() {
		return nameOf(e.collection.Page.Before)
	}
	return nameOf(e.collection.Page.Start)
}

// backName is the parameter that leads back, "" when there is none.
func (e *env) backName() string {
	if e.isTurned() {
		return nameOf(e.collection.Page.Start)
	}
	return nameOf(e.collection.Page.Before)
}

// turnedHabit is the habit of a list that has its newest records first, where what
// comes after a record stands before it.
func (e *env) turnedHabit() habitOf {
	return habitOf{e.collection.Name + " with " + nameOf(e.collection.Page.Start), e.collection}
}

func (e *env) isTurned() bool {
	if e.collection.Page == nil || e.collection.Page.Before == nil {
		return false
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.habits[e.turnedHabit()] != ""
}

// turns reports whether the page after one stands before it, and notes it. A list
// that takes no notice of the record would repeat that as well.
func (e *env) turns(p, next *page) bool {
	last := e.keys(p.items)[len(p.items)-1]
	if e.paging() != resource.AfterItem || e.collection.Page.Before == nil || e.isTurned() || slices.Contains(e.keys(next.items), last) {
		return false
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.habits[e.turnedHabit()] = "the records before, in the order of the list"
	return true
}

// isCursor reports whether a way gives what asks for a page, and not its URL.
func (w way) isCursor() bool {
	return w.part == resource.NextCursorPart || w.part == resource.PreviousCursorPart
}

// leadPath is the path of the page that a way leads to.
func (e *env) leadPath(p *page, w way) (string, error) {
	if w.isCursor() {
		return e.cursorPath(p, w), nil
	}
	link, err := e.resolve(p, w)
	if err != nil {
		return "", err
	}
	path, ok := e.relative(link.String())
	if !ok {
		return "", failf(p.answer, "%s leads nowhere: %s", e.wayName(w), p.leads[w])
	}
	return path, nil
}

// cursorPath is the path of a page with the cursor that another gives. One that
// leads back goes where the document has a parameter for that.
func (e *env) cursorPath(p *page, w way) string {
	paging := e.collection.Page
	start, other := nameOf(paging.Start), nameOf(paging.Before)
	if w.part == resource.PreviousCursorPart && other != "" {
		start, other = other, start
	}
	return e.withQuery(p.answer.sent.path, url.Values{start: {p.leads[w]}}, other)
}

// member is the member of a list that holds a part, at any depth; nil when it has
// none.
func (e *env) member(part resource.Part) *resource.EnvelopeMember {
	return memberIn(e.collection.Envelope.Members, part)
}

func memberIn(members []resource.EnvelopeMember, part resource.Part) *resource.EnvelopeMember {
	for i := range members {
		if members[i].Part == part {
			return &members[i]
		}
		if found := memberIn(members[i].Members, part); found != nil {
			return found
		}
	}
	return nil
}
