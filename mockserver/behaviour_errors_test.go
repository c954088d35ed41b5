package mockserver_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"
)

// withErrors is a document whose errors have a shape.
func withErrors(content string) []byte {
	return smallDocument(`
  /things:
    get: {responses: {'200': {description: Things, content: {application/json: {schema: {type: array, items: {$ref: '#/components/schemas/Thing'}}}}}}}
    post:
      requestBody:
        required: true
        content: {application/json: {schema: {type: object, required: [name, size], properties: {name: {type: string}, size: {type: integer}}}}}
      responses:
        '201': {description: One, content: {application/json: {schema: {$ref: '#/components/schemas/Thing'}}}}
        '400': {description: No, `+content+`}
`, `
    Thing: {type: object, required: [id], properties: {id: {type: integer, readOnly: true}, name: {type: string}, size: {type: integer}}}`)
}

func TestDeclaredErrors(t *testing.T) {
	t.Parallel()
	const problemJSON = "application/problem+json"
	json := func(schema string) string { return "content: {application/json: {schema: " + schema + "}}" }
	for name, test := range map[string]struct{ content, contentType, body string }{
		"flat":               {json("{type: object, required: [code, message], properties: {code: {type: string}, message: {type: string}, trace: {type: string}}}"), "application/json", `{"code":"invalid.required","message":"body name: is required"}`},
		"a number as code":   {json("{type: object, required: [code, message], properties: {code: {type: integer}, message: {type: string}}}"), "application/json", `{"code":400,"message":"body name: is required"}`},
		"an enumerated code": {json("{type: object, required: [code], properties: {code: {type: string, enum: [not_found, bad_request]}}}"), "application/json", `{"code":"bad_request"}`},
		"an example's code":  {json("{type: object, required: [code], properties: {code: {type: string, enum: [invalid, bad_members]}}}, example: {code: bad_members}"), "application/json", `{"code":"bad_members"}`},
		"codes of faults":    {json("{type: object, required: [message, errors], properties: {message: {type: string}, errors: {type: array, items: {type: object, required: [code, field], properties: {code: {type: string, enum: [already_exists, missing_field, invalid]}, field: {type: string}}}}}}, example: {message: No., errors: [{code: invalid, field: size}]}"), "application/json", `{"message":"body name: is required","errors":[{"code":"missing_field","field":"name"},{"code":"missing_field","field":"size"}]}`},
		"issues of fields":   {json("{type: object, required: [message, fields], properties: {message: {type: string}, fields: {type: array, items: {type: object, required: [path, issue], properties: {path: {type: string}, issue: {type: string}}}}}}"), "application/json", `{"message":"body name: is required","fields":[{"path":"name","issue":"is required"},{"path":"size","issue":"is required"}]}`},
		"nested":             {json("{type: object, required: [error], properties: {error: {type: object, required: [code, message], properties: {code: {type: string}, message: {type: string}, field: {type: string}}}}}"), "application/json", `{"error":{"code":"invalid.required","field":"name","message":"body name: is required"}}`},
		"a list of objects":  {json("{type: object, required: [errors], properties: {errors: {type: array, minItems: 1, items: {type: object, required: [field, message], properties: {field: {type: string}, message: {type: string}}}}}}"), "application/json", `{"errors":[{"field":"name","message":"is required"},{"field":"size","message":"is required"}]}`},
		"a list of texts":    {json("{type: object, required: [errors], properties: {errors: {type: array, items: {type: string}}}}"), "application/json", `{"errors":["is required","is required"]}`},
		"by field":           {json("{type: object, properties: {errors: {type: object, additionalProperties: {type: array, items: {type: string}}}}}"), "application/json", `{"errors":{"name":["is required"],"size":["is required"]}}`},
		"FastAPI":            {json("{type: object, properties: {detail: {type: array, items: {type: object, required: [loc, msg, type], properties: {loc: {type: array, items: {anyOf: [{type: string}, {type: integer}]}}, msg: {type: string}, type: {type: string}}}}}}"), "application/json", `{"detail":[{"loc":["body","name"],"msg":"is required","type":"required"},{"loc":["body","size"],"msg":"is required","type":"required"}]}`},
		"JSON API":           {json("{type: object, required: [errors], properties: {errors: {type: array, items: {type: object, properties: {status: {type: string}, title: {type: string}, detail: {type: string}, source: {type: object, properties: {pointer: {type: string}}}}}}}}"), "application/json", `{"errors":[{"status":"400","title":"Bad Request","detail":"is required","source":{"pointer":"/name"}},{"status":"400","title":"Bad Request","detail":"is required","source":{"pointer":"/size"}}]}`},
		"OAuth":              {json("{type: object, required: [error], properties: {error: {type: string}, error_description: {type: string}}}"), "application/json", `{"error":"invalid.required","error_description":"body name: is required"}`},
		"a flag":             {json("{type: object, required: [success, error], properties: {success: {type: boolean}, error: {type: string}}}"), "application/json", `{"success":false,"error":"body name: is required"}`},
		"a text alone":       {json("{type: string}"), "application/json", `"body name: is required"`},
		"problem details":    {"content: {application/problem+json: {}}", problemJSON, `{"type":"about:blank","title":"Bad Request","status":400,"detail":"body name: is required"}`},
		"plain text":         {"content: {text/plain: {schema: {type: string}}}", "text/plain", "body name: is required"},
		"nothing":            {"headers: {X-Why: {required: true, schema: {type: string}, example: because}}", "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := talkTo(t, withErrors(test.content), nil).say(http.MethodPost, "/things", `{}`)
			require.Equal(t, http.StatusBadRequest, got.status, got.body)
			require.Equal(t, test.contentType, got.header.Get("Content-Type"))
			if test.contentType == "" || test.contentType == "text/plain" {
				require.Equal(t, test.body, got.body)
				return
			}
			require.JSONEq(t, test.body, got.body)
		})
	}
	t.Run("none for the status", func(t *testing.T) {
		got := talkTo(t, withErrors(json("{type: object}")), nil).say(http.MethodDelete, "/things", "")
		require.Equal(t, []string{problemJSON}, got.header["Content-Type"])
	})
}

// An error tells of itself, in a code that fits it and of no field that is not at fault.
func TestDeclaredErrorsDoNotContradictThemselves(t *testing.T) {
	t.Parallel()
	const content = `content: {application/json: {schema: {type: object, required: [code, message, fields], properties: {
          code: {type: string, enum: [rate_limited, not_found, bad_request, conflict, invalid_fields, internal_error]}, message: {type: string},
          fields: {type: array, items: {type: object, required: [path, issue], properties: {path: {type: string}, issue: {type: string}}}}}}}}`
	k := talkTo(t, withErrors(content+"}\n        default: {$ref: '#/paths/~1things/post/responses/400'"), nil)
	for name, test := range map[string]struct {
		method, path, sent string
		change             change
		status             int
		code               string
	}{
		"broken JSON":       {http.MethodPost, "/things", `{"name":`, header("X-Any", ""), 400, "bad_request"},
		"another type":      {http.MethodPost, "/things", `{"name":"a","size":1}`, header("Prefer", "code=415"), 415, "bad_request"},
		"another method":    {http.MethodPut, "/things", `{}`, header("X-Any", ""), 405, "bad_request"},
		"nothing there":     {http.MethodGet, "/any", "", header("X-Any", ""), 404, "not_found"},
		"asked for a 401":   {http.MethodPost, "/things", `{"name":"a","size":1}`, header("Prefer", "code=401"), 401, "bad_request"},
		"asked for a 422":   {http.MethodPost, "/things", `{"name":"a","size":1}`, header("Prefer", "code=422"), 422, "invalid_fields"},
		"asked for a 429":   {http.MethodPost, "/things", `{"name":"a","size":1}`, header("Prefer", "code=429"), 429, "rate_limited"},
		"asked for a 503":   {http.MethodPost, "/things", `{"name":"a","size":1}`, header("Prefer", "code=503"), 503, "internal_error"},
		"a teapot of sorts": {http.MethodPost, "/things", `{"name":"a","size":1}`, header("Prefer", "code=418"), 418, "bad_request"},
	} {
		t.Run(name, func(t *testing.T) {
			got := k.say(test.method, test.path, test.sent, test.change)
			require.Equal(t, test.status, got.status, got.body)
			told := decoded[map[string]any](t, got.body)
			require.Equal(t, test.code, told["code"], got.body)
			require.Empty(t, told["fields"], got.body)
		})
	}
}
