package cli

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestNothingIsReadWithoutEnd(t *testing.T) {
	data, err := readBounded(strings.NewReader("four"), 4)
	require.NoError(t, err)
	require.Equal(t, "four", string(data))
	_, err = readBounded(endless{}, 3<<20)
	require.EqualError(t, err, "it has more than 3 MB")
}

// endless is a text without an end.
type endless struct{}

func (endless) Read(p []byte) (int, error) { return len(p), nil }
