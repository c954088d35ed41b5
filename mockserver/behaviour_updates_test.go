package mockserver_test

import (
	"bytes"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"understudy/mockserver"
)

// pages is a collection that takes every style of update: three of PATCH by content
// type, PUT that also creates, and POST as an update of another collection.
var pages = smallDocument(`
  /pages:
    get: {responses: {'200': {description: Pages, content: {application/json: {schema: {type: array, items: {$ref: '#/components/schemas/Page'}}}}}}}
    post:
      requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/NewPage'}}}}
      responses: {'201': {description: The page, content: {application/json: {schema: {$ref: '#/components/schemas/Page'}}}}}
  /pages/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: string, pattern: '^[a-z0-9-]+$'}}]
    get: {responses: {'200': {description: The page, content: {application/json: {schema: {$ref: '#/components/schemas/Page'}}}}, '404': {description: No}}}
    patch:
      requestBody:
        content:
          application/json: {schema: {$ref: '#/components/schemas/Changes'}}
          application/merge-patch+json: {schema: {$ref: '#/components/schemas/Changes'}}
          application/json-patch+json:
            schema: {type: array, items: {type: object, required: [op, path], properties: {op: {type: string}, path: {type: string}, value: {}}}}
      responses:
        '200': {description: The page, content: {application/json: {schema: {$ref: '#/components/schemas/Page'}}}}
        '409': {description: No, content: {application/problem+json: {}}}
        '422': {description: No}
    put:
      requestBody: {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/NewPage'}}}}
      responses:
        '201': {description: Made, headers: {Location: {schema: {type: string}}}, content: {application/json: {schema: {$ref: '#/components/schemas/Page'}}}}
        '204': {description: Changed}
        '422': {description: No}
`, `
    NewPage:
      type: object
      required: [title]
      properties:
        title: {type: string, maxLength: 20}
        body: {type: string}
        style: {$ref: '#/components/schemas/Style'}
        tags: {type: array, items: {type: string}}
    Changes:
      type: object
      properties:
        title: {type: [string, 'null']}
        body: {type: [string, 'null']}
        style: {type: [object, 'null']}
        tags: {type: [array, 'null']}
    Style: {type: object, properties: {font: {type: string}, colour: {type: string}, margins: {type: object, additionalProperties: {type: integer}}}}
    Page:
      type: object
      required: [id, title, created_at]
      properties:
        id: {type: string, readOnly: true, pattern: '^[a-z0-9-]+$'}
        title: {type: string, maxLength: 20}
        body: {type: string}
        style: {$ref: '#/components/schemas/Style'}
        tags: {type: array, items: {type: string}}
        created_at: {type: string, format: date-time, readOnly: true}
`)

const wholePage = `{"title":"a","body":"b","style":{"font":"f","colour":"red","margins":{"left":1,"right":2}},"tags":["x","y"]}`

func TestUpdateStyles(t *testing.T) {
	t.Parallel()
	k := talkTo(t, pages, nil)
	for name, test := range map[string]struct {
		contentType, sent string
		status            int
		want              string // of the members that requests set
	}{
		"partial":                            {"application/json", `{"title":"c","style":{"font":"g"}}`, 200, `"title":"c","body":"b","style":{"font":"g"},"tags":["x","y"]`},
		"merge":                              {"application/merge-patch+json", `{"title":"c","style":{"font":"g","margins":{"left":null,"top":3}}}`, 200, `"title":"c","body":"b","style":{"colour":"red","font":"g","margins":{"right":2,"top":3}},"tags":["x","y"]`},
		"merge removes":                      {"application/merge-patch+json", `{"body":null,"tags":null}`, 200, `"title":"a","style":{"colour":"red","font":"f","margins":{"left":1,"right":2}}`},
		"merge does not remove what must be": {"application/merge-patch+json", `{"title":null}`, 422, ""},
		"merge leaves what the server sets":  {"application/merge-patch+json; charset=utf-8", `{"id":"z","created_at":null}`, 200, `"title":"a","body":"b","style":{"colour":"red","font":"f","margins":{"left":1,"right":2}},"tags":["x","y"]`},
		"patch":                              {"application/json-patch+json", `[{"op":"test","path":"/title","value":"a"},{"op":"replace","path":"/title","value":"c"},{"op":"add","path":"/tags/-","value":"z"},{"op":"remove","path":"/style"},{"op":"move","from":"/body","path":"/tags/0"}]`, 200, `"title":"c","tags":["b","x","y","z"]`},
		"patch leaves what the server sets":  {"application/json-patch+json", `[{"op":"replace","path":"/id","value":"z"},{"op":"remove","path":"/created_at"}]`, 200, `"title":"a","body":"b","style":{"colour":"red","font":"f","margins":{"left":1,"right":2}},"tags":["x","y"]`},
		"patch whose test fails":             {"application/json-patch+json", `[{"op":"replace","path":"/body","value":"c"},{"op":"test","path":"/title","value":"b"}]`, 409, ""},
		"patch of nothing there":             {"application/json-patch+json", `[{"op":"remove","path":"/nothing"}]`, 422, ""},
		"patch that breaks the item":         {"application/json-patch+json", `[{"op":"replace","path":"/title","value":5}]`, 422, ""},
		"patch that leaves no item":          {"application/json-patch+json", `[{"op":"replace","path":"","value":[]}]`, 422, ""},
		"patch with an unknown operation":    {"application/json-patch+json", `[{"op":"sing","path":"/title"}]`, 422, ""},
		"patch without a value":              {"application/json-patch+json", `[{"op":"add","path":"/title"}]`, 422, ""},
		"patch that is an object":            {"application/json-patch+json", `{"op":"remove","path":"/body"}`, 422, ""},
		"patch of very many operations":      {"application/json-patch+json", "[" + strings.Repeat(`{"op":"test","path":"/title","value":"a"},`, 200) + `{"op":"remove","path":"/body"}]`, 422, ""},
		"patch that is no JSON":              {"application/json-patch+json", `[`, 422, ""},
	} {
		t.Run(name, func(t *testing.T) {
			id := k.make("/pages", wholePage)
			before := k.get("/pages/" + id).body
			got := k.say(http.MethodPatch, "/pages/"+id, "", body(test.contentType, test.sent))
			require.Equal(t, test.status, got.status, got.body)
			after := k.get("/pages/" + id).body
			if test.status != http.StatusOK {
				require.Equal(t, before, after)
				return
			}
			require.Equal(t, after, got.body)
			_, created, _ := strings.Cut(before, `,"created_at"`)
			require.JSONEq(t, `{"id":"`+id+`",`+test.want+`,"created_at"`+created, after)
		})
	}
}

func TestPatchThatCopiesWithoutEnd(t *testing.T) {
	t.Parallel()
	k := talkTo(t, pages, nil)
	id := k.make("/pages", `{"title":"a","body":"`+strings.Repeat("b", 1000)+`"}`)
	var copies string
	for i := range 30 {
		copies += fmt.Sprintf(`{"op":"copy","from":"/style","path":"/style/x%d"},`, i)
	}
	got := k.say(http.MethodPatch, "/pages/"+id, "", body("application/json-patch+json", `[{"op":"add","path":"/style","value":{"font":"f"}},`+copies+`{"op":"remove","path":"/style"}]`))
	require.Equal(t, http.StatusUnprocessableEntity, got.status, got.body)
}

func TestPutCreates(t *testing.T) {
	t.Parallel()
	k := talkTo(t, pages, nil)
	made := k.say(http.MethodPut, "/pages/home", `{"title":"a","body":"b"}`)
	require.Equal(t, http.StatusCreated, made.status, made.body)
	require.Equal(t, k.api.URL+"/pages/home", made.header.Get("Location"))
	require.Equal(t, "home", made.id(t))

	changed := k.say(http.MethodPut, "/pages/home", `{"title":"c"}`)
	require.Equal(t, http.StatusNoContent, changed.status)
	require.Empty(t, changed.body)
	require.JSONEq(t, strings.Replace(made.body, `"title":"a","body":"b"`, `"title":"c"`, 1), k.get("/pages/home").body)
	require.Equal(t, []string{"c"}, k.get("/pages").names(t, "", "title"))

	require.Equal(t, http.StatusUnprocessableEntity, k.say(http.MethodPut, "/pages/other", `{}`).status)
	require.Equal(t, http.StatusUnprocessableEntity, k.say(http.MethodPut, "/pages/UPPER", `{"title":"c"}`).status)
	require.Equal(t, http.StatusNotFound, k.say(http.MethodGet, "/pages/other", "").status)
}

func TestItemsDoNotGrowWithoutEnd(t *testing.T) {
	t.Parallel()
	k := talkTo(t, pages, nil, mockserver.WithBodyLimit(1000))
	path := "/pages/" + k.make("/pages", `{"title":"a","tags":[]}`)
	add := body("application/json-patch+json", `[{"op":"add","path":"/tags/-","value":"`+strings.Repeat("b", 800)+`"}]`)
	for range 2 {
		require.Equal(t, http.StatusOK, k.say(http.MethodPatch, path, "", add).status)
	}
	before := k.get(path).body
	require.Equal(t, http.StatusRequestEntityTooLarge, k.say(http.MethodPatch, path, "", add).status)
	require.Equal(t, before, k.get(path).body)
	require.Equal(t, http.StatusOK, k.say(http.MethodPatch, path, `{"tags":[]}`).status)
}

func TestPatchOperationsThatOnlyTheDocumentKnows(t *testing.T) {
	t.Parallel()
	listed := bytes.Replace(pages, []byte("properties: {op: {type: string}, path"), []byte("properties: {op: {type: string, enum: [add, replace, shout]}, path"), 1)
	k := talkTo(t, listed, nil)
	path := "/pages/" + k.make("/pages", `{"title":"a"}`)
	got := k.say(http.MethodPatch, path, "", body("application/json-patch+json", `[{"op":"shout","path":"/title"},{"op":"replace","path":"/title","value":"b"}]`))
	require.Equal(t, http.StatusOK, got.status, got.body)
	require.Contains(t, got.body, `"title":"b"`)
	require.Equal(t, http.StatusUnprocessableEntity, k.say(http.MethodPatch, path, "", body("application/json-patch+json", `[{"op":"sing","path":"/title"}]`)).status)
}
