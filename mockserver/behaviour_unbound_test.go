package mockserver_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"understudy/mockserver"
)

// odds are operations that belong to no collection, in many content types.
var odds = smallDocument(`
  /example: {get: {responses: {'200': {description: It, content: {application/json: {schema: {type: object, required: [a], properties: {a: {type: string}}}, example: {a: b}}}}}}}
  /generated: {get: {responses: {'200': {description: It, content: {application/json: {schema: {type: object, required: [a], properties: {a: {type: string, minLength: 3}}}}}}}}}
  /lie: {get: {responses: {'200': {description: It, content: {application/json: {schema: {type: object, required: [a], properties: {a: {type: integer}}}, example: {a: b}}}}}}}
  /vendor: {get: {responses: {'200': {description: It, content: {application/vnd.odd+json: {schema: {type: object, required: [a], properties: {a: {const: 1}}}}}}}}}
  /any: {get: {responses: {'200': {description: It, content: {'*/*': {schema: {type: object, required: [a], properties: {a: {const: 1}}}}}}}}}
  /text: {get: {responses: {'200': {description: It, content: {text/plain: {schema: {type: string, enum: [pong]}}}}}}}
  /csv: {get: {responses: {'200': {description: It, content: {text/csv: {schema: {type: string}, example: 'a,b'}}}}}}
  /image: {get: {responses: {'200': {description: It, content: {image/*: {schema: {type: string, format: binary}}}}}}}
  /binary: {get: {responses: {'200': {description: It, content: {application/octet-stream: {}}}}}}
  /moved: {get: {responses: {'302': {description: There, headers: {Location: {required: true, schema: {type: string, format: uri}, example: 'https://odd.example/there'}}}}}}
  /otherwise: {get: {responses: {default: {description: It, content: {application/json: {schema: {type: object, required: [a], properties: {a: {const: 1}}}}}}}}}
  /nothing: {get: {responses: {'404': {description: No}}}}
  /upload:
    post:
      requestBody: {required: true, content: {application/octet-stream: {schema: {type: string, format: binary}}, text/plain: {schema: {type: string, maxLength: 3}}}}
      responses: {'204': {description: Taken}}
`, `    Nothing: {}`)

func TestOperationsOutsideCollections(t *testing.T) {
	t.Parallel()
	k := talkTo(t, odds, nil, mockserver.WithParanoid()) // which finds nothing wrong with any of these
	for path, test := range map[string]struct {
		status            int
		contentType, body string // a body of "*" is whatever is valid
	}{
		"/example":   {200, "application/json", `{"a":"b"}`},
		"/generated": {200, "application/json", "*"},
		"/lie":       {200, "application/json", "*"},
		"/vendor":    {200, "application/vnd.odd+json", `{"a":1}`},
		"/any":       {200, "application/json", `{"a":1}`},
		"/text":      {200, "text/plain", "pong"},
		"/csv":       {200, "text/csv", "a,b"},
		"/image":     {200, "image/png", "*"},
		"/binary":    {200, "application/octet-stream", ""},
		"/moved":     {302, "", ""},
		"/otherwise": {200, "application/json", `{"a":1}`},
		"/nothing":   {204, "", ""},
	} {
		t.Run(path, func(t *testing.T) {
			got := k.say(http.MethodGet, path, "")
			require.Equal(t, test.status, got.status, got.body)
			require.Equal(t, test.contentType, got.header.Get("Content-Type"))
			if test.body != "*" {
				require.Equal(t, test.body, got.body)
			}
			require.Equal(t, got.body, k.say(http.MethodGet, path, "").body, "it is the same each time")
		})
	}
	require.Equal(t, "https://odd.example/there", k.say(http.MethodGet, "/moved", "").header.Get("Location"))
	for _, sent := range []struct {
		contentType, text string
		status            int
	}{
		{"application/octet-stream", "\x00\x01\xff", 204}, {"text/plain", "abc", 204}, {"text/plain", "abcd", 400}, {"text/plain", "", 400}, {"image/png", "x", 415},
	} {
		got := k.say(http.MethodPost, "/upload", "", body(sent.contentType, sent.text))
		require.Equal(t, sent.status, got.status, got.body)
	}
}
