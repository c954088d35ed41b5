package conformance_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"

	"understudy/conformance"
	"understudy/conformance/report"
	"understudy/mockserver"
)

// unlisted is the document of a collection that has no list.
const unlisted = `
openapi: 3.1.0
info: {title: Notes, version: '1'}
security: [{key: []}]
paths:
  /notes:
    post: {operationId: makeNote, requestBody: {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/Note'}}}}, responses: {'201': {description: New, content: {application/json: {schema: {$ref: '#/components/schemas/Note'}}}}, '401': {description: No key}}}
  /notes/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: string}}]
    get: {operationId: readNote, responses: {'200': {description: One, content: {application/json: {schema: {$ref: '#/components/schemas/Note'}}}}, '401': {description: No key}, '404': {description: None}}}
    delete: {operationId: dropNote, responses: {'204': {description: Gone}, '401': {description: No key}, '404': {description: None}}}
components:
  securitySchemes: {key: {type: http, scheme: bearer}}
  schemas: {Note: {type: object, required: [id, text], properties: {id: {type: string, readOnly: true}, text: {type: string, minLength: 1}}}}
`

// judgeUnlisted judges a stand-in of the document without a list, in front of which
// something may stand.
func judgeUnlisted(t *testing.T, inFront func(next http.Handler, w http.ResponseWriter, r *http.Request)) *report.Report {
	t.Helper()
	standIn, err := mockserver.New(mockserver.WithSpec("notes.yaml", []byte(unlisted)))
	require.NoError(t, err)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { inFront(standIn, w, r) }))
	t.Cleanup(server.Close)
	run, err := conformance.Execute(t.Context(), server.URL, conformance.WithSpec("notes.yaml", []byte(unlisted)), conformance.WithSeed(1), conformance.WithToken(standIn.Key("write").Token))
	require.NoError(t, err)
	return run
}

func TestACollectionWithoutAListIsJudged(t *testing.T) {
	t.Parallel()
	run := judgeUnlisted(t, func(next http.Handler, w http.ResponseWriter, r *http.Request) { next.ServeHTTP(w, r) })
	for _, id := range []string{"auth/no-key-on-records", "auth/forged-key-on-records"} {
		require.Equal(t, report.Pass, run.Results[indexOf(run, id, "")].Status, id)
	}
	for _, result := range run.Results {
		require.NotContains(t, []report.Status{report.Fail, report.Blocked}, result.Status, "%s: %s", result.ID, result.Reason)
	}
	require.Zero(t, run.Left)

	run = judgeUnlisted(t, func(next http.Handler, w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet && r.Header.Get("Authorization") == "" {
			w.Header().Set("Content-Type", "application/json")
			fmt.Fprint(w, `{"id": "1", "text": "secret"}`)
			return
		}
		next.ServeHTTP(w, r)
	})
	require.Equal(t, report.Fail, run.Results[indexOf(run, "auth/no-key-on-records", "")].Status)
}
