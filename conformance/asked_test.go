package conformance_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
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
