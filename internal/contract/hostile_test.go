package contract

import (
	"fmt"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// lines joins as many lines as asked for, each made from its number.
func lines(n int, line func(i int) string) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(line(i) + "\n")
	}
	return b.String()
}

const component = "#/components/schemas/"

// chain is a document whose schema S0 leads to S1, and so on, each in a line.
func chain(n int, schema func(next string) string) string {
	return schemaDocument("3.0.3", `S: {$ref: '`+component+`S0'}`) + lines(n, func(i int) string {
		return fmt.Sprintf("    S%d: %s", i, schema(component+"S"+strconv.Itoa(i+1)))
	}) + fmt.Sprintf("    S%d: {type: object, properties: {a: {type: string, readOnly: true}}}\n", n)
}

// Whatever a document holds, it is refused or read in a time that a person waits,
// in bounded memory, and what was read can be asked.
func TestLoadBoundsHostileDocuments(t *testing.T) {
	if testing.Short() {
		t.Skip("what takes long says little of races")
	}
	operation := `{get: {responses: {'200': {description: ok}}}}`
	tests := []struct{ name, document string }{
		{"a schema made twice of the next", chain(60, func(next string) string { return `{allOf: [{$ref: '` + next + `'}, {$ref: '` + next + `'}]}` })},
		{"either of the next", chain(60, func(next string) string { return `{oneOf: [{$ref: '` + next + `'}, {$ref: '` + next + `'}]}` })},
		{"not the next, thrice", chain(60, func(next string) string {
			return `{not: {anyOf: [{$ref: '` + next + `'}, {$ref: '` + next + `'}, {$ref: '` + next + `'}]}}`
		})},
		{"two members of the next", chain(60, func(next string) string {
			return `{properties: {a: {$ref: '` + next + `'}, b: {$ref: '` + next + `'}}}`
		})},
		{"a long chain of references", chain(5000, func(next string) string { return `{$ref: '` + next + `'}` })},
		{"a long chain of parts", chain(5000, func(next string) string { return `{allOf: [{$ref: '` + next + `'}], required: [a]}` })},
		{"a long chain of members", chain(20_000, func(next string) string { return `{properties: {a: {$ref: '` + next + `'}}}` })},
		{"many parts", schemaDocument("3.0.3", `S: {allOf: [`+strings.Repeat(`{$ref: '`+component+`T'}, `, 20_000)+`]}`, `T: {required: [a], properties: {a: {readOnly: true}}}`)},
		{"a large choice", schemaDocument("3.0.3", `S: {enum: [`+lines(200_000, func(i int) string { return fmt.Sprintf("v%d,", i) })+`]}`)},
		{"many required members", schemaDocument("3.0.3", `S: {required: [`+lines(20_000, func(i int) string { return fmt.Sprintf("v%d,", i) })+`]}`)},
		{"many members", schemaDocument("3.1.0", `S: {type: object, example: {v1: 1}, properties: {`+lines(50_000, func(i int) string { return fmt.Sprintf("v%d: {type: string},", i) })+`}}`)},
		{"many paths", lintHeader + lines(20_000, func(i int) string { return fmt.Sprintf("  /a%d/{id}: %s", i, operation) })},
		{"many patterns", lintHeader + lines(20_000, func(i int) string { return fmt.Sprintf("  /{id}a%d: %s", i, operation) })},
		{"many parameters", lintHeader + "  /a:\n    get:\n      parameters:\n" + lines(20_000, func(i int) string {
			return fmt.Sprintf("      - {name: p%d, in: query, schema: {type: string}}", i)
		})},
		{"many answers with many headers", lintHeader + lines(3000, func(i int) string {
			return fmt.Sprintf("  /a%d: {get: {responses: {'200': {$ref: '#/components/responses/R'}}}}", i)
		}) + "components:\n  responses:\n    R:\n      description: ok\n      headers:\n" + lines(3000, func(i int) string { return fmt.Sprintf("        h%d: {schema: {type: string}, example: 1}", i) })},
		{"callbacks of callbacks", lintHeader + "  /a: {get: {callbacks: {c: {$ref: '#/components/callbacks/C0'}}, responses: {'200': {description: ok}}}}\ncomponents:\n  callbacks:\n" + lines(60, func(i int) string {
			return fmt.Sprintf("    C%d: {x: {post: {callbacks: {a: {$ref: '#/components/callbacks/C%d'}, b: {$ref: '#/components/callbacks/C%d'}}, responses: {'200': {description: ok}}}}}", i, i+1, i+1)
		}) + "    C60: {}\n"},
		{"a pattern that takes for ever", schemaDocument("3.1.0", `S: {type: string, pattern: '^(?=x)?(([a-z])+.)+[A-Z]([a-z])+$', example: `+strings.Repeat("a", 100)+`}`)},
		{"50 MB", schemaDocument("3.1.0", `S: {type: string, description: `+strings.Repeat("a", 50<<20)+`}`)},
		{"30 MB of brackets", `{"openapi": "3.1.0", "x": [` + strings.Repeat("[],", 10<<20) + `1]}`},
		{"30 MB of empty items", "openapi: 3.1.0\nx:\n" + strings.Repeat("-\n", 15<<20)},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			started := time.Now()
			c, err := Load("api.yaml", []byte(test.document))
			took := time.Since(started)
			runtime.ReadMemStats(&after)
			t.Logf("%v, %d MB of %d MB", took, (after.TotalAlloc-before.TotalAlloc)>>20, len(test.document)>>20)
			assert.Less(t, took, time.Minute)
			assert.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(3<<30))
			if err != nil {
				var faults Faults
				require.ErrorAs(t, err, &faults)
				return
			}
			started = time.Now()
			for _, op := range c.Operations[:min(len(c.Operations), 20)] {
				ask(t, c, op)
			}
			assert.Less(t, time.Since(started), time.Minute)
		})
	}
}
