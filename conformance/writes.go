package conformance

import (
	"strings"
	"sync"
)

// writeLog remembers the last requests that may have changed the target, of all lanes.
type writeLog struct {
	mu      sync.Mutex
	last    []*written
	counted int
}

// written is one of them.
type written struct {
	at     int // its place among all
	lane   *lane
	method string
	path   string
	isOpen bool // it is not answered yet
}

// maxWritten is how many are remembered.
const maxWritten = 512

// begin notes a request that is about to be sent. Done is called when it is answered.
func (w *writeLog) begin(l *lane, r request) (done func()) {
	if isSafe(r.method) {
		return func() {}
	}
	path, _, _ := strings.Cut(r.path, "?")
	w.mu.Lock()
	defer w.mu.Unlock()
	sent := &written{at: w.counted, lane: l, method: r.method, path: path, isOpen: true}
	w.counted++
	w.last = append(w.last[max(0, len(w.last)+1-maxWritten):], sent)
	return func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		sent.isOpen = false
	}
}

// mark is the place of the first request that may still change something.
func (w *writeLog) mark() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, sent := range w.last {
		if sent.isOpen {
			return sent.at
		}
	}
	return w.counted
}

// count is how many there were.
func (w *writeLog) count() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.counted
}

// lacks reports whether it is known what was sent in a span, and none of it was of a
// method.
func (w *writeLog) lacks(method string, s span) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	isKnown := false
	for _, sent := range w.last {
		switch {
		case sent.at < s.from || sent.at >= s.to:
		case sent.method == method:
			return false
		default:
			isKnown = true
		}
	}
	return isKnown && w.last[0].at <= s.from
}

// between lists those of a span that are remembered, the last first.
func (w *writeLog) between(s span) []written {
	w.mu.Lock()
	defer w.mu.Unlock()
	var found []written
	for i := len(w.last) - 1; i >= 0 && w.last[i].at >= s.from; i-- {
		if w.last[i].at < s.to {
			found = append(found, *w.last[i])
		}
	}
	return found
}
