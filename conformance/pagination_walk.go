package conformance

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"understudy/internal/resource"
)

const (
	// longWalk is the most pages that a walk over a whole list takes.
	longWalk = 12
	// shortWalk is how many pages of a long list a walk takes, at its start and at
	// its end.
	shortWalk = 3
)

// size is how many records a full page with a limit has.
func (s *survey) size(limit int) int {
	if s.widest > 0 {
		return min(limit, s.widest)
	}
	return limit
}

// isLong reports whether a list has more pages of a size than a walk takes.
func (s *survey) isLong(size int) bool { return s.total > size*longWalk }

func checkForward(ctx context.Context, e *env, s *survey) error {
	if err := e.needLink(resource.NextPart); err != nil {
		return err
	}
	for _, limit := range e.limits(s) {
		size, most := s.size(limit), longWalk+1
		if s.isLong(size) {
			most = shortWalk
			if err := e.walkForward(ctx, s, window{limit, s.total - shortWalk*size}, most); err != nil {
				return err
			}
		}
		if err := e.walkForward(ctx, s, window{limit: limit}, most); err != nil {
			return err
		}
	}
	return nil
}

// walkForward follows next from a page on.
func (e *env) walkForward(ctx context.Context, s *survey, start window, most int) error {
	p, err := e.open(ctx, start)
	if err != nil || p == nil {
		return err // a limit that is refused is not walked with
	}
	position, name := start.offset, e.member(resource.NextPart).Name
	visited := map[string]bool{e.pagePath(start, nil): true}
	for range most {
		if err := e.expect(s, p, position); err != nil {
			return err
		}
		position += len(p.items)
		switch {
		case p.next == "" && position < s.total:
			return mismatch(p.answer, fmt.Sprintf("%s is null, and %d records are still to come", name, s.total-position), "a URL", "null")
		case p.next == "":
			return nil
		case len(p.items) == 0:
			return failf(p.answer, "%s of an empty page leads on: %s", name, p.next)
		}
		next, err := e.follow(ctx, p, resource.NextPart)
		if err != nil {
			return err
		}
		if visited[next.answer.sent.path] {
			return failf(p.answer, "%s leads to a page that came before: %s", name, p.next)
		}
		visited[next.answer.sent.path] = true
		p = next
	}
	return nil
}

func checkBackward(ctx context.Context, e *env, s *survey) error {
	if err := e.needLink(resource.PreviousPart); err != nil {
		return err
	}
	for _, limit := range e.limits(s) {
		if limit > s.total {
			continue // the walk is that with the limit before
		}
		size, most := s.size(limit), longWalk+1
		if s.isLong(size) {
			most = shortWalk
			if err := e.walkBackward(ctx, s, window{limit, shortWalk*size - 1}, shortWalk+1); err != nil {
				return err
			}
		}
		if err := e.walkBackward(ctx, s, window{limit, s.total - 1}, most); err != nil {
			return err
		}
	}
	return nil
}

// walkBackward follows previous from a page on.
func (e *env) walkBackward(ctx context.Context, s *survey, start window, most int) error {
	p, err := e.open(ctx, start)
	if err != nil || p == nil {
		return err
	}
	position, name := start.offset, e.member(resource.PreviousPart).Name
	if err := e.expect(s, p, position); err != nil {
		return err
	}
	for range most {
		switch negative := e.negativeOffset(p, resource.PreviousPart); {
		case p.previous == "" && position > 0:
			return mismatch(p.answer, fmt.Sprintf("%s is null, and %d records stand before this page", name, position), "a URL", "null")
		case p.previous == "":
			return nil
		case position == 0:
			return mismatch(p.answer, fmt.Sprintf("%s is not null on the page with the first record", name), "null", p.previous)
		case negative != "":
			return mismatch(p.answer, name+" has a negative offset", "0 or more", negative)
		}
		earlier, err := e.follow(ctx, p, resource.PreviousPart)
		if err != nil {
			return err
		}
		if position, err = e.expectBefore(s, earlier, position, s.size(start.limit)); err != nil {
			return err
		}
		p = earlier
	}
	return nil
}

// expectBefore judges a page that should stand before a position, and returns
// where it starts. Near the start it may be the first page, and overlap, or be
// as short as what is left.
func (e *env) expectBefore(s *survey, p *page, position, size int) (int, error) {
	start := max(position-size, 0)
	if len(p.items) < position-start {
		return 0, mismatch(p.answer, fmt.Sprintf("the page before record %d of the list is too short", position+1), strconv.Itoa(position-start), strconv.Itoa(len(p.items)))
	}
	return start, e.expect(s, p, start)
}

func checkMoving(ctx context.Context, e *env, s *survey) error {
	if err := e.needLink(resource.NextPart); err != nil {
		return err
	}
	if !s.whole || s.total > longWalk*surveyLimit/2 {
		return notApplicable("the list is too long to be walked to its end")
	}
	var added *record
	err := e.walkWhile(ctx, s, 0, 1, func() error {
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
	return e.walkWhile(ctx, s, 1, 0, func() error { return e.discard(ctx, added) })
}

// walkWhile reads the list page by page, with a change after the first page. Of
// the records that were there before, so many may be lost or repeated; the others
// come in their order.
func (e *env) walkWhile(ctx context.Context, s *survey, lost, repeated int, change func() error) error {
	p, err := e.open(ctx, window{limit: max(e.smallest(), (s.total+1)/2)})
	if err != nil {
		return err
	}
	if p == nil {
		p, err = e.open(ctx, window{})
	}
	if err == nil && p.next == "" {
		return notApplicable("the list is one page")
	}
	if err != nil {
		return err
	}
	if err := change(); err != nil {
		return err
	}
	seen := e.keys(p.items)
	for range 2 * longWalk {
		if p.next == "" {
			break
		}
		if p, err = e.follow(ctx, p, resource.NextPart); err != nil {
			return err
		}
		seen = append(seen, e.keys(p.items)...)
	}
	return s.expectAll(p, seen, lost, repeated)
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
