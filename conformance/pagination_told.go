package conformance

import (
	"context"
	"fmt"
	"strconv"

	"understudy/conformance/report"
	"understudy/internal/resource"
)

// toldChecks are about what a page tells of itself and of the list.
func toldChecks() []Check {
	return []Check{
		{
			ID: "pagination/numbers", Level: report.Must, At: at(resource.List), Needs: pagedAnd(tellsNumbers), Requires: steady, Follows: soundPages,
			Requirement: "What a page tells of itself is true: where it starts or its number, how many records it may hold and does hold, and how many pages there are.",
			Sends:       "GET of the first page, of the second and of the last.", Failure: "meta.total_pages is not true: expected 4, got 3",
			Costs: Costs{Requests: 3},
			run:   surveyed(1, checkNumbers),
		},
		{
			ID: "pagination/ends-linked", Level: report.Must, At: at(resource.List), Needs: pagedAnd(linksEnds), Requires: steady, Follows: and(soundPages, "pagination/links", "pagination/links-keep-query"),
			Requirement: "The links to the first page, the last page and the page itself lead there, where they are given.",
			Sends:       "GET of a page, and of what its links lead to.", Failure: `Link with rel="last" leads to a page without the last record`,
			Costs: Costs{Requests: 4},
			run:   surveyed(1, checkEndsLinked),
		},
	}
}

// numberParts are the numbers that a page tells, beside the count.
var numberParts = []resource.Part{resource.StartPart, resource.SizePart, resource.PagesPart, resource.LengthPart}

func tellsNumbers(c *resource.Collection) string {
	for _, part := range numberParts {
		if _, ok := c.Envelope.Path(part); ok {
			return ""
		}
	}
	return "a page tells no number of itself"
}

// endParts are the links of a page to places that need not be beside it.
var endParts = []resource.Part{resource.FirstPart, resource.LastPart, resource.SelfPart}

func linksEnds(c *resource.Collection) string {
	for _, part := range endParts {
		if _, ok := c.Envelope.Path(part); ok {
			return ""
		}
	}
	if c.Page.LinkHeader {
		return ""
	}
	return "the list has no link to its first or last page"
}

func checkNumbers(ctx context.Context, e *env, s *survey) error {
	if !s.whole {
		return notApplicable("the list is too long to be counted")
	}
	small := e.smallest()
	for _, w := range []window{{limit: small}, e.second(s, small), e.align(s, window{e.bigger(), s.total - 1})} {
		p, err := e.open(ctx, s, w)
		if err != nil {
			return err
		}
		if p == nil {
			continue
		}
		for _, part := range numberParts {
			if err := e.expectNumber(s, p, w, part); err != nil {
				return err
			}
		}
	}
	return nil
}

// expectNumber judges one number that a page tells. Where it must tell it is for the
// checks of the schema.
func (e *env) expectNumber(s *survey, p *page, w window, part resource.Part) error {
	told, ok := p.numbers[part]
	if !ok {
		return nil
	}
	size := s.size(w.limit)
	wanted := told
	switch {
	case part == resource.StartPart && e.paging() == resource.LimitOffset:
		wanted = e.collection.Page.First + w.offset
	case part == resource.StartPart && e.paging() == resource.PageNumber:
		wanted = e.collection.Page.First + w.offset/size
	case part == resource.SizePart && w.limit > 0:
		wanted = size
		if told == w.limit {
			wanted = told // what was asked for, though the target gives less
		}
	case part == resource.PagesPart && (w.limit > 0 || s.widest > 0):
		wanted = (s.total + size - 1) / size
	case part == resource.LengthPart:
		wanted = len(p.items)
	}
	if told == wanted {
		return nil
	}
	return mismatch(p.answer, e.wayName(way{part: part})+" is not true", strconv.Itoa(wanted), strconv.Itoa(told))
}

func checkEndsLinked(ctx context.Context, e *env, s *survey) error {
	w := e.second(s, e.smallest())
	if s.total > e.bigger() {
		w = e.second(s, e.bigger()) // with pages of one record, pages are counted as records are
	}
	p, err := e.open(ctx, s, w)
	if err != nil || p == nil {
		return err
	}
	followed := false
	for _, way := range e.ways(endParts...) {
		if p.leads[way] == "" {
			continue
		}
		followed = true
		there, err := e.follow(ctx, p, way)
		if err != nil {
			return err
		}
		if err := e.expectEnd(s, there, way, w); err != nil {
			return err
		}
	}
	if !followed {
		return notApplicable("no page gives a link to the first or the last one")
	}
	return nil
}

// expectEnd judges the page that a link to the first page, the last one or the page
// itself leads to.
func (e *env) expectEnd(s *survey, p *page, w way, from window) error {
	name := e.wayName(w)
	if len(p.items) == 0 {
		return failf(p.answer, "%s leads to an empty page, and the list has %d records", name, s.total)
	}
	switch w.part {
	case resource.FirstPart:
		return e.expect(s, p, 0)
	case resource.SelfPart:
		return e.expect(s, p, from.offset)
	}
	if !s.whole {
		return nil
	}
	keys := e.keys(p.items)
	if last := s.ids[len(s.ids)-1]; keys[len(keys)-1] != last {
		return mismatch(p.answer, fmt.Sprintf("%s leads to a page without the last record", name), last, keys[len(keys)-1])
	}
	if e.paging() == resource.PageNumber {
		return e.expect(s, p, e.align(s, window{from.limit, s.total - 1}).offset)
	}
	return nil
}
