package drift

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestPathsAreReadBack(t *testing.T) {
	for _, names := range [][]string{{}, {"paths", "/a/{b}/", "get"}, {"x-understudy", `it's \ here`, "200"}} {
		path := "$"
		for _, name := range names {
			path += member(name)
		}
		read, ok := namesIn(path)
		require.True(t, ok, path)
		require.ElementsMatch(t, names, read, path)
	}
	for _, path := range []string{"$.a[0]", "$.a[?@ == 'b']", "$.a['b','c']", "$..a"} {
		_, ok := namesIn(path)
		require.False(t, ok, path)
	}
}

func TestRemovalsAreGathered(t *testing.T) {
	require.Equal(t, []string{"$.a['200', '404']", "$.b[0]", "$.c['d']", "$.a.required[?@ == 'x']"},
		gathered([]string{"$.a['200']", "$.b[0]", "$.a['404']", "$.c.d", "$.a.required[?@ == 'x']"}))
}

func TestManyChangesAreFolded(t *testing.T) {
	var updates []*update
	for i := range mostActions + 1 {
		updates = append(updates, &update{"$.a" + member(fmt.Sprint(i)), map[string]any{"b": true}})
	}
	updates = append(updates, &update{"$.list[0]", map[string]any{"c": true}})
	require.Len(t, folded(updates[:mostActions]), mostActions)
	few := folded(updates)
	require.Len(t, few, 2)
	require.Equal(t, "$.list[0]", few[0].target)
	require.Equal(t, "$", few[1].target)
	require.Len(t, few[1].value["a"], mostActions+1)
}

func TestANameInQuotesStaysOneName(t *testing.T) {
	require.Equal(t, `$.a.required[?@ == 'it\'s']`, requirement("$.a", "it's"))
}
