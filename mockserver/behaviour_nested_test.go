package mockserver_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"understudy/internal/contract"
	"understudy/internal/resource"
	"understudy/mockserver"
)

// nested writes a collection with items that have a name, below a path.
func nested(path, param, schema string) string {
	ref := "{$ref: '#/components/schemas/" + schema + "'}"
	parameters := ""
	for segment := range strings.SplitSeq(path, "/") {
		if name, ok := strings.CutPrefix(segment, "{"); ok {
			parameters += "{name: " + strings.TrimSuffix(name, "}") + ", in: path, required: true, schema: {type: string}}, "
		}
	}
	return fmt.Sprintf(`
  %[1]s:
    parameters: [%[2]s]
    get: {responses: {'200': {description: All, content: {application/json: {schema: {type: array, items: %[4]s}}}}}}
    post:
      requestBody: {content: {application/json: {schema: {type: object, properties: {name: {type: string}}}}}}
      responses: {'201': {description: One, content: {application/json: {schema: %[4]s}}}}
  %[1]s/{%[3]s}:
    parameters: [%[2]s{name: %[3]s, in: path, required: true, schema: {type: string}}]
    get: {responses: {'200': {description: One, content: {application/json: {schema: %[4]s}}}}}
    delete: {responses: {'204': {description: Gone}}}
`, path, parameters, param, ref)
}

func namedItem(schema, id string) string {
	return "    " + schema + ": {type: object, required: [id], properties: {id: " + id + ", name: {type: string}}}\n"
}

// towns are three levels deep. The parameters of a path are named after their place
// in it, so one thing has several names.
var towns = smallDocument(nested("/towns", "id", "Town")+nested("/towns/{town}/streets", "id", "Street")+
	nested("/towns/{town_id}/streets/{street}/houses", "number", "House"),
	namedItem("Town", "{type: string, format: uuid, readOnly: true}")+namedItem("Street", "{type: string, readOnly: true}")+namedItem("House", "{type: integer, readOnly: true}"))

func TestNestedCollections(t *testing.T) {
	t.Parallel()
	k := talkTo(t, towns, nil)
	town, other := "/towns/"+k.make("/towns", `{"name":"a"}`), "/towns/"+k.make("/towns", `{"name":"b"}`)
	street := town + "/streets/" + k.make(town+"/streets", `{"name":"s"}`)
	house := street + "/houses/" + k.make(street+"/houses", `{"name":"h"}`)
	kept := other + "/streets/" + k.make(other+"/streets", `{"name":"s"}`)
	require.Contains(t, k.get(house).body, `"name":"h"`)
	const nowhere = "/towns/01996f1b-0000-0000-0000-000000000000"

	t.Run("a missing parent at any level", func(t *testing.T) {
		for _, path := range []string{nowhere + "/streets", nowhere + "/streets/x/houses", town + "/streets/x/houses", strings.Replace(street, town, other, 1) + "/houses"} {
			require.Equal(t, http.StatusNotFound, k.say(http.MethodGet, path, "").status, path)
			require.Equal(t, http.StatusNotFound, k.say(http.MethodPost, path, `{}`).status, path)
		}
	})
	t.Run("a UUID in capitals is the same", func(t *testing.T) {
		loud := "/towns/" + strings.ToUpper(strings.TrimPrefix(town, "/towns/"))
		require.Equal(t, k.get(town).body, k.get(loud).body)
		require.Equal(t, k.get(town+"/streets").body, k.get(loud+"/streets").body)
		require.Equal(t, k.get(house).body, k.get(strings.Replace(house, town, loud, 1)).body)
	})
	t.Run("another text in capitals is not", func(t *testing.T) {
		id := street[strings.LastIndexByte(street, '/')+1:]
		require.Equal(t, http.StatusNotFound, k.say(http.MethodGet, town+"/streets/"+strings.ToUpper(id), "").status)
	})
	t.Run("a number with zeros before it is the same", func(t *testing.T) {
		require.Equal(t, k.get(house).body, k.get(street+"/houses/001").body)
	})
	t.Run("a parent takes all that is under it along", func(t *testing.T) {
		require.Equal(t, http.StatusNoContent, k.say(http.MethodDelete, town, "").status)
		for _, path := range []string{town, town + "/streets", street, street + "/houses", house} {
			require.Equal(t, http.StatusNotFound, k.say(http.MethodGet, path, "").status, path)
		}
		require.NotContains(t, k.api.state(t), `"name":"h"`)
		require.Contains(t, k.get(kept).body, `"name":"s"`)
	})
}

func TestParentsThatAreKept(t *testing.T) {
	t.Parallel()
	k := talkTo(t, towns, func(_ *contract.Contract, m *resource.Model) {
		m.Collection("streets").Orphans = resource.Refuse
	})
	town := "/towns/" + k.make("/towns", `{"name":"a"}`)
	street := town + "/streets/" + k.make(town+"/streets", `{"name":"s"}`)
	k.make(street+"/houses", `{"name":"h"}`)
	require.Equal(t, http.StatusConflict, k.say(http.MethodDelete, town, "").status)
	require.Contains(t, k.get(street).body, `"name":"s"`)
	require.Equal(t, http.StatusNoContent, k.say(http.MethodDelete, street, "").status, "houses go with their street")
	require.Equal(t, http.StatusNoContent, k.say(http.MethodDelete, town, "").status)
}

// desks stand in rooms, and are known by their number alone.
var desks = smallDocument(nested("/rooms", "id", "Room")+strings.NewReplacer(
	"\n  /rooms/{room_id}/desks/{id}:\n    parameters: [{name: room_id, in: path, required: true, schema: {type: string}}, ",
	"\n  /desks/{id}:\n    parameters: [").Replace(nested("/rooms/{room_id}/desks", "id", "Desk")),
	namedItem("Room", "{type: string, readOnly: true}")+namedItem("Desk", "{type: integer, readOnly: true}"))

func TestItemsThatStandApart(t *testing.T) {
	t.Parallel()
	k := talkTo(t, desks, nil)
	a, b := "/rooms/"+k.make("/rooms", `{}`)+"/desks", "/rooms/"+k.make("/rooms", `{}`)+"/desks"
	for i, room := range []string{a, b, a, b} {
		require.Equal(t, fmt.Sprint(i+1), k.make(room, fmt.Sprintf(`{"name":"%d"}`, i+1)))
	}
	require.Equal(t, []string{"1", "3"}, k.get(a).names(t, "", "name"))
	require.Contains(t, k.get("/desks/2").body, `"name":"2"`)
	require.Equal(t, http.StatusNotFound, k.say(http.MethodGet, "/desks/9", "").status)

	require.Equal(t, http.StatusNoContent, k.say(http.MethodDelete, "/desks/1", "").status)
	require.Equal(t, []string{"3"}, k.get(a).names(t, "", "name"))

	saved := k.api.state(t)
	require.Equal(t, http.StatusNoContent, k.say(http.MethodDelete, strings.TrimSuffix(a, "/desks"), "").status)
	require.Equal(t, http.StatusNotFound, k.say(http.MethodGet, "/desks/3", "").status)
	require.Equal(t, []string{"2", "4"}, k.get(b).names(t, "", "name"))

	k.api.load(t, saved)
	require.Equal(t, saved, k.api.state(t))
	require.Equal(t, "5", k.make(b, `{}`))
}

func TestGeneratedRecordsStandUnderEachOther(t *testing.T) {
	t.Parallel()
	for name, document := range map[string][]byte{"towns": towns, "desks": desks} {
		k := talkTo(t, document, nil, mockserver.WithRecords(3))
		for _, stop := range k.api.Tour(t.Context()) {
			if stop.Method == http.MethodGet {
				require.Equal(t, http.StatusOK, k.say(stop.Method, stop.Path, "").status, name+" "+stop.Path)
			}
		}
	}
}

// threads are listed with the newest first.
var threads = smallDocument(strings.Replace(nested("/threads", "id", "Said")+nested("/threads/{thread_id}/posts", "id", "Said"),
	"get: {responses", "get: {parameters: [{name: sort, in: query, schema: {type: string, enum: [created_at, -created_at], default: -created_at}}], responses", 1),
	"    Said: {type: object, required: [id, created_at], properties: {id: {type: string, readOnly: true}, created_at: {type: string, format: date-time, readOnly: true}}}\n")

// Children stand under the parents that a list begins with, and are younger than those.
func TestGeneratedRecordsAreSpreadOverTheFirstParents(t *testing.T) {
	t.Parallel()
	type said struct {
		ID        string
		CreatedAt time.Time `json:"created_at"`
	}
	k := talkTo(t, threads, nil, mockserver.WithRecords(10))
	var posts []int
	for _, thread := range decoded[[]said](t, k.get("/threads").body) {
		under := decoded[[]said](t, k.get("/threads/"+thread.ID+"/posts").body)
		posts = append(posts, len(under))
		for _, post := range under {
			require.True(t, post.CreatedAt.After(thread.CreatedAt))
		}
	}
	require.Equal(t, []int{3, 3, 2, 2, 0, 0, 0, 0, 0, 0}, posts)

	same := talkTo(t, threads, nil, mockserver.WithRecords(10))
	require.Equal(t, k.api.state(t), same.api.state(t))
}
