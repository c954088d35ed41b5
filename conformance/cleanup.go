package conformance

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
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
	for _, l := range s.lanes {
		l.isAlone = true
	}
	s.clearUp(ctx)
	for _, l := range s.lanes {
		l.removeTheRest(ctx)
	}
	survived := s.reopenSurvivors(ctx)
	s.allowCleaning()
	for _, l := range s.lanes {
		l.removeSurvivors(ctx)
	}
	return errors.Join(survived, s.closeLedger())
}

// allowCleaning sees that cleaning up is not refused for the budget: a DELETE with
// two keys and a GET for each record, and a few pages of lists.
func (s *suite) allowCleaning() { s.client.extend(3*s.ledgers.openInAll() + 2*maxPages) }

func (s *suite) closeLedger() error {
	kept, err := s.ledgers.close()
	if s.report.Ledger = kept; kept != "" {
		s.report.Cleanup = s.cleanupCommand()
	}
	return err
}

// removeAll deletes records of the run. What cannot be deleted stays in the
// ledger.
func (l *lane) removeAll(ctx context.Context, records []entry) {
	for _, r := range slices.Backward(records) { // what stands under others goes first
		if l.sparing() || !l.isAlone && l.isSuspicious() {
			return // until it is clear what came to harm, if it ever is
		}
		if r.Under != "" {
			continue // with what it stands under
		}
		if gone, became := l.removeOne(ctx, r); gone {
			_ = l.ledger.remove(r.Path) // at worst it is deleted twice
		} else if became != "" {
			l.stuckAt(r.Path, became)
		}
	}
}

// maxStuck is how many records of the run may turn out not to be deletable before
// it makes no more.
const maxStuck = 2

// stuckAt notes a record that could not be deleted, which may be the doing of other
// lanes.
func (l *lane) stuckAt(path, became string) {
	if l.isAlone {
		l.giveUp(path, became)
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.unsure[path] = became
}

// noteDenied remembers a record that no key was taken for.
func (l *lane) noteDenied(path string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.denied[path] = true
}

// giveUp leaves a record for the end of the run, which tries again. While it is not known
// whether any can be deleted, no lane makes more beside others.
func (l *lane) giveUp(path, became string) {
	if _, known := l.stuck[path]; !known {
		l.suite.mu.Lock()
		l.undeletable++
		l.suite.mu.Unlock()
		l.gate.close()
	}
	l.stuck[path] = became
}

// maxTold is how many records that are left are told of by their path.
const maxTold = 20

// undeleted tells of each record that is left what came of deleting it.
func (s *suite) undeleted() []string {
	var told []string
	for _, l := range s.lanes {
		for _, r := range l.ledger.undeleted() {
			became := l.stuck[r.Path]
			switch {
			case r.Under != "":
				became = "goes with " + r.Under
			case became == "" && s.sparing():
				became = "was not deleted"
			case became == "":
				became = "was deleted, and is still there"
			}
			told = append(told, r.Path+" "+became)
		}
	}
	if more := len(told) - maxTold; more > 0 {
		told = append(told[:maxTold], fmt.Sprintf("and %d more", more))
	}
	return told
}

// halted says why the run writes nothing more, "" while it may.
func (s *suite) halted() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.damage == "" && s.undeletable >= maxStuck {
		return "records of the run are not deleted"
	}
	return s.damage
}

// removeOne deletes a record with the key that created it. A key that got in
// where it should not may be kept from deleting, so the one that may do all tries
// as well. What came of it is for a sentence about the record; "" when it is gone, or was
// not asked to go.
func (l *lane) removeOne(ctx context.Context, r entry) (gone bool, became string) {
	keys := []who{writer}
	if r.As != nobody && r.As != writer {
		keys = []who{r.As, writer}
	}
	for _, key := range keys {
		a, err := l.exchange(ctx, l.withAsked(request{method: http.MethodDelete, path: r.Path, as: key}))
		if !l.isAlone && (errors.Is(err, errBudget) || errors.Is(err, context.Canceled)) {
			return false, "" // the run ends, and the end of it tries again
		}
		if err != nil {
			became = "could not be deleted: " + l.client.redactSentence(err.Error(), nil)
			continue
		}
		l.deletion = a
		if a.ok() {
			return true, ""
		}
		became = fmt.Sprintf("could not be deleted: status %d", a.status)
		if a.status == http.StatusUnauthorized || a.status == http.StatusForbidden {
			l.noteDenied(r.Path)
		}
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
		if harm := e.collateral(ctx); harm != nil {
			e.tellLate(ctx, harm)
		}
		e.noteHarmed(items)
		for _, item := range items {
			path := e.itemPath(idOf(item, c))
			switch {
			case e.ledger.owns(path):
				err = e.ledger.reopen(path)
			case s.existing[c][idOf(item, c)] == nil && s.samples.mark([]byte(show(item))):
				err = e.ledger.add(entry{Path: path, Target: s.client.base.String(), As: writer})
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
func (l *lane) removeSurvivors(ctx context.Context) {
	for _, r := range l.ledger.undeleted() {
		if l.sparing() {
			return
		}
		if _, became := l.removeOne(ctx, r); became != "" {
			l.stuckAt(r.Path, became)
		}
		a, err := l.exchange(ctx, l.withAsked(request{method: http.MethodGet, path: r.Path, as: cmp.Or(r.As, writer)}))
		if err == nil && a.status == http.StatusNotFound {
			_ = l.ledger.remove(r.Path) // at worst it is deleted once more
		}
	}
}

// finish completes the report.
func (s *suite) finish(took time.Duration) {
	r := s.report
	r.Duration = took.Seconds()
	r.Requests = s.client.count()
	var madeUp []string
	var settled time.Duration
	for _, l := range s.lanes {
		r.Created, r.Deleted, r.Left = r.Created+l.ledger.made(), r.Deleted+l.ledger.gone(), r.Left+l.ledger.there()
		madeUp, settled = append(madeUp, l.madeUp...), max(settled, l.settled)
	}
	r.AtOnce = s.ledgers.most
	if r.Left > 0 && s.sparing() {
		s.note("no DELETE was sent any more, as one may have done the harm: the records of the run are left; `%s` deletes them all the same", r.Cleanup)
	}
	for _, left := range s.undeleted() {
		s.note("left: %s", left)
	}
	for _, habit := range s.toldHabits() {
		s.note("%s", habit)
	}
	for _, without := range r.PassedWithout() {
		s.note("%s", without)
	}
	for i, name := range madeUp {
		if slices.Contains(madeUp[:i], name) {
			continue
		}
		s.note("%s has a value that was made up: give --param %s=…", name, name)
	}
	if s.unknown > 0 {
		s.note("%s got no answer; of what they may have made only what is listed was deleted: look for values with %s in them", report.Counted(s.unknown, "create"), s.samples.prefix)
	}
	if settled > 0 {
		s.note("the target takes up to %s to show what was written", settled.Round(time.Millisecond))
	}
	if s.readOnly != "" {
		s.note("nothing was written: %s", s.readOnly)
	}
	r.Judge(s.options.should)
	if hint := s.astray(); hint != "" && r.Verdict == report.Fails {
		r.Notes = slices.Insert(r.Notes, 0, hint) // it explains all the rest
	}
}
