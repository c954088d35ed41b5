package contract

import (
	"os"
	"path/filepath"
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
