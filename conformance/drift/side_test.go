package drift

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// A short id is known by its place in a path, whatever the path adds to it.
func TestShortIDsInPaths(t *testing.T) {
	for text, want := range map[string]string{
		"{server}/orders/7":         "{server}/orders/{id}",
		"{server}/orders/7/":        "{server}/orders/{id}/",
		"{server}/orders/7.json":    "{server}/orders/{id}.json",
		"{server}/orders/7:cancel":  "{server}/orders/{id}:cancel",
		"{server}/orders/7?a=7":     "{server}/orders/{id}?a=7",
		"{server}/orders/7/lines/7": "{server}/orders/{id}/lines/{id}",
		"{server}/7/7/7":            "{server}/{id}/{id}/{id}",
		"{server}/orders/71":        "{server}/orders/71",
		"version/7.1":               "version/7.1",
		"7 of 7":                    "7 of 7",
	} {
		require.Equal(t, want, inPath(text, "7", "{id}"), text)
	}
}

// What a server cuts off behind all that a report shows is cut off all the same.
func TestLongValuesAreComparedToTheirEnds(t *testing.T) {
	long := strings.Repeat("a", 2*maxShown)
	require.True(t, equal(long, long))
	require.False(t, equal(long, long[1:]))
	require.False(t, equal(map[string]any{"a": long, "b": 1}, map[string]any{"a": long, "b": 2}))
	require.True(t, equal([]any{json.Number("1.0")}, []any{json.Number("1.0")}))
	require.False(t, equal(nil, "null"))
}
