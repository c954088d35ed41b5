package conformance

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"time"

	"understudy/internal/resource"
)

// cleanUpTimeout bounds the cleaning up after a run, also after one that was
// interrupted.
const cleanUpTimeout = 30 * time.Second

// cleanUp removes what the run created, and looks whether it is gone.
func (s *suite) cleanUp(ctx context.Context) error {
	if s.readOnly != "" {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), cleanUpTimeout)
	defer cancel()
	s.client.extend(len(s.ledger.left())*2 + 100) // cleaning up is never refused for the budget
	s.removeAll(ctx, s.ledger.undeleted())
	survived := s.reopenSurvivors(ctx)
	s.removeSurvivors(ctx)
	return errors.Join(survived, s.closeLedger())
}

func (s *suite) closeLedger() error {
	kept, err := s.ledger.close()
	s.report.Ledger = kept
	return err
}

// removeAll deletes records of the run. What cannot be deleted stays in the
// ledger.
func (s *suite) removeAll(ctx context.Context, records []entry) {
	for _, r := range records {
		if s.removeOne(ctx, r) {
			_ = s.ledger.remove(r.Path) // at worst it is deleted twice
		}
	}
}

// removeOne deletes a record with the key that created it. A key that got in
// where it should not may be kept from deleting, so the one that may do all tries
// as well.
func (s *suite) removeOne(ctx context.Context, r entry) (gone bool) {
	keys := []who{writer}
	if r.As != nobody && r.As != writer {
		keys = []who{r.As, writer}
	}
	for _, key := range keys {
		a, err := s.client.do(ctx, request{method: http.MethodDelete, path: r.Path, as: key})
		if err != nil {
			continue
		}
		if a.ok() {
			return true
		}
		gone = gone || a.status == http.StatusNotFound || a.status == http.StatusGone
	}
	return gone
}

// reopenSurvivors looks for records of the run that were deleted and are still
// listed.
func (s *suite) reopenSurvivors(ctx context.Context) error {
	ever := s.ledger.ever()
	for _, c := range s.model.Collections {
		if c.Operations[resource.List] == nil || s.existing[c] == nil {
			continue
		}
		e := &env{suite: s, collection: c, check: &Check{}}
		items, _, err := e.everything(ctx)
		if err != nil {
			return err
		}
		for _, item := range items {
			path := e.itemPath(idOf(item, c))
			if slices.Contains(ever, path) {
				if err := s.ledger.reopen(path); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// removeSurvivors deletes once more what a delete has left, and believes nothing
// but a 404.
func (s *suite) removeSurvivors(ctx context.Context) {
	for _, r := range s.ledger.undeleted() {
		s.removeOne(ctx, r)
		a, err := s.client.do(ctx, request{method: http.MethodGet, path: r.Path, as: cmp.Or(r.As, writer)})
		if err == nil && a.status == http.StatusNotFound {
			_ = s.ledger.remove(r.Path) // at worst it is deleted once more
		}
	}
}

// finish completes the report.
func (s *suite) finish(took time.Duration) {
	r := s.report
	r.Duration = took.Seconds()
	r.Requests = s.client.count()
	r.Created, r.Deleted, r.Left = len(s.ledger.ever()), s.ledger.deleted, len(s.ledger.left())
	for _, name := range slices.Sorted(maps.Keys(s.habits)) {
		s.note("%s: %s", name, s.habits[name])
	}
	if s.settled > 0 {
		s.note("the target takes up to %s to show what was written", s.settled.Round(time.Millisecond))
	}
	if s.readOnly != "" {
		s.note("nothing was written: %s", s.readOnly)
	}
	r.Judge(s.options.should)
}

// collateral looks whether what was there before the run is as it was. From the
// first harm on, the run writes nothing more.
func (e *env) collateral(ctx context.Context) error {
	existing := e.existing[e.collection]
	if e.damage != "" || len(existing) == 0 {
		return nil
	}
	last := e.lastWrite()
	items := e.lastListed
	if items == nil || slices.ContainsFunc(e.answers[e.lastListedAt:], isWrite) {
		var err error
		if items, _, err = e.everything(ctx); err != nil {
			return nil //nolint:nilerr // a list that fails is for the checks of lists to tell
		}
	}
	for id, before := range existing {
		now := e.find(items, id)
		if now == nil {
			return e.harm(last, "a record that the run did not create is gone: %s", id)
		}
		for _, f := range e.writable() {
			if !equal(before[f.Name], now[f.Name]) {
				return e.harm(last, "a record that the run did not create has changed: %s, member %s", id, f.Name)
			}
		}
	}
	return nil
}

// changedOrDeleted reports whether the check sent a request that could harm a
// record which was there before. What creating and cleaning up could do is looked
// at once, at the end of the run.
func (e *env) changedOrDeleted() bool {
	return slices.ContainsFunc(e.answers, func(a *answer) bool {
		return a.sent.method == http.MethodPatch || a.sent.method == http.MethodPut || a.sent.method == http.MethodDelete
	})
}

// harm stops the writing and says which request did it.
func (e *env) harm(last *answer, format string, args ...any) error {
	what := fmt.Sprintf(format, args...)
	e.damage = what
	if last != nil {
		e.damage += fmt.Sprintf(", after %s %s", last.sent.method, last.sent.path)
	}
	return failf(last, "%s", e.damage)
}

// lastWrite is the last request of the check that may have changed something.
func (e *env) lastWrite() *answer {
	for _, a := range slices.Backward(e.answers) {
		if isWrite(a) {
			return a
		}
	}
	return nil
}

// isWrite reports whether an answer is to a request that may have changed
// something.
func isWrite(a *answer) bool {
	return a.sent.method != http.MethodGet && a.sent.method != http.MethodHead && a.sent.method != http.MethodOptions
}

// CleanUp deletes what a ledger says was left, and returns how many records were
// deleted and how many remain. Options give the key.
func CleanUp(ctx context.Context, ledgerFile string, opts ...Option) (deleted, left int, err error) {
	target, records, err := readLedger(ledgerFile)
	if err != nil {
		return 0, 0, err
	}
	if len(records) == 0 {
		return 0, 0, nil
	}
	base, err := url.Parse(target)
	if err != nil {
		return 0, len(records), err
	}
	o := newOptions(opts)
	c, _, err := readDocument(o)
	if err != nil {
		return 0, len(records), err
	}
	s := &suite{options: o, client: newClient(base, o, c.SecuritySchemes()), ledger: &ledger{}}
	for _, r := range records {
		if err := s.ledger.add(target, r.Path, r.As); err != nil {
			return 0, len(records), err
		}
	}
	s.removeAll(ctx, records)
	return s.ledger.deleted, len(s.ledger.left()), ctx.Err()
}
