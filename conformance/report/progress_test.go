package report_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"understudy/conformance/report"
)

func TestProgressRewritesOneLine(t *testing.T) {
	t.Parallel()
	var terminal strings.Builder
	progress := report.NewProgress(&terminal, true)
	progress.Finished(report.Result{ID: "crud/create", Status: report.Pass})
	progress.Finished(report.Result{ID: "crud/read", Status: report.Fail, Subject: strings.Repeat("雪\n", 100)})
	progress.Clear()

	lines := strings.Split(terminal.String(), "\r\x1b[2K")
	require.Len(t, lines, 4)
	require.Equal(t, "1 check, 0 failed  crud/create", lines[1])
	require.True(t, strings.HasPrefix(lines[2], "2 checks, 1 failed  crud/read (雪 雪 "), lines[2])
	require.LessOrEqual(t, utf8.RuneCountInString(lines[2]), 72)
	require.Empty(t, lines[3])
	require.NotContains(t, terminal.String(), "\n")
}

func TestProgressIsSilentWithoutATerminal(t *testing.T) {
	t.Parallel()
	var pipe strings.Builder
	progress := report.NewProgress(&pipe, false)
	progress.Finished(report.Result{ID: "crud/create"})
	progress.Clear()
	require.Empty(t, pipe.String())
}
