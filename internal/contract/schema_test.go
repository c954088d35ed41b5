package contract

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// decode reads a value as it comes in a request.
func decode(tb testing.TB, text string) any {
	tb.Helper()
	value, err := DecodeJSON([]byte(text))
	require.NoError(tb, err, text)
	return value
}

// bothSchemas gives the schema S of a schemaDocument as it applies to requests
// and to responses.
func bothSchemas(c *Contract) (request, response *Schema) {
	op := c.Operations[0]
	return op.Body.Content[0].Schema, op.Responses[0].Content[0].Schema
}

func TestSchemaChecksFormats(t *testing.T) {
	tests := []struct{ format, valid, invalid string }{
		{"int32", `0 -1 2147483647 -2147483648 1.0 2e9 "a" true`, `2147483648 -2147483649 0.5 3e9 1e999`},
		{"int64", `0 -1 9223372036854775807 -9223372036854775808 1e18 null`, `9223372036854775808 -9223372036854775809 0.5 1e19`},
		{"byte", `"" "aGVsbG8=" "aGk=" "+/+/" 1`, `"aGk" "a" "====" "a-_b" "é"`},
		{"url", `"https://example.com/a?b=c" "mailto:a@example.com" 1`, `"" "/a" "example.com" "http://[::1" "%"`},
		{"uuid", `"019a5d02-7c1e-0000-8a4b-2f6d1c0e9b73" "019A5D02-7C1E-0000-8A4B-2F6D1C0E9B73" 1`, `"" "019a5d02" "019a5d027c1e00008a4b2f6d1c0e9b73" "019a5d02-7c1e-0000-8a4b-2f6d1c0e9b7g"`},
		{"date-time", `"2026-11-07T09:30:12Z" "2026-11-07T09:30:12.481120+02:00" "2024-02-29T23:59:59z"`, `"" "2026-11-07" "2026-11-07T09:30:12" "2026-02-29T00:00:00Z" "2026-13-01T00:00:00Z"`},
		{"date", `"2026-11-07" "2024-02-29"`, `"2026-2-1" "2023-02-29" "2026-11-07T09:30:12Z"`},
		{"email", `"a@example.com"`, `"" "a" "a@"`},
		{"ipv4", `"127.0.0.1"`, `"127.0.0" "256.0.0.1" "::1"`},
		{"float", `1.5 1 "a"`, ``},
		{"password", `"a" 1`, ``},
		{"binary", `"a"`, ``},
		{"nobody-knows", `"a" 1 null`, ``},
	}
	for _, test := range tests {
		t.Run(test.format, func(t *testing.T) {
			request, response := bothSchemas(load(t, schemaDocument("3.1.0", `S: {format: `+test.format+`}`)))
			for text := range strings.FieldsSeq(test.valid) {
				assert.Empty(t, request.Check(decode(t, text)), text)
			}
			for text := range strings.FieldsSeq(test.invalid) {
				found := response.Check(decode(t, text))
				require.Len(t, found, 1, text)
				assert.Equal(t, "format", found[0].Keyword)
				assert.Equal(t, test.format, found[0].Limit)
			}
		})
	}
}

func TestSchemaIsCompiledOnce(t *testing.T) {
	c := load(t, schemaDocument("3.1.0", `S: {type: object, properties: {a: {type: string, readOnly: true}}}`))
	n := c.Root().At("/components/schemas/S")
	request, response := bothSchemas(c)
	again, err := c.RequestSchema(n)
	require.NoError(t, err)
	assert.Same(t, request, again)
	again, err = c.ResponseSchema(n)
	require.NoError(t, err)
	assert.Same(t, response, again)
	assert.NotSame(t, request, response)
	assert.Equal(t, n, request.Node())
}

func TestLocateFindsTheSchemaInTheDocument(t *testing.T) {
	c := load(t, schemaDocument("3.1.0",
		`S: {type: object, properties: {a/b: {$ref: '#/components/schemas/T'}, c: {items: {type: string}}}}`,
		`T: {properties: {d: {type: integer}}}`,
	))
	request, _ := bothSchemas(c)
	properties := request.Compiled().Properties
	for location, want := range map[string]string{
		request.Compiled().Location:                          "/components/schemas/S",
		properties["a/b"].Location:                           "/components/schemas/S/properties/a~1b",
		properties["a/b"].Ref.Location:                       "/components/schemas/T",
		properties["a/b"].Ref.Properties["d"].Location:       "/components/schemas/T/properties/d",
		properties["c"].Items2020.Location:                   "/components/schemas/S/properties/c/items",
		properties["c"].Items2020.Location + "/nowhere":      "",
		"https://json-schema.org/understudy/999999#":         "",
		"https://json-schema.org/draft/2020-12/schema#/$ref": "",
	} {
		assert.Equal(t, want, c.Locate(location).Pointer(), location)
	}
}

func TestCompilingSaysWhatIsNoSchema(t *testing.T) {
	c := load(t, schemaDocument("3.1.0", `S: {type: string}`)+"x-schemas: {one: {minLength: -1, maxLength: 1}, two: text}\n")
	for _, compile := range []func(Node) (*Schema, error){c.RequestSchema, c.ResponseSchema} {
		schema, err := compile(c.Root().At("/x-schemas/one"))
		require.NoError(t, err, "what makes no sense is ignored")
		assert.Empty(t, schema.Check(""))
		assert.NotEmpty(t, schema.Check("ab"))
		for pointer, want := range map[string]string{"/x-schemas/two": "not a schema: a text", "/x-schemas/three": "there is no schema here"} {
			_, err = compile(c.Root().At(pointer))
			assert.ErrorContains(t, err, want)
		}
	}
}

func TestCheckOfAPlainValueAllocatesNothing(t *testing.T) {
	request, _ := bothSchemas(load(t, schemaDocument("3.1.0",
		`S: {type: object, required: [id], properties: {id: {type: string, minLength: 2, maxLength: 4}, tags: {type: array, items: {$ref: '#/components/schemas/T'}}, n: {type: [integer, 'null'], minimum: 0}}}`,
		`T: {type: string, enum: [a, b]}`)))
	for _, text := range []string{`{"id": "éèàù", "tags": ["a", "b"], "n": 7}`, `{"id": "xx", "n": null, "more": {}}`} {
		value := decode(t, text)
		require.Empty(t, request.Check(value))
		assert.Zero(t, testing.AllocsPerRun(100, func() { request.Check(value) }), text)
	}
}

func TestMembersStandInOrder(t *testing.T) {
	c := load(t, schemaDocument("3.1.0",
		`S: {allOf: [{$ref: '#/components/schemas/Base'}, {required: [b], properties: {c: {type: string}, a: {type: string, description: own}}}], required: [c, nowhere], properties: {b: {type: string}}}`,
		`Base: {required: [a], properties: {a: {type: string}, $ref: {type: string}, id: {$ref: '#/components/schemas/ID', description: Identifies.}}}`,
		`ID: {type: integer, nullable: true}`,
	))
	members := Members(c.Root().At("/components/schemas/S"))
	var listed []string
	for _, m := range members {
		listed = append(listed, fmt.Sprint(m.Name, " ", m.Required, " ", m.Node.Pointer()))
	}
	assert.Equal(t, []string{
		"a true /components/schemas/S/allOf/1/properties/a",
		"$ref false /components/schemas/Base/properties/$ref",
		"id false /components/schemas/Base/properties/id",
		"c true /components/schemas/S/allOf/1/properties/c",
		"b true /components/schemas/S/properties/b",
	}, listed)
	assert.Empty(t, Members(Node{}))
	assert.Empty(t, Members(c.Root().At("/components/schemas/ID")))
}

func TestKeywordLooksThroughReferencesAndAllOf(t *testing.T) {
	c := load(t, schemaDocument("3.1.0",
		`S: {$ref: '#/components/schemas/A', description: beside}`,
		`A: {allOf: [{title: first}, {$ref: '#/components/schemas/B'}], format: own}`,
		`B: {type: [string, 'null'], title: second, format: deeper, anyOf: [{pattern: x}]}`,
		`C: {type: string, nullable: true}`,
	))
	s := c.Root().At("/components/schemas").Raw("S")
	for keyword, want := range map[string]string{"description": "beside", "format": "own", "title": "first", "type": "", "pattern": "", "none": ""} {
		assert.Equal(t, want, Keyword(s, keyword).Text(), keyword)
	}
	assert.Equal(t, []string{"string", "null"}, Types(s))
	assert.True(t, Nullable(s))
	assert.Equal(t, []string{"string", "null"}, Types(c.Root().At("/components/schemas/C")))
	assert.Empty(t, Types(Node{}))
	assert.False(t, Nullable(Node{}))
}

// Looking at a schema that is composed of the same one again and again must not
// cost twice as much with each level.
func TestMembersCostNoMoreThanTheDocument(t *testing.T) {
	cost := func(levels int) float64 {
		schemas := []string{`S: {$ref: '#/components/schemas/L0'}`}
		for i := range levels {
			schemas = append(schemas, fmt.Sprintf(`L%d: {allOf: [{$ref: '#/components/schemas/L%d'}, {$ref: '#/components/schemas/L%[2]d'}]}`, i, i+1))
		}
		n := load(t, schemaDocument("3.0.3", append(schemas, fmt.Sprintf(`L%d: {properties: {a: {type: string}}}`, levels))...)).Root().At("/components/schemas/L0")
		return testing.AllocsPerRun(1, func() {
			require.Len(t, Members(n), 1)
			require.False(t, Keyword(n, "none").Exists())
		})
	}
	assert.Less(t, cost(14), 10*cost(7))
}

func TestWholeNumbersNeedNoPlainText(t *testing.T) {
	request, _ := bothSchemas(load(t, schemaDocument("3.0.3", `S: {type: integer, minimum: 1, maximum: 100}`)))
	for text, valid := range map[string]bool{"1": true, "100": true, "1.0": true, "1e2": true, "10e1": true, "0": false, "1e-1": false, "101": false, "1.5": false, "99999999999999999999": false} {
		assert.Equal(t, valid, len(request.Check(json.Number(text))) == 0, text)
	}
}
