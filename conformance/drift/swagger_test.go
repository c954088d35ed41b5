package drift_test

import (
	"net/http/httptest"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"understudy/mockserver"
)

// An overlay for a Swagger document speaks of what stands in it, and not of what that
// becomes when it is read.
func TestAnOverlayForSwaggerIsOfSwagger(t *testing.T) {
	const name = "../../fixtures/specs/swagger.yaml"
	document, err := os.ReadFile(name)
	require.NoError(t, err)
	const other = `
overlay: 1.0.0
info: {title: Another, version: '1'}
actions:
  - {target: $.definitions.CarInput.properties.plate.maxLength, remove: true}
  - {target: "$.definitions.Car.allOf[1].properties", update: {built: {type: string, readOnly: true, default: here}}}
  - {target: "$.definitions.Car.allOf[1].required", update: built}
  - {target: "$.paths['/cars'].post.responses['201']", remove: true}
  - {target: "$.paths['/cars'].post.responses", update: {'200': {description: The car, schema: {$ref: '#/definitions/Car'}}}}
`
	server, err := mockserver.New(mockserver.WithSpec(name, document), mockserver.WithOverlay("other.yaml", []byte(other)), mockserver.WithRecords(3))
	require.NoError(t, err)
	target := httptest.NewServer(server)
	t.Cleanup(target.Close)
	keys, err := keysOf(t.Context(), server)
	require.NoError(t, err)
	run, found := hold(t, target.URL, name, document, keys...)
	require.NotEmpty(t, tell(found))
	overlay, err := run.Mend(t.Context(), found)
	require.NoError(t, err)
	require.Contains(t, string(overlay), "$.definitions.")
	require.NotContains(t, string(overlay), "components")
	require.NotContains(t, string(overlay), "content")
	require.Zero(t, found.Overlay.After, string(overlay))
}
