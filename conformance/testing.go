package conformance

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"unicode"

	"understudy/conformance/report"
)

// Run judges the server at a base URL in a test: one subtest for each check. A
// failure fails its subtest, with the requests that show it as curl lines; what
// did not run is skipped with the reason. When a MUST is among that, the test
// itself ends as skipped: it says nothing against the server, and is no pass.
func Run(t *testing.T, target string, opts ...Option) {
	t.Helper()
	r, err := Execute(t.Context(), target, opts...)
	if r == nil {
		t.Fatalf("conformance: %v", err)
	}
	if err != nil {
		t.Errorf("conformance: the run ended early: %v", err)
	}
	Subtests(t, r)
}

// Subtests tells a test of a report, as Run does. It is for tests that do
// something with the report first, such as applying a list of known failures.
func Subtests(t *testing.T, r *report.Report) {
	t.Helper()
	for _, result := range r.Results {
		t.Run(result.Title(), func(t *testing.T) {
			t.Helper()
			switch {
			case r.Failed(result):
				t.Error(describeResult(result))
			case result.Status == report.Warn:
				t.Log(describeResult(result))
			case result.Status != report.Pass:
				t.Skipf("%s: %s", result.Status, strings.TrimSpace(whyNotPassed(&result)+" "+result.Link))
			}
		})
	}
	for _, note := range r.Notes {
		t.Log(note)
	}
	if r.Left > 0 {
		t.Errorf("%d records of the run could not be deleted; they are listed in %s", r.Left, r.Ledger)
	}
	if r.Verdict == report.Partial {
		t.Skip(r.Outcome())
	}
}

// describeResult tells a result with the requests that show it.
func describeResult(result report.Result) string {
	lines := []string{result.Reason}
	for _, fact := range []struct{ name, text string }{
		{"requirement", result.Requirement}, {"source", result.Source}, {"expected", result.Expected}, {"actual", result.Actual},
	} {
		if fact.text != "" {
			lines = append(lines, fmt.Sprintf("%-12s %s", fact.name+":", fact.text))
		}
	}
	for _, e := range result.Exchanges {
		lines = append(lines, e.Curl, "# "+strings.ReplaceAll(exchangeAnswer(e), "\n", "\n# "))
	}
	return strings.Map(visibleRune, strings.Join(lines, "\n"))
}

// exchangeAnswer is what came back in an exchange.
func exchangeAnswer(e report.Exchange) string {
	if e.Status == 0 {
		return "no answer: " + e.Error
	}
	return strings.TrimSpace(fmt.Sprintf("%d %s\n%s", e.Status, http.StatusText(e.Status), e.Response))
}

// visibleRune keeps what a server sent from working on a terminal.
func visibleRune(r rune) rune {
	if r == '\n' || r == '\t' || unicode.IsGraphic(r) {
		return r
	}
	return unicode.ReplacementChar
}

// Plan tells what Execute would do, without a request. The error is one of those
// of Execute.
func Plan(target string, opts ...Option) (report.Plan, error) {
	s, err := newSuite(target, newOptions(opts))
	if err != nil {
		return report.Plan{}, err
	}
	return s.outlook(), nil
}
