package conformance

import (
	"context"
	"net/http"
	"time"
)

// exchange sends a request for a check of the lane. Of what came it notes what may be the
// doing of other lanes.
func (l *lane) exchange(ctx context.Context, r request) (*answer, error) {
	if err := pause(ctx, l.unsettled(r)); err != nil {
		return nil, err
	}
	done := l.writes.begin(l, r)
	a, err := l.client.do(ctx, r)
	done()
	if a != nil {
		l.noteExchange(r, a, err)
	}
	return a, err
}

// noteExchange counts a request, and remembers when the target may have been changed.
func (l *lane) noteExchange(r request, a *answer, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.sent++
	if !isSafe(r.method) {
		l.wrote = time.Now()
	}
	if asksForPatience(a) {
		l.pressed = true
	}
	if err != nil || asksForPatience(a) || a.status >= http.StatusInternalServerError {
		l.disturbed = true
	}
}

// asksForPatience reports whether a target says that it is asked too much.
func asksForPatience(a *answer) bool {
	return a.waited || a.status == http.StatusTooManyRequests || a.status == http.StatusServiceUnavailable
}

// unsettled is how long a read waits for the target to show what was written.
func (l *lane) unsettled(r request) time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.options.settle == 0 || l.polls || l.wrote.IsZero() || !isSafe(r.method) {
		return 0
	}
	return l.options.settle - time.Since(l.wrote)
}

// poll says whether reads are repeated until they show what is looked for.
func (l *lane) poll(is bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.polls = is
}

// count is how many requests the lane has sent.
func (l *lane) count() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.sent
}
