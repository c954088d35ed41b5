package mockserver_test

import (
	"encoding/base64"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"understudy/mockserver"
)

// doors is a document with a path for each way to authenticate. Its operations
// belong to no collection, so they answer with their example.
const doors = `
openapi: 3.1.0
info: {title: Doors, version: '1'}
paths:
  /header: {get: {security: [{header: []}], responses: {'200': {$ref: '#/components/responses/In'}}}}
  /query: {get: {security: [{query: []}], responses: {'200': {$ref: '#/components/responses/In'}}}}
  /cookie: {get: {security: [{cookie: []}], responses: {'200': {$ref: '#/components/responses/In'}}}}
  /basic: {get: {security: [{basic: []}], responses: {'200': {$ref: '#/components/responses/In'}}}}
  /oauth: {get: {security: [{oauth: [enter]}], responses: {'200': {$ref: '#/components/responses/In'}}}}
  /both: {get: {security: [{header: [], query: []}], responses: {'200': {$ref: '#/components/responses/In'}}}}
  /either: {get: {security: [{header: []}, {query: []}], responses: {'200': {$ref: '#/components/responses/In'}}}}
  /optional: {get: {security: [{header: []}, {}], responses: {'200': {$ref: '#/components/responses/In'}}}}
  /open: {get: {security: [], responses: {'200': {$ref: '#/components/responses/In'}}}}
security: [{header: []}]
components:
  responses:
    In: {description: In, content: {application/json: {example: {in: true}}}}
  securitySchemes:
    header: {type: apiKey, in: header, name: X-Key}
    query: {type: apiKey, in: query, name: key}
    cookie: {type: apiKey, in: cookie, name: key}
    basic: {type: http, scheme: basic}
    oauth: {type: oauth2, flows: {clientCredentials: {tokenUrl: https://auth.example/token, scopes: {enter: Come in.}}}}
`

const doorKeys = `
keys:
  - {name: write, token: sesame, scopes: [enter]}
  - {name: other, token: 'ali:baba'}
`

// startDoors runs a stand-in of the doors.
func startDoors(t *testing.T) *standIn {
	t.Helper()
	return start(t, mockserver.WithSpec("doors.yaml", []byte(doors)), mockserver.WithData("keys.yaml", []byte(doorKeys)))
}

// cookie is a cookie as a browser sends it.
func cookie(value string) change {
	return func(r *http.Request) { r.AddCookie(&http.Cookie{Name: "key", Value: value}) }
}

// basic is a user and a password as a browser sends them.
func basic(userAndPassword string) change {
	return header("Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte(userAndPassword)))
}

func TestSchemes(t *testing.T) {
	t.Parallel()
	visitor := startDoors(t).anonymous()
	in := []string{}

	for name, test := range map[string]struct {
		path      string
		changes   []change
		status    int
		challenge []string // when the door stays shut
	}{
		"no key in the header":             {"/header", nil, http.StatusUnauthorized, []string{"ApiKey"}},
		"an unknown key in the header":     {"/header", []change{header("X-Key", "thistle")}, http.StatusUnauthorized, []string{"ApiKey"}},
		"a key in the header":              {"/header", []change{header("X-Key", "sesame")}, http.StatusOK, in},
		"a key in the wrong place":         {"/header?key=sesame", nil, http.StatusUnauthorized, []string{"ApiKey"}},
		"no key in the query":              {"/query", nil, http.StatusUnauthorized, []string{"ApiKey"}},
		"an unknown key in the query":      {"/query?key=thistle", nil, http.StatusUnauthorized, []string{"ApiKey"}},
		"a key in the query":               {"/query?key=sesame", nil, http.StatusOK, in},
		"no key in a cookie":               {"/cookie", nil, http.StatusUnauthorized, []string{"ApiKey"}},
		"an unknown key in a cookie":       {"/cookie", []change{cookie("thistle")}, http.StatusUnauthorized, []string{"ApiKey"}},
		"a key in a cookie":                {"/cookie", []change{cookie("sesame")}, http.StatusOK, in},
		"no password":                      {"/basic", nil, http.StatusUnauthorized, []string{`Basic realm="api"`}},
		"a wrong password":                 {"/basic", []change{basic("ali:thistle")}, http.StatusUnauthorized, []string{`Basic realm="api"`}},
		"a password that is not encoded":   {"/basic", []change{header("Authorization", "Basic ali:baba")}, http.StatusUnauthorized, []string{`Basic realm="api"`}},
		"a password":                       {"/basic", []change{basic("ali:baba")}, http.StatusOK, in},
		"no token":                         {"/oauth", nil, http.StatusUnauthorized, []string{"Bearer"}},
		"a token without the scope":        {"/oauth", []change{header("Authorization", "Bearer ali:baba")}, http.StatusForbidden, in},
		"a token with the scope":           {"/oauth", []change{header("Authorization", "Bearer sesame")}, http.StatusOK, in},
		"one of two keys":                  {"/both?key=sesame", nil, http.StatusUnauthorized, []string{"ApiKey", "ApiKey"}},
		"two keys":                         {"/both?key=sesame", []change{header("X-Key", "sesame")}, http.StatusOK, in},
		"neither of two keys":              {"/either", nil, http.StatusUnauthorized, []string{"ApiKey", "ApiKey"}},
		"the first of two keys":            {"/either", []change{header("X-Key", "sesame")}, http.StatusOK, in},
		"the second of two keys":           {"/either?key=sesame", nil, http.StatusOK, in},
		"the second, and a wrong first":    {"/either?key=sesame", []change{header("X-Key", "thistle")}, http.StatusOK, in},
		"no key where one is optional":     {"/optional", nil, http.StatusOK, in},
		"a key where one is optional":      {"/optional", []change{header("X-Key", "sesame")}, http.StatusOK, in},
		"a wrong key where none is needed": {"/optional", []change{header("X-Key", "thistle")}, http.StatusUnauthorized, []string{"ApiKey"}},
		"no key where there is no door":    {"/open", nil, http.StatusOK, in},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := visitor.try(t.Context(), http.MethodGet, test.path, test.changes...)
			require.NoError(t, err)
			require.Equal(t, test.status, got.status, got.body)
			require.ElementsMatch(t, test.challenge, got.header.Values("WWW-Authenticate"))
			if test.status == http.StatusOK {
				require.JSONEq(t, `{"in":true}`, got.body)
			}
		})
	}
}

func TestSchemesLeaveNoKeyInTheJournal(t *testing.T) {
	t.Parallel()
	api := startDoors(t)
	visitor := api.anonymous()

	visitor.get(t, "/query?key=sesame&x=1")
	_, err := visitor.try(t.Context(), http.MethodGet, "/query?key=thistle")
	require.NoError(t, err)
	visitor.get(t, "/cookie", cookie("sesame"))

	journal := visitor.get(t, "/__admin/requests").body
	require.NotContains(t, journal, "sesame")
	require.NotContains(t, journal, "thistle")
	require.Contains(t, journal, "x=1")
}

// Each scheme has its challenge on a line of its own, and the header is declared as one
// text: that is one list (RFC 9110, 5.3), and breaks nothing.
func TestTwoChallengesKeepTheDocument(t *testing.T) {
	t.Parallel()
	two := strings.ReplaceAll(doors, "{'200': {$ref: '#/components/responses/In'}}", "{'200': {$ref: '#/components/responses/In'}, '401': {description: Out, headers: {WWW-Authenticate: {schema: {type: string}}}}}")
	api := start(t, mockserver.WithSpec("doors.yaml", []byte(two)), mockserver.WithParanoid()) // it fails this test when it breaks the document
	got, err := api.anonymous().try(t.Context(), http.MethodGet, "/either")
	require.NoError(t, err)
	require.Equal(t, http.StatusUnauthorized, got.status)
	require.Equal(t, []string{"ApiKey", "ApiKey"}, got.header.Values("WWW-Authenticate"))
}

// What is refused is refused all the same where the document has no words for it: 500
// would hide what is wrong.
func TestParanoiaSendsARefusalThatBreaksTheDocument(t *testing.T) {
	var log strings.Builder
	closed := strings.ReplaceAll(doors, "{'200': {$ref: '#/components/responses/In'}}", "{'200': {$ref: '#/components/responses/In'}, '401': {description: Out, headers: {WWW-Authenticate: {schema: {type: integer}}}}}")
	server, err := mockserver.New(mockserver.WithSpec("doors.yaml", []byte(closed)), mockserver.WithParanoid(), mockserver.WithLogger(slog.New(slog.NewTextHandler(&log, nil))))
	require.NoError(t, err)
	answer := httptest.NewRecorder()
	server.ServeHTTP(answer, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/header", http.NoBody))
	require.Equal(t, http.StatusUnauthorized, answer.Code)
	require.Contains(t, log.String(), "the answer 401 would break the contract")
}
