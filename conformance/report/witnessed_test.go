package report_test

import (
	"bytes"
	"io"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"understudy/conformance/report"
)

// A report of what others sent says nothing of a seed and of records, which only a run
// of the suite has.
func TestWitnessedReportsHaveNoSeedAndNoRecords(t *testing.T) {
	forms := map[string]func(io.Writer, *report.Report) error{
		"text":  func(w io.Writer, r *report.Report) error { return report.WriteText(w, r, false) },
		"html":  report.WriteHTML,
		"junit": report.WriteJUnit, "markdown": report.WriteMarkdown,
	}
	for name, write := range forms {
		t.Run(name, func(t *testing.T) {
			for _, witnessed := range []bool{false, true} {
				r := &report.Report{Verdict: report.Conforms, Target: "http://a", Document: "D 1", Witnessed: witnessed, Seed: 77, Created: 88}
				r.Results = []report.Result{{ID: "a/b", Status: report.Pass, Level: report.Must}}
				var written bytes.Buffer
				require.NoError(t, write(&written, r))
				assert.Equal(t, !witnessed, bytes.Contains(written.Bytes(), []byte("77")), "the seed")
				if name != "junit" {
					assert.Equal(t, !witnessed, bytes.Contains(written.Bytes(), []byte("88")), "the records")
				}
			}
		})
	}
}
