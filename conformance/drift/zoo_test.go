package drift_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"understudy/conformance/drift"
	"understudy/mockserver"
)

// documents are the embedded document, whose name is "", and those of the zoo.
func documents(t *testing.T) map[string][]byte {
	t.Helper()
	found := map[string][]byte{"": nil}
	zoo, err := filepath.Glob("../../fixtures/specs/*.yaml")
	require.NoError(t, err)
	require.NotEmpty(t, zoo)
	if testing.Short() {
		zoo = zoo[:4]
	}
	for _, name := range zoo {
		found[name], err = os.ReadFile(name)
		require.NoError(t, err)
	}
	return found
}

// holdZoo compares a stand-in for a document with another behind a handler.
func holdZoo(t *testing.T, name string, document []byte, behind func(http.Handler) http.Handler) (*drift.Run, *drift.Report) {
	t.Helper()
	server, err := mockserver.New(serverOptions(name, document, drift.Setup{Records: 3})...)
	require.NoError(t, err)
	target := httptest.NewServer(behind(server))
	t.Cleanup(target.Close)
	keys, err := keysOf(t.Context(), server)
	require.NoError(t, err)
	return hold(t, target.URL, name, document, keys...)
}

// A stand-in does not differ from itself, whatever the document.
func TestAStandInIsLikeItself(t *testing.T) {
	for name, document := range documents(t) {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".yaml"), func(t *testing.T) {
			_, found := holdZoo(t, name, document, func(server http.Handler) http.Handler { return server })
			require.Empty(t, tell(found))
			require.Equal(t, drift.Same, found.Verdict)
			require.Positive(t, found.Compared)
			require.Zero(t, found.Alone)
			require.Zero(t, found.Run.Left)
		})
	}
}

// Whatever the document, an overlay for a target that refuses in words of its own leaves
// less drift, and breaks no document.
func TestOverlaysOfEveryDocument(t *testing.T) {
	refusing := func(server http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			answer := httptest.NewRecorder()
			server.ServeHTTP(answer, r)
			for name, values := range answer.Header() {
				w.Header()[name] = values
			}
			body := answer.Body.String()
			if answer.Code >= 400 {
				body = `{"error":{"message":"` + http.StatusText(answer.Code) + `","code":7}}`
				w.Header().Set("Content-Type", "application/json")
				w.Header().Del("Content-Length")
			}
			w.WriteHeader(answer.Code)
			_, _ = w.Write([]byte(body))
		})
	}
	for name, document := range documents(t) {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".yaml"), func(t *testing.T) {
			run, found := holdZoo(t, name, document, refusing)
			require.Equal(t, drift.Drifts, found.Verdict)
			overlay, err := run.Mend(t.Context(), found)
			require.NoError(t, err)
			require.Zero(t, found.Overlay.After, "%s\n%s", overlay, leftIn(found))
			require.Empty(t, slices.DeleteFunc(slices.Clone(found.Run.Notes), func(note string) bool { return strings.Contains(note, "made up") }))
		})
	}
}
