package conformance

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"understudy/conformance/report"
	"understudy/internal/contract"
	"understudy/internal/resource"
)

// chosenChecks are about lists whose order, or whose records, a request chooses.
func chosenChecks() []Check {
	return []Check{
		{
			ID: "pagination/sort", Level: report.Must, At: at(resource.List), Needs: Needs{Roles: paged.Roles, Offers: sorts}, Requires: listable, Follows: []string{"pagination/forward"},
			Requirement: "A list that is asked for in an order comes in it, the same way each time, with every record once, also page by page. Values that the document lists are in its order or in that of the alphabet.",
			Sends:       "GET of the collection by one or two members, in each direction, and again page by page.", Failure: `sort=name: the records are not in order of name: expected "a" (7) before "b" (4), got "b" (4) before "a" (7)`,
			Costs: Costs{Requests: 20},
			run:   chosen(2, checkSort),
		},
		{
			ID: "pagination/filter", Level: report.Must, At: at(resource.List), Needs: Needs{Roles: paged.Roles, Offers: filters}, Requires: listable, Follows: []string{"pagination/forward"},
			Requirement: "A filter keeps exactly the records whose member has the value, and the count follows. A value that no record has gives an empty list, or is refused.",
			Sends:       "GET of the collection with a value that a record has, and with one that none has, for up to two filters.", Failure: "level=high keeps another record: expected 2 records, got 4",
			Costs: Costs{Requests: 6},
			run:   chosen(1, checkFilter),
		},
	}
}

func sorts(c *resource.Collection) string {
	if c.Sort == nil || c.Sort.By == nil || len(c.Sort.Fields) == 0 {
		return "the document lets nobody choose the order of " + c.Name
	}
	return ""
}

func filters(c *resource.Collection) string {
	if len(c.Filters) == 0 {
		return "the document has no filter of " + c.Name
	}
	return ""
}

// contents is what a list holds, paged or not.
type contents struct {
	items []map[string]any
	ids   []string
}

// chosen makes a check of an assertion about a list of some records. When it fails,
// and the list holds other records than before, it is tried again.
func chosen(least int, assert func(context.Context, *env, *contents) error) func(context.Context, *env) error {
	return func(ctx context.Context, e *env) error {
		if e.collection.Page != nil {
			return surveyed(least, func(ctx context.Context, e *env, s *survey) error {
				if !s.whole {
					return notApplicable("the list is too long to be compared")
				}
				return assert(ctx, e, &contents{s.items, s.ids})
			})(ctx, e)
		}
		items, _, err := e.everything(ctx)
		if err == nil && len(items) < stockRecords {
			if err = e.stock(ctx, stockRecords-len(items)); err == nil {
				items, _, err = e.everything(ctx)
			}
		}
		if err != nil {
			return err
		}
		if len(items) < least {
			return notApplicable("the list holds %d records, and it takes %d", len(items), least)
		}
		err = assert(ctx, e, &contents{items, e.keys(items)})
		if isFailure(err) && !isWarning(err) {
			if now, _, again := e.everything(ctx); again == nil && !sameKeys(e.keys(now), e.keys(items)) {
				return notApplicable("others change the list while it is read")
			}
		}
		return err
	}
}

func sameKeys(a, b []string) bool {
	return slices.Equal(slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b)))
}

// chosenPath is the path of the list with some parameters, in pages of a limit where
// it has any.
func (e *env) chosenPath(limit int, query url.Values) string {
	if e.collection.Page != nil {
		return e.pagePath(window{limit: limit}, query)
	}
	return e.withQuery(e.collectionPath(), query, "")
}

// choose reads all that a path leads to; nil when it is refused.
func (e *env) choose(ctx context.Context, path string) (items []map[string]any, first *page, err error) {
	a, err := e.get(ctx, path)
	if err != nil || a.status >= 400 && a.status < 500 {
		return nil, nil, err
	}
	for range maxPages {
		p, err := e.parsePage(a)
		if err != nil {
			return nil, nil, err
		}
		if first == nil {
			first = p
		}
		items = append(items, p.items...)
		if path = e.after(p, path, len(items)); path == "" {
			break
		}
		if a, err = e.get(ctx, path); err != nil {
			return nil, nil, err
		}
		if a.status == http.StatusNotFound && e.collection.Page.Style == resource.PageNumber {
			break // some refuse a page past the end
		}
	}
	return items, first, nil
}

// largePage is a limit for a page that is meant to hold all.
func (e *env) largePage() int {
	if e.collection.Page == nil || e.collection.Page.Size == nil {
		return 0
	}
	if largest := e.largest(); largest > 0 {
		return min(largest, surveyLimit)
	}
	return surveyLimit
}

func checkFilter(ctx context.Context, e *env, l *contents) error {
	tried := 0
	for _, f := range e.collection.Filters {
		if tried == 2 {
			break
		}
		value, ok := l.telling(f)
		if !ok {
			continue
		}
		tried++
		if err := e.expectFilter(ctx, l, f, value); err != nil {
			return err
		}
		if err := e.expectFilterKept(ctx, l, f); err != nil {
			return err
		}
		if absent, ok := l.absent(f); ok {
			if err := e.expectNone(ctx, f, absent); err != nil {
				return err
			}
		}
	}
	if tried == 0 {
		return notApplicable("no record has a value that a filter takes")
	}
	return nil
}

// takes writes a value as a filter takes it; ok is false where it does not.
func takes(f resource.Filter, value any) (text string, ok bool) {
	text = plain(value)
	if flag, isFlag := value.(bool); isFlag {
		text = strconv.FormatBool(flag)
	}
	return text, text != "" && (f.Param.Schema == nil || len(f.Param.Schema.Check(value)) == 0)
}

// telling is a value of some record that a filter takes: one that fewest have.
func (l *contents) telling(f resource.Filter) (value any, ok bool) {
	fewest := len(l.items) + 1
	for _, item := range l.items {
		if _, takes := takes(f, item[f.Field]); !takes {
			continue
		}
		n := len(l.keep(f, item[f.Field]))
		if l.holds(f, item[f.Field]) {
			n = 0 // this one tells most
		}
		if n < fewest {
			value, ok, fewest = item[f.Field], true, n
		}
	}
	return value, ok
}

// holds reports whether some record has a text of which a value is a part.
func (l *contents) holds(f resource.Filter, value any) bool {
	part := plain(value)
	return slices.ContainsFunc(l.items, func(item map[string]any) bool {
		whole := plain(item[f.Field])
		return part != "" && whole != part && strings.Contains(whole, part)
	})
}

// keep lists the ids of the records whose member has a value.
func (l *contents) keep(f resource.Filter, value any) []string {
	kept := []string{}
	for i, item := range l.items {
		if equal(item[f.Field], value) {
			kept = append(kept, l.ids[i])
		}
	}
	return kept
}

// absent is a value that a filter takes and no record has.
func (l *contents) absent(f resource.Filter) (value string, ok bool) {
	candidates := []string{noSuchValue}
	if f.Param.Schema != nil {
		candidates = append(candidates, contract.Keyword(f.Param.Schema.Node(), "enum").Texts()...)
	}
	for _, candidate := range candidates {
		valid := f.Param.Schema == nil || len(f.Param.Schema.Check(candidate)) == 0
		if valid && len(l.keep(f, candidate)) == 0 {
			return candidate, true
		}
	}
	return "", false
}

const noSuchValue = "understudy-no-such-value"

// expectFilter judges a list that is kept to a value.
func (e *env) expectFilter(ctx context.Context, l *contents, f resource.Filter, value any) error {
	text, _ := takes(f, value)
	query := url.Values{f.Param.Name: {text}}
	items, first, err := e.choose(ctx, e.chosenPath(e.largePage(), query))
	if err != nil {
		return err
	}
	if first == nil {
		return failf(e.lastAnswer(), "%s is refused, and a record has this value", query.Encode())
	}
	wanted, kept := l.keep(f, value), e.keys(items)
	for i, id := range kept {
		if slices.Contains(wanted, id) {
			continue
		}
		tell := mismatch
		if i < len(first.items) && !equal(items[i][f.Field], value) {
			tell = evident // no other page is needed to see it
		}
		return tell(first.answer, query.Encode()+" keeps a record with another value", show(value), show(items[i][f.Field]))
	}
	if !sameKeys(wanted, kept) {
		return mismatch(first.answer, query.Encode()+" does not keep all records with the value once", fmt.Sprintf("%d records", len(wanted)), fmt.Sprintf("%d", len(kept)))
	}
	return expectKept(first, query, len(wanted))
}

// expectFilterKept judges the links of a list that is kept to a value which several
// records have: they lead to other pages of what is kept.
func (e *env) expectFilterKept(ctx context.Context, l *contents, f resource.Filter) error {
	value, ok := l.common(f)
	if !ok || e.collection.Page == nil || linked(e.collection) != "" {
		return nil
	}
	text, _ := takes(f, value)
	p, err := e.fetch(ctx, e.chosenPath(e.smallest(), url.Values{f.Param.Name: {text}}), false)
	if err != nil {
		return err
	}
	sent, err := url.Parse(p.answer.sent.path)
	if err != nil {
		return err
	}
	for _, w := range e.ways(urlParts[:4]...) {
		if p.leads[w] == "" {
			continue
		}
		if err := e.expectQuery(p, w, sent.Query()); err != nil {
			return err
		}
	}
	return nil
}

// common is a value that a filter takes and that most records have, of those that
// several have.
func (l *contents) common(f resource.Filter) (value any, ok bool) {
	most := 1
	for _, item := range l.items {
		if _, takes := takes(f, item[f.Field]); !takes {
			continue
		}
		if n := len(l.keep(f, item[f.Field])); n > most {
			value, ok, most = item[f.Field], true, n
		}
	}
	return value, ok
}

// expectKept judges the count of a list that is kept to so many records.
func expectKept(p *page, query url.Values, kept int) error {
	if p.count >= 0 && p.count != kept {
		return mismatch(p.answer, query.Encode()+": the count is not that of the records that are kept", strconv.Itoa(kept), strconv.Itoa(p.count))
	}
	return nil
}

// expectNone judges a list that is kept to a value that no record has.
func (e *env) expectNone(ctx context.Context, f resource.Filter, value string) error {
	query := url.Values{f.Param.Name: {value}}
	items, first, err := e.choose(ctx, e.chosenPath(e.largePage(), query))
	if err != nil || first == nil {
		return err
	}
	if len(items) > 0 {
		return mismatch(first.answer, query.Encode()+" keeps records, and none has the value", "none", strconv.Itoa(len(items)))
	}
	return expectKept(first, query, 0)
}

// lastAnswer is the answer that came last.
func (e *env) lastAnswer() *answer { return e.answers[len(e.answers)-1] }
