package proxy_test

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"understudy/internal/contract"
	"understudy/internal/proxy"
	"understudy/internal/resource"
	"understudy/mockserver"
)

// standIn is a mock of a document of fixtures/specs.
func standIn(t *testing.T, name string, options ...mockserver.Option) (*mockserver.Running, *contract.Contract, *resource.Model) {
	t.Helper()
	file := "../../fixtures/specs/" + name + ".yaml"
	data, err := os.ReadFile(file)
	require.NoError(t, err)
	c, err := contract.Load(file, data)
	require.NoError(t, err)
	m, err := resource.Infer(c)
	require.NoError(t, err)
	return mockserver.Start(t, append([]mockserver.Option{mockserver.WithSpec(file, data)}, options...)...), c, m
}

// paths lists what of a stand-in can be read with GET.
func paths(t *testing.T, s *mockserver.Running) []string {
	t.Helper()
	var found []string
	for _, stop := range s.Tour(t.Context()) {
		if stop.Method == http.MethodGet && !strings.Contains(stop.Path, "{") {
			found = append(found, stop.Path)
		}
	}
	require.NotEmpty(t, found)
	return found
}

// read asks for a path as the document wants it to be asked for.
func read(t *testing.T, base, path string, c *contract.Contract, s *mockserver.Running) (int, string) {
	t.Helper()
	var header []string
	for _, scheme := range c.SecuritySchemes() {
		token := s.Keys()[0].Token
		if own := s.Keys()[0].Tokens[scheme.Name]; own != "" {
			token = own
		}
		switch {
		case scheme.Type == "apiKey" && scheme.In == "header":
			header = append(header, scheme.Parameter, token)
		case scheme.Type == "apiKey" && scheme.In == "query":
			path += "?" + scheme.Parameter + "=" + url.QueryEscape(token)
		case scheme.Type == "apiKey":
			header = append(header, "Cookie", scheme.Parameter+"="+token)
		case scheme.Scheme == "basic":
			header = append(header, "Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte(token)))
		default:
			header = append(header, "Authorization", "Bearer "+token)
		}
	}
	response, body := get(t, base+path, header...)
	require.NotContains(t, []int{401, 403}, response.StatusCode, path+": "+body)
	return response.StatusCode, body
}

// What passed is enough to stand in: the same reads are answered alike by a stand-in
// that has only what was recorded.
func TestWhatPassedStandsIn(t *testing.T) {
	for _, name := range []string{"bare-list", "limit-offset", "page-number", "cursor", "nested", "wrapped", "client-slug", "singleton", "json-api", "apart", "keyed", "starting-after", "before-after", "marker", "page-token", "link-header", "json-patch", "put-creates", "put-partial", "statuses", "actions", "composed", "corrected", "security", "swagger"} {
		t.Run(name, func(t *testing.T) {
			original, c, m := standIn(t, name, mockserver.WithRecords(4))
			s := before(t, original.URL, func(config *proxy.Config, w *proxy.Watch) {
				config.Contract, config.Model, w.Contract, w.Model, w.Record = c, m, c, m, true
			})
			reads := paths(t, original)
			before := map[string]string{}
			for _, path := range reads {
				status, body := read(t, s.url, path, c, original)
				before[path] = fmt.Sprint(status, " ", strings.ReplaceAll(body, original.URL, ""))
			}
			require.Empty(t, s.found(t))
			recorded, err := s.witness.Recorded()
			require.NoError(t, err)
			require.NotZero(t, recorded.Records)
			for _, key := range original.Keys() {
				assert.NotContains(t, string(recorded.Data), key.Token)
			}

			again, _, _ := standIn(t, name, mockserver.WithData("records.json", recorded.Data))
			for _, path := range reads {
				status, body := read(t, again.URL, path, c, again)
				assert.Equal(t, before[path], fmt.Sprint(status, " ", strings.ReplaceAll(body, again.URL, "")), path)
			}
		})
	}
}

func TestRecordsFollowWhatIsWritten(t *testing.T) {
	const item = "/things/%s"
	c, m := load(t, recordable)
	names := map[string]string{"1": "one", "2": "two", "3": "three"}
	upstream := api(t, func(w http.ResponseWriter, r *http.Request) {
		id := strings.TrimPrefix(r.URL.Path, "/things/")
		switch r.Method {
		case http.MethodDelete:
			w.WriteHeader(http.StatusNoContent)
		case http.MethodGet:
			things(fmt.Sprintf(`{"id": %s, "name": %q, "token": "t-%s", "extra": true}`, id, names[id], id))(w, r)
		}
	})
	s := before(t, upstream, func(config *proxy.Config, w *proxy.Watch) {
		config.Contract, config.Model, w.Contract, w.Model, w.Record = c, m, c, m, true
		w.Redact = []string{"token"}
	})
	for _, id := range []string{"1", "2", "3"} {
		get(t, s.url+fmt.Sprintf(item, id))
	}
	names["1"] = "changed"
	get(t, s.url+fmt.Sprintf(item, "1"))
	send(t, http.MethodDelete, s.url+fmt.Sprintf(item, "2"), "")
	s.found(t)
	recorded, err := s.witness.Recorded()
	require.NoError(t, err)
	assert.JSONEq(t, `{"records": [{"collection": "/things", "items": [{"id": 1, "name": "changed"}, {"id": 3, "name": "three"}]}]}`, string(recorded.Data))
	assert.ElementsMatch(t, []string{"/things: token is redacted (4 times)", "/things: the document does not declare the member extra (4 times)"}, recorded.Unplaced)
}

// A list that has the newest first is taken from its end, or records of one moment would
// come the wrong way round.
func TestANewestFirstListIsTakenFromItsEnd(t *testing.T) {
	c, m := load(t, strings.NewReplacer(
		"/things:\n", "/things:\n    x-understudy: {order: -made}\n",
		"token: {type: string}", "made: {type: string, format: date-time, readOnly: true, x-understudy: {source: created}}",
	).Replace(recordable))
	upstream := api(t, things(`[{"id": 2, "name": "b", "made": "2026-01-01T00:00:00Z"}, {"id": 1, "name": "a", "made": "2026-01-01T00:00:00Z"}]`))
	s := before(t, upstream, func(config *proxy.Config, w *proxy.Watch) {
		config.Contract, config.Model, w.Contract, w.Model, w.Record = c, m, c, m, true
	})
	get(t, s.url+"/things")
	s.found(t)
	recorded, err := s.witness.Recorded()
	require.NoError(t, err)
	assert.Less(t, strings.Index(string(recorded.Data), `"id": 1`), strings.Index(string(recorded.Data), `"id": 2`), string(recorded.Data))
}

const recordable = `openapi: 3.1.0
info: {title: Things, version: "1"}
paths:
  /things:
    get: {responses: {'200': {description: ok, content: {application/json: {schema: {type: array, items: {$ref: '#/components/schemas/Thing'}}}}}}}
    post: {requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/Thing'}}}}, responses: {'201': {description: made, content: {application/json: {schema: {$ref: '#/components/schemas/Thing'}}}}}}
  /things/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: integer}}]
    get: {responses: {'200': {description: ok, content: {application/json: {schema: {$ref: '#/components/schemas/Thing'}}}}}}
    delete: {responses: {'204': {description: gone}}}
components: {schemas: {Thing: {type: object, required: [id, name], properties: {id: {type: integer, readOnly: true}, name: {type: string}, token: {type: string}}}}}
`
