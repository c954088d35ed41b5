package conformance_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"understudy/conformance"
	"understudy/conformance/report"
	"understudy/mockserver"
)

// downstream names, in the environment, the test that TestDownstream is to be.
const downstream = "UNDERSTUDY_DOWNSTREAM"

// TestDownstream is what users write. It runs in a process of its own, where
// TestRun looks at what it prints.
func TestDownstream(t *testing.T) {
	test, ok := map[string]func(*testing.T, http.Handler, []conformance.Option){
		"conforms": func(t *testing.T, api http.Handler, keys []conformance.Option) {
			conformance.Run(t, serveOnce(t, api), keys...)
		},
		"partial": func(t *testing.T, api http.Handler, keys []conformance.Option) {
			conformance.Run(t, serveOnce(t, api), append(keys, conformance.WithReadOnly())...)
		},
		"fails": func(t *testing.T, api http.Handler, keys []conformance.Option) {
			conformance.Run(t, serveOnce(t, withoutItems(api)), keys...)
		},
		"known": func(t *testing.T, api http.Handler, keys []conformance.Option) {
			r, err := conformance.Execute(t.Context(), serveOnce(t, withoutItems(api)), append(keys, conformance.WithOnly("crud/unknown-id"))...)
			require.NoError(t, err)
			known, err := conformance.ParseKnown("known.yaml", []byte(`[{id: crud/unknown-id, reason: we know, link: 'https://example.com/1'}]`))
			require.NoError(t, err)
			known.Apply(r, time.Now())
			conformance.Subtests(t, r)
		},
		"left": func(t *testing.T, api http.Handler, keys []conformance.Option) {
			conformance.Run(t, serveOnce(t, without(http.MethodDelete, api)), append(keys, conformance.WithOnly("crud/create"), conformance.WithLedger(t.TempDir()+"/left.jsonl"))...)
		},
		"unreachable": func(t *testing.T, _ http.Handler, keys []conformance.Option) {
			conformance.Run(t, "http://127.0.0.1:1", keys...)
		},
		"short": func(t *testing.T, api http.Handler, keys []conformance.Option) {
			conformance.Run(t, serveOnce(t, api), append(keys, conformance.WithMaxRequests(4))...)
		},
	}[os.Getenv(downstream)]
	if !ok {
		t.Skip("run by TestRun")
	}
	api, err := mockserver.New()
	require.NoError(t, err)
	test(t, api, append(standInOptions(&mockserver.Running{Server: api}), conformance.WithOnly("crud/list"), conformance.WithOnly("crud/create"), conformance.WithOnly("crud/unknown-id")))
}

func serveOnce(t *testing.T, api http.Handler) string {
	server := httptest.NewServer(api)
	t.Cleanup(server.Close)
	return server.URL
}

// withoutItems answers 410 for an item that is not there, with a sequence that
// would clear a terminal.
func withoutItems(api http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		answer := httptest.NewRecorder()
		api.ServeHTTP(answer, r)
		if answer.Code == http.StatusNotFound {
			http.Error(w, "gone \x1b[2J", http.StatusGone)
			return
		}
		w.Header().Set("Content-Type", answer.Header().Get("Content-Type"))
		w.WriteHeader(answer.Code)
		_, _ = answer.Body.WriteTo(w)
	})
}

// without refuses a method.
func without(method string, api http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == method {
			w.WriteHeader(http.StatusInternalServerError)
			return
		}
		api.ServeHTTP(w, r)
	})
}

func TestRun(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		fails bool
		says  []string
	}{
		"conforms": {false, []string{"--- PASS: TestDownstream ", "--- PASS: TestDownstream/crud/list ", "--- PASS: TestDownstream/crud/create "}},
		"partial": {false, []string{
			"--- SKIP: TestDownstream ", "partial: 1 MUST check did not run", "--- PASS: TestDownstream/crud/list ",
			"--- SKIP: TestDownstream/crud/create ", "not_run: the run is read-only",
		}},
		"fails": {true, []string{
			"--- FAIL: TestDownstream ", "--- FAIL: TestDownstream/crud/unknown-id ", "--- PASS: TestDownstream/crud/list ",
			"requirement: ", "source:      openapi.yaml:", "expected:    status 404", "actual:      status 410",
			`curl -sS -i -H "Authorization: Bearer $UNDERSTUDY_TOKEN"`, "# 410 Gone", "# gone �[2J",
		}},
		"known":       {false, []string{"--- SKIP: TestDownstream/crud/unknown-id ", "known: we know https://example.com/1"}},
		"left":        {true, []string{"--- FAIL: TestDownstream ", "1 records of the run could not be deleted; they are listed in "}},
		"unreachable": {true, []string{"conformance: the target cannot be judged: ", "--- FAIL: TestDownstream "}},
		"short":       {true, []string{"conformance: the run ended early: the run has sent as many requests as it may"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			command := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestDownstream$", "-test.v")
			command.Env = append(os.Environ(), downstream+"="+name)
			printed, err := command.CombinedOutput()
			require.Equal(t, test.fails, err != nil, string(printed))
			for _, line := range test.says {
				require.Contains(t, string(printed), line)
			}
			require.NotContains(t, string(printed), "phx_", "a key")
			require.NotContains(t, string(printed), "\x1b", "what would work on a terminal")
		})
	}
}

func TestPlan(t *testing.T) {
	t.Parallel()
	plan, err := conformance.Plan("https://staging.example.com", conformance.WithToken("k"), conformance.WithParam("organization_id", "1"), conformance.WithOnly("crud"), conformance.WithSkip("crud/list", "later"))
	require.NoError(t, err)
	planned := map[string]report.Result{}
	for _, result := range plan.Results {
		planned[result.ID] = result
	}
	require.Empty(t, planned["crud/unknown-id"].Status)
	require.Regexp(t, `^openapi\.yaml:\d+ /paths/`, planned["crud/unknown-id"].Source)
	require.Equal(t, report.NotRun, planned["crud/list"].Status)
	require.Equal(t, "skipped: later", planned["crud/list"].Reason)
	require.Zero(t, plan.Records, "a run that writes nothing")
	require.Contains(t, plan.String(), "creates nothing")
	require.Equal(t, "the target is not on this machine; allow writing with --writes", planned["crud/create"].Reason)

	_, err = conformance.Plan("staging", conformance.WithOnly("crud"))
	var usage *conformance.UsageError
	require.ErrorAs(t, err, &usage)
}
