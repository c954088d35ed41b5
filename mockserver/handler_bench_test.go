package mockserver_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"understudy/mockserver"
)

// BenchmarkHandler answers requests without a network, with few records and with
// very many: what a request costs must not depend on that.
func BenchmarkHandler(b *testing.B) {
	for _, records := range []int{10_000, 1_000_000} {
		b.Run(fmt.Sprintf("%d records", records), func(b *testing.B) { benchHandlers(b, records) })
	}
}

func benchHandlers(b *testing.B, records int) {
	b.Helper()
	server, err := mockserver.New(mockserver.WithRecords(records))
	require.NoError(b, err)
	tour := server.Tour(b.Context())
	list, item := tour[0].Path, tour[2].Path
	for _, c := range []struct{ name, method, path, body string }{
		{"get", http.MethodGet, item, ""},
		{"list at the start", http.MethodGet, list + "?limit=100&offset=0", ""},
		{"list at the end", http.MethodGet, fmt.Sprintf("%s?limit=100&offset=%d", list, records-100), ""},
		{"patch", http.MethodPatch, item, `{"domain":"e.example.com"}`},
		{"post", http.MethodPost, list, `{"domain":"e.example.com"}`},
	} {
		b.Run(c.name, func(b *testing.B) {
			request, err := http.NewRequestWithContext(b.Context(), c.method, "http://127.0.0.1:4010"+c.path, http.NoBody)
			require.NoError(b, err)
			request.Header.Set("Authorization", "Bearer "+server.Key("write").Token)
			request.Header.Set("Content-Type", "application/json")
			reader := &rewindable{}
			request.Body = io.NopCloser(reader)
			body, w := []byte(c.body), &sink{header: http.Header{}}
			b.ReportAllocs()
			for b.Loop() {
				reader.Reset(body)
				server.ServeHTTP(w, request)
			}
			require.Less(b, w.status, 300)
		})
	}
}

// BenchmarkLives creates items that will move by themselves, deletes some of them, and lets
// the time of the others come.
func BenchmarkLives(b *testing.B) {
	for _, items := range []int{10_000, 100_000} {
		b.Run(fmt.Sprintf("%d items", items), func(b *testing.B) { benchLives(b, items) })
	}
}

func benchLives(b *testing.B, items int) {
	b.Helper()
	const deletions = 1000
	var deleting, moving time.Duration
	for b.Loop() {
		now := time.Now()
		server, err := mockserver.New(mockserver.WithClock(func() time.Time { return now }))
		require.NoError(b, err)
		list := server.Tour(b.Context())[0].Path
		ids := make([]string, items)
		for i := range ids {
			var created struct{ ID string }
			require.NoError(b, json.Unmarshal(ask(server, http.MethodPost, list, `{"domain":"e.example.com"}`).Body.Bytes(), &created))
			ids[i] = created.ID
		}
		start := time.Now()
		for i := range deletions {
			ask(server, http.MethodDelete, list+ids[i*items/deletions]+"/", "")
		}
		deleting += time.Since(start)

		now = now.Add(6 * time.Second)
		start = time.Now()
		require.Contains(b, ask(server, http.MethodGet, list+ids[1]+"/", "").Body.String(), `"issuing"`)
		moving += time.Since(start)
	}
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(float64(deleting.Nanoseconds())/float64(b.N*deletions), "ns/delete")
	b.ReportMetric(float64(moving.Nanoseconds())/float64(b.N*(items-deletions)), "ns/move")
}

// BenchmarkReset puts the state back, as a test suite does before each of its tests.
func BenchmarkReset(b *testing.B) {
	for _, records := range []int{0, 5000} {
		b.Run(fmt.Sprintf("%d records", records), func(b *testing.B) {
			server, err := mockserver.New(mockserver.WithRecords(records))
			require.NoError(b, err)
			for b.Loop() {
				require.NoError(b, server.Reset())
			}
		})
	}
}
