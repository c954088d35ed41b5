package conformance_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"understudy/conformance"
	"understudy/conformance/report"
	"understudy/mockserver"
)

// constrained is a document with the constraints that the embedded one lacks.
const constrained = `
openapi: 3.1.0
info: {title: Things, version: '1'}
paths:
  /things:
    get:
      responses:
        '200': {description: all, content: {application/json: {schema: {type: array, items: {$ref: '#/components/schemas/Thing'}}}}}
    post:
      requestBody:
        required: true
        content: {application/json: {schema: {$ref: '#/components/schemas/Thing'}}}
      responses:
        '201': {description: made, content: {application/json: {schema: {$ref: '#/components/schemas/Thing'}}}}
        4XX: {description: refused}
  /things/{id}:
    parameters:
      - {name: id, in: path, required: true, schema: {type: string}}
    get:
      responses:
        '200': {description: one, content: {application/json: {schema: {$ref: '#/components/schemas/Thing'}}}}
        4XX: {description: refused}
    delete:
      responses:
        '204': {description: gone}
        4XX: {description: refused}
components:
  schemas:
    Thing:
      type: object
      required: [id, kind, size, day, code, label]
      properties:
        id: {type: string, readOnly: true}
        kind: {type: string, enum: [red, green]}
        size: {type: integer, minimum: 1, maximum: 9}
        day: {type: string, format: date}
        code: {type: string, pattern: '^[A-Z]{3}$'}
        label: {type: string, minLength: 3, maxLength: 80}
`

func TestConstraintsThatTheEmbeddedDocumentLacks(t *testing.T) {
	checks := []string{"validation/range", "validation/enum", "validation/format", "validation/pattern", "validation/length", "validation/boundaries"}
	opts := []conformance.Option{conformance.WithSpec("things.yaml", []byte(constrained))}
	for _, check := range checks {
		opts = append(opts, conformance.WithOnly(check))
	}
	t.Run("a server that keeps them", func(t *testing.T) {
		server := mockserver.Start(t, mockserver.WithSpec("things.yaml", []byte(constrained)))
		requireStatuses(t, server.URL, opts, func(string) report.Status { return report.Pass })
	})
	t.Run("a server that accepts everything", func(t *testing.T) {
		server := httptest.NewServer(&careless{things: map[string]map[string]any{}})
		defer server.Close()
		requireStatuses(t, server.URL, opts, func(id string) report.Status {
			if id == "validation/boundaries" {
				return report.Pass
			}
			return report.Fail
		})
	})
}

// requireStatuses runs checks and compares how each ends.
func requireStatuses(t *testing.T, target string, opts []conformance.Option, wanted func(id string) report.Status) {
	t.Helper()
	r, err := conformance.Execute(t.Context(), target, opts...)
	require.NoError(t, err)
	require.NotEmpty(t, r.Results)
	for _, result := range r.Results {
		require.Equal(t, wanted(result.ID), result.Status, "%s: %s", result.ID, result.Reason)
	}
	require.Zero(t, r.Left)
}

// careless is a server that keeps whatever it is sent.
type careless struct {
	mu     sync.Mutex
	made   int
	things map[string]map[string]any
}

func (c *careless) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c.mu.Lock()
	defer c.mu.Unlock()
	id := strings.TrimPrefix(r.URL.Path, "/things/")
	w.Header().Set("Content-Type", "application/json")
	switch r.Method {
	case http.MethodPost:
		thing := map[string]any{}
		_ = json.NewDecoder(r.Body).Decode(&thing) // what cannot be read is kept as nothing
		c.made++
		thing["id"] = fmt.Sprint(c.made)
		c.things[fmt.Sprint(c.made)] = thing
		w.WriteHeader(http.StatusCreated)
		_ = json.NewEncoder(w).Encode(thing)
	case http.MethodDelete:
		delete(c.things, id)
		w.WriteHeader(http.StatusNoContent)
	default:
		all := []any{}
		for thing := range maps.Values(c.things) {
			all = append(all, thing)
		}
		_ = json.NewEncoder(w).Encode(all)
	}
}
