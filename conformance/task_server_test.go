package conformance_test

import (
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// tasks is a document whose list can be sorted by a member with few values, which have an
// order of their own, and whose items have members that may be null, one of them from the start.
const tasks = `
openapi: 3.1.0
info: {title: Tasks, version: '1'}
paths:
  /tasks:
    get:
      parameters: [{name: sort, in: query, schema: {type: string, enum: [urgency, -urgency]}}]
      responses: {'200': {description: All, content: {application/json: {schema: {type: array, items: {$ref: '#/components/schemas/Task'}}}}}}
    post:
      requestBody: {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/NewTask'}}}}
      responses: {'201': {description: Made, content: {application/json: {schema: {$ref: '#/components/schemas/Task'}}}}}
  /tasks/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: integer}}]
    get: {responses: {'200': {description: One, content: {application/json: {schema: {$ref: '#/components/schemas/Task'}}}}, '404': {description: None}}}
    patch:
      requestBody: {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/Change'}}}}
      responses: {'200': {description: One, content: {application/json: {schema: {$ref: '#/components/schemas/Task'}}}}, '404': {description: None}}
    delete: {responses: {'204': {description: Gone}, '404': {description: None}}}
components:
  schemas:
    Urgency: {type: string, enum: [low, normal, high, urgent]}
    NewTask:
      type: object
      required: [urgency]
      properties: &members
        urgency: %s
        due: {type: [string, 'null'], format: date}
        owner: {type: [integer, 'null']}
    Change: {type: object, properties: {<<: *members, outcome: &outcome {type: [string, 'null'], maxLength: 60}}}
    Task: {type: object, required: [id, urgency], properties: {id: {type: integer, readOnly: true}, <<: *members, outcome: *outcome}}
`

// taskServer keeps tasks, and sorts them by the places of their values in a list.
type taskServer struct {
	mu       sync.Mutex
	up, down []string
	lost     string // a member whose changes are answered, and not stored
	dropped  string // a member that is null whatever a create sends
	next     int
	tasks    []map[string]any
}

func (s *taskServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	w.Header().Set("Content-Type", "application/json")
	id, _ := strconv.Atoi(strings.TrimPrefix(r.URL.Path, "/tasks/"))
	i := slices.IndexFunc(s.tasks, func(task map[string]any) bool { return task["id"] == id })
	switch {
	case r.URL.Path == "/tasks" && r.Method == http.MethodPost:
		s.next++
		task := map[string]any{"due": nil, "owner": nil, "outcome": nil}
		_ = json.NewDecoder(r.Body).Decode(&task)
		task["id"] = s.next
		if s.dropped != "" {
			task[s.dropped] = nil
		}
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
	case r.Method == http.MethodPatch:
		changed := maps.Clone(s.tasks[i])
		_ = json.NewDecoder(r.Body).Decode(&changed)
		changed["id"] = id
		_ = json.NewEncoder(w).Encode(changed)
		if s.lost != "" {
			changed[s.lost] = s.tasks[i][s.lost]
		}
		s.tasks[i] = changed
	default:
		_ = json.NewEncoder(w).Encode(s.tasks[i])
	}
}

func (s *taskServer) sorted(by string) []map[string]any {
	values := map[string][]string{"urgency": s.up, "-urgency": s.down}[by]
	place := func(task map[string]any) int {
		text, _ := task["urgency"].(string)
		return slices.Index(values, text)
	}
	sorted := append([]map[string]any{}, s.tasks...)
	slices.SortStableFunc(sorted, func(a, b map[string]any) int { return place(a) - place(b) })
	return sorted
}
