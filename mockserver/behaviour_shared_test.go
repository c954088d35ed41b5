package mockserver_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// fault is a document of one path whose declared errors have the given schemas.
func faulty(responses string) []byte {
	return smallDocument(`
  /things:
    get: {responses: {'200': {description: All, content: {application/json: {schema: {type: array, items: {$ref: '#/components/schemas/Thing'}}}}}}}
    post:
      requestBody: {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/Thing'}}, application/xml: {}}}
      responses: {'201': {description: One, content: {application/json: {schema: {$ref: '#/components/schemas/Thing'}}}}, `+responses+`}
`, `    Thing: {type: object, properties: {name: {type: string}}}
    Error: {type: object, required: [message], properties: {message: {type: string}}}
    Other: {type: object, required: [problem], properties: {problem: {type: string}}}`)
}

// declared is an error of a document.
func declared(status, schema string) string {
	return "'" + status + "': {description: Wrong, content: {application/json: {schema: {$ref: '#/components/schemas/" + schema + "'}}}}"
}

// An error that no operation declares has the body that all declared ones have.
func TestUndeclaredErrors(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		responses string
		shared    bool
	}{
		"all are alike":                      {declared("400", "Error") + ", " + declared("404", "Error"), true},
		"any is like this":                   {declared("default", "Error"), true},
		"they differ":                        {declared("400", "Error") + ", " + declared("404", "Other"), false},
		"one of one status says but of that": {declared("422", "Error"), false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			k := talkTo(t, faulty(test.responses), nil)
			for _, got := range []answer{
				k.say(http.MethodPost, "/things", "", body("text/plain", "x")),
				k.say(http.MethodPatch, "/things", ""),
				k.say(http.MethodGet, "/nothing", ""),
			} {
				require.GreaterOrEqual(t, got.status, 400)
				contentType := got.header.Get("Content-Type")
				require.Equal(t, test.shared, contentType == "application/json", "%d %s", got.status, got.body)
				require.Equal(t, test.shared, strings.HasPrefix(got.body, `{"message":`), got.body)
			}
			unsupported := k.say(http.MethodPost, "/things", "", body("text/plain", "x"))
			require.Contains(t, unsupported.body, "application/json or application/xml")
		})
	}
}

// The line to paste is one that answers.
func TestCurlIsOfWhatIsThere(t *testing.T) {
	t.Parallel()
	k := talkTo(t, smallDocument(`
  /guilds/{guild_id}:
    parameters: [{name: guild_id, in: path, required: true, schema: {type: string}}]
    get: {responses: {'200': {description: One, content: {application/json: {schema: {$ref: '#/components/schemas/Guild'}}}}}}
    patch: {requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/Guild'}}}}, responses: {'200': {description: One, content: {application/json: {schema: {$ref: '#/components/schemas/Guild'}}}}}}
  /guilds/{guild_id}/rules:
    parameters: [{name: guild_id, in: path, required: true, schema: {type: string}}]
    get: {responses: {'200': {description: All, content: {application/json: {schema: {type: array, items: {$ref: '#/components/schemas/Guild'}}}}}}}
    post: {requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/Guild'}}}}, responses: {'201': {description: One, content: {application/json: {schema: {$ref: '#/components/schemas/Guild'}}}}}}
  /about:
    get: {responses: {'200': {description: What this is, content: {application/json: {schema: {type: object}}}}}}
`, "    Guild: {type: object, properties: {id: {type: string, readOnly: true}, name: {type: string}}}"), nil)
	require.Equal(t, "curl 'http://x/about'", k.api.Curl(t.Context(), "http://x"))
	require.Equal(t, http.StatusOK, k.say(http.MethodGet, "/about", "").status)
}
