package drift_test

import (
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"understudy/conformance/drift"
	"understudy/mockserver"
)

// A stand-in does not differ from itself, whatever the document.
func TestAStandInIsLikeItself(t *testing.T) {
	documents := map[string][]byte{"": nil}
	zoo, err := filepath.Glob("../../fixtures/specs/*.yaml")
	require.NoError(t, err)
	require.NotEmpty(t, zoo)
	for _, name := range zoo {
		documents[name], err = os.ReadFile(name)
		require.NoError(t, err)
	}
	for name, document := range documents {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".yaml"), func(t *testing.T) {
			server, err := mockserver.New(serverOptions(name, document, drift.Setup{Records: 3})...)
			require.NoError(t, err)
			target := httptest.NewServer(server)
			defer target.Close()
			keys, err := keysOf(t.Context(), server)
			require.NoError(t, err)
			_, found := hold(t, target.URL, name, document, keys...)
			require.Empty(t, tell(found))
			require.Equal(t, drift.Same, found.Verdict)
			require.Positive(t, found.Compared)
			require.Zero(t, found.Alone)
			require.Zero(t, found.Run.Left)
		})
	}
}
