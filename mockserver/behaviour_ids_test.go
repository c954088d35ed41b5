package mockserver_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"understudy/mockserver"
)

// withIDs is a collection whose ids have a schema, and whether requests choose them.
func withIDs(id string, chosen bool) []byte {
	sent := "{type: object, properties: {name: {type: string}}}"
	if chosen {
		sent = "{type: object, required: [id], properties: {id: " + id + ", name: {type: string}}}"
	}
	return smallDocument(strings.Replace(nested("/things", "id", "Thing"), "{type: object, properties: {name: {type: string}}}", sent, 1)+`
    put:
      requestBody: {required: true, content: {application/json: {schema: {type: object, properties: {name: {type: string}}}}}}
      responses: {'200': {description: The thing, content: {application/json: {schema: {$ref: '#/components/schemas/Thing'}}}}}
`, namedItem("Thing", id))
}

// Who repeats a recorded session sees a new record after the old ones, as it would be
// where the ids come from.
func TestNewIDsComeAfterThoseOfTheData(t *testing.T) {
	t.Parallel()
	data := mockserver.WithData("data.json", []byte(`{"records": [{"collection": "/things", "items": [{"id": 1000, "name": "a"}, {"id": 3, "name": "b"}]}]}`))
	k := talkTo(t, withIDs("{type: integer, readOnly: true}", false), nil, data, mockserver.WithRecords(2))
	require.Equal(t, http.StatusOK, k.get("/things/1002").status)
	require.Equal(t, "1003", k.make("/things", `{"name":"c"}`))
}

func TestIDs(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		schema  string
		chosen  string // the id that the request has, as JSON; "" when the server chooses
		pattern string // of the id as text
		same    func(id string) string
	}{
		"integers in sequence":            {"{type: integer, readOnly: true}", "", "^1$", func(id string) string { return "00" + id }},
		"texts":                           {"{type: string, readOnly: true}", "", "^[0-9a-f-]{36}$", nil},
		"UUIDs":                           {"{type: string, format: uuid, readOnly: true}", "", "^[0-9a-f-]{36}$", strings.ToUpper},
		"of a pattern":                    {"{type: string, pattern: '^c[a-z]{8}$', readOnly: true}", "", "^c[a-z]{8}$", nil},
		"slugs that are sent":             {"{type: string, pattern: '^[a-z-]+$'}", `"big-one"`, "^big-one$", nil},
		"numbers that are sent":           {"{type: integer}", "42", "^42$", func(id string) string { return "0" + id }},
		"UUIDs that are sent in capitals": {"{type: string, format: uuid}", `"01996F1B-0000-7000-8000-00000000000A"`, "^01996F1B-0000-7000-8000-00000000000A$", strings.ToLower},
		"texts that must be escaped":      {"{type: string}", `"a/b c%d?é"`, "^a/b c%d", nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			k := talkTo(t, withIDs(test.schema, test.chosen != ""), nil)
			sent := `{"name":"a"}`
			if test.chosen != "" {
				sent = `{"id":` + test.chosen + `,"name":"a"}`
			}
			id := k.make("/things", sent)
			require.Regexp(t, test.pattern, id)
			path := "/things/" + escaped(id)
			require.Equal(t, id, k.get(path).id(t))
			if test.same != nil {
				require.Equal(t, id, k.get("/things/"+escaped(test.same(id))).id(t))
			}
			if test.chosen != "" {
				require.Equal(t, http.StatusConflict, k.say(http.MethodPost, "/things", sent).status)
			}
			require.Equal(t, http.StatusOK, k.say(http.MethodPut, path, `{"name":"b"}`).status)
			require.Equal(t, []string{"b"}, k.get("/things").names(t, "", "name"))
			saved := k.api.state(t)
			require.Equal(t, http.StatusNoContent, k.say(http.MethodDelete, path, "").status)
			require.Equal(t, http.StatusNotFound, k.say(http.MethodGet, path, "").status)
			k.api.load(t, saved)
			require.Equal(t, id, k.get(path).id(t))
		})
	}
}

// escaped is a text as one segment of a path.
func escaped(text string) string {
	var b strings.Builder
	for i := range len(text) {
		fmt.Fprintf(&b, "%%%02X", text[i])
	}
	return b.String()
}
