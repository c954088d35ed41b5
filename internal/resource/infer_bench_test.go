package resource_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"understudy/internal/contract"
	"understudy/internal/resource"
)

// many is a document with a number of collections, each under the one before it
// where that is not too deep.
func many(collections int) []byte {
	var b strings.Builder
	b.WriteString("openapi: 3.1.0\ninfo: {title: Many, version: '1'}\npaths:\n")
	for i := range collections {
		fmt.Fprintf(&b, `  /group%[2]d/things%[1]d:
    get: {parameters: [{name: page, in: query, schema: {type: integer}}, {name: kind, in: query, schema: {type: string}}], responses: {'200': {description: ok, content: {application/json: {schema: {type: object, properties: {data: {type: array, items: {$ref: '#/components/schemas/T%[1]d'}}, total: {type: integer}}}}}}}}
    post: {requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/T%[1]d'}}}}, responses: {'201': {description: ok, content: {application/json: {schema: {$ref: '#/components/schemas/T%[1]d'}}}}}}
  /elsewhere/things%[1]d/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: string}}]
    get: {responses: {'200': {description: ok, content: {application/json: {schema: {$ref: '#/components/schemas/T%[1]d'}}}}}}
    delete: {responses: {'204': {description: ok}}}
  /elsewhere/things%[1]d/{id}/archive:
    parameters: [{name: id, in: path, required: true, schema: {type: string}}]
    post: {responses: {'204': {description: ok}}}
`, i, i%7)
	}
	b.WriteString("components:\n  schemas:\n")
	for i := range collections {
		fmt.Fprintf(&b, "    T%d: {type: object, required: [id], properties: {id: {type: string, readOnly: true}, kind: {type: string}, archived: {type: boolean, readOnly: true}}}\n", i)
	}
	return []byte(b.String())
}

// The time grows with the number of paths, and no faster.
func BenchmarkInfer(b *testing.B) {
	for _, collections := range []int{100, 400, 1600} {
		c, err := contract.Load("many.yaml", many(collections))
		require.NoError(b, err)
		b.Run(fmt.Sprintf("%d collections", collections), func(b *testing.B) { inferring(b, c) })
	}
	for _, name := range []string{"digitalocean.yaml", "box.json", "discord.json"} {
		data, err := os.ReadFile(filepath.Join(publicDocuments, name))
		if err != nil {
			b.Logf("%s is not beside the module", name)
			continue
		}
		c, err := contract.Load(name, data)
		require.NoError(b, err)
		b.Run(name, func(b *testing.B) { inferring(b, c) })
	}
}

func inferring(b *testing.B, c *contract.Contract) {
	b.ReportAllocs()
	for b.Loop() {
		m, err := resource.Infer(c)
		require.NoError(b, err)
		require.NotEmpty(b, m.Collections)
	}
}

// FuzzInfer: whatever document can be read is understood in some way, and told.
func FuzzInfer(f *testing.F) {
	documents, err := filepath.Glob(filepath.Join(zoo, "*.yaml"))
	require.NoError(f, err)
	for _, file := range documents {
		data, err := os.ReadFile(file)
		require.NoError(f, err)
		f.Add(string(data))
	}
	f.Add(shopDocument)
	f.Add(vocabulary{path: `{collection: x, item: '/jobs/{id}', page: {style: cursor}}`}.document())
	f.Fuzz(func(t *testing.T, document string) {
		if len(document) > 20_000 {
			t.Skip("a larger document finds nothing else")
		}
		c, err := contract.Load("api.yaml", []byte(document))
		if err != nil {
			return
		}
		m, err := resource.Infer(c)
		if err != nil {
			require.Error(t, err)
			return
		}
		_ = model(t, m)
		for _, op := range c.Operations {
			if b, ok := m.Bind(op); ok {
				require.NotNil(t, b.Collection)
				require.NotEmpty(t, b.Role)
			}
		}
		for _, c := range m.Collections {
			if c.Page != nil {
				require.NotNil(t, c.Page.Start)
			}
		}
	})
}
