package mockserver_test

import (
	"encoding/json"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"understudy/mockserver"
)

// refusals says how things are refused, in words that OpenAPI lacks.
const refusals = `overlay: 1.0.0
info: {title: How it refuses, version: '1'}
actions:
  - target: $.paths['/things']
    update: {x-understudy: {refuse: [read_only, unknown], page: {default: 3, maximum: 2}, errors: {invalid.unknown: 'Who knows {field}?'}}}
  - target: $
    update:
      x-understudy:
        statuses: {invalid: 422, invalid.read_only: 409, not_found: 410}
        errors:
          invalid: {error: {fields: ['{field}'], text: 'No {member}.'}}
          not_found: Gone.
`

// paged is a document of things in pages.
func paged() []byte {
	return smallDocument(`
  /things:
    get:
      parameters: [{name: limit, in: query, schema: {type: integer}}, {name: offset, in: query, schema: {type: integer}}]
      responses: {'200': {description: Things, content: {application/json: {schema: {type: array, items: {$ref: '#/components/schemas/Thing'}}}}}}
    post:
      requestBody: {content: {application/json: {schema: {type: object, properties: {name: {type: string}, size: {type: object, properties: {height: {type: integer}}}}}}}}
      responses: {'201': {description: One, content: {application/json: {schema: {$ref: '#/components/schemas/Thing'}}}}}
  /things/{id}:
    get:
      parameters: [{name: id, in: path, required: true, schema: {type: integer}}]
      responses: {'200': {description: One, content: {application/json: {schema: {$ref: '#/components/schemas/Thing'}}}}}
`, `
    Thing: {type: object, required: [id], properties: {id: {type: integer, readOnly: true}, name: {type: string}, made: {type: string, readOnly: true}}}`)
}

func TestRefusalsInTheWordsOfTheDocument(t *testing.T) {
	t.Parallel()
	k := talkTo(t, paged(), nil, mockserver.WithOverlay("refusals.yaml", []byte(refusals)))
	for _, test := range []struct {
		name, method, path, sent string
		status                   int
		body                     string
	}{
		{"a member that the server sets", http.MethodPost, "/things", `{"name":"a","made":"b"}`, http.StatusConflict, `{"error":{"fields":["made"],"text":"No made."}}`},
		{"a member that is not known", http.MethodPost, "/things", `{"name":"a","colour":"b"}`, http.StatusUnprocessableEntity, `"Who knows colour?"`},
		{"a member of another type", http.MethodPost, "/things", `{"name":1}`, http.StatusUnprocessableEntity, `{"error":{"fields":["name"],"text":"No name."}}`},
		{"a member of a member", http.MethodPost, "/things", `{"size":{"height":"a"}}`, http.StatusUnprocessableEntity, `{"error":{"fields":["size.height"],"text":"No height."}}`},
		{"what is not there", http.MethodGet, "/things/77", "", http.StatusGone, `"Gone."`},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := k.say(test.method, test.path, test.sent)
			require.Equal(t, test.status, got.status)
			require.JSONEq(t, test.body, got.body)
		})
	}
}

// A maximum caps what is asked for, and not what is given to those who ask for nothing.
func TestADefaultMayBeAboveTheMaximum(t *testing.T) {
	t.Parallel()
	k := talkTo(t, paged(), nil, mockserver.WithOverlay("refusals.yaml", []byte(refusals)), mockserver.WithRecords(5))
	for query, want := range map[string]int{"": 3, "?limit=5": 2, "?limit=1": 1, "?offset=1": 3, "?limit=5&offset=1": 2} {
		var things []any
		require.NoError(t, json.Unmarshal([]byte(k.say(http.MethodGet, "/things"+query, "").body), &things))
		require.Len(t, things, want, query)
	}
}
