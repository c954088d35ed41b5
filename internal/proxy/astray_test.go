package proxy_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"understudy/internal/proxy"
)

func TestAWrongUpstreamIsTold(t *testing.T) {
	inPaths := strings.NewReplacer("servers: [{url: /v1}]\n", "", "  /things", "  /v1/things", "  /raw", "  /v1/raw").Replace(document)
	for name, test := range map[string]struct{ document, base, asked, want string }{
		"right":                 {document, "/v1", "/things", ""},
		"right, as callers ask": {document, "", "/v1/things", ""},
		"right, in the paths":   {inPaths, "/v1", "/things", ""},
		"twice":                 {document, "/v1", "/v1/things", "below URL/v1/v1 the answer is 404; the path /v1 stands twice in the target: try URL as UPSTREAM"},
		"thrice":                {document, "/v1/v1", "/things", "stands twice in the target: try URL/v1 as UPSTREAM"},
		"lacking":               {document, "", "/things", "below URL the answer is 404; the server of the document has the path /v1, and the target lacks it: try URL/v1 as UPSTREAM"},
		"behind a gateway":      {document, "/gateway", "/things", "try URL/v1 or URL/gateway/v1 as UPSTREAM"},
		"a path":                {document, "/v1/things", "/v1/things", "/things/v1 is a path of the document: try URL as UPSTREAM"},
		"another path":          {document, "/v1/things", "/things", "/things is a path of the document: try URL/v1 as UPSTREAM"},
		"twice, once in paths":  {inPaths, "/v1", "/v1/things", "the paths of the document begin with /v1 themselves: try URL as UPSTREAM"},
		"no path of it":         {document, "/v1", "/v1/nothing", ""},
	} {
		t.Run(name, func(t *testing.T) {
			server := api(t, func(w http.ResponseWriter, r *http.Request) {
				if r.URL.Path != "/v1/things" {
					http.NotFound(w, r)
					return
				}
				things(`{"results": []}`)(w, r)
			})
			var lines []string
			s := before(t, server+test.base, func(c *proxy.Config, w *proxy.Watch) {
				w.Contract, w.Model = load(t, test.document)
				c.Contract, c.Model = w.Contract, w.Model
				w.Upstream, w.Live = c.Upstream, func(line string) { lines = append(lines, line) }
			})
			for range 2 {
				get(t, s.url+test.asked)
			}
			s.found(t)
			told := strings.Join(append(s.witness.Report("api", time.Time{}, 0).Notes, lines...), "\n")
			if test.want == "" {
				assert.NotContains(t, told, "UPSTREAM")
				return
			}
			assert.Equal(t, 2, strings.Count(told, strings.ReplaceAll(test.want, "URL", server)), told)
		})
	}
}

func TestARequestThatArrivesProvesUpstream(t *testing.T) {
	upstream, err := url.Parse("https://api.example.com")
	require.NoError(t, err)
	w := watching(t, func(w *proxy.Watch) { w.Upstream = upstream })
	w.See(exchange(t, "/things", 404, `{"code": "c", "message": "m"}`))
	require.Contains(t, w.Report("api", time.Time{}, 0).Notes[0], "no request reached the API")
	w.See(exchange(t, "/things", 200, `{"results": []}`))
	assert.NotContains(t, strings.Join(w.Report("api", time.Time{}, 0).Notes, "\n"), "no request reached the API")
}
