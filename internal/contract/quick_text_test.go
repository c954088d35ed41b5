package contract

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"understudy"
)

// FuzzAccepts holds the walk over raw text against the strict reader and the full
// engine, by schemas that are drawn and those of the embedded document: what the
// walk accepts, both must. Texts are valid values with a few bytes changed, and
// whatever the fuzzer comes up with.
func FuzzAccepts(f *testing.F) {
	for i, text := range acceptedTexts {
		f.Add(i, []byte(text))
	}
	embedded := embeddedSchemas(f)
	cases := rapid.Custom(anySchemaCase)
	f.Fuzz(func(t *testing.T, seed int, text []byte) {
		for _, schema := range embedded {
			acceptsNoMore(t, schema, text)
		}
		random := rand.New(rand.NewPCG(uint64(seed), uint64(len(text))))
		c := cases.Example(seed)
		drawn, _ := compileBoth(t, c.schema)
		acceptsNoMore(t, drawn, text)
		for _, value := range c.values {
			whole := []byte(written(t, value))
			acceptsNoMore(t, drawn, whole)
			for range 8 {
				acceptsNoMore(t, drawn, mutated(random, whole))
			}
		}
		for _, schema := range embedded {
			acceptsNoMore(t, schema, mutated(random, text))
		}
	})
}

// acceptsNoMore fails when a text is accepted that is not valid.
func acceptsNoMore(t require.TestingT, schema *Schema, text []byte) {
	if !schema.Accepts(text) {
		return
	}
	value, err := DecodeJSON(text)
	require.NoError(t, err, "accepted, and is not strict JSON: %q", text)
	require.NoError(t, schema.Compiled().Validate(value), "accepted by %s, and is not valid: %q", schema.Node().Pointer(), text)
}

// mutated is a text with a few bytes changed, left out, or there twice.
func mutated(random *rand.Rand, text []byte) []byte {
	const pieces = "{}[]\",:\\u09-+.eE \tntf\x00\xff"
	text = slices.Clone(text)
	for range 1 + random.IntN(3) {
		if len(text) == 0 {
			return text
		}
		at := random.IntN(len(text))
		end := at + random.IntN(min(12, len(text)-at)) + 1
		switch random.IntN(4) {
		case 0:
			text = slices.Delete(text, at, end)
		case 1:
			text = slices.Insert(text, at, slices.Clone(text[at:end])...)
		case 2:
			text[at] = pieces[random.IntN(len(pieces))]
		default:
			text = slices.Insert(text, at, pieces[random.IntN(len(pieces))])
		}
	}
	return text
}

// embeddedSchemas are those of the bodies of the embedded document, which is of 3.1.
func embeddedSchemas(tb testing.TB) []*Schema {
	tb.Helper()
	c, err := LoadProven("openapi.yaml", understudy.OpenAPI)
	require.NoError(tb, err)
	var schemas []*Schema
	for _, op := range c.Operations {
		for _, r := range op.Responses {
			for _, media := range r.Content {
				schemas = append(schemas, media.Schema)
			}
		}
		if op.Body != nil {
			schemas = append(schemas, op.Body.Content[0].Schema)
		}
	}
	return schemas
}

// acceptedTexts are each valid by some schema of the embedded document.
var acceptedTexts = []string{
	`{"domain":"e.example.com"}`,
	" {\"domain\" :\t\"e\\u00e9\\n\" , \"more\": [ {\"a\": -1.5}, [], true, false, null ] } ",
	`{"id":"019a5d02-7c1e-0000-8a4b-2f6d1c0e9b73","domain":"t.example","target_cname":"a.","status":"waiting","message":null,"created_at":"2026-11-07T09:30:12.481120Z","updated_at":"2026-02-28T00:00:00+01:00","created_by":-1}`,
	`{"count":0,"next":null,"previous":"http://localhost/?limit=1","results":[]}`,
	`{"type":"server_error","code":"error","detail":"é","attr":null}`,
}

// responseSchema is the first of the schemas that stands under a name.
func responseSchema(schemas []*Schema, name string) *Schema {
	return schemas[slices.IndexFunc(schemas, func(s *Schema) bool { return s.Node().Pointer() == "/components/schemas/"+name })]
}

func TestAcceptsIsCertain(t *testing.T) {
	schemas := embeddedSchemas(t)
	accepted := func(text string) bool {
		return slices.ContainsFunc(schemas, func(s *Schema) bool {
			return !s.Accepts([]byte(`{}`)) && s.Accepts([]byte(text)) // a change may change nothing at all
		})
	}
	for _, text := range []string{
		``, ` `, `{`, `{}`, `[]`, `{"domain":""}`, `{"domain":null}`, `{"domain":"a","domain":"b"}`, `{"domain":"a"}x`, `{"domain":"a","n":1e9}`,
		`{"domain":"a","n":{"b":1,"b":1}}`, "{\"domain\":\"\xff\"}", `{"domain":"\ud800"}`, `{"dom\u0061in":1}`, "\ufeff{\"domain\":\"a\"}", `{"domain":"a",}`,
		`{"count":-1,"next":null,"previous":null,"results":[]}`, `{"count":1.0,"next":null,"previous":null,"results":[]}`,
		`{"count":0,"next":null,"previous":null,"results":[{}]}`, `{"type":"other","code":"error","detail":"a","attr":null}`,
	} {
		for _, s := range schemas {
			acceptsNoMore(t, s, []byte(text))
		}
		assert.False(t, accepted(text), text)
	}
	for i, text := range acceptedTexts {
		assert.Equal(t, i == 2, responseSchema(schemas, "ProxyRecord").Accepts([]byte(text)), text)
		assert.True(t, accepted(text), text)
	}
}

// The formats that are judged by their bytes are judged no milder than by the engine.
func TestPlainFormats(t *testing.T) {
	schemas := map[string]*Schema{}
	for _, format := range []string{"uuid", "date-time"} {
		schemas[format], _ = compileBoth(t, dict{"type": "string", "format": format})
	}
	for text, format := range map[string]string{
		"019a5d02-7c1e-0000-8a4b-2f6d1c0e9b73": "uuid", "019A5D02-7C1E-0000-8A4B-2F6D1C0E9B73": "uuid", "019a5d02-7c1e-0000-8a4b-2f6d1c0e9b7g": "uuid",
		"2026-11-07T09:30:12Z": "date-time", "2026-11-07T09:30:12.5Z": "date-time", "2024-02-29T23:59:60Z": "date-time", "2026-02-30T09:30:12Z": "date-time",
		"2026-13-07T09:30:12Z": "date-time", "2026-00-07T09:30:12Z": "date-time", "2026-11-00T09:30:12Z": "date-time", "2026-11-07T24:30:12Z": "date-time",
		"2026-11-07T09:60:12Z": "date-time", "2026-11-07T09:30:12.Z": "date-time", "2026-11-07T09:30:12": "date-time", "2026-11-07T09:30:12+23:00": "date-time",
	} {
		quoted := AppendJSONString(nil, text)
		assert.Equal(t, schemas[format].Compiled().Validate(text) == nil, schemas[format].Accepts(quoted), text)
	}
}

// Where a schema admits anything, syntax alone decides.
func TestAcceptsStrictSyntax(t *testing.T) {
	anything, _ := compileBoth(t, dict{})
	for _, text := range []string{
		`0`, `-0`, `10.50`, `""`, `"a\"\\\/\b\f\n\r\t\u00e9"`, `"\ud83d\ude00"`, `"é€😀"`, ` [ ] `, "[1,\t2\r\n]", `{"a":{"a":1},"b":[{"a":1},{"a":1}]}`, `{"":null}`, "true", "false", "null",
	} {
		assert.True(t, anything.Accepts([]byte(text)), text)
		acceptsNoMore(t, anything, []byte(text))
	}
	for _, text := range []string{
		`01`, `-`, `-01`, `1.`, `.5`, `+1`, `1e3`, `1E3`, `1.5e-3`, `1x`, `0x1`, `NaN`, `nul`, `nulll`, `True`, `"`, `"a`, `"\x"`, `"\u12g4"`, `"\u123"`, `"\ud83d"`, `"\udc00\ud800"`, "\"\n\"", "\"\x1f\"", "\"\xc0\x80\"", "\"\xed\xa0\x80\"", `'a'`,
		`[`, `[1`, `[1,`, `[1,]`, `[,1]`, `[1 2]`, `[1}`, `]`, `{"a"}`, `{"a":}`, `{"a":1,}`, `{"a":1 "b":2}`, `{a:1}`, `{1:1}`, `{"a":1]`, `{"a":1,"a":2}`, `{"a":1,"b":2,"a":3}`, `{"a":1,"\u0061":2}`, `{"\u0061":1}`, "1 2", "{}{}", "\ufeff1", "\x00", "1\x00",
	} {
		assert.False(t, anything.Accepts([]byte(text)), text)
	}
}

// However many members an object has, one that is there twice is noticed.
func TestAcceptsNoMemberTwice(t *testing.T) {
	properties := dict{}
	for i := range 100 {
		properties[fmt.Sprintf("m%d", i)] = dict{"type": "integer"}
	}
	many, _ := compileBoth(t, dict{"type": "object", "properties": properties, "required": []any{"m7", "other", "m7", "m99"}})
	members := make([]string, 0, len(properties)+2)
	for name := range properties {
		members = append(members, strconv.Quote(name)+":1")
	}
	members = append(members, `"other":"x"`)
	assert.True(t, many.Accepts([]byte("{"+strings.Join(members, ",")+"}")))
	for i := range members {
		assert.False(t, many.Accepts([]byte("{"+strings.Join(members, ",")+","+members[i]+"}")), members[i])
	}
	for _, name := range []string{"m7", "m99", "other"} {
		without := slices.DeleteFunc(slices.Clone(members), func(member string) bool { return strings.HasPrefix(member, strconv.Quote(name)) })
		assert.False(t, many.Accepts([]byte("{"+strings.Join(without, ",")+"}")), name)
	}
}

// What a schema is composed of is all judged.
func TestAcceptsComposed(t *testing.T) {
	schema, _ := compileBoth(t, dict{
		"allOf": []any{dict{"properties": dict{"a": dict{"type": "string"}}}, dict{"required": []any{"b"}}},
		"anyOf": []any{dict{"properties": dict{"b": dict{"type": "integer"}}}, dict{"properties": dict{"b": dict{"type": "boolean"}}}},
	})
	for text, accepted := range map[string]bool{
		`{"a":"x","b":1}`: true, `{"b":true}`: true, `{"a":1,"b":1}`: false, `{"a":"x"}`: false, `{"b":"x"}`: false, `{"b":1,"b":true}`: false, `{"b":1`: false,
	} {
		assert.Equal(t, accepted, schema.Accepts([]byte(text)), text)
	}
}
