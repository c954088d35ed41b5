package contract

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const overlaid = `openapi: 3.1.0
info: &info {title: Things, version: "1"}
x-info: *info
paths:
  /things:
    get:
      tags: [a]
      parameters:
        - {name: q, in: query, schema: {type: string}}
        - {name: old, in: query, schema: {type: string}}
      responses: {'200': {description: ok}}
    delete: {responses: {'204': {description: gone}}}
  /others:
    get: {responses: {'200': {description: ok}}}
`

// overlay1 writes an overlay with these actions from line 3 on.
func overlay1(actions ...string) []byte {
	return []byte("overlay: 1.1.0\ninfo: {title: O, version: '1'}\nactions:\n- " + strings.Join(actions, "\n- ") + "\n")
}

func TestOverlayChangesADocument(t *testing.T) {
	tests := []struct{ name, action, pointer, want string }{
		{"merges objects", `{target: $.info, update: {title: New, x-more: {a: 1}}}`, "/info", `{"title":"New","version":"1","x-more":{"a":1}}`},
		{"leaves what an alias means elsewhere", `{target: $.info, update: {title: New}}`, "/x-info", `{"title":"Things","version":"1"}`},
		{"changes an alias alone", `{target: $.x-info, update: {title: New}}`, "/info", `{"title":"Things","version":"1"}`},
		{"merges through the whole document", `{target: $, update: {paths: {/things: {get: {tags: [b], summary: All}}}}}`, "/paths/~1things/get/tags", `["a","b"]`},
		{"appends to a list", `{target: "$.paths['/things'].get.tags", update: b}`, "/paths/~1things/get/tags", `["a","b"]`},
		{"appends the items of a list", `{target: "$.paths['/things'].get.tags", update: [b, c]}`, "/paths/~1things/get/tags", `["a","b","c"]`},
		{"replaces a plain value", `{target: $.info.title, update: New}`, "/info/title", `"New"`},
		{"replaces what is of another kind", `{target: $.x-info, update: {title: {a: 1}}}`, "/x-info/title", `{"a":1}`},
		{"changes in many places", `{target: $.paths.*.get, update: {x-seen: true}}`, "/paths/~1others/get/x-seen", `true`},
		{"removes a member", `{target: "$.paths['/things'].delete", remove: true}`, "/paths/~1things/delete", `null`},
		{"removes an item by what it says", `{target: "$..parameters[?@.name == 'old']", remove: true}`, "/paths/~1things/get/parameters", `[{"name":"q","in":"query","schema":{"type":"string"}}]`},
		{"removes several items", `{target: "$..parameters[*]", remove: true}`, "/paths/~1things/get/parameters", `[]`},
		{"remove goes before update", `{target: $.x-info, remove: true, update: {a: 1}}`, "/x-info", `null`},
		{"copies", `{target: "$.paths['/others'].get", copy: "$.paths['/things'].get"}`, "/paths/~1others/get/tags", `["a"]`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			c, err := Load("api.yaml", []byte(overlaid), WithOverlay("o.yaml", overlay1(test.action)))
			require.NoError(t, err)
			assert.Empty(t, c.Warnings)
			assert.Equal(t, test.want, string(c.Root().At(test.pointer).AppendJSON(nil)))
		})
	}
}

func TestOverlayKeepsWhereThingsCameFrom(t *testing.T) {
	c, err := Load("api.yaml", []byte(overlaid), WithOverlay("o.yaml", overlay1(
		`target: "$.paths['/things'].get"
  update:
    x-understudy: {a: 1}
    parameters:
      - {name: limit, in: query, schema: {type: integer, minimum: low}}`,
		`{target: $.nothing, update: {a: 1}}`,
	)), WithOverlay("second.yaml", overlay1(`{target: "$.paths['/things'].get.x-understudy", update: {b: 2}}`)))
	require.NoError(t, err)
	extension := c.Operations[0].Node.Get(Extension)
	for name, want := range map[string]string{"a": "o.yaml:6", "b": "second.yaml:4"} {
		assert.Contains(t, extension.Get(name).Fault("", "here").Error(), want)
	}
	assert.Equal(t, "api.yaml", c.Operations[0].Node.File())
	require.Len(t, c.Warnings, 2)
	assert.Equal(t, `o.yaml:8: /paths/~1things/get/parameters/2/schema/minimum: not a schema: minimum is no number; correct the schema; until then this is ignored`, c.Warnings[0].Error())
	assert.Equal(t, `o.yaml:9: /actions/1/target: target "$.nothing" selects nothing; correct the path, or remove the action`, c.Warnings[1].Error())
}

func TestOverlayThatIsNone(t *testing.T) {
	for name, test := range map[string]struct{ overlay, message string }{
		"nothing":                  {"", "o.yaml: the file is empty"},
		"another document":         {overlaid, `o.yaml:1: not an overlay: there is no "overlay" version`},
		"a new version":            {"overlay: 2.0.0\n", "o.yaml:1: /overlay: Overlay 2.0.0 is not supported"},
		"no actions":               {"overlay: 1.0.0\nactions: []\n", "o.yaml:1: the overlay has no actions"},
		"no target":                {string(overlay1("{update: {a: 1}}")), "o.yaml:4: /actions/0: the action has no target"},
		"no path":                  {string(overlay1("{target: 'paths[', update: {a: 1}}")), `o.yaml:4: /actions/0/target: target "paths["`},
		"an action that is a text": {string(overlay1("remove")), "o.yaml:4: /actions/0: the action is no object"},
		"the end of all":           {string(overlay1("{target: $, remove: true}")), "o.yaml:4: /actions/0: the whole document cannot be removed"},
		"a copy of many":           {string(overlay1("{target: $.info, copy: $.paths.*}")), "o.yaml:4: /actions/0/copy: copy selects 2 values"},
		"more than there may be":   {string(overlay1("{target: $, copy: $}", "{target: $.x-info, copy: $}", "{target: '$..*', copy: $}", "{target: '$..*', copy: $}", "{target: '$..*', copy: $}")), "the overlay brings more than"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Load("api.yaml", []byte(overlaid), WithOverlay("o.yaml", []byte(test.overlay)))
			assert.ErrorContains(t, err, test.message)
		})
	}
}
