package conformance_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"understudy/conformance"
	"understudy/conformance/report"
)

// shelvesDocument is of an API below a path, which stands in the servers.
const shelvesDocument = `
openapi: 3.0.3
info: {title: Shelves, version: '1'}
servers: [{url: 'https://shelves.example/api/v1'}]
paths:
  /shelves:
    get:
      responses: {'200': {description: All, content: {application/json: {schema: {type: array, items: {type: object, required: [id], properties: {id: {type: integer}}}}}}}}
  /shelves/{id}:
    get:
      parameters: [{name: id, in: path, required: true, schema: {type: integer}}]
      responses: {'200': {description: One, content: {application/json: {schema: {type: object, required: [id], properties: {id: {type: integer}}}}}}, '404': {description: No}}
`

func TestWrongBasesAreTold(t *testing.T) {
	lacks := "the server of the document has the path /api/v1, and the target lacks it: try URL/api/v1"
	generic := "; is URL/elsewhere where the paths of the document begin?"
	inPaths := strings.NewReplacer("servers: [{url: 'https://shelves.example/api/v1'}]", "", "/shelves", "/api/v1/shelves").Replace(shelvesDocument)
	nowhere := strings.Replace(shelvesDocument, "servers: [{url: 'https://shelves.example/api/v1'}]", "", 1)
	for name, c := range map[string]struct{ document, base, want string }{
		"right":                  {shelvesDocument, "/api/v1", ""},
		"right, with a slash":    {shelvesDocument, "/api/v1/", ""},
		"right, in the paths":    {inPaths, "", ""},
		"lacking":                {shelvesDocument, "", lacks},
		"half of it":             {shelvesDocument, "/api", lacks},
		"behind a gateway":       {shelvesDocument, "/gateway", "try URL/api/v1 or URL/gateway/api/v1"},
		"twice":                  {shelvesDocument, "/api/v1/api/v1", "the path /api/v1 stands twice in the target: try URL/api/v1"},
		"twice, once in paths":   {inPaths, "/api/v1", "the paths of the document begin with /api/v1 themselves: try URL"},
		"a path of the document": {shelvesDocument, "/api/v1/shelves", "/shelves is a path of the document: try URL/api/v1"},
		"elsewhere":              {nowhere, "/elsewhere", "with 404" + generic},
		"a page":                 {nowhere, "/page", "with 200; is URL/page where"},
		"a way":                  {shelvesDocument, "/moved", "with 301, which leads to https://there.example/: try "},
	} {
		t.Run(name, func(t *testing.T) {
			server := httptest.NewServer(http.HandlerFunc(serveShelves))
			defer server.Close()
			var seen string
			r, err := conformance.Execute(t.Context(), server.URL+c.base, conformance.WithSpec("shelves.yaml", []byte(c.document)),
				conformance.WithPlan(func(plan report.Plan) { seen = plan.Seen() }))
			require.NoError(t, err)
			told := seen + "\n" + strings.Join(r.Notes, "\n")
			if c.want == "" {
				require.NotEqual(t, report.Fails, r.Verdict, failures(r))
				require.NotContains(t, told, "try ")
				require.NotContains(t, told, "reached the API")
				return
			}
			require.Equal(t, report.Fails, r.Verdict)
			require.Equal(t, 2, strings.Count(told, strings.ReplaceAll(c.want, "URL", server.URL)), told)
		})
	}
}

func TestRefusalsOfAnotherBaseAreTold(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusForbidden) }))
	defer server.Close()
	known := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusUnauthorized) }))
	defer known.Close()
	_, err := conformance.Execute(t.Context(), known.URL, conformance.WithSpec("shelves.yaml", []byte(shelvesDocument)))
	require.EqualError(t, err, "the target cannot be judged: it refuses the key: GET /shelves is answered with 401; no key was given: set UNDERSTUDY_TOKEN")
	for base, want := range map[string]string{"": "; or it is not the target: the server of the document has the path /api/v1, and the target lacks it: try " + server.URL + "/api/v1", "/api/v1": "is answered with 403; no key was given: set UNDERSTUDY_TOKEN"} {
		_, err := conformance.Execute(t.Context(), server.URL+base, conformance.WithSpec("shelves.yaml", []byte(shelvesDocument)))
		require.ErrorIs(t, err, conformance.ErrUnreachable)
		require.True(t, strings.HasSuffix(err.Error(), want), err.Error())
	}
}

// serveShelves is an API below /api/v1, and a web server beside it.
func serveShelves(w http.ResponseWriter, r *http.Request) {
	path, isAPI := strings.CutPrefix(r.URL.Path, "/api/v1/shelves")
	switch {
	case strings.HasPrefix(r.URL.Path, "/moved"):
		http.Redirect(w, r, "https://there.example/", http.StatusMovedPermanently)
	case strings.HasPrefix(r.URL.Path, "/page"):
		fmt.Fprint(w, "<!doctype html><title>Welcome</title>")
	case !isAPI || path != "" && path != "/1":
		w.WriteHeader(http.StatusNotFound)
	case r.Method != http.MethodGet && r.Method != http.MethodHead:
		w.Header().Set("Allow", "GET, HEAD")
		w.WriteHeader(http.StatusMethodNotAllowed)
	default:
		w.Header().Set("Content-Type", "application/json")
		body := `{"id": 1}`
		if path == "" {
			body = "[" + body + "]"
		}
		fmt.Fprint(w, body)
	}
}
