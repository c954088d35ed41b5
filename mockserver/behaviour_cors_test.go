package mockserver_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"understudy/mockserver"
)

// preflight is what a browser asks before it sends a request of a page.
func preflight(t *testing.T, c caller, path, origin string) answer {
	t.Helper()
	got, err := c.try(t.Context(), http.MethodOptions, path, header("Origin", origin),
		header("Access-Control-Request-Method", http.MethodPatch), header("Access-Control-Request-Headers", "authorization,content-type"))
	require.NoError(t, err)
	return got
}

// corsHeaders are the names of the CORS headers of an answer.
func corsHeaders(got answer) []string {
	var names []string
	for name := range got.header {
		if strings.HasPrefix(name, "Access-Control-") {
			names = append(names, name)
		}
	}
	return names
}

func TestCORSAllows(t *testing.T) {
	t.Parallel()
	local := start(t)
	listed := start(t, mockserver.WithCORSOrigin("https://app.example"), mockserver.WithCORSOrigin("https://other.example:8443"))
	open := start(t, mockserver.WithCORSOrigin("*"))

	for _, test := range []struct {
		api    *standIn
		origin string
	}{
		{local, "http://localhost:3000"},
		{local, "https://localhost"},
		{local, "http://app.localhost:5173"},
		{local, "http://127.0.0.1:8080"},
		{local, "http://[::1]:8080"},
		{listed, "https://app.example"},
		{listed, "https://other.example:8443"},
		{listed, "http://localhost:3000"},
		{open, "https://evil.example"},
		{open, "null"},
	} {
		t.Run("a request of "+test.origin, func(t *testing.T) {
			got := test.api.as("read").get(t, listPath(home), header("Origin", test.origin))
			got.page(t)
			require.Equal(t, test.origin, got.header.Get("Access-Control-Allow-Origin"))
			require.Contains(t, got.header.Values("Vary"), "Origin")
			for _, name := range []string{"Allow", "Preference-Applied", "Retry-After", "X-Understudy-Violations"} {
				require.Contains(t, strings.Split(got.header.Get("Access-Control-Expose-Headers"), ", "), name)
			}
		})
		t.Run("the error that a request gets of "+test.origin, func(t *testing.T) {
			got := test.api.anonymous().get(t, listPath(home), header("Origin", test.origin))
			got.refused(t, http.StatusUnauthorized, notAuthenticated)
			require.Equal(t, test.origin, got.header.Get("Access-Control-Allow-Origin"))
		})
		for path, methods := range map[string]string{listPath(home): allowOnList, itemPath(home, noRecord): allowOnItem} {
			t.Run("a preflight of "+test.origin+" for "+path, func(t *testing.T) {
				got := preflight(t, test.api.anonymous(), path, test.origin)
				require.Equal(t, http.StatusNoContent, got.status)
				require.Empty(t, got.body)
				require.Equal(t, test.origin, got.header.Get("Access-Control-Allow-Origin"))
				require.Equal(t, methods, got.header.Get("Access-Control-Allow-Methods"))
				require.Equal(t, "authorization,content-type", got.header.Get("Access-Control-Allow-Headers"))
				require.Equal(t, "600", got.header.Get("Access-Control-Max-Age"))
				require.Contains(t, got.header.Values("Vary"), "Origin")
			})
		}
	}
}

func TestCORSDoesNotAllow(t *testing.T) {
	t.Parallel()
	local := start(t)
	listed := start(t, mockserver.WithCORSOrigin("https://app.example"))

	for _, test := range []struct {
		api    *standIn
		origin string
	}{
		{local, "https://evil.example"},
		{local, "http://localhost.evil.example:3000"},
		{local, "http://evil.example?localhost"},
		{local, "http://localhost@evil.example"},
		{local, "http://127.0.0.1.evil.example"},
		{local, "http://notlocalhost"},
		{local, "http://192.168.0.1:3000"},
		{local, "localhost:3000"},
		{local, "null"},
		{listed, "https://evil.example"},
		{listed, "http://app.example"},
		{listed, "https://app.example:8443"},
		{listed, "https://app.example.evil.example"},
	} {
		t.Run("a request of "+test.origin, func(t *testing.T) {
			got := test.api.as("read").get(t, listPath(home), header("Origin", test.origin))
			got.page(t)
			require.Empty(t, corsHeaders(got))
			require.Contains(t, got.header.Values("Vary"), "Origin")
		})
		t.Run("a preflight of "+test.origin, func(t *testing.T) {
			got := preflight(t, test.api.anonymous(), listPath(home), test.origin)
			require.Empty(t, corsHeaders(got))
			require.Equal(t, http.StatusForbidden, got.status)
			require.Equal(t, "pages of "+test.origin+" may not call the API; let them with --cors-origin "+test.origin+"\n", got.body)
		})
	}
	t.Run("a request without an origin", func(t *testing.T) {
		require.Empty(t, corsHeaders(local.as("read").get(t, listPath(home))))
	})
}
