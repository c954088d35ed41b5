package contract

import (
	"encoding/json"
	"errors"
	"maps"
	"regexp"
	"slices"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// A dict is a JSON object: a schema or a value.
type dict = map[string]any

// sharedSchemas are what the drawn schemas refer to.
var sharedSchemas = dict{
	"Text":   dict{"type": "string", "minLength": json.Number("1")},
	"Pet":    dict{"type": "object", "required": []any{"a"}, "properties": dict{"a": dict{"$ref": "#/components/schemas/Text"}, "b": dict{"type": "integer", "nullable": true}}},
	"Choice": dict{"oneOf": []any{dict{"type": "boolean"}, dict{"$ref": "#/components/schemas/Pet"}}},
}

// A disagreement to be found: a schema S, and values to judge by it.
type schemaCase struct {
	schema dict
	values []any
}

func anySchemaCase(t *rapid.T) schemaCase {
	c := schemaCase{schema: anySchema(t, 3)}
	value := rapid.Custom(func(t *rapid.T) any { return valueFor(t, c.schema, 4) })
	c.values = rapid.SliceOfN(value, 20, 40).Draw(t, "values")
	return c
}

// check compares two implementations that know nothing of each other, and the
// quick look with the full one.
func (c schemaCase) check(t require.TestingT) {
	ours, theirs := compileBoth(t, c.schema)
	for _, value := range c.values {
		if isDisputed(c.schema, value) {
			continue
		}
		found := ours.Check(value)
		err := theirs.VisitJSON(asFloats(value), kinFormats...)
		require.Equal(t, err == nil, len(found) == 0, "%s, by %s: we say %v, kin-openapi says %v", written(t, value), written(t, c.schema), found, err)
		err = ours.Compiled().Validate(value)
		require.Equal(t, err == nil, len(found) == 0, "%s, by %s: the quick look says %v, the full one %v", written(t, value), written(t, c.schema), found, err)
	}
}

func TestSchemaAgreesWithKin(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) { anySchemaCase(t).check(t) })
}

func FuzzSchemaAgreesWithKin(f *testing.F) {
	f.Add(1)
	cases := rapid.Custom(anySchemaCase)
	f.Fuzz(func(t *testing.T, seed int) { cases.Example(seed).check(t) })
}

// compileBoth compiles a schema here and in kin-openapi.
func compileBoth(t require.TestingT, schema dict) (*Schema, *openapi3.Schema) {
	schemas := maps.Clone(sharedSchemas)
	schemas["S"] = schema
	document := dict{
		"openapi": "3.0.3", "info": dict{"title": "T", "version": "1"}, "paths": dict{},
		"components": dict{"schemas": schemas},
	}
	text := written(t, document)
	root, err := ParseFile("api.json", []byte(text))
	require.NoError(t, err)
	ours := newLibrary(true).compile(inRequest, root.At("/components/schemas/S"))
	theirs, err := openapi3.NewLoader().LoadFromData([]byte(text))
	require.NoError(t, err, text)
	return ours, theirs.Components.Schemas["S"].Value
}

// written is a value in JSON.
func written(t require.TestingT, value any) string {
	text, err := AppendJSON(nil, value)
	require.NoError(t, err)
	return string(text)
}

var uuidText = regexp.MustCompile(`^[0-9a-fA-F]{8}-([0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}$`)

// kin-openapi knows no UUIDs by itself and takes February 30 for a date, which
// RFC 3339, section 5.7, does not.
var kinFormats = []openapi3.SchemaValidationOption{
	openapi3.WithStringFormatValidator("uuid", openapi3.NewCallbackValidator(func(text string) error {
		if !uuidText.MatchString(text) {
			return errors.New("no UUID")
		}
		return nil
	})),
	openapi3.WithStringFormatValidator("date-time", openapi3.NewCallbackValidator(func(text string) error {
		_, err := time.Parse(time.RFC3339, text)
		return err
	})),
}

// asFloats gives a value as encoding/json decodes it, and kin-openapi with it:
// of 1 and 1.0 as json.Number it says that they are different items.
func asFloats(value any) any {
	switch value := value.(type) {
	case json.Number:
		number, _ := value.Float64()
		return number
	case []any:
		items := make([]any, len(value))
		for i, item := range value {
			items[i] = asFloats(item)
		}
		return items
	case dict:
		members := make(dict, len(value))
		for name, member := range value {
			members[name] = asFloats(member)
		}
		return members
	}
	return value
}

// isDisputed reports whether kin-openapi reads the specification otherwise. It
// differs about null alone: it refuses null by a schema without a type, but JSON
// Schema restricts nothing there, and OpenAPI 3.0.3 says of nullable only that it
// adds null to a type that is given; and it admits null by a schema that has a
// type as soon as what the schema is composed of does, where each keyword is to
// be satisfied on its own.
func isDisputed(schema dict, value any) bool {
	return hasNull(value) && hasOpenNull(schema)
}

func hasNull(value any) bool {
	switch value := value.(type) {
	case nil:
		return true
	case []any:
		return slices.ContainsFunc(value, hasNull)
	case dict:
		return slices.ContainsFunc(slices.Collect(maps.Values(value)), hasNull)
	}
	return false
}

// hasOpenNull reports whether a schema, or one inside it, says of null what
// isDisputed tells.
func hasOpenNull(schema dict) bool {
	if ref, ok := schema["$ref"]; ok {
		return ref == "#/components/schemas/Choice"
	}
	_, typed := schema["type"]
	for name, child := range schema {
		switch child := child.(type) {
		case dict:
			if name == "properties" {
				if slices.ContainsFunc(slices.Collect(maps.Values(child)), func(property any) bool { return hasOpenNull(property.(dict)) }) {
					return true
				}
			} else if hasOpenNull(child) {
				return true
			}
		case []any:
			if name == "allOf" || name == "anyOf" || name == "oneOf" {
				return true
			}
		}
	}
	return !typed
}

// anySchema draws a schema of OpenAPI 3.0 whose parts nest at most depth deep. It
// is never the empty schema: kin-openapi takes not, of which nothing is valid,
// for empty too.
func anySchema(t *rapid.T, depth int) dict {
	kinds := []func(*rapid.T, int) dict{textSchema, numberSchema, enumSchema, plainSchema}
	if depth > 0 {
		kinds = append(kinds, arraySchema, objectSchema, composedSchema, mixedSchema, referenceSchema)
	}
	schema := rapid.SampledFrom(kinds).Draw(t, "kind")(t, depth)
	if _, isReference := schema["$ref"]; !isReference && rapid.IntRange(0, 3).Draw(t, "nullable") == 0 {
		schema["nullable"] = rapid.Bool().Draw(t, "null")
	}
	return schema
}

// sometimes sets a keyword in one of three cases.
func sometimes(t *rapid.T, schema dict, keyword string, values ...any) {
	if rapid.IntRange(0, 2).Draw(t, keyword+"?") == 0 {
		schema[keyword] = rapid.SampledFrom(values).Draw(t, keyword)
	}
}

// mostly sets a type, which may also be left out.
func mostly(t *rapid.T, schema dict, types ...any) {
	if rapid.IntRange(0, 4).Draw(t, "typed") > 0 {
		schema["type"] = rapid.SampledFrom(types).Draw(t, "type")
	}
}

// counts are small numbers as JSON has them.
func counts(numbers ...json.Number) []any {
	values := make([]any, len(numbers))
	for i, number := range numbers {
		values[i] = number
	}
	return values
}

func textSchema(t *rapid.T, _ int) dict {
	schema := dict{"maxLength": json.Number("9")}
	mostly(t, schema, "string")
	sometimes(t, schema, "minLength", counts("0", "1", "2")...)
	sometimes(t, schema, "maxLength", counts("0", "1", "3", "40")...)
	sometimes(t, schema, "pattern", "^a", "b$", `^[a-c]*$`, `\d`, "é")
	sometimes(t, schema, "format", "uuid", "date-time", "something")
	return schema
}

func numberSchema(t *rapid.T, _ int) dict {
	schema := dict{"minimum": json.Number("-3")}
	mostly(t, schema, "integer", "number")
	sometimes(t, schema, "minimum", counts("0", "1", "1.5", "-2.25")...)
	sometimes(t, schema, "maximum", counts("0", "2", "2.5", "1e2")...)
	sometimes(t, schema, "exclusiveMinimum", true, false)
	sometimes(t, schema, "exclusiveMaximum", true, false)
	sometimes(t, schema, "multipleOf", counts("1", "2", "0.5", "0.25")...)
	return schema
}

func enumSchema(t *rapid.T, _ int) dict {
	schema := dict{"enum": rapid.SliceOfN(rapid.Custom(func(t *rapid.T) any { return anyValue(t, 1) }), 1, 4).Draw(t, "enum")}
	mostly(t, schema, "string", "integer", "number", "boolean", "object", "array")
	return schema
}

func plainSchema(t *rapid.T, _ int) dict {
	return dict{"type": rapid.SampledFrom([]any{"string", "integer", "number", "boolean", "object"}).Draw(t, "type")}
}

func referenceSchema(t *rapid.T, _ int) dict {
	names := slices.Sorted(maps.Keys(sharedSchemas))
	return dict{"$ref": "#/components/schemas/" + rapid.SampledFrom(names).Draw(t, "name")}
}

func arraySchema(t *rapid.T, depth int) dict {
	schema := dict{"items": anySchema(t, depth-1), "maxItems": json.Number("4")}
	mostly(t, schema, "array")
	sometimes(t, schema, "minItems", counts("0", "1", "2")...)
	sometimes(t, schema, "maxItems", counts("0", "1", "3")...)
	sometimes(t, schema, "uniqueItems", true, false)
	return schema
}

// memberNames are what objects name their members.
var memberNames = []string{"a", "b", "c", "type", "$ref", "é/~"}

func objectSchema(t *rapid.T, depth int) dict {
	properties := dict{}
	for _, name := range rapid.SliceOfNDistinct(rapid.SampledFrom(memberNames[:4]), 0, 3, rapid.ID).Draw(t, "properties") {
		properties[name] = anySchema(t, depth-1)
	}
	schema := dict{"properties": properties}
	if mostly(t, schema, "object"); schema["type"] == nil {
		schema["maxProperties"] = json.Number("5")
	}
	if required := rapid.SliceOfNDistinct(rapid.SampledFrom(memberNames), 0, 2, rapid.ID).Draw(t, "required"); len(required) > 0 {
		names := make([]any, len(required))
		for i, name := range required {
			names[i] = name
		}
		schema["required"] = names
	}
	switch rapid.IntRange(0, 4).Draw(t, "additional") {
	case 0:
		schema["additionalProperties"] = rapid.Bool().Draw(t, "open")
	case 1:
		schema["additionalProperties"] = anySchema(t, depth-1)
	}
	sometimes(t, schema, "minProperties", counts("0", "1", "2")...)
	sometimes(t, schema, "maxProperties", counts("0", "1", "3")...)
	return schema
}

func composedSchema(t *rapid.T, depth int) dict {
	keyword := rapid.SampledFrom([]string{"allOf", "anyOf", "oneOf", "not"}).Draw(t, "composed")
	if keyword == "not" {
		return dict{"not": anySchema(t, depth-1)}
	}
	parts := make([]any, rapid.IntRange(1, 3).Draw(t, "parts"))
	for i := range parts {
		parts[i] = anySchema(t, depth-1)
	}
	return dict{keyword: parts}
}

// mixedSchema draws a schema that is composed of others beside its own keywords.
func mixedSchema(t *rapid.T, depth int) dict {
	schema := rapid.SampledFrom([]func(*rapid.T, int) dict{textSchema, numberSchema, enumSchema, objectSchema, arraySchema}).Draw(t, "own")(t, depth)
	maps.Copy(schema, composedSchema(t, depth))
	return schema
}

// valueFor draws a value that a schema may well admit, and sometimes any other.
func valueFor(t *rapid.T, schema dict, depth int) any {
	if depth == 0 || rapid.IntRange(0, 7).Draw(t, "any") == 0 {
		return anyValue(t, 2)
	}
	if ref, ok := schema["$ref"].(string); ok {
		return valueFor(t, sharedSchemas[ref[len("#/components/schemas/"):]].(dict), depth-1)
	}
	for _, keyword := range []string{"allOf", "anyOf", "oneOf"} {
		if parts, ok := schema[keyword].([]any); ok && rapid.Bool().Draw(t, keyword) {
			return valueFor(t, rapid.SampledFrom(parts).Draw(t, "part").(dict), depth-1)
		}
	}
	if values, ok := schema["enum"].([]any); ok {
		return rapid.SampledFrom(values).Draw(t, "listed")
	}
	if properties, ok := schema["properties"].(dict); ok {
		object := dict{}
		for _, name := range slices.Sorted(maps.Keys(properties)) {
			if rapid.IntRange(0, 4).Draw(t, "present") > 0 {
				object[name] = valueFor(t, properties[name].(dict), depth-1)
			}
		}
		for _, name := range rapid.SliceOfN(rapid.SampledFrom(memberNames), 0, 2).Draw(t, "more") {
			if _, ok := object[name]; !ok {
				object[name] = anyValue(t, 1)
			}
		}
		return object
	}
	if items, ok := schema["items"].(dict); ok {
		array := make([]any, rapid.IntRange(0, 3).Draw(t, "items"))
		for i := range array {
			array[i] = valueFor(t, items, depth-1)
		}
		return array
	}
	return scalarFor(t, schema)
}

// scalarFor draws a value that may suit a schema that says nothing of parts.
func scalarFor(t *rapid.T, schema dict) any {
	switch {
	case schema["type"] == "boolean":
		return rapid.Bool().Draw(t, "boolean")
	case schema["minimum"] != nil || schema["type"] == "integer" || schema["type"] == "number":
		return rapid.SampledFrom(someNumbers).Draw(t, "number")
	case schema["maxLength"] != nil || schema["type"] == "string":
		return rapid.SampledFrom(someTexts).Draw(t, "text")
	}
	return anyValue(t, 2)
}

// Numbers that a float64, with which kin-openapi computes, holds exactly; no
// negative zero, which it takes for another item than zero.
var someNumbers = counts("0", "1", "2", "3", "-1", "-2.25", "0.5", "1.5", "0.25", "2.0", "1e2", "100", "10E1", "1.0", "9007199254740992")

var someTexts = []any{
	"", "a", "b", "ab", "abc", "é", "éa1", "😀", "a9b", "null", "1",
	"019a5d02-7c1e-0000-8a4b-2f6d1c0e9b73", "019a5d027c1e00008a4b2f6d1c0e9b73",
	"2026-11-07T09:30:12Z", "2026-02-30T09:30:12Z", "2026-11-07T09:30:12.5+02:00", "2026-11-07",
}

func anyValue(t *rapid.T, depth int) any {
	kind := rapid.IntRange(0, 6).Draw(t, "value")
	switch {
	case kind == 0:
		return nil
	case kind == 1:
		return rapid.Bool().Draw(t, "boolean")
	case kind == 2:
		return rapid.SampledFrom(someNumbers).Draw(t, "number")
	case kind <= 4 || depth == 0:
		return rapid.SampledFrom(someTexts).Draw(t, "text")
	case kind == 5:
		array := make([]any, rapid.IntRange(0, 3).Draw(t, "length"))
		for i := range array {
			array[i] = anyValue(t, depth-1)
		}
		return array
	}
	object := dict{}
	for _, name := range rapid.SliceOfNDistinct(rapid.SampledFrom(memberNames), 0, 3, rapid.ID).Draw(t, "names") {
		object[name] = anyValue(t, depth-1)
	}
	return object
}
