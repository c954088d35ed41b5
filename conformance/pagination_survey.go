package conformance

import (
	"context"
	"errors"
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

// pagePath is where the page of a window stands, with more parameters behind. It
// alone knows how this style of paging names a page.
func (e *env) pagePath(w window, more url.Values) string {
	query := url.Values{}
	if w.limit > 0 {
		query.Set(e.collection.Page.Size.Name, strconv.Itoa(w.limit))
	}
	if w.offset > 0 {
		query.Set(e.collection.Page.Start.Name, strconv.Itoa(w.offset))
	}
	for name, values := range more {
		query[name] = values
	}
	if len(query) == 0 {
		return e.collectionPath()
	}
	return e.collectionPath() + "?" + query.Encode()
}

// open reads the page of a window. It is nil when the target refuses the limit,
// which may be over its maximum.
func (e *env) open(ctx context.Context, w window) (*page, error) {
	a, err := e.do(ctx, request{method: http.MethodGet, path: e.pagePath(w, nil), as: writer})
	if err != nil {
		return nil, err
	}
	if w.limit > e.smallest() && a.status >= 400 && a.status < 500 {
		return nil, nil
	}
	return e.parsePage(a)
}

// smallest is the smallest limit that the document allows.
func (e *env) smallest() int {
	low, _, ok := e.collection.Page.Size.WholeNumber()
	if !ok {
		return 1
	}
	return int(max(low, 1))
}

// largest is the largest limit that the document allows, 0 when it names none.
func (e *env) largest() int {
	if e.collection.Page.Maximum > 0 {
		return e.collection.Page.Maximum
	}
	if _, high, ok := e.collection.Page.Size.WholeNumber(); ok && high < unlimited {
		return int(high)
	}
	return 0
}

// unlimited is more than any maximum of a limit that is meant as one.
const unlimited = 1 << 30

// survey is what a list holds, in its order, read without following a link.
type survey struct {
	ids    []string
	items  []map[string]any
	total  int  // how many records there are
	whole  bool // ids are those of all records
	widest int  // the largest page that the target gives, 0 when that did not show
	last   *page
	made   int // how many records the run had created by then
	left   int // and how many of them were not deleted
}

const (
	// surveyLimit is the size of the pages that a survey asks for.
	surveyLimit = 100
	// surveyPages bounds how many pages a survey reads.
	surveyPages = 20
)

// survey reads the list.
func (e *env) survey(ctx context.Context) (*survey, error) {
	s := &survey{}
	limit := surveyLimit
	if largest := e.largest(); largest > 0 {
		limit = min(limit, largest)
	}
	first := 0
	for range surveyPages {
		p, err := e.open(ctx, window{limit: limit, offset: len(s.items)})
		if err == nil && p == nil {
			limit = 0 // refused: the default will do
			p, err = e.open(ctx, window{offset: len(s.items)})
		}
		if err != nil {
			return nil, err
		}
		s.items, s.last = append(s.items, p.items...), p
		if first == 0 {
			first = len(p.items)
		}
		if s.whole = e.isEnd(p, len(s.items)); s.whole {
			break
		}
	}
	s.ids = e.keys(s.items)
	s.total = len(s.ids)
	if !s.whole {
		s.total = max(s.total, s.last.count)
	}
	if first < limit && first < s.total {
		s.widest = first
	}
	s.made, s.left = len(e.ledger.ever()), len(e.ledger.left())
	e.remember(s)
	return s, nil
}

// remember keeps a survey for the checks that follow.
func (e *env) remember(s *survey) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.surveys == nil {
		e.surveys = map[*resource.Collection]*survey{}
	}
	e.surveys[e.collection] = s
}

// remembered is the last survey, nil when there is none or when the run has
// created or deleted records since.
func (e *env) remembered() *survey {
	e.mu.Lock()
	s := e.surveys[e.collection]
	e.mu.Unlock()
	if s == nil || s.made != len(e.ledger.ever()) || s.left != len(e.ledger.left()) {
		return nil
	}
	return s
}

// isEnd reports whether nothing comes after a page, when that many records were
// seen with it.
func (e *env) isEnd(p *page, seen int) bool {
	if len(p.items) == 0 {
		return true
	}
	tells := p.count >= 0 || e.member(resource.NextPart) != nil
	return tells && p.next == "" && seen >= p.count
}

// member is the member of a list that holds a part; nil when it has none.
func (e *env) member(part resource.Part) *resource.EnvelopeMember {
	members := e.collection.Envelope.Members
	for i := range members {
		if members[i].Part == part {
			return &members[i]
		}
	}
	return nil
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
	if s := e.remembered(); s != nil {
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
	if s := e.remembered(); s != nil {
		return s, nil
	}
	return e.survey(ctx)
}

// stock creates records, as many as the run may.
func (e *env) stock(ctx context.Context, n int) error {
	if !e.mayCreate() {
		return nil
	}
	for range n {
		_, err := e.create(ctx)
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

// isObstacle reports whether an error says that a check tells nothing.
func isObstacle(err error) bool {
	var blocked *blockedError
	var absent *inapplicable
	return errors.As(err, &blocked) || errors.As(err, &absent)
}
