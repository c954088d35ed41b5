package report

import (
	"fmt"
	"io"
	"strings"
)

// WriteText writes a report for a person at a terminal: what failed first, with
// the requests that show it, and what passed only as a number. The last line is
// always of the form "created 14, deleted 14, left 0", or the verdict where the
// requests were others'. Colour is for a terminal that shows it; the words are the
// same without.
func WriteText(w io.Writer, r *Report, colour bool) error {
	r = r.printable()
	t := &text{NewTerminal(w, colour)}
	fmt.Fprintf(t, "%s at %s%s\n", r.Document, r.Target, r.seeded())
	t.findings(r, Fail)
	t.findings(r, Warn)
	for _, status := range []Status{Blocked, NotRun, Flaky, Known} {
		t.list(r, status)
	}
	t.notes(r.Notes)
	t.closing(r)
	return t.Flush()
}

// text writes the parts of a report.
type text struct{ *Terminal }

// findings writes the results of one status with all that is known of them.
func (t *text) findings(r *Report, status Status) {
	label := t.Paint(Yellow, "WARN")
	if status == Fail {
		label = t.Paint(Red, "FAIL")
	}
	for _, result := range r.Results {
		if result.Status != status {
			continue
		}
		fmt.Fprintf(t, "\n%s %s  %s\n", label, t.Paint(Bold, result.Title()), t.Paint(Dim, result.Obligation()))
		for _, f := range result.facts() {
			t.fact(f)
		}
		t.exchanges(result.Exchanges)
	}
}

// fact writes a name and a text beside it, which may have several lines.
func (t *text) fact(f fact) {
	for i, line := range strings.Split(f.text, "\n") {
		name := f.name
		if i > 0 {
			name = ""
		}
		fmt.Fprintf(t, "  %s %s\n", t.Paint(Dim, fmt.Sprintf("%-11s", name)), line)
	}
}

func (t *text) exchanges(exchanges []Exchange) {
	if len(exchanges) == 0 {
		return
	}
	fmt.Fprintln(t)
	for _, line := range script(exchanges) {
		if line == here {
			line = t.Paint(Red, line)
		}
		fmt.Fprintln(t, strings.TrimRight("  "+line, " "))
	}
}

// list writes the results of one status, each with a sentence.
func (t *text) list(r *Report, status Status) {
	if r.Count(status) == 0 {
		return
	}
	fmt.Fprintf(t, "\n%s\n", t.Paint(Bold, status.title()))
	groups := r.alike(status)
	width := 0
	for _, g := range groups {
		width = max(width, len([]rune(g.title())))
	}
	for _, g := range groups {
		fmt.Fprintf(t, "  %-*s  %-6s  %s\n", width, g.title(), g.level, g.told)
	}
}

func (t *text) notes(notes []string) {
	if len(notes) == 0 {
		return
	}
	fmt.Fprintf(t, "\n%s\n", t.Paint(Bold, "Notes"))
	for _, note := range notes {
		fmt.Fprintf(t, "  %s\n", strings.ReplaceAll(note, "\n", "\n  "))
	}
}

// closing writes the lines that a reader looks for at the end.
func (t *text) closing(r *Report) {
	colour := Red
	switch r.Verdict {
	case Conforms:
		colour = Green
	case Partial:
		colour = Yellow
	}
	fmt.Fprintf(t, "\n%s\n", r.tally())
	if again := r.again(); again != "" {
		fmt.Fprintln(t, again)
	}
	fmt.Fprintln(t, t.Paint(colour, r.Outcome()))
	if left := r.Leftovers(); left != "" {
		fmt.Fprintln(t, t.Paint(Yellow, left))
	}
	if !r.Witnessed {
		fmt.Fprintln(t, r.Records())
	}
}
