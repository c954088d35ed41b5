package drift_test

import (
	"bytes"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"understudy/conformance"
	"understudy/conformance/drift"
	"understudy/conformance/internal/subject"
)

// watched counts the requests that may change something.
func watched(next http.Handler, written *atomic.Int64) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && r.Method != http.MethodHead && r.Method != http.MethodOptions {
			written.Add(1)
		}
		next.ServeHTTP(w, r)
	})
}

// A run that only reads compares what it sees of others' records, and sends no request
// that could change anything.
func TestARunThatOnlyReads(t *testing.T) {
	var written atomic.Int64
	server := httptest.NewServer(watched(subject.New(subject.Config{Keys: subjectKeys, Records: 12, PageSize: 5}), &written))
	defer server.Close()
	_, found := hold(t, server.URL, "", nil, conformance.WithToken("phx_writer"), conformance.WithParam("organization_id", home), conformance.WithReadOnly())
	require.Equal(t, []string{"page GET records on a page: all 12 / 5"}, differences(found))
	require.Zero(t, written.Load())
	require.Zero(t, found.Run.Created)
	require.NotEmpty(t, found.ReadOnly)
}

// A target that is not on this machine is only read, unless writing is allowed.
func TestAnotherMachineIsOnlyRead(t *testing.T) {
	address := outsideAddress(t)
	listener, err := net.Listen("tcp", net.JoinHostPort(address, "0"))
	require.NoError(t, err)
	var written atomic.Int64
	server := &httptest.Server{Listener: listener, Config: &http.Server{Handler: watched(subject.New(subject.Config{Keys: subjectKeys, Records: 3}), &written)}}
	server.Start()
	defer server.Close()
	options := []conformance.Option{conformance.WithToken("phx_writer"), conformance.WithParam("organization_id", home)}
	_, found := hold(t, server.URL, "", nil, options...)
	require.Empty(t, tell(found))
	require.Zero(t, written.Load())
	require.Contains(t, found.ReadOnly, "--writes")
	_, found = hold(t, server.URL, "", nil, append(options, conformance.WithWrites())...)
	require.Empty(t, tell(found))
	require.Positive(t, written.Load())
	require.Positive(t, found.Run.Created)
	require.Zero(t, found.Run.Left)
}

// outsideAddress is an address of this machine that is no loopback.
func outsideAddress(t *testing.T) string {
	t.Helper()
	addresses, err := net.InterfaceAddrs()
	require.NoError(t, err)
	for _, address := range addresses {
		if network, ok := address.(*net.IPNet); ok && network.IP.To4() != nil && !network.IP.IsLoopback() {
			return network.IP.String()
		}
	}
	t.Skip("this machine has no address but loopback ones")
	return ""
}

// Keys stand in no report and in no overlay, even where the target repeats them.
func TestKeysStayAway(t *testing.T) {
	echoing := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		answer := httptest.NewRecorder()
		subject.New(subject.Config{Keys: subjectKeys}).ServeHTTP(answer, r)
		body := answer.Body.String()
		if answer.Code >= 400 {
			body = strings.Replace(body, `"detail":"`, `"detail":"you sent `+r.Header.Get("Authorization")+`: `, 1)
			w.Header().Set("Cache-Control", "private, "+r.Header.Get("Authorization"))
		}
		w.Header().Set("Content-Type", answer.Header().Get("Content-Type"))
		w.WriteHeader(answer.Code)
		_, _ = fmt.Fprint(w, body)
	})
	server := httptest.NewServer(echoing)
	defer server.Close()
	run, found := hold(t, server.URL, "", nil,
		conformance.WithToken("phx_writer"), conformance.WithReadOnlyToken("phx_reader"), conformance.WithUnscopedToken("phx_unscoped"),
		conformance.WithForeignToken("phx_foreigner"), conformance.WithParam("organization_id", home), conformance.WithForeignParam("organization_id", abroad))
	overlay, err := run.Mend(t.Context(), found)
	require.NoError(t, err)
	require.Contains(t, string(overlay), "you sent Bearer $UNDERSTUDY_TOKEN")
	var written bytes.Buffer
	written.Write(overlay)
	require.NoError(t, drift.WriteText(&written, found, false))
	require.NoError(t, drift.WriteJSON(&written, found))
	require.NoError(t, drift.WriteHTML(&written, found))
	for _, key := range subjectKeys {
		require.NotContains(t, written.String(), key.Token)
	}
}

// What a target sends is shown, and never works on a terminal or in a browser.
func TestWhatATargetSendsIsShownAsText(t *testing.T) {
	hostile := "\x1b[2J\u202e<script>alert(1)</script>"
	_, found := holdSubject(t, subject.Config{ErrorDetail: func(_, _ string) string { return hostile }})
	var text, page bytes.Buffer
	require.NoError(t, drift.WriteText(&text, found, false))
	require.NoError(t, drift.WriteHTML(&page, found))
	for _, written := range []string{text.String(), page.String()} {
		require.NotContains(t, written, "\x1b")
		require.NotContains(t, written, "\u202e")
		require.Contains(t, written, "alert(1)")
	}
	require.NotContains(t, page.String(), "<script")
}
