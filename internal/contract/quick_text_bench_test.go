package contract

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// BenchmarkValidate holds a record and a page of a hundred against their schemas: by
// the walk over the text, by the reduced schema over a tree, and by the full engine.
func BenchmarkValidate(b *testing.B) {
	record := strings.Replace(acceptedTexts[2], "+01:00", "Z", 1)
	page := `{"count":100,"next":null,"previous":null,"results":[` + strings.Repeat(record+",", 99) + record + "]}"
	for name, text := range map[string]string{"ProxyRecord": record, "ProxyRecordPage": page} {
		body, schema := []byte(text), responseSchema(embeddedSchemas(b), name)
		require.True(b, schema.Accepts(body))
		value, err := DecodeJSON(body)
		require.NoError(b, err)
		b.Run(name+"/text", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				schema.Accepts(body)
			}
		})
		b.Run(name+"/decode and tree", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				value, _ := DecodeJSON(body)
				schema.Check(value)
			}
		})
		b.Run(name+"/full engine", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				_ = schema.Compiled().Validate(value)
			}
		})
	}
}
