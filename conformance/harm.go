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

// maxSuspects is how many requests of other lanes are named beside harm.
const maxSuspects = 5

// told says what came to harm, and after which request.
func (s *suspicion) told() string {
	told := s.what
	others := strings.Join(s.beside[:min(len(s.beside), maxSuspects)], " or ")
	if more := len(s.beside) - maxSuspects; more > 0 {
		others += fmt.Sprintf(" or one of %d more", more)
	}
	switch {
	case s.last != nil && others != "":
		return fmt.Sprintf("%s, after %s %s or, sent by another check at the time, %s", told, s.last.sent.method, s.last.sent.path, others)
	case s.last != nil:
		return fmt.Sprintf("%s, after %s %s", told, s.last.sent.method, s.last.sent.path)
	case others != "":
		return told + ", after another check sent " + others
	}
	return told
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
	id, what, isGone := e.harmIn(items)
	if what == "" {
		return nil
	}
	harm := &suspicion{env: e, what: what, last: last}
	var ours bool
	if harm.beside, ours = e.whoMay(id, isGone); len(harm.beside) > 0 && !ours {
		harm.last = nil
	}
	return e.accuse(harm)
}

// span is a part of all writes of the run: from those that were under way when what was
// there before was last seen unharmed, to those before it was seen harmed.
type span struct {
	from, to int
	isHarmed bool
}

// noteHarm remembers from a list, and from how many writes there were before it was read,
// when what was there before came to harm.
func (e *env) noteHarm(items []map[string]any, before int) {
	known := e.harm[e.collection]
	switch _, what, _ := e.harmIn(items); {
	case what == "":
		known = span{from: before}
	case !known.isHarmed:
		known.isHarmed, known.to = true, e.writes.count()
	}
	e.harm[e.collection] = known
}

// whoMay lists the requests of other lanes that may have done harm, the last first, and
// says whether one of this lane may. Those that name a record by the same id are likelier
// than others of a kind that does such a thing.
func (e *env) whoMay(id string, isGone bool) (others []string, ours bool) {
	var named []string
	isOurs := false
	for _, w := range e.writes.between(e.harm[e.collection]) {
		told := w.method + " " + w.path
		switch mayDo := isGone == (w.method == http.MethodDelete); {
		case w.lane == e.lane:
			ours, isOurs = ours || mayDo, true
		case strings.HasSuffix(w.path, "/"+id):
			named = append(named, told)
		case mayDo:
			others = append(others, told)
		}
	}
	if len(named) > 0 {
		return named, false
	}
	return others, ours || isOurs && len(others) == 0
}

// harmIn finds a record that was there before the run and is not as it was; what is ""
// when there is none.
func (e *env) harmIn(items []map[string]any) (id, what string, isGone bool) {
	for _, id := range slices.Sorted(maps.Keys(e.existing[e.collection])) {
		before, now := e.existing[e.collection][id], e.find(items, id)
		if now == nil {
			return id, "a record that the run did not create is gone: " + id, true
		}
		for _, f := range e.writable() {
			if !equal(before[f.Name], now[f.Name]) {
				return id, fmt.Sprintf("a record that the run did not create has changed: %s, member %s", id, f.Name), false
			}
		}
	}
	return "", "", false
}

// accuse tells of harm, which is true at once where nothing else runs.
func (e *env) accuse(harm *suspicion) error {
	e.suspected = harm
	if e.isAlone {
		e.convict(harm)
	} else {
		e.raise(harm)
	}
	return harm.failure()
}

// raise lets nothing be written until a suspicion is cleared up.
func (s *suite) raise(harm *suspicion) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.suspicion == nil {
		s.suspicion = harm
	}
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
	if _, what, _ := harm.env.harmIn(items); err == nil && what != "" {
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
