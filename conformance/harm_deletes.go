package conformance

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"understudy/conformance/report"
	"understudy/internal/resource"
)

// mayBeADelete reports whether a DELETE may have done harm: one was sent since what was
// there before was last seen unharmed, or nobody knows what was sent.
func (s *suspicion) mayBeADelete() bool {
	return !s.env.writes.lacks(http.MethodDelete, s.env.harm[s.env.collection])
}

// sparing reports whether the records of the run are left where they are, since a DELETE
// may have harmed what was there before, and another could harm more.
func (s *suite) sparing() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.spares
}

// roleOf is a role in a collection.
type roleOf struct {
	collection *resource.Collection
	role       resource.Role
}

// lookBefore looks whether what was there before is as it was, before the first check
// that may delete a record, and in the group that changes first before the first that may
// change one in some way: what is harmed already was not harmed by that.
func (e *env) lookBefore(ctx context.Context) error {
	isFirst := !e.watched[e.collection] && slices.Contains(e.check.Needs.Roles, resource.Remove)
	for _, role := range []resource.Role{resource.Update, resource.Replace} {
		what := roleOf{e.collection, role}
		if e.check.Group() == "crud" && slices.Contains(e.check.Needs.Roles, role) && !e.looked[what] {
			e.looked[what], isFirst = true, true
		}
	}
	if !isFirst {
		return nil
	}
	return e.look(ctx)
}

// around is collateral of the collection and of those above it, whose records a DELETE
// below may take along.
func (e *env) around(ctx context.Context) error {
	if harm := e.collateral(ctx); harm != nil {
		return harm
	}
	for _, c := range e.model.Collections {
		if !isAbove(c, e.collection) {
			continue
		}
		above := e.newEnv(c, e.check)
		above.answers = slices.Clone(e.answers)
		if harm := above.collateral(ctx); harm != nil {
			return harm
		}
	}
	return nil
}

// look is around, and no part of what the check saw unless there is harm.
func (e *env) look(ctx context.Context) error {
	before := len(e.answers)
	if harm := e.around(ctx); harm != nil {
		return harm
	}
	e.answers = e.answers[:before]
	e.lastListed = nil
	return nil
}

// discard deletes a record that has served its turn.
func (e *env) discard(ctx context.Context, r *record) error {
	isFirst := !e.watched[e.collection]
	if isFirst {
		if harm := e.look(ctx); harm != nil {
			return harm
		}
	}
	if _, err := e.remove(ctx, r.path); err != nil || !isFirst {
		return err // what the target refuses to delete is tried again at the end
	}
	e.watched[e.collection] = true
	return e.look(ctx)
}

// removeWarily deletes records of the run. Before the first DELETE of a collection and
// after it, it looks whether what was there before is as it was: the error says that it is
// not.
func (e *env) removeWarily(ctx context.Context, records []entry) error {
	for ; len(records) > 0 && !e.watched[e.collection]; records = records[:len(records)-1] {
		if harm := e.around(ctx); harm != nil {
			return harm
		}
		before := e.deletion
		e.removeAll(ctx, records[len(records)-1:])
		if e.deletion == before {
			continue
		}
		e.watched[e.collection] = true
		e.answers, e.lastListed = append(e.answers, e.deletion), nil
		if harm := e.around(ctx); harm != nil {
			return harm
		}
	}
	e.removeAll(ctx, records)
	return nil
}

// removeTheRest deletes at the end of the run what a lane has not deleted, one collection
// after the other, as long as that harms nothing.
func (l *lane) removeTheRest(ctx context.Context) {
	for _, c := range slices.Backward(l.model.Collections) { // what stands under others goes first
		if l.laneOf[c] != l {
			continue
		}
		e := l.newEnv(c, &Check{})
		records := slices.DeleteFunc(l.ledger.undeleted(), func(r entry) bool { return l.collectionOf(r) != c })
		if harm := e.removeWarily(ctx, records); harm != nil {
			e.tellLate(ctx, harm)
		}
	}
	l.removeAll(ctx, l.ledger.undeleted())
}

// collectionOf is the collection that a record of the run is of; nil where that is not
// clear.
func (s *suite) collectionOf(r entry) *resource.Collection {
	binding, _ := s.model.Bind(s.contract.Match(http.MethodDelete, r.Path).Operation)
	return binding.Collection
}

// untouched is the check that looks back at what was there before the run.
const untouched = "crud/others-untouched"

// tellLate makes the check about what was there before fail, when it came to harm after
// all checks were over.
func (e *env) tellLate(ctx context.Context, harm error) {
	subject := e.subjectOf(e.collection)
	for _, check := range lastChecks() {
		late := e.resultOf(planned{check: check, collection: e.collection, subject: subject})
		_ = e.judge(ctx, &late, e, harm) // it ends nothing
		at := slices.IndexFunc(e.report.Results, func(r report.Result) bool { return r.ID == check.ID && r.Subject == subject })
		if at < 0 {
			e.report.Results = append(e.report.Results, late)
			continue
		}
		e.report.Results[at] = late
	}
}

// noteHarmed names what of a collection came to harm, all of it, as a list of the end of
// the run shows it.
func (e *env) noteHarmed(items []map[string]any) {
	found := e.harmIn(items)
	var each []string
	for _, harm := range found[:min(len(found), maxTold)] {
		each = append(each, harm.short())
	}
	if len(found) > 0 {
		of := ""
		if subject := e.subjectOf(e.collection); subject != "" {
			of = " of " + subject
		}
		e.note("%s%s that the run did not create came to harm: %s", report.Counted(len(found), "record"), of, listed(each, len(found)))
	}
}

// listed joins what is told of a number of things.
func listed(told []string, among int) string {
	if more := among - len(told); more > 0 {
		told = append(told, "and "+report.Counted(more, "other"))
	}
	return strings.Join(told, ", ")
}
