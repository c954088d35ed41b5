package conformance

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"slices"
	"time"

	"understudy/conformance/report"
	"understudy/internal/resource"
)

// runCheck runs one check, a second time from a clean start when it fails. The
// error is for what ends the whole run.
func (l *lane) runCheck(ctx context.Context, p planned) (result report.Result, err error) {
	began, sent := time.Now(), l.count()
	result = l.resultOf(p)
	if p.status != "" {
		return result, nil
	}
	if halted := l.mayWrite(p); halted != nil {
		err = l.judge(ctx, &result, l.newEnv(p.collection, &p.check), halted)
		return result, err
	}
	if cause := l.causeOf(p); cause != "" {
		result.Status, result.BlockedBy, result.Reason = report.Blocked, cause, "it would tell nothing, as "+cause+" fails"
		return result, nil
	}
	defer func() { result.Requests = l.count() - sent }()
	e, flaky, err := l.outcome(ctx, p)
	if cause := l.shadowOn(p); cause != "" && (isFailure(err) && !isEvident(err) || flaky != "") {
		if flaky == "" {
			flaky = err.Error()
		}
		err, flaky = &blockedError{cause, "it fails too, as " + cause + " does: " + flaky}, ""
	}
	if flaky != "" {
		result.Status, result.Reason = report.Flaky, "it failed, and passed when it was repeated: "+flaky
		return result, nil
	}
	result.Duration = time.Since(began).Seconds()
	err = l.judge(ctx, &result, e, err)
	return result, err
}

// causeOf is the check whose failure keeps another from telling anything: one that
// it requires, or that keeps one of these from running; "" when there is none.
func (l *lane) causeOf(p planned) string {
	for _, required := range p.check.Requires {
		if l.results[required+" "+p.subject] == report.Fail {
			return required
		}
		if cause := l.causes[required+" "+p.subject]; l.results[cause+" "+p.subject] == report.Fail {
			return cause
		}
	}
	return ""
}

// shadowOn is the check whose failure explains that another fails too: one that it requires
// or follows, or one that these do; "" when there is none.
func (l *lane) shadowOn(p planned) string {
	for _, id := range slices.Concat(p.check.Requires, p.check.Follows) {
		key := id + " " + p.subject
		if l.results[key] == report.Fail {
			return id
		}
		if cause := cmp.Or(l.causes[key], l.shadows[key]); l.results[cause+" "+p.subject] == report.Fail {
			return cause
		}
	}
	return ""
}

// outcome attempts a check until what comes of it counts. Flaky is how it failed when it
// did not fail again.
func (l *lane) outcome(ctx context.Context, p planned) (e *env, flaky string, err error) {
	if e, err = l.attemptBeside(ctx, p); err == errDisturbed { //nolint:errorlint // it is not wrapped
		e, err = l.attemptAgain(ctx, p, e)
	}
	var failed *failure
	if !errors.As(err, &failed) || failed.warn || l.harmed() {
		return e, "", err
	}
	again, second := l.attemptAlone(ctx, p)
	switch {
	case second == nil && len(e.borrowed) > 0:
		return again, "", nil // somebody had changed the sample, which other checks tell
	case second == nil:
		return e, failed.reason, nil
	case isFailure(second):
		return again, "", second
	}
	return e, "", err
}

// errDisturbed says that what came of an attempt may be the doing of other lanes.
var errDisturbed = errors.New("disturbed by other checks")

// attemptBeside attempts a check while other lanes may be at work. When it met any, it
// counts only if it shows nothing wrong; else the lane forgets it.
func (l *lane) attemptBeside(ctx context.Context, p planned) (*env, error) {
	leave := l.gate.pass()
	before := l.knowledge()
	l.attempted = attempted{unsure: map[string]string{}}
	e, err := l.attempt(ctx, p)
	if met := leave(); met && l.isDisturbed(err) {
		if ctx.Err() != nil {
			return e, ctx.Err()
		}
		l.learned, l.surveys = before, map[*resource.Collection]*survey{}
		l.drop(p.collection)
		return e, errDisturbed
	}
	for path, became := range l.unsure {
		l.giveUp(path, became)
	}
	if l.suspected != nil {
		l.convict(l.suspected)
	}
	return e, err
}

// isDisturbed reports whether an attempt met what other lanes may have brought about.
func (l *lane) isDisturbed(err error) bool {
	switch {
	case l.disturbed || len(l.unsure) > 0:
		return true
	case err == nil || errors.Is(err, errBudget):
		return false
	}
	var blocked *blockedError
	return !isObstacle(err) || errors.As(err, &blocked)
}

// attemptAgain repeats alone what was disturbed. When nothing is wrong then, the target
// does not take checks side by side, and the run goes on one at a time.
func (l *lane) attemptAgain(ctx context.Context, p planned, first *env) (*env, error) {
	met := l.attempted
	e, err := l.attemptAlone(ctx, p)
	changed := len(first.borrowed) > 0 && !met.disturbed // somebody had changed the sample
	if ctx.Err() == nil && (met.pressed || !changed && !l.isDisturbed(err) && !l.harmed()) {
		l.goOnAlone(p, met)
	}
	return e, err
}

// attemptAlone attempts a check while nothing else runs. What an earlier attempt seemed to
// have harmed is looked at first.
func (l *lane) attemptAlone(ctx context.Context, p planned) (*env, error) {
	defer l.gate.passAlone()()
	suspicion := l.suspected
	l.attempted = attempted{isAlone: true}
	l.clearUp(ctx)
	if suspicion != nil && suspicion.isTrue {
		return suspicion.env, suspicion.failure()
	}
	return l.attempt(ctx, p)
}

// goOnAlone lets checks run one at a time from now on, and says so once.
func (l *lane) goOnAlone(p planned, met attempted) {
	switch {
	case !l.gate.close():
	case met.pressed:
		l.note("the target asked for patience during %s, so that the rest of the run went on one check at a time", p.title())
	default:
		l.note("the target does not take checks side by side, as %s showed: it passes only while nothing else runs, and so the rest of the run went on one check at a time", p.title())
	}
}

// mayWrite keeps a check that writes from running when nothing more may be written.
func (l *lane) mayWrite(p planned) error {
	if why := l.halted(); why != "" && p.check.Needs.Writes {
		return &blockedError{"", "nothing more is written: " + why}
	}
	return nil
}

// attempt runs a check once and looks whether it did harm.
func (l *lane) attempt(ctx context.Context, p planned) (*env, error) {
	e := l.newEnv(p.collection, &p.check)
	if err := l.mayWrite(p); err != nil {
		return e, err
	}
	if e.operation = p.operation; e.operation != nil {
		e.takeParams(e.operation.Path)
	}
	err := e.prepare(ctx)
	if err == nil {
		err = e.lookBefore(ctx)
	}
	if err == nil {
		err = e.unanswered(ctx, p.check.guarded(ctx, e))
	}
	if l.suspected != nil {
		return e, l.suspected.failure()
	}
	if err != nil && !isObstacle(err) {
		l.drop(p.collection)
	}
	if !p.check.Needs.Writes || ctx.Err() != nil {
		return e, err
	}
	if deleted := e.sent(http.MethodDelete); p.guard && e.sent(http.MethodPatch, http.MethodPut) || deleted && (p.guard || !e.watched[p.collection]) {
		look := e.collateral
		if deleted && !e.watched[p.collection] {
			look = e.around
		}
		if harm := look(ctx); harm != nil {
			return e, harm
		}
		e.watched[p.collection] = e.watched[p.collection] || deleted
	}
	if harm := e.removeWarily(ctx, l.spent()); harm != nil {
		return e, harm
	}
	return e, err
}
