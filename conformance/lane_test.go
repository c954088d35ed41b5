package conformance_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"understudy/conformance"
	"understudy/conformance/report"
	"understudy/mockserver"
)

// treesDocument is a document of collections that have nothing to do with one another.
func treesDocument(names ...string) []byte {
	var paths, schemas strings.Builder
	for _, name := range names {
		fmt.Fprintf(&paths, `
  /%[1]s:
    get: {parameters: [{name: limit, in: query, schema: {type: integer, minimum: 1, maximum: 50}}, {name: offset, in: query, schema: {type: integer, minimum: 0}}], responses: {'200': {description: All, content: {application/json: {schema: {type: object, required: [count, results], properties: {count: {type: integer}, results: {type: array, items: {$ref: '#/components/schemas/%[1]s'}}}}}}}}}
    post: {requestBody: {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/%[1]s'}}}}, responses: {'201': {description: Made, content: {application/json: {schema: {$ref: '#/components/schemas/%[1]s'}}}}, '400': {description: Refused}}}
  /%[1]s/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: string}}]
    get: {responses: {'200': {description: One, content: {application/json: {schema: {$ref: '#/components/schemas/%[1]s'}}}}, '404': {description: None}}}
    patch: {requestBody: {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/%[1]s'}}}}, responses: {'200': {description: Changed, content: {application/json: {schema: {$ref: '#/components/schemas/%[1]s'}}}}, '400': {description: Refused}, '404': {description: None}}}
    delete: {responses: {'204': {description: Gone}, '404': {description: None}}}`, name)
		fmt.Fprintf(&schemas, `
    %s: {type: object, required: [name], properties: {id: {type: string, readOnly: true}, name: {type: string, minLength: 1, maxLength: 80}, size: {type: integer, minimum: 0}}}`, name)
	}
	return []byte("openapi: 3.0.3\ninfo: {title: Trees, version: '1'}\npaths:" + paths.String() + "\ncomponents:\n  schemas:" + schemas.String() + "\n")
}

// judgeTrees runs the suite by a document of several trees against its stand-in.
func judgeTrees(ctx context.Context, t testing.TB, change func(next http.Handler, w http.ResponseWriter, r *http.Request), opts ...conformance.Option) (*report.Report, error) {
	t.Helper()
	document := treesDocument("ashes", "birches", "cedars", "elms")
	standIn, err := mockserver.New(mockserver.WithSpec("trees.yaml", document), mockserver.WithRecords(3))
	require.NoError(t, err)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { change(standIn, w, r) }))
	t.Cleanup(server.Close)
	return conformance.Execute(ctx, server.URL, append([]conformance.Option{
		conformance.WithSpec("trees.yaml", document), conformance.WithSeed(1), conformance.WithParallel(4),
		conformance.WithLedger(filepath.Join(t.TempDir(), "ledger.jsonl")),
	}, opts...)...)
}

// serve leaves requests as they are.
func serve(next http.Handler, w http.ResponseWriter, r *http.Request) { next.ServeHTTP(w, r) }

// treeOf is the collection that a request is about.
func treeOf(r *http.Request) string { return strings.Split(r.URL.Path, "/")[1] }

// crossing tells of requests to different trees that are under way at the same time. The
// first waits for another, so that there are some.
type crossing struct {
	mu      sync.Mutex
	under   map[string]int
	met     chan struct{}
	meeting sync.Once
}

func newCrossing() *crossing { return &crossing{under: map[string]int{}, met: make(chan struct{})} }

// enter reports whether a request meets others.
func (c *crossing) enter(r *http.Request) (meets bool, leave func()) {
	c.mu.Lock()
	for tree, n := range c.under {
		meets = meets || n > 0 && tree != treeOf(r)
	}
	c.under[treeOf(r)]++
	c.mu.Unlock()
	if meets {
		c.meeting.Do(func() { close(c.met) })
	}
	return meets, func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.under[treeOf(r)]--
	}
}

// await waits until some requests have met.
func (c *crossing) await(r *http.Request) {
	select {
	case <-c.met:
	case <-r.Context().Done():
	case <-time.After(5 * time.Second): // the test fails then, as nothing meets
	}
}

// whatCame are the results of a report, as far as they should not depend on what ran when.
func whatCame(r *report.Report) []string {
	var told []string
	for _, result := range r.Results {
		told = append(told, fmt.Sprintf("%s: %s: %s", result.Title(), result.Status, result.Reason))
	}
	return told
}

// untimed are the notes that say nothing of how long something took, which on a busy
// machine may be any time.
func untimed(notes []string) []string {
	return slices.DeleteFunc(slices.Clone(notes), func(note string) bool { return strings.HasPrefix(note, "the target takes up to") })
}

// Whatever runs when, the results are the same, and are told of in the order of the plan.
func TestLanesFindTheSame(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(filepath.Join("..", "fixtures", "specs", "*.yaml"))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	seeds := []uint64{1, 2, 3}
	if testing.Short() {
		seeds = seeds[:1]
	}
	for _, file := range files {
		name := filepath.Base(file)
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, seed := range seeds {
				var told []string
				tell := conformance.WithProgress(func(result report.Result) { told = append(told, result.Title()) })
				serial := judgeDocument(t, name, nil, conformance.WithSeed(seed), conformance.WithParallel(1))
				beside := judgeDocument(t, name, nil, conformance.WithSeed(seed), conformance.WithParallel(4), tell)
				require.Equal(t, whatCame(serial), whatCame(beside), "seed %d", seed)
				require.Equal(t, untimed(serial.Notes), untimed(beside.Notes), "seed %d", seed)
				require.Len(t, told, len(beside.Results))
				for i, result := range beside.Results {
					require.Equal(t, result.Title(), told[i])
				}
			}
		})
	}
}

func TestLanesRunSideBySide(t *testing.T) {
	t.Parallel()
	c := newCrossing()
	r, err := judgeTrees(t.Context(), t, func(next http.Handler, w http.ResponseWriter, r *http.Request) {
		_, leave := c.enter(r)
		defer leave()
		if r.Method == http.MethodPost {
			c.await(r)
		}
		next.ServeHTTP(w, r)
	})
	require.NoError(t, err)
	require.Equal(t, report.Conforms, r.Verdict, "%q", r.Notes)
	require.Zero(t, r.Left)
	select {
	case <-c.met:
	default:
		t.Error("no two requests of different trees met")
	}
	for _, note := range r.Notes {
		require.NotContains(t, note, "one check at a time")
	}
}

// A target that takes requests only one after the other is not to blame for that: what
// fails beside other checks is repeated alone.
func TestLanesBlameNobodyForMeeting(t *testing.T) {
	t.Parallel()
	for _, refusal := range []struct {
		status  int
		methods string
		note    string
	}{
		{http.StatusInternalServerError, "POST PATCH DELETE", "the target does not take checks side by side"},
		{http.StatusConflict, "POST PATCH DELETE", "the target does not take checks side by side"},
		{http.StatusTooManyRequests, "GET POST PATCH DELETE", "the target asked for patience"},
		{http.StatusServiceUnavailable, "POST", "the target asked for patience"},
	} {
		t.Run(http.StatusText(refusal.status), func(t *testing.T) {
			t.Parallel()
			c := newCrossing()
			refused := 0
			r, err := judgeTrees(t.Context(), t, func(next http.Handler, w http.ResponseWriter, r *http.Request) {
				if !strings.Contains(refusal.methods, r.Method) {
					next.ServeHTTP(w, r)
					return
				}
				meets, leave := c.enter(r)
				defer leave()
				if meets {
					c.mu.Lock()
					refused++
					c.mu.Unlock()
					w.WriteHeader(refusal.status)
					return
				}
				if r.Method == http.MethodPost {
					c.await(r)
				}
				next.ServeHTTP(w, r)
			})
			require.NoError(t, err)
			for _, result := range r.Results {
				assert.Contains(t, []report.Status{report.Pass, report.NotApplicable, report.NotRun}, result.Status, "%s: %s", result.Title(), result.Reason)
			}
			require.Zero(t, r.Left)
			require.Positive(t, refused)
			require.Less(t, refused, 40, "once it is known, nothing meets any more")
			notes := strings.Join(r.Notes, "\n")
			require.Equal(t, 1, strings.Count(notes, refusal.note), notes)
			require.Equal(t, 1, strings.Count(notes, "one check at a time"), notes)
		})
	}
}

// A list that shows nothing while others are asked for seems harm to what was there; only
// what is still gone when nothing else runs is.
func TestLanesLookTwiceAtHarm(t *testing.T) {
	t.Parallel()
	c := newCrossing()
	hidden, hide := make(chan struct{}), sync.Once{}
	r, err := judgeTrees(t.Context(), t, func(next http.Handler, w http.ResponseWriter, r *http.Request) {
		meets, leave := c.enter(r)
		defer leave()
		if r.Method == http.MethodPost {
			select { // each waits a little for a list, until one came
			case <-hidden:
			case <-time.After(200 * time.Millisecond):
			}
		}
		if isList := strings.Trim(r.URL.Path, "/") == treeOf(r); meets && isList && r.Method == http.MethodGet {
			hide.Do(func() { close(hidden) })
			w.Header().Set("Content-Type", "application/json")
			_, _ = io.WriteString(w, `{"count":0,"results":[]}`)
			return
		}
		next.ServeHTTP(w, r)
	})
	require.NoError(t, err)
	select {
	case <-hidden:
	default:
		t.Fatal("no list met another request")
	}
	for _, result := range r.Results {
		assert.Contains(t, []report.Status{report.Pass, report.NotApplicable}, result.Status, "%s: %s", result.Title(), result.Reason)
	}
	require.Zero(t, r.Left)
	// A list that no check relied upon when it was hidden is worth no word.
	require.LessOrEqual(t, strings.Count(strings.Join(r.Notes, "\n"), "does not take checks side by side"), 1, "%q", r.Notes)
}

// What one tree's request does to the records of another is laid at that request's door.
func TestLanesNameWhatDidHarm(t *testing.T) {
	t.Parallel()
	for _, parallel := range []int{1, 4} {
		t.Run(fmt.Sprint(parallel), func(t *testing.T) {
			t.Parallel()
			var once sync.Once
			var culprit string
			var after []string
			var mu sync.Mutex
			r, err := judgeTrees(t.Context(), t, func(next http.Handler, w http.ResponseWriter, r *http.Request) {
				mu.Lock()
				if culprit != "" && r.Method != http.MethodGet && r.Method != http.MethodHead {
					after = append(after, r.Method)
				}
				mu.Unlock()
				next.ServeHTTP(w, r)
				if r.Method != http.MethodDelete || treeOf(r) != "birches" {
					return
				}
				once.Do(func() {
					list := recorded(next, httptest.NewRequest(http.MethodGet, "/elms", nil)).Body.String()
					_, rest, _ := strings.Cut(list, `"id":"`)
					id, _, _ := strings.Cut(rest, `"`)
					recorded(next, httptest.NewRequest(http.MethodDelete, "/elms/"+id, nil))
					mu.Lock()
					culprit = "DELETE " + r.URL.Path
					mu.Unlock()
				})
			}, conformance.WithParallel(parallel))
			require.NoError(t, err)
			require.Equal(t, report.Fails, r.Verdict)
			var failed []string
			for _, result := range r.Results {
				if result.Status == report.Fail {
					failed = append(failed, result.Reason)
				}
			}
			require.Len(t, failed, 1, "everything halts")
			require.Contains(t, failed[0], "a record that the run did not create is gone")
			require.Contains(t, failed[0], culprit)
			require.Positive(t, r.Left)
			require.Equal(t, r.Created, r.Deleted+r.Left)
			require.Less(t, len(after), 120)
		})
	}
}

func TestLanesStopAtAnInterrupt(t *testing.T) {
	t.Parallel()
	ctx, interrupt := context.WithCancel(t.Context())
	var standIn http.Handler
	var once sync.Once
	told := 0
	r, err := judgeTrees(ctx, t, func(next http.Handler, w http.ResponseWriter, r *http.Request) {
		once.Do(func() { standIn = next })
		next.ServeHTTP(w, r)
	},
		conformance.WithProgress(func(report.Result) {
			if told++; told == 40 {
				interrupt()
			}
		}))
	require.ErrorIs(t, err, context.Canceled)
	require.Zero(t, r.Left)
	require.Empty(t, r.Ledger)
	last := r.Results[len(r.Results)-1]
	require.Equal(t, report.NotRun, last.Status)
	require.Equal(t, "the run was interrupted", last.Reason)
	for _, tree := range []string{"ashes", "birches", "cedars", "elms"} {
		list := recorded(standIn, httptest.NewRequest(http.MethodGet, "/"+tree, nil)).Body.String()
		require.Contains(t, list, `"count":3`, tree)
	}
}

func TestLanesShareTheBudget(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	sent := map[string]int{}
	r, err := judgeTrees(t.Context(), t, func(next http.Handler, w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		sent[r.Method]++
		mu.Unlock()
		next.ServeHTTP(w, r)
	}, conformance.WithMaxRequests(150))
	require.ErrorContains(t, err, "raise --max-requests")
	require.Zero(t, r.Left)
	require.LessOrEqual(t, sent[http.MethodPost]+sent[http.MethodPatch], 150)
	ran := 0
	for _, result := range r.Results {
		ran += result.Requests
	}
	require.LessOrEqual(t, ran, 150)
	last := r.Results[len(r.Results)-1]
	require.Equal(t, report.NotRun, last.Status)
	require.Contains(t, last.Reason, "the run ended early: ")
}

func TestLanesEndWhenNobodyAnswers(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	answered := 0
	r, err := judgeTrees(t.Context(), t, func(next http.Handler, w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		answered++
		dead := answered > 100
		mu.Unlock()
		if dead {
			panic(http.ErrAbortHandler)
		}
		next.ServeHTTP(w, r)
	})
	require.ErrorIs(t, err, io.EOF)
	last := r.Results[len(r.Results)-1]
	require.Equal(t, report.NotRun, last.Status)
	require.Contains(t, last.Reason, "the run ended early: ")
	require.NotEmpty(t, r.Ledger)
	require.NoError(t, os.Remove(r.Ledger))
}
