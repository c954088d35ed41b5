package drift_test

import (
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"

	"understudy/conformance"
	"understudy/conformance/drift"
	"understudy/mockserver"
)

// openList is an API whose list anybody may read, and whose creation asks for a key.
const openList = `openapi: 3.1.0
info: {title: Harbour, version: '1'}
paths:
  /ships:
    get:
      responses: {'200': {description: all, content: {application/json: {schema: {type: array, items: {$ref: '#/components/schemas/Ship'}}}}}}
    post:
      security: [{key: []}]
      requestBody: {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/Ship'}}}}
      responses: {'201': {description: new, content: {application/json: {schema: {$ref: '#/components/schemas/Ship'}}}}}
  /ships/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: integer}}]
    get:
      responses: {'200': {description: one, content: {application/json: {schema: {$ref: '#/components/schemas/Ship'}}}}}
    delete:
      security: [{key: []}]
      responses: {'204': {description: gone}}
components:
  securitySchemes: {key: {type: http, scheme: bearer}}
  schemas:
    Ship: {type: object, required: [id, name], properties: {id: {type: integer, readOnly: true}, name: {type: string}}}
`

// What a target refuses for want of a key is no difference: it says nothing of what it
// does for those who have one.
func TestWithoutAKeyLittleIsCompared(t *testing.T) {
	server, err := mockserver.New(mockserver.WithSpec("open.yaml", []byte(openList)))
	require.NoError(t, err)
	target := httptest.NewServer(server)
	defer target.Close()
	for name, opts := range map[string][]conformance.Option{
		"no key":        nil,
		"another's key": {conformance.WithToken("of another API")},
	} {
		t.Run(name, func(t *testing.T) {
			run, found := hold(t, target.URL, "open.yaml", []byte(openList), opts...)
			require.Empty(t, tell(found))
			require.Equal(t, drift.Partial, found.Verdict)
			require.Equal(t, []string{"POST /ships", "DELETE /ships/{id}"}, found.Keyless)
			overlay, err := run.Mend(t.Context(), found)
			require.NoError(t, err)
			require.Nil(t, overlay)
		})
	}
}
