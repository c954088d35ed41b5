package mockserver_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"understudy/internal/contract"
	"understudy/internal/resource"
	"understudy/mockserver"
)

// A talk is with a stand-in of a small document that needs no key.
type talk struct {
	t   *testing.T
	api *standIn
}

// document is an OpenAPI document around paths and schemas, both with two blanks
// before each line.
func smallDocument(paths, schemas string) []byte {
	return []byte("openapi: 3.1.0\ninfo: {title: Small, version: '1'}\npaths:\n" + paths + "\ncomponents:\n  schemas:\n" + schemas + "\n")
}

// talkTo starts a stand-in. change, which may be nil, says what the document means
// where that is not to be read from it.
func talkTo(t *testing.T, document []byte, change func(*contract.Contract, *resource.Model), options ...mockserver.Option) talk {
	t.Helper()
	options = append(options, mockserver.WithSpec("small.yaml", document))
	if change != nil {
		options = append(options, mockserver.WithModel(change))
	}
	return talk{t, start(t, options...)}
}

// say sends a request; a body that is not empty is JSON.
func (k talk) say(method, path, sent string, changes ...change) answer {
	k.t.Helper()
	if sent != "" {
		changes = append([]change{jsonBody(sent)}, changes...)
	}
	path = strings.TrimPrefix(path, k.api.URL)
	got, err := k.api.anonymous().try(k.t.Context(), method, path, changes...)
	require.NoError(k.t, err)
	return got
}

// get reads a path, which must be there.
func (k talk) get(path string) answer {
	k.t.Helper()
	got := k.say(http.MethodGet, path, "")
	require.Equal(k.t, http.StatusOK, got.status, got.body)
	return got
}

// make creates an item and gives its id.
func (k talk) make(path, sent string) string {
	k.t.Helper()
	got := k.say(http.MethodPost, path, sent)
	require.Equal(k.t, http.StatusCreated, got.status, got.body)
	return got.id(k.t)
}

// id is the id in an answer, wrapped or not, as text.
func (a answer) id(t *testing.T) string {
	t.Helper()
	var item map[string]json.RawMessage
	require.NoError(t, json.Unmarshal([]byte(a.body), &item), a.body)
	if item["id"] == nil && len(item) == 1 {
		for _, inner := range item {
			require.NoError(t, json.Unmarshal(inner, &item), a.body)
		}
	}
	return strings.Trim(string(item["id"]), `"`)
}

// names lists a member of the items in a list, which is the body or a member of it.
func (a answer) names(t *testing.T, member, name string) []string {
	t.Helper()
	require.Equal(t, http.StatusOK, a.status, a.body)
	var items []map[string]any
	if member == "" {
		require.NoError(t, json.Unmarshal([]byte(a.body), &items), a.body)
	} else {
		body := map[string]json.RawMessage{}
		require.NoError(t, json.Unmarshal([]byte(a.body), &body), a.body)
		require.NoError(t, json.Unmarshal(body[member], &items), a.body)
	}
	list := []string{}
	for _, item := range items {
		text, _ := item[name].(string)
		list = append(list, text)
	}
	return list
}

// modelOf is what a document means.
func modelOf(t *testing.T, document []byte) *resource.Model {
	t.Helper()
	c, err := contract.Load("small.yaml", document)
	require.NoError(t, err)
	model, err := resource.Infer(c)
	require.NoError(t, err)
	return model
}

// member is the text of a member of an answer.
func (a answer) member(t *testing.T, name string) string {
	t.Helper()
	var item map[string]any
	require.NoError(t, json.Unmarshal([]byte(a.body), &item), a.body)
	value, _ := item[name].(string)
	require.NotEmpty(t, value, a.body)
	return value
}
