package conformance_test

import (
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"understudy/conformance"
	"understudy/conformance/report"
	"understudy/mockserver"
)

// judgeDocument runs the suite by a document of fixtures/specs against its stand-in,
// whose requests and answers may be changed on their way.
func judgeDocument(t *testing.T, name string, change func(next http.Handler, w http.ResponseWriter, r *http.Request), opts ...conformance.Option) *report.Report {
	t.Helper()
	r, ended := judgeDocumentUntil(t, name, change, opts...)
	require.NoError(t, ended)
	return r
}

// judgeDocumentUntil does so, and gives what ended the run early.
func judgeDocumentUntil(t *testing.T, name string, change func(next http.Handler, w http.ResponseWriter, r *http.Request), opts ...conformance.Option) (r *report.Report, ended error) {
	t.Helper()
	file := filepath.Join("..", "fixtures", "specs", name)
	document, err := os.ReadFile(file)
	require.NoError(t, err)
	files := os.ReadFile
	standIn, err := mockserver.New(mockserver.WithSpec(file, document), mockserver.WithFiles(files), mockserver.WithRecords(3))
	require.NoError(t, err)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if change == nil {
			standIn.ServeHTTP(w, r)
		} else {
			change(standIn, w, r)
		}
	}))
	t.Cleanup(server.Close)

	write := standIn.Key("write")
	opts = append([]conformance.Option{
		conformance.WithSpec(file, document), conformance.WithFiles(files), conformance.WithSeed(1), conformance.WithMaxRequests(5000),
		conformance.WithToken(write.Token), conformance.WithReadOnlyToken(standIn.Key("read").Token),
		conformance.WithUnscopedToken(standIn.Key("unscoped").Token), conformance.WithForeignToken(standIn.Key("foreign").Token),
	}, opts...)
	for scheme, token := range write.Tokens {
		opts = append(opts, conformance.WithSchemeToken(scheme, token))
	}
	for scheme, token := range standIn.Key("read").Tokens {
		opts = append(opts, conformance.WithReadOnlySchemeToken(scheme, token))
	}
	places, err := standIn.Places(t.Context())
	require.NoError(t, err)
	for name, value := range write.Params {
		opts = append(opts, conformance.WithParam(name, value))
	}
	for name, value := range places {
		opts = append(opts, conformance.WithParam(name, value))
	}
	for name, value := range standIn.Key("foreign").Params {
		opts = append(opts, conformance.WithForeignParam(name, value))
	}
	var plan report.Plan
	planned := conformance.WithPlan(func(told report.Plan) { plan = told })
	r, ended = conformance.Execute(t.Context(), server.URL, append([]conformance.Option{planned}, opts...)...)
	require.NotNil(t, r, "%v", ended)
	if change == nil && ended == nil {
		require.LessOrEqual(t, r.AtOnce, plan.Records, "the plan tells how many records there are at once")
	}
	return r, ended
}

// recorded is what the stand-in answers.
func recorded(next http.Handler, r *http.Request) *httptest.ResponseRecorder {
	a := httptest.NewRecorder()
	next.ServeHTTP(a, r)
	return a
}

// recordedBefore answers a change as what is there already, and leaves that alone.
func recordedBefore(next http.Handler, r *http.Request) *httptest.ResponseRecorder {
	read := r.Clone(r.Context())
	read.Method, read.Body, read.ContentLength = http.MethodGet, http.NoBody, 0
	return recorded(next, read)
}

// relay sends an answer on.
func relay(w http.ResponseWriter, a *httptest.ResponseRecorder) {
	maps.Copy(w.Header(), a.Header())
	w.WriteHeader(a.Code)
	_, _ = io.Copy(w, a.Body)
}

// Each check about a style of changing, about nesting and about actions fails when
// the server does not keep its requirement.
func TestStylesNestingAndActionsFindTheirBugs(t *testing.T) {
	t.Parallel()
	status := func(code int) func(http.Handler, http.ResponseWriter, *http.Request) {
		return func(_ http.Handler, w http.ResponseWriter, _ *http.Request) { w.WriteHeader(code) }
	}
	for _, bug := range []struct {
		check, document string
		when            func(r *http.Request) bool
		instead         func(next http.Handler, w http.ResponseWriter, r *http.Request)
	}{
		{
			"crud/put-creates", "put-creates.yaml", func(r *http.Request) bool { return r.Method == http.MethodPut },
			status(http.StatusNotFound),
		},
		{
			"crud/merge-null-removes", "page-token.yaml", func(r *http.Request) bool { return r.Method == http.MethodPatch },
			func(next http.Handler, w http.ResponseWriter, r *http.Request) {
				body, _ := io.ReadAll(r.Body)
				if strings.Contains(string(body), "null") {
					body = []byte("{}")
				}
				r.Body = io.NopCloser(strings.NewReader(string(body)))
				r.ContentLength = int64(len(body))
				next.ServeHTTP(w, r)
			},
		},
		{
			"crud/patch-test", "json-patch.yaml", func(r *http.Request) bool { return r.Method == http.MethodPatch },
			func(next http.Handler, w http.ResponseWriter, r *http.Request) {
				body, _ := io.ReadAll(r.Body)
				text := string(body)
				if at := strings.Index(text, `,{"op":"test"`); at > 0 {
					text = text[:at] + "]" // what fails is left out
				}
				r.Body = io.NopCloser(strings.NewReader(text))
				r.ContentLength = int64(len(text))
				next.ServeHTTP(w, r)
			},
		},
		{
			"isolation/missing-parent", "nested.yaml", func(r *http.Request) bool {
				return r.Method == http.MethodGet && strings.HasSuffix(r.URL.Path, "/shelves")
			},
			func(next http.Handler, w http.ResponseWriter, r *http.Request) {
				a := recorded(next, r)
				if a.Code == http.StatusNotFound {
					answerWith(a, http.StatusOK, "application/json", "[]")
				}
				relay(w, a)
			},
		},
		{
			"isolation/parent-deleted", "nested.yaml", func(r *http.Request) bool {
				return r.Method == http.MethodGet && strings.Contains(r.URL.Path, "/volumes/")
			},
			func(next http.Handler, w http.ResponseWriter, r *http.Request) {
				a := recorded(next, r)
				if a.Code == http.StatusNotFound {
					answerWith(a, http.StatusOK, "application/json", `{"id":1,"title":"a ghost","shelfId":1}`)
				}
				relay(w, a)
			},
		},
		{
			"crud/replace-leaves-nothing", "client-slug.yaml", func(r *http.Request) bool { return r.Method == http.MethodPut },
			func(next http.Handler, w http.ResponseWriter, r *http.Request) { relay(w, recordedBefore(next, r)) },
		},
		{
			"action/answer", "actions.yaml", func(r *http.Request) bool { return r.Method == http.MethodPost && strings.Count(r.URL.Path, "/") > 2 },
			status(http.StatusInternalServerError),
		},
		{
			"action/unknown-id", "actions.yaml", func(r *http.Request) bool { return r.Method == http.MethodPost && strings.Count(r.URL.Path, "/") > 2 },
			func(next http.Handler, w http.ResponseWriter, r *http.Request) {
				a := recorded(next, r)
				if a.Code == http.StatusNotFound {
					a.Code = http.StatusOK
				}
				relay(w, a)
			},
		},
	} {
		t.Run(bug.check, func(t *testing.T) {
			t.Parallel()
			right := judgeDocument(t, bug.document, nil, conformance.WithOnly(bug.check))
			require.Positive(t, right.Count(report.Pass), "without the bug")
			require.Zero(t, right.Count(report.Fail))
			wrong := judgeDocument(t, bug.document, func(next http.Handler, w http.ResponseWriter, r *http.Request) {
				if bug.when(r) {
					bug.instead(next, w, r)
				} else {
					next.ServeHTTP(w, r)
				}
			}, conformance.WithOnly(bug.check))
			require.Positive(t, wrong.Count(report.Fail)+wrong.Count(report.Warn), "the check does not notice")
		})
	}
}

// An overlay that changes what an API does changes what it is judged by.
func TestOverlayConforms(t *testing.T) {
	t.Parallel()
	overlay, err := os.ReadFile("../fixtures/overlays/posthog-2026.yaml")
	require.NoError(t, err)
	keys := "keys:\n  - {name: write, token: overlay, scopes: ['organization:read', 'organization:write'], params: {organization_id: " + home + "}}\nrecords: []\n"
	server := mockserver.Start(t, mockserver.WithOverlay("overlay.yaml", overlay), mockserver.WithData("keys.yaml", []byte(keys)))
	r, err := conformance.Execute(t.Context(), server.URL, conformance.WithOverlay("overlay.yaml", overlay), conformance.WithToken("overlay"), conformance.WithParam("organization_id", home))
	require.NoError(t, err)
	for _, result := range r.Results {
		if result.Status == report.Fail || result.Status == report.Flaky || result.Status == report.Blocked {
			t.Errorf("%s: %s: %s", result.ID, result.Status, result.Reason)
		}
	}
	require.Greater(t, r.Count(report.Pass), 50, "the quota leaves room for most checks")
	require.Zero(t, r.Left)
}

// checksOfTheZoo is how many checks pass for each document of fixtures/specs, so that
// nothing passes by not running.
var checksOfTheZoo = map[string]int{
	"actions.yaml":        90,
	"api-version.yaml":    131,
	"apart.yaml":          181,
	"bare-list.yaml":      99,
	"batches.yaml":        141,
	"before-after.yaml":   121,
	"client-slug.yaml":    105,
	"composed.yaml":       84,
	"corrected.yaml":      110,
	"cursor.yaml":         110,
	"forms.yaml":          164,
	"json-api.yaml":       106,
	"json-patch.yaml":     91,
	"keyed.yaml":          111,
	"limit-offset.yaml":   132,
	"link-header.yaml":    124,
	"marker.yaml":         116,
	"named.yaml":          187,
	"nested.yaml":         241,
	"page-number.yaml":    121,
	"page-token.yaml":     121,
	"put-creates.yaml":    28,
	"put-partial.yaml":    106,
	"security.yaml":       92,
	"singleton.yaml":      80,
	"starting-after.yaml": 112,
	"statuses.yaml":       95,
	"swagger.yaml":        107,
	"verbs.yaml":          164,
	"wrapped.yaml":        106,
}

// The stand-in of each small document is what the suite wants it to be.
func TestStandInsOfTheZooConform(t *testing.T) {
	t.Parallel()
	documents, err := filepath.Glob(filepath.Join("..", "fixtures", "specs", "*.yaml"))
	require.NoError(t, err)
	require.GreaterOrEqual(t, len(documents), 20)
	for _, file := range documents {
		name := filepath.Base(file)
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := judgeDocument(t, name, nil)
			for _, result := range r.Results {
				switch result.Status {
				case report.Pass, report.Warn, report.NotApplicable:
				default:
					t.Errorf("%s: %s: %s (expected %s, got %s)", result.Title(), result.Status, result.Reason, result.Expected, result.Actual)
				}
			}
			require.Zero(t, r.Left, "records left behind")
			require.Equal(t, checksOfTheZoo[name], r.Count(report.Pass)+r.Count(report.Warn), "checks that ran")
		})
	}
}
