package drift_test

import (
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"understudy/conformance"
	"understudy/conformance/drift"
	"understudy/conformance/internal/library"
)

// The hand-written server of another style, whose errors the document does not word, has
// much drift, and an overlay takes nearly all of it away.
func TestAServerOfAnotherStyle(t *testing.T) {
	for name, test := range map[string]struct {
		config library.Config
		found  []string
	}{
		"as it is":        {library.Config{}, nil},
		"books present":   {library.Config{Shelves: 3, Books: 7}, nil},
		"small pages":     {library.Config{Shelves: 4, PageSize: 3}, []string{"page GET records on a page: 5 / 3"}},
		"refused members": {library.Config{ReadOnlyMembers: library.Refuse}, []string{"laxer POST created_at: accepted with 201 / refused with 422"}},
		"a quota":         {library.Config{Quota: 2}, []string{"laxer POST : accepted with 201 / refused with 422"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test.config.Users = map[string]string{"ada": "Leaves-of-Grass"}
			server := httptest.NewServer(library.New(test.config))
			defer server.Close()
			run, found := hold(t, server.URL, "library.yaml", library.Document(), conformance.WithToken("ada:Leaves-of-Grass"))
			require.Equal(t, drift.Drifts, found.Verdict)
			require.Subset(t, differences(found), test.found)
			var told strings.Builder
			require.NoError(t, drift.WriteText(&told, found, false))
			require.Equal(t, strings.Contains(strings.Join(differences(found), " "), "laxer"), strings.Contains(told.String(), "\n    it says   {"), "what it says where it refuses")
			overlay, err := run.Mend(t.Context(), found)
			require.NoError(t, err)
			require.NotEmpty(t, overlay)
			require.LessOrEqual(t, found.Overlay.After, found.Overlay.Before/4, "%s", leftIn(found))
			for _, kind := range []drift.Kind{drift.Laxer, drift.Page, drift.Order, drift.Value, drift.Varies} {
				require.NotContains(t, leftIn(found), ": "+string(kind)+" ")
			}
			require.Zero(t, found.Run.Left)
		})
	}
}
