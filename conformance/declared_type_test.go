package conformance_test

import (
	"net/http"
	"slices"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// What is no JSON is sent under the content type that the operation takes, too: under
// another it would be refused for that, whatever it says.
func TestInvalidBodiesAreSentAsTheDeclaredType(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	var types []string
	judgeDocument(t, "json-api.yaml", func(next http.Handler, w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost && r.URL.Path == "/planets" {
			mu.Lock()
			types = append(types, r.Header.Get("Content-Type"))
			mu.Unlock()
		}
		next.ServeHTTP(w, r)
	})
	slices.Sort(types)
	require.Equal(t, []string{"application/vnd.api+json", "application/vnd.api+json; charset=utf-8", "text/plain"}, slices.Compact(types))
}
