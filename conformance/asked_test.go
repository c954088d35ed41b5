package conformance_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"understudy/conformance"
	"understudy/conformance/report"
)

// chosen is a document whose list shows what a parameter chooses.
const chosen = `
openapi: 3.1.0
info: {title: Boxes, version: '1'}
paths:
  /boxes:
    get:
      operationId: listBoxes
      parameters: [{in: query, required: true, schema: %s}]
      responses: {'200': {description: All, content: {application/json: {schema: {type: array, items: {$ref: '#/components/schemas/Box'}}}}}}
  /boxes/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: string}}]
    get: {operationId: readBox, responses: {'200': {description: One, content: {application/json: {schema: {$ref: '#/components/schemas/Box'}}}}, '404': {description: None}}}
components: {schemas: {Box: {type: object, required: [id], properties: {id: {type: string}}}}}
`

func TestAListThatAParameterChoosesIsJudgedWithItsValue(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		schema string
		opts   []conformance.Option
		sent   []string // the queries that the list was asked with
		reason string   // why it was not
	}{
		"no value":     {"{type: string}, name: owner", nil, nil, "the list of boxes shows what its parameter owner chooses: give --param owner=…"},
		"several ones": {"{enum: [me, you]}, name: owner", nil, nil, "the list of boxes shows what its parameter owner chooses: give --param owner=…"},
		"given":        {"{type: string}, name: owner", []conformance.Option{conformance.WithParam("owner", "the one")}, []string{"owner=the+one"}, ""},
		"a member":     {"{enum: [mine]}, name: id", nil, nil, "the list of boxes shows what its parameter id chooses: give --param id=…"},
		"one alone":    {"{enum: [me]}, name: owner", nil, []string{"owner=me"}, ""},
		"a default":    {"{type: string, default: all}, name: owner", nil, []string{"owner=all"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var mu sync.Mutex
			var sent []string
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				mu.Lock()
				sent = append(sent, r.URL.RawQuery)
				mu.Unlock()
				w.Header().Set("Content-Type", "application/json")
				fmt.Fprint(w, `[{"id": "1"}]`)
			}))
			t.Cleanup(server.Close)
			opts := append([]conformance.Option{conformance.WithSpec("boxes.yaml", fmt.Appendf(nil, chosen, test.schema)), conformance.WithSeed(1), conformance.WithOnly("crud/list")}, test.opts...)
			run, err := conformance.Execute(t.Context(), server.URL, opts...)
			require.NoError(t, err)
			require.Equal(t, test.sent, slices.Compact(sent))
			result := run.Results[indexOf(run, "crud/list", "")]
			require.Equal(t, test.reason, result.Reason)
			if test.reason == "" {
				require.Equal(t, report.Pass, result.Status)
			}
		})
	}
}

// What every operation asks for is sent each time, and a name of a request is another
// each time.
func TestWhatRequestsMustHaveIsSent(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	var lacking, names []string
	run := judgeDocument(t, "api-version.yaml", func(next http.Handler, w http.ResponseWriter, r *http.Request) {
		isKnown := strings.Count(strings.Trim(r.URL.Path, "/"), "/") < 2 && r.Method != http.MethodOptions && r.Method != http.MethodTrace
		if isKnown && (r.URL.Query().Get("api-version") != "2024-01-01" || r.Header.Get("x-client-name") == "") && recorded(next, r.Clone(r.Context())).Code != http.StatusMethodNotAllowed {
			mu.Lock()
			lacking = append(lacking, r.Method+" "+r.URL.String())
			mu.Unlock()
		}
		if name := r.Header.Get("Idempotency-Key"); name != "" {
			mu.Lock()
			names = append(names, name)
			mu.Unlock()
		}
		next.ServeHTTP(w, r)
	})
	require.Empty(t, lacking)
	require.NotEmpty(t, names)
	slices.Sort(names)
	require.Len(t, slices.Compact(slices.Clone(names)), len(names), "a name is given to one request alone")
	require.Contains(t, strings.Join(run.Notes, "\n"), "x-client-name has a value that was made up: give --param x-client-name=…")
	require.NotContains(t, strings.Join(run.Notes, "\n"), "api-version")
	require.Zero(t, run.Left)
	require.Positive(t, run.Created)
}

// What is left is deleted with what every request must have, as it is given.
func TestCleaningUpSendsWhatRequestsMustHave(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	var deletes []string
	run := judgeDocument(t, "api-version.yaml", func(next http.Handler, w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodDelete {
			mu.Lock()
			deletes = append(deletes, r.URL.Query().Get("api-version")+" "+r.Header.Get("x-client-name"))
			mu.Unlock()
			w.WriteHeader(http.StatusConflict)
			return
		}
		next.ServeHTTP(w, r)
	}, conformance.WithOnly("crud/create"), conformance.WithLedger(t.TempDir()+"/ledger.jsonl"))
	require.Equal(t, 1, run.Left)

	deletes = nil
	document, err := os.ReadFile(filepath.Join("..", "fixtures", "specs", "api-version.yaml"))
	require.NoError(t, err)
	_, err = conformance.CleanUp(t.Context(), run.Target, run.Ledger, conformance.WithSpec("api-version.yaml", document),
		conformance.WithParam("api-version", "2023-07-01"), conformance.WithParam("x-client-name", "tests/1"))
	require.NoError(t, err)
	require.Equal(t, []string{"2023-07-01 tests/1"}, deletes)
}
