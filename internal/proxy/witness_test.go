package proxy_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"understudy/internal/proxy"
)

// exchange is a GET with its answer.
func exchange(t testing.TB, path string, status int, body string) *proxy.Exchange {
	t.Helper()
	u, err := url.Parse("https://api.example.com" + path)
	require.NoError(t, err)
	return &proxy.Exchange{Method: http.MethodGet, URL: u, Path: u.EscapedPath(), Header: http.Header{}, Answer: &proxy.Answer{
		Status: status, Header: http.Header{"Content-Type": {"application/json"}}, Body: proxy.Body{Data: []byte(body), Size: int64(len(body))},
	}}
}

func watching(t testing.TB, change func(*proxy.Watch)) *proxy.Witness {
	t.Helper()
	c, m := load(t, document)
	watch := proxy.Watch{Contract: c, Model: m}
	if change != nil {
		change(&watch)
	}
	return proxy.NewWitness(watch)
}

func TestACauseIsToldOnce(t *testing.T) {
	var lines []string
	w := watching(t, func(w *proxy.Watch) { w.Live = func(line string) { lines = append(lines, line) } })
	for i := range 5 {
		w.See(exchange(t, "/things", 200, fmt.Sprintf(`{"results": [{"id": 1, "name": "a"}, {"id": "%d", "name": "b\u001b[2J"}]}`, i)))
	}
	w.See(exchange(t, "/nowhere/1", 404, `{}`))
	w.See(exchange(t, "/nowhere/22", 404, `{}`))
	w.See(exchange(t, "/raw", 418, ""))
	assert.Equal(t, []string{
		"response/body  GET /things  200: body results.1.id: got string, want integer",
		"request/unknown-path  GET /nowhere/{}  no path of the document matches",
		"response/status  GET /raw  status 418 is not declared",
	}, lines)
	r := w.Report("api", time.Time{}, 0)
	assert.Equal(t, "body results.1.id: got string, want integer (5 times, first in exchange 1)", r.Results[0].Reason)
	assert.Equal(t, "GET /things 200 results[].id", r.Results[0].Subject)
	assert.Equal(t, "things.yaml:29 /components/schemas/Thing/properties/id/type", r.Results[0].Source)
	assert.Equal(t, "things.yaml:25 /paths/~1raw/get/responses", r.Results[2].Source)
	assert.Equal(t, "curl -sS -i 'https://api.example.com/things'", r.Results[0].Exchanges[0].Curl)
	assert.Equal(t, []int{0, 6, 2}, []int{w.Broken("request"), w.Broken("response"), w.Broken("unknown")})
}

func TestCausesAreBounded(t *testing.T) {
	w := watching(t, nil)
	for i := range 1500 {
		w.See(exchange(t, fmt.Sprintf("/unknown-%d-x", i), 404, ""))
	}
	r := w.Report("api", time.Time{}, 0)
	assert.Contains(t, r.Notes, "500 violations of causes beyond the first 1000 are not told one by one")
	assert.Less(t, len(r.Results), 1010)
	assert.Equal(t, 1500-200, w.Coverage().UnknownMore)
}

func TestCoverage(t *testing.T) {
	w := watching(t, nil)
	w.See(exchange(t, "/things?limit=3", 200, `{"results": [{"id": 1, "name": "a", "kind": "big"}, {"id": 2, "name": "a", "kind": "big"}]}`))
	w.See(exchange(t, "/v1/things", 418, `{"code": "c", "message": "m"}`))
	w.See(exchange(t, "/things/7", 200, `{"id": 7, "name": "a", "kind": "small"}`))
	written, err := json.Marshal(w.Coverage())
	require.NoError(t, err)
	var read struct {
		Exchanges  int
		Summary    map[string]proxy.Share
		Operations []struct {
			Path, Method         string
			Seen                 int
			Deprecated           bool
			Statuses, Parameters []proxy.Count
			ResponseTypes        []proxy.Count `json:"response_types"`
			Values               []struct {
				In, Field string
				Values    []proxy.Count
			}
		}
	}
	require.NoError(t, json.Unmarshal(written, &read))
	assert.Equal(t, 3, read.Exchanges)
	assert.Equal(t, proxy.Share{Seen: 2, Of: 5}, read.Summary["operations"])
	list := read.Operations[0]
	assert.Equal(t, 2, list.Seen)
	assert.Equal(t, []proxy.Count{{"200", 1}, {"default", 1}}, list.Statuses)
	assert.Equal(t, []proxy.Count{{"query limit", 1}, {"query key", 0}}, list.Parameters)
	assert.Equal(t, []proxy.Count{{"200 application/json", 1}, {"default application/json", 1}}, list.ResponseTypes)
	assert.Equal(t, "results[].kind", list.Values[0].Field)
	assert.Equal(t, []proxy.Count{{"big", 2}, {"small", 0}}, list.Values[0].Values)
	notes := strings.Join(w.Report("api", time.Time{}, 0).Notes, "\n")
	assert.Contains(t, notes, "GET /things, never seen: parameter query key; response results[].kind small")
}

func TestWhatHTTPAllowsIsNoViolation(t *testing.T) {
	w := watching(t, nil)
	revalidated := exchange(t, "/raw", 304, "")
	revalidated.Header.Set("If-None-Match", "x")
	w.See(revalidated)
	preflight := exchange(t, "/things", 204, "")
	preflight.Method = http.MethodOptions
	w.See(preflight)
	assert.Zero(t, w.Broken("request")+w.Broken("response")+w.Broken("unknown"))
	w.See(exchange(t, "/raw", 304, ""))
	assert.Equal(t, 1, w.Broken("response"), "nobody asked whether a copy is still good")
}

func TestACredentialIsAskedFor(t *testing.T) {
	w := watching(t, nil)
	w.See(exchange(t, "/things/1", 200, `{"id": 1, "name": "a"}`))
	assert.Equal(t, 1, w.Broken("response"))
	with := exchange(t, "/things/1", 200, `{"id": 1, "name": "a"}`)
	with.Header.Set("X-Key", "k")
	w.See(with)
	refused := exchange(t, "/things/1", 401, `{"code": "c", "message": "m"}`)
	w.See(refused)
	assert.Equal(t, 1, w.Broken("response"))
}

// RFC 6750, 2.3, lets a bearer token stand in the query.
func TestABearerTokenInTheQueryIsACredential(t *testing.T) {
	c, m := load(t, strings.Replace(document, "{type: apiKey, in: header, name: X-Key}", "{type: http, scheme: bearer}", 1))
	w := proxy.NewWitness(proxy.Watch{Contract: c, Model: m})
	w.See(exchange(t, "/things/1?access_token=t", 200, `{"id": 1, "name": "a"}`))
	assert.Zero(t, w.Broken("response"))
	w.See(exchange(t, "/things/1?access_token=", 200, `{"id": 1, "name": "a"}`))
	assert.Equal(t, 1, w.Broken("response"))
}

// A body that becomes huge when it is decoded is not judged, and takes no more memory
// than the bound.
func TestABombIsNotJudged(t *testing.T) {
	w := watching(t, nil)
	bomb := exchange(t, "/things", 200, string(compressed(t, strings.Repeat(" ", 64<<20))))
	bomb.Answer.Header.Set("Content-Encoding", "gzip")
	w.See(bomb)
	assert.Zero(t, w.Broken("response"))
	assert.Contains(t, w.Report("api", time.Time{}, 0).Notes, "the body of the answer was not judged: decoded it is longer than 16 MB (once)")

	good := exchange(t, "/things", 200, string(compressed(t, `{"results": 1}`)))
	good.Answer.Header.Set("Content-Encoding", "gzip")
	w.See(good)
	assert.Equal(t, 1, w.Broken("response"), "a compressed body is judged")
}
