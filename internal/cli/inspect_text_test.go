package cli

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"understudy/internal/contract"
	"understudy/internal/resource"
)

// twins has two collections of one name, of which one is a parent.
const twins = `
openapi: 3.1.0
info: {title: Twins, version: '1'}
paths:
  /a/things:
    get: {parameters: [{name: colour, in: query, schema: {type: string}}, {name: smell, in: query, schema: {type: string}}], responses: {'200': {$ref: '#/components/responses/All'}}}
    post: {requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/Thing'}}}}, responses: {'201': {$ref: '#/components/responses/One'}}}
  /a/things/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: string}}]
    get: {responses: {'200': {$ref: '#/components/responses/One'}}}
  /a/things/{id}/parts:
    parameters: [{name: id, in: path, required: true, schema: {type: string}}]
    get: {responses: {'200': {description: All, content: {application/json: {schema: {type: array, items: {$ref: '#/components/schemas/Thing'}}}}}}}
    post: {requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/Thing'}}}}, responses: {'201': {$ref: '#/components/responses/One'}}}
  /b/things:
    get: {responses: {'200': {$ref: '#/components/responses/All'}}}
    post: {requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/Thing'}}}}, responses: {'201': {$ref: '#/components/responses/One'}}}
  /ping: {get: {responses: {'204': {description: Here}}}}
  /pong: {get: {responses: {'204': {description: Here}}}}
components:
  responses:
    One: {description: One, content: {application/json: {schema: {type: object, properties: {thing: {$ref: '#/components/schemas/Thing'}}}}}}
    All: {description: All, content: {application/json: {schema: {type: object, properties: {things: {type: array, items: {$ref: '#/components/schemas/Thing'}}}}}}}
  schemas:
    Thing: {type: object, properties: {id: {type: string, readOnly: true}, name: {type: string}}}
`

func TestReportForPeople(t *testing.T) {
	c, err := contract.Load("twins.yaml", []byte(twins))
	require.NoError(t, err)
	m, err := resource.Infer(c)
	require.NoError(t, err)
	var b strings.Builder
	writeInspection(&b, newInspection(c, m))
	told := b.String()
	assert.Contains(t, told, "parent      id, an item of /a/things\n", "two are called things")
	assert.Contains(t, told, "left alone  colour, smell: checked, and without effect, because no scalar member of the item has\n              its name\n")
	assert.Contains(t, told, "answered from the document alone, because nothing changes what it shows\n  GET     /ping\n  GET     /pong\n")
	assert.NotContains(t, told, "wrapping", "the operations tell it")
	for line := range strings.Lines(told) {
		assert.LessOrEqual(t, len(line), textWidth+1, line)
	}
}
