package contract

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const lyingDocument = `openapi: 3.1.0
info: {title: T, version: "1"}
paths:
  /a:
    parameters:
      - {name: p, in: query, schema: {type: integer}, example: one}
      - {name: q, in: header, schema: {type: integer}, examples: {good: {value: 1}, bad: {value: '1'}}}
      - {name: r, in: query, schema: {type: integer, example: two}}
      - {name: s, in: query, content: {application/json: {schema: {type: integer}, example: three}}}
    get:
      responses:
        '200':
          description: ok
          headers:
            X-One: {schema: {type: integer}, example: one}
            X-Two: {schema: {type: integer}, examples: {bad: {value: two}, good: {value: 2}}}
          content:
            application/json:
              schema: {$ref: '#/components/schemas/Pet'}
              examples:
                absent: {value: {}}
                good: {value: {name: Rex}}
                shared: {$ref: '#/components/examples/Rex'}
                elsewhere: {externalValue: https://example.com/rex.json}
            text/plain: {schema: {type: string}, example: [Rex]}
            application/xml: {schema: {$ref: '#/components/schemas/Pet'}, example: <pet><name>Rex</name></pet>}
    put:
      requestBody:
        content: {application/json: {schema: {type: object, properties: {n: {type: integer, default: none}}}, example: {n: none}}}
      responses:
        default: {description: ok}
components:
  schemas:
    Pet:
      type: object
      required: [name]
      example: {nick: Rex}
      properties:
        name: {type: string, minLength: 3, examples: [Rex, Bo]}
        age: {type: integer, default: old}
        tags: {type: array, items: {type: string, example: 1}}
        kind: {anyOf: [{type: string, example: dog}, {type: 'null', example: dog}]}
        owner: {$ref: '#/components/schemas/Owner', example: {name: 1}}
    Owner: {type: object, properties: {name: {type: string}}}
  examples:
    Rex: {value: {name: 7}}
`

func TestLoadWarnsOfExamplesThatLie(t *testing.T) {
	pet := "/components/schemas/Pet"
	c := load(t, lyingDocument)
	assertFaults(t, []wanted{
		{6, "/paths/~1a/parameters/0/example", "got string, want integer"},
		{7, "/paths/~1a/parameters/1/examples/bad/value", "got string, want integer"},
		{8, "/paths/~1a/parameters/2/schema/example", "got string, want integer"},
		{9, "/paths/~1a/parameters/3/content/application~1json/example", "got string, want integer"},
		{15, "/paths/~1a/get/responses/200/headers/X-One/example", "got string, want integer"},
		{16, "/paths/~1a/get/responses/200/headers/X-Two/examples/bad/value", "got string, want integer"},
		{21, "/paths/~1a/get/responses/200/content/application~1json/examples/absent/value", "name is required"},
		{25, "/paths/~1a/get/responses/200/content/text~1plain/example", "got array, want string"},
		{29, "/paths/~1a/put/requestBody/content/application~1json/example", "n got string, want integer"},
		{29, "/paths/~1a/put/requestBody/content/application~1json/schema/properties/n/default", "got string, want integer"},
		{37, pet + "/example", "name is required"},
		{39, pet + "/properties/name/examples/1", "minLength: got 2, want 3"},
		{40, pet + "/properties/age/default", "got string, want integer"},
		{41, pet + "/properties/tags/items/example", "got number, want string"},
		{42, pet + "/properties/kind/anyOf/1/example", "got string, want null"},
		{43, pet + "/properties/owner/example", "name got number, want string"},
		{46, "/components/examples/Rex/value", "name got number, want string"},
	}, c.Warnings)
}

func TestExamplesThatLieAreNotGiven(t *testing.T) {
	response := load(t, lyingDocument).Operation("GET", "/a").Responses[0]
	media := response.Media("application/json")
	first, ok := media.Example("")
	require.True(t, ok)
	assert.Equal(t, "good", first.Name)
	assert.Equal(t, map[string]any{"name": "Rex"}, first.Value)
	assert.Equal(t, 22, first.Node.Line())
	for name, want := range map[string]bool{"good": true, "absent": false, "shared": false, "elsewhere": false, "none": false} {
		_, ok := media.Example(name)
		assert.Equal(t, want, ok, name)
	}
	var lies []string
	for _, e := range media.Examples {
		if e.Lies {
			lies = append(lies, e.Name)
		}
	}
	assert.Equal(t, []string{"absent", "shared"}, lies)

	_, ok = response.Media("text/plain").Example("")
	assert.False(t, ok)
	_, ok = response.Media("application/xml").Example("")
	assert.True(t, ok, "the text of an XML example is not what its schema describes")
	_, ok = response.Headers[0].Example()
	assert.False(t, ok)
	header, ok := response.Headers[1].Example()
	assert.True(t, ok)
	assert.Equal(t, "good", header.Name)
}

// In OpenAPI 3.0 null must be allowed by nullable, so a default of null lies
// without it.
func TestLoadKnowsNullOfOpenAPI30(t *testing.T) {
	c := load(t, schemaDocument("3.0.3",
		`S: {type: string, nullable: true, default: null, example: null}`,
		`T: {type: string, default: null}`,
	))
	assertFaults(t, []wanted{{16, "/components/schemas/T/default", "got null, want string"}}, c.Warnings)
}

// A member that only travels the other way may be in an example, or not.
func TestExamplesMayShowOneDirection(t *testing.T) {
	c := load(t, schemaDocument("3.0.3",
		`S: {type: object, required: [id, name, secret], properties: {id: {type: integer, readOnly: true}, name: {type: string}, secret: {type: string, writeOnly: true}}, example: {id: 1, name: n}}`,
		`T: {allOf: [{$ref: '#/components/schemas/S'}], example: {name: n, secret: s}}`,
	))
	assert.Empty(t, c.Warnings)
}

// A default that breaks its schema is none, or a server would set it.
func TestBadDefaultsAreNone(t *testing.T) {
	c := load(t, schemaDocument("3.0.3", `S: {type: object, properties: {a: {type: string, default: 5}, b: {type: string, default: five}}}`))
	assertFaults(t, []wanted{{15, "/components/schemas/S/properties/a/default", "the default breaks its schema: got number, want string"}}, c.Warnings)
	members := Members(c.Operations[0].Body.Content[0].Schema.Node())
	assert.False(t, Keyword(members[0].Node, "default").Exists())
	assert.Equal(t, "five", Keyword(members[1].Node, "default").Text())
}
