package report_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"understudy/conformance/report"
)

func TestJudgeTellsTheVerdictInWords(t *testing.T) {
	t.Parallel()
	result := func(status report.Status, level report.Level) report.Result {
		return report.Result{Status: status, Level: level}
	}
	pass := result(report.Pass, report.Must)
	chosen := report.Result{Status: report.NotRun, Level: report.Must, LeftOut: true}
	for name, test := range map[string]struct {
		should  bool
		results []report.Result
		verdict report.Verdict
		want    string
	}{
		"all passed":               {false, []report.Result{pass, pass}, report.Conforms, "conforms"},
		"nothing ran":              {false, nil, report.Partial, "partial: no check passed"},
		"a failure":                {false, []report.Result{pass, result(report.Fail, report.May)}, report.Fails, "fails: 1 of 2 checks"},
		"a failed SHOULD":          {false, []report.Result{pass, result(report.Warn, report.Should)}, report.Conforms, "conforms"},
		"a failed SHOULD counts":   {true, []report.Result{pass, result(report.Fail, report.Must), result(report.Warn, report.Should)}, report.Fails, "fails: 2 of 3 checks, 1 of them SHOULD"},
		"lax, and SHOULD counts":   {true, []report.Result{pass, result(report.Warn, report.Must)}, report.Conforms, "conforms"},
		"a MUST without its key":   {false, []report.Result{pass, result(report.NotRun, report.Must)}, report.Partial, "partial: 1 MUST check did not run"},
		"a MAY without its key":    {false, []report.Result{pass, result(report.NotRun, report.May)}, report.Conforms, "conforms"},
		"flaky and blocked":        {false, []report.Result{pass, result(report.Flaky, report.Must), result(report.Blocked, report.Must), result(report.NotRun, report.Must)}, report.Partial, "partial: 2 MUST checks did not run, 1 MUST check passed only when repeated"},
		"left out by choice":       {false, []report.Result{pass, chosen}, report.Conforms, "conforms, but for 1 check left out by choice"},
		"left out and known":       {false, []report.Result{pass, result(report.Known, report.Must), chosen, chosen}, report.Conforms, "conforms, but for 1 known failure, and for 2 checks left out by choice"},
		"left out and not run":     {false, []report.Result{pass, chosen, result(report.NotRun, report.Must)}, report.Partial, "partial: 1 MUST check did not run, 1 check left out by choice"},
		"left out, and a failure":  {false, []report.Result{chosen, result(report.Fail, report.Must)}, report.Fails, "fails: 1 of 2 checks, 1 check left out by choice"},
		"all left out":             {false, []report.Result{chosen}, report.Partial, "partial: no check passed, 1 check left out by choice"},
		"known and not applicable": {false, []report.Result{pass, result(report.Known, report.Must), result(report.NotApplicable, report.Must)}, report.Conforms, "conforms, but for 1 known failure"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := &report.Report{Results: test.results}
			for _, result := range test.results {
				if result.LeftOut {
					r.LeftOut++
				}
			}
			r.Judge(test.should)
			require.Equal(t, test.verdict, r.Verdict)
			require.Equal(t, test.want, r.Outcome())
		})
	}
}
