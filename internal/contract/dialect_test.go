package contract

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// A dialectTest says which values, written in JSON, a schema S admits.
type dialectTest struct {
	name           string
	schemas        []string
	valid, invalid []string
}

// checkDialect holds both directions to a test.
func checkDialect(t *testing.T, version string, tests []dialectTest) {
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			request, response := bothSchemas(load(t, schemaDocument(version, test.schemas...)))
			for direction, schema := range map[string]*Schema{"request": request, "response": response} {
				for _, text := range test.valid {
					assert.Empty(t, schema.Check(decode(t, text)), "%s in a %s", text, direction)
				}
				for _, text := range test.invalid {
					assert.NotEmpty(t, schema.Check(decode(t, text)), "%s in a %s", text, direction)
				}
			}
		})
	}
}

func TestDialectOfOpenAPI30(t *testing.T) {
	checkDialect(t, "3.0.3", []dialectTest{
		{"not nullable", []string{`S: {type: string}`}, []string{`""`}, []string{`null`, `1`}},
		{"nullable with a type", []string{`S: {type: string, nullable: true, minLength: 2}`}, []string{`null`, `"ab"`}, []string{`"a"`, `1`}},
		{"nullable false", []string{`S: {type: string, nullable: false}`}, []string{`"a"`}, []string{`null`}},
		{"nullable with a type and an enum", []string{`S: {type: string, nullable: true, enum: [a, b]}`}, []string{`null`, `"a"`}, []string{`"c"`, `1`}},
		{"nullable with an enum that has null", []string{`S: {type: string, nullable: true, enum: [a, null]}`}, []string{`null`, `"a"`}, []string{`"c"`}},
		{"nullable with an enum alone", []string{`S: {nullable: true, enum: [a, 1]}`}, []string{`null`, `"a"`, `1`}, []string{`"c"`, `2`}},
		{"nullable with allOf", []string{`S: {nullable: true, allOf: [{$ref: '#/components/schemas/T'}]}`, `T: {type: object, required: [a]}`}, []string{`null`, `{"a": 1}`}, []string{`{}`, `1`}},
		{"nullable with a type and allOf", []string{`S: {type: object, nullable: true, allOf: [{$ref: '#/components/schemas/T'}]}`, `T: {type: object, required: [a]}`}, []string{`null`, `{"a": 1}`}, []string{`{}`, `1`}},
		{"nullable with oneOf", []string{`S: {nullable: true, oneOf: [{type: string}, {type: integer}]}`}, []string{`null`, `"a"`, `1`}, []string{`true`}},
		{"nullable with anyOf", []string{`S: {nullable: true, anyOf: [{type: string}, {type: integer}]}`}, []string{`null`, `"a"`, `1`}, []string{`true`}},
		{"nullable with not", []string{`S: {type: integer, nullable: true, not: {maximum: 3}}`}, []string{`null`, `4`}, []string{`3`, `"a"`}},
		{"nullable without a type", []string{`S: {nullable: true, minLength: 2}`}, []string{`null`, `1`, `"ab"`}, []string{`"a"`}},
		{"null without a type", []string{`S: {description: anything}`}, []string{`null`, `1`, `"a"`, `[]`}, nil},
		{"nullable where it is referred to", []string{`S: {$ref: '#/components/schemas/T'}`, `T: {type: integer, nullable: true}`}, []string{`null`, `1`}, []string{`"a"`}},
		{"nullable members", []string{`S: {properties: {a: {type: array, nullable: true, items: {type: string, nullable: true}}}}`}, []string{`{"a": null}`, `{"a": [null, "a"]}`}, []string{`{"a": [1]}`, `{"a": "a"}`}},

		{"inclusive bounds", []string{`S: {minimum: 1, maximum: 3, exclusiveMinimum: false, exclusiveMaximum: false}`}, []string{`1`, `3`}, []string{`0.9`, `3.1`}},
		{"exclusive bounds", []string{`S: {minimum: 1, maximum: 3, exclusiveMinimum: true, exclusiveMaximum: true}`}, []string{`1.1`, `2`}, []string{`1`, `3`}},
		{"exclusive of no bound", []string{`S: {type: number, exclusiveMinimum: true}`}, []string{`-1000`}, []string{`"a"`}},

		{"a reference with siblings", []string{`S: {properties: {a: {$ref: '#/components/schemas/T', maxLength: 2, nullable: true, description: more}}}`, `T: {type: string}`}, []string{`{"a": "long"}`}, []string{`{"a": 1}`, `{"a": null}`}},
		{"keywords of JSON Schema's own", []string{`S: {type: object, properties: {a: {type: string, id: x, example: y, xml: {name: a}, externalDocs: {url: 'https://example.com'}, deprecated: true}}, discriminator: {propertyName: a}}`}, []string{`{"a": "x"}`, `{}`}, []string{`{"a": 1}`}},
		{"additional properties", []string{`S: {properties: {a: {type: string}}, additionalProperties: {type: integer}}`}, []string{`{"a": "x", "b": 1}`}, []string{`{"b": "x"}`}},
		{"no additional properties", []string{`S: {properties: {a: {type: string}}, additionalProperties: false}`}, []string{`{"a": "x"}`}, []string{`{"b": 1}`}},
		{"members named like keywords", []string{`S: {required: [nullable], properties: {nullable: {type: boolean}, example: {type: string}, id: {type: integer}, xml: {type: string}, $ref: {type: string}}}`}, []string{`{"nullable": true, "example": "x", "id": 1, "$ref": "x"}`}, []string{`{}`, `{"nullable": 1}`, `{"nullable": true, "example": 1}`, `{"nullable": true, "id": "x"}`, `{"nullable": true, "$ref": 1}`}},
	})
}

func TestDialectOfOpenAPI31(t *testing.T) {
	checkDialect(t, "3.1.0", []dialectTest{
		{"a list of types", []string{`S: {type: [string, 'null', integer]}`}, []string{`"a"`, `null`, `1`}, []string{`1.5`, `true`}},
		{"nullable is no keyword", []string{`S: {type: string, nullable: true}`}, []string{`"a"`}, []string{`null`}},
		{"numeric bounds", []string{`S: {exclusiveMinimum: 1, exclusiveMaximum: 3}`}, []string{`2`, `"a"`}, []string{`1`, `3`}},
		{"const", []string{`S: {const: {a: [1, null]}}`}, []string{`{"a": [1.0, null]}`}, []string{`{"a": [1]}`, `null`}},
		{"const null", []string{`S: {properties: {a: {const: null}}}`}, []string{`{"a": null}`}, []string{`{"a": 0}`}},
		{"prefixItems", []string{`S: {prefixItems: [{type: string}, {type: integer}], items: {type: boolean}}`}, []string{`["a", 1, true]`, `["a"]`}, []string{`[1]`, `["a", 1, 2]`}},
		{"dependentRequired", []string{`S: {dependentRequired: {a: [b]}}`}, []string{`{}`, `{"b": 1}`, `{"a": 1, "b": 1}`}, []string{`{"a": 1}`}},
		{"dependentSchemas", []string{`S: {dependentSchemas: {a: {required: [b]}}}`}, []string{`{}`, `{"a": 1, "b": 1}`}, []string{`{"a": 1}`}},
		{"patternProperties", []string{`S: {patternProperties: {^x-: {type: string}}, additionalProperties: false}`}, []string{`{"x-a": "b"}`}, []string{`{"x-a": 1}`, `{"a": "b"}`}},
		{"propertyNames", []string{`S: {propertyNames: {pattern: ^a}}`}, []string{`{"a": 1}`}, []string{`{"b": 1}`}},
		{"contains", []string{`S: {contains: {type: integer}, maxContains: 2}`}, []string{`["a", 1]`}, []string{`["a"]`, `[1, 2, 3]`}},
		{"if, then, else", []string{`S: {if: {required: [a]}, then: {required: [b]}, else: {required: [c]}}`}, []string{`{"a": 1, "b": 1}`, `{"c": 1}`}, []string{`{"a": 1}`, `{}`}},
		{"unevaluatedProperties", []string{`S: {allOf: [{properties: {a: {}}}], unevaluatedProperties: false}`}, []string{`{"a": 1}`}, []string{`{"b": 1}`}},
		{"schemas that are true or false", []string{`S: {properties: {a: true, b: false}}`}, []string{`{"a": 1}`}, []string{`{"b": 1}`}},

		{"a reference with siblings", []string{`S: {properties: {a: {$ref: '#/components/schemas/T', maxLength: 2}}}`, `T: {type: string}`}, []string{`{"a": "xy"}`}, []string{`{"a": "xyz"}`, `{"a": 1}`}},
		{"$defs", []string{`S: {properties: {a: {$ref: '#/components/schemas/S/$defs/b'}}, $defs: {b: {type: string}}}`}, []string{`{"a": "x"}`}, []string{`{"a": 1}`}},
		{"ids do not move references", []string{`S: {$id: 'https://example.com/s', $schema: 'https://example.com/odd', properties: {a: {$ref: '#/components/schemas/T'}}}`, `T: {$id: t, type: string}`}, []string{`{"a": "x"}`}, []string{`{"a": 1}`}},
	})
}

func TestDialectFollowsReferences(t *testing.T) {
	for _, version := range []string{"3.0.3", "3.1.0"} {
		checkDialect(t, version, []dialectTest{
			{"a recursion", []string{`S: {type: object, required: [name], properties: {name: {type: string}, parts: {type: array, items: {$ref: '#/components/schemas/S'}}}}`}, []string{`{"name": "a", "parts": [{"name": "b", "parts": []}]}`}, []string{`{"name": "a", "parts": [{"parts": []}]}`}},
			{"a recursion of two", []string{`S: {properties: {t: {$ref: '#/components/schemas/T'}}}`, `T: {required: [s], properties: {s: {$ref: '#/components/schemas/S'}}}`}, []string{`{"t": {"s": {"t": {"s": {}}}}}`}, []string{`{"t": {"s": {"t": {}}}}`}},
			{"a property", []string{`S: {properties: {y: {$ref: '#/components/schemas/T/properties/y'}}}`, `T: {properties: {y: {type: integer, minimum: 3}}}`}, []string{`{"y": 3}`}, []string{`{"y": 2}`}},
			{"an item of a list", []string{`S: {$ref: '#/components/schemas/T/oneOf/1'}`, `T: {oneOf: [{type: string}, {type: integer}]}`}, []string{`3`}, []string{`"3"`}},
			{"names that are escaped", []string{`S: {properties: {y: {$ref: '#/components/schemas/T/properties/a~1b~0c%20d%25'}}}`, `T: {properties: {a/b~c d%: {type: integer}}}`}, []string{`{"y": 3}`}, []string{`{"y": "3"}`}},
		})
	}
}

func TestDialectFollowsReferencesIntoPaths(t *testing.T) {
	c := load(t, `openapi: 3.0.3
info: {title: T, version: "1"}
paths:
  /a/{id}:
    get:
      parameters: [{name: id, in: path, required: true, schema: {type: integer}}]
      responses:
        '200': {description: ok, content: {application/json: {schema: {type: object, properties: {n: {type: integer}}}}}}
  /b:
    post:
      parameters: [{name: id, in: query, schema: {$ref: '#/paths/~1a~1%7Bid%7D/get/parameters/0/schema'}}]
      requestBody: {content: {application/json: {schema: {$ref: '#/paths/~1a~1%7Bid%7D/get/responses/200/content/application~1json/schema/properties/n'}}}}
      responses:
        '200': {$ref: '#/paths/~1a~1{id}/get/responses/200'}
`)
	op := c.Operation("POST", "/b")
	assert.NotEmpty(t, op.Parameters[0].Schema.Check("x"))
	assert.NotEmpty(t, op.Body.Content[0].Schema.Check("x"))
	assert.NotEmpty(t, op.Responses[0].Content[0].Schema.Check(decode(t, `{"n": "x"}`)))
}

// A schema may stand beside its own $ref in OpenAPI 3.1 wherever a schema may
// stand.
func TestDialectAppliesSiblingsEverywhere(t *testing.T) {
	for version, applied := range map[string]bool{"3.0.3": false, "3.1.0": true} {
		t.Run(version, func(t *testing.T) {
			op := load(t, `openapi: `+version+`
info: {title: T, version: "1"}
paths:
  /a:
    post:
      parameters: [{name: p, in: query, schema: {$ref: '#/components/schemas/T', maxLength: 2}}]
      requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/T', maxLength: 2}}}}
      responses:
        '200':
          description: ok
          headers: {X-H: {schema: {$ref: '#/components/schemas/T', maxLength: 2}}}
          content: {application/json: {schema: {$ref: '#/components/schemas/T', maxLength: 2}}}
components:
  schemas:
    T: {type: string}
`).Operations[0]
			response := op.Responses[0]
			for name, schema := range map[string]*Schema{
				"parameter": op.Parameters[0].Schema, "body": op.Body.Content[0].Schema,
				"header": response.Headers[0].Schema, "response": response.Content[0].Schema,
			} {
				assert.Empty(t, schema.Check("xy"), name)
				assert.NotEmpty(t, schema.Check(true), name)
				assert.Equal(t, applied, len(schema.Check("xyz")) > 0, name)
			}
		})
	}
}

// What does not travel in a direction is neither required nor judged there.
func TestDialectKnowsDirections(t *testing.T) {
	for name, schemas := range map[string][]string{
		"of members": {
			`S: {type: object, required: [id, name, secret], additionalProperties: false, properties: {id: {type: integer, readOnly: true}, name: {type: string}, secret: {type: string, writeOnly: true}}}`,
		},
		"of what members refer to": {
			`S: {type: object, required: [id, name, secret], additionalProperties: false, properties: {id: {$ref: '#/components/schemas/ID'}, name: {type: string}, secret: {$ref: '#/components/schemas/Alias'}}}`,
			`ID: {type: integer, readOnly: true}`, `Alias: {$ref: '#/components/schemas/Secret'}`, `Secret: {type: string, writeOnly: true}`,
		},
		"of what members are composed of": {
			`S: {type: object, required: [id, name, secret], properties: {id: {allOf: [{$ref: '#/components/schemas/ID'}]}, name: {type: string}, secret: {writeOnly: true, allOf: [{type: string}]}}}`,
			`ID: {type: integer, readOnly: true}`,
		},
		"in parts": {
			`S: {allOf: [{$ref: '#/components/schemas/Base'}, {type: object, required: [name], properties: {name: {type: string}}}]}`,
			`Base: {type: object, required: [id, secret], properties: {id: {type: integer, readOnly: true}, secret: {type: string, writeOnly: true}}}`,
		},
		"required by another part": {
			`S: {allOf: [{$ref: '#/components/schemas/Base'}, {required: [id, name, secret]}]}`,
			`Base: {type: object, properties: {id: {type: integer, readOnly: true}, name: {type: string}, secret: {type: string, writeOnly: true}}}`,
		},
		"required beside the parts": {
			`S: {required: [id, name, secret], allOf: [{$ref: '#/components/schemas/Base'}]}`,
			`Base: {type: object, properties: {id: {type: integer, readOnly: true}, name: {type: string}, secret: {type: string, writeOnly: true}}}`,
		},
		"required by a part that is referred to": {
			`S: {allOf: [{$ref: '#/components/schemas/Base'}, {$ref: '#/components/schemas/Complete'}]}`,
			`Base: {type: object, properties: {id: {type: integer, readOnly: true}, name: {type: string}, secret: {type: string, writeOnly: true}}}`,
			`Complete: {required: [id, name, secret]}`,
		},
	} {
		for _, version := range []string{"3.0.3", "3.1.0"} {
			t.Run(name+" "+version, func(t *testing.T) {
				request, response := bothSchemas(load(t, schemaDocument(version, schemas...)))
				for text, want := range map[string]struct{ request, response bool }{
					`{"id": 1, "name": "n", "secret": "s"}`:    {true, true},
					`{"name": "n", "secret": "s"}`:             {true, false},
					`{"id": 1, "name": "n"}`:                   {false, true},
					`{"id": "x", "name": "n", "secret": "s"}`:  {true, false},
					`{"id": null, "name": "n", "secret": "s"}`: {true, false},
					`{"id": 1, "name": "n", "secret": 1}`:      {false, true},
					`{"id": 1, "secret": "s"}`:                 {false, false},
					`{"id": 1, "name": 1, "secret": "s"}`:      {false, false},
				} {
					value := decode(t, text)
					assert.Equal(t, want.request, len(request.Check(value)) == 0, "%s in a request", text)
					assert.Equal(t, want.response, len(response.Check(value)) == 0, "%s in a response", text)
				}
			})
		}
	}
}
