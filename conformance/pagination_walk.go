package conformance

import (
	"context"
	"fmt"
	"net/url"
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

// size is how many records a full page with a limit has. Without a limit that is
// known only of a list that does not fit on one page.
func (s *survey) size(limit int) int {
	switch {
	case s.widest > 0 && (limit == 0 || limit > s.widest):
		return s.widest
	case limit == 0:
		return max(s.total, 1)
	}
	return limit
}

// isLong reports whether a list has more pages of a size than a walk takes.
func (s *survey) isLong(size int) bool { return s.total > size*longWalk }

// counting is the way on that a client knows by itself: the next number, or the id
// of the last record.
var counting = way{}

// forwardWays are the ways from a page to the next one.
func (e *env) forwardWays() []way {
	ways := e.ways(resource.NextPart, resource.NextCursorPart)
	if e.paging() == resource.AfterItem || len(ways) == 0 && e.paging() != resource.Cursor {
		ways = append(ways, counting)
	}
	return ways
}

func checkForward(ctx context.Context, e *env, s *survey) error {
	ways := e.forwardWays()
	if len(ways) == 0 {
		return notApplicable("the list does not tell what asks for the next page")
	}
	if s.looped != nil {
		return failf(s.looped.answer, "a page leads to one that came before it: the list never ends")
	}
	for _, w := range ways {
		for _, limit := range e.limits(s) {
			if err := e.walkAll(ctx, s, w, limit); err != nil {
				return err
			}
		}
	}
	return nil
}

// walkAll goes from the first page to the last, or over the start and the end of a
// long list.
func (e *env) walkAll(ctx context.Context, s *survey, w way, limit int) error {
	size, most := s.size(limit), longWalk+1
	if s.isLong(size) {
		most = shortWalk
		if err := e.walkForward(ctx, s, w, e.align(s, window{limit, s.total - shortWalk*size}), most); err != nil {
			return err
		}
	}
	return e.walkForward(ctx, s, w, window{limit: limit}, most)
}

// walkForward goes one way from a page on.
func (e *env) walkForward(ctx context.Context, s *survey, w way, start window, most int) error {
	p, err := e.open(ctx, s, start)
	if err != nil || p == nil {
		return err // a limit that is refused is not walked with
	}
	position, visited := start.offset, map[string]bool{p.answer.sent.path: true}
	for pages := 1; pages <= most; pages++ {
		if err := e.expect(s, p, position); err != nil {
			return err
		}
		position += len(p.items)
		path, err := e.stepOn(s, p, w, start, pages, position)
		if err != nil || path == "" {
			return err
		}
		if visited[path] {
			return failf(p.answer, "%s leads to a page that came before: %s", e.wayName(w), p.leads[w])
		}
		visited[path] = true
		if p, err = e.step(ctx, p, w, path); err != nil {
			return err
		}
	}
	return nil
}

// stepOn is the path of the page that comes after one, "" after the last. What a
// page says of a next one is true.
func (e *env) stepOn(s *survey, p *page, w way, start window, pages, position int) (string, error) {
	left, name := s.total-position, e.wayName(w)
	switch {
	case p.tellsMore && !p.more && left > 0:
		return "", mismatch(p.answer, fmt.Sprintf("%s is false, and %d records are still to come", e.wayName(way{part: resource.MorePart}), left), "true", "false")
	case p.tellsMore && p.more && left <= 0 && s.whole:
		return "", e.ended(p, s.total)
	case w == counting && left <= 0:
		return "", nil
	case w != counting && p.leads[w] == "" && left > 0:
		return "", mismatch(p.answer, fmt.Sprintf("%s is null, and %d records are still to come", name, left), "another page", "null")
	case w != counting && p.leads[w] == "":
		return "", nil
	case len(p.items) == 0 && w == counting:
		return "", failf(p.answer, "the page after record %d is empty, and the list has %d records", position, s.total)
	case len(p.items) == 0:
		return "", failf(p.answer, "%s of an empty page leads on: %s", name, p.leads[w])
	case w != counting:
		return e.leadPath(p, w)
	case e.paging() == resource.PageNumber:
		pages += start.offset / s.size(start.limit)
	}
	return e.onward(p, start.limit, pages, position), nil
}

// step reads the page that a way of another leads to.
func (e *env) step(ctx context.Context, p *page, w way, path string) (*page, error) {
	if w == counting {
		return e.fetch(ctx, path, false)
	}
	return e.follow(ctx, p, w)
}

// backwardWays are the ways from a page to the one before it. Where pages have a
// place that can be named, and a member of the document is for that, each page has
// it. Others may offer it or not, as the second page shows.
func (e *env) backwardWays(ctx context.Context, s *survey) ([]way, error) {
	ways := e.ways(resource.PreviousPart, resource.PreviousCursorPart)
	sure := func(w way) bool {
		return w == way{part: resource.PreviousPart} && (e.paging() == resource.LimitOffset || e.paging() == resource.PageNumber)
	}
	if len(ways) > 0 && !sure(ways[len(ways)-1]) {
		p, err := e.open(ctx, s, e.second(s, e.smallest()))
		if err != nil {
			return nil, err
		}
		for _, w := range ways {
			if p != nil && p.leads[w] == "" {
				if err := e.neverBack(ctx, s, p, w); err != nil {
					return nil, err
				}
			}
		}
		ways = slices.DeleteFunc(ways, func(w way) bool { return !sure(w) && (p == nil || p.leads[w] == "") })
	}
	if e.paging() == resource.AfterItem && e.collection.Page.Before != nil {
		ways = append(ways, counting)
	}
	return ways, nil
}

// neverBack fails when the last page leads to the one before it, and the second page,
// whose place can be named as well, does not.
func (e *env) neverBack(ctx context.Context, s *survey, second *page, w way) error {
	if w.part != resource.PreviousPart || e.paging() != resource.LimitOffset && e.paging() != resource.PageNumber {
		return nil
	}
	last, err := e.open(ctx, s, e.align(s, window{e.smallest(), s.total - 1}))
	if err != nil || last == nil || last.leads[w] == "" || e.startsLike(last, second) {
		return err
	}
	return mismatch(second.answer, e.wayName(w)+" is missing on the second page, and the last page has it", "another page", "null")
}

func checkBackward(ctx context.Context, e *env, s *survey) error {
	ways, err := e.backwardWays(ctx, s)
	if err != nil {
		return err
	}
	if len(ways) == 0 {
		return notApplicable("the list does not lead to the previous page")
	}
	for _, w := range ways {
		for _, limit := range e.limits(s) {
			if limit > s.total {
				continue // the walk is that with the limit before
			}
			size, most := s.size(limit), longWalk+1
			if s.isLong(size) {
				most = shortWalk
				if err := e.walkBackward(ctx, s, w, e.align(s, window{limit, shortWalk*size - 1}), shortWalk+1); err != nil {
					return err
				}
			}
			if err := e.walkBackward(ctx, s, w, e.align(s, window{limit, s.total - 1}), most); err != nil {
				return err
			}
		}
	}
	return nil
}

// walkBackward goes one way back from a page.
func (e *env) walkBackward(ctx context.Context, s *survey, w way, start window, most int) error {
	p, err := e.open(ctx, s, start)
	if err != nil || p == nil {
		return err
	}
	position := start.offset
	if err := e.expect(s, p, position); err != nil {
		return err
	}
	for range most {
		if done, err := e.stepBack(p, w, position); done || err != nil {
			return err
		}
		var earlier *page
		if w == counting {
			path := e.withQuery(e.pagePath(window{limit: start.limit}, nil), url.Values{e.backName(): {idOf(p.items[0], e.collection)}}, "")
			earlier, err = e.fetch(ctx, path, false)
		} else {
			earlier, err = e.follow(ctx, p, w)
		}
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

// stepBack reports whether a page is the first one, and judges what it says of the
// one before it.
func (e *env) stepBack(p *page, w way, position int) (done bool, err error) {
	if w == counting || w.isCursor() && position == 0 {
		return position == 0 || len(p.items) == 0, nil
	}
	name, given := e.wayName(w), p.leads[w]
	switch negative := e.negativeOffset(p, w); {
	case given == "" && position > 0:
		return false, mismatch(p.answer, fmt.Sprintf("%s is null, and %d records stand before this page", name, position), "another page", "null")
	case given == "":
		return true, nil
	case position == 0:
		return false, mismatch(p.answer, fmt.Sprintf("%s is not null on the page with the first record", name), "null", given)
	case negative != "":
		return false, mismatch(p.answer, name+" has a negative offset", "0 or more", negative)
	}
	return false, nil
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
