//go:build !race

package contract

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// The race detector drops what sync.Pool holds, so nothing can be said of allocations
// under it.
func TestAcceptsAllocatesNothing(t *testing.T) {
	schemas := embeddedSchemas(t)
	for _, text := range []string{acceptedTexts[0], acceptedTexts[4]} {
		body := []byte(text)
		for _, s := range schemas {
			if s.Accepts(body) {
				assert.Zero(t, testing.AllocsPerRun(100, func() { s.Accepts(body) }), text)
			}
		}
	}
}
