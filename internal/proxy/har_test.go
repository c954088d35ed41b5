package proxy_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"understudy/conformance/report"
	"understudy/internal/proxy"
)

// judged verifies a recording and lists what is wrong, and what was judged.
func judged(t *testing.T, har, base string, redact ...string) ([]string, *proxy.Verified, *proxy.Witness) {
	t.Helper()
	c, m := load(t, document)
	w := proxy.NewWitness(proxy.Watch{Contract: c, Model: m, Redact: redact})
	v, err := proxy.Verify(strings.NewReader(har), w, base)
	require.NoError(t, err)
	var found []string
	for _, r := range w.Report("file", time.Time{}, 0).Results {
		if r.Status == report.Fail || r.Status == report.Warn {
			found = append(found, r.Title()+": "+r.Reason)
		}
	}
	return found, v, w
}

// log is a HAR file of entries.
func log(entries ...string) string {
	return `{"log": {"version": "1.2", "pages": [{"id": "p"}], "creator": {"name": "WebInspector", "version": "537.36"}, "entries": [` + strings.Join(entries, ",") + `]}}`
}

// Entries as browsers export them.
const (
	// Chromium: pseudo headers of HTTP/2, a decoded body beside the header of its coding.
	chromium = `{"_initiator": {"type": "script"}, "startedDateTime": "2026-11-25T10:00:00.000Z", "time": 12.5, "connection": "443",
	 "request": {"method": "GET", "url": "https://api.example.com/v1/things?limit=2", "httpVersion": "h2",
	  "headers": [{"name": ":authority", "value": "api.example.com"}, {"name": ":method", "value": "GET"}, {"name": "accept", "value": "*/*"}],
	  "queryString": [{"name": "limit", "value": "2"}], "cookies": [], "headersSize": -1, "bodySize": 0},
	 "response": {"status": 200, "statusText": "", "httpVersion": "h2", "headers": [{"name": "content-type", "value": "application/json"}, {"name": "content-encoding", "value": "gzip"}],
	  "content": {"size": 33, "mimeType": "application/json", "text": "{\"results\":[{\"id\":1,\"name\":\"a\"}]}", "_x": 1}, "redirectURL": "", "headersSize": -1, "bodySize": -1, "_transferSize": 50}, "cache": {}, "timings": {"wait": 1}}`
	// Firefox: a body in base64, headers of any case.
	firefox = `{"startedDateTime": "2026-11-25T10:00:00.000+01:00", "request": {"bodySize": 14, "method": "POST", "url": "https://api.example.com/v1/things", "httpVersion": "HTTP/2",
	  "headers": [{"name": "Content-Type", "value": "application/json"}], "cookies": [], "queryString": [], "headersSize": 200, "postData": {"mimeType": "application/json", "params": [], "text": "{\"name\":\"ab\"}"}},
	 "response": {"status": 201, "headers": [{"name": "content-type", "value": "application/json; charset=utf-8"}], "content": {"mimeType": "application/json; charset=utf-8", "size": 19, "encoding": "base64", "text": "BASE64"}, "bodySize": 19}}`
	// A page of another origin, a request that was blocked, an answer whose body was
	// dropped, and one from the cache.
	foreign = `{"request": {"method": "GET", "url": "https://cdn.example.net/x.js"}, "response": {"status": 200, "content": {"size": 3, "mimeType": "text/javascript", "text": "x=1"}}}`
	blocked = `{"request": {"method": "GET", "url": "https://api.example.com/v1/things"}, "response": {"status": 0, "content": {"size": 0, "mimeType": "x-unknown"}, "_error": "net::ERR_BLOCKED_BY_CLIENT"}}`
	dropped = `{"request": {"method": "GET", "url": "https://api.example.com/v1/things"}, "response": {"status": 200, "headers": [{"name": "Content-Type", "value": "application/json"}], "content": {"size": 999, "mimeType": "application/json"}}}`
	cached  = `{"request": {"method": "GET", "url": "https://api.example.com/v1/raw", "headers": [{"name": "If-None-Match", "value": "x"}]}, "response": {"status": 304, "headers": [], "content": {"size": 0, "mimeType": "x-unknown"}}}`
)

func inBase64(entry, body string) string {
	return strings.Replace(entry, "BASE64", base64.StdEncoding.EncodeToString([]byte(body)), 1)
}

func TestRecordingsOfBrowsersAreJudged(t *testing.T) {
	good := log(chromium, inBase64(firefox, `{"id":1,"name":"ab"}`), foreign, blocked, dropped, cached)
	found, v, w := judged(t, good, "https://api.example.com/v1")
	assert.Empty(t, found)
	assert.Equal(t, 5, v.Judged)
	assert.Equal(t, map[string]int{"https://cdn.example.net:443": 1}, v.Elsewhere)
	notes := strings.Join(w.Report("file", time.Time{}, 0).Notes, "\n")
	assert.Contains(t, notes, "the body of the answer was not judged: the recording does not hold it (once)")
	assert.Contains(t, notes, "the caller left before the answer had ended (once)")

	bad := log(strings.Replace(chromium, `\"id\":1,`, `\"id\":\"1`+"\\\",", 1), inBase64(firefox, `{"id":1,"nam":"ab"}`))
	found, _, _ = judged(t, bad, "")
	assert.Equal(t, []string{
		"response/body (GET /things 200 results[].id): body results.0.id: got string, want integer (once, first in exchange 1)",
		"response/body (POST /things 201 name): body name: is required (once, first in exchange 2)",
	}, found)
}

// Browsers leave credentials out of what they export; nobody is blamed for it.
func TestWhatABrowserLeavesOutIsNoViolation(t *testing.T) {
	found, v, _ := judged(t, log(`{"request": {"method": "GET", "url": "https://h/things/1"}, "response": {"status": 200, "content": {"mimeType": "application/json", "size": 19, "text": "{\"id\":1,\"name\":\"a\"}"}}}`), "")
	assert.Equal(t, []string{"request/deprecated (GET /things/{id}): the operation is deprecated (once, first in exchange 1)"}, found)
	assert.Equal(t, 1, v.Judged)
}

func TestFormsOfARecordingArePutTogether(t *testing.T) {
	var bodies []string
	see := func(e *proxy.Exchange, _ string) error {
		bodies = append(bodies, string(e.Body.Data), e.Body.Missing)
		return nil
	}
	entry := func(request string) string {
		return `{"request": {"method": "POST", "url": "http://h/raw", ` + request + `}, "response": {"status": 200}}`
	}
	har := log(
		entry(`"postData": {"mimeType": "application/x-www-form-urlencoded", "params": [{"name": "a", "value": "1 & 2"}, {"name": "b", "value": "c%2Bd"}]}`),
		entry(`"bodySize": 9`),
		entry(`"bodySize": 0`),
		entry(`"bodySize": -1, "headers": [{"name": "content-type", "value": "application/json"}]`),
		entry(`"postData": {"mimeType": "application/octet-stream", "encoding": "base64", "text": "AP8="}`),
		entry(`"postData": {"mimeType": "multipart/form-data", "params": [{"name": "f", "fileName": "x.txt", "contentType": "text/plain", "value": "content"}]}`),
		entry(`"postData": {"mimeType": "text/plain", "text": "all of it", "comment": "as the tool likes"}`),
	)
	require.NoError(t, proxy.ReadHAR(strings.NewReader(har), see))
	const missing = "the recording does not hold it"
	assert.Equal(t, []string{"a=1+%26+2&b=c%2Bd", "", "", missing, "", "", "", missing, "\x00\xff", ""}, bodies[:10])
	assert.Contains(t, bodies[10], "content\r\n--")
	assert.Contains(t, bodies[10], `name="f"; filename="x.txt"`)
	assert.Equal(t, []string{"all of it", ""}, bodies[12:])
}

func TestWhatIsNoHARIsRefused(t *testing.T) {
	for text, reason := range map[string]string{
		"":                                 "the file ends too early",
		"[]":                               "not a HAR file: [ where { belongs",
		"{}":                               "not a HAR file: it has no log with entries",
		`{"log": {}}`:                      "not a HAR file: it has no log with entries",
		`{"log": {"entries": [` + "{}":     "entry 1: it has no method or no URL",
		log(chromium) + "":                 "",
		"\ufeff" + log(chromium):           "",
		log(chromium, `{"request": {}}`):   "entry 2: it has no method or no URL",
		`{"log": {"entries": [` + chromium: "the file ends too early",
		`{"log": {"entries": [ {"a`:        "entry 1: the file ends too early",
		`{"log": {"entries": [ nope`:       "entry 1: not JSON: invalid character 'o' in literal null (expecting 'u')",
	} {
		err := proxy.ReadHAR(strings.NewReader(text), func(*proxy.Exchange, string) error { return nil })
		if reason == "" {
			require.NoError(t, err)
			continue
		}
		require.EqualError(t, err, reason, text)
	}
}

// What the proxy records is judged as what passed was, and holds no secret.
func TestOurRecordingsAreJudgedLikeTheTraffic(t *testing.T) {
	name := filepath.Join(t.TempDir(), "traffic.har")
	file, err := os.Create(name)
	require.NoError(t, err)
	defer func() { _ = file.Close() }()
	upstream := api(t, func(w http.ResponseWriter, r *http.Request) { // tells the key again
		things(`{"id": 1, "name": "`+r.Header.Get("X-Key")+`"}`)(w, r)
	})
	har, err := proxy.NewHARWriter(file, upstream)
	require.NoError(t, err)
	s := before(t, upstream, func(_ *proxy.Config, w *proxy.Watch) {
		w.HAR, w.Redact = har, []string{"secret", "key", "X-Internal"}
	})
	send(t, "POST", s.url+"/things", `{"name":"ab","secret":"s-topsecret"}`, "Content-Type", "application/json", "Authorization", "Bearer bearer-token")
	send(t, "POST", s.url+"/things", `{"name":"ab","secret":"not-as-it-should-be"}`, "Content-Type", "application/json", "Authorization", "abc", "Cookie", "c=d4e", "X-Echo", "abc d4e")
	get(t, s.url+"/things", "Authorization", "Bearer bearer-token", "X-Echo", "I am bearer-token")
	send(t, "POST", s.url+"/things", `{"name":"a","secret": {"s": "nested-secret"}}`, "Content-Type", "application/json")
	get(t, s.url+"/things?key=kquery-secret&limit=x", "X-Internal", "internal-value", "Cookie", "session=cookie-secret")
	get(t, s.url+"/things/1", "X-Key", "sesame-opens-and-is-longer-than-what-hides-it")
	whole, err := os.ReadFile(name)
	require.NoError(t, err)
	require.True(t, json.Valid(whole), "the file is whole at any time")
	seen := s.found(t)
	cut, err := har.Close()
	require.NoError(t, err)
	assert.Zero(t, cut)
	recorded, err := os.ReadFile(name)
	require.NoError(t, err)

	found, v, w := judged(t, string(recorded), "", "secret", "key", "X-Internal")
	assert.NotContains(t, strings.Join(w.Report("file", time.Time{}, 0).Notes, "\n"), "not judged", "what is hidden is not cut off")
	require.Contains(t, strings.Join(seen, "\n"), "request/body (POST /things secret): body secret: breaks pattern (once, first in exchange 2")
	for _, one := range seen { // what is hidden in a recording is not judged again
		if !strings.Contains(one, "secret") {
			assert.Contains(t, found, one)
		}
	}
	assert.Equal(t, 6, v.Judged)
	assert.Equal(t, []string{upstream}, v.Bases)
	assert.NotContains(t, string(recorded), `"value":"abc"`, "a short secret is hidden where its name is")
	assert.NotContains(t, string(recorded), "c=d4e")

	var written bytes.Buffer
	require.NoError(t, report.WriteJSON(&written, s.witness.Report("api", time.Time{}, 0)))
	require.NoError(t, report.WriteHTML(&written, s.witness.Report("api", time.Time{}, 0)))
	for _, secret := range []string{"s-topsecret", "bearer-token", "nested-secret", "kquery-secret", "internal-value", "cookie-secret", "sesame-opens", "not-as-it-should-be"} {
		assert.NotContains(t, string(recorded), secret)
		assert.NotContains(t, written.String(), secret)
		assert.NotContains(t, strings.Join(seen, "\n"), secret)
	}
	assert.Contains(t, string(recorded), `"Bearer [redacted]"`)
	assert.Contains(t, written.String(), "$UNDERSTUDY_TOKEN", "a credential stands in a curl line as its variable")
}

func FuzzReadHAR(f *testing.F) {
	f.Add([]byte(log(chromium, foreign, blocked, dropped, cached)))
	f.Add([]byte(log(inBase64(firefox, `{"id":1}`))))
	f.Add([]byte(`{"log":{"entries":[{"request":{"method":"POST","url":"http://h/things","postData":{"params":[{"name":"a"}]}},"response":{"status":99,"content":{"encoding":"base64","text":"!"}}}]}}`))
	c, m := load(f, document)
	f.Fuzz(func(t *testing.T, data []byte) {
		w := proxy.NewWitness(proxy.Watch{Contract: c, Model: m, Record: true, Redact: []string{"name"}})
		if _, err := proxy.Verify(bytes.NewReader(data), w, ""); err != nil {
			return
		}
		r := w.Report("file", time.Time{}, 0)
		require.NoError(t, report.WriteText(&bytes.Buffer{}, r, false))
		_, err := w.Recorded()
		require.NoError(t, err)
	})
}
