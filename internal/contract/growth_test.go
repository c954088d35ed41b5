package contract

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// nestedIn is a value of so many levels.
func nestedIn(t *testing.T, levels int) any {
	t.Helper()
	value, err := DecodeJSON([]byte(strings.Repeat(`{"kind":"b","next":`, levels-1) + `{"kind":"b"}` + strings.Repeat("}", levels-1)))
	require.NoError(t, err)
	return value
}

// A value that would take the engine longer with each level than the one before is
// refused in words, and any other is checked at any depth.
func TestDeepValuesOfBranchingSchemas(t *testing.T) {
	const document = `
openapi: 3.1.0
info: {title: Trees, version: '1'}
paths: {/x: {get: {responses: {'204': {description: Nothing}}}}}
components:
  schemas:
    Chain: {type: object, properties: {next: {$ref: '#/components/schemas/Chain'}}}
    Tree: {oneOf: [{$ref: '#/components/schemas/A'}, {$ref: '#/components/schemas/B'}, {$ref: '#/components/schemas/C'}]}
    A: {type: object, required: [kind], properties: {kind: {const: a}, next: {$ref: '#/components/schemas/Tree'}}}
    B: {type: object, required: [kind], properties: {kind: {const: b}, next: {$ref: '#/components/schemas/Tree'}}}
    C: {type: object, required: [kind], properties: {kind: {const: c}, next: {$ref: '#/components/schemas/Tree'}}}
`
	c := load(t, document)
	for name, refused := range map[string]bool{"Chain": false, "Tree": true} {
		schema, err := c.ResponseSchema(c.Root().At("/components/schemas/" + name))
		require.NoError(t, err)
		assert.Empty(t, schema.Check(nestedIn(t, usualDepth)), name)
		found := schema.Check(nestedIn(t, 200))
		if !refused {
			assert.Empty(t, found, name)
			continue
		}
		require.Len(t, found, 1, name)
		assert.Equal(t, "nesting", found[0].Keyword)
		assert.Contains(t, found[0].Message, "is nested 200 levels deep")
		assert.Equal(t, fmt.Sprint(schema.depth), found[0].Limit)
		assert.Empty(t, schema.Check(nestedIn(t, schema.depth)), "as deep as it may be")
	}
}
