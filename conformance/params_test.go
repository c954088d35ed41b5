package conformance_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"understudy/conformance"
)

func TestParamsOfOnePathAlone(t *testing.T) {
	t.Parallel()
	list := func(path string) string {
		return fmt.Sprintf(`
  %[1]s:
    parameters: [{name: org, in: path, required: true, schema: {type: string}}]
    get: {operationId: 'list %[1]s', responses: {'200': {description: All, content: {application/json: {schema: {type: array, items: {$ref: '#/components/schemas/Thing'}}}}}}}
    post: {operationId: 'make %[1]s', requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/Thing'}}}}, responses: {'201': {description: New, content: {application/json: {schema: {$ref: '#/components/schemas/Thing'}}}}}}
  %[1]s/{id}:
    parameters: [{name: org, in: path, required: true, schema: {type: string}}, {name: id, in: path, required: true, schema: {type: string}}]
    get: {operationId: 'get %[1]s', responses: {'200': {description: One, content: {application/json: {schema: {$ref: '#/components/schemas/Thing'}}}}}}
`, path)
	}
	document := "openapi: 3.1.0\ninfo: {title: Two, version: '1'}\npaths:" + list("/orgs/{org}/things") + list("/teams/{org}/things") + `
components: {schemas: {Thing: {type: object, required: [id], properties: {id: {type: string, readOnly: true}, name: {type: string}}}}}
`
	var mu sync.Mutex
	var asked []string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		asked = append(asked, r.URL.Path)
		mu.Unlock()
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprint(w, "[]")
	}))
	defer server.Close()
	run, err := conformance.Execute(t.Context(), server.URL, conformance.WithSpec("two.yaml", []byte(document)), conformance.WithSeed(1), conformance.WithOnly("crud/list"),
		conformance.WithParam("org", "1"), conformance.WithParam("/teams/{org}/things:org", "2"))
	require.NoError(t, err)
	slices.Sort(asked)
	require.Equal(t, []string{"/orgs/1/things", "/teams/2/things"}, slices.Compact(asked))
	require.NotEqual(t, -1, indexOf(run, "crud/list", "/orgs/{org}/things"))
	require.NotEqual(t, -1, indexOf(run, "crud/list", "/teams/{org}/things"))
}
