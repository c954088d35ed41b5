package mockserver_test

import (
	"net/http"
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"

	"understudy/internal/contract"
	"understudy/internal/resource"
)

// cities is a list by page number, in an envelope with parts at two depths, of items
// that travel wrapped.
var cities = smallDocument(`
  /cities:
    get:
      parameters:
        - {name: page, in: query, schema: {type: integer, minimum: 1, default: 1}}
        - {name: per_page, in: query, schema: {type: integer, minimum: 1, maximum: 50, default: 2}}
        - {name: q, in: query, schema: {type: string}}
      responses:
        '200':
          description: Cities
          headers:
            Link: {schema: {type: string}}
            X-Total-Count: {required: true, schema: {type: integer}}
            X-Served-By: {required: true, schema: {type: string}, example: mill}
          content:
            application/json:
              schema:
                type: object
                required: [cities, meta, links, kind]
                properties:
                  kind: {type: string, const: list}
                  cities: {type: array, items: {$ref: '#/components/schemas/City'}}
                  meta:
                    type: object
                    required: [total, page, per_page, total_pages]
                    properties:
                      total: {type: integer}
                      page: {type: integer}
                      per_page: {type: integer}
                      total_pages: {type: integer, minimum: 1}
                  links:
                    type: object
                    properties:
                      pages:
                        type: object
                        additionalProperties: false
                        properties:
                          first: {type: string, format: uri}
                          prev: {type: string, format: uri}
                          next: {type: string, format: uri}
                          last: {type: [string, 'null'], format: uri}
    post:
      requestBody:
        required: true
        content: {application/json: {schema: {type: object, properties: {city: {$ref: '#/components/schemas/NewCity'}}}}}
      responses:
        '201':
          description: The city
          headers: {Location: {required: true, schema: {type: string, format: uri}}}
          content: {application/json: {schema: {$ref: '#/components/schemas/Wrapped'}}}
        '422': {description: No}
  /cities/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: integer}}]
    get:
      responses:
        '200': {description: The city, content: {application/json: {schema: {$ref: '#/components/schemas/Wrapped'}}}}
        '404': {description: No}
    put:
      requestBody:
        required: true
        content: {application/json: {schema: {type: object, properties: {city: {$ref: '#/components/schemas/NewCity'}}}}}
      responses:
        '200': {description: The city, content: {application/json: {schema: {$ref: '#/components/schemas/Wrapped'}}}}
`, `
    NewCity: {type: object, required: [name], properties: {name: {type: string}}}
    City:
      type: object
      required: [id, name]
      properties: {id: {type: integer, readOnly: true}, name: {type: string}}
    Wrapped:
      type: object
      required: [city, version]
      properties: {city: {$ref: '#/components/schemas/City'}, version: {type: string, const: v1}}
`)

// byNumber pages a list by the number of the page.
func byNumber(c *contract.Contract, m *resource.Model) {
	list := m.Collections[0].Operations[resource.List]
	m.Collections[0].Page = &resource.Page{
		Style: resource.PageNumber, Size: list.Parameter("query", "per_page"), Start: list.Parameter("query", "page"),
		Default: 2, Maximum: 50, First: 1, TotalHeader: "X-Total-Count", LinkHeader: true,
	}
}

func TestEnvelopes(t *testing.T) {
	t.Parallel()
	k := talkTo(t, cities, byNumber)
	host := regexp.MustCompile(regexp.QuoteMeta(k.api.URL))
	list := func(query string) string { return host.ReplaceAllString(k.get("/cities"+query).body, "") }

	t.Run("an empty list", func(t *testing.T) {
		require.JSONEq(t, `{"kind":"list","cities":[],"meta":{"total":0,"page":1,"per_page":2,"total_pages":1},
			"links":{"pages":{"first":"/cities?per_page=2","last":"/cities?per_page=2&page=1"}}}`, list(""))
	})
	for _, name := range []string{"a", "b", "c", "d", "e"} {
		k.make("/cities", `{"city":{"name":"`+name+`"}}`)
	}
	t.Run("the first page", func(t *testing.T) {
		require.JSONEq(t, `{"kind":"list","cities":[{"id":1,"name":"a"},{"id":2,"name":"b"}],"meta":{"total":5,"page":1,"per_page":2,"total_pages":3},
			"links":{"pages":{"first":"/cities?per_page=2","next":"/cities?per_page=2&page=2","last":"/cities?per_page=2&page=3"}}}`, list(""))
	})
	t.Run("a page in between keeps other parameters", func(t *testing.T) {
		require.JSONEq(t, `{"kind":"list","cities":[{"id":3,"name":"c"},{"id":4,"name":"d"}],"meta":{"total":5,"page":2,"per_page":2,"total_pages":3},
			"links":{"pages":{"first":"/cities?q=x&per_page=2","prev":"/cities?q=x&per_page=2&page=1","next":"/cities?q=x&per_page=2&page=3","last":"/cities?q=x&per_page=2&page=3"}}}`, list("?page=2&q=x"))
	})
	t.Run("a page beyond the end is empty", func(t *testing.T) {
		require.Contains(t, list("?page=9"), `"cities":[]`)
	})
	t.Run("headers tell the same", func(t *testing.T) {
		got := k.get("/cities?page=2")
		require.Equal(t, "5", got.header.Get("X-Total-Count"))
		require.Equal(t, "mill", got.header.Get("X-Served-By"))
		require.Equal(t, `</cities?per_page=2&page=3>; rel="next", </cities?per_page=2&page=1>; rel="prev", </cities?per_page=2>; rel="first", </cities?per_page=2&page=3>; rel="last"`,
			host.ReplaceAllString(got.header.Get("Link"), ""))
	})
}

func TestWrappedItems(t *testing.T) {
	t.Parallel()
	k := talkTo(t, cities, byNumber)
	created := k.say(http.MethodPost, "/cities", `{"city":{"name":"a"}}`)
	require.Equal(t, http.StatusCreated, created.status, created.body)
	require.JSONEq(t, `{"city":{"id":1,"name":"a"},"version":"v1"}`, created.body)
	require.Equal(t, k.api.URL+"/cities/1", created.header.Get("Location"))
	require.JSONEq(t, created.body, k.get("/cities/1").body)

	t.Run("the wrapper is taken off what is sent", func(t *testing.T) {
		got := k.say(http.MethodPut, "/cities/1", `{"city":{"name":"b"}}`)
		require.JSONEq(t, `{"city":{"id":1,"name":"b"},"version":"v1"}`, got.body)
	})
	for name, sent := range map[string]string{"without it": `{"name":"c"}`, "without anything": `{}`} {
		t.Run(name, func(t *testing.T) {
			got := k.say(http.MethodPost, "/cities", sent)
			require.Equal(t, http.StatusUnprocessableEntity, got.status)
			require.Equal(t, []violation{{In: "body", Field: "city", Keyword: "required"}}, got.violations(t))
		})
	}
}
