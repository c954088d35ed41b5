package contract

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"understudy"
)

// load reads a document that must be good.
func load(tb testing.TB, document string) *Contract {
	tb.Helper()
	c, err := Load("api.yaml", []byte(document))
	require.NoError(tb, err)
	return c
}

// loadFaults reads a document that must be bad.
func loadFaults(tb testing.TB, document string) Faults {
	tb.Helper()
	_, err := Load("api.yaml", []byte(document))
	var faults Faults
	require.ErrorAs(tb, err, &faults)
	return faults
}

// wanted is a fault that a test expects: its place, and a part of its message.
type wanted struct {
	line    int
	pointer string
	message string
}

// assertFaults holds faults to what a test expects, one by one.
func assertFaults(tb testing.TB, want []wanted, got Faults) {
	tb.Helper()
	var wantPlaces, gotPlaces []string
	for _, w := range want {
		wantPlaces = append(wantPlaces, fmt.Sprintf("%d %s", w.line, w.pointer))
	}
	for _, f := range got {
		assert.Equal(tb, "api.yaml", f.File)
		gotPlaces = append(gotPlaces, fmt.Sprintf("%d %s", f.Line, f.Pointer))
	}
	if assert.Equal(tb, wantPlaces, gotPlaces, "%v", got) {
		for i, w := range want {
			assert.Contains(tb, got[i].Message, w.message)
		}
	}
}

// schemaDocument is a document in which one operation takes and gives the schema
// S. The schemas, in one line each, stand under components/schemas from line 15
// on.
func schemaDocument(version string, schemas ...string) string {
	return `openapi: ` + version + `
info: {title: Schemas, version: "1"}
paths:
  /s:
    post:
      operationId: post
      requestBody:
        content: {application/json: {schema: {$ref: '#/components/schemas/S'}}}
      responses:
        '200':
          description: ok
          content: {application/json: {schema: {$ref: '#/components/schemas/S'}}}
components:
  schemas:
    ` + strings.Join(schemas, "\n    ") + "\n"
}

func TestLoadReadsTheDefaultDocument(t *testing.T) {
	c, err := Load("openapi.yaml", understudy.OpenAPI)
	require.NoError(t, err)
	assert.Empty(t, c.Warnings)
	assert.Equal(t, c.Root().Get("info").Get("title").Text(), c.Title)
	assert.Equal(t, c.Title+" "+c.Version, c.String())

	var operations []string
	for _, op := range c.Operations {
		operations = append(operations, op.Method+" "+op.ID)
		assert.Same(t, op, c.Operation(op.Method, op.Path))
		assert.NotEmpty(t, op.Summary)
		assert.Len(t, op.Security, 1)
	}
	assert.Equal(t, []string{
		"GET proxy_records_list", "POST proxy_records_create",
		"GET proxy_records_retrieve", "PATCH proxy_records_partial_update", "DELETE proxy_records_destroy",
	}, operations)
	assert.Nil(t, c.Operation("PUT", c.Operations[0].Path))
	assert.Nil(t, c.Operation("GET", "/"))
}

func TestLoadTakesVersions(t *testing.T) {
	for _, version := range []string{"3.0.0", "3.0.4", "3.1.0", "3.1.1", "3.1.0-rc1", "'3.0'", "'3.1'", "3.0", "3.1"} {
		_, err := Load("api.yaml", []byte(schemaDocument(version, `S: {type: string}`)))
		assert.NoError(t, err, version)
	}
}

func TestLoadRefusesWhatIsNoDocument(t *testing.T) {
	tests := []struct {
		name, document string
		want           wanted
	}{
		{"nothing", "", wanted{0, "", "the file is empty"}},
		{"only a comment", "# later\n", wanted{0, "", "the file is empty"}},
		{"null", "~", wanted{1, "", "not an OpenAPI document"}},
		{"a list", "\n- openapi: 3.0.3\n", wanted{2, "", "not an OpenAPI document"}},
		{"a text", "openapi 3.0.3\n", wanted{1, "", "not an OpenAPI document"}},
		{"no version", "info: {title: T, version: '1'}\n", wanted{1, "", `there is no "openapi" version`}},
		{"an old version", "info: {}\nswagger: '1.2'\n", wanted{2, "/swagger", "Swagger 1.2 is not supported"}},
		{"a new version", "info: {}\nopenapi: 4.0.0\n", wanted{2, "/openapi", "OpenAPI 4.0.0 is not supported"}},
		{"a version like ours", "openapi: 3.10.0\n", wanted{1, "/openapi", "OpenAPI 3.10.0 is not supported"}},
		{"a version that is none", "openapi: {major: 3}\n", wanted{1, "/openapi", "is not supported"}},

		{"a tab", "openapi: 3.0.3\ninfo:\n\ttitle: T\n", wanted{3, "", "not valid YAML or JSON: found character that cannot start any token"}},
		{"two values in a line", "a: 1\nb: c: d\n", wanted{2, "", "not valid YAML or JSON: mapping values are not allowed in this context"}},
		{"an odd bracket", "a: 1\nb: 2\nc: [}\n", wanted{3, "", "not valid YAML or JSON: did not find expected node content"}},
		{"a list in an object", "a: 1\nb: 2\n- c\n", wanted{3, "", "not valid YAML or JSON"}},
		{"an unknown anchor", "a: 1\nb: *c\n", wanted{0, "", "not valid YAML or JSON: unknown anchor 'c' referenced"}},
		{"JSON that ends early", "{\n\"openapi\": \"3.0.3\",\n\"info\": {\n", wanted{4, "", "not valid YAML or JSON"}},
		{"two JSON values", "{\"openapi\": \"3.0.3\"}\n{}", wanted{2, "", "not valid YAML or JSON"}},
		{"two YAML documents", "openapi: 3.0.3\n---\nopenapi: 3.0.3\n", wanted{2, "", "not valid YAML or JSON"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			assertFaults(t, []wanted{test.want}, loadFaults(t, test.document))
		})
	}
}

func TestLoadRefusesNamesGivenTwice(t *testing.T) {
	yaml := `openapi: 3.0.3
info: {title: T, title: U}
paths:
  /a/b:
    get: {}
  /c: {get: {}}
  /a/b: {}
info: {}
`
	assertFaults(t, []wanted{
		{2, "/info/title", `"title" stands here and in line 2`},
		{7, "/paths/~1a~1b", `"/a/b" stands here and in line 4`},
		{8, "/info", `"info" stands here and in line 2`},
	}, loadFaults(t, yaml))
	assertFaults(t, []wanted{{3, "/b/1/c", `"c" stands here and in line 2`}}, loadFaults(t, "{\"a\": 1, \"b\": [2, {\n\"c\": 3,\n\"c\": 4}]}"))
}

// A hostile file is refused at once, and in words.
func TestLoadBoundsAFile(t *testing.T) {
	bomb := "l0: &l0 [x, x, x, x, x, x, x, x, x, x]\n"
	for i := range 12 {
		bomb += fmt.Sprintf("l%d: &l%d [%s*l%d]\n", i+1, i+1, strings.Repeat(fmt.Sprintf("*l%d, ", i), 9), i)
	}
	nested := ""
	for i := range 600 {
		nested += strings.Repeat(" ", i) + "a:\n"
	}
	tests := []struct{ name, document, message string }{
		{"aliases of aliases", bomb, "aliases expand to too many values"},
		{"an alias of what it stands in", "openapi: 3.0.3\npaths: &a {x: *a}\n", "values are nested too deeply"},
		{"a deep block", nested, "values are nested too deeply"},
		{"deep arrays", strings.Repeat("[", 600) + strings.Repeat("]", 600), "values are nested too deeply"},
		{"deep objects", strings.Repeat(`{"a":`, 9000) + "1" + strings.Repeat("}", 9000), "values are nested too deeply"},
		{"deeper than YAML goes", "a: " + strings.Repeat("[", 20_000), "exceeded max depth"},
		{"deeper than JSON goes", strings.Repeat(`[`, 1_000_000), "exceeded max depth"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			started := time.Now()
			faults := loadFaults(t, test.document)
			assert.Less(t, time.Since(started), 5*time.Second)
			require.Len(t, faults, 1)
			assert.Contains(t, faults[0].Message, test.message)
		})
	}
}

func TestLoadSurvivesHugeNumbers(t *testing.T) {
	for _, number := range []string{"1e9999999", "-1e-9999999", "1e999999"} {
		for _, schema := range []string{
			`{"type": "number", "minimum": 0, "example": N}`,
			`{"type": "integer", "example": N}`,
			`{"multipleOf": 3, "default": N}`,
			`{"maximum": N}`,
			`{"enum": [N]}`,
		} {
			document := strings.ReplaceAll(`{"openapi": "3.0.3", "info": {"title": "T", "version": "1"},
				"paths": {"/s": {"get": {"responses": {"200": {"description": "ok"}}}}},
				"components": {"schemas": {"S": `+schema+`}}}`, "N", number)
			started := time.Now()
			assert.NotPanics(t, func() { _, _ = Load("api.json", []byte(document)) }, "%s in %s", number, schema)
			assert.Less(t, time.Since(started), 5*time.Second)
		}
	}
}

// Each line of this document that says nowhere holds a reference to nothing.
const danglingDocument = `openapi: 3.1.0
info: {title: T, version: "1"}
paths:
  /item:
    $ref: '#/nowhere'
  /a:
    parameters:
      - $ref: '#/nowhere'
    post:
      parameters:
        - $ref: '#/components/parameters/nowhere'
        - {name: q, in: query, schema: {$ref: '#/nowhere'}}
        - {name: r, in: query, content: {application/json: {schema: {$ref: '#/nowhere'}}}}
        - {name: s, in: query, schema: {type: string}, examples: {one: {$ref: '#/nowhere'}}}
      requestBody:
        $ref: '#/components/requestBodies/nowhere'
      responses:
        '200':
          description: ok
          headers:
            X-Rate-Limit: {$ref: '#/nowhere'}
            x-rate-reset: {$ref: '#/nowhere'}
          content:
            application/json:
              schema: {$ref: '#/components/schemas/S/properties/nowhere'}
              examples:
                one: {$ref: '#/components/examples/nowhere'}
          links:
            one: {$ref: '#/nowhere'}
        '400': {$ref: '#/components/responses/nowhere'}
        default: {$ref: '#/components/responses/nowhere'}
      callbacks:
        done: {$ref: '#/nowhere'}
        undone:
          '{$request.query.q}':
            $ref: '#/nowhere'
components:
  schemas:
    S:
      allOf: [{type: object}, {$ref: '#/nowhere'}]
      not: {anyOf: [{$ref: '#/nowhere'}]}
      additionalProperties: {$ref: '#/nowhere'}
      patternProperties: {^x-: {$ref: '#/nowhere'}}
      dependentSchemas: {value: {$ref: '#/nowhere'}}
      properties:
        items: {items: {oneOf: [{$ref: '#/nowhere'}]}}
        value: {$ref: '#/nowhere'}
        default: {$ref: '#/nowhere'}
        example: {items: {$ref: '#/nowhere'}}
        examples: {$ref: '#/nowhere'}
        enum: {items: {$ref: '#/nowhere'}}
        const: {$ref: '#/nowhere'}
        x-id: {$ref: '#/nowhere'}
        $ref: {items: {$ref: '#/nowhere'}}
        a~b/c: {$ref: '#/components/schemas/S/properties/a~0b~1d/nowhere'}
        index: {$ref: '#/components/schemas/S/allOf/2/nowhere'}
        anchor: {$ref: '#nowhere'}
    default: {$ref: '#/nowhere'}
    example: {properties: {a: {$ref: '#/nowhere'}}}
    x-schema: {$ref: '#/nowhere'}
  responses:
    default: {$ref: '#/nowhere'}
  parameters:
    value: {name: v, in: query, schema: {$ref: '#/nowhere'}}
`

func TestLoadReportsEveryDanglingReference(t *testing.T) {
	var want, got []int
	for i, line := range strings.Split(danglingDocument, "\n") {
		if strings.Contains(line, "nowhere") {
			want = append(want, i+1)
		}
	}
	faults := load(t, danglingDocument).Warnings
	faults = slices.DeleteFunc(faults, func(f Fault) bool { return !strings.Contains(f.Message, "$ref") })
	for _, f := range faults {
		got = append(got, f.Line)
		assert.True(t, strings.HasSuffix(f.Pointer, "/$ref"), f.Error())
		assert.Contains(t, f.Message, "leads nowhere")
	}
	assert.Equal(t, want, got)
	assert.Contains(t, faults.Error(), `api.yaml:30: /paths/~1a/post/responses/400/$ref: $ref "#/components/responses/nowhere" leads nowhere; `)
}

func TestLoadWarnsOfReferencesInACircle(t *testing.T) {
	document := schemaDocument("3.0.3",
		`S: {type: string}`,
		`A: {$ref: '#/components/schemas/B'}`,
		`B: {$ref: '#/components/schemas/C'}`,
		`C: {$ref: '#/components/schemas/A'}`,
		`D: {$ref: '#/components/schemas/D'}`,
	)
	// Once the first is left out, the circle is none.
	assertFaults(t, []wanted{
		{16, "/components/schemas/A/$ref", `$ref "#/components/schemas/B" leads nowhere`},
		{19, "/components/schemas/D/$ref", `$ref "#/components/schemas/D" leads nowhere`},
	}, load(t, document).Warnings)
}

func TestLoadWarnsOfReferencesThroughThemselves(t *testing.T) {
	document := schemaDocument("3.0.3",
		`S: {type: string}`,
		`A: {$ref: '#/components/schemas/A/properties/a'}`,
		`B: {properties: {b: {$ref: '#/components/schemas/B/properties/b/items'}}}`,
		`C: {$ref: '#/components/schemas/D/properties/d'}`,
		`D: {$ref: '#/components/schemas/C/properties/c'}`,
	)
	assertFaults(t, []wanted{
		{16, "/components/schemas/A/$ref", "$ref"},
		{17, "/components/schemas/B/properties/b/$ref", "$ref"},
		{18, "/components/schemas/C/$ref", "$ref"},
		{19, "/components/schemas/D/$ref", "$ref"},
	}, load(t, document).Warnings)
}

// What a schema means that is made of itself is open, but it must not take the
// program down.
func TestLoadSurvivesSchemasMadeOfThemselves(t *testing.T) {
	for _, schema := range []string{
		`S: {allOf: [{$ref: '#/components/schemas/S'}]}`,
		`S: {anyOf: [{type: string}, {$ref: '#/components/schemas/S'}]}`,
		`S: {oneOf: [{type: string}, {$ref: '#/components/schemas/S'}]}`,
		`S: {not: {$ref: '#/components/schemas/S'}}`,
	} {
		c, err := Load("api.yaml", []byte(schemaDocument("3.0.3", schema)))
		if err == nil {
			c.Operations[0].Body.Content[0].Schema.Check(true)
		}
	}
}

// Each line of this document that says data holds a $ref that is no reference.
const dataDocument = `openapi: 3.1.0
info: {title: T, version: "1", x-info: {$ref: data}}
paths:
  /a:
    x-path: {$ref: data}
    get:
      parameters:
        - {name: q, in: query, schema: {type: object}, example: {$ref: data}}
        - {name: r, in: query, schema: {type: object}, examples: {one: {value: {$ref: data}}}}
      responses:
        '200':
          description: ok
          content:
            application/json:
              schema: {$ref: '#/components/schemas/S'}
              example: {$ref: data}
        '201':
          description: ok
          content:
            application/json:
              schema: {$ref: '#/components/schemas/S'}
              examples:
                one: {value: {$ref: data, value: {$ref: data}}}
                two: {$ref: '#/components/examples/Two'}
components:
  schemas:
    S:
      type: object
      example: {$ref: data, properties: {example: {$ref: data}}}
      examples: [{$ref: data}, {value: {$ref: data}}]
      default: {a: {$ref: data}}
      enum: [{$ref: data}, {$ref: data, value: {$ref: data}}, {a: {$ref: data}}, {value: {$ref: data}}, {$ref: data, properties: {example: {$ref: data}}}]
      properties:
        $ref: {type: string}
        value: {type: object, example: {$ref: data}}
        properties: {type: object, example: {example: {$ref: data}}}
    C: {const: {$ref: data}}
  examples:
    Two: {value: {$ref: data}}
    value: {value: {$ref: data}}
`

func TestLoadSeesNoReferencesInData(t *testing.T) {
	c := load(t, dataDocument)
	assert.Empty(t, c.Warnings)
}

func TestLoadReadsJSON(t *testing.T) {
	document := "\ufeff{\r\n" +
		"\t\"openapi\": \"3.0.3\",\r\n" +
		"\t\"info\": {\"title\": \"\\ud83d\\ude00\\n\\\\\", \"version\": \"1\"}, \"paths\": {\r\n" +
		"\t\t\"/a\": {\"get\": {\"responses\": {\r\n" +
		"\t\t\t\"200\": {\"description\": \"\", \"content\": {\"text/plain\": {\"schema\": {\"type\": \"string\"}, \"example\":\r\n" +
		"\t\t\t\t1}}}}}}}}"
	for name, text := range map[string]string{"with a mark": document, "without": strings.TrimPrefix(document, "\ufeff")} {
		t.Run(name, func(t *testing.T) {
			c := load(t, text)
			assert.Equal(t, "😀\n\\", c.Title)
			assertFaults(t, []wanted{{5, "/paths/~1a/get/responses/200/content/text~1plain/example", "got number, want string"}}, c.Warnings)
			assert.Equal(t, 4, c.Operations[0].Node.Line())
		})
	}
}

func TestLoadGivesTheLinesOfJSON(t *testing.T) {
	document := `{
  "openapi": "3.0.3",
  "info": {"title": "T", "version": "1"},
  "paths": {
    "/a": {
      "get": {
        "responses": {
          "200": {"$ref": "#/a"},
          "400":
            {
              "$ref":
                "#/b"
            }
        }
      }
    }
  }
}`
	assertFaults(t, []wanted{
		{8, "/paths/~1a/get/responses/200/$ref", "leads nowhere"},
		{11, "/paths/~1a/get/responses/400/$ref", "leads nowhere"},
	}, load(t, document).Warnings)
}

// In minified JSON everything stands in one line.
func TestLoadSaysEverythingOnce(t *testing.T) {
	document := `{"openapi": "3.0.3", "info": {"title": "T", "version": "1"}, "paths": {"/a": {"get": {"responses": {` +
		`"200": {"$ref": "#/components/responses/R"}, "201": {"$ref": "#/components/responses/R"}}}}}, "components": {"responses": {` +
		`"R": {"description": "", "content": {"text/plain": {"schema": {"type": "string"}, "examples": {"a": {"value": 1}, "b": {"value": 2}}}}}}}}`
	assertFaults(t, []wanted{
		{1, "/components/responses/R/content/text~1plain/examples/a/value", "got number, want string"},
		{1, "/components/responses/R/content/text~1plain/examples/b/value", "got number, want string"},
	}, load(t, document).Warnings)
}

func TestWarningsStandInTheOrderOfTheDocument(t *testing.T) {
	c := load(t, schemaDocument("3.1.0",
		`S: {type: object, properties: {a: {$ref: '#/components/schemas/C'}}}`,
		`A: {type: string, default: 1}`,
		`B: {type: array}`,
		`C: {type: string, pattern: '(x'}`,
		`D: {type: string, example: 1}`,
	))
	assertFaults(t, []wanted{
		{16, "/components/schemas/A/default", "breaks its schema"},
		{18, "/components/schemas/C/pattern", "cannot be read"},
		{19, "/components/schemas/D/example", "breaks its schema"},
	}, c.Warnings)
}

func TestContractIsSafeForConcurrentUse(t *testing.T) {
	c, err := Load("openapi.yaml", understudy.OpenAPI)
	require.NoError(t, err)
	schemas := c.Root().Get("components").Get("schemas")
	var wait sync.WaitGroup
	for range 4 {
		wait.Go(func() {
			for _, name := range schemas.Names() {
				schema, err := c.ResponseSchema(schemas.Get(name))
				if assert.NoError(t, err) {
					assert.NotEmpty(t, schema.Check(true))
					assert.True(t, c.Locate(schema.Compiled().Location).Exists())
				}
			}
			m := c.Match("POST", c.Operations[0].Path)
			_, err := m.Operation.CheckBody("application/json", []byte(`{"other": 1}`), true)
			assert.Error(t, err)
		})
	}
	wait.Wait()
}
