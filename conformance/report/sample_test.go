package report_test

import (
	"fmt"
	"strings"
	"time"

	"understudy/conformance/report"
)

// sample is a report with everything in it that can make a writer stumble: each
// status, several subjects, several scripts, and a target that answers with
// what it hopes will be carried out by whoever reads the report.
func sample() *report.Report {
	r := &report.Report{
		Format:   report.Format,
		Target:   "https://api.example.com/v1",
		Document: "Widgets & Gadgets <beta> 1.2.0",
		Started:  time.Date(2026, 11, 23, 8, 0, 12, 0, time.UTC),
		Duration: 3.2391,
		Seed:     7,
		Requests: 214,
		Created:  14,
		Deleted:  12,
		Left:     2,
		Ledger:   "understudy-ledger.json",
		Notes: []string{
			"lists are ordered by creation, newest first",
			"an unknown member of a body is ignored | not refused",
			"429 was never answered; `Retry-After` was not looked at",
		},
		Results: append(findings(), others()...),
	}
	r.Judge(false)
	return r
}

// findings are the results that come with evidence.
func findings() []report.Result {
	return []report.Result{
		{
			ID: "crud/create-echo", Status: report.Fail, Level: report.Must, Subject: "widgets", Duration: 0.0381,
			Requirement: "A created item holds the values that were sent.",
			Source:      "#/paths/~1widgets~1/post, line 118",
			Reason:      `the member "name" came back changed`,
			Expected:    `"Ærøskøbing ☃ 雪だるま"`,
			Actual:      `"?r?sk?bing ? ????"`,
			Exchanges:   createAndRead(),
		},
		{
			ID: "errors/not-found", Status: report.Fail, Level: report.Must, Subject: "GET /widgets/{id}/", Duration: 1.25,
			Requirement: "An item that is not there is answered with 404 in the format that the document declares.",
			Source:      "#/components/responses/NotFound, line 702; RFC 9110, section 15.5.5",
			Reason:      "the answer is no JSON: <script>window.owned = true</script>",
			Expected:    "404 with application/json\n{\"type\": \"invalid_request\", \"code\": \"not_found\"}",
			Actual:      "500 with text/html\n\x1b[2J\x1b[31mowned\x07 \u202egnp.exe",
			Exchanges:   hostilePage(),
		},
		{
			ID: "paging/limit", Status: report.Warn, Level: report.Should, Subject: "widgets",
			Requirement: "A limit over the greatest is refused or lowered.",
			Source:      "#/components/parameters/limit, line 77",
			Reason:      "limit=100000 was followed",
			Expected:    "400, or at most 100 items",
			Actual:      "200 with 3,412 items",
			Exchanges:   longList(),
		},
		{
			ID: "http/head", Status: report.Flaky, Level: report.May, Subject: "widgets",
			Requirement: "HEAD is answered like GET, without a body.",
			Source:      "RFC 9110, section 9.3.2",
			Reason:      "the connection broke, and HEAD passed when repeated",
			Exchanges: []report.Exchange{{
				Method: "HEAD", URL: "https://api.example.com/v1/widgets/", Marked: true,
				Curl:  `curl -sS -i -I "https://api.example.com/v1/widgets/"`,
				Error: "read tcp 127.0.0.1:51234->127.0.0.1:443: connection reset by peer",
			}},
		},
	}
}

// others are the results that are told in a line, or only counted.
func others() []report.Result {
	results := []report.Result{
		{
			ID: "crud/update", Status: report.Blocked, Level: report.Must, Subject: "widgets", BlockedBy: "crud/create-echo",
			Requirement: "A changed item holds the values that were sent.", Source: "#/paths/~1widgets~1{id}~1/patch, line 160",
		},
		{
			ID: "auth/foreign", Status: report.NotRun, Level: report.Must,
			Requirement: "A key that belongs elsewhere is refused.", Source: "RFC 9110, section 15.5.4",
			Reason: "needs a key of another account: --token-foreign",
		},
		{
			ID: "http/options", Status: report.Known, Level: report.Should,
			Requirement: "OPTIONS tells the methods of a path.", Source: "RFC 9110, section 9.3.7",
			Reason: "OPTIONS is answered with 405", Link: "https://issues.example.com/widgets/issues/42_a",
		},
		{
			ID: "paging/cursor", Status: report.NotApplicable, Level: report.Must, Subject: "widgets",
			Requirement: "A cursor leads through a list without loss.", Source: "the document pages by offset",
		},
	}
	for n, name := range []string{"create", "read", "list", "delete"} {
		for _, subject := range []string{"widgets", "gadgets"} {
			results = append(results, report.Result{
				ID: "crud/" + name, Status: report.Pass, Level: report.Must, Subject: subject, Duration: 0.004 * float64(n+1),
				Requirement: "An operation that the document offers is answered as it says.",
				Source:      fmt.Sprintf("#/paths/~1%s~1, line %d", subject, 100+n),
			})
		}
	}
	return results
}

// createAndRead is a failure that shows only in the second exchange.
func createAndRead() []report.Exchange {
	return []report.Exchange{
		{
			Method: "POST", URL: "https://api.example.com/v1/widgets/", Status: 201,
			Request:  `{"name":"Ærøskøbing ☃ 雪だるま"}`,
			Curl:     "curl -sS -i -X POST -H \"Authorization: Bearer $UNDERSTUDY_TOKEN\" \\\n  -H 'Content-Type: application/json' \\\n  -d '{\"name\":\"Ærøskøbing ☃ 雪だるま\"}' \"https://api.example.com/v1/widgets/\"",
			Headers:  []string{"Content-Type: application/json", "Location: /v1/widgets/9/"},
			Response: `{"id":9,"name":"Ærøskøbing ☃ 雪だるま","note":null}`,
		},
		{
			Method: "GET", URL: "https://api.example.com/v1/widgets/9/", Status: 200, Marked: true,
			Curl:     `curl -sS -i -H "Authorization: Bearer $UNDERSTUDY_TOKEN" "https://api.example.com/v1/widgets/9/"`,
			Headers:  []string{"Content-Type: application/json", `ETag: "a1"`},
			Response: `{"id":9,"name":"?r?sk?bing ? ????","note":null}`,
		},
	}
}

// hostilePage is an answer that would like to be carried out, by a browser, by a
// terminal, by a shell or by a Markdown renderer.
func hostilePage() []report.Exchange {
	return []report.Exchange{{
		Method: "GET", URL: "https://api.example.com/v1/widgets/0/?q=<b>&r=`id`", Status: 500, Marked: true,
		Curl:    `curl -sS -i -H "Authorization: Bearer $UNDERSTUDY_TOKEN" "https://api.example.com/v1/widgets/0/?q=<b>&r=%60id%60"`,
		Headers: []string{"Content-Type: text/html"},
		Response: "<!doctype html>\r\n</pre></script><script>window.owned = true</script>\r\n" +
			"<img src=x onerror=\"window.owned = true\"><style>* { display: none }</style>\r\n" +
			"<![CDATA[ ]]> &amp; \x00\x1b]0;owned\x07 \xff\xfe\r\n````\r\n</details>\r\nrm -rf $HOME\n{{.Target}} ${location}",
	}}
}

// longList is an answer of which only the beginning can be shown.
func longList() []report.Exchange {
	return []report.Exchange{{
		Method: "GET", URL: "https://api.example.com/v1/widgets/?limit=100000", Status: 200, Marked: true,
		Curl:     `curl -sS -i -H "Authorization: Bearer $UNDERSTUDY_TOKEN" "https://api.example.com/v1/widgets/?limit=100000"`,
		Headers:  []string{"Content-Type: application/json"},
		Response: `{"count":3412,"results":[` + strings.Repeat(`{"id":1,"name":"Widget","note":null},`, 60) + "…",
	}}
}
