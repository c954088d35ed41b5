package report_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"understudy/conformance/report"
)

func TestResultsThatAreAlikeShareALine(t *testing.T) {
	r := &report.Report{Results: []report.Result{
		{ID: "a/own", Status: report.NotRun, Level: report.Must, Reason: "a key is missing"},
		{ID: "a/1", Status: report.NotRun, Level: report.Must, Reason: "the run ended early"},
		{ID: "a/2", Status: report.NotRun, Level: report.Should, Reason: "the run ended early"},
		{ID: "a/3", Status: report.NotRun, Level: report.Must, Reason: "the run ended early"},
		{ID: "a/4", Status: report.NotRun, Level: report.Must, Reason: "the run ended early"},
		{ID: "a/5", Status: report.NotRun, Level: report.Must, Reason: "the run ended early"},
	}}
	for name, write := range map[string]func(b *strings.Builder) error{
		"text":     func(b *strings.Builder) error { return report.WriteText(b, r, false) },
		"markdown": func(b *strings.Builder) error { return report.WriteMarkdown(b, r) },
	} {
		t.Run(name, func(t *testing.T) {
			var b strings.Builder
			require.NoError(t, write(&b))
			require.Regexp(t, `a/own +(\| )?MUST`, b.String())
			require.Regexp(t, `a/1 and 3 more +(\| )?MUST`, b.String())
			require.Regexp(t, `a/2 +(\| )?SHOULD`, b.String())
			require.NotContains(t, b.String(), "a/4")
		})
	}
}
