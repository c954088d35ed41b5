package mockserver_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"understudy"
	"understudy/fixtures"
	"understudy/internal/contract"
	"understudy/mockserver"
)

// Items that are made of the text of a body are, byte for byte, those that are made
// as a tree.
func TestItemsAreTheSameAsTextAndAsTrees(t *testing.T) {
	documents := map[string][]byte{"openapi.yaml": understudy.OpenAPI}
	for _, name := range []string{"box.json", "discord.json", "digitalocean.yaml"} {
		if data, err := os.ReadFile("../../shared/specs/" + name); err == nil && !testing.Short() {
			documents[name] = data
		}
	}
	documents["pages.yaml"], documents["notes.yaml"] = pages, notes
	for name, document := range documents {
		t.Run(name, func(t *testing.T) {
			c, err := contract.Load(name, document)
			require.NoError(t, err)
			text, trees := twin(t, name, document), twin(t, name, document, mockserver.WithTrees())
			sent := 0
			for _, stop := range text.Tour(t.Context()) {
				m := c.Match(stop.Method, strings.SplitN(stop.Path, "?", 2)[0])
				if stop.Method != http.MethodPost && stop.Method != http.MethodPatch || m.Operation == nil || m.Operation.Body == nil {
					continue
				}
				for _, body := range bodiesFor(m.Operation) {
					want, got := ask(trees, stop.Method, stop.Path, body), ask(text, stop.Method, stop.Path, body)
					require.Equal(t, want.Code, got.Code, body)
					require.Equal(t, want.Body.String(), got.Body.String(), body)
					sent++
				}
			}
			assert.Positive(t, sent)
		})
	}
}

func twin(t *testing.T, name string, document []byte, options ...mockserver.Option) *mockserver.Server {
	t.Helper()
	at := time.Date(2026, 11, 7, 9, 30, 0, 0, time.UTC)
	clock := func() time.Time { at = at.Add(time.Millisecond); return at }
	options = append(options, mockserver.WithClock(clock), mockserver.WithSpec(name, document))
	if name == "openapi.yaml" {
		options = append(options, mockserver.WithData("data.yaml", fixtures.Default))
	}
	server, err := mockserver.New(options...)
	require.NoError(t, err)
	return server
}

// bodiesFor makes up bodies of an operation: valid ones, and ones that are not.
func bodiesFor(op *contract.Operation) []string {
	bodies := []string{"{}", `{"a":`, `{"domain":"é\n","domain2":{"b":[1.50,2e3],"a":null}}`, ` { "title" : "\u00e9" , "domain":"x" } `}
	for _, media := range op.Body.Content {
		if media.Type != "application/json" || media.Schema == nil {
			continue
		}
		for i := range 12 {
			generator := fixtures.NewGenerator(uint64(i))
			if value, err := generator.Value(media.Schema.Compiled(), fmt.Sprint(i)); err == nil {
				body, _ := contract.AppendJSON(nil, value)
				bodies = append(bodies, string(body))
			}
		}
	}
	return bodies
}

func ask(server *mockserver.Server, method, path, body string) *httptest.ResponseRecorder {
	request := httptest.NewRequest(method, path, strings.NewReader(body))
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Authorization", "Bearer "+server.Key("write").Token)
	answer := httptest.NewRecorder()
	server.ServeHTTP(answer, request)
	return answer
}

// Items that move by themselves are, byte for byte, those that move as a tree.
func TestItemsMoveTheSameAsTextAndAsTrees(t *testing.T) {
	text, trees := start(t), start(t, mockserver.WithTrees())
	for _, api := range []*standIn{text, trees} {
		for i := range 3 {
			require.Equal(t, http.StatusCreated, ask(api.Server, http.MethodPost, listPath(home), fmt.Sprintf(`{"domain":"e%d.example.com"}`, i)).Code)
			api.clock.advance(time.Second)
		}
	}
	for range 4 {
		want := ask(trees.Server, http.MethodGet, listPath(home), "").Body.String()
		require.Equal(t, want, ask(text.Server, http.MethodGet, listPath(home), "").Body.String())
		text.clock.advance(6 * time.Second)
		trees.clock.advance(6 * time.Second)
	}
	require.NotContains(t, ask(text.Server, http.MethodGet, listPath(home)+"?limit=3", "").Body.String(), `"waiting"`)
}
