package conformance

import (
	"context"
	"errors"
	"sync"

	"understudy/conformance/report"
)

// course is how a run goes through its plan: in its order in each lane, with several lanes
// at once. Results come in the order of the plan, whatever ran when.
type course struct {
	*suite
	end context.CancelCauseFunc // of all checks

	mu      sync.Mutex
	freed   *sync.Cond
	waiting map[*lane][]int // what is to run, by its place in the plan
	busy    map[*lane]bool
	results []report.Result
	done    []bool
	told    int   // how many results were told of
	ended   error // what ended the run early
}

// runChecks runs the plan: what is about collections by lanes, and then one after the
// other what is about the rest, or about the whole. The error is what ended it early.
func (s *suite) runChecks(ctx context.Context) error {
	ctx, end := context.WithCancelCause(ctx)
	defer end(nil)
	c := &course{suite: s, end: end, results: make([]report.Result, len(s.planned)), done: make([]bool, len(s.planned))}
	c.freed = sync.NewCond(&c.mu)
	c.run(ctx, s.options.parallel, func(p planned) bool { return !p.isLate() })
	c.run(ctx, 1, planned.isLate)
	c.abandon()
	s.report.Results = c.results
	return c.ended
}

// isLate reports whether a check is about what other lanes do as well.
func (p planned) isLate() bool { return p.collection == nil || p.check.last }

// run runs a part of the plan, so many checks at once.
func (c *course) run(ctx context.Context, workers int, chosen func(planned) bool) {
	c.waiting, c.busy = map[*lane][]int{}, map[*lane]bool{}
	for i, p := range c.planned {
		if chosen(p) {
			l := c.laneOf[p.collection]
			c.waiting[l] = append(c.waiting[l], i)
		}
	}
	var group sync.WaitGroup
	for range min(workers, len(c.waiting)) {
		group.Go(func() {
			for l, i := c.next(); l != nil; l, i = c.next() {
				result, err := l.runCheck(ctx, c.planned[i])
				c.finished(l, i, result, err)
			}
		})
	}
	group.Wait()
}

// next waits for the first check of the plan whose lane is free, and takes it; nil when
// there is none any more.
func (c *course) next() (taken *lane, i int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for c.ended == nil && len(c.waiting) > 0 {
		for l, rest := range c.waiting {
			if !c.busy[l] && (taken == nil || rest[0] < i) {
				taken, i = l, rest[0]
			}
		}
		if taken == nil {
			c.freed.Wait()
			continue
		}
		c.busy[taken] = true
		if c.waiting[taken] = c.waiting[taken][1:]; len(c.waiting[taken]) == 0 {
			delete(c.waiting, taken)
		}
		return taken, i
	}
	return nil, 0
}

// finished keeps a result, and tells of all that no earlier one is missing for.
func (c *course) finished(l *lane, i int, result report.Result, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	key := result.ID + " " + result.Subject
	l.results[key], l.causes[key], l.shadows[key] = result.Status, result.BlockedBy, l.shadowOn(c.planned[i])
	c.results[i], c.done[i], c.busy[l] = result, true, false
	for ; c.told < len(c.done) && c.done[c.told]; c.told++ {
		c.options.progress(c.results[c.told])
	}
	if err != nil && c.ended == nil {
		c.ended = err
		c.end(err)
	}
	c.freed.Broadcast()
}

// abandon reports the checks that a run which ended early did not come to, so
// that its verdict does not pass for that of a whole one.
func (c *course) abandon() {
	for i, p := range c.planned {
		switch {
		case c.done[i] && i >= c.told:
			c.options.progress(c.results[i])
		case !c.done[i]:
			if c.results[i] = c.resultOf(p); c.results[i].Status == "" {
				c.results[i].Status, c.results[i].Reason = report.NotRun, c.whyEnded(c.ended)
			}
		}
	}
}

// whyEnded says why the run ended early.
func (s *suite) whyEnded(ended error) string {
	if errors.Is(ended, context.Canceled) {
		return "the run was interrupted"
	}
	return "the run ended early: " + s.client.redactSentence(ended.Error(), nil)
}
