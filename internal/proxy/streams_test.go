package proxy_test

import (
	"bufio"
	"crypto/sha256"
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

	"understudy/internal/proxy"
)

func TestTrailersPassBothWays(t *testing.T) {
	got := make(chan http.Header, 1)
	upstream := api(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Trailer", "X-Sum")
		_, _ = io.Copy(w, r.Body)
		got <- r.Trailer
		w.Header().Set("X-Sum", "of the answer")
		w.Header().Set(http.TrailerPrefix+"X-Late", "not announced")
	})
	s := before(t, upstream, nil)
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.url+"/raw", io.MultiReader(strings.NewReader("body")))
	require.NoError(t, err)
	request.Header.Set("Content-Type", "text/plain")
	request.Trailer = http.Header{"X-Check": {"of the request"}}
	response, err := http.DefaultTransport.RoundTrip(request)
	require.NoError(t, err)
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	assert.Equal(t, "body", string(body))
	assert.Equal(t, http.Header{"X-Check": {"of the request"}}, <-got)
	assert.Equal(t, http.Header{"X-Sum": {"of the answer"}, "X-Late": {"not announced"}}, response.Trailer)
}

// stream is a body of many bytes that nobody holds at once.
type stream struct{ left int64 }

func (s *stream) Read(p []byte) (int, error) {
	if s.left == 0 {
		return 0, io.EOF
	}
	n := int(min(int64(len(p)), s.left))
	for i := range p[:n] {
		p[i] = byte(s.left - int64(i))
	}
	s.left -= int64(n)
	return n, nil
}

// Of 200 MB each way only the beginning is kept: the test holds the proxy to its own
// bound, which it would break at the first byte too many.
func TestLongBodiesStreamInBoundedMemory(t *testing.T) {
	const size = 200 << 20
	upstream := api(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/x-thing")
		_ = http.NewResponseController(w).EnableFullDuplex()
		_, _ = io.Copy(w, r.Body)
	})
	s := before(t, upstream, nil)
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.url+"/raw", &stream{size})
	require.NoError(t, err)
	request.Header.Set("Content-Type", "application/x-thing")
	sum := sha256.New()
	response, err := http.DefaultTransport.RoundTrip(request)
	require.NoError(t, err)
	defer response.Body.Close()
	n, err := io.Copy(sum, response.Body)
	require.NoError(t, err)
	assert.EqualValues(t, size, n)
	want := sha256.New()
	_, err = io.Copy(want, &stream{size})
	require.NoError(t, err)
	assert.Equal(t, want.Sum(nil), sum.Sum(nil))
	assert.Empty(t, s.found(t))
	assert.LessOrEqual(t, s.proxy.MostHeld(), int64(4<<20), "two copies of a mebibyte, and room to grow")
	notes := strings.Join(s.witness.Report("api", time.Time{}, 0).Notes, "\n")
	assert.Contains(t, notes, "the body of the answer was not judged: it is longer than what is kept")
	assert.Contains(t, notes, "the body of the request was not judged")
}

func TestAnEventArrivesBeforeTheNextIsSent(t *testing.T) {
	for _, errors := range []bool{false, true} {
		next := make(chan string)
		upstream := api(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/event-stream")
			_ = http.NewResponseController(w).Flush()
			for event := range next {
				fmt.Fprintf(w, "data: %s\n\n", event)
				_ = http.NewResponseController(w).Flush()
			}
		})
		s := before(t, upstream, func(c *proxy.Config, _ *proxy.Watch) { c.Errors = errors })
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.url+"/raw", http.NoBody)
		require.NoError(t, err)
		response, err := http.DefaultTransport.RoundTrip(request)
		require.NoError(t, err, "the head comes before the first event")
		lines := bufio.NewReader(response.Body)
		for _, event := range []string{"one", "two", "three"} {
			next <- event
			line, err := lines.ReadString('\n')
			require.NoError(t, err)
			assert.Equal(t, "data: "+event+"\n", line)
			_, _ = lines.ReadString('\n')
		}
		close(next)
		require.NoError(t, response.Body.Close())
	}
}

func TestAConnectionSwitchesProtocols(t *testing.T) {
	upstream := api(t, func(w http.ResponseWriter, r *http.Request) {
		assert.Equal(t, "websocket", r.Header.Get("Upgrade"))
		conn, both, err := http.NewResponseController(w).Hijack()
		if !assert.NoError(t, err) {
			return
		}
		defer func() { _ = conn.Close() }()
		_, _ = both.WriteString("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: yes\r\n\r\n")
		_ = both.Flush()
		line, _ := both.ReadString('\n')
		_, _ = both.WriteString("you said " + line)
		_ = both.Flush()
	})
	s := before(t, upstream, nil)
	conn, err := new(net.Dialer).DialContext(t.Context(), "tcp", s.address)
	require.NoError(t, err)
	defer func() { _ = conn.Close() }()
	_, err = io.WriteString(conn, "GET /raw HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: k\r\n\r\n")
	require.NoError(t, err)
	reader := bufio.NewReader(conn)
	response, err := http.ReadResponse(reader, nil)
	require.NoError(t, err)
	assert.Equal(t, http.StatusSwitchingProtocols, response.StatusCode)
	assert.Equal(t, "yes", response.Header.Get("Sec-WebSocket-Accept"))
	_, err = io.WriteString(conn, "ping\n")
	require.NoError(t, err)
	line, err := reader.ReadString('\n')
	require.NoError(t, err)
	assert.Equal(t, "you said ping\n", line)
}

func TestHTTP2BothWays(t *testing.T) {
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Proto", r.Proto)
	}))
	server.EnableHTTP2 = true
	server.StartTLS()
	t.Cleanup(server.Close)
	s := before(t, server.URL, func(c *proxy.Config, _ *proxy.Watch) {
		c.TLS = server.Client().Transport.(*http.Transport).TLSClientConfig.Clone()
		c.TLS.NextProtos = nil
	})
	protocols := new(http.Protocols)
	protocols.SetUnencryptedHTTP2(true)
	for _, transport := range []*http.Transport{{}, {Protocols: protocols}} {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.url+"/raw", http.NoBody)
		require.NoError(t, err)
		response, err := transport.RoundTrip(request)
		require.NoError(t, err)
		require.NoError(t, response.Body.Close())
		assert.Equal(t, "HTTP/2.0", response.Header.Get("X-Proto"), "as the API speaks it")
		if transport.Protocols != nil {
			assert.Equal(t, "HTTP/2.0", response.Proto, "as the caller speaks it")
		}
	}
}
