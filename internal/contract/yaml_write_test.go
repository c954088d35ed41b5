package contract

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// What is written of a text reads back the same, whatever characters it has.
func TestYAMLReadsBack(t *testing.T) {
	for r := rune(0); r < 0x11000; r++ {
		if r >= 0xd800 && r < 0xe000 {
			continue // no characters
		}
		text := "a" + string(r) + "b"
		root, err := ParseFile("text.yaml", []byte("x: "+YAML(AppendJSONString(nil, text))))
		require.NoError(t, err, "%U", r)
		assert.Equal(t, text, root.Get("x").Text(), "%U", r)
	}
}
