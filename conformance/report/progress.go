package report

import (
	"fmt"
	"io"
	"strings"
	"sync"
)

// progressWidth is the width of the progress line: a line that wraps cannot be
// rewritten, and no terminal in use is narrower than this.
const progressWidth = 72

// Progress shows how far a run is: one line, rewritten for each result. It may
// be used by several goroutines at once.
type Progress struct {
	mu           sync.Mutex
	w            io.Writer
	done, failed int
}

// NewProgress makes a progress line on w. When that is no terminal nothing is
// ever written: a rewritten line would litter a file or a pipe.
func NewProgress(w io.Writer, terminal bool) *Progress {
	if !terminal {
		w = io.Discard
	}
	return &Progress{w: w}
}

// Finished counts a result and shows it.
func (p *Progress) Finished(result Result) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.done++
	if result.Status == Fail {
		p.failed++
	}
	title := strings.Join(strings.Fields(Printable(result.Title())), " ")
	line := fmt.Sprintf("%s, %d failed  %s", Counted(p.done, "check"), p.failed, title)
	if runes := []rune(line); len(runes) > progressWidth {
		line = string(runes[:progressWidth-1]) + "…"
	}
	fmt.Fprint(p.w, clearLine+line)
}

// Clear removes the line, before something else is written.
func (p *Progress) Clear() {
	p.mu.Lock()
	defer p.mu.Unlock()
	fmt.Fprint(p.w, clearLine)
}

// clearLine returns to the beginning of the line and erases it.
const clearLine = "\r\x1b[2K"
