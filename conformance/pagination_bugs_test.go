package conformance_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"understudy/conformance/report"
)

// shifted changes a number in a URL by one.
func shifted(link any, name string, by int) any {
	u, err := url.Parse(text(link))
	if err != nil || link == nil {
		return link
	}
	query := u.Query()
	number, _ := strconv.Atoi(query.Get(name))
	query.Set(name, strconv.Itoa(number+by))
	u.RawQuery = query.Encode()
	return u.String()
}

func text(value any) string {
	text, _ := value.(string)
	return text
}

// repeats has each page after a start begin with the record before it.
func repeats(start string) func(*http.Request, *list) {
	var last any
	return func(r *http.Request, l *list) {
		if len(l.items) == 0 {
			return
		}
		if r.URL.Query().Has(start) && last != nil {
			l.items = append([]any{last}, l.items...)
		}
		last = l.items[len(l.items)-1]
	}
}

// skips has each page after a start lack its first record.
func skips(start string) func(*http.Request, *list) {
	return func(r *http.Request, l *list) {
		if r.URL.Query().Has(start) && len(l.items) > 0 {
			l.items = l.items[1:]
		}
	}
}

// loses has a page lack its first records when one was deleted since the first page.
func loses(start string, lost int) func(*http.Request, *httptest.ResponseRecorder) {
	deleted := false
	return func(r *http.Request, a *httptest.ResponseRecorder) {
		deleted = r.Method == http.MethodDelete || deleted && r.URL.Query().Has(start)
		if l := readList(r, a); l != nil && deleted && len(l.items) > 0 {
			l.items = l.items[min(lost, len(l.items)):]
			l.write(a)
		}
	}
}

// fails answers a request with a value of a parameter with 500.
func fails(name string, odd func(value string) bool) func(*http.Request, *httptest.ResponseRecorder) {
	return func(r *http.Request, a *httptest.ResponseRecorder) {
		if query := r.URL.Query(); r.Method == http.MethodGet && query.Has(name) && odd(query.Get(name)) {
			answerWith(a, http.StatusInternalServerError, "application/json", "{}")
		}
	}
}

func TestPaginationFindsBugsOfNumbers(t *testing.T) {
	t.Parallel()
	requireStyled(t, []styled{
		{document: "page-number", name: "next is one too far", checks: []string{"pagination/forward"}, change: func(_ *http.Request, l *list) {
			l.at("links")["next"] = shifted(l.at("links")["next"], "page", 1)
		}},
		{document: "page-number", name: "prev is one too far", checks: []string{"pagination/backward"}, change: func(r *http.Request, l *list) {
			if r.URL.Query().Get("page") == "3" {
				l.at("links")["prev"] = shifted(l.at("links")["prev"], "page", -1)
			}
		}},
		{document: "page-number", name: "next on the last page", checks: []string{"pagination/next-ends"}, change: func(_ *http.Request, l *list) {
			if links := l.at("links"); links["next"] == nil {
				links["next"] = shifted(links["self"], "page", 1)
			}
		}},
		{document: "page-number", name: "prev on the first page", checks: []string{"pagination/previous-ends"}, change: func(_ *http.Request, l *list) {
			if links := l.at("links"); links["prev"] == nil {
				links["prev"] = links["self"]
			}
		}},
		{document: "page-number", name: "next of some page is null", checks: []string{"pagination/forward"}, change: func(r *http.Request, l *list) {
			if r.URL.Query().Get("page") == "2" {
				l.at("links")["next"] = nil
			}
		}},
		{document: "page-number", name: "last is one too far", checks: []string{"pagination/ends-linked"}, change: func(_ *http.Request, l *list) {
			l.at("links")["last"] = shifted(l.at("links")["last"], "page", 1)
		}},
		{document: "page-number", name: "links lose the size", checks: []string{"pagination/links-keep-query"}, change: func(_ *http.Request, l *list) {
			for name, link := range l.at("links") {
				l.at("links")[name] = any(strings.ReplaceAll(text(link), "page_size=", "size="))
				if link == nil {
					l.at("links")[name] = nil
				}
			}
		}},
		{document: "page-number", name: "the total of the page", checks: []string{"pagination/count"}, change: func(_ *http.Request, l *list) { l.at("meta")["total"] = len(l.items) }},
		{document: "page-number", name: "too few pages", checks: []string{"pagination/numbers"}, change: func(_ *http.Request, l *list) {
			pages, _ := l.at("meta")["total_pages"].(float64)
			l.at("meta")["total_pages"] = pages - 1
		}},
		{document: "page-number", name: "always the first page, it says", checks: []string{"pagination/numbers"}, change: func(_ *http.Request, l *list) { l.at("meta")["current_page"] = 1 }},
		{document: "page-number", name: "the default size, it says", checks: []string{"pagination/numbers"}, change: func(_ *http.Request, l *list) { l.at("meta")["per_page"] = 15 }},
		{document: "page-number", name: "the size is ignored", checks: []string{"pagination/limit"}, ask: dropQuery("page_size")},
		{document: "page-number", name: "the number is ignored", checks: []string{"pagination/offset", "pagination/numbers"}, ask: dropQuery("page")},
		{document: "page-number", name: "the last page for one past the end", checks: []string{"pagination/past-the-end", "pagination/odd-values"}, ask: func(r *http.Request) {
			query := r.URL.Query()
			if page, _ := strconv.Atoi(query.Get("page")); page > 4 {
				query.Set("page", "1")
			}
			r.URL.RawQuery = query.Encode()
		}},
		{document: "page-number", name: "page 0 fails", checks: []string{"pagination/odd-values"}, spoil: fails("page", func(value string) bool { return value == "0" })},
		{document: "page-number", name: "a page past the end fails", checks: []string{"pagination/past-the-end"}, spoil: fails("page", func(value string) bool { return len(value) == 2 })},
		{document: "page-number", name: "sort is ignored", checks: []string{"pagination/sort"}, ask: dropQuery("sort_by", "order")},
		{document: "page-number", name: "the direction is ignored", checks: []string{"pagination/sort"}, ask: dropQuery("order")},
		{document: "json-api", name: "the number is ignored", checks: []string{"pagination/offset", "pagination/numbers"}, ask: dropQuery("page[number]")},
		{document: "json-api", name: "the size is ignored", checks: []string{"pagination/limit"}, ask: dropQuery("page[size]")},
		{document: "json-api", name: "self is another page", checks: []string{"pagination/ends-linked"}, change: func(_ *http.Request, l *list) {
			l.at("links")["self"] = l.at("links")["first"]
		}},
		{document: "json-api", name: "pages count from 0, it says", checks: []string{"pagination/numbers"}, change: func(_ *http.Request, l *list) {
			number, _ := l.at("meta", "page")["number"].(float64)
			l.at("meta", "page")["number"] = number - 1
		}},
		{document: "marker", name: "the offset is ignored", checks: []string{"pagination/offset"}, ask: dropQuery("offset")},
		{document: "marker", name: "the total of the page", checks: []string{"pagination/count"}, change: func(_ *http.Request, l *list) { l.object["total_count"] = len(l.items) }},
		{document: "marker", name: "no offset, it says", checks: []string{"pagination/numbers"}, change: func(_ *http.Request, l *list) { l.object["offset"] = 0 }},
		{document: "marker", name: "a page lacks a record", checks: []string{"pagination/forward"}, change: func(r *http.Request, l *list) {
			if query := r.URL.Query(); query.Get("limit") == "2" && query.Get("offset") == "2" {
				l.items = nil
			}
		}},
	})
}

func TestPaginationFindsBugsOfLink(t *testing.T) {
	t.Parallel()
	link := func(change func(r *http.Request, line string) string) func(*http.Request, *list) {
		return func(r *http.Request, l *list) { l.header.Set("Link", change(r, l.header.Get("Link"))) }
	}
	requireStyled(t, []styled{
		{document: "link-header", name: "next on the last page", checks: []string{"pagination/next-ends"}, change: link(func(r *http.Request, line string) string {
			if !strings.Contains(line, `rel="next"`) {
				line += `, <` + r.URL.Path + `?page=9>; rel="next"`
			}
			return line
		})},
		{document: "link-header", name: "no links", checks: []string{"pagination/forward"}, change: link(func(*http.Request, string) string { return "" })},
		{document: "link-header", name: "next is the page itself", checks: []string{"pagination/forward"}, change: link(func(r *http.Request, line string) string {
			if r.URL.Query().Get("page") == "2" {
				line = strings.ReplaceAll(line, "&page=3", "&page=2")
			}
			return line
		})},
		{document: "link-header", name: "prev on the first page", checks: []string{"pagination/previous-ends"}, change: link(func(_ *http.Request, line string) string {
			return strings.ReplaceAll(line, `rel="first"`, `rel="first prev"`)
		})},
		{document: "link-header", name: "prev is the page itself", checks: []string{"pagination/backward"}, change: link(func(r *http.Request, line string) string {
			return strings.ReplaceAll(line, `&page=1>; rel="prev"`, "&page="+r.URL.Query().Get("page")+`>; rel="prev"`)
		})},
		{document: "link-header", name: "last is the first", checks: []string{"pagination/ends-linked"}, change: link(func(_ *http.Request, line string) string {
			return strings.ReplaceAll(strings.ReplaceAll(line, `rel="last"`, `rel="none"`), `rel="first"`, `rel="first last"`)
		})},
		{document: "link-header", name: "links lose the size", checks: []string{"pagination/links-keep-query"}, change: link(func(_ *http.Request, line string) string {
			return strings.ReplaceAll(line, "per_page=", "size=")
		})},
		{document: "link-header", name: "links lead to another host", checks: []string{"pagination/links"}, change: link(func(_ *http.Request, line string) string {
			return strings.ReplaceAll(line, "127.0.0.1", "backend")
		})},
		{document: "link-header", name: "the size is ignored", checks: []string{"pagination/limit"}, ask: dropQuery("per_page")},
		{document: "link-header", name: "the total of the page", checks: []string{"pagination/count", "pagination/filter"}, change: func(_ *http.Request, l *list) {
			l.header.Set("X-Total-Count", strconv.Itoa(len(l.items)))
		}},
		{document: "link-header", name: "the filter is ignored", checks: []string{"pagination/filter"}, ask: dropQuery("state")},
	})
}

func TestPaginationFindsBugsOfCursors(t *testing.T) {
	t.Parallel()
	early := []string{"pagination/limit", "pagination/offset", "pagination/forward", "pagination/stable", "pagination/unknown-start", "pagination/limit-changes"}
	first := ""
	requireStyled(t, []styled{
		{document: "cursor", name: "a record is repeated", checks: early, change: repeats("cursor")},
		{document: "cursor", name: "a record is skipped", checks: early, change: skips("cursor")},
		{document: "cursor", name: "a cursor on the last page", checks: []string{"pagination/next-ends"}, change: func(_ *http.Request, l *list) {
			if cursor := text(l.object["next_cursor"]); cursor != "" {
				first = cursor
			} else if first != "" {
				l.object["next_cursor"] = first
			}
		}},
		{document: "cursor", name: "always the same cursor", checks: append(early, "pagination/next-ends"), change: func(r *http.Request, l *list) {
			if r.URL.Query().Has("cursor") && l.object["next_cursor"] != nil {
				l.object["next_cursor"] = r.URL.Query().Get("cursor")
			}
		}},
		{document: "cursor", name: "ends early", checks: []string{"pagination/forward"}, change: func(r *http.Request, l *list) {
			if r.URL.Query().Has("cursor") {
				l.object["next_cursor"] = nil
			}
		}},
		{document: "cursor", name: "more at the end", checks: []string{"pagination/next-ends"}, change: func(_ *http.Request, l *list) { l.object["has_more"] = true }},
		{document: "cursor", name: "no more before the end", checks: []string{"pagination/forward"}, change: func(_ *http.Request, l *list) { l.object["has_more"] = false }},
		{document: "cursor", name: "the limit is ignored", checks: []string{"pagination/limit"}, ask: dropQuery("limit")},
		{document: "cursor", name: "another limit moves the cursor", warned: true, checks: []string{"pagination/limit-changes"}, change: func() func(*http.Request, *list) {
			limits := map[string]string{}
			return func(r *http.Request, l *list) {
				query := r.URL.Query()
				if given := limits[query.Get("cursor")]; query.Has("cursor") && given == "1" && query.Get("limit") == "2" && len(l.items) > 0 {
					l.items = slices.Delete(l.items, 0, 1)
				}
				limits[text(l.object["next_cursor"])] = query.Get("limit")
			}
		}()},
		{document: "cursor", name: "an unknown cursor fails", checks: []string{"pagination/unknown-start"}, spoil: fails("cursor", func(value string) bool { return strings.HasPrefix(value, "understudy") })},
		{document: "cursor", name: "a record is lost when another is deleted", warned: true, checks: []string{"pagination/moving"}, spoil: loses("cursor", 1)},
		{document: "cursor", name: "several records are lost when another is deleted", checks: []string{"pagination/moving"}, spoil: loses("cursor", 9)},
		{document: "cursor", name: "the filter is ignored", checks: []string{"pagination/filter"}, ask: dropQuery("level")},
		{document: "page-token", name: "a record is skipped", checks: early, change: skips("pageToken")},
		{document: "page-token", name: "a token on the last page", checks: []string{"pagination/next-ends"}, change: func(_ *http.Request, l *list) {
			if text(l.object["nextPageToken"]) == "" {
				l.object["nextPageToken"] = "end"
			}
		}},
		{document: "page-token", name: "the total of the page", checks: []string{"pagination/count"}, change: func(_ *http.Request, l *list) { l.object["totalSize"] = len(l.items) }},
		{document: "page-token", name: "an unknown token fails", checks: []string{"pagination/unknown-start"}, spoil: fails("pageToken", func(value string) bool { return strings.HasPrefix(value, "understudy") })},
	})
}

func TestPaginationFindsBugsOfIDs(t *testing.T) {
	t.Parallel()
	early := []string{"pagination/limit", "pagination/offset", "pagination/forward", "pagination/past-the-end", "pagination/stable", "pagination/next-ends"}
	requireStyled(t, []styled{
		{document: "starting-after", name: "the id is ignored", checks: early, ask: dropQuery("starting_after")},
		{document: "starting-after", name: "a record is repeated", checks: early, change: repeats("starting_after")},
		{document: "starting-after", name: "a record is skipped", checks: early, change: skips("starting_after")},
		{document: "starting-after", name: "more at the end", checks: []string{"pagination/next-ends"}, change: func(_ *http.Request, l *list) { l.object["has_more"] = true }},
		{document: "starting-after", name: "no more before the end", checks: []string{"pagination/forward"}, change: func(_ *http.Request, l *list) { l.object["has_more"] = false }},
		{document: "starting-after", name: "the way back is ignored", checks: []string{"pagination/previous-ends"}, ask: dropQuery("ending_before")},
		{document: "starting-after", name: "the way back skips a record", checks: []string{"pagination/backward"}, change: skips("ending_before")},
		{document: "starting-after", name: "an unknown id fails", checks: []string{"pagination/unknown-start"}, spoil: func(r *http.Request, a *httptest.ResponseRecorder) {
			if r.Method == http.MethodGet && a.Code == http.StatusBadRequest && r.URL.Query().Get("starting_after") != "" {
				answerWith(a, http.StatusInternalServerError, "application/json", "{}")
			}
		}},
		{document: "starting-after", name: "the filter is ignored", checks: []string{"pagination/filter"}, ask: dropQuery("currency")},
		{document: "starting-after", name: "a record is lost when another is deleted", checks: []string{"pagination/moving"}, spoil: loses("starting_after", 1)},
		{document: "before-after", name: "the limit is ignored", checks: []string{"pagination/limit"}, ask: dropQuery("limit")},
		{document: "before-after", name: "a record is repeated", checks: early, change: repeats("after")},
		{document: "before-after", name: "a record is skipped", checks: early, change: skips("after")},
		{document: "before-after", name: "the way back is ignored", checks: []string{"pagination/previous-ends"}, ask: dropQuery("before")},
		{document: "before-after", name: "the way back begins at the start", checks: []string{"pagination/backward"}, ask: func(r *http.Request) {
			if query := r.URL.Query(); query.Has("before") && query.Has("limit") {
				dropQuery("before")(r)
			}
		}},
	})
}

func TestPaginationFindsBugsOfOrders(t *testing.T) {
	t.Parallel()
	requireStyled(t, []styled{
		{document: "limit-offset", name: "the order is ignored", checks: []string{"pagination/sort"}, ask: dropQuery("ordering")},
		{document: "limit-offset", name: "the sign is ignored", checks: []string{"pagination/sort"}, ask: func(r *http.Request) {
			r.URL.RawQuery = strings.ReplaceAll(r.URL.RawQuery, "ordering=-", "ordering=")
		}},
		{document: "limit-offset", name: "a page is sorted by itself", checks: []string{"pagination/sort"}, change: func(r *http.Request, l *list) {
			if r.URL.Query().Has("ordering") && len(l.items) == 2 {
				slices.Reverse(l.items)
			}
		}},
		{document: "limit-offset", name: "the order loses a record", checks: []string{"pagination/sort"}, change: func(r *http.Request, l *list) {
			if r.URL.Query().Has("ordering") {
				l.items = l.items[1:]
			}
		}},
		{document: "limit-offset", name: "the filter is ignored", checks: []string{"pagination/filter"}, ask: dropQuery("genre")},
		{document: "limit-offset", name: "the filter keeps too few", checks: []string{"pagination/filter"}, change: func(r *http.Request, l *list) {
			if r.URL.Query().Has("genre") && len(l.items) > 0 {
				l.items = l.items[1:]
			}
		}},
		{document: "limit-offset", name: "the count of a filter is that of all", checks: []string{"pagination/filter"}, change: func(r *http.Request, l *list) {
			if r.URL.Query().Has("genre") {
				l.object["count"] = 99
				l.object["next"] = nil
			}
		}},
	})
}

// A list that shows what the filter keeps out does so whatever else is wrong with its pages.
func TestAnIgnoredFilterIsToldBesideABrokenCursor(t *testing.T) {
	t.Parallel()
	both := styled{ask: dropQuery("level"), change: skips("cursor")}
	r := judgeSmall(t, "cursor", 1, both.apply)
	require.Equal(t, report.Fail, resultOf(t, r, "pagination/filter").Status, "%+v", failures(r))
	forward := resultOf(t, r, "pagination/forward")
	require.Contains(t, []report.Status{report.Fail, report.Blocked}, forward.Status)
}
