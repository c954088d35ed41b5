package report_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"understudy/conformance/report"
)

func markdown(t *testing.T, r *report.Report) string {
	t.Helper()
	var b strings.Builder
	require.NoError(t, report.WriteMarkdown(&b, r))
	return b.String()
}

func TestMarkdownHasABound(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("<&`|\x00 ", 1_000)
	for name, test := range map[string]struct {
		failure report.Result
		more    string
	}{
		"many short failures": {report.Result{ID: "a/b", Status: report.Fail}, "\nand 50 more\n"},
		"many blocked":        {report.Result{ID: "a/b", Status: report.Blocked, BlockedBy: "a/c"}, "\nand 50 more\n"},
		"long failures": {report.Result{
			ID: "a/b", Status: report.Fail, Requirement: long, Reason: long, Source: long, Expected: long, Actual: long, Subject: long,
			Exchanges: []report.Exchange{{Curl: long, Response: long, Status: 200}},
		}, " more\n"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := &report.Report{Notes: []string{long, long}}
			for i := range 150 {
				result := test.failure
				if result.BlockedBy != "" {
					result.BlockedBy += fmt.Sprint(i) // those that are blocked by one share a row
				}
				r.Results = append(r.Results, result)
			}
			written := markdown(t, r)
			require.Less(t, len(written), 1_000_000)
			require.Contains(t, written, test.more)
			require.Equal(t, strings.Count(written, "<details>"), strings.Count(written, "\n</details>\n"))
		})
	}
}

// A block of code ends where it should, whatever stands in it.
func TestMarkdownFencesAreLongerThanWhatTheyHold(t *testing.T) {
	t.Parallel()
	for n := range 8 {
		actual := "a\n" + strings.Repeat("`", n) + "\nb"
		written := markdown(t, &report.Report{Results: []report.Result{{ID: "a/b", Status: report.Fail, Actual: actual}}})
		fence := strings.Repeat("`", max(3, n+1))
		require.Contains(t, written, fmt.Sprintf("\n%stext\n%s\n%s\n", fence, actual, fence))
	}
}

func TestMarkdownTablesKeepTheirCells(t *testing.T) {
	t.Parallel()
	written := markdown(t, &report.Report{Results: []report.Result{
		{ID: "a/b", Status: report.NotRun, Level: report.Must, Reason: "a|b\n<b>*c*</b> `d|e`"},
		{ID: "a/c", Status: report.Known, Level: report.Must, Reason: "f", Link: "https://a.example/|"},
		{ID: "a/d", Status: report.Known, Level: report.Must, Reason: "g", Link: "https://a.example/_b_"},
	}})
	require.Contains(t, written, "| a/b | MUST | a\\|b &lt;b&gt;\\*c\\*&lt;/b&gt; \\`d\\|e\\` |\n")
	require.Contains(t, written, "| a/c | MUST | f https://a.example/\\| |\n")
	require.Contains(t, written, "| a/d | MUST | g <https://a.example/_b_> |\n")
}
