package proxy_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"understudy/conformance/report"
	"understudy/internal/contract"
	"understudy/internal/proxy"
	"understudy/internal/resource"
)

// document describes the API of these tests.
const document = `openapi: 3.1.0
info: {title: Things, version: "1"}
servers: [{url: /v1}]
paths:
  /things:
    get:
      parameters: [{name: limit, in: query, schema: {type: integer}}, {name: key, in: query, schema: {type: string, pattern: '^k'}}]
      responses:
        '200': {description: ok, content: {application/json: {schema: {type: object, required: [results], properties: {results: {type: array, items: {$ref: '#/components/schemas/Thing'}}}}}}}
        default: {$ref: '#/components/responses/Error'}
    post:
      requestBody: {required: true, content: {application/json: {schema: {type: object, required: [name], properties: {name: {type: string, minLength: 2}, secret: {type: string, pattern: '^s'}}}}}}
      responses:
        '201': {description: made, content: {application/json: {schema: {$ref: '#/components/schemas/Thing'}}}}
        default: {$ref: '#/components/responses/Error'}
  /things/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: integer}}]
    get:
      deprecated: true
      security: [{key: []}]
      responses:
        '200': {description: ok, content: {application/json: {schema: {$ref: '#/components/schemas/Thing'}}}}
        default: {$ref: '#/components/responses/Error'}
  /raw:
    get: {responses: {'200': {description: anything}}}
    post: {requestBody: {content: {'*/*': {}}}, responses: {'200': {description: anything, content: {'*/*': {}}}, '500': {$ref: '#/components/responses/Error'}}}
components:
  schemas:
    Thing: {type: object, required: [id, name], properties: {id: {type: integer}, name: {type: string}, kind: {enum: [big, small]}}}
  securitySchemes: {key: {type: apiKey, in: header, name: X-Key}}
  responses:
    Error: {description: wrong, content: {application/json: {schema: {type: object, required: [code, message], properties: {code: {type: string}, message: {type: string}}}}}}
`

// stage is a proxy before an API, both on real sockets.
type stage struct {
	url     string
	address string
	witness *proxy.Witness
	proxy   *proxy.Proxy
	server  *http.Server
}

// shutdown waits until nothing is under way.
func (s *stage) shutdown(t testing.TB) {
	t.Helper()
	require.NoError(t, s.server.Shutdown(context.Background()))
}

func load(t testing.TB, text string) (*contract.Contract, *resource.Model) {
	t.Helper()
	c, err := contract.Load("things.yaml", []byte(text))
	require.NoError(t, err)
	m, err := resource.Infer(c)
	require.NoError(t, err)
	return c, m
}

// before starts a proxy before an API; change may be nil.
func before(t testing.TB, upstream string, change func(*proxy.Config, *proxy.Watch)) *stage {
	t.Helper()
	c, m := load(t, document)
	target, err := url.Parse(upstream)
	require.NoError(t, err)
	watch := proxy.Watch{Contract: c, Model: m}
	config := proxy.Config{Contract: c, Model: m, Upstream: target, BodyLimit: 1 << 20, Clock: time.Now}
	if change != nil {
		change(&config, &watch)
	}
	s := &stage{witness: proxy.NewWitness(watch)}
	config.Witness = s.witness
	s.proxy = proxy.New(config)
	listener, err := new(net.ListenConfig).Listen(context.Background(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	s.server = s.proxy.HTTPServer()
	go func() { _ = s.server.Serve(listener) }()
	t.Cleanup(func() {
		_ = s.server.Close()
		s.proxy.Close()
	})
	s.address = listener.Addr().String()
	s.url = "http://" + s.address
	return s
}

// found closes the proxy and lists what the witness saw: the ids and the reasons of
// what did not pass.
func (s *stage) found(t testing.TB) []string {
	t.Helper()
	http.DefaultTransport.(*http.Transport).CloseIdleConnections()
	s.shutdown(t)
	s.proxy.Close()
	var found []string
	for _, r := range s.witness.Report("api", time.Time{}, 0).Results {
		if r.Status == report.Fail || r.Status == report.Warn {
			found = append(found, r.Title()+": "+r.Reason)
		}
	}
	return found
}

// api starts an API that a function answers for.
func api(t testing.TB, answer http.HandlerFunc) string {
	t.Helper()
	server := httptest.NewServer(answer)
	t.Cleanup(server.Close)
	return server.URL
}

// talk sends bytes over a connection of its own and returns all that comes back.
func talk(t testing.TB, address, sent string) string {
	t.Helper()
	conn, err := new(net.Dialer).DialContext(t.Context(), "tcp", address)
	require.NoError(t, err)
	defer func() { _ = conn.Close() }()
	_, err = io.WriteString(conn, sent)
	require.NoError(t, err)
	came, err := io.ReadAll(conn)
	require.NoError(t, err)
	return string(came)
}

// hear is an API that answers one connection with fixed bytes, and tells what it got.
func hear(t testing.TB, answer string, enough func(got string) bool) (address string, heard chan string) {
	t.Helper()
	listener, err := new(net.ListenConfig).Listen(context.Background(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = listener.Close() })
	heard = make(chan string, 1)
	go func() {
		conn, err := listener.Accept()
		if err != nil {
			return
		}
		defer func() { _ = conn.Close() }()
		var got strings.Builder
		buffer := make([]byte, 4096)
		for !enough(got.String()) {
			n, err := conn.Read(buffer)
			got.Write(buffer[:n])
			if err != nil {
				break
			}
		}
		_, _ = io.WriteString(conn, answer)
		heard <- got.String()
	}()
	return listener.Addr().String(), heard
}

func headEnded(got string) bool { return strings.Contains(got, "\r\n\r\n") }

// fields are the lines of a message's head without its first, sorted by nobody: the
// order of different fields has no meaning.
func fields(message string) []string {
	head, _, _ := strings.Cut(message, "\r\n\r\n")
	return strings.Split(head, "\r\n")[1:]
}

func TestARequestPassesUnchanged(t *testing.T) {
	address, heard := hear(t, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", headEnded)
	s := before(t, "http://"+address+"/v1", nil)
	talk(t, s.address, "GET /raw//a%2Fb;c|d?limit=%zz&a;b&& HTTP/1.1\r\nHost: caller.example\r\nX-Forwarded-For: 10.0.0.1\r\nForwarded: for=_a\r\nX-Hop: gone\r\nKeep-Alive: 5\r\nTE: trailers\r\nX-Two: 1\r\nX-Two: 2\r\nCookie: a=b; c=\"d\"\r\nConnection: close, X-Hop\r\n\r\n")
	got := <-heard
	line, _, _ := strings.Cut(got, "\r\n")
	assert.Equal(t, "GET /v1/raw//a%2Fb;c|d?limit=%zz&a;b&& HTTP/1.1", line)
	assert.ElementsMatch(t, []string{
		"Host: " + address, "X-Forwarded-For: 10.0.0.1", "Forwarded: for=_a", "Te: trailers", "X-Two: 1", "X-Two: 2", `Cookie: a=b; c="d"`,
	}, fields(got), "nothing is added: no User-Agent, no Accept-Encoding, no Via")
}

func TestTheHostOfTheCallerIsKeptWhenAskedFor(t *testing.T) {
	address, heard := hear(t, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", headEnded)
	s := before(t, "http://"+address, func(c *proxy.Config, _ *proxy.Watch) { c.KeepHost = true })
	talk(t, s.address, "GET /raw HTTP/1.1\r\nHost: caller.example\r\nConnection: close\r\n\r\n")
	assert.Contains(t, fields(<-heard), "Host: caller.example")
}

func TestAnAnswerPassesUnchanged(t *testing.T) {
	address, _ := hear(t, "HTTP/1.1 299 Odd\r\nContent-Length: 4\r\nX-A: 1\r\nX-A: 2\r\nDate: then\r\nX-Hop: gone\r\nProxy-Authenticate: x\r\nSet-Cookie: a=b\r\nSet-Cookie: c=d\r\nConnection: X-Hop\r\n\r\n\x00\xff\r\n", headEnded)
	s := before(t, "http://"+address, nil)
	came := talk(t, s.address, "GET /raw HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
	assert.Equal(t, "HTTP/1.1 299 ", came[:13])
	assert.ElementsMatch(t, []string{"Content-Length: 4", "X-A: 1", "X-A: 2", "Date: then", "Set-Cookie: a=b", "Set-Cookie: c=d", "Connection: close"}, fields(came), "no content type is guessed")
	_, body, _ := strings.Cut(came, "\r\n\r\n")
	assert.Equal(t, "\x00\xff\r\n", body)
}

// compressed is a text in gzip.
func compressed(t testing.TB, text string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, err := io.WriteString(w, text)
	require.NoError(t, err)
	require.NoError(t, w.Close())
	return b.Bytes()
}

// echo answers with what it got, and with its own view of it in headers.
func echo(w http.ResponseWriter, r *http.Request) {
	for _, name := range []string{"Content-Type", "Content-Encoding"} {
		if value := r.Header.Get(name); value != "" {
			w.Header().Set(name, value)
		}
	}
	w.Header().Set("X-Length", fmt.Sprint(r.ContentLength, r.TransferEncoding))
	if r.ContentLength >= 0 {
		w.Header().Set("Content-Length", fmt.Sprint(r.ContentLength))
	}
	_ = http.NewResponseController(w).EnableFullDuplex()
	_, _ = io.Copy(w, r.Body)
}

func TestBodiesPassUnchangedBothWays(t *testing.T) {
	upstream := api(t, echo)
	s := before(t, upstream, nil)
	mebibyte := strings.Repeat("0123456789abcdef", 1<<16)
	tests := []struct {
		name, body, coding string
		chunked            bool
	}{
		{"nothing", "", "", false},
		{"one byte", "x", "", false},
		{"a mebibyte", mebibyte, "", false},
		{"more than is kept", mebibyte + "x", "", false},
		{"gzip", string(compressed(t, "hello")), "gzip", false},
		{"what is no gzip", "\x1f\x8bgarbage", "gzip", false},
		{"chunks", "some\x00bytes", "", true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			answers := map[string]*http.Response{}
			for _, way := range []string{upstream, s.url} {
				var body io.Reader = strings.NewReader(test.body)
				if test.chunked {
					body = io.MultiReader(body) // of no known length
				}
				request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, way+"/raw", body)
				require.NoError(t, err)
				request.Header.Set("Content-Type", "application/x-thing")
				if test.coding != "" {
					request.Header.Set("Content-Encoding", test.coding)
				}
				response, err := (&http.Transport{DisableCompression: true}).RoundTrip(request)
				require.NoError(t, err)
				came, err := io.ReadAll(response.Body)
				require.NoError(t, err)
				require.NoError(t, response.Body.Close())
				assert.Equal(t, sha256.Sum256([]byte(test.body)), sha256.Sum256(came))
				answers[way] = response
			}
			response := answers[s.url]
			response.Header.Del("Date")
			answers[upstream].Header.Del("Date")
			assert.Equal(t, answers[upstream].Header, response.Header)
			assert.Equal(t, answers[upstream].TransferEncoding, response.TransferEncoding)
			assert.Equal(t, answers[upstream].ContentLength, response.ContentLength)
		})
	}
	assert.Empty(t, s.found(t))
}
