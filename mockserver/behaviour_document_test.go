package mockserver_test

import (
	"cmp"
	"encoding/json"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"understudy"
)

// The default document, read here without any help of the code under test, so
// that the two cannot be wrong in the same way.

// document is the default document as JSON.
var document = sync.OnceValue(func() map[string]any {
	var parsed any
	must(yaml.Unmarshal(understudy.OpenAPI, &parsed))
	text, err := json.Marshal(parsed)
	must(err)
	value, err := jsonschema.UnmarshalJSON(strings.NewReader(string(text)))
	must(err)
	return value.(map[string]any)
})

// schemas are the named schemas of the default document, compiled.
var schemas = sync.OnceValue(func() map[string]*jsonschema.Schema {
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat()
	must(compiler.AddResource("urn:document", document()))
	compiled := map[string]*jsonschema.Schema{}
	for name := range object(object(document()["components"])["schemas"]) {
		schema, err := compiler.Compile("urn:document#/components/schemas/" + name)
		must(err)
		compiled[name] = schema
	}
	return compiled
})

// must is for what cannot fail unless the document itself is broken.
func must(err error) {
	if err != nil {
		panic(err)
	}
}

// object is a value of the document as an object, its $ref followed.
func object(value any) map[string]any {
	found, _ := value.(map[string]any)
	ref, ok := found["$ref"].(string)
	if !ok {
		return found
	}
	at := any(document())
	for name := range strings.SplitSeq(strings.TrimPrefix(ref, "#/"), "/") {
		at = object(at)[name]
	}
	return object(at)
}

// requireValid requires a JSON text to satisfy a named schema.
func requireValid(t *testing.T, schema, text string) {
	t.Helper()
	value, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
	require.NoError(t, err, text)
	require.NoError(t, schemas()[schema].Validate(value), text)
}

// A declared response is one status of one operation in the document.
type declaredResponse struct {
	method, path string
	status       string
	schema       string   // the name of the schema of its body; "" when it has none
	headers      []string // that it declares
	examples     map[string]any
}

// declaredResponses lists every response of every operation.
func declaredResponses(t *testing.T) []declaredResponse {
	t.Helper()
	var responses []declaredResponse
	for path, item := range object(document()["paths"]) {
		for method, operation := range object(item) {
			for status, value := range object(object(operation)["responses"]) {
				response := object(value)
				media := object(object(response["content"])["application/json"])
				declared := declaredResponse{method: strings.ToUpper(method), path: path, status: status, examples: map[string]any{}}
				if schema, ok := media["schema"].(map[string]any); ok {
					declared.schema = strings.TrimPrefix(schema["$ref"].(string), "#/components/schemas/")
				}
				for name := range object(response["headers"]) {
					declared.headers = append(declared.headers, name)
				}
				for name, example := range object(media["examples"]) {
					declared.examples[name] = object(example)["value"]
				}
				responses = append(responses, declared)
			}
		}
	}
	require.NotEmpty(t, responses)
	slices.SortFunc(responses, func(a, b declaredResponse) int {
		return cmp.Or(cmp.Compare(a.path, b.path), cmp.Compare(a.method, b.method), cmp.Compare(a.status, b.status))
	})
	return responses
}
