package conformance

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"understudy/internal/contract"
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
// number of records, as far as the document allows them.
func (e *env) limits(s *survey) []int {
	limits := []int{1, 2, s.total - 1, s.total, s.total + 1}
	slices.Sort(limits)
	return slices.DeleteFunc(slices.Compact(limits), func(limit int) bool {
		schema := e.collection.Page.Size.Schema
		largest := e.largest()
		return limit < e.smallest() || largest > 0 && limit > largest ||
			schema != nil && len(schema.Check(json.Number(strconv.Itoa(limit)))) > 0
	})
}

func checkLimit(ctx context.Context, e *env, s *survey) error {
	for _, limit := range e.limits(s) {
		if limit >= s.total && limit > e.smallest() {
			continue // a page of all records is what walking forward looks at
		}
		p, err := e.open(ctx, window{limit: limit})
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
	small := e.smallest()
	for _, w := range []window{{small, 1}, {small + 1, 1}, {small + 1, s.total - 1}} {
		p, err := e.open(ctx, w)
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
	return nil
}

func checkOrder(ctx context.Context, e *env, s *survey) error {
	order := e.collection.Order
	if order.Field == "" {
		return notApplicable("the document declares no order")
	}
	if err := e.stock(ctx, stirred-len(e.own())); err != nil {
		return err
	}
	if err := e.stir(ctx); err != nil {
		return err
	}
	now, err := e.survey(ctx)
	if err != nil {
		return err
	}
	for i := range len(now.items) - 1 {
		one, other := now.items[i][order.Field], now.items[i+1][order.Field]
		difference := compareKeys(one, other)
		if order.Descending {
			difference = -difference
		}
		if difference > 0 {
			return mismatch(now.last.answer, fmt.Sprintf("%s: the list is not in the declared order %s at record %d", order.Field, order, i+2), "records in this order", show(one)+" before "+show(other))
		}
	}
	return nil
}

// stirred is how many records of the run it takes to see the order by the last
// change: one that changes, and one that is newer.
const stirred = 2

// stir changes the oldest record of the run, so that an order by the last change
// shows. Where no record can be changed, nothing happens.
func (e *env) stir(ctx context.Context) error {
	own := e.own()
	if e.op(resource.Update) == nil || len(own) == 0 {
		return nil
	}
	for _, f := range e.writable() {
		value, err := e.fresh(e.op(resource.Update), f, nil)
		if err != nil {
			continue // there are other members
		}
		_, err = e.patch(ctx, own[0], e.changing(&record{}, map[string]any{f.Name: value}))
		return err
	}
	return nil
}

// compareKeys compares two values to sort by, as far as everybody sorts them
// alike: numbers, times, and texts whose order does not depend on letter case or
// language. Others count as equal.
func compareKeys(a, b any) int {
	if a, ok := a.(json.Number); ok {
		b, _ := b.(json.Number)
		x, errX := a.Float64()
		y, errY := b.Float64()
		if errX != nil || errY != nil {
			return 0
		}
		return cmp.Compare(x, y)
	}
	one, _ := a.(string)
	other, _ := b.(string)
	if x, err := time.Parse(time.RFC3339Nano, one); err == nil {
		if y, err := time.Parse(time.RFC3339Nano, other); err == nil {
			return x.Compare(y)
		}
	}
	if !isPlain(one) || !isPlain(other) {
		return 0
	}
	return cmp.Compare(one, other)
}

// isPlain reports whether a text is made of lower-case letters and digits, which
// all collations order alike.
func isPlain(text string) bool {
	return text != "" && !strings.ContainsFunc(text, func(r rune) bool { return (r < 'a' || r > 'z') && (r < '0' || r > '9') })
}

func checkCount(ctx context.Context, e *env, _ *survey) error {
	if e.member(resource.CountPart) == nil {
		return notApplicable("the list tells no count")
	}
	if err := e.comeAndGo(ctx); err != nil {
		return err
	}
	s, err := e.survey(ctx)
	if err != nil {
		return err
	}
	if !s.whole {
		return notApplicable("the list is too long to be counted")
	}
	small := e.smallest()
	for _, w := range []window{{limit: small}, {small, 1}, {small + 1, s.total - 1}, {small, s.total + 5}} {
		a, err := e.get(ctx, e.pagePath(w, nil))
		if err != nil {
			return err
		}
		if a.status != http.StatusOK {
			continue // other checks are about that
		}
		p, err := e.parsePage(a)
		if err != nil {
			return err
		}
		if p.count != s.total {
			return mismatch(a, "the count of this page is not the number of records", strconv.Itoa(s.total), strconv.Itoa(p.count))
		}
	}
	return nil
}

// comeAndGo creates a record and deletes it, where the run may.
func (e *env) comeAndGo(ctx context.Context) error {
	if !e.mayCreate() {
		return nil
	}
	r, err := e.create(ctx)
	if isFailure(err) || isObstacle(err) {
		return nil // other checks are about creating
	}
	if err != nil {
		return err
	}
	return e.discard(ctx, r)
}

// discard deletes a record that has served its turn.
func (e *env) discard(ctx context.Context, r *record) error {
	_, err := e.remove(ctx, r.path)
	return err // what the target refuses to delete is tried again at the end
}

func checkPastTheEnd(ctx context.Context, e *env, s *survey) error {
	for _, offset := range []int{s.total, s.total + 5} {
		a, err := e.get(ctx, e.pagePath(window{offset: offset}, nil))
		if err != nil {
			return err
		}
		if err := wantStatus(a, fmt.Sprintf("a page at the offset %d of %d records is refused", offset, s.total), http.StatusOK); err != nil {
			return err
		}
		p, err := e.parsePage(a)
		if err != nil {
			return err
		}
		if offset > 0 && len(p.items) > 0 {
			return mismatch(a, "a page past the end holds records", "none", strconv.Itoa(len(p.items)))
		}
	}
	return nil
}

func checkDefaultLimit(ctx context.Context, e *env, s *survey) error {
	first, err := e.open(ctx, window{})
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
	second, err := e.open(ctx, window{offset: 1})
	if err != nil {
		return err
	}
	if wanted := min(size, s.total-1); len(second.items) != wanted {
		return mismatch(second.answer, "without a limit, this page holds another number of records than the first one lets expect", strconv.Itoa(wanted), strconv.Itoa(len(second.items)))
	}
	if declared := e.declaredPageSize(); declared > 0 && size != min(declared, s.total) {
		return warnf(first.answer, "without a limit a page holds %d records of %d, and the document says %d", size, s.total, declared)
	}
	return nil
}

// declaredPageSize is the limit that the document gives for a request without
// one, 0 when it gives none.
func (e *env) declaredPageSize() int {
	c := e.collection
	if c.Operations[resource.List].PathNode.Get(contract.Extension).Get("page").Get("default").Exists() {
		return c.Page.Default
	}
	if schema := c.Page.Size.Schema; schema != nil {
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
	if err := e.expect(s, p, 0); err != nil || p.next == "" {
		return err
	}
	next, err := e.follow(ctx, p, resource.NextPart)
	if err != nil {
		return err
	}
	return e.expect(s, next, len(p.items))
}

// oddValues are what neither a limit nor an offset should be.
var oddValues = []string{"-1", "abc", "", "99999999999999999999"}

func checkOddValues(ctx context.Context, e *env, s *survey) error {
	limit, offset := e.collection.Page.Size.Name, e.collection.Page.Start.Name
	queries := []url.Values{{limit: {"0"}}, {limit: {"1.5"}}, {limit: {"1", "2"}}}
	for _, value := range oddValues {
		queries = append(queries, url.Values{limit: {value}}, url.Values{offset: {value}})
	}
	for _, query := range queries {
		if err := e.oddQuery(ctx, s, query); err != nil {
			return err
		}
	}
	return nil
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
