package contract

import (
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// Schemas that the tests of this package decode with.
const (
	stringSchema   = `{"type": "string"}`
	integerSchema  = `{"type": "integer"}`
	stringsSchema  = `{"type": "array", "items": {"type": "string"}}`
	integersSchema = `{"type": "array", "items": {"type": "integer"}}`
	colorSchema    = `{"type": "object", "properties": {"R": {"type": "integer"}, "G": {"type": "integer"}, "B": {"type": "integer"}}}`
)

// compileText compiles a schema in the dialect of this package.
func compileText(tb testing.TB, text string) *jsonschema.Schema {
	tb.Helper()
	document, err := DecodeJSON([]byte(text))
	require.NoError(tb, err)
	compiler := jsonschema.NewCompiler()
	require.NoError(tb, compiler.AddResource("test:schema", document))
	schema, err := compiler.Compile("test:schema")
	require.NoError(tb, err)
	return schema
}

// sourceOf puts a parameter's text into the place the parameter is in.
func sourceOf(tb testing.TB, p parameterStyle, text string) textSource {
	tb.Helper()
	switch p.in {
	case "path":
		return textSource{path: text}
	case "query":
		query, err := parseRawQuery(text)
		require.NoError(tb, err)
		return textSource{query: query}
	case "header":
		return textSource{header: []string{text}}
	default:
		return textSource{cookies: parseCookies([]string{text})}
	}
}

// toJSON writes values as JSON, which is how the tests state what they expect.
func toJSON(tb testing.TB, value any) string {
	tb.Helper()
	text, err := AppendJSON(nil, value)
	require.NoError(tb, err)
	return string(text)
}

// The table of examples in OpenAPI's section on style values, as of 3.1.1 and
// with the lines in which 3.0.3 differs.
func TestDecodeReadsTheExamplesOfOpenAPI(t *testing.T) {
	const (
		array  = `["blue","black","brown"]`
		object = `{"B":150,"G":200,"R":100}`
	)
	tests := []struct {
		in, style string
		explode   bool
		schema    string
		text      string
		want      string
	}{
		{"path", "matrix", false, stringSchema, ";color", `""`},
		{"path", "matrix", false, stringSchema, ";color=blue", `"blue"`},
		{"path", "matrix", false, stringsSchema, ";color=blue,black,brown", array},
		{"path", "matrix", false, colorSchema, ";color=R,100,G,200,B,150", object},
		{"path", "matrix", true, stringSchema, ";color", `""`},
		{"path", "matrix", true, stringSchema, ";color=blue", `"blue"`},
		{"path", "matrix", true, stringsSchema, ";color=blue;color=black;color=brown", array},
		{"path", "matrix", true, colorSchema, ";R=100;G=200;B=150", object},

		{"path", "label", false, stringSchema, ".", `""`},
		{"path", "label", false, stringSchema, ".blue", `"blue"`},
		{"path", "label", false, stringsSchema, ".blue,black,brown", array},
		{"path", "label", false, stringsSchema, ".blue.black.brown", array}, // 3.0.3
		{"path", "label", false, colorSchema, ".R,100,G,200,B,150", object},
		{"path", "label", false, colorSchema, ".R.100.G.200.B.150", object}, // 3.0.3
		{"path", "label", true, stringSchema, ".", `""`},
		{"path", "label", true, stringSchema, ".blue", `"blue"`},
		{"path", "label", true, stringsSchema, ".blue.black.brown", array},
		{"path", "label", true, colorSchema, ".R=100.G=200.B=150", object},

		{"path", "simple", false, stringSchema, "", `""`},
		{"path", "simple", false, stringSchema, "blue", `"blue"`},
		{"path", "simple", false, stringsSchema, "blue,black,brown", array},
		{"path", "simple", false, colorSchema, "R,100,G,200,B,150", object},
		{"path", "simple", true, stringSchema, "blue", `"blue"`},
		{"path", "simple", true, stringsSchema, "blue,black,brown", array},
		{"path", "simple", true, colorSchema, "R=100,G=200,B=150", object},

		{"header", "simple", false, stringSchema, "", `""`},
		{"header", "simple", false, stringSchema, "blue", `"blue"`},
		{"header", "simple", false, stringsSchema, "blue,black,brown", array},
		{"header", "simple", false, colorSchema, "R,100,G,200,B,150", object},
		{"header", "simple", true, stringsSchema, "blue, black ,brown", array},
		{"header", "simple", true, colorSchema, "R=100, G=200, B=150", object},

		{"query", "form", false, stringSchema, "color=", `""`},
		{"query", "form", false, stringSchema, "color=blue", `"blue"`},
		{"query", "form", false, stringsSchema, "color=blue,black,brown", array},
		{"query", "form", false, colorSchema, "color=R,100,G,200,B,150", object},
		{"query", "form", true, stringSchema, "color=", `""`},
		{"query", "form", true, stringSchema, "color=blue", `"blue"`},
		{"query", "form", true, stringsSchema, "color=blue&color=black&color=brown", array},
		{"query", "form", true, colorSchema, "R=100&G=200&B=150", object},

		{"query", "spaceDelimited", false, stringsSchema, "color=blue%20black%20brown", array},
		{"query", "spaceDelimited", false, stringsSchema, "color=blue+black+brown", array},
		{"query", "spaceDelimited", false, colorSchema, "color=R%20100%20G%20200%20B%20150", object},
		{"query", "spaceDelimited", true, stringsSchema, "color=blue&color=black&color=brown", array},
		{"query", "pipeDelimited", false, stringsSchema, "color=blue|black|brown", array},
		{"query", "pipeDelimited", false, stringsSchema, "color=blue%7Cblack%7cbrown", array},
		{"query", "pipeDelimited", false, colorSchema, "color=R%7C100%7CG%7C200%7CB%7C150", object},
		{"query", "pipeDelimited", true, stringsSchema, "color=blue&color=black&color=brown", array},

		{"query", "deepObject", true, colorSchema, "color%5BR%5D=100&color%5BG%5D=200&color%5BB%5D=150", object},
		{"query", "deepObject", true, colorSchema, "color[R]=100&color[G]=200&color[B]=150", object},

		{"cookie", "form", false, stringSchema, "color=blue", `"blue"`},
		{"cookie", "form", false, stringsSchema, "color=blue,black,brown", array},
		{"cookie", "form", false, colorSchema, "color=R,100,G,200,B,150", object},
		{"cookie", "form", true, stringSchema, "a=b; color=blue", `"blue"`},
		{"cookie", "form", true, stringsSchema, "color=blue; color=black; color=brown", array},
		{"cookie", "form", true, colorSchema, "R=100; G=200; B=150", object},
	}
	for _, test := range tests {
		name := fmt.Sprintf("%s/%s/%v/%s", test.in, test.style, test.explode, test.text)
		t.Run(name, func(t *testing.T) {
			p := parameterStyle{name: "color", in: test.in, style: test.style, explode: test.explode}
			value, present, err := p.decode(sourceOf(t, p, test.text), compileText(t, test.schema))
			require.NoError(t, err)
			assert.True(t, present)
			assert.Equal(t, test.want, toJSON(t, value))
		})
	}
}

func TestDecodeSplitsBeforeItDecodes(t *testing.T) {
	tests := []struct {
		in, style string
		explode   bool
		schema    string
		text      string
		want      string
	}{
		{"path", "simple", false, stringSchema, "a%2Fb%2Cc+d", `"a/b,c+d"`},
		{"path", "simple", false, stringsSchema, "a%2Cb,c", `["a,b","c"]`},
		{"path", "simple", true, colorSchema, "%52=1,x%3Dy=2", `{"R":1,"x=y":"2"}`},
		{"path", "label", true, stringsSchema, ".a%2Eb.c", `["a.b","c"]`},
		{"path", "matrix", true, stringsSchema, ";c%6Flor=a%3Bb;color=c", `["a;b","c"]`},
		{"query", "form", false, stringsSchema, "color=a%2Cb,c+d%2B", `["a,b","c d+"]`},
		{"query", "form", true, stringSchema, "c%6Flor=a%26b%3D", `"a&b="`},
		{"query", "form", true, stringSchema, "color=a=b", `"a=b"`},
		{"query", "spaceDelimited", false, stringsSchema, "color=a%2Bb%20c", `["a+b","c"]`},
		{"query", "pipeDelimited", false, stringsSchema, "color=a,b|c", `["a,b","c"]`},
		{"query", "deepObject", true, colorSchema, "color[%5Ba]=%C3%A9", `{"[a":"é"}`},
		{"cookie", "form", true, stringSchema, `color="a%20b+c"`, `"a b+c"`},
		{"header", "simple", false, stringSchema, " a%20b, c+d ", `"a%20b, c+d"`},
	}
	for _, test := range tests {
		t.Run(test.in+"/"+test.style+"/"+test.text, func(t *testing.T) {
			p := parameterStyle{name: "color", in: test.in, style: test.style, explode: test.explode}
			value, present, err := p.decode(sourceOf(t, p, test.text), compileText(t, test.schema))
			require.NoError(t, err)
			assert.True(t, present)
			assert.Equal(t, test.want, toJSON(t, value))
		})
	}
}

func TestDecodeReadsEmptyTexts(t *testing.T) {
	tests := []struct {
		in, style string
		explode   bool
		schema    string
		text      string
		want      string
	}{
		{"path", "simple", false, stringsSchema, "", `[]`},
		{"path", "simple", true, colorSchema, "", `{}`},
		{"path", "label", false, stringsSchema, ".", `[]`},
		{"path", "matrix", false, stringsSchema, ";color", `[]`},
		{"path", "matrix", true, colorSchema, ";", `{}`},
		{"header", "simple", false, integersSchema, "", `[]`},
		{"query", "form", false, integersSchema, "color=", `[]`},
		{"query", "form", false, colorSchema, "color", `{}`},
		{"query", "form", true, stringsSchema, "color=", `[""]`},
		{"query", "form", true, stringSchema, "&&color&", `""`},
		{"query", "form", true, integerSchema, "color=", `""`},
	}
	for _, test := range tests {
		t.Run(test.in+"/"+test.style+"/"+test.text, func(t *testing.T) {
			p := parameterStyle{name: "color", in: test.in, style: test.style, explode: test.explode}
			value, present, err := p.decode(sourceOf(t, p, test.text), compileText(t, test.schema))
			require.NoError(t, err)
			assert.True(t, present)
			assert.Equal(t, test.want, toJSON(t, value))
		})
	}
}

func TestDecodeReportsAbsence(t *testing.T) {
	styles := []parameterStyle{
		{in: "query", style: "form", explode: true},
		{in: "query", style: "form"},
		{in: "query", style: "spaceDelimited"},
		{in: "query", style: "deepObject", explode: true},
		{in: "query", json: true},
		{in: "cookie", style: "form", explode: true},
	}
	for _, p := range styles {
		for _, text := range []string{stringSchema, stringsSchema, colorSchema} {
			p.name = "color"
			value, present, err := p.decode(sourceOf(t, p, "Color=1"), compileText(t, text))
			require.NoError(t, err)
			assert.False(t, present, "%+v %s", p, text)
			assert.Nil(t, value)
		}
	}
	header := parameterStyle{name: "color", in: "header", style: "simple"}
	_, present, err := header.decode(textSource{}, compileText(t, stringSchema))
	require.NoError(t, err)
	assert.False(t, present)
}

func TestDecodeGivesTextsTheTypesOfTheSchema(t *testing.T) {
	tests := []struct{ schema, text, want string }{
		{integerSchema, "5", `5`},
		{integerSchema, "-0", `-0`},
		{integerSchema, "1e3", `1e3`},
		{integerSchema, "1.5", `1.5`},
		{integerSchema, "%2B2", `"+2"`},
		{integerSchema, "+2", `" 2"`},
		{integerSchema, "01", `"01"`},
		{integerSchema, "0x1", `"0x1"`},
		{integerSchema, "1e9999", `"1e9999"`},
		{integerSchema, "NaN", `"NaN"`},
		{integerSchema, "true", `"true"`},
		{`{"type":"number"}`, "1.50", `1.50`},
		{`{"type":"boolean"}`, "true", `true`},
		{`{"type":"boolean"}`, "false", `false`},
		{`{"type":"boolean"}`, "True", `"True"`},
		{`{"type":"boolean"}`, "1", `"1"`},
		{stringSchema, "5", `"5"`},
		{stringSchema, "true", `"true"`},
		{stringSchema, "null", `"null"`},
		{`{"type":["integer","boolean"]}`, "5", `5`},
		{`{"type":["integer","boolean"]}`, "true", `true`},
		{`{"type":["string","integer"]}`, "5", `"5"`},
		{`{"type":["integer","null"]}`, "", `null`},
		{`{"type":["integer","null"]}`, "null", `null`},
		{`{"type":["integer","null"]}`, "5", `5`},
		{`{"type":["string","null"]}`, "", `""`},
		{`{"type":["string","null"]}`, "null", `"null"`},
		{`{"type":"null"}`, "", `null`},
		{`{}`, "5", `"5"`},
		{`true`, "5", `"5"`},
		{`false`, "5", `"5"`},

		{`{"$ref":"#/$defs/a","$defs":{"a":{"$ref":"#/$defs/b"},"b":{"type":"integer"}}}`, "5", `5`},
		{`{"allOf":[{"minimum":1},{"type":["integer","string"]},{"type":["number","boolean"]}]}`, "5", `5`},
		{`{"anyOf":[{"type":"integer"},{"type":"boolean"}]}`, "true", `true`},
		{`{"oneOf":[{"type":"integer"},{"type":"string"}]}`, "5", `"5"`},
		{`{"anyOf":[{"type":"integer"},{"type":"string","enum":["all"]}]}`, "5", `5`},
		{`{"anyOf":[{"type":"integer"},{"const":"all"}]}`, "all", `"all"`},
		{`{"enum":[1,2,true,"auto",null]}`, "2", `2`},
		{`{"enum":[1,2,true,"auto",null]}`, "true", `true`},
		{`{"enum":[1,2,true,"auto",null]}`, "auto", `"auto"`},
		{`{"enum":[1,2,true,"auto",null]}`, "", `null`},
		{`{"type":"string","enum":["1","2"]}`, "1", `"1"`},
		{`{"type":"integer","not":{"type":"integer"}}`, "5", `5`},
		{`{"allOf":[{"type":"integer"},{"type":"string"}]}`, "5", `"5"`},
		{`{"$ref":"#"}`, "5", `"5"`},
		{`{"allOf":[{"$ref":"#"},{"$ref":"#"}],"type":"integer"}`, "5", `5`},

		{`{"type":["array","null"],"items":{"type":"integer"}}`, "5", `[5]`},
		{`{"type":["array","string"]}`, "a", `"a"`},
		{`{"anyOf":[{"type":"integer"},{"type":"array","items":{"type":"integer"}}]}`, "5", `5`},
		{`{"type":"array","prefixItems":[{"type":"boolean"}],"items":{"type":"integer"}}`, "true", `[true]`},
		{`{"prefixItems":[{"type":"integer"}]}`, "5", `[5]`},
		{`{"items":{"type":"integer"}}`, "5", `[5]`},
		{`{"type":"array"}`, "5", `["5"]`},
		{`{"allOf":[{"type":"array"},{"items":{"anyOf":[{"type":"integer"},{"type":"null"}]}}]}`, "", `[null]`},
	}
	for _, test := range tests {
		t.Run(test.schema+"/"+test.text, func(t *testing.T) {
			p := parameterStyle{name: "v", in: "query", style: "form", explode: true}
			value, _, err := p.decode(sourceOf(t, p, "v="+test.text), compileText(t, test.schema))
			require.NoError(t, err)
			assert.Equal(t, test.want, toJSON(t, value))
		})
	}
}

func TestDecodeChoosesBetweenOneAndSeveral(t *testing.T) {
	const integerOrIntegers = `{"anyOf":[{"type":"integer"},{"type":"array","items":{"type":"integer"}}]}`
	tests := []struct {
		explode bool
		schema  string
		query   string
		want    string
	}{
		{true, integerOrIntegers, "v=1&v=2", `[1,2]`},
		{false, integerOrIntegers, "v=1,2", `[1,2]`},
		{false, integerOrIntegers, "v=1", `1`},
		{true, integerOrIntegers, "v=1,2", `"1,2"`},
		{true, `{}`, "v=1&v=2", `["1","2"]`},
		{false, `{}`, "v=1,2", `"1,2"`},
		{false, `{"type":["string","array"]}`, "v=1,2", `"1,2"`},
		{true, integersSchema, "v=1,2", `["1,2"]`},
		{false, `{"type":["object","null"],"additionalProperties":{"type":"integer"}}`, "v=a,1", `{"a":1}`},
		{false, `{"type":["object","array"]}`, "v=a,1", `["a","1"]`},
		{false, `{"type":["object","string"]}`, "v=a,1", `"a,1"`},
	}
	for _, test := range tests {
		t.Run(test.schema+"/"+test.query, func(t *testing.T) {
			p := parameterStyle{name: "v", in: "query", style: "form", explode: test.explode}
			value, _, err := p.decode(sourceOf(t, p, test.query), compileText(t, test.schema))
			require.NoError(t, err)
			assert.Equal(t, test.want, toJSON(t, value))
		})
	}
}

func TestDecodeCollectsAnExplodedObject(t *testing.T) {
	const schema = `{
		"allOf": [{"$ref": "#/$defs/paging"}, {"properties": {"tags": {"type": "array", "items": {"type": "integer"}}}}],
		"anyOf": [{"properties": {"name": {"type": "string"}}}, {"properties": {"exact": {"type": "boolean"}}}],
		"$defs": {"paging": {"type": "object", "properties": {"limit": {"type": "integer"}}}}
	}`
	p := parameterStyle{name: "filter", in: "query", style: "form", explode: true}
	query := "other=1&limit=5&tags=1&exact=true&tags=2&filter=x&name=7"
	value, present, err := p.decode(sourceOf(t, p, query), compileText(t, schema))
	require.NoError(t, err)
	assert.True(t, present)
	assert.JSONEq(t, `{"exact":true,"limit":5,"name":"7","tags":[1,2]}`, toJSON(t, value))
}

func TestDecodeReadsDeepObjects(t *testing.T) {
	const schema = `{
		"type": "object",
		"properties": {
			"a": {"type": "integer"},
			"b": {"type": "object", "properties": {"c": {"type": "boolean"}}, "additionalProperties": {"type": "number"}},
			"tags": {"type": "array", "items": {"type": "integer"}},
			"either": {"oneOf": [{"type": "object", "properties": {"x": {"type": "integer"}}}, {"type": "object", "properties": {"y": {"type": "integer"}}}]}
		}
	}`
	tests := []struct{ query, want string }{
		{"filter[a]=1&filter[b][c]=true&filter[b][d]=1.5", `{"a":1,"b":{"c":true,"d":1.5}}`},
		{"filter[tags]=1&filter[tags]=2", `{"tags":[1,2]}`},
		{"filter[tags][]=1&filter[tags][]=2", `{"tags":[1,2]}`},
		{"filter[tags][]=1", `{"tags":[1]}`},
		{"filter[tags]=1", `{"tags":[1]}`},
		{"filter[a][]=1", `{"a":["1"]}`},
		{"filter[either][y]=1", `{"either":{"y":1}}`},
		{"filter[other]=1&x[a]=2&filters[a]=3&filter[a=4&filter[a]b=5&filter]=6", `{"other":"1"}`},
		{"filter[][a]=1", `{"":{"a":"1"}}`},
		{"filter=1", `"1"`},
	}
	for _, test := range tests {
		t.Run(test.query, func(t *testing.T) {
			p := parameterStyle{name: "filter", in: "query", style: "deepObject", explode: true}
			value, present, err := p.decode(sourceOf(t, p, test.query), compileText(t, schema))
			require.NoError(t, err)
			assert.True(t, present)
			assert.Equal(t, test.want, toJSON(t, value))
		})
	}
}

func TestDecodeReadsJSONContent(t *testing.T) {
	// The schema does not matter: JSON says itself what its types are.
	schema := compileText(t, stringSchema)
	tests := []struct{ in, text, want string }{
		{"path", "%7B%22a%22:5%7D", `{"a":5}`},
		{"query", "x=1&filter=%7B%22a%22%3A+5%7D", `{"a":5}`},
		{"header", ` {"a": 5} `, `{"a":5}`},
		{"cookie", "filter=%7B%22a%22:5%7D", `{"a":5}`},
	}
	for _, test := range tests {
		t.Run(test.in, func(t *testing.T) {
			p := parameterStyle{name: "filter", in: test.in, json: true}
			value, present, err := p.decode(sourceOf(t, p, test.text), schema)
			require.NoError(t, err)
			assert.True(t, present)
			assert.Equal(t, test.want, toJSON(t, value))
		})
	}
	t.Run("header in two fields", func(t *testing.T) {
		p := parameterStyle{name: "filter", in: "header", json: true}
		value, _, err := p.decode(textSource{header: []string{"[1", "2]"}}, schema)
		require.NoError(t, err)
		assert.Equal(t, `[1,2]`, toJSON(t, value))
	})
}

func TestDecodeRefusesWhatIsNoValue(t *testing.T) {
	deep := "v" + strings.Repeat("[a]", maxFieldDepth+1) + "=1"
	tests := []struct {
		in, style string
		explode   bool
		schema    string
		text      string
		message   string
	}{
		{"query", "form", true, integerSchema, "v=1&v=2", `"v" is given 2 times`},
		{"query", "form", true, `{"type":"object","properties":{"a":{"type":"integer"}}}`, "a=1&a=2&a=3", `"a" is given 3 times`},
		{"query", "form", false, integersSchema, "v=1&v=2", `"v" is given 2 times`},
		{"query", "form", false, colorSchema, "v=R,100,G", `"v" has an odd number of parts, 3: names and values must alternate`},
		{"query", "form", false, colorSchema, "v=R,100,R,200", `"v[R]" is given 2 times`},
		{"query", "pipeDelimited", false, colorSchema, "v=R", `"v" has an odd number of parts, 1: names and values must alternate`},
		{"query", "deepObject", true, colorSchema, "v[R]=1&v[R]=2", `"v[R]" is given 2 times`},
		{"query", "deepObject", true, colorSchema, "v[x][y]=1&v[x]=2", `"v[x]" is given both as a value and as an object`},
		{"query", "deepObject", true, colorSchema, "v=1&v[x]=2", `"v" is given both as a value and as an object`},
		{"query", "deepObject", true, colorSchema, deep, `"v" is nested too deeply`},
		{"path", "simple", false, stringSchema, "%zz", `"v" has an invalid URL escape "%zz"`},
		{"path", "simple", false, stringsSchema, "a,b%", `"v" has an invalid URL escape "%"`},
		{"path", "simple", true, colorSchema, "%f=1", `"v" has an invalid URL escape "%f"`},
		{"path", "simple", true, colorSchema, "R=%f", `"v" has an invalid URL escape "%f"`},
		{"path", "simple", false, stringSchema, "%FF", `"v" is not valid UTF-8`},
		{"path", "label", false, stringSchema, "blue", `"v" must start with "."`},
		{"path", "matrix", false, stringSchema, "v=blue", `"v" must start with ";"`},
		{"path", "matrix", true, stringSchema, ";w=blue", `"v" must be written as ";v=value"`},
		{"path", "matrix", true, stringSchema, ";v=blue;v=red", `"v" is given 2 times`},
		{"path", "matrix", true, stringSchema, ";v=%", `"v" has an invalid URL escape "%"`},
		{"header", "simple", false, stringSchema, "\xff", `"v" is not valid UTF-8`},
		{"cookie", "form", true, stringSchema, "v=%", `"v" has an invalid URL escape "%"`},
		{"cookie", "form", true, stringsSchema, "v=%", `"v" has an invalid URL escape "%"`},
		{"cookie", "form", true, colorSchema, "R=%", `"v" has an invalid URL escape "%"`},
		{"cookie", "deepObject", true, colorSchema, "v[R]=%", `"v" has an invalid URL escape "%"`},
		{"cookie", "form", true, stringSchema, "v=1; v=2", `"v" is given 2 times`},
	}
	for _, test := range tests {
		t.Run(test.in+"/"+test.style+"/"+test.text, func(t *testing.T) {
			p := parameterStyle{name: "v", in: test.in, style: test.style, explode: test.explode}
			value, present, err := p.decode(sourceOf(t, p, test.text), compileText(t, test.schema))
			require.EqualError(t, err, test.message)
			assert.True(t, present)
			assert.Nil(t, value)
		})
	}
}

func TestDecodeRefusesBrokenJSONContent(t *testing.T) {
	schema := compileText(t, `{}`)
	p := parameterStyle{name: "v", in: "query", json: true}
	for text, message := range map[string]string{
		"v=a=b":   `"v" is not JSON: Expecting value: line 1 column 1 (char 0)`, // and no hint at a form
		"v=1&v=2": `"v" is given 2 times`,
	} {
		value, present, err := p.decode(sourceOf(t, p, text), schema)
		require.EqualError(t, err, message)
		assert.True(t, present)
		assert.Nil(t, value)
	}
	_, _, err := p.decode(sourceOf(t, p, "v="), schema)
	var fault *SyntaxError
	require.ErrorAs(t, err, &fault)

	p.in = "path"
	_, _, err = p.decode(textSource{path: "%"}, schema)
	require.EqualError(t, err, `"v" has an invalid URL escape "%"`)
}

func TestDecodeJoinsHeaderFields(t *testing.T) {
	p := parameterStyle{name: "X-V", in: "header", style: "simple"}
	value, _, err := p.decode(textSource{header: []string{"1, 2", "3"}}, compileText(t, integersSchema))
	require.NoError(t, err)
	assert.Equal(t, `[1,2,3]`, toJSON(t, value))

	value, _, err = p.decode(textSource{header: []string{"R,1", "G,2"}}, compileText(t, colorSchema))
	require.NoError(t, err)
	assert.Equal(t, `{"G":2,"R":1}`, toJSON(t, value))

	value, _, err = p.decode(textSource{header: []string{"Basic", "ApiKey "}}, compileText(t, stringSchema))
	require.NoError(t, err)
	assert.Equal(t, `"Basic, ApiKey"`, toJSON(t, value))

	_, present, err := p.decode(textSource{header: []string{"1", "2"}}, compileText(t, integerSchema))
	require.EqualError(t, err, `"X-V" is given 2 times`)
	assert.True(t, present)
}

func TestParseRawQuery(t *testing.T) {
	query, err := parseRawQuery("b=1&a=%2C+x&&%61&=v&b=2=3")
	require.NoError(t, err)
	assert.Equal(t, rawQuery{{"b", "1"}, {"a", "%2C+x"}, {"a", ""}, {"", "v"}, {"b", "2=3"}}, query)

	query, err = parseRawQuery("")
	require.NoError(t, err)
	assert.Empty(t, query)

	for text, message := range map[string]string{
		"a=1&b=%zz":                  `"b" has an invalid URL escape "%zz"`,
		"%zz=1":                      `"%zz" has an invalid URL escape "%zz"`,
		"a=%FF":                      `"a" is not valid UTF-8`,
		"a=\xff":                     `"a" is not valid UTF-8`,
		strings.Repeat("a&", 1000):   ``,
		strings.Repeat("a&", 1001):   `more than 1000 name=value pairs`,
		strings.Repeat("&", 100_000): ``,
	} {
		_, err := parseRawQuery(text)
		if message == "" {
			require.NoError(t, err)
		} else {
			require.EqualError(t, err, message)
		}
	}
}

func TestParseCookies(t *testing.T) {
	cookies := parseCookies([]string{`a=1;b="x y"; c ; d=e=f`, `a=2; e="; f=%`})
	assert.Equal(t, []textPair{{"a", "1"}, {"b", "x y"}, {"d", "e=f"}, {"a", "2"}, {"e", `"`}, {"f", "%"}}, cookies)
	assert.Empty(t, parseCookies(nil))
}

func TestTypesAt(t *testing.T) {
	const tree = `{"type":"object","properties":{"next":{"$ref":"#"},"size":{"type":"integer"}},"additionalProperties":{"type":["array","null"]}}`
	size, next, other := propertyStep("size"), propertyStep("next"), propertyStep("other")
	tests := []struct {
		schema string
		path   []schemaStep
		want   jsonTypes
	}{
		{tree, nil, mayBeObject},
		{tree, []schemaStep{next, next, size}, mayBeInteger},
		{tree, []schemaStep{next, other}, mayBeArray | mayBeNull},
		{tree, []schemaStep{size, other}, mayBeAnything},
		{tree, []schemaStep{itemStep(0)}, mayBeAnything},
		{`{"properties":{"a":true}}`, nil, mayBeObject},
		{`{"properties":{"a":true}}`, []schemaStep{propertyStep("a")}, mayBeAnything},
		{`{"enum":[["a"],{"b":1},false]}`, nil, mayBeArray | mayBeObject | mayBeBoolean},
		{`{"type":["number","null"],"enum":[1,null]}`, nil, mayBeNumber | mayBeNull},
		{`{"const":1.5}`, nil, mayBeNumber},
		{`{"anyOf":[{"type":"string"},{"allOf":[{"type":"number"},{"type":"integer"}]}]}`, nil, mayBeString | mayBeListedString | mayBeInteger},
		{`{"prefixItems":[{"type":"null"}],"items":{"items":{"type":"boolean"}}}`, []schemaStep{itemStep(0)}, mayBeNull},
		{`{"prefixItems":[{"type":"null"}],"items":{"items":{"type":"boolean"}}}`, []schemaStep{itemStep(1), itemStep(9)}, mayBeBoolean},
	}
	for _, test := range tests {
		assert.Equal(t, test.want, typesAt(compileText(t, test.schema), test.path...), "%s %v", test.schema, test.path)
	}
	assert.Equal(t, mayBeAnything, typesAt(nil))
}

func TestDecodeOfAScalarAllocatesOnlyTheValue(t *testing.T) {
	number := compileText(t, `{"$ref":"#/$defs/limit","$defs":{"limit":{"type":"integer","minimum":1}}}`)
	boolean := compileText(t, `{"anyOf":[{"type":"boolean"},{"type":"null"}]}`)
	query := textSource{query: rawQuery{{"offset", "5"}, {"limit", "true"}}}
	tests := []struct {
		style  parameterStyle
		source textSource
		schema *jsonschema.Schema
		want   float64
	}{
		{parameterStyle{name: "limit", in: "query", style: "form", explode: true}, query, boolean, 0},
		{parameterStyle{name: "limit", in: "query", style: "form"}, query, boolean, 0},
		{parameterStyle{name: "offset", in: "query", style: "form", explode: true}, query, number, 1},
		{parameterStyle{name: "id", in: "path", style: "simple"}, textSource{path: "5"}, number, 1},
		{parameterStyle{name: "id", in: "header", style: "simple"}, textSource{header: []string{"true"}}, boolean, 0},
		{parameterStyle{name: "limit", in: "cookie", style: "form", explode: true}, textSource{cookies: query.query}, boolean, 0},
	}
	for _, test := range tests {
		got := testing.AllocsPerRun(100, func() {
			if _, _, err := test.style.decode(test.source, test.schema); err != nil {
				t.Fatal(err)
			}
		})
		assert.LessOrEqual(t, got, test.want, "%+v", test.style)
	}
}

// What a client writes in form style is what decode reads.
func TestFormStyleRoundTrip(t *testing.T) {
	schemas := map[string]*jsonschema.Schema{
		"string":  compileText(t, stringSchema),
		"integer": compileText(t, integerSchema),
		"boolean": compileText(t, `{"type": "boolean"}`),
		"array":   compileText(t, integersSchema),
		"texts":   compileText(t, stringsSchema),
		"object":  compileText(t, `{"type":"object","properties":{"a":{"type":"string"},"b":{"type":"integer"},"c":{"type":"boolean"}}}`),
	}
	text := rapid.String()
	integer := rapid.Map(rapid.Int(), func(i int) any { return json.Number(fmt.Sprint(i)) })
	// A list of one empty text is written like an empty list.
	texts := rapid.SliceOfN(text.AsAny(), 1, 10).Filter(func(items []any) bool { return !slices.Equal(items, []any{""}) })
	values := map[string]*rapid.Generator[any]{
		"string":  text.AsAny(),
		"integer": integer,
		"boolean": rapid.Bool().AsAny(),
		"array":   rapid.SliceOfN(integer, 1, 10).AsAny(),
		"texts":   texts.AsAny(),
		"object": rapid.Custom(func(t *rapid.T) any {
			return map[string]any{"a": text.Draw(t, "a"), "b": integer.Draw(t, "b"), "c": rapid.Bool().Draw(t, "c")}
		}),
	}
	kinds := []string{"string", "integer", "boolean", "array", "texts", "object"}
	rapid.Check(t, func(t *rapid.T) {
		kind := rapid.SampledFrom(kinds).Draw(t, "kind")
		value := values[kind].Draw(t, "value")
		p := parameterStyle{
			name: "p" + rapid.String().Draw(t, "name"), in: "query", style: "form",
			explode: rapid.Bool().Draw(t, "explode"),
		}

		query, err := parseRawQuery("before=1&" + encodeForm(p, value) + "&after=2")
		require.NoError(t, err)
		got, present, err := p.decode(textSource{query: query}, schemas[kind])
		require.NoError(t, err)
		require.True(t, present)
		require.Equal(t, value, got)
	})
}

// encodeForm writes a parameter in form style, as RFC 6570 and OpenAPI say.
func encodeForm(p parameterStyle, value any) string {
	name := url.QueryEscape(p.name)
	var parts []string
	separator := ","
	switch value := value.(type) {
	case []any:
		for _, item := range value {
			part := url.QueryEscape(fmt.Sprint(item))
			if p.explode {
				part, separator = name+"="+part, "&"
			}
			parts = append(parts, part)
		}
	case map[string]any:
		between := ","
		if p.explode {
			between, separator = "=", "&"
		}
		for member, item := range value {
			parts = append(parts, url.QueryEscape(member)+between+url.QueryEscape(fmt.Sprint(item)))
		}
	default:
		return name + "=" + url.QueryEscape(fmt.Sprint(value))
	}
	text := strings.Join(parts, separator)
	if p.explode {
		return text
	}
	return name + "=" + text
}

// Whatever text comes in, decode neither panics nor makes a value that is no
// JSON or out of proportion to the text.
func FuzzDecodeParameter(f *testing.F) {
	schemas := []*jsonschema.Schema{nil}
	for _, text := range []string{
		stringSchema, integerSchema, stringsSchema, integersSchema, colorSchema, `{}`, `false`,
		`{"type":["array","object","integer","null"]}`,
		`{"anyOf":[{"$ref":"#"},{"type":"integer"},{"properties":{"a":{"$ref":"#"}}}]}`,
	} {
		schemas = append(schemas, compileText(f, text))
	}
	places := []string{"path", "query", "header", "cookie"}
	styles := []string{"simple", "label", "matrix", "form", "spaceDelimited", "pipeDelimited", "deepObject", ""}
	for _, text := range []string{
		"v=1&v=2", "v=a,1,b,2", "v[a][b]=1&v[]=2", ".a.b=1", ";v=1;v=2", "a=1,b=2", "%zz", "v=%ff", `{"a":1}`, "v={}", `v="x"; v=1`, "",
	} {
		for i := range places {
			f.Add(text, uint(i), uint(i*3), uint(i*5), true, false)
		}
	}
	f.Fuzz(func(t *testing.T, text string, place, style, schema uint, explode, isJSON bool) {
		p := parameterStyle{
			name: "v", in: places[place%uint(len(places))], style: styles[style%uint(len(styles))],
			explode: explode, json: isJSON,
		}
		source := textSource{path: text, header: []string{text, text}, cookies: parseCookies([]string{text})}
		source.query, _ = parseRawQuery(text)
		value, present, err := p.decode(source, schemas[schema%uint(len(schemas))])
		if err != nil || !present {
			require.Nil(t, value)
			return
		}
		written, err := AppendJSON(nil, value)
		require.NoError(t, err)
		// An escape of JSON is six bytes, an item brings quotes and a comma.
		require.LessOrEqual(t, len(written), 2*10*(len(text)+1))
	})
}

func BenchmarkDecodeParameter(b *testing.B) {
	schema := compileText(b, `{"type":"integer","minimum":1}`)
	p := parameterStyle{name: "limit", in: "query", style: "form", explode: true}
	source := sourceOf(b, p, "offset=10&limit=5")
	b.ReportAllocs()
	for b.Loop() {
		if _, _, err := p.decode(source, schema); err != nil {
			b.Fatal(err)
		}
	}
}
