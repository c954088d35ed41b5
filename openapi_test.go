package understudy_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"understudy"
	"understudy/internal/contract"
)

// TestOpenAPIHasNoWarning proves the embedded document, which is served without
// being judged again.
func TestOpenAPIHasNoWarning(t *testing.T) {
	c, err := contract.Load("openapi.yaml", understudy.OpenAPI)
	require.NoError(t, err)
	require.Empty(t, c.Warnings)
	require.Len(t, c.Operations, 5)
}
