package conformance_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"understudy/conformance"
	"understudy/conformance/report"
)

// ranked is a document whose list can be sorted by a member with few values, which have an
// order of their own.
const ranked = `
openapi: 3.1.0
info: {title: Tasks, version: '1'}
paths:
  /tasks:
    get:
      parameters: [{name: sort, in: query, schema: {type: string, enum: [urgency, -urgency]}}]
      responses: {'200': {description: All, content: {application/json: {schema: {type: array, items: {$ref: '#/components/schemas/Task'}}}}}}
    post:
      requestBody: {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/Task'}}}}
      responses: {'201': {description: Made, content: {application/json: {schema: {$ref: '#/components/schemas/Task'}}}}}
  /tasks/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: integer}}]
    get: {responses: {'200': {description: One, content: {application/json: {schema: {$ref: '#/components/schemas/Task'}}}}, '404': {description: None}}}
    delete: {responses: {'204': {description: Gone}, '404': {description: None}}}
components:
  schemas:
    Urgency: {type: string, enum: [low, normal, high, urgent]}
    Task: {type: object, required: [id, urgency], properties: {id: {type: integer, readOnly: true}, urgency: %s}}
`

// rankedServer keeps tasks, and sorts them by the places of their values in a list.
type rankedServer struct {
	mu       sync.Mutex
	up, down []string
	next     int
	tasks    []map[string]any
}

func (s *rankedServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	w.Header().Set("Content-Type", "application/json")
	id, _ := strconv.Atoi(strings.TrimPrefix(r.URL.Path, "/tasks/"))
	i := slices.IndexFunc(s.tasks, func(task map[string]any) bool { return task["id"] == id })
	switch {
	case r.URL.Path == "/tasks" && r.Method == http.MethodPost:
		s.next++
		task := map[string]any{}
		_ = json.NewDecoder(r.Body).Decode(&task)
		task["id"] = s.next
		s.tasks = append(s.tasks, task)
		w.WriteHeader(http.StatusCreated)
		_ = json.NewEncoder(w).Encode(task)
	case r.URL.Path == "/tasks":
		_ = json.NewEncoder(w).Encode(s.sorted(r.URL.Query().Get("sort")))
	case i < 0:
		w.WriteHeader(http.StatusNotFound)
	case r.Method == http.MethodDelete:
		s.tasks = slices.Delete(s.tasks, i, i+1)
		w.WriteHeader(http.StatusNoContent)
	default:
		_ = json.NewEncoder(w).Encode(s.tasks[i])
	}
}

func (s *rankedServer) sorted(by string) []map[string]any {
	values := map[string][]string{"urgency": s.up, "-urgency": s.down}[by]
	place := func(task map[string]any) int {
		text, _ := task["urgency"].(string)
		return slices.Index(values, text)
	}
	sorted := append([]map[string]any{}, s.tasks...)
	slices.SortStableFunc(sorted, func(a, b map[string]any) int { return place(a) - place(b) })
	return sorted
}

func judgeRanked(t *testing.T, seed uint64, schema string, up, down []string) report.Result {
	t.Helper()
	server := httptest.NewServer(&rankedServer{up: up, down: down})
	defer server.Close()
	r, err := conformance.Execute(t.Context(), server.URL, conformance.WithSpec("tasks.yaml", fmt.Appendf(nil, ranked, schema)), conformance.WithOnly("pagination/sort"), conformance.WithSeed(seed))
	require.NoError(t, err)
	return resultOf(t, r, "pagination/sort")
}

// Values that a document lists are in its order or in that of the alphabet, as a server
// likes, and in the opposite one when it is asked for that.
func TestListedValuesAreSortedByRankOrByTheAlphabet(t *testing.T) {
	t.Parallel()
	rank, alphabet := []string{"low", "normal", "high", "urgent"}, []string{"high", "low", "normal", "urgent"}
	for name, test := range map[string]struct {
		up, down    []string
		isPermitted bool
	}{
		"by rank":                        {rank, reversed(rank), true},
		"by rank, from the last":         {reversed(rank), rank, true},
		"by the alphabet":                {alphabet, reversed(alphabet), true},
		"by the alphabet, from the last": {reversed(alphabet), alphabet, false},
		"in either order":                {rank, reversed(alphabet), false},
		"in one direction":               {rank, rank, false},
		"in no order":                    {[]string{"urgent", "low", "high", "normal"}, []string{"normal", "high", "low", "urgent"}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, schema := range []string{"{$ref: '#/components/schemas/Urgency'}", "{anyOf: [{$ref: '#/components/schemas/Urgency'}, {type: 'null'}]}"} {
				for seed := range uint64(8) {
					result := judgeRanked(t, seed+1, schema, test.up, test.down)
					if test.isPermitted {
						require.Equal(t, report.Pass, result.Status, "%s: expected %s, got %s", result.Reason, result.Expected, result.Actual)
						continue
					}
					require.Equal(t, report.Fail, result.Status, "%s with the seed %d", schema, seed+1)
				}
			}
		})
	}
}

func reversed(list []string) []string {
	list = slices.Clone(list)
	slices.Reverse(list)
	return list
}

func TestAListInNoOrderTellsWhichNeighboursAre(t *testing.T) {
	t.Parallel()
	result := judgeRanked(t, 1, "{$ref: '#/components/schemas/Urgency'}", []string{"urgent", "low", "high", "normal"}, nil)
	require.Equal(t, report.Fail, result.Status)
	require.Equal(t, "sort=urgency: the records are not in order of urgency", result.Reason)
	require.Equal(t, `"high" (4) before "low" (1): ascending by the alphabet or by its rank in the document or by that rank from the last`, result.Expected)
	require.Equal(t, `"low" (1) before "high" (4)`, result.Actual)
}
