package nearest_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"understudy/internal/nearest"
)

func TestNearestIsWhatWasMeant(t *testing.T) {
	t.Parallel()
	names := []string{"serve", "check", "checks", "inspect"}
	for given, want := range map[string]string{
		"chekc": "check", "chcek": "check", "cheks": "checks", "srve": "serve", "inspct": "inspect", "SERVE": "", "": "", "x": "", "drift": "", "nonsense": "",
	} {
		require.Equal(t, want, nearest.Name(given, names), given)
	}
}

func TestAHintIsGivenForWhatIsNear(t *testing.T) {
	t.Parallel()
	assert.Equal(t, " (did you mean --limit?)", nearest.Hint("limt", []string{"offset", "limit"}, "--"))
	assert.Equal(t, " (did you mean url?)", nearest.Hint("ur", []string{"url"}, ""))
	assert.Empty(t, nearest.Hint("status", []string{"tags"}, ""), "three slips in six letters")
	assert.Empty(t, nearest.Hint("colour", []string{"offset", "limit"}, ""))
	long := strings.Repeat("x", 1000)
	assert.Empty(t, nearest.Hint(long, []string{long + "x"}, ""), "nobody types that")
}
