package conformance_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"understudy/conformance"
	"understudy/conformance/report"
)

// reaper is a server whose answered writes of a method also take a record that was there
// before.
type reaper struct {
	mu      sync.Mutex
	key     string   // the Authorization of the first request
	others  []string // ids of what was there before, that are still there
	taken   []string
	deletes int
}

// after takes so many for a request.
func (p *reaper) after(method string, each int) func(http.Handler, http.ResponseWriter, *http.Request) {
	return func(next http.Handler, w http.ResponseWriter, r *http.Request) {
		p.mu.Lock()
		defer p.mu.Unlock()
		path := "/" + strings.Split(strings.Trim(r.URL.Path, "/"), "/")[0]
		send := func(method, path string) string {
			q := httptest.NewRequest(method, path, nil)
			q.Header.Set("Authorization", p.key)
			return recorded(next, q).Body.String()
		}
		if p.key == "" {
			p.key = r.Header.Get("Authorization")
			list := send(http.MethodGet, path)
			for _, id := range regexp.MustCompile(`"id":"([^"]+)"`).FindAllStringSubmatch(list, -1) {
				p.others = append(p.others, id[1])
			}
		}
		next.ServeHTTP(w, r)
		if r.Method == http.MethodDelete {
			p.deletes++
		}
		for n := 0; r.Method == method && n < each && len(p.others) > 0; n++ {
			send(http.MethodDelete, path+"/"+p.others[0])
			p.taken, p.others = append(p.taken, p.others[0]), p.others[1:]
		}
	}
}

// A DELETE that takes somebody else's record is not sent again, not even to clean up.
func TestAHarmfulDeleteIsNotSentAgain(t *testing.T) {
	t.Parallel()
	for _, only := range []string{"", "crud/create", "crud/delete", "validation"} {
		t.Run(only, func(t *testing.T) {
			t.Parallel()
			var server reaper
			opts := []conformance.Option{conformance.WithLedger(t.TempDir() + "/ledger.jsonl"), conformance.WithParallel(1)}
			if only != "" {
				opts = append(opts, conformance.WithOnly(only))
			}
			run := judgeDocument(t, "bare-list.yaml", server.after(http.MethodDelete, 1), opts...)
			require.Equal(t, report.Fails, run.Verdict)
			require.Equal(t, 1, server.deletes)
			require.Len(t, server.taken, 1)
			require.Equal(t, run.Created, run.Deleted+run.Left)
			require.LessOrEqual(t, run.Deleted, 1)
			if run.Left > 0 {
				require.NotEmpty(t, run.Ledger)
				notes := strings.Join(run.Notes, "\n")
				require.Contains(t, notes, "no DELETE was sent any more, as one may have done the harm")
				require.Contains(t, notes, "`"+run.Cleanup+"`")
			}
		})
	}
}

// What came to harm before it was seen is named, all of it.
func TestAllThatCameToHarmIsNamed(t *testing.T) {
	t.Parallel()
	var server reaper
	run := judgeDocument(t, "bare-list.yaml", server.after(http.MethodDelete, 2), conformance.WithLedger(t.TempDir()+"/ledger.jsonl"), conformance.WithParallel(1))
	require.Len(t, server.taken, 2)
	slices.Sort(server.taken)
	require.Contains(t, strings.Join(run.Notes, "\n"), fmt.Sprintf("2 records that the run did not create came to harm: %s is gone, %s is gone", server.taken[0], server.taken[1]))
}

// Where no DELETE was sent before the harm, it was none that did it.
func TestWhatNoDeleteHarmedIsCleanedUpAfter(t *testing.T) {
	t.Parallel()
	for _, method := range []string{http.MethodPost, http.MethodPatch} {
		t.Run(method, func(t *testing.T) {
			t.Parallel()
			var server reaper
			run := judgeDocument(t, "bare-list.yaml", server.after(method, 1), conformance.WithLedger(t.TempDir()+"/ledger.jsonl"), conformance.WithParallel(1))
			require.Equal(t, report.Fails, run.Verdict)
			require.NotEmpty(t, server.taken)
			require.Positive(t, run.Created)
			require.Zero(t, run.Left)
		})
	}
}

// A DELETE of what stands under a record is looked at for harm to what stands above.
func TestADeleteBelowMayHarmWhatIsAbove(t *testing.T) {
	t.Parallel()
	for _, only := range []string{"crud", "crud/delete", "validation", "races", "time"} {
		t.Run(only, func(t *testing.T) {
			t.Parallel()
			requireHarmAboveSeen(t, only)
		})
	}
}

// requireHarmAboveSeen judges a server that forgets a library with the first shelf or
// volume that is deleted.
func requireHarmAboveSeen(t *testing.T, only string) {
	t.Helper()
	var mu sync.Mutex
	deletes := 0
	run := judgeDocument(t, "nested.yaml", func(next http.Handler, w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		if r.Method == http.MethodDelete && strings.Contains(r.URL.Path, "/shelves/") {
			deletes++
		}
		var libraries []any
		if deletes > 0 && r.URL.Path == "/libraries" && r.Method == http.MethodGet {
			_ = json.Unmarshal(recorded(next, r).Body.Bytes(), &libraries) // what is refused is no list
		}
		if libraries == nil {
			next.ServeHTTP(w, r)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		assert.NoError(t, json.NewEncoder(w).Encode(libraries[1:]))
	}, conformance.WithOnly(only), conformance.WithLedger(t.TempDir()+"/ledger.jsonl"), conformance.WithParallel(1))
	require.Equal(t, report.Fails, run.Verdict)
	require.Equal(t, 1, deletes)
	require.Equal(t, run.Created, run.Deleted+run.Left)
	require.Contains(t, strings.Join(run.Notes, "\n"), "of libraries that the run did not create came to harm: ")
}
