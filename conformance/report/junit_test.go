package report_test

import (
	"bytes"
	"encoding/xml"
	"testing"

	"github.com/stretchr/testify/require"

	"understudy/conformance/report"
)

// suites is what a reader of JUnit makes of it, in types of its own.
type suites struct {
	counts
	Suites []struct {
		counts
		Name  string  `xml:"name,attr"`
		Time  float64 `xml:"time,attr"`
		Cases []struct {
			Class   string  `xml:"classname,attr"`
			Name    string  `xml:"name,attr"`
			Time    float64 `xml:"time,attr"`
			Failure *struct {
				Message string `xml:"message,attr"`
				Type    string `xml:"type,attr"`
				Text    string `xml:",chardata"`
			} `xml:"failure"`
			Skipped *struct {
				Message string `xml:"message,attr"`
			} `xml:"skipped"`
			Output string `xml:"system-out"`
		} `xml:"testcase"`
	} `xml:"testsuite"`
}

type counts struct {
	Tests    int `xml:"tests,attr"`
	Failures int `xml:"failures,attr"`
	Errors   int `xml:"errors,attr"`
	Skipped  int `xml:"skipped,attr"`
}

func readJUnit(t *testing.T, r *report.Report) suites {
	t.Helper()
	var written bytes.Buffer
	require.NoError(t, report.WriteJUnit(&written, r))
	var read suites
	require.NoError(t, xml.Unmarshal(written.Bytes(), &read))
	return read
}

func TestJUnitCountsWhatItHolds(t *testing.T) {
	t.Parallel()
	read := readJUnit(t, sample())
	require.Equal(t, counts{Tests: 16, Failures: 2, Skipped: 5}, read.counts)
	var all counts
	for _, suite := range read.Suites {
		var held counts
		var seconds float64
		for _, c := range suite.Cases {
			require.Equal(t, suite.Name, c.Class)
			held.Tests++
			if c.Failure != nil {
				held.Failures++
			}
			if c.Skipped != nil {
				held.Skipped++
			}
			seconds += c.Time
		}
		require.Equal(t, held, suite.counts, suite.Name)
		require.InDelta(t, seconds, suite.Time, 0.01, suite.Name)
		all.Tests += held.Tests
		all.Failures += held.Failures
		all.Skipped += held.Skipped
	}
	require.Equal(t, read.counts, all)
}

func TestJUnitShowsEachStatus(t *testing.T) {
	t.Parallel()
	skipped, output := map[string]string{}, map[string]string{}
	for _, suite := range readJUnit(t, sample()).Suites {
		for _, c := range suite.Cases {
			if c.Skipped != nil {
				skipped[c.Class+"/"+c.Name] = c.Skipped.Message
			}
			if c.Output != "" {
				output[c.Class+"/"+c.Name] = c.Output
			}
		}
	}
	require.Equal(t, map[string]string{
		"crud/update (widgets)":   "blocked by crud/create-echo",
		"auth/foreign":            "not run: needs a key of another account: --token-foreign",
		"http/head (widgets)":     "flaky: the connection broke, and HEAD passed when repeated",
		"http/options":            "known: OPTIONS is answered with 405 (https://issues.example.com/widgets/issues/42_a)",
		"paging/cursor (widgets)": "not applicable",
	}, skipped)
	require.Contains(t, output["paging/limit (widgets)"], "limit=100000 was followed", "a warning passes, and is told")
	require.Contains(t, output["http/head (widgets)"], "connection reset by peer")
}

// A failure carries its evidence, and what XML cannot hold can be seen in it.
func TestJUnitCarriesTheEvidence(t *testing.T) {
	t.Parallel()
	r := &report.Report{Results: []report.Result{{
		ID: "a/b", Status: report.Fail, Level: report.Must, Reason: "a \x00 b\uffff", Actual: "]]> \x1b[2J &amp; \xff",
		Exchanges: []report.Exchange{{Curl: "curl x", Status: 200, Marked: true}},
	}}}
	failure := readJUnit(t, r).Suites[0].Cases[0].Failure
	require.Equal(t, `a \x00 b\uffff`, failure.Message)
	require.Equal(t, "MUST", failure.Type)
	require.Equal(t, "reason: a \\x00 b\\uffff\nactual: ]]> \\x1b[2J &amp; \\xff\n\n# → the failure shows here\ncurl x\n# 200 OK\n", failure.Text)
}

func TestJUnitFailsForASHOULDThatCounts(t *testing.T) {
	t.Parallel()
	r := sample()
	r.Judge(true)
	require.Equal(t, 3, readJUnit(t, r).Failures)
}
