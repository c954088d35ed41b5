package conformance

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"
)

// What servers order differently counts as equal: by bytes, by letters of either case, by
// a language, or by the numbers in a text.
func TestValuesAreComparedAsFarAsAllServersAgree(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		one, other any
		want       int
	}{
		{"apple", "pear", -1},
		{"run-ab", "run-ac", -1},
		{"1", "a", -1},
		{"9", "10", 0},          // as numbers the other way round
		{"a9", "a10", 0},        // so too inside a text
		{"run-19", "run-2a", 0}, // 2 is less than 19
		{"run-129", "run-13a", 0},
		{"run-12", "run-13", -1},
		{"a", "B", 0},
		{"a", "é", 0},
		{"a b", "ab", 0},
		{"2026-01-09", "2026-01-10", -1},
		{"2026-01-09T12:00:00Z", "2026-01-09T12:30:00+01:00", 1},
		{json.Number("9"), json.Number("10"), -1},
		{true, false, 0},
		{nil, "a", 0},
	} {
		require.Equal(t, test.want, compareValues(test.one, test.other), "%v and %v", test.one, test.other)
		require.Equal(t, -test.want, compareValues(test.other, test.one), "%v and %v", test.other, test.one)
	}
}
