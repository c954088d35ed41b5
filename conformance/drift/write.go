package drift

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"understudy/conformance/report"
)

// WriteJSON writes a report for programs.
func WriteJSON(w io.Writer, r *Report) error {
	written := *r
	if written.Operations == nil {
		written.Operations = []Operation{} // a list for every reader, not null
	}
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(&written)
}

// maxSteps is how many of the steps that show a difference a report for people names.
const maxSteps = 3

// WriteText writes a report for a person at a terminal. The last line is always of the
// form "created 14, deleted 14, left 0".
func WriteText(w io.Writer, r *Report, colour bool) error {
	t := &text{report.NewTerminal(w, colour)}
	fmt.Fprintf(t, "%s at %s, seed %d\n", report.Printable(r.Run.Document), report.Printable(r.Run.Target), r.Run.Seed)
	for _, op := range r.Operations {
		t.operation(op)
	}
	t.same(r)
	t.left(r)
	t.notes(r)
	fmt.Fprintf(t, "\n%s\n%s\n", r.tally(), t.Paint(r.colour(), r.Outcome()))
	if left := r.Run.Leftovers(); left != "" {
		fmt.Fprintln(t, t.Paint(report.Yellow, left))
	}
	fmt.Fprintln(t, r.Run.Records())
	return t.Flush()
}

// text writes the parts of a report.
type text struct{ *report.Terminal }

// colour is that of the verdict.
func (r *Report) colour() string {
	return map[Verdict]string{Same: report.Green, Drifts: report.Red, Partial: report.Yellow}[r.Verdict]
}

// operation writes the differences of one operation.
func (t *text) operation(op Operation) {
	if op.Verdict == Same {
		return
	}
	fmt.Fprintf(t, "\n%s %s\n", t.Paint(report.Red, "DRIFT"), t.Paint(report.Bold, report.Printable(op.Name)))
	for _, f := range op.Findings {
		fmt.Fprintf(t, "  %s\n", report.Printable(f.Headline()))
		t.fact("here", f.Here)
		t.fact("there", f.There)
		if f.Kind == Laxer {
			t.fact("it says", clip(f.ThereExchange.Response))
		}
		t.fact("shown by", f.shownBy())
		t.fact("overlay", f.Overlay)
		t.fact("ask it", f.ThereExchange.Curl)
	}
}

// fact writes a name and a text beside it, unless there is none.
func (t *text) fact(name, told string) {
	if told != "" {
		fmt.Fprintf(t, "    %s %s\n", t.Paint(report.Dim, fmt.Sprintf("%-9s", name)), strings.ReplaceAll(report.Printable(told), "\n", "\n              "))
	}
}

// Headline is the kind of a finding, and where it shows.
func (f *Finding) Headline() string {
	if f.Where == "" {
		return f.Kind.Title()
	}
	return f.Kind.Title() + ": " + f.Where
}

// shownBy names the steps that show a difference.
func (f *Finding) shownBy() string {
	if more := len(f.Steps) - maxSteps; more > 0 {
		return strings.Join(f.Steps[:maxSteps], "; ") + fmt.Sprintf("; and %d more", more)
	}
	return strings.Join(f.Steps, "; ")
}

// same lists the operations without a difference.
func (t *text) same(r *Report) {
	var names []string
	for _, op := range r.Operations {
		if op.Verdict == Same {
			names = append(names, "  "+report.Printable(op.Name)+"\n")
		}
	}
	if len(names) > 0 {
		fmt.Fprintf(t, "\n%s\n%s", t.Paint(report.Bold, "Same"), strings.Join(names, ""))
	}
}

// left lists what the overlay leaves, where that is new.
func (t *text) left(r *Report) {
	if r.Overlay == nil || r.Overlay.After == 0 {
		return
	}
	fmt.Fprintf(t, "\n%s\n", t.Paint(report.Bold, "Left with the overlay"))
	for _, op := range r.Overlay.Left {
		for _, f := range op.Findings {
			fmt.Fprintf(t, "  %s  %s: %s here, %s there\n", report.Printable(op.Name), report.Printable(f.Headline()), report.Printable(f.Here), report.Printable(f.There))
		}
	}
}

func (t *text) notes(r *Report) {
	notes := r.Notes()
	if len(notes) == 0 {
		return
	}
	fmt.Fprintf(t, "\n%s\n", t.Paint(report.Bold, "Notes"))
	for _, note := range notes {
		fmt.Fprintf(t, "  %s\n", strings.ReplaceAll(report.Printable(note), "\n", "\n  "))
	}
}

// Notes tell what is to be known besides.
func (r *Report) Notes() []string {
	notes := append([]string{}, r.Run.Notes...)
	for _, unplayed := range r.Unplayed {
		notes = append(notes, "not compared: "+unplayed)
	}
	for _, name := range r.Barred {
		notes = append(notes, name+": the target refuses every valid request; is this its URL, and may the key do this?")
	}
	for _, name := range r.Keyless {
		notes = append(notes, name+": the target asks for another key, or for any, so its answers with 401 are not compared; give one with --token")
	}
	if r.Ignored > 0 {
		notes = append(notes, report.Counted(r.Ignored, "error")+" in other words, which are no difference with --ignore-words")
	}
	if r.Alone > 0 {
		notes = append(notes, report.Counted(r.Alone, "answer")+" of the target had none of the stand-in beside it, for want of a record or a key")
	}
	return notes
}

// tally counts what was compared.
func (r *Report) tally() string {
	drifting := 0
	for _, op := range r.Operations {
		if op.Verdict != Same {
			drifting++
		}
	}
	return fmt.Sprintf("%s: %d with differences; %s compared; %s in %s", report.Counted(len(r.Operations), "operation"), drifting, report.Counted(r.Compared, "answer"), report.Counted(r.Run.Requests, "request"), report.Lasting(r.Run.Duration))
}
