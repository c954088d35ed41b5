package mockserver_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"understudy/internal/resource"
	"understudy/mockserver"
)

// served is a stand-in of a small document that answers without a network.
func served(tb testing.TB, document []byte, options ...mockserver.Option) *mockserver.Server {
	tb.Helper()
	server, err := mockserver.New(append(options, mockserver.WithSpec("small.yaml", document), mockserver.WithRecords(5))...)
	require.NoError(tb, err)
	return server
}

// A query of any kind is answered with a page, or refused as the document says.
func FuzzListQuery(f *testing.F) {
	for _, query := range []string{"", "cursor=", "cursor=AAAA&limit=1", "ending_before=x", "sort=-name&colour=a&colour=b", "limit=1&cursor=WyJhIiwxXQ", "size=1e3&done=true"} {
		f.Add(query)
	}
	var servers []*mockserver.Server
	for _, style := range []resource.PageStyle{resource.Cursor, resource.AfterItem} {
		servers = append(servers, served(f, notes, mockserver.WithModel(marked(style, true))))
	}
	f.Fuzz(func(t *testing.T, query string) {
		for _, server := range servers {
			request := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/notes", http.NoBody)
			request.URL = &url.URL{Path: "/notes", RawQuery: query}
			got := httptest.NewRecorder()
			server.ServeHTTP(got, request)
			require.Contains(t, []int{http.StatusOK, http.StatusBadRequest}, got.Code, got.Body)
		}
	})
}

// A JSON Patch of any kind changes the item or is refused, and leaves an item that is
// valid.
func FuzzPatch(f *testing.F) {
	for _, patch := range []string{
		`[]`, `[{"op":"replace","path":"/title","value":"a"}]`, `[{"op":"test","path":"","value":null}]`, `[{"op":"move","from":"/title","path":"/body"}]`,
		`[{"op":"add","path":"/tags/-","value":{}}]`, `[{"op":"copy","from":"","path":"/style/x"},{"op":"remove","path":"/style~0"}]`, `[{"path":1}]`, `[null]`,
	} {
		f.Add(patch)
	}
	server := served(f, pages)
	path := server.Tour(f.Context())[2].Path
	f.Fuzz(func(t *testing.T, patch string) {
		require.NoError(t, server.Reset())
		request := httptest.NewRequestWithContext(t.Context(), http.MethodPatch, path, strings.NewReader(patch))
		request.Header.Set("Content-Type", "application/json-patch+json")
		got := httptest.NewRecorder()
		server.ServeHTTP(got, request)
		require.Contains(t, []int{200, 400, 409, 413, 422}, got.Code, got.Body)
	})
}
