package mockserver_test

import (
	"bytes"
	"io"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"understudy/mockserver"
)

// sink is a response writer that keeps nothing, so that what is counted is the
// handler's own.
type sink struct {
	header http.Header
	status int
	size   int
}

func (s *sink) Header() http.Header    { return s.header }
func (s *sink) WriteHeader(status int) { s.status = status }
func (s *sink) Write(b []byte) (int, error) {
	s.size += len(b)
	return len(b), nil
}

// rewindable is a request body that can be read again.
type rewindable struct{ bytes.Reader }

func (*rewindable) Close() error { return nil }

// allocations counts what one request costs in the handler.
func allocations(t testing.TB, server *mockserver.Server, method, path, sent string, status int) float64 {
	t.Helper()
	request, err := http.NewRequest(method, "http://127.0.0.1:4010"+path, nil)
	require.NoError(t, err)
	request.Header.Set("Authorization", "Bearer "+server.Key("write").Token)
	request.Header.Set("Content-Type", "application/json")
	reader := &rewindable{}
	request.Body = io.NopCloser(reader)
	w := &sink{header: http.Header{}}
	return testing.AllocsPerRun(200, func() {
		reader.Reset([]byte(sent))
		server.ServeHTTP(w, request)
		if w.status != status {
			t.Fatalf("status %d", w.status)
		}
	})
}

func TestAllocations(t *testing.T) {
	if raceDetector {
		t.Skip("the race detector allocates")
	}
	server, err := mockserver.New(mockserver.WithRecords(300))
	require.NoError(t, err)
	tour := server.Tour(t.Context())
	list, item := tour[0].Path, tour[2].Path
	for _, c := range []struct {
		name, method, path, body string
		status                   int
		most                     float64
	}{
		{"retrieve", "GET", item, "", 200, 2},
		{"list", "GET", list, "", 200, 2},
		{"list a page", "GET", list + "?limit=50&offset=100", "", 200, 2},
		{"create", "POST", list, `{"domain":"e.example.com"}`, 201, 8},
		{"update", "PATCH", item, `{"domain":"e.example.com"}`, 200, 8},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := allocations(t, server, c.method, c.path, c.body, c.status)
			t.Logf("%.0f allocations", got)
			require.LessOrEqual(t, got, c.most)
		})
	}
}
