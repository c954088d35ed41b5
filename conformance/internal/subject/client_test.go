package subject_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"understudy/conformance/internal/subject"
)

// The organizations of every test, and ids that nothing has.
const (
	home           = "01921f70-4a1c-0000-9d3e-6b7f50c2e814" // of the keys write, read and unscoped
	abroad         = "019220c4-95e3-0000-8b12-d4a07e63f95c" // of the key foreign
	noOrganization = "01921f70-0000-0000-0000-000000000000"
	noRecord       = "01996f1b-0000-4000-8000-000000000000"
)

// The tokens of every test.
const (
	write    = "phx_writeWW2Wq2mVt9ZkXc4LrBn8WsYpDf3GjTa6EuRoQi"
	read     = "phx_readRR5Nw8cJt3QzKd7VhRx2MbYs9FpLg4TaUeGoXiB"
	unscoped = "phx_unscopedUU4Fk9sWd2JvHt6XbPq8MzRy3LcNg7TaEuV"
	foreign  = "phx_foreignFF6Rb3tHw9KyMd5ZcXq2VpLs8JnFg4TaGuEo"
	unknown  = "phx_unknownXX6Rb3tHw9KyMd5ZcXq2VpLs8JnFg4TaGuEo"
)

// withKeys is a Config with the four keys that a suite asks for.
func withKeys() subject.Config {
	both := []string{subject.ReadScope, subject.WriteScope}
	return subject.Config{Keys: []subject.Key{
		{Name: "write", Token: write, Scopes: both, Organization: home, User: 1001},
		{Name: "read", Token: read, Scopes: both[:1], Organization: home, User: 1002},
		{Name: "unscoped", Token: unscoped, Organization: home, User: 1003},
		{Name: "foreign", Token: foreign, Scopes: both, Organization: abroad, User: 2001},
	}}
}

// collection and item are the two paths of the API.
func collection(organization string) string {
	return "/api/organizations/" + organization + "/proxy_records/"
}

func item(organization, id string) string { return collection(organization) + id + "/" }

// serve runs a subject until the test ends, and gives its URL.
func serve(t *testing.T, config subject.Config) string {
	t.Helper()
	server := httptest.NewServer(subject.New(config))
	t.Cleanup(server.Close)
	return server.URL
}

// An ask is one request.
type ask struct {
	method, path string
	auth         string // the Authorization header; "" sends none
	header       http.Header
	contentType  string
	body         string
}

// newAsk is a request under a key.
func newAsk(method, path, token string) ask {
	return ask{method: method, path: path, auth: "Bearer " + token, header: http.Header{}}
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

// sending adds a body under a content type.
func (a ask) sending(contentType, body string) ask {
	a.contentType, a.body = contentType, body
	return a
}

// json adds a JSON body.
func (a ask) json(body string) ask { return a.sending("application/json", body) }

// domain adds a JSON body with a domain.
func (a ask) domain(domain string) ask {
	quoted, err := json.Marshal(domain)
	if err != nil {
		panic(err)
	}
	return a.json(`{"domain":` + string(quoted) + `}`)
}

// form adds a form with a domain.
func (a ask) form(domain string) ask {
	return a.sending("application/x-www-form-urlencoded", url.Values{"domain": {domain}}.Encode())
}

// multipart adds a multipart form with a domain.
func (a ask) multipart(domain string) ask {
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	_ = w.SetBoundary("the-boundary")
	_ = w.WriteField("domain", domain)
	_ = w.Close()
	return a.sending(w.FormDataContentType(), body.String())
}

// A got is what came back.
type got struct {
	status int
	header http.Header
	text   string
	value  any // of a JSON body; nil otherwise
}

// client follows no redirect and asks for no compression behind the test's back.
func client() *http.Client {
	return &http.Client{
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport:     &http.Transport{DisableCompression: true, MaxIdleConnsPerHost: 2 * crowd},
	}
}

// A browser sends requests to one server.
type browser struct {
	url    string
	client *http.Client
}

func newBrowser(t *testing.T, serverURL string) *browser {
	t.Helper()
	c := client()
	t.Cleanup(c.CloseIdleConnections)
	return &browser{url: serverURL, client: c}
}

// try sends a request. It may be called from any goroutine.
func (b *browser) try(ctx context.Context, a ask) (got, error) {
	address := a.path
	if !strings.Contains(address, "://") {
		address = b.url + address
	}
	request, err := http.NewRequestWithContext(ctx, a.method, address, strings.NewReader(a.body))
	if err != nil {
		return got{}, err
	}
	request.Header = a.header.Clone()
	request.Header.Set("User-Agent", "test")
	if a.auth != "" {
		request.Header.Set("Authorization", a.auth)
	}
	if a.contentType != "" {
		request.Header.Set("Content-Type", a.contentType)
	}
	response, err := b.client.Do(request)
	if err != nil {
		return got{}, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return got{}, err
	}
	g := got{status: response.StatusCode, header: response.Header, text: string(body)}
	_ = json.Unmarshal(body, &g.value) // what is no JSON has no value
	return g, nil
}

// object is the body as an object.
func (g got) object(t *testing.T) map[string]any {
	t.Helper()
	object, ok := g.value.(map[string]any)
	require.True(t, ok, "the body is %s", g.text)
	return object
}

// member is a member of the body as a text; "" when it is none.
func (g got) member(name string) string {
	object, _ := g.value.(map[string]any)
	text, _ := object[name].(string)
	return text
}

// results are the records of a list.
func (g got) results() []map[string]any {
	object, _ := g.value.(map[string]any)
	list, _ := object["results"].([]any)
	var records []map[string]any
	for _, entry := range list {
		if r, ok := entry.(map[string]any); ok {
			records = append(records, r)
		}
	}
	return records
}

// column is one member of each record of a list.
func (g got) column(name string) []any {
	values := []any{}
	for _, r := range g.results() {
		values = append(values, r[name])
	}
	return values
}
