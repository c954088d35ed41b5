package mockserver_test

import (
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// family starts the stand-in of a small document.
func family(t *testing.T, name string) talk {
	t.Helper()
	document, err := os.ReadFile(filepath.Join("..", "fixtures", "specs", name+".yaml"))
	require.NoError(t, err)
	return talkTo(t, document, nil)
}

// form sends a body as a browser does.
func form(values url.Values) change {
	return body("application/x-www-form-urlencoded", values.Encode())
}

// Forms hold members of members in brackets, in any spelling, and what may be a deleted
// thing is none.
func TestForms(t *testing.T) {
	t.Parallel()
	k := family(t, "forms")
	auth := basic(k.api.Key("write").Token)
	made := k.say(http.MethodPost, "/v1/payers", "", auth, form(url.Values{"email": {"a@b.c"}, "metadata[colour]": {"red"}, "address[lines][0]": {"x"}, "address[lines][1]": {"y"}}))
	require.Equal(t, http.StatusOK, made.status, made.body)
	require.Contains(t, made.body, `"metadata":{"colour":"red"}`)
	require.Contains(t, made.body, `"lines":["x","y"]`)
	require.NotContains(t, made.body, "deleted")
	require.Regexp(t, `"created":1\d{9},`, made.body)
	path := "/v1/payers/" + made.id(t)
	require.JSONEq(t, made.body, k.say(http.MethodGet, path, "", auth).body)
	changed := k.say(http.MethodPost, path, "", auth, form(url.Values{"email": {"d@e.f"}}))
	require.Contains(t, changed.body, `"email":"d@e.f"`)
	gone := k.say(http.MethodDelete, path, "", auth)
	require.Contains(t, gone.body, `"deleted":true`)
	require.Contains(t, gone.body, made.id(t))

	refused := k.say(http.MethodPost, "/v1/payers", "", auth, form(url.Values{"address[lines][x]": {"1"}}))
	require.Equal(t, http.StatusBadRequest, refused.status, refused.body)

	call := k.say(http.MethodPost, "/2010/Calls.json", "", auth, form(url.Values{"To": {"+1"}, "Note": {"hi"}}))
	require.Equal(t, http.StatusCreated, call.status, call.body)
	require.Contains(t, call.body, `"to":"+1","note":"hi","status":"queued"`)
	path = "/2010/Calls/" + call.member(t, "sid") + ".json"
	require.Contains(t, k.say(http.MethodPost, path, "", auth, form(url.Values{"Status": {"canceled"}})).body, `"status":"canceled"`)
	require.Contains(t, k.say(http.MethodGet, "/2010/Calls.json?To=%2B1", "", auth).body, `"canceled"`)
	require.Equal(t, http.StatusNoContent, k.say(http.MethodDelete, path, "", auth).status)
	require.Equal(t, http.StatusNotFound, k.say(http.MethodGet, path, "", auth).status)
}

// Names call things, inside metadata or in place of a number; a value of a filter may
// mean no filter; a list may be seen across parents.
func TestNames(t *testing.T) {
	t.Parallel()
	k := family(t, "named")
	for _, name := range []string{"a", "b"} {
		require.Equal(t, http.StatusCreated, k.say(http.MethodPost, "/spaces", `{"metadata":{"name":"`+name+`"}}`).status)
	}
	require.Contains(t, k.get("/spaces?limit=1").body, `"continue"`)
	merged := k.say(http.MethodPatch, "/spaces/a", "", body("application/merge-patch+json", `{"colour":"red","metadata":{"name":"z"}}`))
	require.JSONEq(t, `{"metadata":{"name":"a"},"colour":"red"}`, merged.body)
	patched := k.say(http.MethodPatch, "/spaces/a", "", body("application/json-patch+json", `[{"op":"remove","path":"/colour"}]`))
	require.JSONEq(t, `{"metadata":{"name":"a"}}`, patched.body)
	require.Equal(t, http.StatusCreated, k.say(http.MethodPut, "/spaces/c", `{"colour":"green"}`).status)
	require.JSONEq(t, `{"metadata":{"name":"c"},"colour":"green"}`, k.get("/spaces/c").body)

	made := k.say(http.MethodPost, "/owners/me/repos", `{"name":"one"}`)
	require.Equal(t, http.StatusCreated, made.status, made.body)
	require.Contains(t, made.body, `"state":"open","locked":false`)
	require.Contains(t, made.body, `"topics":[]`)
	require.Equal(t, http.StatusCreated, k.say(http.MethodPost, "/owners/you/repos", `{"name":"two"}`).status)
	require.Equal(t, made.body, k.get("/owners/me/repos/one").body)
	require.Equal(t, http.StatusNoContent, k.say(http.MethodPut, "/owners/me/repos/one/lock", "").status)
	require.Contains(t, k.get("/owners/me/repos/one").body, `"locked":true`)
	require.Equal(t, http.StatusNoContent, k.say(http.MethodDelete, "/owners/me/repos/one/lock", "").status)
	require.Contains(t, k.get("/owners/me/repos/one").body, `"locked":false`)
	require.Equal(t, http.StatusOK, k.say(http.MethodPatch, "/owners/me/repos/one", `{"state":"closed"}`).status)
	require.Empty(t, k.get("/owners/me/repos?state=open").names(t, "", "name"))
	require.Equal(t, []string{"one"}, k.get("/owners/me/repos?state=all").names(t, "", "name"))
	require.Equal(t, []string{"one", "two"}, k.get("/repos").names(t, "", "name"))
}

// A verb may stand after a colon, an id in the query, a list of changes in a PATCH; and
// the first of a list may have the number one.
func TestVerbs(t *testing.T) {
	t.Parallel()
	k := family(t, "verbs")
	key := func(r *http.Request) { r.URL.RawQuery += "&key=" + k.api.Key("write").Token }
	made := k.say(http.MethodPost, "/v1/halls?hallId=big", `{"theme":"x"}`, key)
	require.JSONEq(t, `{"name":"big","theme":"x","archived":false}`, made.body)
	archived := k.say(http.MethodPost, "/v1/halls/big:archive", "", key)
	require.JSONEq(t, `{"name":"big","theme":"x","archived":true}`, archived.body)

	var first string
	for _, name := range []string{"a", "b", "c"} {
		made := k.say(http.MethodPost, "/scim/Users", "", body("application/scim+json", `{"userName":"`+name+`"}`), key)
		require.Equal(t, http.StatusCreated, made.status, made.body)
		if first == "" {
			first = made.id(t)
		}
	}
	page := k.say(http.MethodGet, "/scim/Users?startIndex=1&count=2", "", key)
	require.Contains(t, page.body, `"startIndex":1`)
	require.Equal(t, []string{"a", "b"}, page.names(t, "Resources", "userName"))
	require.Equal(t, []string{"c"}, k.say(http.MethodGet, "/scim/Users?startIndex=3&count=2", "", key).names(t, "Resources", "userName"))

	edit := func(operations string) string {
		got := k.say(http.MethodPatch, "/scim/Users/"+first, "", body("application/scim+json", `{"Operations":`+operations+`}`), key)
		require.Equal(t, http.StatusOK, got.status, got.body)
		return got.body
	}
	user := `{"id":"` + first + `","userName":"a",`
	require.JSONEq(t, user+`"active":false,"name":{"givenName":"A"},"emails":[{"value":"x"},{"value":"y"}]}`,
		edit(`[{"op":"replace","path":"active","value":false},{"op":"add","value":{"name":{"givenName":"A"},"emails":[{"value":"x"}]}},{"op":"add","path":"emails","value":{"value":"y"}}]`))
	require.JSONEq(t, user+`"active":false,"name":{"givenName":"A","familyName":"B"}}`,
		edit(`[{"op":"remove","path":"emails"},{"op":"replace","path":"name.familyName","value":"B"},{"op":"replace","path":"active","value":"no"},{"op":"remove","path":"userName"}]`), "what would break the user is left")
}

// What an edit must not do leaves the item as it was, however deep it reaches.
func TestAnEditThatBreaksAnItemDeepInsideIsPassedOver(t *testing.T) {
	t.Parallel()
	document, err := os.ReadFile(filepath.Join("..", "fixtures", "specs", "verbs.yaml"))
	require.NoError(t, err)
	deep := strings.Replace(string(document), "familyName: {type: string}", "familyName: {type: string}, parts: {type: object, properties: {count: {type: integer}}}", 1)
	k := talkTo(t, []byte(deep), nil)
	key := func(r *http.Request) { r.URL.RawQuery += "&key=" + k.api.Key("write").Token }
	scim := func(method, path, sent string) answer {
		return k.say(method, path, "", body("application/scim+json", sent), key)
	}
	id := scim(http.MethodPost, "/scim/Users", `{"userName":"a","name":{"parts":{"count":2}}}`).id(t)
	got := scim(http.MethodPatch, "/scim/Users/"+id, `{"Operations":[{"op":"replace","path":"name.parts.count","value":"many"},{"op":"replace","path":"active","value":true}]}`)
	require.Equal(t, http.StatusOK, got.status, got.body)
	require.JSONEq(t, `{"id":"`+id+`","userName":"a","active":true,"name":{"parts":{"count":2}}}`, got.body)
}
