package contract

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/require"
)

// sharedSpecs is a folder of large public documents beside the project; what needs
// it is left out where it is missing.
const sharedSpecs = "../../../shared/specs"

func readShared(tb testing.TB, name string) []byte {
	tb.Helper()
	data, err := os.ReadFile(filepath.Join(sharedSpecs, name))
	if err != nil {
		tb.Skip("there are no shared documents here")
	}
	return data
}

// BenchmarkLoadAgainstKin loads large public documents here, with everything that
// is judged, and in kin-openapi.
func BenchmarkLoadAgainstKin(b *testing.B) {
	for _, name := range []string{"digitalocean.yaml", "box.json", "discord.json"} {
		b.Run(name+"/ours", func(b *testing.B) {
			data := readShared(b, name)
			for b.Loop() {
				_, err := Load(name, data)
				require.NoError(b, err)
			}
		})
		b.Run(name+"/kin", func(b *testing.B) {
			data := readShared(b, name)
			for b.Loop() {
				document, err := openapi3.NewLoader().LoadFromData(data)
				require.NoError(b, err)
				_ = document.Validate(b.Context(), openapi3.EnableMultiError())
			}
		})
	}
}

// BenchmarkLoadBySize loads documents of the same kind and of growing size: the time
// for each resource must stay the same.
func BenchmarkLoadBySize(b *testing.B) {
	for _, n := range []int{100, 1000, 4000} {
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			document := []byte(lintHeader + lines(n, func(i int) string {
				return fmt.Sprintf("  /r%d/{id}: {get: {parameters: [{name: id, in: path, required: true, schema: {type: string}}], responses: {'200': {description: ok, content: {application/json: {schema: {$ref: '%sR%d'}}}}}}}", i, component, i)
			}) + "components:\n  schemas:\n" + lines(n, func(i int) string {
				return fmt.Sprintf("    R%d: {type: object, properties: {id: {type: string, readOnly: true, example: a}, next: {$ref: '%sR%d'}}}", i, component, (i+1)%n)
			}))
			for b.Loop() {
				_, err := Load("api.yaml", document)
				require.NoError(b, err)
			}
			b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N*n), "µs/resource")
		})
	}
}
