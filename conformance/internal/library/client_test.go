package library_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"understudy/conformance/internal/library"
)

// The user of the tests.
const user, password = "ada", "Leaves-of-Grass"

// crowd is how many requests are sent at once.
const crowd = 20

// furnished is a library with some shelves and books.
func furnished() library.Config {
	return library.Config{Users: map[string]string{user: password}, Shelves: 2, Books: 7}
}

// The shelves and the first book of a furnished library, and ids that it has not.
const (
	shelves = "/shelves"
	shelf   = "/shelves/101"
	books   = "/shelves/101/books"
	book    = "/shelves/101/books/102"
	other   = "/shelves/109"
	astray  = "/shelves/109/books/102"
	nowhere = "/shelves/999999"
	nothing = "/shelves/101/books/999999"
)

// An ask is one request.
type ask struct {
	method, path string
	auth         string // the Authorization header; "" sends none
	header       http.Header
	body         string
}

// request is a request of the user.
func request(method, path string) ask {
	r := http.Request{Header: http.Header{}}
	r.SetBasicAuth(user, password)
	return ask{method: method, path: path, auth: r.Header.Get("Authorization"), header: http.Header{}}
}

func get(path string) ask { return request(http.MethodGet, path) }

func post(path, body string) ask {
	return request(http.MethodPost, path).sending("application/json", body)
}

func put(path, body string) ask {
	return request(http.MethodPut, path).sending("application/json", body)
}

func patch(path, body string) ask {
	return request(http.MethodPatch, path).sending("application/merge-patch+json", body)
}

func remove(path string) ask { return request(http.MethodDelete, path) }

// sending adds a body under a content type.
func (a ask) sending(contentType, body string) ask {
	a.body = body
	return a.with("Content-Type", contentType)
}

// with adds a header.
func (a ask) with(name, value string) ask {
	a.header = a.header.Clone()
	a.header.Set(name, value)
	return a
}

// by replaces the Authorization header.
func (a ask) by(authorization string) ask {
	a.auth = authorization
	return a
}

// A got is what came back.
type got struct {
	status int
	header http.Header
	text   string
	value  map[string]any // the body; nil when it is no JSON object
}

// item is the record that an answer wraps.
func (g got) item() map[string]any {
	for _, name := range []string{"book", "shelf"} {
		if item, ok := g.value[name].(map[string]any); ok {
			return item
		}
	}
	return nil
}

// entries are the records of a list.
func (g got) entries() []map[string]any {
	var all []map[string]any
	for _, name := range []string{"books", "shelves"} {
		list, _ := g.value[name].([]any)
		for _, entry := range list {
			if entry, ok := entry.(map[string]any); ok {
				all = append(all, entry)
			}
		}
	}
	return all
}

// at is the path of an answer's record in a list.
func (g got) at(list string) string {
	id, _ := g.item()["id"].(float64)
	return fmt.Sprint(list, "/", int(id))
}

// A browser sends requests to one server.
type browser struct {
	url    string
	client *http.Client
}

func browse(t *testing.T, config library.Config) *browser {
	t.Helper()
	server := httptest.NewServer(library.New(config))
	client := &http.Client{
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport:     &http.Transport{DisableCompression: true, MaxIdleConnsPerHost: 2 * crowd},
	}
	t.Cleanup(server.Close)
	t.Cleanup(client.CloseIdleConnections)
	return &browser{server.URL, client}
}

// try sends a request. It may be called from any goroutine.
func (b *browser) try(ctx context.Context, a ask) (got, error) {
	r, err := http.NewRequestWithContext(ctx, a.method, b.url+strings.TrimPrefix(a.path, b.url), strings.NewReader(a.body))
	if err != nil {
		return got{}, err
	}
	r.Header = a.header.Clone()
	r.Header.Set("User-Agent", "test")
	if a.auth != "" {
		r.Header.Set("Authorization", a.auth)
	}
	response, err := b.client.Do(r)
	if err != nil {
		return got{}, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return got{}, err
	}
	g := got{status: response.StatusCode, header: response.Header, text: string(body)}
	_ = json.Unmarshal(body, &g.value) // what is no JSON object has no value
	return g, nil
}

// one sends one request.
func (b *browser) one(t *testing.T, a ask) got {
	t.Helper()
	g, err := b.try(t.Context(), a)
	require.NoError(t, err)
	return g
}

// readAll reads a body and puts it back.
func readAll(t *testing.T, response *http.Response) []byte {
	t.Helper()
	body, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
	response.Body = io.NopCloser(bytes.NewReader(body))
	return body
}
