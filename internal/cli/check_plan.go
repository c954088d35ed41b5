package cli

import (
	"fmt"
	"io"
	"strings"

	"understudy/conformance"
	"understudy/conformance/report"
)

// writePlan prints what would run, and why the rest would not.
func writePlan(w io.Writer, target string, options []conformance.Option) error {
	plan, err := conformance.Plan(target, options...)
	if err != nil {
		return err
	}
	width := 0
	for _, planned := range plan.Results {
		width = max(width, len(planned.Title()))
	}
	for _, planned := range plan.Results {
		what := "runs"
		if planned.Status != "" {
			what = strings.ReplaceAll(string(planned.Status), "_", " ") + ": " + planned.Reason
		}
		fmt.Fprintf(w, "%-*s  %-6s  %s\n", width, planned.Title(), planned.Level, what)
	}
	fmt.Fprintf(w, "%d of %s would run\nplan: %s\n", plan.Checks, report.Counted(len(plan.Results), "check"), plan)
	return nil
}

// tellPlan says what was found of the target, and what the run is about to do.
func tellPlan(w io.Writer) func(report.Plan) {
	return func(plan report.Plan) {
		fmt.Fprintf(w, "target: %s\nplan: %s\n", plan.Seen(), plan)
		if plan.Records > 0 {
			tellLedger(w, plan)
		}
	}
}

// tellLedger says how to delete what a run leaves that is killed.
func tellLedger(w io.Writer, plan report.Plan) {
	if plan.Ledger != "" {
		fmt.Fprintf(w, "ledger: if the run is killed, delete what it left with `%s`\n", plan.Cleanup)
	}
}
