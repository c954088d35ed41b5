package contract

import (
	"bytes"
	"encoding/json"
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestDecodeJSONReadsEveryType(t *testing.T) {
	tests := map[string]any{
		`null`:                      nil,
		`true`:                      true,
		` false `:                   false,
		`""`:                        "",
		`"aé\u00e9\ud83d\ude00\n<"`: "aéé😀\n<",
		`0`:                         json.Number("0"),
		`-0`:                        json.Number("-0"),
		`1.50`:                      json.Number("1.50"),
		`1E+2`:                      json.Number("1E+2"),
		`1e-00999`:                  json.Number("1e-00999"),
		`12345678901234567890123`:   json.Number("12345678901234567890123"),
		`[]`:                        []any{},
		`{}`:                        map[string]any{},
		`[1, [true], {"a": null}]`: []any{
			json.Number("1"), []any{true}, map[string]any{"a": nil},
		},
		"\t{\"a\" : {\"b\": [ ]},\r\n\"\": 1}\n": map[string]any{
			"a": map[string]any{"b": []any{}}, "": json.Number("1"),
		},
	}
	for text, want := range tests {
		t.Run(text, func(t *testing.T) {
			got, err := DecodeJSON([]byte(text))
			require.NoError(t, err)
			assert.Equal(t, want, got)
		})
	}
}

func TestDecodeJSONSaysWhatIsWrong(t *testing.T) {
	tests := []struct{ text, message string }{
		{``, `Expecting value: line 1 column 1 (char 0)`},
		{"  ", `Expecting value: line 1 column 3 (char 2)`},
		{`[`, `Expecting value: line 1 column 2 (char 1)`},
		{`]`, `Expecting value: line 1 column 1 (char 0)`},
		{`nul`, `Expecting value: line 1 column 1 (char 0)`},
		{`nulx`, `Expecting value: line 1 column 1 (char 0)`},
		{`'a'`, `Expecting value: line 1 column 1 (char 0)`},
		{`<a href="x">`, `Expecting value: line 1 column 1 (char 0)`},
		{`[1,`, `Expecting value: line 1 column 4 (char 3)`},
		{`[1,,2]`, `Expecting value: line 1 column 4 (char 3)`},
		{`[,1]`, `Expecting value: line 1 column 2 (char 1)`},
		{`{"a":}`, `Expecting value: line 1 column 6 (char 5)`},
		{`{"a":`, `Expecting value: line 1 column 6 (char 5)`},
		{"{\n \"a\": nul}", `Expecting value: line 2 column 7 (char 8)`},
		{`{"é": x}`, `Expecting value: line 1 column 7 (char 6)`},
		{"{\"a\": 1,\r\n\"ключ\":\t😀}", `Expecting value: line 2 column 9 (char 18)`},

		{`{`, `Expecting property name enclosed in double quotes: line 1 column 2 (char 1)`},
		{`{a:1}`, `Expecting property name enclosed in double quotes: line 1 column 2 (char 1)`},
		{`{'a':1}`, `Expecting property name enclosed in double quotes: line 1 column 2 (char 1)`},
		{`{1:2}`, `Expecting property name enclosed in double quotes: line 1 column 2 (char 1)`},
		{`{,}`, `Expecting property name enclosed in double quotes: line 1 column 2 (char 1)`},
		{`{"a":1,2}`, `Expecting property name enclosed in double quotes: line 1 column 8 (char 7)`},
		{`{"a" 1}`, `Expecting ':' delimiter: line 1 column 6 (char 5)`},
		{`{"a"`, `Expecting ':' delimiter: line 1 column 5 (char 4)`},
		{`[1 2]`, `Expecting ',' delimiter: line 1 column 4 (char 3)`},
		{`[1}`, `Expecting ',' delimiter: line 1 column 3 (char 2)`},
		{`["a":1]`, `Expecting ',' delimiter: line 1 column 5 (char 4)`},
		{`{"a":1]`, `Expecting ',' delimiter: line 1 column 7 (char 6)`},
		{`{"a":1`, `Expecting ',' delimiter: line 1 column 7 (char 6)`},
		{`[1, ]`, `Illegal trailing comma before end of array: line 1 column 3 (char 2)`},
		{`{"a":1,}`, `Illegal trailing comma before end of object: line 1 column 7 (char 6)`},

		{`{} {}`, `Extra data: line 1 column 4 (char 3)`},
		{"1\n]", `Extra data: line 2 column 1 (char 2)`},
		{`01`, `Extra data: line 1 column 2 (char 1)`},

		{`-`, `Invalid number: line 1 column 1 (char 0)`},
		{`[1.]`, `Invalid number: line 1 column 2 (char 1)`},
		{`1e`, `Invalid number: line 1 column 1 (char 0)`},
		{`[1e1000]`, `Number out of range: line 1 column 2 (char 1)`},
		{`1E-99999999999999999999`, `Number out of range: line 1 column 1 (char 0)`},
		{`NaN`, `NaN is not JSON: line 1 column 1 (char 0)`},
		{`[Infinity]`, `Infinity is not JSON: line 1 column 2 (char 1)`},
		{`{"a": -Infinity}`, `-Infinity is not JSON: line 1 column 7 (char 6)`},

		{`"abc`, `Unterminated string starting at: line 1 column 1 (char 0)`},
		{`{"a`, `Unterminated string starting at: line 1 column 2 (char 1)`},
		{"\"\xe2", `Unterminated string starting at: line 1 column 1 (char 0)`},
		{"\"a\x01\"", `Invalid control character at: line 1 column 3 (char 2)`},
		{`["\q"]`, `Invalid \escape: line 1 column 3 (char 2)`},
		{`"\u12g4"`, `Invalid \uXXXX escape: line 1 column 2 (char 1)`},
		{`"é\ud800"`, `Unpaired surrogate: line 1 column 3 (char 2)`},
		{`"\udc00\ud800"`, `Unpaired surrogate: line 1 column 2 (char 1)`},
		{`"\ud800\u0041"`, `Unpaired surrogate: line 1 column 2 (char 1)`},
		{`{"\ud800":1}`, `Unpaired surrogate: line 1 column 3 (char 2)`},
		{"[\"a\xff\"]", `Invalid UTF-8: line 1 column 4 (char 3)`},
		{"\"\xed\xa0\x80\"", `Invalid UTF-8: line 1 column 2 (char 1)`},
		{"\xff", `Invalid UTF-8: line 1 column 1 (char 0)`},
		{"\ufeff{}", `Unexpected byte order mark: line 1 column 1 (char 0)`},

		{`{"domain":1,"domain":2}`, `Duplicate name "domain": line 1 column 13 (char 12)`},
		{`{"a":{"b":1, "\u0062":2}}`, `Duplicate name "b": line 1 column 14 (char 13)`},
		{`{"\"":1,"\u0022":2}`, `Duplicate name "\"": line 1 column 9 (char 8)`},
	}
	for _, test := range tests {
		t.Run(test.text, func(t *testing.T) {
			value, err := DecodeJSON([]byte(test.text))
			assert.Nil(t, value)
			require.EqualError(t, err, test.message)
		})
	}
}

func TestDecodeJSONLocatesTheFault(t *testing.T) {
	_, err := DecodeJSON([]byte("{\n\"é\": ?"))
	var fault *SyntaxError
	require.ErrorAs(t, err, &fault)
	assert.Equal(t, &SyntaxError{Offset: 7, Line: 2, Column: 6, Reason: "Expecting value"}, fault)
}

func TestDecodeJSONAllowsTheSameNameInDifferentObjects(t *testing.T) {
	_, err := DecodeJSON([]byte(`{"a":{"a":[{"a":1},{"a":2}]},"b":{"a":1}}`))
	require.NoError(t, err)
}

func TestDecodeJSONClipsALongDuplicateName(t *testing.T) {
	name := `"` + strings.Repeat("é", 1000) + `"`
	_, err := DecodeJSON([]byte(`{` + name + `:1,` + name + `:2}`))
	require.EqualError(t, err, `Duplicate name "`+strings.Repeat("é", maxQuoted)+`…": line 1 column 1007 (char 1006)`)
}

func TestDecodeJSONBoundsTheDepth(t *testing.T) {
	nested := func(depth int) []byte {
		return []byte(strings.Repeat("[", depth-1) + "{}" + strings.Repeat("]", depth-1))
	}
	_, err := DecodeJSON(nested(maxJSONDepth))
	require.NoError(t, err)

	_, err = DecodeJSON(nested(maxJSONDepth + 1))
	require.EqualError(t, err, "Nested too deeply: line 1 column 1001 (char 1000)")

	_, err = DecodeJSON(bytes.Repeat([]byte("["), 1_000_000))
	require.EqualError(t, err, "Nested too deeply: line 1 column 1001 (char 1000)")
}

func TestDecodeJSONHintsAtForms(t *testing.T) {
	const hint = "; the body looks like a form, send it as application/x-www-form-urlencoded or as "
	long := strings.Repeat("x", 100)
	clipped := strings.Repeat("x", maxQuoted) + "…"
	tests := []struct{ body, example string }{
		{`domain=string`, `{"domain": "string"}`},
		{`domain=e.example.com&name=x`, `{"domain": "e.example.com"}`},
		{"domain=string\n", `{"domain": "string"}`},
		{`a%5B%5D=x+y%22`, `{"a[]": "x y\""}`},
		{`name=`, `{"name": ""}`},
		{`a=b=c`, `{"a": "b=c"}`},
		{long + "=" + long, `{"` + clipped + `": "` + clipped + `"}`},
		{"a=" + strings.Repeat("x", 1_000_000), `{"a": "` + clipped + `"}`},
	}
	for _, test := range tests {
		t.Run(test.body[:min(len(test.body), 50)], func(t *testing.T) {
			_, err := DecodeJSON([]byte(test.body))
			require.EqualError(t, err, "Expecting value: line 1 column 1 (char 0)"+hint+test.example)
		})
	}
	for _, body := range []string{
		``, `domain`, `=string`, `a b=c`, `<a b=c`, `<a=b>`, `{a=b}`, `[a=b]`, `{"a":b=c}`, `a="b"`, `a=%zz`, `a=%FF`, "a=\xff", `é=b`,
	} {
		t.Run("not "+body, func(t *testing.T) {
			_, err := DecodeJSON([]byte(body))
			require.Error(t, err)
			assert.NotContains(t, err.Error(), "form")
		})
	}
}

func TestDecodeJSONLeavesItsInputAlone(t *testing.T) {
	for _, text := range []string{`{"a":["b\u0063",{"d":1}]}`, `{"a":["b\u0063",{"d":1}]`, `{"a":"b","a":"c"}`} {
		data := []byte(text)
		_, _ = DecodeJSON(data)
		assert.Equal(t, text, string(data))
	}
}

func TestDecodeJSONAllocatesLittle(t *testing.T) {
	data := []byte(`{"domain":"e.example.com"}`)
	got := testing.AllocsPerRun(100, func() {
		if _, err := DecodeJSON(data); err != nil {
			t.Fatal(err)
		}
	})
	assert.LessOrEqual(t, got, 8.0, "5 for the value, 3 for the decoder")
}

func TestAppendJSON(t *testing.T) {
	tests := []struct {
		value any
		want  string
	}{
		{nil, `null`},
		{true, `true`},
		{json.Number("1.50"), `1.50`},
		{json.Number("1e999999999"), `1e999999999`},
		{"a\"\\\n\u0001<>&\u2028é😀", `"a\"\\\n\u0001<>&` + "\u2028" + `é😀"`},
		{"\xff", `"` + "\ufffd" + `"`},
		{[]any{}, `[]`},
		{[]any(nil), `[]`},
		{map[string]any{}, `{}`},
		{[]any{"a", nil, []any{false}}, `["a",null,[false]]`},
		{map[string]any{"b": json.Number("1"), "a": map[string]any{"é": "", "z": "", "": ""}}, `{"a":{"":"","z":"","é":""},"b":1}`},
	}
	for _, test := range tests {
		t.Run(test.want, func(t *testing.T) {
			got, err := AppendJSON([]byte("x"), test.value)
			require.NoError(t, err)
			assert.Equal(t, "x"+test.want, string(got))
		})
	}
}

func TestAppendJSONRefusesOtherValues(t *testing.T) {
	tests := []struct {
		value   any
		message string
	}{
		{1, `a Go value of type int is not JSON`},
		{math.NaN(), `a Go value of type float64 is not JSON`},
		{[]any{map[string]string{}}, `a Go value of type map[string]string is not JSON`},
		{map[string]any{"a": []any{json.Number("01")}}, `"01" is not a JSON number`},
		{json.Number(""), `"" is not a JSON number`},
	}
	for _, test := range tests {
		t.Run(test.message, func(t *testing.T) {
			got, err := AppendJSON(nil, test.value)
			require.EqualError(t, err, test.message)
			assert.Nil(t, got)
		})
	}
}

func TestAppendJSONAllocatesNothing(t *testing.T) {
	value, err := DecodeJSON([]byte(`{"c":[1,"x\u003c",true,null],"a":{},"b":"é"}`))
	require.NoError(t, err)
	buffer := make([]byte, 0, 100)
	got := testing.AllocsPerRun(100, func() {
		if _, err := AppendJSON(buffer, value); err != nil {
			t.Fatal(err)
		}
	})
	assert.Zero(t, got)
}

func TestIsJSONNumber(t *testing.T) {
	for _, text := range []string{"0", "-0", "10", "-1.5", "0.0", "1e3", "1E+03", "1.25e-7"} {
		assert.True(t, isJSONNumber(text), text)
	}
	for _, text := range []string{"", "-", "+1", "01", "-01", "1.", ".5", "1e", "1e+", "1.e3", "0x1", "1_0", " 1", "1 ", "1,5", "NaN", "Infinity", "１"} {
		assert.False(t, isJSONNumber(text), text)
	}
}

// What DecodeJSON accepts, encoding/json must accept with the same value, and
// writing that value must give a text with the same value again.
func FuzzDecodeJSON(f *testing.F) {
	for _, seed := range []string{
		``, `null`, `{"a":[1,-2.5e+3,"\u00e9\ud83d\ude00"],"b":{"a":true}}`, `{"a":1,"a":2}`, `[1,]`, `"\ud800"`, "\"\xff\"",
		`NaN`, `1e1000`, `domain=string`, `{"a" : nul}`, "\ufeff1", `[[[[]]]]`, `{"a":"b`, ` 01`, "{\"\\u0000\":\"\x00\"}",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		got, err := DecodeJSON(data)
		if err != nil {
			var fault *SyntaxError
			require.ErrorAs(t, err, &fault)
			require.LessOrEqual(t, fault.Offset, int64(len(data)))
			require.NotEmpty(t, fault.Reason)
			return
		}
		require.Equal(t, decodeWithStandardLibrary(t, data), got)
		written, err := AppendJSON(nil, got)
		require.NoError(t, err)
		again, err := DecodeJSON(written)
		require.NoError(t, err)
		require.Equal(t, got, again)
	})
}

func decodeWithStandardLibrary(t *testing.T, data []byte) any {
	t.Helper()
	require.True(t, json.Valid(data))
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber()
	var value any
	require.NoError(t, decoder.Decode(&value))
	return value
}

func BenchmarkDecodeJSON(b *testing.B) {
	data := []byte(`{"domain":"e.example.com"}`)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := DecodeJSON(data); err != nil {
			b.Fatal(err)
		}
	}
}
