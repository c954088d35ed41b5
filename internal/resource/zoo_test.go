package resource_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"understudy/internal/contract"
	"understudy/internal/resource"
)

var update = flag.Bool("update", false, "write what is understood of the documents in fixtures/specs as the golden models")

// zoo is where small documents of our own lie, one for each family of APIs.
var zoo = filepath.Join("..", "..", "fixtures", "specs")

// What is understood of each document is pinned, reasons and doubts included.
func TestInferUnderstandsTheZoo(t *testing.T) {
	documents, err := filepath.Glob(filepath.Join(zoo, "*.yaml"))
	require.NoError(t, err)
	assert.GreaterOrEqual(t, len(documents), 20)
	for _, file := range documents {
		name := strings.TrimSuffix(filepath.Base(file), ".yaml")
		t.Run(name, func(t *testing.T) {
			data, err := os.ReadFile(file)
			require.NoError(t, err)
			c, err := contract.Load(filepath.Base(file), data)
			require.NoError(t, err)
			assert.Empty(t, c.Warnings)
			m, err := resource.Infer(c)
			require.NoError(t, err)
			golden(t, filepath.Join("testdata", "zoo", name+".json"), model(t, m))
		})
	}
}

// model is everything that is understood of a document.
func model(tb testing.TB, m *resource.Model) []byte {
	tb.Helper()
	told := struct {
		Collections []any               `json:"collections"`
		Left        []resource.Decision `json:"left_alone"`
		Doubts      []resource.Doubt    `json:"doubts"`
	}{Left: m.Left, Doubts: m.Doubts}
	for _, c := range m.Collections {
		told.Collections = append(told.Collections, m.Summary(c))
	}
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	require.NoError(tb, encoder.Encode(told))
	return b.Bytes()
}

// golden compares a text with a file, which -update writes.
func golden(tb testing.TB, file string, got []byte) {
	tb.Helper()
	if *update {
		require.NoError(tb, os.MkdirAll(filepath.Dir(file), 0o750))
		require.NoError(tb, os.WriteFile(file, got, 0o600))
	}
	want, err := os.ReadFile(file)
	require.NoError(tb, err, "write it with go test ./internal/resource -run Zoo -update")
	assert.Equal(tb, string(want), string(got), "if this is right, write it with go test ./internal/resource -run Zoo -update")
}
