package mockserver_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// A wire is a connection that a test writes to byte by byte.
type wire struct {
	net.Conn
	in *bufio.Reader
}

// dial opens a connection to a stand-in.
func (a *standIn) dial(t *testing.T) *wire {
	t.Helper()
	connection, err := new(net.Dialer).DialContext(t.Context(), "tcp", strings.TrimPrefix(a.URL, "http://"))
	require.NoError(t, err)
	require.NoError(t, connection.SetDeadline(time.Now().Add(10*time.Second)))
	t.Cleanup(func() { _ = connection.Close() })
	return &wire{connection, bufio.NewReader(connection)}
}

// write sends text as it is.
func (w *wire) write(t *testing.T, text string) {
	t.Helper()
	_, err := io.WriteString(w, text)
	require.NoError(t, err)
}

// answer reads the next response.
func (w *wire) answer(t *testing.T) answer {
	t.Helper()
	response, err := http.ReadResponse(w.in, nil)
	require.NoError(t, err)
	got, err := read(response)
	require.NoError(t, err)
	return got
}

// head is the head of a request of the key write, up to its empty line.
func (a *standIn) head(method, path string, headers ...string) string {
	lines := append([]string{method + " " + path + " HTTP/1.1", "Host: stand-in.example", "Authorization: " + a.as("write").authorization}, headers...)
	return strings.Join(lines, "\r\n") + "\r\n"
}

// requireUnharmed requires a stand-in to go on as if nothing had happened.
func requireUnharmed(t *testing.T, api *standIn, before string) {
	t.Helper()
	require.Equal(t, http.StatusOK, api.anonymous().get(t, "/__admin/health").status)
	require.Equal(t, before, api.state(t))
}

func TestRobustnessAgainstClients(t *testing.T) {
	t.Parallel()
	api := start(t)
	before := api.state(t)
	const form = "Content-Type: application/x-www-form-urlencoded"

	t.Run("who are slow with the head", func(t *testing.T) {
		head := api.head(http.MethodGet, listPath(home))
		slow := api.dial(t)
		slow.write(t, head[:len(head)/2])
		api.as("read").list(t, home, "")
		slow.write(t, head[len(head)/2:]+"\r\n")
		slow.answer(t).page(t)
	})
	t.Run("who are slow with the body", func(t *testing.T) {
		slow := api.dial(t)
		slow.write(t, api.head(http.MethodPost, listPath(home), form, "Content-Length: 16")+"\r\ndomain=")
		api.as("read").list(t, home, "")
		slow.write(t, "a.example")
		created := slow.answer(t).record(t, http.StatusCreated)
		require.Equal(t, "a.example", created.Domain)
		api.load(t, before)
	})
	t.Run("who hang up within the head", func(t *testing.T) {
		gone := api.dial(t)
		gone.write(t, "GET /api/organ")
		require.NoError(t, gone.Close())
		requireUnharmed(t, api, before)
	})
	t.Run("who hang up within the body", func(t *testing.T) {
		gone := api.dial(t)
		gone.write(t, api.head(http.MethodPost, listPath(home), form, "Content-Length: 16")+"\r\ndomain=a.exampl")
		require.NoError(t, gone.Close())
		requireUnharmed(t, api, before)
	})
	t.Run("who end the body too early", func(t *testing.T) {
		short := api.dial(t)
		short.write(t, api.head(http.MethodPost, listPath(home), form, "Content-Length: 16")+"\r\ndomain=a.exampl")
		half, ok := short.Conn.(*net.TCPConn)
		require.True(t, ok)
		require.NoError(t, half.CloseWrite())
		short.answer(t).refused(t, http.StatusBadRequest, malformed("HTTP parse error - the body ends too early"))
		requireUnharmed(t, api, before)
	})
	t.Run("who hang up before the answer", func(t *testing.T) {
		gone := api.dial(t)
		gone.write(t, api.head(http.MethodGet, listPath(home))+"\r\n")
		require.NoError(t, gone.Close())
		requireUnharmed(t, api, before)
	})
	t.Run("who send two requests at once", func(t *testing.T) {
		eager := api.dial(t)
		request := api.head(http.MethodGet, listPath(home)) + "\r\n"
		eager.write(t, request+request)
		first := eager.answer(t).page(t)
		require.Equal(t, first, eager.answer(t).page(t))
	})
	t.Run("who send chunks", func(t *testing.T) {
		chunked := api.dial(t)
		chunked.write(t, api.head(http.MethodPost, listPath(home), form, "Transfer-Encoding: chunked")+"\r\n")
		for _, piece := range []string{"domain", "=a", ".example", ""} {
			chunked.write(t, fmt.Sprintf("%x\r\n%s\r\n", len(piece), piece))
		}
		require.Equal(t, "a.example", chunked.answer(t).record(t, http.StatusCreated).Domain)
		api.load(t, before)
	})
	t.Run("who send broken chunks", func(t *testing.T) {
		broken := api.dial(t)
		broken.write(t, api.head(http.MethodPost, listPath(home), form, "Transfer-Encoding: chunked")+"\r\nzz\r\n")
		require.Equal(t, http.StatusBadRequest, broken.answer(t).status)
		requireUnharmed(t, api, before)
	})
	t.Run("who expect to be told to go on", func(t *testing.T) {
		patient := api.dial(t)
		patient.write(t, api.head(http.MethodPost, listPath(home), form, "Content-Length: 16", "Expect: 100-continue")+"\r\n")
		line, err := patient.in.ReadString('\n')
		require.NoError(t, err)
		require.Equal(t, "HTTP/1.1 100 Continue\r\n", line)
		_, err = patient.in.ReadString('\n')
		require.NoError(t, err)
		patient.write(t, "domain=a.example")
		require.Equal(t, "a.example", patient.answer(t).record(t, http.StatusCreated).Domain)
		api.load(t, before)
	})
	t.Run("who speak HTTP/1.0 and name no host", func(t *testing.T) {
		old := api.dial(t)
		old.write(t, "GET "+listPath(home)+"?limit=1 HTTP/1.0\r\nAuthorization: "+api.as("read").authorization+"\r\n\r\n")
		old.answer(t).page(t)
	})
	t.Run("who send the whole URL as to a proxy", func(t *testing.T) {
		proxied := api.dial(t)
		proxied.write(t, api.head(http.MethodGet, "http://elsewhere.example"+listPath(home)+"?limit=1")+"\r\n")
		require.Equal(t, link("http://elsewhere.example", "?limit=1&offset=1"), proxied.answer(t).page(t).Next)
	})
}

func TestRobustnessAgainstPaths(t *testing.T) {
	t.Parallel()
	api := start(t)
	before := api.state(t)

	for value, keyword := range map[string]string{
		"%2F": "format", "%2f..%2f": "format", "..%2F" + noRecord: "format", "%25": "format", "x;y=z": "format", "{id}": "format", "@current": "format",
		"%00": "format", noRecord + "%00": "format", "%0d%0aX-Evil:%201": "format", "%20": "format", "%F0%9F%A6%94": "format",
		"%ff": "malformed", strings.Repeat("x", 10_000): "format",
	} {
		for _, op := range onRecord(operations(home, value)) {
			t.Run(fmt.Sprintf("record %.30s: %s", value, op.name), func(t *testing.T) {
				got := op.by(t, api.as("write"))
				got.refused(t, http.StatusNotFound, noItem)
				require.Equal(t, []violation{{"path", "id", keyword}}, got.violations(t))
				require.NotContains(t, got.header, "X-Evil")
			})
		}
		for _, op := range operations(value, noRecord) {
			t.Run(fmt.Sprintf("organization %.30s: %s", value, op.name), func(t *testing.T) {
				op.by(t, api.as("write")).refused(t, http.StatusNotFound, noParent)
			})
		}
	}
	for _, target := range []string{"*", "listless", "%", "/%zz", "/a b", "/\x00", "//", "/../../etc/passwd", "http://[", ""} {
		t.Run("request target "+quoted(target), func(t *testing.T) {
			odd := api.dial(t)
			odd.write(t, api.head(http.MethodGet, target)+"\r\n")
			require.Contains(t, []int{http.StatusBadRequest, http.StatusNotFound}, odd.answer(t).status)
		})
	}
	requireUnharmed(t, api, before)
}

func TestRobustnessAgainstSize(t *testing.T) {
	t.Parallel()
	api := start(t)
	before := api.state(t)

	for name, test := range map[string]struct {
		path, headers string
		statuses      []int
	}{
		"a header of 60 KB":      {listPath(home), "X-Long: " + strings.Repeat("x", 60<<10), []int{http.StatusOK}},
		"a header of 1 MB":       {listPath(home), "X-Long: " + strings.Repeat("x", 1<<20), []int{http.StatusRequestHeaderFieldsTooLarge}},
		"many small headers":     {listPath(home), strings.TrimSuffix(strings.Repeat("X-Many: x\r\n", 5000), "\r\n"), []int{http.StatusOK, http.StatusRequestHeaderFieldsTooLarge}},
		"a URL of 60 KB":         {listPath(home) + "?x=" + strings.Repeat("x", 60<<10), "X-Short: x", []int{http.StatusOK}},
		"a path of 60 KB":        {listPath(strings.Repeat("x", 60<<10)), "X-Short: x", []int{http.StatusNotFound}},
		"a path of many slashes": {strings.Repeat("/a", 30_000), "X-Short: x", []int{http.StatusNotFound}},
		"a URL of 1 MB": {
			listPath(home) + "?x=" + strings.Repeat("x", 1<<20), "X-Short: x",
			[]int{http.StatusRequestURITooLong, http.StatusRequestHeaderFieldsTooLarge},
		},
		"a preference of 60 KB": {listPath(home), "Prefer: example=" + strings.Repeat("x", 60<<10), []int{http.StatusBadRequest}},
		"a token of 60 KB":      {"/api/", "Authorization: Bearer " + strings.Repeat("x", 60<<10), []int{http.StatusNotFound}},
	} {
		t.Run(name, func(t *testing.T) {
			large := api.dial(t)
			sent := make(chan struct{})
			go func() {
				defer close(sent)
				// How much of it is taken is for the server to say.
				_, _ = io.WriteString(large, api.head(http.MethodGet, test.path, test.headers)+"\r\n")
			}()
			got := large.answer(t)
			require.Contains(t, test.statuses, got.status)
			require.NoError(t, large.Close())
			<-sent
			requireUnharmed(t, api, before)
		})
	}
}

// A stand-in ends with its test, whoever is still connected.
func TestRobustnessOfTheEnd(t *testing.T) {
	t.Parallel()
	var url string
	t.Run("a test with a client that never finishes", func(t *testing.T) {
		api := start(t)
		url = api.URL
		idle := api.dial(t)
		idle.write(t, api.head(http.MethodPost, listPath(home), "Content-Length: 100"))
	})
	_, err := caller{url: url}.try(t.Context(), http.MethodGet, "/__admin/health")
	require.ErrorIs(t, err, syscall.ECONNREFUSED)
}
