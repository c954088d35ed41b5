package conformance

import "sync"

// gate lets attempts at checks pass beside one another, or one alone.
type gate struct {
	turn sync.RWMutex

	mu      sync.Mutex
	running int  // attempts that are under way beside others
	begun   int  // attempts that ever were
	narrow  bool // from now on they pass one at a time
}

// pass lets an attempt in beside others. Leave tells whether it met any.
func (g *gate) pass() (leave func() (met bool)) {
	g.turn.RLock()
	if leave := g.enter(); leave != nil {
		return leave
	}
	g.turn.RUnlock()
	out := g.passAlone()
	return func() bool { out(); return false }
}

// enter counts an attempt that is in; nil when it may not be there beside others.
func (g *gate) enter() (leave func() (met bool)) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.narrow {
		return nil
	}
	g.running++
	g.begun++
	met, begun := g.running > 1, g.begun
	return func() bool {
		defer g.turn.RUnlock()
		g.mu.Lock()
		defer g.mu.Unlock()
		g.running--
		return met || g.begun != begun
	}
}

// passAlone lets an attempt in when all others are out.
func (g *gate) passAlone() (leave func()) {
	g.turn.Lock()
	return g.turn.Unlock
}

// close lets attempts pass one at a time from now on. It reports whether they did not
// before.
func (g *gate) close() (wasOpen bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	wasOpen = !g.narrow
	g.narrow = true
	return wasOpen
}
