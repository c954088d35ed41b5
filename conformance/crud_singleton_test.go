package conformance_test

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"understudy/conformance"
	"understudy/conformance/report"
)

func TestSingletonsOfRecordsAreChangedAndNoOthers(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	var written []string
	run := judgeDocument(t, "singleton.yaml", func(next http.Handler, w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && r.Method != http.MethodHead && r.Method != http.MethodOptions && r.Header.Get("Authorization") != "" {
			mu.Lock()
			written = append(written, r.Method+" "+r.URL.Path)
			mu.Unlock()
		}
		next.ServeHTTP(w, r)
	}, conformance.WithOnly("crud"))
	require.Equal(t, report.Pass, run.Results[indexOf(run, "crud/singleton-change", "/projects/{project_id}/settings")].Status)
	require.Equal(t, report.NotApplicable, run.Results[indexOf(run, "crud/singleton-change", "/settings")].Status, "two of a name are told apart by their paths")
	require.NotEmpty(t, written)
	for _, request := range written {
		require.NotRegexp(t, `^\S+ /(me|settings)$`, request, "what was there before the run is left alone")
	}
	require.Zero(t, run.Left)
}

func TestSingletonsThatStayAsTheyAreAreFound(t *testing.T) {
	t.Parallel()
	run := judgeDocument(t, "singleton.yaml", func(next http.Handler, w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPut && strings.HasPrefix(r.URL.Path, "/projects/") && strings.HasSuffix(r.URL.Path, "/settings") {
			r = r.Clone(r.Context())
			r.Method, r.Body = http.MethodGet, http.NoBody
		}
		next.ServeHTTP(w, r)
	}, conformance.WithOnly("crud"))
	require.Equal(t, report.Fail, run.Results[indexOf(run, "crud/singleton-change", "/projects/{project_id}/settings")].Status)
}

// indexOf finds a result by its check and what it is about, -1 for none.
func indexOf(run *report.Report, id, subject string) int {
	for i, result := range run.Results {
		if result.ID == id && result.Subject == subject {
			return i
		}
	}
	return -1
}

func TestWhatIsLeftIsToldWithItsStatus(t *testing.T) {
	t.Parallel()
	run := judgeDocument(t, "bare-list.yaml", func(next http.Handler, w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodDelete {
			w.WriteHeader(http.StatusConflict)
			return
		}
		next.ServeHTTP(w, r)
	}, conformance.WithOnly("crud/create"), conformance.WithLedger(t.TempDir()+"/ledger.jsonl"))
	require.Equal(t, 1, run.Left)
	require.Regexp(t, `left: /\S+ could not be deleted: status 409`, strings.Join(run.Notes, "\n"))

	document, err := os.ReadFile(filepath.Join("..", "fixtures", "specs", "bare-list.yaml"))
	require.NoError(t, err)
	cleaned, err := conformance.CleanUp(t.Context(), run.Target, run.Ledger, conformance.WithSpec("bare-list.yaml", document))
	require.NoError(t, err)
	require.Len(t, cleaned.Undeleted, 1)
	require.Contains(t, cleaned.Undeleted[0], "could not be deleted: status 4")
}

func TestARunMaySendWhatItsPlanWants(t *testing.T) {
	t.Parallel()
	for _, document := range []string{"bare-list.yaml", "nested.yaml"} {
		file := filepath.Join("..", "fixtures", "specs", document)
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		plan, err := conformance.Plan("http://127.0.0.1:1", conformance.WithSpec(file, text))
		require.NoError(t, err)
		require.Equal(t, max(2*plan.Requests, 2000), plan.Allowed, document)
		plan, err = conformance.Plan("http://127.0.0.1:1", conformance.WithSpec(file, text), conformance.WithMaxRequests(7))
		require.NoError(t, err)
		require.Equal(t, 7, plan.Allowed, "what is asked for goes before")
	}
}

func TestARunThatEndsEarlySaysSoBeforeAndAfter(t *testing.T) {
	t.Parallel()
	var plan report.Plan
	var text strings.Builder
	run, ended := judgeDocumentUntil(t, "bare-list.yaml", nil, conformance.WithMaxRequests(40), conformance.WithPlan(func(p report.Plan) { plan = p }))
	require.ErrorContains(t, ended, "--max-requests")
	require.Contains(t, plan.String(), "it will end early, as it may send 40 requests")
	require.NoError(t, report.WriteText(&text, run, false))
	lines := 0
	for line := range strings.Lines(text.String()) {
		if strings.Contains(line, "the run ended early: ") {
			lines++
		}
	}
	require.Positive(t, lines)
	require.LessOrEqual(t, lines, 3, "one for each level")
}
