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
		"known and not applicable": {false, []report.Result{pass, result(report.Known, report.Must), result(report.NotApplicable, report.Must)}, report.Conforms, "conforms, but for 1 known failure"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := &report.Report{Results: test.results}
			r.Judge(test.should)
			require.Equal(t, test.verdict, r.Verdict)
			require.Equal(t, test.want, r.Outcome())
		})
	}
}
