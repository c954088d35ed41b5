package conformance

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
)

// suspicion is harm to what was there before the run, as an attempt saw it. What is seen
// beside other lanes is looked at once more, alone.
type suspicion struct {
	env    *env
	what   string
	isTrue bool
	last   *answer  // to the last request of the attempt that may have changed something
	beside []string // requests of other lanes that may have done it
}

// told says what came to harm, and after which request.
func (s *suspicion) told() string {
	told := s.what
	if s.last != nil {
		told += fmt.Sprintf(", after %s %s", s.last.sent.method, s.last.sent.path)
	}
	switch {
	case len(s.beside) == 0:
		return told
	case s.last != nil:
		told += " or, sent by another check at the time,"
	default:
		told += ", after"
	}
	return told + " " + strings.Join(s.beside, " or ")
}

func (s *suspicion) failure() error { return failf(s.last, "%s", s.told()) }

// collateral looks whether what was there before the run is as it was. From the
// first harm on, the run writes nothing more.
func (e *env) collateral(ctx context.Context) error {
	if e.harmed() || e.isSuspicious() || len(e.existing[e.collection]) == 0 {
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
	id, what := e.harmIn(items)
	if what == "" {
		e.lookedAt[e.collection] = e.began
		return nil
	}
	return e.accuse(&suspicion{env: e, what: what, last: last, beside: e.othersThatMay(id, what)})
}

// harmIn finds a record that was there before the run and is not as it was; what is ""
// when there is none.
func (e *env) harmIn(items []map[string]any) (id, what string) {
	for _, id := range slices.Sorted(maps.Keys(e.existing[e.collection])) {
		before, now := e.existing[e.collection][id], e.find(items, id)
		if now == nil {
			return id, "a record that the run did not create is gone: " + id
		}
		for _, f := range e.writable() {
			if !equal(before[f.Name], now[f.Name]) {
				return id, fmt.Sprintf("a record that the run did not create has changed: %s, member %s", id, f.Name)
			}
		}
	}
	return "", ""
}

// othersThatMay lists requests of other lanes that may have done harm: those at the time,
// where they do such a thing, and those since the records were last seen unharmed that name
// a record by the same id.
func (e *env) othersThatMay(id, what string) []string {
	removes := strings.Contains(what, "is gone")
	var named, timely []string
	for _, w := range e.writes.since(e.lookedAt[e.collection], e.lane) {
		told := w.method + " " + w.path
		switch {
		case strings.HasSuffix(w.path, "/"+id):
			named = append(named, told)
		case w.at >= e.began && removes == (w.method == http.MethodDelete):
			timely = append(timely, told)
		}
	}
	if len(named) > 0 {
		timely = named
	}
	return timely[:min(len(timely), maxSuspects)]
}

// maxSuspects is how many requests of other lanes are named beside harm.
const maxSuspects = 3

// accuse stops all writing until the suspicion is cleared up.
func (e *env) accuse(harm *suspicion) error {
	e.suspected = harm
	if e.isAlone {
		e.convict(harm)
	} else {
		e.suite.mu.Lock()
		defer e.suite.mu.Unlock()
		e.suite.suspicion = harm
	}
	return harm.failure()
}

// convict stops the writing for good, and says which request did the harm.
func (s *suite) convict(harm *suspicion) {
	s.mu.Lock()
	defer s.mu.Unlock()
	harm.isTrue, s.suspicion, s.damage = true, nil, harm.told()
}

// clearUp looks alone, once more, at what seemed to have come to harm.
func (s *suite) clearUp(ctx context.Context) {
	s.mu.Lock()
	harm := s.suspicion
	s.mu.Unlock()
	if harm == nil {
		return
	}
	items, _, err := harm.env.everything(ctx)
	if _, what := harm.env.harmIn(items); err == nil && what != "" {
		s.convict(harm)
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.suspicion = nil
}

// harmed reports whether something that was there before the run has come to harm.
func (s *suite) harmed() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.damage != ""
}

// isSuspicious reports whether it seems so.
func (s *suite) isSuspicious() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.suspicion != nil
}

// changedOrDeleted reports whether the check sent a request that could harm a
// record which was there before. What creating and cleaning up could do is looked
// at once, at the end of the run.
func (e *env) changedOrDeleted() bool {
	return slices.ContainsFunc(e.answers, func(a *answer) bool {
		return a.sent.method == http.MethodPatch || a.sent.method == http.MethodPut || a.sent.method == http.MethodDelete
	})
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
