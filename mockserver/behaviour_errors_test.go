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
