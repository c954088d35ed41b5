package contract

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// lintHeader is the first three lines of the documents below.
const lintHeader = "openapi: 3.0.3\ninfo: {title: T, version: '1'}\npaths:\n"

// Lies that leave the rest of a document usable are warnings.
func TestLoadWarnsOfLies(t *testing.T) {
	tests := []struct {
		name, paths string
		want        []wanted
	}{
		{"an operationId used twice", `
  /a:
    get: {operationId: one, responses: {'200': {description: ok}}}
    put: {operationId: two, responses: {'200': {description: ok}}}
  /b:
    get: {operationId: two, responses: {'200': {description: ok}}}
`, []wanted{{9, "/paths/~1b/get/operationId", `"two"`}}},

		{"paths that match the same", `
  /a/{x}/c:
    get:
      parameters: [{name: x, in: path, required: true, schema: {type: string}}]
      responses: {'200': {description: ok}}
  /a/{y}/c:
    get:
      parameters: [{name: y, in: path, required: true, schema: {type: string}}]
      responses: {'200': {description: ok}}
  /b: {get: {responses: {'200': {description: ok}}}}
  /b/: {get: {responses: {'200': {description: ok}}}}
`, []wanted{
			{10, "/paths/~1a~1{y}~1c/get", `GET /a/{y}/c matches the same requests as GET /a/{x}/c`},
			{14, "/paths/~1b~1/get", `GET /b/ matches the same requests as GET /b`},
		}},

		{"a path that does not begin", `
  a: {get: {responses: {'200': {description: ok}}}}
`, []wanted{{5, "/paths/a", `path "a" does not begin with a slash`}}},

		{"a parameter that does not end", `
  /a/{x: {get: {responses: {'200': {description: ok}}}}
  /b: {get: {responses: {'200': {description: ok}}}}
`, []wanted{{5, "/paths/~1a~1{x", `segment "{x" has an unclosed or empty parameter`}}},

		{"a path parameter that is not declared", `
  /a/{x}/{y}:
    parameters: [{name: x, in: path, required: true, schema: {type: string}}]
    get: {responses: {'200': {description: ok}}}
    put:
      parameters: [{name: y, in: path, required: true, schema: {type: string}}]
      responses: {'200': {description: ok}}
`, []wanted{{7, "/paths/~1a~1{x}~1{y}/get", `the path parameter "y" is not declared`}}},

		{"a path parameter that is not in the path", `
  /a:
    get:
      parameters: [{name: x, in: path, required: true, schema: {type: string}}]
      responses: {'200': {description: ok}}
`, []wanted{{6, "/paths/~1a/get", `the path parameter "x" is not in the path /a`}}},

		{"a path parameter that may be absent", `
  /a/{x}:
    get:
      parameters: [{name: x, in: path, schema: {type: string}}]
      responses: {'200': {description: ok}}
`, []wanted{{7, "/paths/~1a~1{x}/get/parameters/0", `the path parameter "x" is not required`}}},

		{"a parameter nowhere", `
  /a:
    post:
      parameters: [{name: x, in: body, schema: {type: string}}]
      responses: {'200': {description: ok}}
`, []wanted{{7, "/paths/~1a/post/parameters/0", `the parameter "x" is in "body", where none is`}}},

		{"a parameter without a name", `
  /a:
    post:
      parameters: [{in: query, schema: {type: string}}]
      responses: {'200': {description: ok}}
`, []wanted{{7, "/paths/~1a/post/parameters/0", "a parameter has no name"}}},

		{"a parameter given twice", `
  /a:
    get:
      parameters:
        - {name: x, in: query, schema: {type: string}}
        - {name: x, in: query, schema: {type: integer}}
      responses: {'200': {description: ok}}
`, []wanted{{9, "/paths/~1a/get/parameters/1", `the query parameter "x" is there already`}}},

		{"a parameter without a schema", `
  /a:
    get:
      parameters: [{name: x, in: query}]
      responses: {'200': {description: ok}}
`, []wanted{{7, "/paths/~1a/get/parameters/0", `the parameter "x" has neither schema nor content`}}},

		{"a style that its place does not have", `
  /a:
    get:
      parameters: [{name: x, in: query, style: matrix, schema: {type: string}}]
      responses: {'200': {description: ok}}
`, []wanted{{7, "/paths/~1a/get/parameters/0/style", `no style "matrix"`}}},

		{"an operation without responses", `
  /a:
    get: {summary: nothing comes back}
`, []wanted{{6, "/paths/~1a/get", "responses"}}},

		{"an unknown security scheme", `
  /a:
    get:
      security: [{}, {Known: []}, {Known: [], Other: [read]}]
      responses: {'200': {description: ok}}
components:
  securitySchemes:
    Known: {type: http, scheme: basic}
`, []wanted{{7, "/paths/~1a/get/security/2/Other", `security scheme "Other" is not declared`}}},

		{"an unknown security scheme for all", `
  /a: {get: {responses: {'200': {description: ok}}}}
  /b: {get: {responses: {'200': {description: ok}}}}
security:
  - Other: []
`, []wanted{{8, "/security/0/Other", `security scheme "Other" is not declared`}}},

		{"a security scheme of no known type", `
  /a: {get: {responses: {'200': {description: ok}}}}
components:
  securitySchemes:
    Odd: {type: magic}
`, []wanted{{8, "/components/securitySchemes/Odd", "magic"}}},

		{"an API key nowhere", `
  /a: {get: {responses: {'200': {description: ok}}}}
components:
  securitySchemes:
    Odd: {type: apiKey, name: key, in: body}
`, []wanted{{8, "/components/securitySchemes/Odd", `not "body"`}}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			assertFaults(t, test.want, load(t, lintHeader+test.paths).Warnings)
		})
	}
}

func TestLoadWarnsOfSchemasThatAreNone(t *testing.T) {
	tests := []struct {
		name, version string
		schema        string
		want          wanted
	}{
		{"an unknown type", "3.0.3", `S: {type: strng}`, wanted{15, "/components/schemas/S/type", "not a schema: type names a type that is none"}},
		{"an unknown type deep inside", "3.0.3", `S: {properties: {a: {items: {type: int}}}}`, wanted{15, "/components/schemas/S/properties/a/items/type", "not a schema: type names a type that is none"}},
		{"an unknown type in a list", "3.1.0", `S: {type: [string, nil]}`, wanted{15, "/components/schemas/S/type", "not a schema: "}},
		{"a text for a number", "3.1.0", `S: {minLength: '3'}`, wanted{15, "/components/schemas/S/minLength", "not a schema: minLength is no whole number of at least 0"}},
		{"a flag for a bound", "3.1.0", `S: {minimum: 1, exclusiveMinimum: true}`, wanted{15, "/components/schemas/S/exclusiveMinimum", "exclusiveMinimum is a flag, as it was in OpenAPI 3.0"}},
		{"a flag for a list", "3.0.3", `S: {properties: {a: {type: string, required: true}}}`, wanted{15, "/components/schemas/S/properties/a/required", "not a schema: required is no list of names"}},
		{"a list for a schema", "3.1.0", `S: {items: [{type: string}]}`, wanted{15, "/components/schemas/S/items", "a list stands where a schema belongs"}},
		{"nothing for a schema", "3.1.0", `S: {properties: {a: null}}`, wanted{15, "/components/schemas/S/properties/a", "nothing stands where a schema belongs"}},
		{"a text for a flag", "3.0.3", `S: {type: string, nullable: 'true'}`, wanted{15, "/components/schemas/S/nullable", ""}},
		{"an empty choice", "3.0.3", `S: {oneOf: []}`, wanted{15, "/components/schemas/S/oneOf", "not a schema: oneOf is no list of schemas"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			assertFaults(t, []wanted{test.want}, load(t, schemaDocument(test.version, test.schema)).Warnings)
		})
	}
}

func TestLoadSaysWhereTheStructureIsWrong(t *testing.T) {
	tests := []struct {
		name, paths string
		want        wanted
	}{
		{"a text for a list", `
  /a:
    get: {tags: one, responses: {'200': {description: ok}}}
`, wanted{7, "/paths/~1a/get/tags", "a text stands where a list belongs"}},
		{"a list for an object", `
  /a:
    get:
      responses:
        - {description: ok}
`, wanted{8, "/paths/~1a/get/responses", "a list stands where an object belongs"}},
		{"a text for an operation", `
  /a: {get: later}
`, wanted{6, "/paths/~1a/get", "a text stands where an object belongs"}},
		{"a number for a path", `
  /a: 1
`, wanted{6, "/paths/~1a", "a number stands where an object belongs"}},
		{"nothing for a schema", `
  /a: {get: {responses: {'200': {description: ok}}}}
components:
  schemas:
    S:
`, wanted{9, "/components/schemas/S", "nothing stands where a schema belongs"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			const rest = "  /z: {get: {responses: {'200': {description: ok}}}}\n"
			assertFaults(t, []wanted{test.want}, load(t, lintHeader+rest+test.paths).Warnings)
		})
	}
}

// Slips that everybody makes leave no doubt of what is meant.
func TestLoadTakesWhatIsPlainlyMeant(t *testing.T) {
	for name, document := range map[string]string{
		"a version that is a number": "openapi: 3.0.3\ninfo: {title: T, version: 1.0}\npaths:\n  /a: {get: {responses: {'200': {description: ok}}}}\n",
		"a status that is a number":  lintHeader + "  /a: {get: {responses: {200: {description: ok}}}}\n",
		"an empty description":       lintHeader + "  /a:\n    get:\n      summary:\n      responses:\n        '200':\n          description:\n",
		"empty lists":                lintHeader + "  /a:\n    get:\n      tags:\n      parameters:\n      responses: {'200': {description: ok}}\n",
		"empty sections":             lintHeader + "  /a: {get: {responses: {'200': {description: ok}}}}\n  /b:\ncomponents:\n  schemas:\n  parameters:\ntags:\n",
		"a name required twice":      schemaDocument("3.0.3", `S: {required: [a, a]}`),
		"a value listed twice":       schemaDocument("3.0.3", `S: {enum: [a, a]}`),
	} {
		t.Run(name, func(t *testing.T) {
			assert.Len(t, load(t, document).Operations, 1)
		})
	}
}

// What leaves the meaning clear is a warning: real documents are full of it.
func TestLoadWarns(t *testing.T) {
	tests := []struct {
		name, paths string
		want        wanted
	}{
		{"a response without a description", `
  /a:
    get: {responses: {'200': {}}}
`, wanted{6, "/paths/~1a/get", "description"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			assertFaults(t, []wanted{test.want}, load(t, lintHeader+test.paths).Warnings)
		})
	}
}

func TestLoadWarnsOfPatternsThatCannotBeRead(t *testing.T) {
	c := load(t, schemaDocument("3.1.0",
		`S: {type: string, minLength: 2, pattern: '(x'}`,
		`T: {type: string, pattern: '[z-a]'}`, // not used, so not compiled
		`U: {type: string, pattern: '^[\w.~/@-]+$'}`,
	))
	assertFaults(t, []wanted{{15, "/components/schemas/S/pattern", `pattern "(x" cannot be read and is ignored`}}, c.Warnings)
	schema := c.Operations[0].Body.Content[0].Schema
	assert.Empty(t, schema.Check("xx"))
	assert.NotEmpty(t, schema.Check("y"), "the rest of the schema is still checked")
}

func TestLoadWarnsOfPatternsOfNamesThatCannotBeRead(t *testing.T) {
	c := load(t, schemaDocument("3.1.0", `S: {required: [a], patternProperties: {'(x': {type: string}}}`))
	assertFaults(t, []wanted{{15, "/components/schemas/S/patternProperties/(x", `pattern "(x" cannot be read and is ignored`}}, c.Warnings)
	assert.NotEmpty(t, c.Operations[0].Body.Content[0].Schema.Check(map[string]any{}), "the rest of the schema is still checked")
}

// A document without any operation has nothing to say.
func TestLoadRefusesADocumentWithoutOperations(t *testing.T) {
	assertFaults(t, []wanted{{1, "", "the document has no operation"}}, loadFaults(t, lintHeader+"  /a: {summary: nothing to do}\n"))
}
