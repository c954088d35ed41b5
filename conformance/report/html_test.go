package report_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"understudy/conformance/report"
)

func page(t *testing.T, r *report.Report) string {
	t.Helper()
	var b strings.Builder
	require.NoError(t, report.WriteHTML(&b, r))
	return b.String()
}

// The page names no other file, so there is nothing that it could load. That a
// browser loads nothing is for internal/browsertest to find out.
func TestHTMLStandsAlone(t *testing.T) {
	t.Parallel()
	written := page(t, sample())
	const known = "https://issues.example.com/widgets/issues/42_a"
	for _, attribute := range regexp.MustCompile(`<[^>]*?\s(src|href|action|data|poster|srcset)="([^"]*)"`).FindAllStringSubmatch(written, -1) {
		link := attribute[2]
		require.True(t, strings.HasPrefix(link, "#") || link == "data:," || link == known, attribute[0])
	}
	require.NotContains(t, written, "@import")
	require.NotContains(t, written, "url(")
	require.Contains(t, written, "default-src &#39;none&#39;")
}

// What a server sent stays text, so the page's tags are all its own.
func TestHTMLEscapesWhatAServerSent(t *testing.T) {
	t.Parallel()
	const hostile = `</script></style></pre><script>x()</script><img src=x onerror=x()>" onload="x() '` + "`{{.}}\x00"
	r := &report.Report{Target: hostile, Document: hostile, Ledger: hostile, Left: 1, Notes: []string{hostile}}
	plain := &report.Report{Target: "a", Document: "a", Ledger: "a", Left: 1, Notes: []string{"a"}}
	for target, text := range map[*report.Report]string{r: hostile, plain: "a"} {
		target.Results = []report.Result{{
			ID: text, Status: report.Fail, Level: report.Must, Subject: text, Requirement: text, Source: text, Reason: text,
			Expected: text, Actual: text, BlockedBy: text, Link: text,
			Exchanges: []report.Exchange{{Method: text, URL: text, Request: text, Curl: text, Status: 200, Headers: []string{text}, Response: text, Error: text}},
		}}
	}
	tags := regexp.MustCompile(`</?[a-z][a-z0-9]*`)
	require.Equal(t, tags.FindAllString(page(t, plain), -1), tags.FindAllString(page(t, r), -1))
}

func TestHTMLFollowsNoScriptAsALink(t *testing.T) {
	t.Parallel()
	written := page(t, &report.Report{Results: []report.Result{{ID: "a/b", Status: report.Known, Link: "javascript:x()"}}})
	require.NotContains(t, written, `href="javascript:`)
}

// Every result can be linked to, also where a check has several subjects or two
// results have the same name.
func TestHTMLAnchorsAreUnique(t *testing.T) {
	t.Parallel()
	written := page(t, &report.Report{Results: []report.Result{
		{ID: "a/b", Status: report.Pass},
		{ID: "a/b", Status: report.Pass, Subject: "GET /c d"},
		{ID: "a/b", Status: report.Pass, Subject: "GET /c d"},
		{ID: "a/e", Status: report.Blocked, BlockedBy: "a/b", Subject: "GET /c d"},
	}})
	var ids []string
	for _, match := range regexp.MustCompile(`<details class="result \w+" id="([^"]*)"`).FindAllStringSubmatch(written, -1) {
		ids = append(ids, match[1])
	}
	require.ElementsMatch(t, []string{"a/b", "a/b~GET_/c_d", "a/b~GET_/c_d~2", "a/e~GET_/c_d"}, ids)
	require.Contains(t, written, `<dd class="code"><a href="#a/b~GET_/c_d">a/b</a></dd>`, "blocked by the result of the same subject")
}
