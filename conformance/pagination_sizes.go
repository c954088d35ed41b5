package conformance

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strconv"

	"understudy/internal/contract"
	"understudy/internal/resource"
)

func checkDefaultLimit(ctx context.Context, e *env, s *survey) error {
	first, err := e.open(ctx, s, window{})
	if err != nil {
		return err
	}
	if err := e.expect(s, first, 0); err != nil {
		return err
	}
	size := len(first.items)
	if size == 0 {
		return failf(first.answer, "without a limit, the first page of %d records is empty", s.total)
	}
	if declared := e.declaredPageSize(); declared > 0 && size != min(declared, s.total) {
		err = warnf(first.answer, "without a limit a page holds %d records of %d, and the document says %d", size, s.total, declared)
	}
	start, path := size, ""
	switch {
	case e.anywhere():
		start = 1
		path, _ = e.locate(ctx, s, window{offset: 1}) // which sends nothing here
	case size < s.total:
		path = e.onward(first, 0, 1, size)
	}
	if path == "" {
		return err // all records are on this page
	}
	second, failed := e.fetch(ctx, path, false)
	if failed != nil {
		return failed
	}
	if wanted := min(size, s.total-start); len(second.items) != wanted {
		return mismatch(second.answer, "without a limit, this page holds another number of records than the first one lets expect", strconv.Itoa(wanted), strconv.Itoa(len(second.items)))
	}
	return err
}

// declaredPageSize is the limit that the document gives for a request without
// one, 0 when it gives none.
func (e *env) declaredPageSize() int {
	c := e.collection
	if c.Operations[resource.List].PathNode.Get(contract.Extension).Get("page").Get("default").Exists() {
		return c.Page.Default
	}
	if c.Page.Size != nil && c.Page.Size.Schema != nil {
		schema := c.Page.Size.Schema
		size, _ := strconv.Atoi(contract.Keyword(schema.Node(), "default").Text()) // 0 for what is no number
		return size
	}
	return 0
}

func checkMaximumLimit(ctx context.Context, e *env, s *survey) error {
	over := max(e.largest(), 1_000_000) + 1
	for _, limit := range []int{over, 2 * over} {
		a, err := e.get(ctx, e.pagePath(window{limit: limit}, nil))
		if err != nil {
			return err
		}
		if a.status >= 400 && a.status < 500 {
			if err := e.habit("a limit over the maximum", "refused", a); err != nil {
				return err
			}
			continue
		}
		if err := wantStatus(a, "a limit over the maximum fails", http.StatusOK); err != nil {
			return err
		}
		if err := e.habit("a limit over the maximum", "lowered", a); err != nil {
			return err
		}
		if err := e.expectCapped(ctx, s, a); err != nil {
			return err
		}
	}
	return nil
}

// expectCapped judges a page whose limit was over the maximum: it is no longer
// than the maximum, and next goes on where it ends.
func (e *env) expectCapped(ctx context.Context, s *survey, a *answer) error {
	p, err := e.parsePage(a)
	if err != nil {
		return err
	}
	if largest := e.largest(); largest > 0 && len(p.items) > largest {
		return mismatch(a, "a page holds more records than the maximum", strconv.Itoa(largest), strconv.Itoa(len(p.items)))
	}
	if err := e.expect(s, p, 0); err != nil {
		return err
	}
	path := e.leadOn(p)
	if path == "" {
		return nil
	}
	next, err := e.fetch(ctx, path, false)
	if err != nil {
		return err
	}
	return e.expect(s, next, len(p.items))
}

// oddValues are what neither a limit nor an offset should be.
var oddValues = []string{"-1", "abc", "", hugeNumber}

// Numbers that are too many of anything: one that has more than 64 bits, and the
// greatest with 32.
const (
	hugeNumber  = "99999999999999999999"
	greatNumber = "2147483647"
)

func checkOddValues(ctx context.Context, e *env, s *survey) error {
	queries := e.oddQueries()
	if len(queries) == 0 {
		return notApplicable("neither the size nor the start of a page is a number")
	}
	var lax error
	for _, query := range queries {
		if err := e.oddQuery(ctx, s, query); isWarning(err) {
			lax = err
		} else if err != nil {
			return err
		}
	}
	return lax
}

// oddQueries are the queries with a limit, or with an offset or the number of a
// page, that makes no sense.
func (e *env) oddQueries() []url.Values {
	limit, start := nameOf(e.collection.Page.Size), ""
	if e.paging() == resource.LimitOffset || e.paging() == resource.PageNumber {
		start = nameOf(e.collection.Page.Start)
	}
	var queries []url.Values
	if limit != "" {
		queries = append(queries, url.Values{limit: {"0"}}, url.Values{limit: {"1.5"}}, url.Values{limit: {"1", "2"}})
	}
	if first := e.collection.Page.First; e.paging() == resource.PageNumber && first > 0 {
		queries = append(queries, url.Values{start: {strconv.Itoa(first - 1)}})
	}
	if sort := e.collection.Sort; sort != nil {
		queries = append(queries, url.Values{sort.By.Name: {"understudy"}})
	}
	for _, filter := range e.collection.Filters {
		queries = append(queries, url.Values{filter.Param.Name: {"understudy"}})
	}
	for _, value := range oddValues {
		for _, name := range []string{limit, start} {
			if name != "" {
				queries = append(queries, url.Values{name: {value}})
			}
		}
	}
	return queries
}

// oddQuery sends a limit or an offset that makes no sense. A page that comes back
// is the beginning of the list, or empty.
func (e *env) oddQuery(ctx context.Context, s *survey, query url.Values) error {
	a, err := e.get(ctx, e.pagePath(window{}, query))
	if err != nil {
		return err
	}
	if a.status >= 400 && a.status < 500 {
		return e.oddHabit(a, query, "refused")
	}
	if large, ok := lesser(query); ok && a.status >= http.StatusInternalServerError {
		if err := e.oddQuery(ctx, s, large); err != nil {
			return err
		}
		return warnf(a, "%s fails: a number of more than 64 bits", query.Encode())
	}
	if a.status != http.StatusOK {
		return mismatch(a, query.Encode()+" fails", "status 200 or 400", fmt.Sprintf("status %d", a.status))
	}
	p, err := e.parsePage(a)
	if err != nil {
		return err
	}
	if err := e.expect(s, p, 0); err != nil {
		return err
	}
	return e.oddHabit(a, query, "ignored")
}

// lesser is a query with the greatest number of 32 bits, in place of one that fits no
// number that databases know: many frameworks hand it on, and fail.
func lesser(query url.Values) (url.Values, bool) {
	for name, values := range query {
		if values[0] == hugeNumber {
			return url.Values{name: {greatNumber}}, true
		}
	}
	return nil, false
}

// oddHabit holds the target to one treatment of what is no number at all. For
// other values there are reasons to treat a limit and an offset differently.
func (e *env) oddHabit(a *answer, query url.Values, treatment string) error {
	for _, values := range query {
		if values[0] == "abc" {
			return e.habit("a limit or an offset that is no number", treatment, a)
		}
	}
	return nil
}
