package conformance_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"understudy/conformance"
	"understudy/conformance/report"
	"understudy/mockserver"
)

// articlesDocument lists articles, and shows those of a section from its side.
const articlesDocument = `
openapi: 3.1.0
info: {title: Articles, version: '1'}
paths:
  /articles:
    get: {operationId: articles, responses: {'200': {description: All, content: {application/json: {schema: {type: array, items: {$ref: '#/components/schemas/Article'}}}}}}}
    post:
      operationId: write
      requestBody: {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/NewArticle'}}}}
      responses: {'201': {description: New, content: {application/json: {schema: {$ref: '#/components/schemas/Article'}}}}}
  /articles/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: string, format: uuid}}]
    get: {operationId: article, responses: {'200': {description: One, content: {application/json: {schema: {$ref: '#/components/schemas/Article'}}}}, '404': {description: None}}}
    delete: {operationId: unwrite, responses: {'204': {description: Gone}, '404': {description: None}}}
  /sections/{section_id}/articles:
    parameters: [{name: section_id, in: path, required: true, schema: {type: string}}]
    get: {operationId: ofSection, responses: {'200': {description: Some, content: {application/json: {schema: {type: array, items: {$ref: '#/components/schemas/Article'}}}}}, '404': {description: None}}}
components:
  schemas:
    NewArticle: {type: object, required: [title, section_id], properties: {title: {type: string, maxLength: 60}, section_id: {type: string, maxLength: 60}}}
    Article: {type: object, required: [id, title, section_id], properties: {id: {type: string, format: uuid, readOnly: true}, title: {type: string, maxLength: 60}, section_id: {type: string, maxLength: 60}}}
`

// judgeViews judges a stand-in of articles, whose view answers otherwise.
func judgeViews(t *testing.T, otherwise http.HandlerFunc) map[string]report.Result {
	t.Helper()
	server, err := mockserver.New(mockserver.WithSpec("articles.yaml", []byte(articlesDocument)))
	require.NoError(t, err)
	front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/sections/") && otherwise != nil {
			otherwise(w, r)
			return
		}
		server.ServeHTTP(w, r)
	}))
	t.Cleanup(front.Close)
	run, err := conformance.Execute(t.Context(), front.URL, conformance.WithSpec("articles.yaml", []byte(articlesDocument)), conformance.WithSeed(1), conformance.WithOnly("operation"))
	require.NoError(t, err)
	require.Zero(t, run.Left)
	results := map[string]report.Result{}
	for _, result := range run.Results {
		results[result.ID] = result
	}
	return results
}

// listing answers with articles.
func listing(articles ...map[string]string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		if articles == nil {
			articles = []map[string]string{}
		}
		_ = json.NewEncoder(w).Encode(articles)
	}
}

func TestViewsAreJudged(t *testing.T) {
	t.Parallel()
	other := map[string]string{"id": "6f1c1f6e-5f0c-4a86-9a3e-0d6c3a1b8f10", "title": "a", "section_id": "elsewhere"}
	for name, test := range map[string]struct {
		otherwise      http.HandlerFunc
		shows, unknown report.Status
		answer         report.Status
	}{
		"as it should":    {nil, report.Pass, report.Pass, report.Pass},
		"shows nothing":   {listing(), report.Warn, report.Pass, report.Pass},
		"shows all":       {listing(other), report.Warn, report.Warn, report.Pass},
		"is not declared": {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTeapot) }, report.Blocked, report.Blocked, report.Fail},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			results := judgeViews(t, test.otherwise)
			require.Equal(t, test.answer, results["operation/answer"].Status, results["operation/answer"].Reason)
			require.Equal(t, test.shows, results["operation/view-shows"].Status, results["operation/view-shows"].Reason)
			require.Equal(t, test.unknown, results["operation/view-unknown"].Status, results["operation/view-unknown"].Reason)
		})
	}
}
