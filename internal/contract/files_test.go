package contract

import (
	"errors"
	"fmt"
	"io/fs"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// folder holds a document in several files, with references in circles.
var folder = fstest.MapFS{
	"api/openapi.yaml": {Data: []byte(`openapi: 3.1.0
info: {title: Files, version: "1"}
paths:
  /pets: {$ref: 'paths/pets.yaml#/pets'}
components:
  schemas:
    Name: {type: string, maxLength: 5}
`)},
	"api/paths/pets.yaml": {Data: []byte(`pets:
  parameters:
    - $ref: ../shared/parameters.yaml#/limit
  post:
    requestBody:
      content: {application/json: {schema: {$ref: '../shared/pet%20model.json'}}}
    responses:
      '200':
        description: ok
        content: {application/json: {schema: {$ref: '../shared/pet%20model.json#named'}, example: {name: too long}}}
`)},
	"api/shared/parameters.yaml": {Data: []byte("limit: {name: limit, in: query, schema: {type: integer}}\n")},
	"api/shared/pet model.json": {Data: []byte(`{"type": "object", "$defs": {"n": {"$anchor": "named", "properties": {"name": {"$ref": "../openapi.yaml#/components/schemas/Name"}}}},
"properties": {"name": {"$ref": "../openapi.yaml#/components/schemas/Name"}, "parent": {"$ref": "#"}, "bad": {"minLength": "1"}}}`)},
}

func loadFolder(t *testing.T, files fstest.MapFS, opts ...Option) (*Contract, error) {
	t.Helper()
	data, err := fs.ReadFile(files, "api/openapi.yaml")
	require.NoError(t, err)
	return Load("api/openapi.yaml", data, append([]Option{WithFiles(files.ReadFile)}, opts...)...)
}

func TestLoadFollowsReferencesToOtherFiles(t *testing.T) {
	c, err := loadFolder(t, folder)
	require.NoError(t, err)
	require.Len(t, c.Operations, 1)
	op := c.Operations[0]
	assert.Equal(t, "POST /pets", op.ID)
	assert.NotNil(t, op.Parameter("query", "limit"))
	body, answer := op.Body.Content[0].Schema, op.Responses[0].Content[0].Schema
	assert.Empty(t, body.Check(decode(t, `{"name": "Rex", "parent": {"name": "Max"}}`)))
	assert.Len(t, body.Check(decode(t, `{"name": "Rex", "parent": {"parent": {"name": "too long"}}}`)), 1)
	assert.Len(t, answer.Check(decode(t, `{"name": "too long"}`)), 1)

	var where []string
	for _, w := range c.Warnings {
		where = append(where, fmt.Sprintf("%s:%d %s", w.File, w.Line, w.Pointer))
	}
	assert.Equal(t, []string{
		"api/paths/pets.yaml:10 /pets/post/responses/200/content/application~1json/example",
		"api/shared/pet model.json:2 /properties/bad/minLength",
	}, where)
}

func TestLoadSaysWhichFileIsMissing(t *testing.T) {
	document := schemaDocument("3.0.3", `S: {$ref: 'common.yaml#/S'}`, `T: {properties: {a: {$ref: ./a.json}, b: {$ref: 'broken.yaml#/B'}, c: {$ref: 'there.yaml#/nowhere'}}}`)
	files := fstest.MapFS{"broken.yaml": {Data: []byte("a: 1\nb: c: d\n")}, "there.yaml": {Data: []byte("a: {}\n")}}
	_, err := Load("api.yaml", []byte(document), WithFiles(files.ReadFile))
	var faults Faults
	require.ErrorAs(t, err, &faults)
	require.Len(t, faults, 3)
	assert.Contains(t, faults[0].Error(), `api.yaml:15: /components/schemas/S/$ref: $ref "common.yaml#/S" cannot be read: `)
	assert.Contains(t, faults[1].Error(), `api.yaml:16: /components/schemas/T/properties/a/$ref: $ref "./a.json" cannot be read: `)
	assert.Contains(t, faults[2].Error(), "broken.yaml:2: not valid YAML or JSON")
}

func TestLoadTellsInOneFaultThatFilesCannotBeRead(t *testing.T) {
	document := schemaDocument("3.0.3", `S: {$ref: 'common.yaml#/S'}`, `T: {properties: {a: {$ref: ./a.json}, b: {$ref: 'https://example.com/b.yaml'}}}`)
	faults := loadFaults(t, document)
	require.Len(t, faults, 2)
	assert.Contains(t, faults.Error(), `api.yaml:15: /components/schemas/S/$ref: $ref "common.yaml#/S": the document was given without the folder that it stands in; 2 references need it`)
	assert.Contains(t, faults.Error(), `api.yaml:16: /components/schemas/T/properties/b/$ref: $ref "https://example.com/b.yaml": remote files are not allowed; allow them (--allow-remote)`)
}

func TestLoadFetchesRemoteFilesWhenItMay(t *testing.T) {
	document := schemaDocument("3.0.3", `S: {$ref: 'https://example.com/a/b.yaml#/B'}`)
	remote := map[string]string{
		"https://example.com/a/b.yaml": "B: {properties: {c: {$ref: '../c.yaml'}}}",
		"https://example.com/c.yaml":   "type: string",
	}
	asked := 0
	c, err := Load("api.yaml", []byte(document), WithRemote(func(url string) ([]byte, error) {
		asked++
		if text, ok := remote[url]; ok {
			return []byte(text), nil
		}
		return nil, errors.New("not found")
	}))
	require.NoError(t, err)
	assert.Equal(t, 2, asked)
	assert.Len(t, c.Operations[0].Body.Content[0].Schema.Check(decode(t, `{"c": 1}`)), 1)

	_, err = Load("api.yaml", []byte(document), WithRemote(func(string) ([]byte, error) { return nil, errors.New("not found") }))
	assert.ErrorContains(t, err, `$ref "https://example.com/a/b.yaml#/B" cannot be read: not found`)
}

// A file may refer to another one for ever.
func TestLoadBoundsTheFilesOfADocument(t *testing.T) {
	document := schemaDocument("3.0.3", `S: {$ref: '1.yaml'}`)
	n := 0
	_, err := Load("api.yaml", []byte(document), WithFiles(func(string) ([]byte, error) {
		n++
		return fmt.Appendf(nil, "properties: {a: {$ref: '%d.yaml'}}", n+1), nil
	}))
	require.ErrorContains(t, err, "the document has more than 2000 files")
	assert.LessOrEqual(t, n, 2000)
}
