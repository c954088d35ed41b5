package contract

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// parseFile reads a file that must be good.
func parseFile(tb testing.TB, text string) Node {
	tb.Helper()
	root, err := ParseFile("data.yaml", []byte(text))
	require.NoError(tb, err)
	return root
}

func TestNodeValueIsJSON(t *testing.T) {
	tests := map[string]any{
		`null`: nil, `~`: nil, `Null`: nil,
		`true`: true, `False`: false, `yes`: "yes", `'true'`: "true",
		`1`: json.Number("1"), `-0`: json.Number("-0"), `1.50`: json.Number("1.50"), `1e3`: json.Number("1e3"),
		`12345678901234567890123`: json.Number("12345678901234567890123"),
		`0x10`:                    json.Number("16"), `0o17`: json.Number("15"), `1_000`: json.Number("1000"), `+1`: json.Number("1"), `.5`: json.Number("0.5"),
		`.inf`: ".inf", `-.Inf`: "-.Inf", `.nan`: ".nan",
		`2020-01-31`: "2020-01-31", `2020-01-31T10:00:00Z`: "2020-01-31T10:00:00Z", `1:30`: "1:30",
		`'1'`: "1", `"a\tb"`: "a\tb", `!!str 1`: "1", `007a`: "007a",
		"|\n  a\n  b\n":            "a\nb\n",
		"[]":                       []any{},
		"[1, [a]]":                 []any{json.Number("1"), []any{"a"}},
		"{}":                       map[string]any{},
		"{1: a, true: b, null: c}": map[string]any{"1": "a", "true": "b", "null": "c"},
		"{a: &x [1], b: *x}":       map[string]any{"a": []any{json.Number("1")}, "b": []any{json.Number("1")}},
	}
	for text, want := range tests {
		t.Run(text, func(t *testing.T) {
			n := parseFile(t, text)
			assert.Equal(t, want, n.Value())
			_, err := DecodeJSON(n.AppendJSON(nil))
			assert.NoError(t, err)
		})
	}
}

func TestNodeReadsMergeKeys(t *testing.T) {
	root := parseFile(t, `
base: &base {a: 1, b: 2}
more: &more {b: 3, c: 4}
one: {<<: *base, a: 0}
two: {x: 9, <<: [*base, *more]}
`)
	for name, want := range map[string]string{"one": `{"a":0,"b":2}`, "two": `{"a":1,"b":2,"c":4,"x":9}`} {
		n := root.Get(name)
		assert.Equal(t, want, toJSON(t, n.Value()))
		assert.NotContains(t, n.Names(), "<<")
		assert.Len(t, n.Names(), strings.Count(want, ":"))
		assert.Equal(t, "2", n.Get("b").Text())
		value, err := DecodeJSON(n.AppendJSON(nil))
		require.NoError(t, err)
		assert.Equal(t, want, toJSON(t, value))
	}
}

func TestNodeAppendJSONKeepsTheOrder(t *testing.T) {
	n := parseFile(t, "z: 1\na: [true, null, 'é\"', {c: 2020-01-01, b: 0x10}]\nm: {}\n")
	//nolint:testifylint // the order counts
	assert.Equal(t, `{"z":1,"a":[true,null,"é\"",{"c":"2020-01-01","b":16}],"m":{}}`, string(n.AppendJSON(nil)))
	assert.Equal(t, "x null", string(Node{}.AppendJSON([]byte("x "))))
}

const nodeFile = `a/b:
  c~d: [zero, {one: 1}]
ref: {$ref: '#/a~1b/c~0d'}
deep: {$ref: '#/ref'}
through: {$ref: '#/deep/1/one'}
"per cent": {$ref: '#/per%20cent%C3%A9'}
per centé: here
list: [{$ref: '#/deep'}, {$ref: '#/nowhere'}, {$ref: elsewhere.yaml}]
flag: true
alias: &x {y: 1}
aliased: *x
texts: [a, 1, true, null, [b]]
`

func TestNodeFindsPlaces(t *testing.T) {
	root := parseFile(t, nodeFile)
	tests := []struct {
		name    string
		node    Node
		pointer string
		line    int
		text    string
	}{
		{"a member", root.Raw("flag"), "/flag", 9, "true"},
		{"a reference", root.Raw("ref"), "/ref", 3, ""},
		{"what it refers to", root.Get("ref"), "/a~1b/c~0d", 2, ""},
		{"what a reference to a reference refers to", root.Get("deep"), "/a~1b/c~0d", 2, ""},
		{"what stands behind a reference", root.Get("through"), "/a~1b/c~0d/1/one", 2, "1"},
		{"an encoded name", root.Get("per cent"), "/per centé", 7, "here"},
		{"an item", root.At("/a~1b/c~0d/0"), "/a~1b/c~0d/0", 2, "zero"},
		{"an item behind a reference", root.At("/deep/0"), "/a~1b/c~0d/0", 2, "zero"},
		{"an item that is a reference", root.Get("list").Items()[0], "/a~1b/c~0d", 2, ""},
		{"what an alias holds", root.Get("aliased").Get("y"), "/aliased/y", 10, "1"},
		{"followed", root.Get("flag").Follow("#/texts/1"), "/texts/1", 12, "1"},
		{"the whole", root.Get("flag").Follow("#"), "", 1, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			assert.True(t, test.node.Exists())
			assert.Equal(t, "data.yaml", test.node.File())
			assert.Equal(t, test.pointer, test.node.Pointer())
			assert.Equal(t, test.line, test.node.Line())
			assert.Equal(t, test.text, test.node.Text())
		})
	}
}

func TestNodeSaysThatThereIsNothing(t *testing.T) {
	root := parseFile(t, nodeFile)
	for name, n := range map[string]Node{
		"no member":               root.Get("nowhere"),
		"a member of a text":      root.Get("flag").Get("x"),
		"a member of an array":    root.Get("texts").Raw("0"),
		"a reference to nothing":  root.Get("list").Items()[1],
		"another file":            root.Get("list").Items()[2],
		"no item":                 root.At("/texts/5"),
		"an item before the list": root.At("/texts/-1"),
		"an item of no number":    root.At("/texts/one"),
		"behind nothing":          root.At("/nowhere/at/all"),
		"a name in a fragment":    root.Follow("#flag"),
		"no fragment":             root.Follow("flag"),
		"a broken fragment":       root.Follow("#/%zz"),
		"the zero Node":           {},
		"behind the zero Node":    Node{}.At("/a/0"),
		"a reference from it":     Node{}.Follow("#/flag"),
	} {
		t.Run(name, func(t *testing.T) {
			assert.False(t, n.Exists())
			assert.False(t, n.IsObject() || n.IsArray() || n.Bool())
			assert.Nil(t, n.Value())
			assert.Empty(t, n.Names())
			assert.Empty(t, n.Items())
			assert.Empty(t, n.Texts())
			assert.Empty(t, n.Text()+n.Pointer()+n.File())
			assert.Zero(t, n.Line())
			assert.Equal(t, n, n.Resolve())
			assert.Equal(t, Fault{Message: "m", Hint: "h"}, n.Fault("h", "m"))
		})
	}
}

func TestNodeTexts(t *testing.T) {
	root := parseFile(t, nodeFile)
	assert.Equal(t, []string{"true"}, root.Get("flag").Texts())
	assert.Equal(t, []string{"a", "1", "true", "", ""}, root.Get("texts").Texts())
	assert.True(t, root.Get("flag").Bool())
	assert.False(t, root.Get("texts").Bool())
	assert.Empty(t, parseFile(t, "a: null").Get("a").Text())
	assert.Equal(t, "null", parseFile(t, "a: 'null'").Get("a").Text())
}

func TestFaultsReadWell(t *testing.T) {
	place := parseFile(t, "a:\n  b/c: 1\n").At("/a/b~1c")
	faults := Faults{
		place.Fault("mend it", "%d is wrong", 1),
		{File: "empty.yaml", Message: "the file is empty"},
	}
	require.EqualError(t, faults.Err(), "data.yaml:2: /a/b~1c: 1 is wrong; mend it\nempty.yaml: the file is empty")
	require.NoError(t, Faults{}.Err())
	require.NoError(t, Faults(nil).Err())
	text, err := json.Marshal(faults)
	require.NoError(t, err)
	assert.JSONEq(t, `[
		{"file": "data.yaml", "line": 2, "pointer": "/a/b~1c", "message": "1 is wrong", "hint": "mend it"},
		{"file": "empty.yaml", "message": "the file is empty"}
	]`, string(text))
}
