package proxy_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"understudy/conformance/report"
	"understudy/internal/proxy"
)

// sending is a POST of a body that makes a thing.
func sending(t testing.TB, body string) *proxy.Exchange {
	e := exchange(t, "/things", 201, `{"id": 1, "name": "ab"}`)
	e.Method, e.Body = http.MethodPost, proxy.Body{Data: []byte(body), Size: int64(len(body))}
	e.Header.Set("Content-Type", "application/json")
	return e
}

func TestWhatTheDocumentDoesNotNameIsAWarning(t *testing.T) {
	var lines []string
	w := watching(t, func(w *proxy.Watch) { w.Live = func(line string) { lines = append(lines, line) } })
	for range 3 {
		w.See(exchange(t, "/things?limt=10&limit=3&colour=red", 200, `{"results": []}`))
	}
	w.See(sending(t, `{"name": "ab", "secrte": "s"}`))
	w.See(sending(t, `{"names": "ab"}`))
	with := exchange(t, "/things?access_token=t", 200, `{"results": []}`)
	with.Header.Set("X-Other", "o")
	with.Header.Set("Cookie", "c=d")
	w.See(with)
	assert.Equal(t, []string{
		"request/unknown-parameter  GET /things  query limt: is not a declared parameter (did you mean limit?)",
		"request/unknown-parameter  GET /things  query colour: is not a declared parameter",
		"request/unknown-member  POST /things  body secrte: is not a declared member (did you mean secret?)",
		"request/body  POST /things  body name: is required",
		"request/unknown-member  POST /things  body names: is not a declared member (did you mean name?)",
	}, lines)
	assert.Equal(t, []int{1, 0, 8}, []int{w.Broken("request"), w.Broken("response"), w.Broken("unknown")})
	r := w.Report("api", time.Time{}, 0)
	assert.Equal(t, []any{report.Warn, report.Should, "GET /things limt"}, []any{r.Results[0].Status, r.Results[0].Level, r.Results[0].Subject})
	assert.Equal(t, "query limt: is not a declared parameter (did you mean limit?) (3 times, first in exchange 1)", r.Results[0].Reason)
}

func TestKeysInTheQueryAreNoUnknownParameters(t *testing.T) {
	c, m := load(t, strings.Replace(document, "in: header, name: X-Key", "in: query, name: api_key", 1))
	w := proxy.NewWitness(proxy.Watch{Contract: c, Model: m})
	w.See(exchange(t, "/things?api_key=k&api_kee=k", 200, `{"results": []}`))
	assert.Equal(t, 1, w.Broken("unknown"))
}

func TestNamesMadeAnewAreBounded(t *testing.T) {
	w := watching(t, nil)
	for i := range 50 {
		w.See(exchange(t, fmt.Sprintf("/things?x%d=1", i), 200, `{"results": []}`))
	}
	w.See(exchange(t, "/things?x0=1", 200, `{"results": []}`))
	r := w.Report("api", time.Time{}, 0)
	told := 0
	for _, result := range r.Results {
		if result.ID == "request/unknown-parameter" {
			told++
		}
	}
	assert.Equal(t, 20, told)
	require.Contains(t, r.Notes, "GET /things: of what the document does not name, the first 20 are told (30 times)")
	assert.Contains(t, r.Results[0].Reason, "2 times")
}

func TestWithErrorsAnUnknownParameterPasses(t *testing.T) {
	s := before(t, api(t, things(`{"results": []}`)), func(c *proxy.Config, _ *proxy.Watch) { c.Errors = true })
	response, _ := get(t, s.url+"/things?limt=1")
	assert.Equal(t, http.StatusOK, response.StatusCode)
	assert.Len(t, s.found(t), 1)
}
