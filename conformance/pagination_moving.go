package conformance

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"understudy/internal/resource"
)

func checkMoving(ctx context.Context, e *env, s *survey) error {
	if len(e.forwardWays()) == 0 {
		return notApplicable("the list does not tell what asks for the next page")
	}
	if !s.whole || s.total > longWalk*surveyLimit/2 {
		return notApplicable("the list is too long to be walked to its end")
	}
	var added *record
	err := e.walkWhile(ctx, s, 0, 1, func(*page) error {
		var err error
		added, err = e.create(ctx)
		if isFailure(err) || isObstacle(err) {
			return notApplicable("the target takes no further record")
		}
		return err
	})
	if added == nil {
		return err
	}
	if err != nil {
		_ = e.discard(ctx, added) // at worst it is deleted at the end
		return err
	}
	gone := added
	err = e.walkWhile(ctx, s, 1, 0, func(first *page) error {
		if own := e.firstOwn(first); own != nil && !e.numbers() {
			gone = own // what was seen already moves those that come
		}
		return e.discard(ctx, gone)
	})
	s.exchange(gone.id, added.id)
	return err
}

// exchange notes that a record is there in place of another, so that this is not
// taken for the work of others.
func (s *survey) exchange(gone, there string) {
	for i, id := range s.ids {
		if id == gone {
			s.ids[i] = there
		}
	}
}

// numbers reports whether pages begin at a number: then those that are to come move when a
// record is created or deleted.
func (e *env) numbers() bool {
	return e.paging() != resource.Cursor && e.paging() != resource.AfterItem
}

// numberedCursor says what it does to who reads a list that a cursor stands for a number. No
// document says what one stands for.
const numberedCursor = "the document promises nothing else of a cursor, but who reads the list while it changes misses records or sees some twice: a cursor does better to stand for a record than for a number of records"

// firstOwn is the first record of a page, if it is one that the check may delete and
// the page has others; nil otherwise.
func (e *env) firstOwn(p *page) *record {
	if len(p.items) < 2 {
		return nil
	}
	id := idOf(p.items[0], e.collection)
	r := &record{id: id, path: e.itemPath(id)}
	if !slices.Contains(e.own(), r.path) {
		return nil
	}
	return r
}

// walkWhile reads the list page by page, with a change after the first page. Of
// the records that were there before, so many may be lost or repeated where pages begin at a
// number; the others come in their order.
func (e *env) walkWhile(ctx context.Context, s *survey, lost, repeated int, change func(first *page) error) error {
	limit := max(e.smallest(), (s.total+1)/2)
	p, err := e.open(ctx, s, window{limit: limit})
	if err != nil {
		return err
	}
	if p == nil {
		limit = 0
		p, err = e.open(ctx, s, window{})
	}
	if err != nil {
		return err
	}
	if len(p.items) >= s.total {
		return notApplicable("the list is one page")
	}
	if err := change(p); err != nil {
		return err
	}
	return e.walkRest(ctx, s, p, limit, lost, repeated)
}

// walkRest reads the list from its first page on, and judges what came.
func (e *env) walkRest(ctx context.Context, s *survey, p *page, limit, lost, repeated int) error {
	seen, w := e.keys(p.items), e.forwardWays()[0]
	mayEnd := w == counting && e.paging() == resource.PageNumber // some refuse a page past the end
	for pages := 1; pages <= 2*longWalk; pages++ {
		path, err := "", error(nil)
		switch {
		case w != counting && p.leads[w] != "":
			path, err = e.leadPath(p, w)
		case w == counting && len(p.items) > 0 && len(seen) <= s.total && (!p.tellsMore || p.more):
			path = e.onward(p, limit, pages, len(seen))
		}
		if err != nil {
			return err
		}
		if path == "" {
			break
		}
		next, err := e.fetch(ctx, path, mayEnd)
		if err != nil {
			return err
		}
		if next == nil {
			break
		}
		p, seen = next, append(seen, e.keys(next.items)...)
	}
	if e.numbers() {
		return s.expectAll(p, seen, lost, repeated)
	}
	err := s.expectAll(p, seen, 0, 0)
	if err != nil && e.paging() == resource.Cursor && s.expectAll(p, seen, lost, repeated) == nil {
		return softened(err, numberedCursor)
	}
	return err
}

// expectAll judges what was seen of the records of a survey while one was created
// or deleted.
func (s *survey) expectAll(last *page, seen []string, lost, repeated int) error {
	seen = slices.DeleteFunc(slices.Clone(seen), func(id string) bool { return !slices.Contains(s.ids, id) })
	var once []string
	for _, id := range seen {
		if !slices.Contains(once, id) {
			once = append(once, id)
		}
	}
	if n := len(seen) - len(once); n > repeated {
		return mismatch(last.answer, "records come twice", fmt.Sprintf("at most %d", repeated), strconv.Itoa(n))
	}
	if n := len(s.ids) - len(once); n > lost {
		return mismatch(last.answer, "records are on none of the pages", fmt.Sprintf("at most %d", lost), strconv.Itoa(n))
	}
	inOrder := slices.DeleteFunc(slices.Clone(s.ids), func(id string) bool { return !slices.Contains(once, id) })
	if !slices.Equal(once, inOrder) {
		return failf(last.answer, "the records come in another order when one is created or deleted between two pages")
	}
	return nil
}
