package conformance

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"understudy/internal/resource"
)

// survey is what a list holds, in its order, read without following a link.
type survey struct {
	ids    []string
	items  []map[string]any
	total  int  // how many records there are
	whole  bool // ids are those of all records
	widest int  // the largest page that the target gives, 0 when that did not show
	last   *page
	looped *page // a page that came before, though the one before it led on to it
	made   int   // how many records the run had created by then
	left   int   // and how many of them were not deleted

	stocked bool // the run has created what it may to make the list long enough
}

const (
	// surveyLimit is the size of the pages that a survey asks for.
	surveyLimit = 100
	// surveyPages bounds how many pages a survey reads.
	surveyPages = 20
)

// survey reads the list. Where pages have a place that can be named, no page is
// asked where the next one is.
func (e *env) survey(ctx context.Context) (*survey, error) {
	s := &survey{}
	limit := 0
	if e.collection.Page.Size != nil {
		limit = surveyLimit
		if largest := e.largest(); largest > 0 {
			limit = min(limit, largest)
		}
	}
	first, begun := 0, map[string]bool{}
	for n := range surveyPages {
		p, refused, err := e.surveyPage(ctx, s, limit, n)
		if refused {
			limit = 0 // the default will do
		}
		if err != nil {
			return nil, err
		}
		if p == nil {
			s.whole = true
			break
		}
		begins := firstID(p, e.collection)
		if begins != "" && begun[begins] {
			if e.turns(s.last, p) {
				return e.survey(ctx)
			}
			s.looped = p
			break
		}
		begun[begins] = true
		s.items, s.last = append(s.items, p.items...), p
		if first == 0 {
			first = len(p.items)
		}
		if s.whole = e.isEnd(p, len(s.items)); s.whole {
			break
		}
	}
	e.measure(s, limit, first)
	e.remember(s)
	return s, nil
}

// firstID is the id of the first record of a page, "" when it has none.
func firstID(p *page, c *resource.Collection) string {
	if len(p.items) == 0 {
		return ""
	}
	return idOf(p.items[0], c)
}

// surveyPage reads the page that follows so many others of a survey; nil when there
// is none. refused says that the target did not take the limit.
func (e *env) surveyPage(ctx context.Context, s *survey, limit, pages int) (p *page, refused bool, err error) {
	path := e.pagePath(window{limit: limit}, nil)
	if pages > 0 {
		path = e.onward(s.last, limit, pages, len(s.items))
	}
	if path == "" {
		return nil, false, nil
	}
	// Some refuse a page past the end; that a cursor leads nowhere is for walking to tell.
	mayEnd := pages > 0 && (e.paging() == resource.PageNumber || e.paging() == resource.Cursor)
	p, err = e.fetch(ctx, path, mayEnd || limit > e.smallest())
	if err != nil || p != nil || mayEnd || limit == 0 {
		return p, false, err
	}
	p, _, err = e.surveyPage(ctx, s, 0, pages)
	return p, true, err
}

// measure notes what a survey tells of the whole list, of which the first page with
// a limit held so many records.
func (e *env) measure(s *survey, limit, first int) {
	s.ids = e.keys(s.items)
	s.total = len(s.ids)
	if !s.whole && s.last != nil {
		s.total = max(s.total, s.last.count)
	}
	if (first < limit || limit == 0) && first < s.total {
		s.widest = first
	}
	s.made, s.left = e.ledger.made(), e.ledger.there()
}

// remember keeps a survey for the checks that follow.
func (e *env) remember(s *survey) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if old := e.surveys[e.collection]; old != nil && old.made == s.made && old.left == s.left {
		s.stocked = old.stocked
	}
	e.surveys[e.collection] = s
}

// remembered is the last survey, nil when there is none or when the run has
// created or deleted records since.
func (e *env) remembered() *survey {
	e.mu.Lock()
	s := e.surveys[e.collection]
	e.mu.Unlock()
	if s == nil || s.made != e.ledger.made() || s.left != e.ledger.there() {
		return nil
	}
	return s
}

// isEnd reports whether nothing comes after a page, when that many records were
// seen with it.
func (e *env) isEnd(p *page, seen int) bool {
	ways := e.ways(resource.NextPart, resource.NextCursorPart)
	leads := slices.ContainsFunc(ways, func(w way) bool { return p.leads[w] != "" })
	switch {
	case len(p.items) == 0:
		return true
	case e.paging() == resource.Cursor:
		return !leads
	case e.paging() == resource.AfterItem:
		return false // an empty page is surer than what the list says
	}
	tells := p.count >= 0 || len(ways) > 0
	return tells && !leads && seen >= p.count
}

// keys name the records of a list: by their ids, or by all that they show where
// they have none.
func (e *env) keys(items []map[string]any) []string {
	keys := make([]string, len(items))
	for i, item := range items {
		keys[i] = idOf(item, e.collection)
		if keys[i] == "" {
			keys[i] = show(item)
		}
	}
	return keys
}

// sameRecords reports whether two surveys found the same records, in any order.
func (s *survey) sameRecords(other *survey) bool {
	return slices.Equal(slices.Sorted(slices.Values(s.ids)), slices.Sorted(slices.Values(other.ids)))
}

// expect compares a page with what the survey has from a position on.
func (e *env) expect(s *survey, p *page, position int) error {
	for i, id := range e.keys(p.items) {
		switch at := position + i; {
		case at < len(s.ids) && id != s.ids[at]:
			return mismatch(p.answer, fmt.Sprintf("record %d of the list is another one on this page", at+1), s.ids[at], id)
		case at >= len(s.ids) && s.whole:
			return mismatch(p.answer, "the page goes on after the last record", fmt.Sprintf("%d records in all", len(s.ids)), id)
		}
	}
	return nil
}

// stockRecords is how many records a list should hold to be walked: two full
// pages of two.
const stockRecords = 4

// stocked surveys a list that holds some records. The run creates what is
// missing, where it may. These stay for the checks that follow, until one that
// writes has cleaned up.
func (e *env) stocked(ctx context.Context) (*survey, error) {
	if s := e.remembered(); s != nil && (s.stocked || s.total >= stockRecords) {
		return s, nil
	}
	e.makeWay(ctx) // they would only make the list longer
	s, err := e.survey(ctx)
	if err != nil || s.total >= stockRecords {
		return s, err
	}
	if err := e.stock(ctx, stockRecords-s.total); err != nil {
		return nil, err
	}
	if s = e.remembered(); s == nil {
		s, err = e.survey(ctx)
	}
	if s != nil {
		s.stocked = true
	}
	return s, err
}

// stock creates records, as many as the run may.
func (e *env) stock(ctx context.Context, n int) error {
	if !e.mayCreate() {
		return nil
	}
	for i := range n {
		err := e.createTelling(ctx, i)
		if isFailure(err) || isObstacle(err) {
			return nil // there is no more room, or it is for the checks of creating to tell
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// mayCreate reports whether the run may create records here, and delete them.
func (e *env) mayCreate() bool {
	return e.readOnly == "" && e.halted() == "" && e.creatable(e.collection)
}

// own lists the paths of the run's records in the collection that a check may
// change, oldest first.
func (e *env) own() []string {
	var own []string
	for _, made := range e.spent() {
		if e.isItem(made.Path) {
			own = append(own, made.Path)
		}
	}
	return own
}

// isItem reports whether a path is that of an item of the collection.
func (e *env) isItem(path string) bool {
	const id = "understudy-id"
	before, after, _ := strings.Cut(e.itemPath(id), id)
	inside, ok := strings.CutPrefix(path, before)
	inside, closed := strings.CutSuffix(inside, after)
	return ok && closed && inside != "" && !strings.Contains(inside, "/")
}

// isFailure reports whether an error is a requirement that is not kept.
func isFailure(err error) bool {
	var failed *failure
	return errors.As(err, &failed)
}

// isEvident reports whether an error is a failure that an answer shows by itself.
func isEvident(err error) bool {
	var failed *failure
	return errors.As(err, &failed) && failed.evident
}

// isObstacle reports whether an error says that a check tells nothing.
func isObstacle(err error) bool {
	var blocked *blockedError
	var absent *inapplicable
	var unmet *unmetError
	return errors.As(err, &blocked) || errors.As(err, &absent) || errors.As(err, &unmet)
}
