package contract

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

const undeclaredDocument = `openapi: 3.1.0
info: {title: Things, version: "1"}
paths:
  /things/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: string}}]
    get:
      parameters:
        - {name: limit, in: query, schema: {type: integer}}
        - {name: 'ids[]', in: query, schema: {type: array, items: {type: string}}}
        - {name: deep, in: query, style: deepObject, schema: {type: object, properties: {a: {type: string}}}}
        - {name: spread, in: query, schema: {type: object, properties: {colour: {type: string}}}}
        - {name: json, in: query, content: {application/json: {schema: {type: object, properties: {b: {type: string}}}}}}
        - {name: trace, in: header, schema: {type: string}}
      responses: {'200': {description: ok}}
    delete:
      parameters: [{name: any, in: query, schema: {type: object}}]
      responses: {'200': {description: ok}}
    put:
      parameters: [{name: rule, in: query, schema: {type: object, properties: {a: {type: string}}, additionalProperties: {type: string}}}]
      requestBody:
        content:
          application/json: {schema: {$ref: '#/components/schemas/Thing'}}
          application/x-www-form-urlencoded: {schema: {$ref: '#/components/schemas/Thing'}}
          application/free+json: {schema: {type: object}}
          application/open+json: {schema: {type: object, properties: {name: {type: string}}, additionalProperties: true}}
          application/closed+json: {schema: {type: object, properties: {name: {type: string}}, additionalProperties: false}}
          application/list+json: {schema: {type: array, items: {$ref: '#/components/schemas/Thing'}}}
          text/plain: {}
      responses: {'200': {description: ok}}
components:
  schemas:
    Thing:
      required: [name]
      allOf: [{properties: {size: {type: integer}}}]
      properties: {id: {type: integer, readOnly: true}, name: {type: string}, at: {type: object, properties: {x: {type: integer}}}}
`

func TestUndeclaredQuery(t *testing.T) {
	t.Parallel()
	c := load(t, undeclaredDocument)
	for _, test := range []struct{ method, query, want string }{
		{"GET", "", ""},
		{"GET", "limit=x&ids[]=1&ids[]=2&deep[a]=1&colour=red&json={}", ""},
		{"GET", "limt=1&limt=2&id=1&trace=t&ids=1&deep=", "limt id trace ids"},
		{"GET", "spread=1&b=1&deeper[a]=1&a%5Bb=1", "spread b deeper[a] a[b"},
		{"GET", "limt=%zz", ""},
		{"DELETE", "whatever=1", ""},
		{"PUT", "whatever=1", ""},
		{"GET", strings.Repeat("x", 1000), strings.Repeat("x", maxViolationText) + "…"},
	} {
		var names []string
		for _, v := range c.Operation(test.method, "/things/{id}").UndeclaredQuery(test.query) {
			assert.Equal(t, []string{"query", "unknown"}, []string{v.In, v.Keyword})
			names = append(names, v.Field)
		}
		assert.Equal(t, test.want, strings.Join(names, " "), test.query)
	}
	assert.Equal(t, []string{"limit", "ids[]", "deep", "colour", "json"}, c.Operation("GET", "/things/{id}").QueryNames())
}

func TestUndeclaredMembers(t *testing.T) {
	t.Parallel()
	op := load(t, undeclaredDocument).Operation("PUT", "/things/{id}")
	for _, test := range []struct{ mediaType, body, want string }{
		{"application/json", `{"name": "a", "id": 1, "size": 1}`, ""},
		{"application/json", `{"name": "a", "names": 1, "sise": 1}`, "/names unknown; /sise unknown"},
		{"application/json", `{"names": "a", "size": "x"}`, "/names unknown"}, // beside what it breaks
		{"application/json", `{"name": "a", "at": {"z": 1}}`, ""},             // as strict has it
		{"application/json", `{"name": `, ""},
		{"application/json", `7`, ""},
		{"application/json", ``, ""},
		{"application/x-www-form-urlencoded", `name=a&names=b`, "/names unknown"},
		{"application/free+json", `{"any": 1}`, ""},
		{"application/open+json", `{"any": 1}`, ""},
		{"application/closed+json", `{"any": 1}`, ""}, // which breaks the schema
		{"application/list+json", `[{"name": "a", "names": 1}]`, ""},
		{"text/plain", `x`, ""},
		{"application/other", `{}`, ""},
		{"/", `{}`, ""},
	} {
		assert.Equal(t, test.want, summarize(op.UndeclaredMembers(test.mediaType, []byte(test.body))), test.mediaType+" "+test.body)
	}
	assert.Equal(t, []string{"at", "id", "name", "size"}, op.MemberNames("application/json"))
}
