package contract

import (
	"fmt"
	"strings"
)

// Fault is one thing that is wrong with a document or a data file, with the
// place where it stands and what to do about it.
type Fault struct {
	File    string `json:"file"`
	Line    int    `json:"line,omitempty"`    // 1-based; 0 when the fault has no line
	Pointer string `json:"pointer,omitempty"` // JSON pointer into the file; "" is the whole file
	Message string `json:"message"`
	Hint    string `json:"hint,omitempty"` // what to do; may be empty
}

// Error gives the fault in one line: file:line: pointer: message; hint.
func (f Fault) Error() string {
	var b strings.Builder
	b.WriteString(f.File)
	if f.Line > 0 {
		fmt.Fprintf(&b, ":%d", f.Line)
	}
	if f.Pointer != "" {
		b.WriteString(": " + f.Pointer)
	}
	b.WriteString(": " + f.Message)
	if f.Hint != "" {
		b.WriteString("; " + f.Hint)
	}
	return b.String()
}

// Faults is every fault found at once. It is never empty when returned as an
// error.
type Faults []Fault

// Error gives one fault a line.
func (fs Faults) Error() string {
	lines := make([]string, len(fs))
	for i, f := range fs {
		lines[i] = f.Error()
	}
	return strings.Join(lines, "\n")
}

// Err returns the faults as an error, or nil when there are none.
func (fs Faults) Err() error {
	if len(fs) == 0 {
		return nil
	}
	return fs
}
