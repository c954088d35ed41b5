package conformance

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"understudy/conformance/report"
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
	found := e.harmIn(items)
	if len(found) == 0 {
		return nil
	}
	harm := &suspicion{env: e, what: sentence(found), last: last}
	var ours bool
	if harm.beside, ours = e.whoMay(found[0]); len(harm.beside) > 0 && !ours {
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
	switch {
	case len(e.harmIn(items)) == 0:
		known = span{from: before}
	case !known.isHarmed:
		known.isHarmed, known.to = true, e.writes.count()
	}
	e.harm[e.collection] = known
}

// whoMay lists the requests of other lanes that may have done harm, the last first, and
// says whether one of this lane may. Those that name a record by the same id are likelier
// than others of a kind that does such a thing.
func (e *env) whoMay(harm harmed) (others []string, ours bool) {
	var named []string
	isOurs := false
	for _, w := range e.writes.between(e.harm[e.collection]) {
		told := w.method + " " + w.path
		switch mayDo := harm.isGone() == (w.method == http.MethodDelete); {
		case w.lane == e.lane:
			ours, isOurs = ours || mayDo, true
		case strings.HasSuffix(w.path, "/"+harm.id):
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

// harmed is a record that was there before the run, and is not as it was.
type harmed struct {
	id     string
	member string // that has changed; "" when the record is gone
}

func (h harmed) isGone() bool { return h.member == "" }

func (h harmed) short() string {
	if h.isGone() {
		return h.id + " is gone"
	}
	return h.id + " has another " + h.member
}

// sentence tells of the first that came to harm, and how many more did.
func sentence(found []harmed) string {
	told := "a record that the run did not create is gone: " + found[0].id
	if !found[0].isGone() {
		told = fmt.Sprintf("a record that the run did not create has changed: %s, member %s", found[0].id, found[0].member)
	}
	if more := len(found) - 1; more > 0 {
		told += fmt.Sprintf(", and %s came to harm", report.Counted(more, "other"))
	}
	return told
}

// harmIn finds the records that were there before the run and are not as they were.
func (e *env) harmIn(items []map[string]any) (found []harmed) {
	for _, id := range slices.Sorted(maps.Keys(e.existing[e.collection])) {
		before, now := e.existing[e.collection][id], e.find(items, id)
		if now == nil {
			found = append(found, harmed{id: id})
			continue
		}
		for _, f := range e.writable() {
			if !equal(before[f.Name], now[f.Name]) {
				found = append(found, harmed{id, f.Name})
				break
			}
		}
	}
	return found
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

// convict stops the writing for good, and says which request did the harm. What may be the
// doing of a DELETE stops the cleaning up as well.
func (s *suite) convict(harm *suspicion) {
	s.mu.Lock()
	defer s.mu.Unlock()
	harm.isTrue, s.suspicion, s.damage, s.spares = true, nil, harm.told(), harm.mayBeADelete()
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
	if err == nil && len(harm.env.harmIn(items)) > 0 {
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

// maySend refuses a request that may change something once something came to harm.
func (s *suite) maySend(method string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case isSafe(method):
	case s.damage != "":
		return &blockedError{"", "nothing more is written: " + s.damage}
	case s.suspicion != nil:
		return &blockedError{"", "nothing more is written until it is clear what came to harm"}
	}
	return nil
}

// sent reports whether the check sent a request of one of some methods. After those that
// change and delete it is looked whether they harmed what was there before; what creating
// could do is looked at before the first DELETE, and at the end of the run.
func (e *env) sent(methods ...string) bool {
	return slices.ContainsFunc(e.answers, func(a *answer) bool { return slices.Contains(methods, a.sent.method) })
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
