package conformance_test

import (
	"bytes"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"understudy/conformance"
	"understudy/conformance/internal/subject"
	"understudy/conformance/report"
	"understudy/mockserver"
)

// judgeSmall judges the pages of a stand-in for one of the small documents, whose
// answers may change on their way.
func judgeSmall(t *testing.T, name string, seed uint64, change func(*http.Request, *httptest.ResponseRecorder)) *report.Report {
	t.Helper()
	file, document := smallDocument(t, name)
	return judgePages(t, file, document, seed, change)
}

func smallDocument(t *testing.T, name string) (file string, document []byte) {
	t.Helper()
	file = "../fixtures/specs/" + name + ".yaml"
	document, err := os.ReadFile(file) //nolint:gosec // one of the module's own
	require.NoError(t, err)
	return file, document
}

// judgePages does so for any document.
func judgePages(t *testing.T, file string, document []byte, seed uint64, change func(*http.Request, *httptest.ResponseRecorder)) *report.Report {
	t.Helper()
	return judgeChanged(t, file, document, seed, change, "pagination")
}

// judgeChanged judges a group of checks of a stand-in whose answers may change on
// their way.
func judgeChanged(t *testing.T, file string, document []byte, seed uint64, change func(*http.Request, *httptest.ResponseRecorder), group string) *report.Report {
	t.Helper()
	standIn, err := mockserver.New(mockserver.WithSpec(file, document))
	require.NoError(t, err)
	var mu sync.Mutex
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		r.Body = io.NopCloser(bytes.NewReader(body))
		a := httptest.NewRecorder()
		mu.Lock()
		defer mu.Unlock()
		if change != nil {
			change(r, nil)
		}
		standIn.ServeHTTP(a, r)
		if change != nil {
			change(r, a)
		}
		maps.Copy(w.Header(), a.Header())
		w.WriteHeader(a.Code)
		_, _ = io.Copy(w, a.Body)
	}))
	defer server.Close()
	options := append(standInOptions(&mockserver.Running{Server: standIn}), conformance.WithSpec(file, document), conformance.WithOnly(group), conformance.WithSeed(seed))
	r, err := conformance.Execute(t.Context(), server.URL, options...)
	require.NoError(t, err)
	require.Zero(t, r.Left, "records left behind")
	return r
}

// Each style of paging is walked, and nothing passes because it did not run.
func TestPaginationWalksEveryStyle(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]int{
		"page-number": 18, "cursor": 12, "marker": 11, "page-token": 13, "before-after": 13,
		"starting-after": 15, "link-header": 17, "json-api": 17, "limit-offset": 17, "bare-list": 0,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for seed := range uint64(12) {
				r := judgeSmall(t, name, seed+1, nil)
				require.Zero(t, r.Count(report.Fail)+r.Count(report.Flaky)+r.Count(report.Blocked)+r.Count(report.Warn), "%+v", failures(r))
				passed := r.Count(report.Pass)
				if sorted := resultOf(t, r, "pagination/sort"); strings.HasPrefix(sorted.Reason, "no member") {
					passed++ // made-up records may be alike
				}
				require.Equal(t, want, passed, "checks that ran, with the seed %d", seed+1)
				require.Less(t, r.Requests, 130)
			}
		})
	}
	for _, result := range judgeSmall(t, "bare-list", 1, nil).Results {
		require.Equal(t, report.NotApplicable, result.Status)
		require.NotEmpty(t, result.Reason)
	}
}

// Styles come in more shapes than the small documents have.
func TestPaginationWalksOtherShapes(t *testing.T) {
	t.Parallel()
	const cursor = "                  next_cursor: {type: [string, 'null']}\n"
	for name, test := range map[string]struct {
		document, old, with string
		passed              int
	}{
		"ids without a size":        {"before-after", "        - {name: limit, in: query, schema: {type: [integer, 'null'], minimum: 1, maximum: 100}}\n", "", 8},
		"cursors without a size":    {"cursor", "        - {name: limit, in: query, schema: {type: integer, minimum: 1, maximum: 25, default: 5}}\n", "", 8},
		"numbers without a size":    {"page-number", "        - {name: page_size, in: query, schema: {type: integer, minimum: 1, maximum: 40, default: 15}}\n", "", 15},
		"offsets without a limit":   {"limit-offset", "        - {name: limit, in: query, schema: {type: integer, minimum: 1, maximum: 50, default: 10}}\n", "", 14},
		"numbers from 0":            {"page-number", "{name: page, in: query, schema: {type: integer, minimum: 1, default: 1}}", "{name: page, in: query, schema: {type: integer, minimum: 0, default: 0}}", 18},
		"no small pages":            {"page-number", "minimum: 1, maximum: 40, default: 15", "minimum: 5, maximum: 40, default: 15", 17},
		"no large pages":            {"cursor", "maximum: 25, default: 5", "maximum: 2, default: 1", 12},
		"cursors that lead back":    {"cursor", cursor, cursor + "                  prev_cursor: {type: [string, 'null']}\n", 13},
		"cursors inside URLs":       {"cursor", cursor, "                  next: {type: [string, 'null'], format: uri}\n                  previous: {type: [string, 'null'], format: uri}\n", 16},
		"cursors inside Link":       {"link-header", "{name: page, in: query, schema: {type: integer, minimum: 1, default: 1}}", "{name: cursor, in: query, schema: {type: string}}", 18},
		"a count beside the cursor": {"cursor", cursor, cursor + "                  total: {type: integer}\n", 13},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			file, document := smallDocument(t, test.document)
			require.Contains(t, string(document), test.old)
			text := strings.Replace(string(document), test.old, test.with, 1)
			if !strings.Contains(text, cursor) {
				text = strings.ReplaceAll(text, "required: [items, next_cursor]", "required: [items]")
			}
			r := judgePages(t, file, []byte(text), 1, nil)
			require.Zero(t, r.Count(report.Fail)+r.Count(report.Flaky)+r.Count(report.Blocked)+r.Count(report.Warn), "%+v", failures(r))
			require.Equal(t, test.passed, r.Count(report.Pass))
		})
	}
}

// A list that was empty when it was last looked at is filled before its pages are
// judged.
func TestPaginationFillsAListThatWasEmpty(t *testing.T) {
	t.Parallel()
	r := judgeSubject(t, subject.Config{}, conformance.WithOnly("schema/list-empty"), conformance.WithOnly("pagination/limit"))
	require.Equal(t, report.Pass, resultOf(t, r, "pagination/limit").Status)
	require.Positive(t, r.Created)
}

// resultOf is the result of one check.
func resultOf(t *testing.T, r *report.Report, id string) report.Result {
	t.Helper()
	for _, result := range r.Results {
		if result.ID == id {
			return result
		}
	}
	t.Fatalf("there is no check %s", id)
	return report.Result{}
}

// styled is a bug in the paging of one of the small documents.
type styled struct {
	document, name string
	checks         []string // one of which tells
	warned         bool     // it warns, as nothing forbids it
	ask            func(*http.Request)
	change         func(*http.Request, *list)
	spoil          func(*http.Request, *httptest.ResponseRecorder)
}

// list is an answer to a list, whatever its envelope.
type list struct {
	object map[string]any // nil for a bare list
	name   string         // of the member with the items
	items  []any
	header http.Header
	status int
}

// at is the object at a path of members.
func (l *list) at(path ...string) map[string]any {
	object := l.object
	for _, name := range path {
		object, _ = object[name].(map[string]any)
	}
	return object
}

// readList reads an answer to a list; nil when it is none.
func readList(r *http.Request, a *httptest.ResponseRecorder) *list {
	var value any
	if r.Method != http.MethodGet || a.Code != http.StatusOK || json.Unmarshal(a.Body.Bytes(), &value) != nil {
		return nil
	}
	l := &list{header: a.Header(), status: a.Code}
	if items, ok := value.([]any); ok {
		l.items = items
		return l
	}
	l.object, _ = value.(map[string]any)
	for _, name := range []string{"data", "items", "entries", "vehicles", "results"} {
		if items, ok := l.object[name].([]any); ok {
			l.name, l.items = name, items
			return l
		}
	}
	return nil
}

// write puts a list in place of an answer.
func (l *list) write(a *httptest.ResponseRecorder) {
	var body []byte
	if l.object == nil {
		body, _ = json.Marshal(l.items) // it came from JSON
	} else {
		l.object[l.name] = l.items
		body, _ = json.Marshal(l.object)
	}
	a.Code = l.status
	a.Body = bytes.NewBuffer(body)
	a.Header().Del("Content-Length")
}

// apply changes a request, when there is no answer yet, or its answer.
func (bug styled) apply(r *http.Request, a *httptest.ResponseRecorder) {
	if a == nil {
		if bug.ask != nil && r.Method == http.MethodGet {
			bug.ask(r)
		}
		return
	}
	if bug.spoil != nil {
		bug.spoil(r, a)
	}
	if l := readList(r, a); l != nil && bug.change != nil {
		bug.change(r, l)
		l.write(a)
	}
}

// requireLet wants no check to fail where servers may differ.
func requireLet(t *testing.T, habits []styled) {
	t.Helper()
	for _, habit := range habits {
		t.Run(habit.document+"/"+habit.name, func(t *testing.T) {
			t.Parallel()
			r := judgeSmall(t, habit.document, 1, habit.apply)
			require.Zero(t, r.Count(report.Fail)+r.Count(report.Flaky)+r.Count(report.Blocked), "%+v", failures(r))
			require.Greater(t, r.Count(report.Pass), 9)
		})
	}
}

func requireStyled(t *testing.T, bugs []styled) {
	t.Helper()
	for _, bug := range bugs {
		t.Run(bug.document+"/"+bug.name, func(t *testing.T) {
			t.Parallel()
			r := judgeSmall(t, bug.document, 1, bug.apply)
			var failed []string
			for _, result := range r.Results {
				if bug.warned {
					require.NotEqual(t, report.Fail, result.Status, "%+v", failures(r))
				}
				if result.Status == report.Fail || bug.warned && result.Status == report.Warn {
					failed = append(failed, result.ID)
				}
			}
			require.NotEmpty(t, failed, "survived")
			for _, id := range failed {
				require.Contains(t, bug.checks, id, "%+v", failures(r))
			}
		})
	}
}

// dropQuery has a server ignore a parameter.
func dropQuery(names ...string) func(*http.Request) {
	return func(r *http.Request) {
		query := r.URL.Query()
		for _, name := range names {
			query.Del(name)
		}
		r.URL.RawQuery = query.Encode()
	}
}
