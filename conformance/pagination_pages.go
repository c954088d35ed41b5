package conformance

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"

	"understudy/internal/resource"
)

func checkStable(ctx context.Context, e *env, s *survey) error {
	again, err := e.survey(ctx)
	if err != nil {
		return err
	}
	for i := range max(len(s.ids), len(again.ids)) {
		before, now := entryAt(s.ids, i), entryAt(again.ids, i)
		if before != now {
			return mismatch(again.last.answer, fmt.Sprintf("record %d of the list is another one than before", i+1), before, now)
		}
	}
	return nil
}

// entryAt is the entry of a list at a position, in words when there is none.
func entryAt(list []string, i int) string {
	if i < len(list) {
		return list[i]
	}
	return "none"
}

// limits are the sizes of pages that are worth a look: one, two, and around the
// number of records, as far as the document allows them. Where nobody chooses a
// size it is the one that the target takes.
func (e *env) limits(s *survey) []int {
	size := e.collection.Page.Size
	if size == nil {
		return []int{0}
	}
	limits := []int{1, 2, s.total - 1, s.total, s.total + 1}
	slices.Sort(limits)
	return slices.DeleteFunc(slices.Compact(limits), func(limit int) bool {
		largest := e.largest()
		return limit < e.smallest() || largest > 0 && limit > largest ||
			size.Schema != nil && len(size.Schema.Check(json.Number(strconv.Itoa(limit)))) > 0
	})
}

// sized says that nobody chooses how many records a page holds.
func sized(c *resource.Collection) string {
	if c.Page.Size == nil {
		return "the document has no parameter for the size of a page"
	}
	return ""
}

func checkLimit(ctx context.Context, e *env, s *survey) error {
	for _, limit := range e.limits(s) {
		if limit >= s.total && limit > e.smallest() {
			continue // a page of all records is what walking forward looks at
		}
		p, err := e.open(ctx, s, window{limit: limit})
		if err != nil {
			return err
		}
		if p == nil {
			continue // refused, as it may be
		}
		wanted := min(limit, s.total)
		if s.widest > 0 {
			wanted = min(wanted, s.widest)
		}
		if len(p.items) != wanted {
			return mismatch(p.answer, fmt.Sprintf("a page with a limit of %d holds another number of records", limit), strconv.Itoa(wanted), strconv.Itoa(len(p.items)))
		}
	}
	return nil
}

func checkOffset(ctx context.Context, e *env, s *survey) error {
	small, bigger := e.smallest(), e.bigger()
	for _, w := range []window{e.second(s, small), e.second(s, bigger), e.align(s, window{bigger, s.total - 1})} {
		p, err := e.open(ctx, s, w)
		if err != nil {
			return err
		}
		if p == nil {
			continue
		}
		if len(p.items) == 0 {
			return failf(p.answer, "the page at the offset %d is empty, and the list has %d records", w.offset, s.total)
		}
		if err := e.expect(s, p, w.offset); err != nil {
			return err
		}
	}
	if e.paging() != resource.PageNumber {
		return nil
	}
	p, err := e.fetch(ctx, e.startPath(small, strconv.Itoa(e.collection.Page.First), nil), false)
	if err != nil {
		return err
	}
	if len(p.items) == 0 {
		return failf(p.answer, "page %d is empty, and the list has %d records", e.collection.Page.First, s.total)
	}
	return e.expect(s, p, 0)
}

// pastTheEnd is the window of so many records that lies that far behind the last
// one; ok is false where nothing names it.
func (e *env) pastTheEnd(s *survey, limit, more int) (w window, ok bool) {
	w = window{limit, s.total + more}
	switch e.paging() {
	case resource.Cursor:
		return w, false
	case resource.PageNumber:
		size := s.size(limit)
		w.offset = (s.total+size-1)/size*size + more*size
	case resource.AfterItem:
		return w, len(s.ids) > 0 && s.whole
	}
	return w, true
}

// numbered says that nothing names a page past the end.
func numbered(c *resource.Collection) string {
	if c.Page.Style == resource.Cursor || c.Page.Start == nil {
		return "no page leads to one past the end"
	}
	return ""
}

func checkPastTheEnd(ctx context.Context, e *env, s *survey) error {
	limit := 0
	if e.paging() == resource.PageNumber {
		limit = e.smallest()
	}
	for _, more := range []int{0, 5} {
		w, ok := e.pastTheEnd(s, limit, more)
		if !ok || more > 0 && e.paging() == resource.AfterItem {
			continue // there is no record to come after
		}
		path, err := e.locate(ctx, s, w)
		if err != nil {
			return err
		}
		a, err := e.get(ctx, path)
		if err != nil {
			return err
		}
		if err := e.expectPast(a, w, s.total); err != nil {
			return err
		}
	}
	return nil
}

// expectPast judges a page past the end: it is empty. One that has a number may not
// be there, or be refused as the document declares.
func (e *env) expectPast(a *answer, w window, total int) error {
	if e.paging() == resource.PageNumber && w.offset > 0 {
		if isMissing(a) || isRefusal(a) && e.op(resource.List).Response(a.status) != nil {
			return e.habit("a page past the end", "refused", a)
		}
		if a.status == http.StatusOK {
			if err := e.habit("a page past the end", "empty", a); err != nil {
				return err
			}
		}
	}
	if err := wantStatus(a, fmt.Sprintf("a page at the offset %d of %d records is refused", w.offset, total), http.StatusOK); err != nil {
		return err
	}
	p, err := e.parsePage(a)
	if err != nil {
		return err
	}
	if w.offset > 0 && len(p.items) > 0 {
		return mismatch(a, "a page past the end holds records", "none", strconv.Itoa(len(p.items)))
	}
	return nil
}
