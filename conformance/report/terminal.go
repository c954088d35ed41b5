package report

import (
	"bufio"
	"io"
)

// Terminal is where people read a report. Its writer keeps the first error until the
// flush.
type Terminal struct {
	*bufio.Writer
	colour bool
}

// NewTerminal returns a terminal that writes to w, in colour or not.
func NewTerminal(w io.Writer, colour bool) *Terminal { return &Terminal{bufio.NewWriter(w), colour} }

// The colours, as parameters of the terminal's "select graphic rendition".
const (
	Bold   = "1"
	Dim    = "2"
	Red    = "1;31"
	Green  = "32"
	Yellow = "33"
)

// Paint gives a text a colour, where there are any.
func (t *Terminal) Paint(colour, text string) string {
	if !t.colour {
		return text
	}
	return "\x1b[" + colour + "m" + text + "\x1b[0m"
}
