package mockserver_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"understudy/internal/contract"
	"understudy/internal/resource"
)

// songs are listed by album, seen from the side of a genre and of a code, copied, and
// have fans whose id is inside them.
var songs = smallDocument(nested("/albums", "id", "Album")+nested("/albums/{album_id}/songs", "id", "Song")+`
  /albums/{album_id}/songs/{id}/copy:
    parameters: [{name: album_id, in: path, required: true, schema: {type: string}}, {name: id, in: path, required: true, schema: {type: string}}]
    post:
      requestBody: {content: {application/json: {schema: {type: object, properties: {name: {type: string}}}}}}
      responses: {'201': {description: The copy, content: {application/json: {schema: {type: object, required: [song], properties: {song: {$ref: '#/components/schemas/Song'}}}}}}}
  /names/{name}/songs:
    parameters: [{name: name, in: path, required: true, schema: {type: string}}]
    get: {responses: {'200': {description: Songs, content: {application/json: {schema: {type: object, required: [found], properties: {found: {type: array, items: {$ref: '#/components/schemas/Song'}}}}}}}}}
  /first/{name}:
    parameters: [{name: name, in: path, required: true, schema: {type: string}}]
    get: {responses: {'200': {description: A song, content: {application/json: {schema: {$ref: '#/components/schemas/Song'}}}}}}
  /fans:
    get: {responses: {'200': {description: Fans, content: {application/json: {schema: {type: array, items: {$ref: '#/components/schemas/Fan'}}}}}}}
  /fans/{user_id}:
    parameters: [{name: user_id, in: path, required: true, schema: {type: string}}]
    get: {responses: {'200': {description: A fan, content: {application/json: {schema: {$ref: '#/components/schemas/Fan'}}}}}}
    put:
      requestBody: {content: {application/json: {schema: {type: object, properties: {since: {type: integer}}}}}}
      responses: {'201': {description: New, content: {application/json: {schema: {$ref: '#/components/schemas/Fan'}}}}, '200': {description: A fan, content: {application/json: {schema: {$ref: '#/components/schemas/Fan'}}}}}
    delete: {responses: {'204': {description: Gone}}}
`, namedItem("Album", "{type: string, readOnly: true}")+namedItem("Song", "{type: integer, readOnly: true}")+`
    Fan: {type: object, required: [user], properties: {since: {type: integer}, user: {type: object, required: [id], properties: {id: {type: string}, name: {type: string}}}}}
`)

// seen says what songs are seen through.
func seen(c *contract.Contract, m *resource.Model) {
	songs := m.Collection("songs")
	albums := m.Collection("albums")
	songs.Parents[0].Collection = albums
	byName := map[string][]string{"name": {"name"}}
	songs.Views = []resource.View{
		{
			Binding:   resource.Binding{Collection: songs, Role: resource.List, ShowsItem: true, Shown: resource.Envelope{Members: []resource.EnvelopeMember{{Name: "found", Part: resource.ItemsPart}}}},
			Operation: c.Operation("GET", "/names/{name}/songs"), Match: byName,
		},
		{Binding: resource.Binding{Collection: songs, Role: resource.Retrieve, ShowsItem: true}, Operation: c.Operation("GET", "/first/{name}"), Match: byName},
	}
	copied := resource.Action{Name: "copy", Operation: c.Operation("POST", "/albums/{album_id}/songs/{id}/copy"), Creates: songs}
	copied.Made = resource.Envelope{Members: []resource.EnvelopeMember{{Name: "song", Part: resource.ItemPart, Schema: songs.Item}}}
	songs.Actions = []resource.Action{copied}
	m.Assign(copied.Operation, resource.Binding{Collection: songs, Role: resource.Act})
}

func TestViewsAndCopies(t *testing.T) {
	t.Parallel()
	k := talkTo(t, songs, seen)
	a, b := "/albums/"+k.make("/albums", `{}`)+"/songs", "/albums/"+k.make("/albums", `{}`)+"/songs"
	k.make(a, `{"name":"la"}`)
	k.make(b, `{"name":"li"}`)
	require.Empty(t, k.get("/names/lo/songs").names(t, "found", "name"))

	copied := k.say(http.MethodPost, a+"/1/copy", "")
	require.Equal(t, http.StatusCreated, copied.status, copied.body)
	require.JSONEq(t, `{"song":{"id":2,"name":"la"}}`, copied.body)
	named := k.say(http.MethodPost, a+"/1/copy", `{"name":"li"}`)
	require.JSONEq(t, `{"song":{"id":3,"name":"li"}}`, named.body)
	require.Equal(t, http.StatusNotFound, k.say(http.MethodPost, a+"/9/copy", "").status)

	require.Equal(t, []string{"la", "la", "li"}, k.get(a).names(t, "", "name"))
	require.Equal(t, []string{"li", "li"}, k.get("/names/li/songs").names(t, "found", "name"))
	require.Contains(t, k.get("/first/li").body, `"name":"li"`)
	require.Equal(t, http.StatusNotFound, k.say(http.MethodGet, "/first/lo", "").status)
}

func TestIDsInsideAMember(t *testing.T) {
	t.Parallel()
	k := talkTo(t, songs, func(c *contract.Contract, m *resource.Model) {
		fans := m.Collection("fans")
		fans.IDField, fans.IDPath, fans.PutCreates = "", []string{"user", "id"}, true
	})
	for status, sent := range map[int]string{http.StatusCreated: `{"since":1}`} {
		got := k.say(http.MethodPut, "/fans/ann", sent)
		require.Equal(t, status, got.status, got.body)
	}
	require.Equal(t, http.StatusOK, k.say(http.MethodPut, "/fans/ann", `{"since":2}`).status)
	fan := k.get("/fans/ann").body
	require.Contains(t, fan, `"id":"ann"`)
	require.Contains(t, fan, `"since":2`)
	require.JSONEq(t, "["+fan+"]", k.get("/fans").body)
	saved := k.api.state(t)
	require.Equal(t, http.StatusNoContent, k.say(http.MethodDelete, "/fans/ann", "").status)
	require.JSONEq(t, "[]", k.get("/fans").body)
	k.api.load(t, saved)
	require.Equal(t, fan, k.get("/fans/ann").body)
}
