package resource_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"understudy/internal/contract"
	"understudy/internal/resource"
)

// publicDocuments is where large documents of others lie, beside the module.
var publicDocuments = filepath.Join("..", "..", "..", "shared", "specs")

// understood is how many collections are found in each public document. A number
// that changes is looked at by hand, and so is the sample in docs/any-document.md.
var understood = map[string]int{"digitalocean.yaml": 107, "box.json": 57, "discord.json": 44}

// Documents that are used in the world must be read, whatever they get wrong.
func TestInferReadsPublicDocuments(t *testing.T) {
	if testing.Short() {
		t.Skip("large documents take seconds")
	}
	entries, err := os.ReadDir(publicDocuments)
	if err != nil {
		t.Skipf("there are no public documents beside the module: %v", err)
	}
	for _, entry := range entries {
		if extension := filepath.Ext(entry.Name()); extension != ".json" && extension != ".yaml" {
			continue
		}
		t.Run(entry.Name(), func(t *testing.T) {
			data, err := os.ReadFile(filepath.Join(publicDocuments, entry.Name()))
			require.NoError(t, err)
			started := time.Now()
			c, err := contract.Load(entry.Name(), data)
			require.NoError(t, err)
			loaded := time.Since(started)
			m, err := resource.Infer(c)
			require.NoError(t, err)
			t.Logf("%d operations, loaded in %v; %d collections, %d doubts; warnings: %v",
				len(c.Operations), loaded.Round(time.Millisecond), len(m.Collections), len(m.Doubts), byKind(c.Warnings))

			for _, op := range c.Operations {
				match := c.Match(op.Method, strings.NewReplacer("{", "", "}", "").Replace(op.Path))
				assert.NotNil(t, match.Operation, "%s %s", op.Method, op.Path)
			}
			for _, warning := range c.Warnings {
				place := strings.TrimSuffix(warning.Pointer, "/default") // a default that is wrong is left out
				assert.True(t, c.Root().At(place).Exists(), warning.Error())
			}
			if want, pinned := understood[entry.Name()]; pinned {
				assert.Len(t, m.Collections, want)
			}
			_ = model(t, m)
		})
	}
}

// byKind counts faults by what they say before any value.
func byKind(faults contract.Faults) map[string]int {
	value := regexp.MustCompile(`["'].*["']|:.*|\d+`)
	kinds := map[string]int{}
	for _, f := range faults {
		kinds[strings.TrimSpace(value.ReplaceAllString(f.Message, ""))]++
	}
	return kinds
}
