package conformance_test

import (
	"bytes"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"understudy/conformance"
	"understudy/conformance/internal/subject"
	"understudy/conformance/report"
)

func TestHTTPIsRightAboutCorrectServers(t *testing.T) { requireNoFailure(t, "http") }

func TestHTTPFindsItsBugs(t *testing.T) { requireKilled(t, "http") }

// mutant is a subject whose answers are changed on their way.
type mutant struct {
	name   string
	config subject.Config
	change func(r *http.Request, a *httptest.ResponseRecorder)
	check  string // that tells, "" when none may fail
	status report.Status
	opts   []conformance.Option
}

// judgeMutant runs a group against a mutant.
func judgeMutant(t *testing.T, m mutant, group string) *report.Report {
	t.Helper()
	m.config.Keys = subjectKeys
	right := subject.New(m.config)
	var mu sync.Mutex
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		a := httptest.NewRecorder()
		right.ServeHTTP(a, r)
		mu.Lock()
		m.change(r, a)
		mu.Unlock()
		maps.Copy(w.Header(), a.Header())
		w.WriteHeader(a.Code)
		_, _ = io.Copy(w, a.Body)
	}))
	defer server.Close()
	return judgeServer(t, server.URL, append([]conformance.Option{conformance.WithOnly(group)}, m.opts...)...)
}

// judgeServer runs the suite against a server with the subject's keys.
func judgeServer(t *testing.T, url string, opts ...conformance.Option) *report.Report {
	t.Helper()
	r, err := conformance.Execute(t.Context(), url, append([]conformance.Option{
		conformance.WithToken("phx_writer"), conformance.WithReadOnlyToken("phx_reader"), conformance.WithUnscopedToken("phx_unscoped"),
		conformance.WithForeignToken("phx_foreigner"), conformance.WithParam("organization_id", home), conformance.WithForeignParam("organization_id", abroad),
		conformance.WithSeed(1),
	}, opts...)...)
	require.NoError(t, err)
	return r
}

// requireTold runs a group against mutants, and wants the one check of each to
// tell and no other to fail.
func requireTold(t *testing.T, group string, mutants []mutant) {
	t.Helper()
	for _, m := range mutants {
		t.Run(m.name, func(t *testing.T) {
			t.Parallel()
			told := m.check == ""
			for _, result := range judgeMutant(t, m, group).Results {
				switch {
				case result.ID == m.check:
					require.Equal(t, m.status, result.Status, result.Reason)
					told = true
				case result.Status == report.Fail || result.Status == report.Flaky || result.Status == report.Blocked && m.check == "":
					t.Errorf("%s: %s: %s (expected %s, got %s)", result.ID, result.Status, result.Reason, result.Expected, result.Actual)
				}
			}
			require.True(t, told, "there is no check %s", m.check)
		})
	}
}

// answerWith replaces an answer.
func answerWith(a *httptest.ResponseRecorder, status int, contentType, body string) {
	a.Code, a.Body = status, bytes.NewBufferString(body)
	a.Header().Del("Content-Length")
	a.Header().Del("ETag")
	a.Header().Set("Content-Type", contentType)
}

func isItem(r *http.Request) bool {
	return strings.Count(strings.Trim(r.URL.Path, "/"), "/") == 4
}

func isList(r *http.Request) bool {
	return r.Method == http.MethodGet && strings.Count(strings.Trim(r.URL.Path, "/"), "/") == 3
}

// The habits of popular servers are no failures.
func TestHTTPLetsServersDiffer(t *testing.T) {
	requireTold(t, "http", []mutant{
		{
			name: "HEAD is not supported, and Allow says so", check: "http/head", status: report.Warn,
			change: func(r *http.Request, a *httptest.ResponseRecorder) {
				if r.Method == http.MethodHead {
					a.Code = http.StatusMethodNotAllowed
					a.Header().Set("Allow", "GET, POST")
				}
			},
		},
		{
			name: "HEAD is not found", check: "http/head", status: report.Warn,
			change: func(r *http.Request, a *httptest.ResponseRecorder) {
				if r.Method == http.MethodHead {
					answerWith(a, http.StatusNotFound, "text/plain", "404 page not found")
				}
			},
		},
		{
			name: "methods are routed one by one", check: "http/method-not-allowed", status: report.Warn,
			change: func(r *http.Request, a *httptest.ResponseRecorder) {
				if r.Method == http.MethodOptions {
					a.Code = http.StatusMethodNotAllowed
				}
				if a.Code == http.StatusMethodNotAllowed {
					a.Header().Set("Allow", "GET")
				}
			},
		},
		{
			name: "a web page for who accepts one", check: "http/unacceptable", status: report.Warn,
			change: func(r *http.Request, a *httptest.ResponseRecorder) {
				if r.Header.Get("Accept") == "text/html" {
					answerWith(a, http.StatusOK, "text/html", "<h1>API</h1>")
				}
			},
		},
		{
			name: "HEAD tells no length",
			change: func(r *http.Request, a *httptest.ResponseRecorder) {
				if r.Method == http.MethodHead {
					a.Header().Del("Content-Length")
				}
			},
		},
		{
			name: "an unknown path is a web page",
			change: func(r *http.Request, a *httptest.ResponseRecorder) {
				if strings.Contains(r.URL.Path, "understudy-unknown") {
					answerWith(a, http.StatusNotFound, "text/html", "<h1>Not Found</h1>")
				}
			},
		},
		{
			name: "OPTIONS is not supported",
			change: func(r *http.Request, a *httptest.ResponseRecorder) {
				if r.Method == http.MethodOptions {
					answerWith(a, http.StatusMethodNotAllowed, "application/json", "{}")
				}
			},
		},
		{
			name: "the slash is added by a redirect that keeps the body",
			change: func(r *http.Request, a *httptest.ResponseRecorder) {
				if !strings.HasSuffix(r.URL.Path, "/") {
					answerWith(a, http.StatusPermanentRedirect, "text/plain", "")
					a.Header().Set("Location", r.URL.Path+"/")
				}
			},
		},
		{
			name: "a weak entity tag and 304", config: subject.Config{ETags: true},
			change: func(r *http.Request, a *httptest.ResponseRecorder) {
				if tag := a.Header().Get("ETag"); tag != "" {
					a.Header().Set("ETag", "W/"+tag)
					if r.Header.Get("If-None-Match") == "W/"+tag {
						a.Code, a.Body = http.StatusNotModified, new(bytes.Buffer)
						a.Header().Del("Content-Length")
					}
				}
			},
		},
		{
			name: "a weak entity tag of seconds", check: "http/conditional", status: report.Warn,
			change: func(r *http.Request, a *httptest.ResponseRecorder) { a.Header().Set("ETag", `W/"12:34:56"`) },
		},
		{
			name: "private copies are allowed",
			change: func(_ *http.Request, a *httptest.ResponseRecorder) {
				a.Header().Set("Cache-Control", "max-age=0, private, must-revalidate")
			},
		},
		{
			name: "shared copies are kept apart by key", check: "http/cache", status: report.Warn,
			change: func(_ *http.Request, a *httptest.ResponseRecorder) {
				a.Header().Set("Cache-Control", "public, max-age=60")
			},
		},
		{
			name: "Vary is missing", config: subject.Config{NoVary: true}, check: "http/unacceptable", status: report.Warn,
			change: func(*http.Request, *httptest.ResponseRecorder) {},
		},
		{
			name: "a second method replaces a record", config: subject.Config{ExtraMethods: true}, check: "http/method-not-allowed", status: report.Warn,
			change: func(*http.Request, *httptest.ResponseRecorder) {},
		},
		{
			name: "204 with a length of 0",
			change: func(_ *http.Request, a *httptest.ResponseRecorder) {
				if a.Code == http.StatusNoContent {
					a.Header().Set("Content-Length", "0")
				}
			},
		},
	})
}

func TestHTTPFindsMoreBugs(t *testing.T) {
	requireTold(t, "http", []mutant{
		{
			name: "HEAD is another content type", check: "http/head", status: report.Fail,
			change: func(r *http.Request, a *httptest.ResponseRecorder) {
				if r.Method == http.MethodHead {
					a.Header().Set("Content-Type", "text/html")
				}
			},
		},
		{
			name: "the other form of a path is a web page", check: "http/trailing-slash", status: report.Fail,
			change: func(r *http.Request, a *httptest.ResponseRecorder) {
				if !strings.HasSuffix(r.URL.Path, "/") {
					answerWith(a, http.StatusOK, "text/html", "<h1>Welcome</h1>")
				}
			},
		},
		{
			name: "the other form of a path fails", check: "http/trailing-slash", status: report.Fail,
			change: func(r *http.Request, a *httptest.ResponseRecorder) {
				if !strings.HasSuffix(r.URL.Path, "/") {
					answerWith(a, http.StatusInternalServerError, "text/html", "")
				}
			},
		},
		{
			name: "a web page for who accepts none", check: "http/unacceptable", status: report.Fail,
			change: func(r *http.Request, a *httptest.ResponseRecorder) {
				if a.Code == http.StatusNotAcceptable {
					answerWith(a, http.StatusOK, "text/html", "<h1>API</h1>")
				}
			},
		},
		{
			name: "Allow hides a method that is supported", config: subject.Config{ExtraMethods: true}, check: "http/method-not-allowed", status: report.Fail,
			change: func(_ *http.Request, a *httptest.ResponseRecorder) {
				if allow := a.Header().Get("Allow"); allow != "" {
					a.Header().Set("Allow", strings.ReplaceAll(allow, "PUT, ", ""))
				}
			},
		},
		{
			name: "304 for a record that has changed", config: subject.Config{ETags: true}, check: "http/conditional", status: report.Fail,
			change: func(r *http.Request, a *httptest.ResponseRecorder) {
				if r.Header.Get("If-None-Match") != "" {
					a.Code, a.Body = http.StatusNotModified, new(bytes.Buffer)
					a.Header().Del("Content-Length")
				}
			},
		},
	})
}

// A 204 with a body is beyond what net/http lets a handler send.
func TestHTTPFindsABodyWith204(t *testing.T) {
	right := subject.New(subject.Config{Keys: subjectKeys})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodDelete {
			right.ServeHTTP(w, r)
			return
		}
		right.ServeHTTP(httptest.NewRecorder(), r)
		connection, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			return
		}
		defer func() { _ = connection.Close() }()
		_, _ = io.WriteString(connection, "HTTP/1.1 204 No Content\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}")
	}))
	defer server.Close()
	r := judgeServer(t, server.URL, conformance.WithOnly("http/no-content"))
	require.Equal(t, 1, r.Count(report.Fail))
}

// The collection may hold what others made: nothing is sent to it that could
// change them.
func TestHTTPSendsNothingDangerousToTheCollection(t *testing.T) {
	var mu sync.Mutex
	var dangerous []string
	right := subject.New(subject.Config{Keys: subjectKeys, Records: 2})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		r.Body = io.NopCloser(bytes.NewReader(body))
		readable := r.Header.Get("Content-Type") == "application/json" || len(body) == 0
		if !isItem(r) && (r.Method == http.MethodDelete || readable && (r.Method == http.MethodPut || r.Method == http.MethodPatch)) {
			mu.Lock()
			dangerous = append(dangerous, r.Method+" "+r.URL.Path)
			mu.Unlock()
		}
		right.ServeHTTP(w, r)
	}))
	defer server.Close()
	judgeServer(t, server.URL, conformance.WithOnly("http"), conformance.WithOnly("schema"), conformance.WithOnly("pagination"))
	require.Empty(t, dangerous)
}

// A line with -X HEAD would wait for a body that never comes.
func TestHTTPShowsHeadAsALineThatEnds(t *testing.T) {
	r := judgeMutant(t, mutant{change: func(r *http.Request, a *httptest.ResponseRecorder) {
		if r.Method == http.MethodHead {
			a.Code = http.StatusInternalServerError
		}
	}}, "http")
	shown := 0
	for _, result := range r.Results {
		for _, x := range result.Exchanges {
			if x.Method == http.MethodHead {
				require.Contains(t, x.Curl, "curl -sS -i --head ")
				require.NotContains(t, x.Curl, "-X")
				shown++
			}
		}
	}
	require.Positive(t, shown)
}
