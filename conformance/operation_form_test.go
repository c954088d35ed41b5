package conformance_test

import (
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"understudy/conformance"
	"understudy/conformance/report"
)

const uploadDocument = `
openapi: 3.0.3
info: {title: Uploads, version: '1'}
paths:
  /uploads:
    post:
      operationId: upload
      requestBody:
        required: true
        content:
          multipart/form-data:
            schema:
              type: object
              required: [title, file, about]
              properties:
                title: {type: string}
                file: {type: string, format: binary}
                about: {type: object, required: [pages], properties: {pages: {type: integer}}}
                tags: {type: array, minItems: 2, items: {type: string}}
      responses: {'204': {description: Done}, '400': {description: No}}
  /feeds:
    post:
      operationId: feed
      requestBody: {required: true, content: {application/xml: {schema: {type: object}}}}
      responses: {'204': {description: Done}}
`

func TestMultipartBodiesAreMade(t *testing.T) {
	t.Parallel()
	var whole atomic.Bool
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/uploads" || r.Method != http.MethodPost {
			w.Header().Set("Allow", http.MethodPost)
			w.WriteHeader(http.StatusMethodNotAllowed)
			return
		}
		if err := r.ParseMultipartForm(1 << 20); err != nil { //nolint:gosec // a test's own request
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		about := r.MultipartForm.Value["about"]
		if len(r.MultipartForm.File["file"]) == 1 && r.FormValue("title") != "" && len(r.MultipartForm.Value["tags"]) >= 2 && len(about) == 1 && about[0][0] == '{' {
			whole.Store(true)
		}
		w.WriteHeader(http.StatusNoContent)
	}))
	defer server.Close()
	run, err := conformance.Execute(t.Context(), server.URL, conformance.WithSpec("uploads.yaml", []byte(uploadDocument)), conformance.WithSeed(1), conformance.WithOnly("operation/answer"))
	require.NoError(t, err)
	results := map[string]report.Result{}
	for _, result := range run.Results {
		results[result.Subject] = result
	}
	require.Equal(t, report.Pass, results["upload"].Status, results["upload"].Reason)
	require.True(t, whole.Load(), "every part arrived as what it is")
	require.Equal(t, report.NotApplicable, results["feed"].Status)
	require.Contains(t, results["feed"].Reason, "application/xml")
}
