package conformance_test

import (
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"understudy/conformance/report"
)

// capped has a server give no more than two records a page.
func capped(size string) func(*http.Request) {
	return func(r *http.Request) {
		query := r.URL.Query()
		if limit, _ := strconv.Atoi(query.Get(size)); !query.Has(size) || limit > 2 && limit <= 100 {
			query.Set(size, "2")
		}
		r.URL.RawQuery = query.Encode()
	}
}

// refuses answers a request with 400.
func refuses(when func(r *http.Request, a *httptest.ResponseRecorder) bool) func(*http.Request, *httptest.ResponseRecorder) {
	return func(r *http.Request, a *httptest.ResponseRecorder) {
		if r.Method == http.MethodGet && when(r, a) {
			answerWith(a, http.StatusBadRequest, "application/json", `{"error":{"code":"no","message":"no","status":"no"}}`)
		}
	}
}

// swapped has a server take the two ways from a record for each other, as one does
// that has its newest records first.
func swapped(r *http.Request) {
	query := r.URL.Query()
	before, after := query["before"], query["after"]
	query.Del("before")
	query.Del("after")
	if before != nil {
		query["after"] = before
	}
	if after != nil {
		query["before"] = after
	}
	r.URL.RawQuery = query.Encode()
}

// What the documents leave open is no bug.
func TestPaginationLetsStylesDiffer(t *testing.T) {
	t.Parallel()
	requireLet(t, []styled{
		{document: "page-number", name: "a page past the end is refused", spoil: refuses(func(r *http.Request, a *httptest.ResponseRecorder) bool {
			l := readList(r, a)
			return l != nil && len(l.items) == 0 && r.URL.Query().Has("page")
		})},
		{document: "page-number", name: "few records a page", ask: capped("page_size")},
		{document: "page-number", name: "no link to the last page", change: func(_ *http.Request, l *list) { delete(l.at("links"), "last") }},
		{document: "page-number", name: "relative links", change: func(_ *http.Request, l *list) {
			for name, link := range l.at("links") {
				if _, query, ok := strings.Cut(text(link), "?"); ok {
					l.at("links")[name] = "?" + query
				}
			}
		}},
		{document: "json-api", name: "few records a page", ask: capped("page[size]")},
		{document: "link-header", name: "relative links without quotes", change: func(r *http.Request, l *list) {
			line := strings.ReplaceAll(l.header.Get("Link"), "http://"+r.Host, "")
			l.header.Set("Link", strings.ReplaceAll(line, `"`, ""))
		}},
		{document: "link-header", name: "next alone", change: func(_ *http.Request, l *list) {
			next, _, has := strings.Cut(l.header.Get("Link"), `; rel="next"`)
			l.header.Del("Link")
			if has {
				l.header.Set("Link", next+`; rel="next"`)
			}
		}},
		{document: "link-header", name: "few records a page", ask: capped("per_page")},
		{document: "cursor", name: "few records a page", ask: capped("limit")},
		{document: "cursor", name: "nothing says whether there are more", change: func(_ *http.Request, l *list) { delete(l.object, "has_more") }},
		{document: "cursor", name: "an unknown cursor is ignored", ask: func(r *http.Request) {
			if strings.HasPrefix(r.URL.Query().Get("cursor"), "understudy") {
				dropQuery("cursor")(r)
			}
		}},
		{document: "cursor", name: "a cursor keeps its limit", ask: func(r *http.Request) {
			query := r.URL.Query() // the cursor names its limit behind a point
			if cursor, limit, ok := strings.Cut(query.Get("cursor"), "."); ok && limit == query.Get("limit") {
				query.Set("cursor", cursor)
				r.URL.RawQuery = query.Encode()
			}
		}, change: func(r *http.Request, l *list) {
			if cursor := text(l.object["next_cursor"]); cursor != "" {
				l.object["next_cursor"] = cursor + "." + r.URL.Query().Get("limit")
			}
		}},
		{document: "page-token", name: "an empty token at the end, and no total", change: func(_ *http.Request, l *list) {
			delete(l.object, "totalSize")
			if l.object["nextPageToken"] == nil {
				l.object["nextPageToken"] = ""
			}
		}},
		{document: "starting-after", name: "few records a page", ask: capped("limit")},
		{document: "starting-after", name: "an unknown id gives an empty page", spoil: func(r *http.Request, a *httptest.ResponseRecorder) {
			if r.Method == http.MethodGet && a.Code == http.StatusBadRequest && r.URL.Query().Get("starting_after") != "" {
				answerWith(a, http.StatusOK, "application/json", `{"object":"list","data":[],"has_more":false,"url":"/v1/charges"}`)
			}
		}},
		{document: "before-after", name: "few records a page", ask: capped("limit")},
		{document: "before-after", name: "what comes after a record stands before it", ask: swapped},
		{document: "limit-offset", name: "an unknown value of a filter is refused", spoil: refuses(func(r *http.Request, a *httptest.ResponseRecorder) bool {
			l := readList(r, a)
			return l != nil && len(l.items) == 0 && r.URL.Query().Has("genre")
		})},
	})
}

// Other checks read such a list to its end too.
func TestListsLeadBack(t *testing.T) {
	t.Parallel()
	file, document := smallDocument(t, "before-after")
	r := judgeChanged(t, file, document, 1, styled{ask: swapped}.apply, "crud")
	require.Zero(t, r.Count(report.Fail)+r.Count(report.Flaky)+r.Count(report.Blocked), "%+v", failures(r))
	require.Greater(t, r.Count(report.Pass), 9)
}
