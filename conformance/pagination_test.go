package conformance_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"understudy/conformance"
	"understudy/conformance/internal/subject"
	"understudy/conformance/report"
)

func TestPaginationIsRightAboutCorrectServers(t *testing.T) { requireNoFailure(t, "pagination") }

func TestPaginationFindsItsBugs(t *testing.T) { requireKilled(t, "pagination") }

// page is a list as the subject answers it.
type page struct {
	Count    int               `json:"count"`
	Next     *string           `json:"next"`
	Previous *string           `json:"previous"`
	Results  []json.RawMessage `json:"results"`
}

// changePage changes the answers to lists.
func changePage(change func(query url.Values, p *page)) func(*http.Request, *httptest.ResponseRecorder) {
	return func(r *http.Request, a *httptest.ResponseRecorder) {
		var p page
		if !isList(r) || a.Code != http.StatusOK || json.Unmarshal(a.Body.Bytes(), &p) != nil {
			return
		}
		change(r.URL.Query(), &p)
		body, _ := json.Marshal(p) // it came from JSON
		answerWith(a, http.StatusOK, "application/json", string(body))
	}
}

func TestPaginationFindsMoreBugs(t *testing.T) {
	changed := false
	requireTold(t, "pagination", []mutant{
		{
			name: "the default size depends on the offset", check: "pagination/default-limit", status: report.Fail,
			change: changePage(func(query url.Values, p *page) {
				if !query.Has("limit") && query.Get("offset") == "1" {
					p.Results = p.Results[:1]
				}
			}),
		},
		{
			name: "a huge limit fails", check: "pagination/maximum-limit", status: report.Fail,
			change: func(r *http.Request, a *httptest.ResponseRecorder) {
				if limit, _ := strconv.Atoi(r.URL.Query().Get("limit")); limit > 10000 && limit < 1<<40 {
					answerWith(a, http.StatusInternalServerError, "application/json", "{}")
				}
			},
		},
		{
			name: "one huge limit is refused and another is not", check: "pagination/maximum-limit", status: report.Fail,
			change: func(r *http.Request, a *httptest.ResponseRecorder) {
				if limit, _ := strconv.Atoi(r.URL.Query().Get("limit")); limit > 2_000_000 {
					answerWith(a, http.StatusBadRequest, "application/json", "{}")
				}
			},
		},
		{
			name: "a word is refused as a limit and ignored as an offset", config: subject.Config{InvalidQuery: subject.Ignore}, check: "pagination/odd-values", status: report.Fail,
			change: func(r *http.Request, a *httptest.ResponseRecorder) {
				if r.URL.Query().Get("limit") == "abc" {
					answerWith(a, http.StatusBadRequest, "application/json", "{}")
				}
			},
		},
		{
			name: "a negative offset counts from the end", config: subject.Config{InvalidQuery: subject.Ignore}, check: "pagination/odd-values", status: report.Fail,
			change: changePage(func(query url.Values, p *page) {
				if query.Get("offset") == "-1" {
					p.Results = p.Results[len(p.Results)-1:]
				}
			}),
		},
		{
			name: "a record is lost when another is created between two pages", check: "pagination/moving", status: report.Fail,
			change: func(r *http.Request, a *httptest.ResponseRecorder) {
				changed = changed && r.URL.Query().Has("offset") || r.Method == http.MethodPost
				changePage(func(query url.Values, p *page) {
					if changed && len(p.Results) > 1 {
						p.Results = p.Results[:1]
					}
				})(r, a)
			},
		},
	})
}

func TestPaginationLetsServersDiffer(t *testing.T) {
	requireTold(t, "pagination", []mutant{
		{
			name: "unknown parameters are refused", config: subject.Config{Records: 3},
			change: func(r *http.Request, a *httptest.ResponseRecorder) {
				for name := range r.URL.Query() {
					if name != "limit" && name != "offset" {
						answerWith(a, http.StatusBadRequest, "application/json", "{}")
					}
				}
			},
		},
		{
			name: "links name the offset of 0", config: subject.Config{Records: 5},
			change: changePage(func(_ url.Values, p *page) {
				if p.Previous != nil && !strings.Contains(*p.Previous, "offset=") {
					*p.Previous += "&offset=0"
				}
			}),
		},
		{
			name: "the page before the second record has one record", config: subject.Config{Records: 4},
			change: changePage(func(query url.Values, p *page) {
				if p.Previous == nil {
					return
				}
				limit, _ := strconv.Atoi(query.Get("limit"))
				offset, _ := strconv.Atoi(query.Get("offset"))
				if offset < limit {
					*p.Previous = strings.Replace(*p.Previous, "limit="+strconv.Itoa(limit), "limit="+strconv.Itoa(offset), 1)
				}
			}),
		},
	})
}

// Others may use the target too.
func TestPaginationBearsWithOthers(t *testing.T) {
	right := subject.New(subject.Config{Keys: subjectKeys, Records: 5})
	lists := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if isList(r) {
			if lists++; lists%9 == 0 {
				body := fmt.Sprintf(`{"domain": "others-%d.example.com"}`, lists)
				other := httptest.NewRequestWithContext(r.Context(), http.MethodPost, "/api/organizations/"+home+"/proxy_records/", bytes.NewBufferString(body))
				other.Header.Set("Authorization", "Bearer phx_writer")
				other.Header.Set("Content-Type", "application/json")
				right.ServeHTTP(httptest.NewRecorder(), other)
			}
		}
		right.ServeHTTP(w, r)
	}))
	defer server.Close()
	for _, result := range judgeServer(t, server.URL, conformance.WithOnly("pagination")).Results {
		if result.Status == report.Fail || result.Status == report.Flaky {
			t.Errorf("%s: %s: %s (expected %s, got %s)", result.ID, result.Status, result.Reason, result.Expected, result.Actual)
		}
	}
}

// Long lists are looked at in part.
func TestPaginationIsFrugalWithLongLists(t *testing.T) {
	for name, config := range map[string]subject.Config{
		"many records":                 {Records: 150},
		"many pages":                   {Records: 150, PageSize: 20, MaxLimit: 20},
		"more pages than anyone reads": {Records: 150, PageSize: 5, MaxLimit: 5},
		"refused limits":               {Records: 150, PageSize: 20, MaxLimit: 20, LimitOverMax: subject.Refuse},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := judgeSubject(t, config, conformance.WithOnly("pagination"))
			require.Zero(t, r.Count(report.Fail)+r.Count(report.Flaky)+r.Count(report.Blocked), "%+v", failures(r))
			require.Less(t, r.Requests, 330)
		})
	}
}

// Pages can be judged without writing, where there are enough records.
func TestPaginationNeedsNoWriting(t *testing.T) {
	for records, most := range map[int]int{0: 22, 1: 22, 6: 7} {
		r := judgeSubject(t, subject.Config{Records: records}, conformance.WithOnly("pagination"), conformance.WithReadOnly())
		require.Zero(t, r.Count(report.Fail)+r.Count(report.Flaky)+r.Count(report.Blocked), "%+v", failures(r))
		require.LessOrEqual(t, r.Count(report.NotApplicable)+r.Count(report.NotRun), most, "%d records", records)
		require.Zero(t, r.Created)
	}
}

// failures lists what failed, for the message of a test.
func failures(r *report.Report) []string {
	var list []string
	for _, result := range r.Results {
		if result.Status != report.Pass && result.Status != report.NotApplicable {
			list = append(list, fmt.Sprintf("%s: %s: %s (expected %s, got %s)", result.ID, result.Status, result.Reason, result.Expected, result.Actual))
		}
	}
	return list
}
