package report_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"understudy/conformance/report"
)

func text(t *testing.T, r *report.Report, colour bool) string {
	t.Helper()
	var b strings.Builder
	require.NoError(t, report.WriteText(&b, r, colour))
	return b.String()
}

func TestTextEndsWithTheRecords(t *testing.T) {
	t.Parallel()
	r := &report.Report{Created: 14, Deleted: 14}
	require.True(t, strings.HasSuffix(text(t, r, true), "\ncreated 14, deleted 14, left 0\n"))
}

// Colours are all that colour adds, and nothing that a server sent reaches the
// terminal as a command.
func TestTextSendsTheTerminalNothingButColours(t *testing.T) {
	t.Parallel()
	plain, coloured := text(t, sample(), false), text(t, sample(), true)
	for _, r := range plain {
		require.True(t, r == '\n' || r >= ' ' && r != 0x7f && r != '\u202e', "%q", r)
	}
	uncoloured := strings.NewReplacer("\x1b[0m", "", "\x1b[1m", "", "\x1b[2m", "", "\x1b[1;31m", "", "\x1b[32m", "", "\x1b[33m", "").Replace(coloured)
	require.Equal(t, plain, uncoloured)
}

// A line of an answer that reads like a command must not become one in the
// script that a reader pastes.
func TestTextKeepsAnswersInComments(t *testing.T) {
	t.Parallel()
	r := &report.Report{Results: []report.Result{{
		ID: "a/b", Status: report.Fail,
		Exchanges: []report.Exchange{
			{Curl: "curl a", Status: 200, Response: "one\r\ntouch x\rtouch y\n\n", Headers: []string{"A: b\ntouch z"}, Marked: true},
			{Curl: "curl b", Error: "one\ntouch x"},
		},
	}}}
	_, script, _ := strings.Cut(text(t, r, false), "→ the failure shows here\n")
	script, _, _ = strings.Cut(script, "\n1 check")
	require.Equal(t, `  curl a
  # 200 OK
  # A: b
  # touch z
  # one
  # touch x\rtouch y

  curl b
  # no answer: one
  # touch x
`, script)
}

// A run that ended early does not fill the screen: what it says of many checks alike
// is said once, and counted.
func TestTextSaysOnceWhatIsTrueOfMany(t *testing.T) {
	t.Parallel()
	r := &report.Report{}
	for range 25 {
		r.Results = append(r.Results, report.Result{ID: "crud/list", Status: report.NotRun, Level: report.Must, Reason: "the run ended early"})
	}
	r.Results = append(r.Results, report.Result{ID: "auth/scope", Status: report.NotRun, Level: report.Must, Reason: "a key is missing"})
	written := text(t, r, false)
	require.Contains(t, written, "\n  crud/list and 24 more  MUST    the run ended early\n")
	require.Equal(t, 1, strings.Count(written, "the run ended early"))
	require.Contains(t, written, "  auth/scope             MUST    a key is missing\n")
}

// A warning does not read like a failure of the level beside it.
func TestTextSaysThatAMustIsTolerated(t *testing.T) {
	t.Parallel()
	r := &report.Report{Results: []report.Result{
		{ID: "a/lax", Status: report.Warn, Level: report.Must},
		{ID: "a/should", Status: report.Warn, Level: report.Should},
		{ID: "a/must", Status: report.Fail, Level: report.Must},
	}}
	written := text(t, r, false)
	require.Contains(t, written, "WARN a/lax  MUST, tolerated\n")
	require.Contains(t, written, "WARN a/should  SHOULD\n")
	require.Contains(t, written, "FAIL a/must  MUST\n")
}

// Who wants to see a failure again needs the values that showed it.
func TestTextSaysHowToRepeatAFailure(t *testing.T) {
	t.Parallel()
	const again = "\nto send the same values again: --seed 7\nfails: "
	r := &report.Report{Seed: 7, Results: []report.Result{{ID: "a/b", Status: report.Fail, Level: report.Must}}}
	r.Judge(false)
	require.Contains(t, text(t, r, false), again)
	r.Witnessed = true
	require.NotContains(t, text(t, r, false), "--seed")
	r = &report.Report{Seed: 7, Results: []report.Result{{ID: "a/b", Status: report.Pass, Level: report.Must}}}
	r.Judge(false)
	require.NotContains(t, text(t, r, false), "--seed")
}
