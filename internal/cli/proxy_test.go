package cli_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"encoding/pem"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"understudy/internal/cli"
	"understudy/mockserver"
)

// standing is a proxy command under way.
type standing struct {
	url   string
	stop  context.CancelFunc
	ended chan int
	out   chan string
	err   *bytes.Buffer
}

var listening = regexp.MustCompile(`http://127\.0\.0\.1:\d+`)

// stand runs `understudy proxy` until it listens.
func stand(t *testing.T, upstream string, args ...string) *standing {
	t.Helper()
	return run(t, append([]string{"proxy", upstream}, args...)...)
}

// run runs a command until it listens.
func run(t *testing.T, args ...string) *standing {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	t.Cleanup(stop)
	reader, writer := io.Pipe()
	s := &standing{stop: stop, ended: make(chan int, 1), out: make(chan string, 1), err: &bytes.Buffer{}}
	env := cli.Env{Args: append(args, "--addr", "127.0.0.1:0"), Stdout: writer, Stderr: s.err, Getenv: func(string) string { return "" }}
	go func() {
		s.ended <- cli.Main(ctx, env)
		_ = writer.Close()
	}()
	lines := bufio.NewReader(reader)
	for s.url == "" {
		line, err := lines.ReadString('\n')
		if err != nil {
			t.Fatalf("the proxy ended with %d: %s", <-s.ended, s.err)
		}
		s.url = listening.FindString(line)
	}
	go func() {
		rest, _ := io.ReadAll(lines)
		s.out <- string(rest)
	}()
	return s
}

// end interrupts the proxy, and returns its exit code with what it printed.
func (s *standing) end() (code int, out string) {
	s.stop()
	code = <-s.ended
	return code, <-s.out
}

// ask sends a request through the proxy.
func (s *standing) ask(t *testing.T, method, path, key, body string) string {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, s.url+path, strings.NewReader(body))
	require.NoError(t, err)
	request.Header.Set("Authorization", "Bearer "+key)
	if body != "" {
		request.Header.Set("Content-Type", "application/json")
	}
	response, err := http.DefaultTransport.RoundTrip(request)
	require.NoError(t, err)
	defer response.Body.Close()
	came, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	return string(came)
}

func TestProxyTellsWhoBrokeTheDocument(t *testing.T) {
	api := mockserver.Start(t)
	key := api.Key("write")
	list := "/api/organizations/" + key.Params["organization_id"] + "/proxy_records/"
	folder := t.TempDir()
	in := func(name string) string { return filepath.Join(folder, name) }
	all := []string{
		"--har", in("t.har"), "--coverage", in("c.json"), "--record", in("data"),
		"--report", "json=" + in("r.json"), "--report", "html=" + in("r.html"), "--report", "junit=" + in("r.xml"), "--report", "markdown=" + in("r.md"),
	}

	s := stand(t, api.URL, append(all, "--fail-on", "any")...)
	s.ask(t, "GET", list, key.Token, "")
	s.ask(t, "POST", list, key.Token, `{"domain": "a.example.com"}`)
	code, out := s.end()
	require.Zero(t, code, s.err.String()+out)
	assert.Contains(t, out, "conforms\n")
	served := run(t, "serve", "--data", in("data"))
	assert.Contains(t, served.ask(t, "GET", "/__admin/state", "", ""), "a.example.com", "a folder is data")
	served.end()
	assert.NotContains(t, out, "seed")

	s = stand(t, api.URL, append(all, "--fail-on", "request")...)
	s.ask(t, "GET", list, key.Token, "")
	s.ask(t, "POST", list, key.Token, `{"domain": ""}`)
	code, out = s.end()
	require.Equal(t, 1, code)
	assert.Equal(t, "understudy: 1 violation on the side request\n", s.err.String())
	assert.True(t, strings.HasPrefix(out, "request/body  POST "), "told when it is seen: "+out)
	for _, name := range []string{"t.har", "c.json", "r.json", "r.html", "r.xml", "r.md", "data/records.json"} {
		written, err := os.ReadFile(in(name))
		require.NoError(t, err)
		require.NotEmpty(t, written)
		assert.NotContains(t, string(written), key.Token, name)
		if strings.HasSuffix(name, ".json") || strings.HasSuffix(name, ".har") {
			assert.True(t, json.Valid(written), name)
		}
	}

	verify := func(args ...string) (int, string, string) {
		var out, err bytes.Buffer
		code := cli.Main(t.Context(), cli.Env{Args: append([]string{"verify", in("t.har")}, args...), Stdout: &out, Stderr: &err, Getenv: func(string) string { return "" }})
		return code, out.String(), err.String()
	}
	code, out, _ = verify("--fail-on", "any")
	assert.Equal(t, 1, code)
	assert.Contains(t, out, "FAIL request/body (POST ")
	code, _, _ = verify("--fail-on", "response")
	assert.Equal(t, 0, code)
	code, _, said := verify("--base", "https://elsewhere.example")
	assert.Equal(t, 2, code)
	assert.Contains(t, said, "no entry of")
	assert.Contains(t, said, "2 entries were of "+api.URL+" and not judged; say where the API is with --base URL")
	code, out, said = verify("--spec", "../../fixtures/specs/cursor.yaml")
	assert.Equal(t, 2, code, "our own file says where the API is, and it is another one: "+out)
	assert.Contains(t, said, "is of a path of the document: go by the document of its API, with --spec FILE")
	code, _, said = verify("--base", "ftp://elsewhere.example")
	assert.Equal(t, 2, code)
	assert.Contains(t, said, "give a whole URL, like https://api.example.com/v1")
	code, _, said = verify("--base", "")
	assert.Equal(t, 2, code)
	assert.Contains(t, said, "--base \"\": it is empty")
	code, _, said = verify("--coverage", in("r.json"), "--report", "json="+in("r.json"))
	assert.Equal(t, 2, code)
	assert.Contains(t, said, "--report json and --coverage both write")
	code, out, said = verify("--coverage", "-")
	assert.Zero(t, code, said)
	assert.True(t, json.Valid([]byte(out)), "the report for people moves to stderr")
	require.NoError(t, os.WriteFile(in("t.har"), []byte(`{"log":{"version":"1.2","entries":[]}}`), 0o600))
	code, _, said = verify()
	assert.Equal(t, 2, code)
	assert.Contains(t, said, "records no request: there is nothing to judge")
}

func TestProxyExitCodes(t *testing.T) {
	nobody := httptest.NewServer(http.NotFoundHandler())
	nobody.Close()
	s := stand(t, nobody.URL)
	s.ask(t, "GET", "/", "", "")
	code, _ := s.end()
	assert.Equal(t, 3, code)
	assert.Contains(t, s.err.String(), "answered none of 1 request")

	s = stand(t, nobody.URL, "--fail-on", "any")
	s.ask(t, "GET", "/", "", "")
	code, _ = s.end()
	assert.Equal(t, 3, code, "nobody knows what an API would have answered")

	s = stand(t, nobody.URL, "--fail-on", "any")
	code, _ = s.end()
	assert.Equal(t, 1, code)
	assert.Contains(t, s.err.String(), "nothing was seen, which is no pass")
	s = stand(t, nobody.URL)
	code, _ = s.end()
	assert.Zero(t, code)

	other := httptest.NewServer(http.NotFoundHandler())
	defer other.Close()
	s = stand(t, other.URL, "--fail-on", "any", "--spec", "../../fixtures/specs/cursor.yaml")
	s.ask(t, "GET", "/of-another-api", "", "")
	code, _ = s.end()
	assert.Equal(t, 1, code)
	assert.Contains(t, s.err.String(), "no request was for a path of the document, which is no pass")

	_, free, err := net.SplitHostPort(strings.TrimPrefix(nobody.URL, "http://"))
	require.NoError(t, err)
	for reason, args := range map[string][]string{
		"is where the proxy itself listens": {"http://localhost:" + free, "--addr", "127.0.0.1:" + free},
		"--addr \"4011\": give HOST:PORT":   {"http://c", "--addr", "4011"},
		"which stdout cannot be":            {"http://c", "--har", "-"},
		"name the API to stand before":      {},
		"is no URL of an API":               {"ftp://a"},
		"holds a password":                  {"http://a:b@c"},
		"leave the query and the fragment":  {"http://c/?d"},
		"--fail-on \"all\": use request, ":  {"http://c", "--fail-on", "all"},
		"give json=FILE":                    {"http://c", "--report", "xml=f"},
		"there is no folder":                {"http://c", "--report", "json=no/such/f"},
		"there is no certificate in it":     {"http://c", "--ca", "proxy_test.go"},
		"--body-limit 0: give a number":     {"http://c", "--body-limit", "0"},
		"unexpected argument \"http://d\"":  {"http://c", "http://d"},
	} {
		var err bytes.Buffer
		code := cli.Main(t.Context(), cli.Env{Args: append([]string{"proxy"}, args...), Stdout: io.Discard, Stderr: &err, Getenv: func(string) string { return "" }})
		assert.Equal(t, 2, code, reason)
		assert.Contains(t, err.String(), reason)
	}
}

func TestProxyTrustsWhatItIsTold(t *testing.T) {
	api := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "hello") }))
	defer api.Close()
	ca := filepath.Join(t.TempDir(), "ca.pem")
	require.NoError(t, os.WriteFile(ca, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: api.Certificate().Raw}), 0o600))
	for _, test := range []struct {
		args []string
		want string
	}{{nil, "certificate"}, {[]string{"--ca", ca}, "hello"}, {[]string{"--insecure"}, "hello"}} {
		s := stand(t, api.URL, test.args...)
		assert.Contains(t, s.ask(t, "GET", "/x", "", ""), test.want)
		s.end()
	}
}

func TestProxyReadsTheConfiguration(t *testing.T) {
	api := mockserver.Start(t)
	folder := t.TempDir()
	config := filepath.Join(folder, "c.yaml")
	report := filepath.Join(folder, "r.json")
	require.NoError(t, os.WriteFile(config, []byte("upstream: "+api.URL+"\nfail-on: [request, unknown]\nreport: [json="+report+"]\nparam: {x: y}\n"), 0o600))
	s := stand(t, api.URL, "--config", config)
	s.ask(t, "GET", "/nowhere", "", "")
	code, _ := s.end()
	assert.Equal(t, 1, code)
	assert.Contains(t, s.err.String(), "1 violation on the side unknown")
	assert.FileExists(t, report)
}
