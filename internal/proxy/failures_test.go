package proxy_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"understudy/conformance/report"
	"understudy/internal/proxy"
)

// get asks for a path and returns the answer with its body.
func get(t testing.TB, url string, header ...string) (*http.Response, string) {
	t.Helper()
	return send(t, http.MethodGet, url, "", header...)
}

// send sends a request; header are names and values in turn.
func send(t testing.TB, method, url, body string, header ...string) (*http.Response, string) {
	t.Helper()
	request, err := http.NewRequestWithContext(context.Background(), method, url, strings.NewReader(body))
	require.NoError(t, err)
	for i := 0; i+1 < len(header); i += 2 {
		request.Header.Add(header[i], header[i+1])
	}
	response, err := http.DefaultTransport.RoundTrip(request)
	require.NoError(t, err)
	defer response.Body.Close()
	came, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	return response, string(came)
}

// requireErrorShape fails unless an answer is an error as the document declares one,
// with words in it.
func requireErrorShape(t *testing.T, status int, words string, response *http.Response, body string) {
	t.Helper()
	require.Equal(t, status, response.StatusCode, body)
	require.Equal(t, "application/json", response.Header.Get("Content-Type"))
	var shape struct{ Code, Message string }
	require.NoError(t, json.Unmarshal([]byte(body), &shape), body)
	require.NotEmpty(t, shape.Code)
	require.Contains(t, shape.Message, words)
}

func TestAnAPIThatDoesNotAnswer(t *testing.T) {
	nobody, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, nobody.Close())
	bodyEnded := func(got string) bool { return strings.HasSuffix(got, "}") }
	garbage, _ := hear(t, "\x00\x01 this is no HTTP\r\n\r\n", bodyEnded)
	hangsUp, _ := hear(t, "", bodyEnded)
	never, _ := hear(t, "", func(string) bool { return false })
	tests := []struct {
		name, address string
		status        int
		words         string
	}{
		{"nobody listens", nobody.Addr().String(), 502, "refused"},
		{"garbage", garbage, 502, "malformed"},
		{"hangs up", hangsUp, 502, "EOF"},
		{"never", never, 504, "timeout"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := before(t, "http://"+test.address, func(c *proxy.Config, _ *proxy.Watch) { c.Timeout = 50 * time.Millisecond })
			response, body := send(t, http.MethodPost, s.url+"/things", `{"name":"ab"}`, "Content-Type", "application/json")
			requireErrorShape(t, test.status, test.words, response, body)
			found := s.found(t)
			require.Len(t, found, 1)
			assert.Contains(t, found[0], "response/none (POST /things): answer: the API did not answer: ")
			answered, unanswered := s.witness.Answered()
			assert.Equal(t, []int{0, 1}, []int{answered, unanswered})
		})
	}
}

// Where an operation declares no shape for 502, that of another error serves.
func TestAnErrorHasTheShapeOfAnother(t *testing.T) {
	s := before(t, "http://127.0.0.1:1", nil)
	response, body := send(t, http.MethodPost, s.url+"/raw", "x", "Content-Type", "text/plain")
	requireErrorShape(t, 502, "did not answer", response, body)
}

func TestAnAPIThatDiesInTheMiddle(t *testing.T) {
	for name, head := range map[string]string{"length": "Content-Length: 100\r\n\r\n", "chunks": "Transfer-Encoding: chunked\r\n\r\n6\r\n"} {
		t.Run(name, func(t *testing.T) {
			address, _ := hear(t, "HTTP/1.1 200 OK\r\n"+head+"begun\n", headEnded)
			s := before(t, "http://"+address, nil)
			came := talk(t, s.address, "GET /raw HTTP/1.1\r\nHost: h\r\n\r\n")
			assert.Contains(t, came, "begun\n", "what came is passed on")
			assert.NotContains(t, came, "\r\n0\r\n\r\n", "and its end is not made up")
			assert.Equal(t, []string{"response/broken-off (GET /raw 200): answer: the answer broke off (once, first in exchange 1)"}, s.found(t))
		})
	}
}

func TestACallerThatLeaves(t *testing.T) {
	left := make(chan struct{})
	upstream := api(t, func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, "begun")
		_ = http.NewResponseController(w).Flush()
		<-r.Context().Done() // the API is told
		close(left)
	})
	s := before(t, upstream, nil)
	ctx, cancel := context.WithCancel(t.Context())
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, s.url+"/raw", http.NoBody)
	require.NoError(t, err)
	response, err := http.DefaultTransport.RoundTrip(request)
	require.NoError(t, err)
	cancel()
	_ = response.Body.Close()
	<-left
	assert.Empty(t, s.found(t), "it is not the API's fault")
	assert.Contains(t, s.witness.Report("api", time.Time{}, 0).Notes, "the caller left before the answer had ended (once)")
}

func TestACallerThatLeavesInTheMiddleOfItsRequest(t *testing.T) {
	got := make(chan error, 1)
	upstream := api(t, func(_ http.ResponseWriter, r *http.Request) {
		_, err := io.Copy(io.Discard, r.Body)
		got <- err
	})
	s := before(t, upstream, nil)
	conn, err := new(net.Dialer).DialContext(t.Context(), "tcp", s.address)
	require.NoError(t, err)
	_, err = io.WriteString(conn, "POST /things HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{\"name\":")
	require.NoError(t, err)
	require.NoError(t, conn.Close())
	require.Error(t, <-got, "the API is not told an end that there was not")
	assert.Empty(t, s.found(t))
}

// things is an API with one thing, which answers what it is told to.
func things(answer string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		w.Header().Set("Content-Type", "application/json")
		if r.Method == http.MethodPost {
			w.WriteHeader(http.StatusCreated)
		}
		fmt.Fprint(w, answer)
	}
}

func TestErrorsAreAnsweredInsteadOfPassedOn(t *testing.T) {
	asked := 0
	answer := `{"id": 1, "name": "ab"}`
	upstream := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked++
		things(answer)(w, r)
	}))
	defer upstream.Close()
	s := before(t, upstream.URL, func(c *proxy.Config, _ *proxy.Watch) { c.Errors = true })

	response, body := send(t, http.MethodPost, s.url+"/things", `{"name":"a"}`, "Content-Type", "application/json")
	requireErrorShape(t, 400, "minLength", response, body)
	assert.Contains(t, response.Header.Get("X-Understudy-Violations"), `"field":"name"`)
	response, body = send(t, http.MethodPost, s.url+"/things", `x`, "Content-Type", "text/plain")
	requireErrorShape(t, 415, "text/plain", response, body)
	response, body = get(t, s.url+"/things?limit=x")
	requireErrorShape(t, 400, "limit", response, body)
	assert.Zero(t, asked, "the API does not see what breaks the document")

	response, body = send(t, http.MethodPost, s.url+"/things", `{"name":"ab"}`, "Content-Type", "application/json")
	assert.Equal(t, 201, response.StatusCode)
	assert.Equal(t, answer, body, "what is good passes")
	answer = `{"id": "one", "name": "ab"}`
	response, body = send(t, http.MethodPost, s.url+"/things", `{"name":"ab"}`, "Content-Type", "application/json")
	requireErrorShape(t, 502, "id: got string, want integer", response, body)
	assert.Equal(t, []string{
		"request/body (POST /things name): body name: minLength: got 1, want 2 (once, first in exchange 1)",
		"request/content-type (POST /things): the operation takes no body of type \"text/plain\", but application/json (once, first in exchange 2)",
		"request/query (GET /things limit): query limit: got string, want integer (once, first in exchange 3)",
		"response/body (POST /things 201 id): body id: got string, want integer (once, first in exchange 5)",
	}, s.found(t))
	for _, result := range s.witness.Report("api", time.Time{}, 0).Results {
		if result.ID == "request/body" && result.Status == report.Fail {
			assert.Equal(t, "no answer: the request was not passed on", result.Exchanges[0].Answer())
		}
	}
}

// What is too long to be judged passes, with errors too.
func TestErrorsLetLongBodiesPass(t *testing.T) {
	s := before(t, api(t, echo), func(c *proxy.Config, _ *proxy.Watch) { c.Errors, c.BodyLimit = true, 10 })
	_, body := send(t, http.MethodPost, s.url+"/raw", strings.Repeat("long", 9999), "Content-Type", "text/plain")
	assert.Equal(t, strings.Repeat("long", 9999), body)
}
