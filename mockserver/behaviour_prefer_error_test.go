package mockserver_test

import (
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"understudy/internal/contract"
	"understudy/mockserver"
)

// failing is a document whose errors have a shape and no example, with more answers to a
// create.
func failing(more string) []byte {
	return smallDocument(`
  /shelves/{shelf}/things:
    parameters: [{name: shelf, in: path, required: true, schema: {type: string}}]
    post:
      security: [{door: [things.write]}]
      requestBody: {required: true, content: {application/json: {schema: {type: object, required: [name], properties: {name: {type: string}}}}}}
      responses:
        '201': {description: One, content: {application/json: {schema: {$ref: '#/components/schemas/Thing'}}}}
        '400': {$ref: '#/components/responses/No'}
        '401': {$ref: '#/components/responses/No'}
        '403': {$ref: '#/components/responses/No'}
        '409': {$ref: '#/components/responses/No'}
        '415': {description: No, content: {text/plain: {schema: {type: string}}}}
        '422': {$ref: '#/components/responses/No'}
        '429': {description: No, headers: {Retry-After: {schema: {type: integer, minimum: 1}}}, content: {application/json: {schema: {$ref: '#/components/schemas/No'}}}}
`+more+`
    get:
      responses:
        '200': {description: Things, content: {application/json: {schema: {type: array, items: {$ref: '#/components/schemas/Thing'}}}}}
  /shelves/{shelf}/things/{id}:
    parameters: [{name: shelf, in: path, required: true, schema: {type: string}}, {name: id, in: path, required: true, schema: {type: string}}]
    get:
      responses:
        '200': {description: One, content: {application/json: {schema: {$ref: '#/components/schemas/Thing'}}}}
        '404': {$ref: '#/components/responses/No'}
`, `
    Thing: {type: object, required: [id], properties: {id: {type: string, readOnly: true}, name: {type: string}}}
    No: {type: object, required: [code, message], properties: {code: {type: string}, message: {type: string}, field: {type: string}}}
  responses:
    No: {description: No, content: {application/json: {schema: {$ref: '#/components/schemas/No'}}}}
  securitySchemes:
    door: {type: http, scheme: bearer}`)
}

func preferCode(status int) change { return prefer("code=" + strconv.Itoa(status)) }

// Who asks for an error sees what the stand-in says when it refuses in earnest.
func TestPreferAnErrorInTheWordsOfARefusal(t *testing.T) {
	t.Parallel()
	k := talkTo(t, failing(`
        '451': {description: No, content: {application/json: {schema: {type: object, required: [law], properties: {law: {const: mine}}}}}}`), nil)
	for _, test := range []struct {
		name, method, path string
		code               int
		body               string
	}{
		{"no credential", http.MethodPost, "/shelves/a/things", 401, `{"code":"unauthenticated","message":"no credential was sent"}`},
		{"no scope", http.MethodPost, "/shelves/a/things", 403, `{"code":"missing_scope","message":"the key lacks the scope things.write"}`},
		{"no such item", http.MethodGet, "/shelves/a/things/b", 404, `{"code":"not_found","message":"there is no such item"}`},
		{"a conflict", http.MethodPost, "/shelves/a/things", 409, `{"code":"conflict","field":"id","message":"there is such an item already"}`},
		{"a body that lacks a member", http.MethodPost, "/shelves/a/things", 422, `{"code":"invalid.required","field":"name","message":"body name: is required"}`},
		{"a status without a cause", http.MethodPost, "/shelves/a/things", 429, `{"code":"too_many_requests","message":"too many requests"}`},
		{"words that the document has no room for", http.MethodPost, "/shelves/a/things", 451, `{"law":"mine"}`},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := k.say(test.method, test.path, "", preferCode(test.code))
			require.JSONEq(t, test.body, got.body)
			require.Equal(t, test.code, got.status)
			require.Equal(t, []string{"code=" + strconv.Itoa(test.code)}, got.header["Preference-Applied"])
			require.Empty(t, got.header[http.CanonicalHeaderKey("X-Understudy-Violations")], "the request itself breaks nothing")
		})
	}
	t.Run("in plain text", func(t *testing.T) {
		got := k.say(http.MethodPost, "/shelves/a/things", "", preferCode(415))
		require.Equal(t, []string{"text/plain"}, got.header["Content-Type"])
		require.Equal(t, `the operation takes no body of type "application/unknown", but application/json`, got.body)
	})
	t.Run("with the headers that belong to it", func(t *testing.T) {
		require.Equal(t, []string{"Bearer"}, k.say(http.MethodPost, "/shelves/a/things", "", preferCode(401)).header["Www-Authenticate"])
		require.NotEmpty(t, k.say(http.MethodPost, "/shelves/a/things", "", preferCode(429)).header["Retry-After"])
	})
	t.Run("the words are those of the refusal itself", func(t *testing.T) {
		key := k.api.Key("write")
		for code, refused := range map[int]answer{
			401: k.say(http.MethodPost, "/shelves/a/things", `{"name":"b"}`),
			422: k.say(http.MethodPost, "/shelves/"+key.Params["shelf"]+"/things", "{}", header("Authorization", "Bearer "+key.Token)),
		} {
			require.Equal(t, code, refused.status)
			require.Equal(t, refused.body, k.say(http.MethodPost, "/shelves/a/things", "", preferCode(code)).body)
		}
	})
	t.Run("unless data is asked for", func(t *testing.T) {
		got := k.say(http.MethodPost, "/shelves/a/things", "", prefer("code=401, dynamic=true"))
		require.NotContains(t, got.body, "no credential")
	})
}

// The document seldom says that its server may fail, and a page must show it all the same.
func TestPreferAnErrorThatIsNotDeclared(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, path string
		code       int
		body       string
	}{
		{"of the server, where others are declared", "/shelves/a/things/b", 500, `{"code":"server_error","message":"the server failed"}`},
		{"of the server, where none is", "/shelves/a/things", 503, `{"code":"service_unavailable","message":"service unavailable"}`},
		{"of the request", "/shelves/a/things", 429, `{"code":"too_many_requests","message":"too many requests"}`},
		{"without a name", "/shelves/a/things", 599, `{"code":"status_599","message":"status 599"}`},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := talkTo(t, failing(""), nil, mockserver.WithParanoid()).say(http.MethodGet, test.path, "", preferCode(test.code))
			require.JSONEq(t, test.body, got.body)
			require.Equal(t, test.code, got.status)
			require.Equal(t, []string{"application/json"}, got.header["Content-Type"])
			require.Equal(t, []string{"code=" + strconv.Itoa(test.code)}, got.header["Preference-Applied"])
		})
	}
	t.Run("where the document declares no error at all", func(t *testing.T) {
		got := talkTo(t, paged(), nil).say(http.MethodGet, "/things", "", preferCode(500))
		require.JSONEq(t, `{"type":"about:blank","title":"Internal Server Error","status":500,"detail":"the server failed"}`, got.body)
		require.Equal(t, []string{"application/problem+json"}, got.header["Content-Type"])
	})
	t.Run("in the words that the document has for the cause", func(t *testing.T) {
		k := talkTo(t, paged(), nil, mockserver.WithOverlay("refusals.yaml", []byte(refusals)))
		require.JSONEq(t, `"Gone."`, k.say(http.MethodGet, "/things/1", "", preferCode(410)).body)
		require.JSONEq(t, `{"error":{"fields":["limit"],"text":"No limit."}}`, k.say(http.MethodGet, "/things", "", preferCode(422)).body)
	})
}

var parameter = regexp.MustCompile(`\{[^}]+\}`)

// An example of all errors is one of none.
func TestPreferAnErrorThatIsDeclaredWithAllOthers(t *testing.T) {
	t.Parallel()
	k := talkTo(t, smallDocument(`
  /things/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: string}}]
    get:
      responses:
        '200': {description: One, content: {application/json: {schema: {$ref: '#/components/schemas/Thing'}}}}
        '410': {description: Gone, content: {application/json: {schema: {$ref: '#/components/schemas/No'}, example: {message: it is gone}}}}
        default: {description: No, content: {application/json: {schema: {$ref: '#/components/schemas/No'}, example: {message: an error}}}}
`, `
    Thing: {type: object, required: [id], properties: {id: {type: string, readOnly: true}}}
    No: {type: object, required: [message], properties: {message: {type: string}}}`), nil)
	for status, body := range map[int]string{
		410: `{"message":"it is gone"}`,
		409: `{"message":"conflict"}`,
		503: `{"message":"service unavailable"}`,
	} {
		require.JSONEq(t, body, k.say(http.MethodGet, "/things/1", "", preferCode(status)).body)
	}
}

// Any error may be asked for anywhere, and one that is declared never breaks the document.
func TestPreferAnyErrorOfAnyOperation(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("../fixtures/specs/*.yaml")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			t.Parallel()
			document, err := os.ReadFile(file)
			require.NoError(t, err)
			described, err := contract.Load(file, document)
			require.NoError(t, err)
			k := talkTo(t, document, nil)
			for _, op := range described.Operations {
				for _, status := range []int{400, 401, 403, 404, 405, 406, 409, 410, 413, 415, 422, 429, 500, 503} {
					got := k.say(op.Method, parameter.ReplaceAllString(op.Path, "1"), "", preferCode(status))
					require.Equal(t, status, got.status, "%s %s: %s", op.Method, op.Path, got.body)
				}
			}
		})
	}
}
