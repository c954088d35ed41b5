package contract

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"understudy"
)

// FuzzLoad checks that whatever a file holds, it is read or refused in words and
// in bounded time, and that what was read can be asked.
func FuzzLoad(f *testing.F) {
	f.Add(understudy.OpenAPI)
	for _, document := range []string{
		"", "{}", "openapi: 3.0.3", "openapi: 3.0.3\npaths: &a {/a: *a}", `{"openapi": "3.1.0", "paths": {"/": {"get": {"$ref": "#/paths"}}}}`,
		overlaid, swaggerDocument, matchDocument, requestDocument, responseDocument, lyingDocument, dataDocument, danglingDocument,
		schemaDocument("3.0.3", `S: {nullable: true, allOf: [{$ref: '#/components/schemas/T'}]}`, `T: {type: object, properties: {s: {$ref: '#/components/schemas/S'}}}`),
	} {
		f.Add([]byte(document))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) > 1<<16 {
			return
		}
		started := time.Now()
		c, err := Load("api.yaml", data)
		require.Less(t, time.Since(started), 10*time.Second)
		if err != nil {
			var faults Faults
			require.ErrorAs(t, err, &faults)
			require.NotEmpty(t, faults)
			return
		}
		require.NotEmpty(t, c.Operations)
		for _, op := range c.Operations {
			ask(t, c, op)
		}
	})
}

// ask has an operation judge messages.
func ask(t *testing.T, c *Contract, op *Operation) {
	m := c.Match(op.Method, fill(op.Path))
	op.CheckPath(&m.Params)
	for _, body := range []string{"", "null", "{}", `{"a": [1]}`} {
		for _, isStrict := range []bool{false, true} {
			_, _ = op.CheckBody("application/json", []byte(body), isStrict)
		}
		for _, r := range op.Responses {
			if media := r.JSON(); media != nil {
				op.CheckResponse(200, nil, media.Type, []byte(body))
			}
		}
	}
}

// fill puts a value into each parameter of a template.
func fill(template string) string { return templateParameter.ReplaceAllString(template, "1") }

// FuzzOverlay checks that whatever an overlay and a document say, the one is applied
// to the other or refused in words.
func FuzzOverlay(f *testing.F) {
	f.Add([]byte(overlaid), overlay1("{target: $.info, update: {a: [1]}}", "{target: $.info, copy: $.paths}"))
	f.Add([]byte(swaggerDocument), overlay1("{target: '$..*', remove: true}"))
	f.Add([]byte(overlaid), overlay1("{target: '$..[?@.name]', update: [b]}", "{target: $, update: {paths: {/a: {get: {}}}}}"))
	f.Fuzz(func(t *testing.T, document, overlay []byte) {
		if len(document)+len(overlay) > 1<<14 {
			return
		}
		c, err := Load("api.yaml", document, WithOverlay("o.yaml", overlay))
		if err != nil {
			var faults Faults
			require.ErrorAs(t, err, &faults)
			require.NotEmpty(t, faults)
			return
		}
		for _, op := range c.Operations {
			ask(t, c, op)
		}
	})
}

// FuzzMatch checks that a path is exactly the template that it matches, with the
// parameters put in.
func FuzzMatch(f *testing.F) {
	f.Add("/users/{id}", "/users/me", "/{a}/b", "/users/b")
	f.Add("/a/{x}/b", "/a/b/{y}", "/{a}-{b}/{c}.json", "/a/b/c-d.json")
	f.Add("/{from}..{to}", "/", "/{a}{b}", "/1..2..3/")
	f.Fuzz(func(t *testing.T, first, second, third, path string) {
		if strings.Contains(first+second+third, "%") {
			return // whether such text is encoded already is open
		}
		m := &matcher{}
		templates := []string{first, second, third}
		for route, template := range templates {
			_ = m.add(template, route) // what is no template is not added
		}
		var params Params
		route, ok := m.match(path, &params)
		if !ok {
			return
		}
		var rebuilt strings.Builder
		texts, names, err := splitSegment(templates[route])
		require.NoError(t, err)
		require.Equal(t, len(names), params.Len())
		for i, text := range texts {
			rebuilt.WriteString(text)
			if i < len(names) {
				value := params.values[i]
				require.NotEmpty(t, value)
				require.NotContains(t, value, "/")
				rebuilt.WriteString(value)
			}
		}
		require.Equal(t, meaning(trimSlashes(path)), meaning(trimSlashes(rebuilt.String())))
	})
}

// meaning is what a text of a path stands for.
func meaning(text string) string {
	if decoded, err := url.PathUnescape(text); err == nil {
		return decoded
	}
	return text
}
