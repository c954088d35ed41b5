package conformance

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"understudy/internal/contract"
	"understudy/internal/resource"
)

// Collections share a lane when a check on one may meet the records of another.
func TestGroupsHoldWhatMayMeet(t *testing.T) {
	t.Parallel()
	for name, want := range map[string][][]string{
		"nested.yaml":    {{"/libraries", "/libraries/{library_id}/shelves", "/libraries/{library_id}/shelves/{shelf_id}/volumes"}},
		"apart.yaml":     {{"/orgs", "/orgs/{org_id}/devices"}},
		"batches.yaml":   {{"/lamps", "/lamps/{lampId}/hours", "/kits"}}, // an action on a kit makes lamps
		"verbs.yaml":     {{"/v1/halls"}, {"/scim/Users"}},
		"singleton.yaml": nil,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			file := filepath.Join("..", "fixtures", "specs", name)
			document, err := os.ReadFile(file)
			require.NoError(t, err)
			c, err := contract.Load(file, document)
			require.NoError(t, err)
			model, err := resource.Infer(c)
			require.NoError(t, err)
			var found [][]string
			for _, group := range groups(model.Collections) {
				var paths []string
				for _, c := range group {
					paths = append(paths, c.Path)
				}
				found = append(found, paths)
			}
			if want == nil {
				require.Len(t, found, 3)
				return
			}
			require.Equal(t, want, found)
		})
	}
}

func TestStandsUnder(t *testing.T) {
	t.Parallel()
	require.True(t, standsUnder("/things/{id}/parts", "/things/{thing_id}"), "whatever the parameter is called")
	require.True(t, standsUnder("/things", "/things/"))
	require.False(t, standsUnder("/things-to-do", "/things"))
	require.False(t, standsUnder("/things", ""))
}
