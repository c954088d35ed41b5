package conformance_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"

	"understudy/conformance"
	"understudy/conformance/report"
)

// waysDocument has a list that is given for a session with its second half, or for an
// API key.
const waysDocument = `
openapi: 3.0.3
info: {title: Things, version: '1'}
security: [{key: []}, {session: [], csrf: []}]
paths:
  /things:
    get:
      responses:
        '200': {description: All, content: {application/json: {schema: {type: array, items: {type: object, required: [id], properties: {id: {type: integer}}}}}}}
        '401': {description: No}
  /things/{id}:
    get:
      parameters: [{name: id, in: path, required: true, schema: {type: integer}}]
      responses: {'200': {description: One, content: {application/json: {schema: {type: object, required: [id], properties: {id: {type: integer}}}}}}, '404': {description: No}}
components:
  securitySchemes:
    key: {type: apiKey, in: query, name: key}
    session: {type: apiKey, in: cookie, name: sid}
    csrf: {type: apiKey, in: header, name: X-CSRF}
`

func TestEachWayToAuthenticateIsTried(t *testing.T) {
	const key, session, csrf = "the-key", "the-session", "the-csrf"
	for name, c := range map[string]struct {
		admitsSession, admitsAnySession bool
		each, garbage                   report.Status
	}{
		"both":           {true, false, report.Pass, report.Pass},
		"one alone":      {false, false, report.Fail, report.Pass},
		"any of the two": {true, true, report.Pass, report.Fail},
	} {
		t.Run(name, func(t *testing.T) {
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				cookie, err := r.Cookie("sid")
				isSession := c.admitsSession && err == nil && cookie.Value == session && r.Header.Get("X-Csrf") == csrf
				if r.URL.Query().Get("key") != key && !isSession && (!c.admitsAnySession || err != nil) {
					w.WriteHeader(http.StatusUnauthorized)
					return
				}
				w.Header().Set("Content-Type", "application/json")
				fmt.Fprint(w, "[]")
			}))
			defer server.Close()
			r, err := conformance.Execute(t.Context(), server.URL, conformance.WithSpec("things.yaml", []byte(waysDocument)), conformance.WithOnly("auth"),
				conformance.WithSchemeToken("key", key), conformance.WithSchemeToken("session", session), conformance.WithSchemeToken("csrf", csrf))
			require.NoError(t, err)
			found := outcomes(r)
			require.Equal(t, c.each, found["auth/each-way"])
			require.Equal(t, c.garbage, found["auth/garbage-key"])
			require.Equal(t, report.Pass, found["auth/no-key"])
			require.Equal(t, report.Warn, found["auth/challenge"], "there is no word for such keys")
		})
	}
}

// keyedDocument has a list that anybody may read, and records that need a key.
const keyedDocument = `
openapi: 3.0.3
info: {title: Notes, version: '1'}
paths:
  /notes:
    get:
      responses: {'200': {description: All, content: {application/json: {schema: {type: array, items: {$ref: '#/components/schemas/Note'}}}}}}
    post:
      security: [{key: []}]
      requestBody: {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/Note'}}}}
      responses: {'201': {description: New, content: {application/json: {schema: {$ref: '#/components/schemas/Note'}}}}}
  /notes/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: integer}}]
    get:
      responses: {'200': {description: One, content: {application/json: {schema: {$ref: '#/components/schemas/Note'}}}}}
    delete:
      security: [{key: []}]
      responses: {'204': {description: Gone}}
components:
  securitySchemes: {key: {type: http, scheme: bearer}}
  schemas:
    Note: {type: object, required: [id, text], properties: {id: {type: integer, readOnly: true}, text: {type: string}}}
`

// Who forgot the key is told so, and who has a wrong one is not told that there is none.
func TestAMissingKeyIsNamed(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprint(w, "[]")
	}))
	defer server.Close()
	for reason, opts := range map[string][]conformance.Option{
		"a valid record is refused; no key was sent, as none is given: --token": nil,
		"a valid record is refused": {conformance.WithToken("wrong")},
	} {
		r, err := conformance.Execute(t.Context(), server.URL, append(opts, conformance.WithSpec("notes.yaml", []byte(keyedDocument)), conformance.WithOnly("crud/create"))...)
		require.NoError(t, err)
		for _, result := range r.Results {
			if result.ID == "crud/create" {
				require.Equal(t, reason, result.Reason)
			}
		}
		require.Equal(t, 1, r.Count(report.Fail))
	}
}
