package cli

import (
	"fmt"
	"io"
	"strings"

	"understudy/conformance"
)

// writePlan prints what would run, and why the rest would not.
func writePlan(w io.Writer, target string, options []conformance.Option) error {
	plan, err := conformance.Plan(target, options...)
	if err != nil {
		return err
	}
	width, runs := 0, 0
	for _, planned := range plan {
		width = max(width, len(planned.Title()))
	}
	for _, planned := range plan {
		what := "runs"
		if planned.Status != "" {
			what = strings.ReplaceAll(string(planned.Status), "_", " ") + ": " + planned.Reason
		} else {
			runs++
		}
		fmt.Fprintf(w, "%-*s  %-6s  %s\n", width, planned.Title(), planned.Level, what)
	}
	fmt.Fprintf(w, "%d of %s would run\n", runs, counted(len(plan), "check"))
	return nil
}
