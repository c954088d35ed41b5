package contract

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// petSchema is the schema of the forms in these tests.
const petSchema = `{
	"type": "object",
	"properties": {
		"name": {"type": "string"},
		"age": {"type": "integer"},
		"tame": {"type": ["boolean", "null"]},
		"tags": {"type": "array", "items": {"type": "string"}},
		"scores": {"$ref": "#/$defs/scores"},
		"raw[]": {"type": "string"},
		"owner": {"type": "object", "properties": {"id": {"type": "integer"}}}
	},
	"additionalProperties": {"type": "number"},
	"$defs": {"scores": {"type": "array", "items": {"type": "integer"}}}
}`

func TestDecodeForm(t *testing.T) {
	tests := []struct{ body, want string }{
		{"", `{}`},
		{"name=e.example.com", `{"name":"e.example.com"}`},
		{"name=5&age=5&tame=true", `{"age":5,"name":"5","tame":true}`},
		{"n%61me=a+b%2B%C3%A9&tame=", `{"name":"a b+é","tame":null}`},
		{"age=old", `{"age":"old"}`},
		{"tags=a&scores=1&tags=b", `{"scores":[1],"tags":["a","b"]}`},
		{"tags[]=a&scores%5B%5D=1&scores=2", `{"scores":[1,2],"tags":["a"]}`},
		{"age[]=1", `{"age[]":1}`},
		{"raw[]=1", `{"raw[]":"1"}`},
		{"weight=1.5", `{"weight":1.5}`},
		{"name", `{"name":""}`},
		{"&name=a&", `{"name":"a"}`},
	}
	schema := compileText(t, petSchema)
	for _, test := range tests {
		t.Run(test.body, func(t *testing.T) {
			value, err := decodeForm([]byte(test.body), schema)
			require.NoError(t, err)
			assert.Equal(t, test.want, toJSON(t, value))
		})
	}
}

func TestDecodeFormWithoutASchema(t *testing.T) {
	value, err := decodeForm([]byte("a=1&b=2&b=3&c[]=4"), nil)
	require.NoError(t, err)
	assert.JSONEq(t, `{"a":"1","b":["2","3"],"c":["4"]}`, toJSON(t, value))
}

func TestDecodeFormRefusesWhatIsNoForm(t *testing.T) {
	schema := compileText(t, petSchema)
	for body, message := range map[string]string{
		"name=a&name=b":              `"name" is given 2 times`,
		"age=1&name=a&age=2&name=b":  `"age" is given 2 times`,
		"name=%zz":                   `"name" has an invalid URL escape "%zz"`,
		"name=%FF":                   `"name" is not valid UTF-8`,
		"\xff=1":                     `"` + "\ufffd" + `" is not valid UTF-8`,
		strings.Repeat("a=1&", 1001): `more than 1000 name=value pairs`,
	} {
		value, err := decodeForm([]byte(body), schema)
		require.EqualError(t, err, message)
		assert.Nil(t, value)
	}
}

// multipartBody joins parts, each a header and a content, with the boundary "b".
func multipartBody(parts ...[2]string) string {
	var body strings.Builder
	for _, part := range parts {
		fmt.Fprintf(&body, "--b\r\n%s\r\n\r\n%s\r\n", part[0], part[1])
	}
	return body.String() + "--b--\r\n"
}

// field is the header of a part.
func field(name string, more ...string) string {
	return strings.Join(append([]string{`Content-Disposition: form-data; name="` + name + `"`}, more...), "\r\n")
}

func TestDecodeMultipart(t *testing.T) {
	const isJSON = "Content-Type: application/json; charset=utf-8"
	file := `Content-Disposition: form-data; name="name"; filename="a.txt"`
	tests := []struct{ name, body, want string }{
		{"empty body", "", `{}`},
		{"no parts", multipartBody(), `{}`},
		{"text", multipartBody([2]string{field("name"), "5"}, [2]string{field("age"), "5"}), `{"age":5,"name":"5"}`},
		{"preamble", "hello\r\n" + multipartBody([2]string{field("name"), "é\r\n"}) + "bye", `{"name":"é\r\n"}`},
		{"bare newlines", strings.ReplaceAll(multipartBody([2]string{field("name"), "a"}), "\r\n", "\n"), `{"name":"a"}`},
		{"repeated", multipartBody([2]string{field("scores"), "1"}, [2]string{field("scores"), "2"}), `{"scores":[1,2]}`},
		{"list of one", multipartBody([2]string{field("scores[]"), "1"}), `{"scores":[1]}`},
		{"JSON object", multipartBody([2]string{field("owner", isJSON), `{"id": 1}`}), `{"owner":{"id":1}}`},
		{"JSON string", multipartBody([2]string{field("age", isJSON), `"5"`}), `{"age":"5"}`},
		{"JSON array", multipartBody([2]string{field("scores", isJSON), `[1, 2]`}), `{"scores":[1,2]}`},
		{"JSON null", multipartBody([2]string{field("tags", isJSON), `null`}), `{"tags":[null]}`},
		{"JSON items", multipartBody([2]string{field("scores", isJSON), `1`}, [2]string{field("scores"), `2`}), `{"scores":[1,2]}`},
		{"file", multipartBody([2]string{file + "\r\nContent-Type: text/plain", "a\nb"}), `{"name":"a\nb"}`},
		{"odd content type", multipartBody([2]string{field("name", "Content-Type: ;"), "a"}), `{"name":"a"}`},
		{"quoted-printable", multipartBody([2]string{field("name", "Content-Transfer-Encoding: quoted-printable"), "=C3=A9"}), `{"name":"é"}`},
	}
	schema := compileText(t, petSchema)
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			value, err := decodeMultipart([]byte(test.body), "b", schema)
			require.NoError(t, err)
			assert.Equal(t, test.want, toJSON(t, value))
		})
	}
}

func TestDecodeMultipartKeepsABinaryFile(t *testing.T) {
	body := multipartBody([2]string{`Content-Disposition: form-data; name="name"; filename="a"`, "\xff\x00\r\n"})
	value, err := decodeMultipart([]byte(body), "b", compileText(t, petSchema))
	require.NoError(t, err)
	assert.Equal(t, map[string]any{"name": "\xff\x00\r\n"}, value)
}

func TestDecodeMultipartRefusesWhatIsNoForm(t *testing.T) {
	const missing = "Invalid multipart: the closing boundary is missing"
	part := [2]string{field("name"), "a"}
	whole := multipartBody(part)
	tests := []struct{ name, body, boundary, message string }{
		{"no boundary", whole, "", "Invalid boundary in multipart: None"},
		{"boundary of bad characters", whole, "a\"é", `Invalid boundary in multipart: "a\"é"`},
		{"boundary with a space at its end", whole, "a ", `Invalid boundary in multipart: "a "`},
		{"long boundary", whole, strings.Repeat("a", 201), `Invalid boundary in multipart: "` + strings.Repeat("a", 64) + `…"`},
		{"another boundary", whole, "c", missing},
		{"not multipart", "name=a", "b", missing},
		{"cut in the content", whole[:len(whole)-10], "b", missing},
		{"cut in the header", "--b\r\nContent-Disposition: form-", "b", missing},
		{"no closing boundary", strings.TrimSuffix(whole, "--b--\r\n"), "b", missing},
		{"broken header", multipartBody([2]string{"Content-Disposition", "a"}), "b", `Invalid multipart: malformed MIME header: missing colon: "Content-Disposition"`},
		{"long broken header", multipartBody([2]string{strings.Repeat("a", 1000), "a"}), "b", `Invalid multipart: malformed MIME header: missing colon: "` + strings.Repeat("a", 89) + "…"},
		{"broken encoding", multipartBody([2]string{field("name", "Content-Transfer-Encoding: quoted-printable"), "\x01"}), "b", "Invalid multipart: quotedprintable: invalid unescaped byte 0x01 in body"},
		{"no name", multipartBody([2]string{"Content-Disposition: form-data", "a"}), "b", "Part without a name in multipart"},
		{"no disposition", multipartBody([2]string{"X: y", "a"}), "b", "Part without a name in multipart"},
		{"broken JSON", multipartBody([2]string{field("age", "Content-Type: application/json"), "a=b"}), "b", `"age" is not JSON: Expecting value: line 1 column 1 (char 0)`},
		{"broken text", multipartBody([2]string{field("name"), "\xff"}), "b", `"name" is not valid UTF-8`},
		{"given twice", multipartBody(part, part), "b", `"name" is given 2 times`},
		{"many parts", multipartBody(repeat(part, 1001)...), "b", "More than 1000 parts in multipart"},
	}
	schema := compileText(t, petSchema)
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			value, err := decodeMultipart([]byte(test.body), test.boundary, schema)
			require.EqualError(t, err, test.message)
			assert.Nil(t, value)
		})
	}
}

func repeat(part [2]string, count int) [][2]string {
	parts := make([][2]string, count)
	for i := range parts {
		parts[i] = part
	}
	return parts
}

func TestDecodeMultipartTakesAThousandParts(t *testing.T) {
	body := multipartBody(repeat([2]string{field("scores"), "1"}, 1000)...)
	value, err := decodeMultipart([]byte(body), "b", compileText(t, petSchema))
	require.NoError(t, err)
	object, ok := value.(map[string]any)
	require.True(t, ok)
	assert.Len(t, object["scores"], 1000)
	assert.Contains(t, object["scores"], json.Number("1"))
}
