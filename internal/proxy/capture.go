package proxy

import (
	"io"
	"sync"
	"sync/atomic"
)

// budget bounds the memory of all copies together, in bytes.
type budget struct {
	all  int64
	held atomic.Int64
	most atomic.Int64 // that was ever held
}

// take reserves memory, unless there is not as much left.
func (b *budget) take(bytes int64) bool {
	held := b.held.Add(bytes)
	if held > b.all {
		b.held.Add(-bytes)
		return false
	}
	for most := b.most.Load(); held > most && !b.most.CompareAndSwap(most, held); most = b.most.Load() {
	}
	return true
}

func (b *budget) give(bytes int64) { b.held.Add(-bytes) }

// capture is a bounded copy of a body that passes.
type capture struct {
	limit  int
	budget *budget

	mu     sync.Mutex
	data   []byte
	held   int64 // of the budget
	size   int64
	ended  bool
	failed bool   // whoever sends it broke off
	why    string // the copy is not whole
	sealed bool
}

// Why a copy is not whole.
const (
	overLimit  = "it is longer than what is kept of a body (--body-limit)"
	overBudget = "too many bodies were under way to keep it"
	unended    = "it broke off"
)

// add copies what passed, while there is room.
func (c *capture) add(passed []byte) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.size += int64(len(passed))
	if c.sealed || c.why != "" || len(passed) == 0 {
		return
	}
	if len(c.data)+len(passed) > c.limit {
		c.why = overLimit
		passed = passed[:c.limit-len(c.data)]
	}
	if need := len(c.data) + len(passed); need > cap(c.data) {
		grown := min(max(need, 2*cap(c.data), 4096), max(c.limit, need))
		if !c.budget.take(int64(grown) - c.held) {
			c.why = overBudget
			return
		}
		c.held = int64(grown)
		c.data = append(make([]byte, 0, grown), c.data...)
	}
	c.data = append(c.data, passed...)
}

// end notes that the whole body has passed.
func (c *capture) end() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ended = true
}

// fail notes that who sends the body broke off.
func (c *capture) fail() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.failed = true
}

// broke reports whether who sends the body broke off.
func (c *capture) broke() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.failed
}

// seal ends the copying, and returns what was copied. A body may go on to pass.
func (c *capture) seal() Body {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.sealed = true
	b := Body{Data: c.data, Size: c.size, Missing: c.why}
	if b.Missing == "" && !c.ended {
		b.Missing = unended
	}
	return b
}

// release gives the memory back. What seal returned must not be used any more.
func (c *capture) release() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.budget.give(c.held)
	c.data, c.held = nil, 0
}

// tee is a body that is copied while it is read.
type tee struct {
	io.ReadCloser
	copy *capture
}

func (t *tee) Read(p []byte) (int, error) {
	n, err := t.ReadCloser.Read(p)
	t.copy.add(p[:n])
	switch err {
	case nil:
	case io.EOF:
		t.copy.end()
	default:
		t.copy.fail()
	}
	return n, err
}
