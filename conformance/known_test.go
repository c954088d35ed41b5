package conformance_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"understudy/conformance"
	"understudy/conformance/report"
)

const staging = "https://staging.example.com"

// today is the day on which these tests apply lists.
var today = time.Date(2026, 11, 23, 23, 59, 0, 0, time.UTC)

// found is a report of results on staging, judged.
func found(results ...report.Result) *report.Report {
	r := &report.Report{Target: staging, Results: results}
	r.Judge(false)
	return r
}

// outcome is a result of a MUST.
func outcome(id string, status report.Status) report.Result {
	return report.Result{ID: id, Status: status, Level: report.Must, Subject: "ships", Reason: "it is so"}
}

func parseKnown(t *testing.T, text string) conformance.Known {
	t.Helper()
	known, err := conformance.ParseKnown("known.yaml", []byte(text))
	require.NoError(t, err)
	return known
}

func TestKnownApplies(t *testing.T) {
	t.Parallel()
	pass := outcome("crud/list", report.Pass)
	blocked := outcome("crud/update", report.Blocked)
	blocked.BlockedBy = "crud/create"
	for name, test := range map[string]struct {
		list    string
		result  report.Result
		status  report.Status
		reason  string
		verdict report.Verdict
	}{
		"a failure that is listed": {
			`[{id: crud/create, reason: we know}]`, outcome("crud/create", report.Fail),
			report.Known, "it is so; known: we know", report.Conforms,
		},
		"one that is listed for its subject and target": {
			`[{id: crud/create, subject: ships, target: 'https://staging.example.com/', reason: it is so}]`, outcome("crud/create", report.Fail),
			report.Known, "it is so", report.Conforms,
		},
		"one that is listed for another subject": {
			`[{id: crud/create, subject: boats, reason: we know}]`, outcome("crud/create", report.Fail),
			report.Fail, "it is so", report.Fails,
		},
		"one that is listed for another target": {
			`[{id: crud/create, target: 'https://example.com', reason: we know}]`, outcome("crud/create", report.Fail),
			report.Fail, "it is so", report.Fails,
		},
		"what follows from a failure, in its place": {
			`[{id: crud/update, reason: we know}]`, blocked,
			report.Blocked, "it is so", report.Partial,
		},
		"one that did not repeat": {
			`[{id: crud/create, reason: we know}]`, outcome("crud/create", report.Flaky),
			report.Known, "it is so; known: we know", report.Conforms,
		},
		"one that passes": {
			`[{id: crud/create, reason: we know}]`, outcome("crud/create", report.Pass),
			report.Fail, "the check passes, and known.yaml:1 lists it as a known failure: remove the entry", report.Fails,
		},
		"one that did not run": {
			`[{id: crud/create, reason: we know}]`, outcome("crud/create", report.NotRun),
			report.NotRun, "it is so", report.Partial,
		},
		"on its last day": {
			`[{id: crud/create, reason: we know, expires: 2026-11-23}]`, outcome("crud/create", report.Fail),
			report.Known, "it is so; known: we know", report.Conforms,
		},
		"after its last day": {
			`[{id: crud/create, reason: we know, expires: 2026-11-22}]`, outcome("crud/create", report.Fail),
			report.Fail, "it is so; it was known until 2026-11-22 (known.yaml:1)", report.Fails,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := found(pass, test.result)
			parseKnown(t, test.list).Apply(r, today)
			require.Equal(t, test.status, r.Results[1].Status)
			require.Equal(t, test.reason, r.Results[1].Reason)
			require.Equal(t, test.verdict, r.Verdict)
			require.Equal(t, pass, r.Results[0])
		})
	}
}

// What does not run for a known failure is excused with it, and for no other.
func TestKnownExcusesWhatItBlocks(t *testing.T) {
	t.Parallel()
	blocked := outcome("crud/update", report.Blocked)
	blocked.BlockedBy = "crud/create"
	known := parseKnown(t, `[{id: crud/create, reason: we know}]`)
	r := found(outcome("crud/list", report.Pass), outcome("crud/create", report.Fail), blocked)
	known.Apply(r, today)
	require.Equal(t, "conforms, but for 1 known failure, which left 1 check not run", r.Outcome())
	require.Equal(t, report.Blocked, r.Results[2].Status)

	other := outcome("crud/delete", report.Blocked)
	other.BlockedBy = "crud/retrieve"
	r = found(outcome("crud/list", report.Pass), outcome("crud/create", report.Fail), blocked, other)
	known.Apply(r, today)
	require.Equal(t, "partial: 1 MUST check did not run", r.Outcome())
}

// An entry without a subject is true as long as the check fails somewhere.
func TestKnownOfAnySubject(t *testing.T) {
	t.Parallel()
	boats := outcome("crud/create", report.Pass)
	boats.Subject = "boats"
	r := found(boats, outcome("crud/create", report.Fail))
	parseKnown(t, `[{id: crud/create, reason: we know, link: 'https://example.com/1'}]`).Apply(r, today)
	require.Equal(t, report.Pass, r.Results[0].Status)
	require.Equal(t, report.Known, r.Results[1].Status)
	require.Equal(t, "https://example.com/1", r.Results[1].Link)
}

func TestKnownKeepsTheLevel(t *testing.T) {
	t.Parallel()
	lax := outcome("http/options", report.Warn)
	lax.Level = report.Should
	r := found(outcome("crud/list", report.Pass), lax)
	r.Judge(true)
	require.Equal(t, report.Fails, r.Verdict)
	parseKnown(t, `[{id: http/options, reason: we know}]`).Apply(r, today)
	require.Equal(t, report.Conforms, r.Verdict)
	require.True(t, r.Should)
}

func TestKnownRefreshes(t *testing.T) {
	t.Parallel()
	blocked := outcome("crud/update", report.Blocked)
	blocked.BlockedBy = "crud/create"
	damaged := outcome("crud/delete", report.Blocked)
	r := found(outcome("crud/list", report.Pass), outcome("crud/create", report.Fail), blocked, damaged, outcome("crud/retrieve", report.NotRun), outcome("crud/create-echo", report.Flaky), outcome("crud/unknown-id", report.Warn))
	known := parseKnown(t, `
- {id: crud/list, reason: it passes now}
- {id: crud/list, target: 'https://example.com', reason: elsewhere it fails}
- {id: crud/retrieve, reason: it did not run}
- {id: crud/create, subject: ships, reason: we know, expires: 2026-01-31}
- {id: crud/never-was, reason: nobody knows}
`).Refresh(r)
	require.Equal(t, `- id: "crud/list"
  target: "https://example.com"
  reason: "elsewhere it fails"
- id: "crud/retrieve"
  reason: "it did not run"
- id: "crud/create"
  subject: "ships"
  reason: "we know"
  expires: 2026-01-31
`, afterHeader(known))

	// The port of a server on this machine may be another tomorrow.
	here := found(outcome("crud/create", report.Fail))
	here.Target = "http://localhost:4010"
	require.Equal(t, `- id: "crud/create"
  subject: "ships"
  reason: "it is so"
`, afterHeader(conformance.Known(nil).Refresh(here)))
}

// afterHeader is a list without its comment.
func afterHeader(known conformance.Known) string {
	var lines []string
	for line := range strings.Lines(string(known.Encode())) {
		if !strings.HasPrefix(line, "#") {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "")
}

// Whatever an entry holds, the file that is written reads back the same.
func TestKnownRoundTrip(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text := func(name string) string { return rapid.String().Draw(t, name) }
		written := conformance.Known{{
			ID: "crud/" + text("id"), Subject: text("subject"), Target: text("target"), Reason: "." + text("reason"), Link: text("link"),
			Expires: time.Date(2026, 1, rapid.IntRange(1, 400).Draw(t, "day"), 0, 0, 0, 0, time.UTC),
		}}
		read, err := conformance.ParseKnown("known.yaml", written.Encode())
		require.NoError(t, err)
		require.Len(t, read, 1)
		require.Equal(t, string(written.Encode()), string(read.Encode()))
		require.Equal(t, written[0].Reason, read[0].Reason)
	})
}

func TestKnownThatIsNoList(t *testing.T) {
	t.Parallel()
	_, err := conformance.ParseKnown("known.yaml", []byte("id: crud/list\n"))
	require.EqualError(t, err, "known.yaml:1: not a list of known failures; write a list of entries, each with an id and a reason")
	require.EqualError(t, parseKnown(t, `[{id: no/such, reason: we know}]`).Vanished(),
		"known.yaml:1: /0: there is no check \"no/such\"; remove the entry; `understudy checks` lists the checks")
}
