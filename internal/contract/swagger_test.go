package contract

import (
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const swaggerDocument = `swagger: "2.0"
info: {title: Pets, version: "1"}
host: pets.example.com
basePath: /v2
schemes: [http, https]
consumes: [application/json]
produces: [application/json, application/xml]
securityDefinitions:
  Basic: {type: basic}
  Key: {type: apiKey, in: header, name: X-Key}
  OAuth: {type: oauth2, flow: accessCode, authorizationUrl: 'https://a.example', tokenUrl: 'https://t.example', scopes: {read: Read}}
security: [{OAuth: [read]}]
parameters:
  Limit: {name: limit, in: query, type: integer, minimum: 1}
  Pet: {name: pet, in: body, required: true, schema: {$ref: '#/definitions/Pet'}}
responses:
  Gone: {description: gone, schema: {$ref: '#/definitions/Error'}}
paths:
  /pets:
    parameters: [{$ref: '#/parameters/Limit'}]
    get:
      operationId: list
      parameters:
        - {name: tags, in: query, type: array, items: {type: string}, collectionFormat: multi}
        - {name: ids, in: query, type: array, items: {type: integer}}
        - {name: kinds, in: query, type: array, items: {type: string}, collectionFormat: pipes}
      responses:
        200:
          description: ok
          headers: {X-Total: {type: integer, description: All}}
          schema: {type: array, items: {$ref: '#/definitions/Pet'}}
          examples: {application/json: [{name: Rex}], text/csv: 'name'}
        410: {$ref: '#/responses/Gone'}
    post:
      operationId: create
      parameters: [{$ref: '#/parameters/Pet'}]
      responses: {201: {description: ok, schema: {$ref: '#/definitions/Pet'}}}
  /pets/{id}/photo:
    parameters: [{name: id, in: path, required: true, type: string}]
    post:
      operationId: photo
      consumes: [multipart/form-data]
      security: []
      parameters:
        - {name: file, in: formData, type: file, required: true}
        - {name: note, in: formData, type: string, maxLength: 3}
      responses: {204: {description: ok}}
    get:
      operationId: download
      produces: [image/png]
      responses: {200: {description: ok, schema: {type: file}}}
definitions:
  Pet:
    type: object
    discriminator: kind
    required: [name]
    properties:
      name: {type: string, example: 1}
      kind: {type: string, x-nullable: true}
  Error: {type: object, properties: {message: {type: string}}}
`

func TestLoadConvertsSwagger(t *testing.T) {
	c := load(t, swaggerDocument)
	assertFaults(t, []wanted{{58, "/components/schemas/Pet/properties/name/example", "got number, want string"}}, c.Warnings)
	var ids []string
	for _, op := range c.Operations {
		ids = append(ids, op.ID)
	}
	assert.Equal(t, []string{"list", "create", "photo", "download"}, ids)

	list := c.Match("GET", "/v2/pets").Operation
	require.NotNil(t, list)
	assert.Equal(t, "oauth2", list.Security[0][0].Scheme.Type)
	for query, broken := range map[string]int{"limit=1&tags=a&tags=b&ids=1,2&kinds=a|b": 0, "limit=0": 1, "ids=1,x": 1} {
		_, found := list.CheckParameters(httptest.NewRequest("GET", "/v2/pets?"+query, nil))
		assert.Len(t, found, broken, query)
	}
	assert.Equal(t, "X-Total", list.Response(200).Headers[0].Name)
	example, ok := list.Response(200).JSON().Example("")
	assert.True(t, ok)
	assert.Equal(t, decode(t, `[{"name": "Rex"}]`), example.Value)
	assert.NotNil(t, list.Response(200).Media("application/xml"))
	assert.NotNil(t, list.Response(200).Media("text/csv"))
	assert.NotNil(t, list.Response(410).JSON())

	create := c.Match("POST", "/pets").Operation
	_, err := create.CheckBody("application/json", []byte(`{"name": "Rex", "kind": null}`), false)
	require.NoError(t, err)
	_, err = create.CheckBody("application/json", []byte(`{}`), false)
	require.ErrorContains(t, err, "name")

	photo := c.Operation("POST", "/pets/{id}/photo")
	assert.Empty(t, photo.Security)
	assert.Equal(t, "multipart/form-data", photo.Body.Content[0].Type)
	assert.NotEmpty(t, photo.Body.Content[0].Schema.Check(decode(t, `{"file": "x", "note": "long"}`)))
	assert.NotEmpty(t, photo.Body.Content[0].Schema.Check(decode(t, `{"note": "a"}`)))
	assert.Equal(t, "image/png", c.Operation("GET", "/pets/{id}/photo").Response(200).Content[0].Type)
	var schemes []string
	for _, s := range c.SecuritySchemes() {
		schemes = append(schemes, s.Type+" "+s.Scheme)
	}
	assert.Equal(t, []string{"http basic", "apiKey ", "oauth2 "}, schemes)
}

func TestMatchTakesTheBasePathOfAServer(t *testing.T) {
	const servers = `servers:
  - {url: 'https://api.example.com/v1/'}
  - {url: 'https://{host}/{stage}/v2', variables: {host: {default: a.example}, stage: {default: beta, enum: [beta]}}}
  - {url: /}
  - {url: /v1/deep}
`
	c := load(t, lintHeader+"  /things: {get: {responses: {'200': {description: ok}}}}\n  /v1/{id}: {put: {responses: {'200': {description: ok}}, parameters: [{name: id, in: path, required: true, schema: {type: string}}]}}\n"+servers)
	for path, found := range map[string]string{
		"/things": "/things", "/v1/things": "/v1/{id}", "/beta/v2/things": "/things", "/v1/deep/things": "/things", "/v1/v1/a": "/v1/{id}",
		"/beta/v2": "", "/beta/v2things": "", "/v3/things": "", "/v1/deep/nothing": "",
	} {
		m := c.Match("GET", path)
		switch {
		case m.Operation != nil:
			assert.Equal(t, found, m.Operation.Path, path)
		case m.Sibling != nil:
			assert.Equal(t, found, m.Sibling.Path, path)
		default:
			assert.Empty(t, found, path)
		}
	}
}

// Paths that only differ in the names of their parameters are one.
func TestMatchJoinsPathsThatAreTheSame(t *testing.T) {
	c := load(t, lintHeader+`
  /a/{x}: {get: {parameters: [{name: x, in: path, required: true, schema: {type: string}}], responses: {'200': {description: ok}}}}
  /a/{y}#z: {delete: {parameters: [{name: y, in: path, required: true, schema: {type: string}}], responses: {'200': {description: ok}}}}
`)
	get, remove := c.Match("GET", "/a/1"), c.Match("DELETE", "/a/1")
	assert.Equal(t, "1", get.Params.Get("x"))
	assert.Equal(t, "1", remove.Params.Get("y"))
	assert.Equal(t, "/a/{y}", remove.Operation.Path)
	assert.Equal(t, "GET, DELETE, HEAD, OPTIONS", remove.Allow)
}
