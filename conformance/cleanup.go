package conformance

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"understudy/conformance/report"
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
	s.allowCleaning()
	s.removeAll(ctx, s.ledger.undeleted())
	survived := s.reopenSurvivors(ctx)
	s.allowCleaning()
	s.removeSurvivors(ctx)
	return errors.Join(survived, s.closeLedger())
}

// allowCleaning sees that cleaning up is not refused for the budget: a DELETE with
// two keys and a GET for each record, and a few pages of lists.
func (s *suite) allowCleaning() { s.client.extend(3*s.ledger.there() + 2*maxPages) }

func (s *suite) closeLedger() error {
	kept, err := s.ledger.close()
	s.report.Ledger = kept
	return err
}

// removeAll deletes records of the run. What cannot be deleted stays in the
// ledger.
func (s *suite) removeAll(ctx context.Context, records []entry) {
	for _, r := range slices.Backward(records) { // what stands under others goes first
		if r.Under != "" {
			continue // with what it stands under
		}
		if gone, became := s.removeOne(ctx, r); gone {
			_ = s.ledger.remove(r.Path) // at worst it is deleted twice
		} else {
			s.stuckAt(r.Path, became)
		}
	}
}

// maxStuck is how many records of the run may turn out not to be deletable before
// it makes no more.
const maxStuck = 2

// stuckAt notes a record that could not be deleted. It is tried again at the end.
func (s *suite) stuckAt(path, became string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.stuck[path] = became
}

// maxTold is how many records that are left are told of by their path.
const maxTold = 20

// undeleted tells of each record that is left what came of deleting it.
func (s *suite) undeleted() []string {
	var told []string
	left := s.ledger.undeleted()
	for _, r := range left[:min(len(left), maxTold)] {
		became := s.stuck[r.Path]
		switch {
		case r.Under != "":
			became = "goes with " + r.Under
		case became == "":
			became = "was deleted, and is still there"
		}
		told = append(told, r.Path+" "+became)
	}
	if more := len(left) - maxTold; more > 0 {
		told = append(told, fmt.Sprintf("and %d more", more))
	}
	return told
}

// halted says why the run writes nothing more, "" while it may.
func (s *suite) halted() string {
	if s.damage == "" && len(s.stuck) >= maxStuck {
		return "records of the run are not deleted"
	}
	return s.damage
}

// removeOne deletes a record with the key that created it. A key that got in
// where it should not may be kept from deleting, so the one that may do all tries
// as well. What came of it is for a sentence about the record.
func (s *suite) removeOne(ctx context.Context, r entry) (gone bool, became string) {
	keys := []who{writer}
	if r.As != nobody && r.As != writer {
		keys = []who{r.As, writer}
	}
	for _, key := range keys {
		a, err := s.client.do(ctx, s.withAsked(request{method: http.MethodDelete, path: r.Path, as: key}))
		if err != nil {
			became = "could not be deleted: " + s.client.redactSentence(err.Error(), nil)
			continue
		}
		s.deletion = a
		if a.ok() {
			return true, ""
		}
		became = fmt.Sprintf("could not be deleted: status %d", a.status)
		gone = gone || a.status == http.StatusNotFound || a.status == http.StatusGone
	}
	return gone, became
}

// reopenSurvivors looks for records of the run that are listed: those that were
// deleted, and those whose creation was not answered.
func (s *suite) reopenSurvivors(ctx context.Context) error {
	for _, c := range s.model.Collections {
		if s.operationFor(c, resource.List) == nil || s.existing[c] == nil {
			continue
		}
		e := s.newEnv(c, &Check{})
		items, _, err := e.everything(ctx)
		if err != nil {
			return err
		}
		for _, item := range items {
			path := e.itemPath(idOf(item, c))
			switch {
			case s.ledger.owns(path):
				err = s.ledger.reopen(path)
			case s.existing[c][idOf(item, c)] == nil && s.samples.mark([]byte(show(item))):
				err = s.ledger.add(entry{Path: path, Target: s.client.base.String(), As: writer})
			}
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// removeSurvivors deletes once more what a delete has left, and believes nothing
// but a 404.
func (s *suite) removeSurvivors(ctx context.Context) {
	for _, r := range s.ledger.undeleted() {
		if _, became := s.removeOne(ctx, r); became != "" {
			s.stuckAt(r.Path, became)
		}
		a, err := s.client.do(ctx, s.withAsked(request{method: http.MethodGet, path: r.Path, as: cmp.Or(r.As, writer)}))
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
	r.Created, r.Deleted, r.Left = s.ledger.made(), s.ledger.deleted, s.ledger.there()
	r.AtOnce = s.ledger.most
	for _, left := range s.undeleted() {
		s.note("left: %s", left)
	}
	for _, habit := range s.toldHabits() {
		s.note("%s", habit)
	}
	for _, name := range s.madeUp {
		s.note("%s has a value that was made up: give --param %s=…", name, name)
	}
	if s.unknown > 0 {
		s.note("%d creates were not answered; of what they may have made only what is listed was deleted: look for values with %s in them", s.unknown, s.samples.prefix)
	}
	if s.settled > 0 {
		s.note("the target takes up to %s to show what was written", s.settled.Round(time.Millisecond))
	}
	if s.readOnly != "" {
		s.note("nothing was written: %s", s.readOnly)
	}
	r.Judge(s.options.should)
	if hint := s.astray(); hint != "" && r.Verdict == report.Fails {
		r.Notes = slices.Insert(r.Notes, 0, hint) // it explains all the rest
	}
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

// Cleaned is what became of a ledger.
type Cleaned struct {
	// Target is the server that the ledger is of, "" when it lists nothing.
	Target        string
	Deleted, Left int
	// Undeleted tells of each record that is left its path and what came of deleting it.
	Undeleted []string
}

// CleanUp deletes what a ledger says was left. Target is the server that it must be
// of, "" for whatever it names. Options give the keys. The error is a UsageError for
// what is no ledger, or one of another server; nothing was sent then.
func CleanUp(ctx context.Context, target, ledgerFile string, opts ...Option) (Cleaned, error) {
	named, records, err := readLedger(ledgerFile)
	switch {
	case err != nil:
		return Cleaned{}, err
	case target != "" && named != "" && strings.TrimSuffix(target, "/") != strings.TrimSuffix(named, "/"):
		return Cleaned{}, usagef("%s is of %s, and the target is %s: nothing was sent", ledgerFile, named, target)
	}
	cleaned := Cleaned{Target: named, Left: len(records)}
	if len(records) == 0 {
		return cleaned, nil
	}
	base, err := url.Parse(named)
	if err != nil {
		return cleaned, err
	}
	o := newOptions(opts)
	c, model, err := readDocument(o)
	if err != nil {
		return cleaned, err
	}
	s := &suite{options: o, contract: c, model: model, samples: newSamples(o.seed), client: newClient(base, o, c), ledger: newLedger(""), stuck: map[string]string{}}
	for _, r := range records {
		if err := s.ledger.add(entry{Path: r.Path, Target: named, As: r.As, Under: r.Under}); err != nil {
			return cleaned, err
		}
	}
	s.allowCleaning()
	s.removeAll(ctx, records)
	cleaned.Deleted, cleaned.Left, cleaned.Undeleted = s.ledger.deleted, s.ledger.there(), s.undeleted()
	return cleaned, ctx.Err()
}
