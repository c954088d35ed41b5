package mockserver_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"
)

// settings are singletons: alone, under an item, and one that cannot be put.
var settings = smallDocument(nested("/users", "id", "User")+`
  /settings:
    get: {responses: {'200': {description: Settings, content: {application/json: {schema: {$ref: '#/components/schemas/Settings'}}}}}}
    put:
      requestBody: {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/Settings'}}}}
      responses: {'200': {description: Settings, content: {application/json: {schema: {$ref: '#/components/schemas/Settings'}}}}}
    patch:
      requestBody: {content: {application/merge-patch+json: {schema: {type: object, properties: {theme: {type: string}, size: {type: integer}}}}}}
      responses: {'200': {description: Settings, content: {application/json: {schema: {$ref: '#/components/schemas/Settings'}}}}}
    delete: {responses: {'204': {description: Gone}}}
  /users/{id}/profile:
    parameters: [{name: id, in: path, required: true, schema: {type: string}}]
    get: {responses: {'200': {description: Profile, content: {application/json: {schema: {$ref: '#/components/schemas/Settings'}}}}}}
    patch:
      requestBody: {content: {application/json: {schema: {type: object, properties: {theme: {type: string}}}}}}
      responses: {'200': {description: Profile, content: {application/json: {schema: {$ref: '#/components/schemas/Settings'}}}}}
    delete: {responses: {'204': {description: As it was}}}
`, namedItem("User", "{type: string, readOnly: true}")+`
    Settings:
      type: object
      required: [theme, updated_at]
      properties: {theme: {type: string}, size: {type: integer}, updated_at: {type: string, format: date-time, readOnly: true}}
`)

func TestSingletons(t *testing.T) {
	t.Parallel()
	k := talkTo(t, settings, nil)
	original := k.get("/settings").body
	require.Equal(t, original, k.get("/settings").body, "they are there from the start")
	require.Contains(t, k.api.state(t), original)

	changed := k.say(http.MethodPatch, "/settings", "", body("application/merge-patch+json", `{"theme":"dark"}`))
	require.Equal(t, http.StatusOK, changed.status, changed.body)
	require.Contains(t, changed.body, `"theme":"dark","size":`)
	require.Equal(t, changed.body, k.get("/settings").body)
	saved := k.api.state(t)

	put := k.say(http.MethodPut, "/settings", `{"theme":"light"}`)
	require.Equal(t, http.StatusOK, put.status, put.body)
	require.Contains(t, put.body, `{"theme":"light","updated_at":`)

	require.Equal(t, http.StatusNoContent, k.say(http.MethodDelete, "/settings", "").status)
	for range 2 {
		require.Equal(t, http.StatusNotFound, k.say(http.MethodGet, "/settings", "").status, "gone until put again")
	}
	emptied := k.api.state(t)
	k.api.load(t, emptied)
	require.Equal(t, http.StatusNotFound, k.say(http.MethodGet, "/settings", "").status)
	require.Equal(t, http.StatusOK, k.say(http.MethodPut, "/settings", `{"theme":"new"}`).status)
	require.Contains(t, k.get("/settings").body, `"theme":"new"`)

	k.api.load(t, saved)
	require.Equal(t, changed.body, k.get("/settings").body)
	require.NoError(t, k.api.Reset())
	require.Equal(t, original, k.get("/settings").body)
}

func TestSingletonsUnderItems(t *testing.T) {
	t.Parallel()
	k := talkTo(t, settings, nil)
	require.Equal(t, http.StatusNotFound, k.say(http.MethodGet, "/users/nobody/profile", "").status)
	a, b := "/users/"+k.make("/users", `{}`)+"/profile", "/users/"+k.make("/users", `{}`)+"/profile"
	original, other := k.get(a).body, k.get(b).body
	require.NotEqual(t, original, other)
	require.Equal(t, http.StatusOK, k.say(http.MethodPatch, a, `{"theme":"dark"}`).status)
	require.Contains(t, k.get(a).body, `"theme":"dark"`)
	require.Equal(t, other, k.get(b).body)

	require.Equal(t, http.StatusNoContent, k.say(http.MethodDelete, a, "").status)
	require.Equal(t, original, k.get(a).body, "one that cannot be put starts again")
}

func TestSettingsAreSingletons(t *testing.T) {
	t.Parallel()
	for _, c := range modelOf(t, settings).Collections {
		require.Equal(t, c.Name != "users", c.Singleton, c.Path)
	}
}
