package cli

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"understudy/conformance/report"
	"understudy/internal/proxy"
)

// witnessConfig is what the flags say of judging traffic, whether it passes or is
// read from a file.
type witnessConfig struct {
	documentConfig
	file     string // of the configuration
	failOn   list
	reports  reportFiles
	coverage string
	redact   list
}

func (c *witnessConfig) declare(flags *flag.FlagSet) {
	declareConfig(flags, &c.file)
	c.documentConfig.declare(flags, "go by")
	flags.Var(&c.failOn, "fail-on", "end with 1 when a violation was seen on the `SIDE`: request, response, unknown (paths, methods, query parameters and members that the document does not have), or any, which is request and response; may be given several times")
	c.reports.flag = "report "
	flags.Var(&reportChoice{&c.reports}, "report", "write the report as `FORM=FILE`: json, junit, html or markdown; may be given several times")
	flags.Var((*named)(&c.coverage), "coverage", "write what of the document was seen, and what never, to `FILE` as JSON")
	flags.Var(&c.redact, "redact", "hide the header, query parameter or member of a body called `NAME` in all that is written; may be given several times")
}

// sides are what --fail-on takes.
func sides() []string { return []string{"request", "response", "unknown", "any"} }

// check refuses flags whose values make no sense.
func (c *witnessConfig) check() error {
	for _, side := range c.failOn {
		if !slices.Contains(sides(), side) {
			return fmt.Errorf("--fail-on %q: use %s", side, strings.Join(sides(), ", "))
		}
	}
	return c.files(nil, nil).check()
}

// files are those that are written at the end.
func (c *witnessConfig) files(r *report.Report, seen *proxy.Coverage) outputs {
	return append(c.reports.of(r), wanted(output{"coverage", c.coverage, seen.WriteJSON})...)
}

// reportChoice is the flag that names a form of the report with its file (flag.Value).
type reportChoice struct{ files *reportFiles }

func (c *reportChoice) String() string { return "" }

// Set takes one form.
func (c *reportChoice) Set(text string) error {
	form, file, _ := strings.Cut(text, "=")
	forms := map[string]*string{"json": &c.files.json, "junit": &c.files.junit, "html": &c.files.html, "markdown": &c.files.markdown}
	name, known := forms[form]
	if !known || file == "" {
		return errors.New("give json=FILE, junit=FILE, html=FILE or markdown=FILE")
	}
	*name = file
	return nil
}

// watch is what a witness goes by.
func (c *witnessConfig) watch(ctx context.Context) (proxy.Watch, error) {
	read, model, err := c.understand(ctx)
	return proxy.Watch{Contract: read, Model: model, Redact: c.redact}, err
}

// tell writes what a witness saw.
func (c *witnessConfig) tell(env Env, w *proxy.Witness, target string, started time.Time, notes []string) error {
	r := w.Report(target, started, time.Since(started), notes...)
	return c.files(r, w.Coverage()).write(env, forPeople(r))
}

// conclude is how the program ends after a report, nil for 0.
func (c *witnessConfig) conclude(w *proxy.Witness) error {
	if len(c.failOn) == 0 {
		return nil
	}
	var failed []string
	for _, side := range []string{"request", "response", "unknown"} {
		wanted := slices.Contains(c.failOn, side) || side != "unknown" && slices.Contains(c.failOn, "any")
		if n := w.Broken(side); wanted && n > 0 {
			failed = append(failed, report.Counted(n, "violation")+" on the side "+side)
		}
	}
	if failed != nil {
		return because(exitFails, strings.Join(failed, ", "))
	}
	if answered, unanswered := w.Answered(); answered+unanswered == 0 {
		return because(exitFails, "nothing was seen, which is no pass: send the requests to the proxy, or leave --fail-on out")
	}
	if w.Matched() == 0 {
		return because(exitFails, "no request was for a path of the document, which is no pass: go by the document of this API, with --spec FILE, or leave --fail-on out")
	}
	return nil
}

// elsewhere says which entries of a recording were of other places.
func elsewhere(counts map[string]int) []string {
	var notes []string
	for _, place := range slices.Sorted(maps.Keys(counts)) {
		what := "entries were"
		if counts[place] == 1 {
			what = "entry was"
		}
		notes = append(notes, fmt.Sprintf("%d %s of %s and not judged", counts[place], what, place))
	}
	return notes
}
