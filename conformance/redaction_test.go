package conformance_test

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"understudy/conformance"
	"understudy/conformance/report"
)

// notesDocument has a list that asks for a bearer token, whose items have a kind.
const notesDocument = `
openapi: 3.0.3
info: {title: Notes, version: '1'}
security: [{login: []}]
paths:
  /notes:
    get:
      responses:
        '200': {description: All, content: {application/json: {schema: {type: array, items: {type: object, required: [id, kind], properties: {id: {type: integer}, kind: {type: string, enum: [short, long]}}}}}}}
        '401': {description: No}
components:
  securitySchemes:
    login: {type: http, scheme: bearer}
`

// TestKeysThatAreWords judges a server that repeats in every way what it was sent,
// by a key that nothing else looks like, and by keys that sentences hold as well.
// The reports differ in nothing.
func TestKeysThatAreWords(t *testing.T) {
	usual := judgeParrot(t, "phx_9Hq2mVt9ZkXc4LrBn8")
	require.NotEmpty(t, usual.Results)
	for _, key := range []string{"test", "key", "status", "the", "answer", "e", "a record", "UNDERSTUDY"} {
		t.Run(key, func(t *testing.T) {
			r := judgeParrot(t, key)
			require.Len(t, r.Results, len(usual.Results))
			for i, result := range r.Results {
				want := usual.Results[i]
				require.Equal(t, want.Status, result.Status, result.ID)
				require.Equal(t, want.Reason, result.Reason, result.ID)
				require.Equal(t, want.Expected, result.Expected, result.ID)
				require.Equal(t, want.Requirement, result.Requirement, result.ID)
				for _, e := range result.Exchanges {
					for _, text := range append([]string{e.Response, e.Request, e.Error}, e.Headers...) {
						require.NotContains(t, text, "echo "+key, result.ID)
						require.NotContains(t, text, "Bearer "+key, result.ID)
					}
					require.True(t, strings.HasPrefix(e.Curl, "curl -sS -i"), e.Curl)
				}
			}
			for name, write := range map[string]func(io.Writer, *report.Report) error{
				"json": report.WriteJSON, "junit": report.WriteJUnit, "html": report.WriteHTML, "markdown": report.WriteMarkdown,
				"text": func(w io.Writer, r *report.Report) error { return report.WriteText(w, r, false) },
			} {
				var written bytes.Buffer
				require.NoError(t, write(&written, r))
				require.NotContains(t, written.String(), "echo "+key, name)
				require.NotContains(t, written.String(), "Bearer "+key, name)
				require.Contains(t, written.String(), "UNDERSTUDY_TOKEN", name)
			}
		})
	}
}

// judgeParrot judges a server that puts the key wherever an answer has room for it.
func judgeParrot(t *testing.T, key string) *report.Report {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		sent := r.Header.Get("Authorization")
		w.Header().Set("Date", "Mon, 02 Jan 2006 15:04:05 GMT")
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("WWW-Authenticate", "Strange "+sent)
		w.Header().Set("Cache-Control", "public, x="+strings.TrimPrefix(sent, "Bearer "))
		w.Header().Set("ETag", sent)
		if sent != "Bearer "+key {
			w.WriteHeader(http.StatusUnauthorized)
		}
		fmt.Fprintf(w, `[{"id": 1, "kind": "echo %s"}]`, strings.TrimPrefix(sent, "Bearer "))
	}))
	defer server.Close()
	r, err := conformance.Execute(t.Context(), server.URL, conformance.WithSpec("notes.yaml", []byte(notesDocument)), conformance.WithToken(key), conformance.WithSeed(1), conformance.WithReadOnly())
	require.NoError(t, err)
	return r
}
