package report_test

import (
	"bytes"
	"flag"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"understudy/conformance/report"
)

var update = flag.Bool("update", false, "write the golden files instead of comparing with them")

// TestWritersWriteWhatTheyWrote compares every form of the sample with its file.
// report.json is also what the browser test makes its page from.
func TestWritersWriteWhatTheyWrote(t *testing.T) {
	t.Parallel()
	for file, write := range map[string]func(io.Writer, *report.Report) error{
		"report.txt":        func(w io.Writer, r *report.Report) error { return report.WriteText(w, r, false) },
		"report.colour.txt": func(w io.Writer, r *report.Report) error { return report.WriteText(w, r, true) },
		"report.json":       report.WriteJSON,
		"report.xml":        report.WriteJUnit,
		"report.md":         report.WriteMarkdown,
		"report.html":       report.WriteHTML,
	} {
		t.Run(file, func(t *testing.T) {
			t.Parallel()
			var got bytes.Buffer
			require.NoError(t, write(&got, sample()))
			path := filepath.Join("testdata", file)
			if *update {
				require.NoError(t, os.WriteFile(path, got.Bytes(), 0o644))
			}
			want, err := os.ReadFile(path)
			require.NoError(t, err, "run the test with -update to write it")
			requireSameLines(t, string(want), got.String())
		})
	}
}

// requireSameLines shows the first line that differs: all of a page is more than
// anybody would read.
func requireSameLines(t *testing.T, want, got string) {
	t.Helper()
	wanted, written := strings.Split(want, "\n"), strings.Split(got, "\n")
	for i := range min(len(wanted), len(written)) {
		require.Equal(t, wanted[i], written[i], "line %d; run the test with -update if this is meant", i+1)
	}
	require.Len(t, written, len(wanted), "lines; run the test with -update if this is meant")
}

// A writer leaves the tree as it found it, for the next one.
func TestWritersLeaveTheReportAlone(t *testing.T) {
	t.Parallel()
	r := sample()
	require.NoError(t, report.WriteText(io.Discard, r, true))
	require.NoError(t, report.WriteJSON(io.Discard, r))
	require.NoError(t, report.WriteJUnit(io.Discard, r))
	require.NoError(t, report.WriteMarkdown(io.Discard, r))
	require.NoError(t, report.WriteHTML(io.Discard, r))
	require.Equal(t, sample(), r)
}

// An empty report and one that nobody judged can be written too.
func TestWritersTakeAnEmptyReport(t *testing.T) {
	t.Parallel()
	empty := &report.Report{}
	empty.Judge(false)
	for _, r := range []*report.Report{{}, empty} {
		require.NoError(t, report.WriteText(io.Discard, r, true))
		require.NoError(t, report.WriteJSON(io.Discard, r))
		require.NoError(t, report.WriteJUnit(io.Discard, r))
		require.NoError(t, report.WriteMarkdown(io.Discard, r))
		require.NoError(t, report.WriteHTML(io.Discard, r))
	}
}

// A disk that is full is told of by every writer.
func TestWritersReportAFailedWrite(t *testing.T) {
	t.Parallel()
	require.ErrorIs(t, report.WriteText(fullDisk{}, sample(), false), io.ErrShortWrite)
	require.ErrorIs(t, report.WriteJSON(fullDisk{}, sample()), io.ErrShortWrite)
	require.ErrorIs(t, report.WriteJUnit(fullDisk{}, sample()), io.ErrShortWrite)
	require.ErrorIs(t, report.WriteMarkdown(fullDisk{}, sample()), io.ErrShortWrite)
	require.ErrorIs(t, report.WriteHTML(fullDisk{}, sample()), io.ErrShortWrite)
}

// fullDisk takes nothing.
type fullDisk struct{}

func (fullDisk) Write([]byte) (int, error) { return 0, io.ErrShortWrite }
