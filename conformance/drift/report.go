package drift

import (
	"fmt"
	"slices"

	"understudy/conformance/report"
)

// Verdict is the outcome of a comparison.
type Verdict string

// The verdicts.
const (
	Same    Verdict = "same"
	Drifts  Verdict = "drift"
	Partial Verdict = "partial" // not all of the script was compared
)

// Report is everything that a comparison found.
type Report struct {
	Format  int     `json:"format"`
	Verdict Verdict `json:"verdict"`
	// Run tells of the run against the target.
	Run *report.Report `json:"run"`
	// ReadOnly says why nothing was written; "" where the run wrote.
	ReadOnly string `json:"read_only,omitempty"`
	// Unplayed are the collections that were left out, with the reason.
	Unplayed []string `json:"unplayed,omitempty"`
	// Barred are the operations of which the target refuses every valid request: the
	// rest of what it says to them tells little.
	Barred []string `json:"barred,omitempty"`
	// Keyless are the operations that the target refuses for the key of the run, or for
	// want of one. Those answers are not compared.
	Keyless    []string    `json:"keyless,omitempty"`
	Operations []Operation `json:"operations"`
	// Compared is how many answers were lined up, Alone how many steps only one side
	// came to.
	Compared int `json:"compared"`
	Alone    int `json:"alone,omitempty"`
	// Ignored is how many answers have an error in other words, which were not to be
	// compared.
	Ignored int `json:"ignored,omitempty"`
	// Overlay tells what an overlay does about the differences; nil when none was
	// written.
	Overlay *Overlay `json:"overlay,omitempty"`
}

// Operation is what was found of one operation.
type Operation struct {
	Name     string     `json:"operation"`
	Verdict  Verdict    `json:"verdict"`
	Steps    int        `json:"steps"`
	Findings []*Finding `json:"findings,omitempty"`
}

// Overlay is what the stand-in is like with the overlay.
type Overlay struct {
	Before int `json:"before"` // differences
	After  int `json:"after"`
	// Left are the differences that the overlay leaves, or brings.
	Left []Operation `json:"left,omitempty"`
}

// Count is how many differences there are.
func (r *Report) Count() int { return countIn(r.Operations) }

func countIn(operations []Operation) int {
	n := 0
	for _, op := range operations {
		n += len(op.Findings)
	}
	return n
}

// findings lists all differences.
func (r *Report) findings() []*Finding {
	var all []*Finding
	for _, op := range r.Operations {
		all = append(all, op.Findings...)
	}
	return all
}

// take takes over what a comparison found.
func (r *Report) take(c *comparison) {
	r.Operations, r.Alone, r.Ignored, r.Verdict = c.byOperation(), c.alone, c.ignored, Same
	for _, name := range c.operations {
		switch {
		case c.keyless[name] > 0:
			r.Keyless = append(r.Keyless, name)
			r.Verdict = Partial
		case c.barred(name):
			r.Barred = append(r.Barred, name)
		}
	}
	for _, op := range r.Operations {
		r.Compared += op.Steps
		if op.Verdict != Same {
			r.Verdict = Drifts
		}
	}
}

// byOperation sorts the findings by their operations.
func (c *comparison) byOperation() []Operation {
	var all []Operation
	for _, name := range c.operations {
		op := Operation{Name: name, Verdict: Same, Steps: c.compared[name] - c.keyless[name], Findings: c.findingsOf(name)}
		if op.Steps == 0 {
			continue
		}
		if len(op.Findings) > 0 {
			op.Verdict = Drifts
		}
		all = append(all, op)
	}
	return all
}

// noteMended says what an overlay does about each difference.
func (r *Report) noteMended(left *comparison) {
	r.Overlay = &Overlay{Before: r.Count()}
	for _, op := range left.byOperation() {
		if len(op.Findings) > 0 {
			r.Overlay.Left = append(r.Overlay.Left, op)
		}
	}
	r.Overlay.After = countIn(r.Overlay.Left)
	for _, f := range r.findings() {
		f.Overlay = Mends
		for _, still := range left.findings {
			if f.remains(still) {
				f.Overlay = CannotSay
			}
		}
	}
}

// remains reports whether a difference is still there in another, which some of the
// same steps show: in the same place, or in other words of the same error.
func (f *Finding) remains(still *Finding) bool {
	return f.operation == still.operation && f.Kind == still.Kind && (f.Where == still.Where || f.Kind == Words) &&
		slices.ContainsFunc(f.Steps, func(step string) bool { return slices.Contains(still.Steps, step) })
}

// Outcome is the verdict in a sentence.
func (r *Report) Outcome() string {
	n := r.Count()
	switch {
	case r.Verdict == Partial && len(r.Keyless) > 0:
		return "partial: not all was compared, for want of a key that the target takes"
	case r.Verdict == Partial:
		return "partial: the run ended early"
	case n == 0 && r.Ignored > 0:
		return "same: the stand-in answers as the target does, but for the words of errors"
	case n == 0:
		return "same: the stand-in answers as the target does"
	case r.Overlay == nil:
		return "drift: " + report.Counted(n, "difference")
	}
	return fmt.Sprintf("drift: %s, %d with the overlay", report.Counted(n, "difference"), r.Overlay.After)
}
