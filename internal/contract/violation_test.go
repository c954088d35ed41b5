package contract

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// checkOf judges a value, written in JSON, by a schema S of OpenAPI 3.1.
func checkOf(tb testing.TB, schema, value string) []Violation {
	tb.Helper()
	request, _ := bothSchemas(load(tb, schemaDocument("3.1.0", "S: "+schema)))
	return request.Check(decode(tb, value))
}

func TestViolationsOfEachKeyword(t *testing.T) {
	tests := []struct {
		schema, value string
		want          Violation
	}{
		{`{type: string}`, `1`, Violation{Keyword: "type", Expected: "string", Actual: "number", Message: "got number, want string"}},
		{`{type: [string, 'null']}`, `[]`, Violation{Keyword: "type", Expected: "null or string", Actual: "array", Message: "got array, want null or string"}},
		{`{type: integer}`, `1.5`, Violation{Keyword: "type", Expected: "integer", Actual: "number", Message: "got number, want integer"}},
		{`{type: string}`, `null`, Violation{Keyword: "null", Expected: "string", Actual: "null", Message: "got null, want string"}},
		{`{enum: [a, 1]}`, `"b"`, Violation{Keyword: "enum", Message: "value must be one of 'a', 1"}},
		{`{const: a}`, `"b"`, Violation{Keyword: "const", Message: "value must be 'a'"}},
		{`{minLength: 2}`, `"é"`, Violation{Keyword: "minLength", Limit: "2", Message: "minLength: got 1, want 2"}},
		{`{maxLength: 2}`, `"abc"`, Violation{Keyword: "maxLength", Limit: "2", Message: "maxLength: got 3, want 2"}},
		{`{pattern: ^a}`, `"b"`, Violation{Keyword: "pattern", Limit: "^a", Message: "'b' does not match pattern '^a'"}},
		{`{format: ipv4}`, `"b"`, Violation{Keyword: "format", Limit: "ipv4", Message: "'b' is not valid ipv4: "}},
		{`{minimum: 2}`, `1`, Violation{Keyword: "minimum", Limit: "2", Message: "minimum: got 1, want 2"}},
		{`{minimum: 2.5}`, `1`, Violation{Keyword: "minimum", Limit: "2.5", Message: "minimum: got 1, want 2.5"}},
		{`{maximum: 2}`, `3`, Violation{Keyword: "maximum", Limit: "2", Message: "maximum: got 3, want 2"}},
		{`{maximum: 10000}`, `10000.0001`, Violation{Keyword: "maximum", Limit: "10000", Message: "maximum: got 10000.0001, want 10000"}},
		{`{maximum: 2}`, `1e300`, Violation{Keyword: "maximum", Limit: "2", Message: "maximum: got 1e+300, want 2"}},
		{`{exclusiveMinimum: 2}`, `2`, Violation{Keyword: "exclusiveMinimum", Limit: "2", Message: "exclusiveMinimum: got 2, want 2"}},
		{`{exclusiveMaximum: 2}`, `2`, Violation{Keyword: "exclusiveMaximum", Limit: "2", Message: "exclusiveMaximum: got 2, want 2"}},
		{`{multipleOf: 0.25}`, `0.3`, Violation{Keyword: "multipleOf", Limit: "0.25", Message: "multipleOf: got 0.3, want 0.25"}},
		{`{minItems: 2}`, `[1]`, Violation{Keyword: "minItems", Limit: "2", Message: "minItems: got 1, want 2"}},
		{`{maxItems: 0}`, `[1]`, Violation{Keyword: "maxItems", Limit: "0", Message: "maxItems: got 1, want 0"}},
		{`{uniqueItems: true}`, `[1, 2, 1.0]`, Violation{Keyword: "uniqueItems", Message: "items at 0 and 2 are equal"}},
		{`{contains: {type: string}}`, `[1, 2]`, Violation{Keyword: "contains", Message: "no items match contains schema"}},
		{`{contains: {type: string}, minContains: 2}`, `["a", 2]`, Violation{Keyword: "minContains", Message: "min 2 items required to match contains schema"}},
		{`{contains: {type: string}, maxContains: 1}`, `["a", "b"]`, Violation{Keyword: "maxContains", Message: "max 1 items required to match contains schema"}},
		{`{minProperties: 1}`, `{}`, Violation{Keyword: "minProperties", Limit: "1", Message: "minProperties: got 0, want 1"}},
		{`{maxProperties: 1}`, `{"a": 1, "b": 2}`, Violation{Keyword: "maxProperties", Limit: "1", Message: "maxProperties: got 2, want 1"}},
		{`{required: [a]}`, `{}`, Violation{Field: "a", Pointer: "/a", Keyword: "required", Message: "is required"}},
		{`{dependentRequired: {a: [b]}}`, `{"a": 1}`, Violation{Field: "b", Pointer: "/b", Keyword: "required", Message: `is required beside "a"`}},
		{`{additionalProperties: false}`, `{"a": 1}`, Violation{Field: "a", Pointer: "/a", Keyword: "unknown", Message: "is not a declared member"}},
		{`{unevaluatedProperties: false}`, `{"a": 1}`, Violation{Field: "a", Pointer: "/a", Keyword: "unknown", Message: "is not a declared member"}},
		{`{properties: {a: false}}`, `{"a": 1}`, Violation{Field: "a", Pointer: "/a", Keyword: "unknown", Message: "is not a declared member"}},
		{`{propertyNames: {maxLength: 1}}`, `{"ab": 1}`, Violation{Keyword: "propertyNames", Message: "invalid propertyName 'ab'"}},
		{`{properties: {a: {propertyNames: {maxLength: 1}}}}`, `{"a": {"bc": 1}}`, Violation{Field: "a", Pointer: "/a", Keyword: "propertyNames", Message: "invalid propertyName 'bc'"}},
		{`{not: {type: string}}`, `"a"`, Violation{Keyword: "not", Message: "'not' failed"}},
		{`{oneOf: [{minimum: 1}, {minimum: 2}]}`, `3`, Violation{Keyword: "oneOf", Message: "'oneOf' failed, subschemas 0, 1 matched"}},
		{`{if: {type: integer}, then: {minimum: 3}}`, `1`, Violation{Keyword: "minimum", Limit: "3", Message: "minimum: got 1, want 3"}},
		{`{allOf: [{}, {minimum: 3}]}`, `1`, Violation{Keyword: "minimum", Limit: "3", Message: "minimum: got 1, want 3"}},

		{`{properties: {a: {items: {minimum: 3}}}}`, `{"a": [4, 1]}`, Violation{Field: "a.1", Pointer: "/a/1", Keyword: "minimum", Limit: "3", Message: "minimum: got 1, want 3"}},
		{`{properties: {a/b~c: {required: [d.e]}}}`, `{"a/b~c": {}}`, Violation{Field: "a/b~c.d.e", Pointer: "/a~1b~0c/d.e", Keyword: "required", Message: "is required"}},
		{`{patternProperties: {a: {type: string}}}`, `{"ab": 1}`, Violation{Field: "ab", Pointer: "/ab", Keyword: "type", Expected: "string", Actual: "number", Message: "got number, want string"}},
	}
	for _, test := range tests {
		t.Run(test.schema, func(t *testing.T) {
			found := checkOf(t, test.schema, test.value)
			require.Len(t, found, 1)
			assert.Contains(t, found[0].Message, test.want.Message)
			found[0].Message, found[0].schema = test.want.Message, ""
			assert.Equal(t, test.want, found[0])
		})
	}
}

// Of a choice only the alternative that is nearest to the value explains what is
// wrong with it.
func TestViolationsOfAChoiceAreThoseOfTheNearest(t *testing.T) {
	const pets = `{oneOf: [{type: object, required: [kind, wings, beak], properties: {kind: {const: bird}}}, {type: object, required: [kind, teeth], properties: {kind: {const: dog}, teeth: {type: integer}}}, {type: string}]}`
	tests := []struct{ schema, value, want string }{
		{pets, `{"kind": "dog"}`, `/teeth required`},
		{pets, `{"kind": "bird", "wings": 2}`, `/beak required`},
		{pets, `{"kind": "dog", "teeth": 4.5}`, `/teeth type`},
		{`{anyOf: [{type: 'null'}, {type: string, minLength: 3}]}`, `"ab"`, ` minLength`},
		{`{anyOf: [{type: string, minLength: 3}, {type: 'null'}]}`, `"ab"`, ` minLength`},
		{`{anyOf: [{type: 'null'}, {type: string}]}`, `1`, ` type`},
		{`{anyOf: [{type: string, enum: [a]}, {type: array, items: {type: string}}]}`, `["a", 1]`, `/1 type`},
		{`{properties: {p: {oneOf: [{type: integer}, {type: string, format: ipv4}]}}}`, `{"p": "x"}`, `/p format`},
		{`{anyOf: [{oneOf: [{type: string}, {type: integer, minimum: 3}]}, {type: boolean}]}`, `1`, ` minimum`},
		{`{allOf: [{anyOf: [{maximum: 0}, {multipleOf: 3}]}, {minimum: 2}]}`, `1`, " maximum, minimum"},
		{`{oneOf: [{required: [a]}, {required: [b]}]}`, `{"a": 1, "b": 1}`, ` oneOf`},
	}
	for _, test := range tests {
		t.Run(test.value, func(t *testing.T) {
			assert.Equal(t, test.want, summarize(checkOf(t, test.schema, test.value)))
		})
	}
}

// summarize gives the places and keywords of violations, one place after the
// other.
func summarize(found []Violation) string {
	var b strings.Builder
	for i, v := range found {
		switch {
		case i > 0 && found[i-1].Pointer == v.Pointer:
			b.WriteString(", " + v.Keyword)
		case i > 0:
			b.WriteString("; " + v.Pointer + " " + v.Keyword)
		default:
			b.WriteString(v.Pointer + " " + v.Keyword)
		}
	}
	return b.String()
}

func TestViolationsStandInAFixedOrder(t *testing.T) {
	tests := []struct{ schema, value, want string }{
		{
			`{required: [z, y, x], additionalProperties: false, properties: {x: {}, y: {}, z: {}, a: {type: string}, b: {minimum: 3, multipleOf: 2}}}`,
			`{"q": 1, "b": 1, "p": 1, "a": 1}`,
			"/a type; /b minimum, multipleOf; /p unknown; /q unknown; /x required; /y required; /z required",
		},
		{`{dependentRequired: {a: [z, w], b: [z, w]}}`, `{"b": 1, "a": 1}`, "/w required, required; /z required, required"},
		{`{dependentSchemas: {a: {minProperties: 4}, b: {minProperties: 5}, c: {minProperties: 6}}}`, `{"a": 1, "b": 1, "c": 1}`, " minProperties, minProperties, minProperties"},
		{`{patternProperties: {a: {minimum: 1}, aa: {minimum: 2}, aaa: {minimum: 3}}}`, `{"aaa": 0, "aab": 0}`, "/aaa minimum, minimum, minimum; /aab minimum, minimum"},
	}
	for _, test := range tests {
		first := checkOf(t, test.schema, test.value)
		assert.Equal(t, test.want, summarize(first))
		for range 50 {
			require.Equal(t, first, checkOf(t, test.schema, test.value))
		}
	}
}

func TestViolationsReadWell(t *testing.T) {
	whole := Violation{In: "body", Keyword: "type", Message: "got null, want object"}
	assert.Equal(t, "body: got null, want object", whole.String())
	member := Violation{In: "query", Field: "limit", Keyword: "type", Message: "got string, want integer"}
	assert.Equal(t, "query limit: got string, want integer", member.String())
	require.EqualError(t, Violations{member, whole}, member.String())
	assert.Equal(t, []Violation{
		{In: "query", Field: "filter", Message: "m"}, {In: "query", Field: "filter.a.b", Message: "n"},
	}, within("query", "filter", []Violation{{Message: "m"}, {Field: "a.b", Message: "n"}}))
}

func TestEncodeViolations(t *testing.T) {
	found := []Violation{
		{In: "body", Field: "náme", Pointer: "/náme", Keyword: "maxLength", Message: "😀 <é> \x7f\u2028\n", Limit: "3"},
		{In: "body", Field: "b", Pointer: "/b", Keyword: "type", Message: "m", Expected: "string", Actual: "null"},
	}
	assert.Equal(t, `[]`, EncodeViolations(nil, 100))
	text := EncodeViolations(found, 1000)
	//nolint:testifylint // how it is escaped counts
	assert.Equal(t, `[{"in":"body","field":"n\u00e1me","pointer":"/n\u00e1me","keyword":"maxLength","message":"\ud83d\ude00 \u003c\u00e9\u003e \u007f\u2028\n","limit":"3"},`+
		`{"in":"body","field":"b","pointer":"/b","keyword":"type","message":"m","expected":"string","actual":"null"}]`, text)
	var decoded []Violation
	require.NoError(t, json.Unmarshal([]byte(text), &decoded))
	assert.Equal(t, found, decoded)

	assert.Equal(t, `[{"more":2}]`, EncodeViolations(found, 100))
	second := EncodeViolations(found[1:], 1000)
	assert.Equal(t, strings.TrimSuffix(second, "]")+`,{"more":1}]`, EncodeViolations([]Violation{found[1], found[0]}, 200))
}

func TestEncodeViolationsClipsLongTexts(t *testing.T) {
	long := Violation{In: "body", Keyword: "format", Message: "x" + strings.Repeat("é", 5000), Limit: strings.Repeat("y", 5000)}
	var decoded []Violation
	require.NoError(t, json.Unmarshal([]byte(EncodeViolations([]Violation{long, long}, 8000)), &decoded))
	require.Len(t, decoded, 2)
	assert.Regexp(t, `^xé{50,250}…$`, decoded[0].Message)
	assert.Regexp(t, `^y{50,500}…$`, decoded[0].Limit)
	assert.Len(t, long.Limit, 5000, "the violation itself is left alone")
}

func TestEncodeViolationsCountsMany(t *testing.T) {
	found := make([]Violation, 12_345)
	for limit := len(`[{"more":12345}]`); limit < 300; limit++ {
		encoded := EncodeViolations(found, limit)
		assert.LessOrEqual(t, len(encoded), limit)
		assert.True(t, json.Valid([]byte(encoded)))
	}
}

func TestEncodeViolationsKeepsToItsLimit(t *testing.T) {
	text := rapid.StringN(0, 30, -1)
	rapid.Check(t, func(t *rapid.T) {
		found := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) Violation {
			return Violation{In: "body", Field: text.Draw(t, "field"), Keyword: text.Draw(t, "keyword"), Message: text.Draw(t, "message")}
		}), 0, 20).Draw(t, "found")
		limit := rapid.IntRange(len(`[{"more":99}]`), 1500).Draw(t, "limit")
		encoded := EncodeViolations(found, limit)
		require.LessOrEqual(t, len(encoded), limit)
		require.Equal(t, len(encoded), utf8.RuneCountInString(encoded))
		require.NotContains(t, encoded, "\n")

		var items []map[string]any
		require.NoError(t, json.Unmarshal([]byte(encoded), &items))
		shown := len(items)
		if shown > 0 && items[shown-1]["more"] != nil {
			shown--
			require.Equal(t, fmt.Sprint(len(found)-shown), fmt.Sprint(items[shown]["more"]))
		} else {
			require.Len(t, found, shown)
		}
		for i, item := range items[:shown] {
			require.Equal(t, found[i].Message, item["message"])
		}
	})
}
