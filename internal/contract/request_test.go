package contract

import (
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const requestDocument = `openapi: 3.1.0
info: {title: Requests, version: "1"}
paths:
  /organizations/{organization}/things/{id}:
    parameters:
      - {name: id, in: path, required: true, schema: {type: integer, minimum: 1}}
      - {name: limit, in: query, required: true, schema: {type: string}}
      - {name: X-Trace, in: header, schema: {type: string, maxLength: 3}}
    get:
      parameters:
        - {name: limit, in: query, schema: {type: integer, minimum: 1, maximum: 100}}
        - {name: tags, in: query, schema: {type: array, items: {type: string, minLength: 2}}}
        - {name: filter, in: query, content: {application/json: {schema: {type: object, properties: {a: {type: object, properties: {b: {type: integer}}}}}}}}
        - {name: anything, in: query, content: {application/json: {}}}
        - {name: session, in: cookie, required: true, schema: {type: string}}
        - {name: accept, in: header, required: true, schema: {type: integer}}
        - {name: Content-Type, in: header, required: true, schema: {type: integer}}
        - {name: AUTHORIZATION, in: header, required: true, schema: {type: integer}}
        - {name: organization, in: path, required: true, schema: {type: string, format: uuid}}
      responses:
        '200': {description: ok}
  /things:
    get:
      parameters:
        - {name: limit, in: query, schema: {type: integer}}
        - {name: offset, in: query, schema: {type: integer}}
      responses:
        '200': {description: ok}
    post:
      requestBody:
        required: true
        content:
          application/json: {schema: {$ref: '#/components/schemas/Thing'}}
          application/x-www-form-urlencoded: {schema: {$ref: '#/components/schemas/Thing'}}
          multipart/form-data: {schema: {$ref: '#/components/schemas/Thing'}}
          application/vnd.thing+json; version=1: {schema: {type: array, items: {$ref: '#/components/schemas/Thing'}}}
          text/plain: {schema: {type: string, maxLength: 5}}
          application/octet-stream: {}
      responses:
        '201': {description: ok, content: {application/json: {}}}
        '400': {description: bad, content: {text/plain: {}}}
    patch:
      requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/Thing'}}}}
      responses:
        '204': {description: ok}
        '400': {description: bad, content: {application/problem+json: {}}}
    put:
      requestBody: {required: true, content: {application/json: {schema: {type: object}}, text/plain: {}}}
      responses:
        2XX: {description: ok, content: {application/json: {}}}
    delete:
      responses:
        '204': {description: ok}
  /ranges:
    post:
      requestBody:
        content:
          '*/*': {schema: {const: any}}
          text/*: {schema: {const: text}}
          text/csv: {schema: {const: csv}}
      responses:
        '204': {description: ok}
components:
  schemas:
    Thing:
      type: object
      required: [id, name, size]
      properties:
        id: {type: string, readOnly: true}
        name: {type: string, minLength: 1}
        size: {type: integer}
        tags: {type: array, items: {type: string}}
`

func TestParametersOfThePathComeFirst(t *testing.T) {
	var order []string
	for _, p := range load(t, requestDocument).Operations[0].Parameters {
		order = append(order, p.In+" "+p.Name)
	}
	assert.Equal(t, []string{
		"path organization", "path id",
		"query limit", "query tags", "query filter", "query anything", "cookie session",
		"header accept", "header Content-Type", "header AUTHORIZATION", "header X-Trace",
	}, order)
}

func TestParameterIsFoundByPlaceAndName(t *testing.T) {
	op := load(t, requestDocument).Operations[0]
	limit := op.Parameter("query", "limit")
	require.NotNil(t, limit)
	assert.False(t, limit.Required, "the operation's own parameter goes before that of its path")
	assert.Equal(t, 11, limit.Node.Line())
	assert.Nil(t, op.Parameter("header", "limit"))
	assert.Nil(t, op.Parameter("query", "Limit"))
}

func TestCheckPath(t *testing.T) {
	c := load(t, requestDocument)
	const organization = "019a5d02-7c1e-0000-8a4b-2f6d1c0e9b73"
	for path, want := range map[string][]Violation{
		"/organizations/" + organization + "/things/1":              nil,
		"/organizations/" + organization + "/things/%31":            nil,
		"/organizations/" + organization[:35] + "%33" + "/things/1": nil,
		"/organizations/mine/things/1": {
			{In: "path", Field: "organization", Keyword: "format", Limit: "uuid", Message: "'mine' is not valid uuid: must be 36 characters long"},
		},
		"/organizations/a%2Fb/things/one": {
			{In: "path", Field: "organization", Keyword: "format", Limit: "uuid", Message: "'a/b' is not valid uuid: must be 36 characters long"},
			{In: "path", Field: "id", Keyword: "type", Expected: "integer", Actual: "string", Message: "got string, want integer"},
		},
		"/organizations/" + organization + "/things/0": {
			{In: "path", Field: "id", Keyword: "minimum", Limit: "1", Message: "minimum: got 0, want 1"},
		},
		"/organizations/" + organization + "/things/%FF": {
			{In: "path", Field: "id", Keyword: "malformed", Message: `"id" is not valid UTF-8`},
		},
	} {
		m := c.Match("GET", path)
		require.NotNil(t, m.Operation, path)
		found := m.Operation.CheckPath(&m.Params)
		for i := range found {
			found[i].schema = ""
			if found[i].Keyword == "format" { // the reason is the engine's
				found[i].Message = want[i].Message
			}
		}
		assert.Equal(t, want, found, path)
	}
}

func TestCheckParameters(t *testing.T) {
	op := load(t, requestDocument).Operations[0]
	tests := []struct {
		name, query string
		headers     map[string]string
		decoded     string
		found       []string
	}{
		{"all", "limit=5&tags=ab&tags=cd&filter=%7B%22a%22:%7B%22b%22:1%7D%7D&anything=[1]&other=x", map[string]string{"X-Trace": "abc", "Cookie": "a=b; session=s"}, `{"X-Trace":"abc","anything":[1],"filter":{"a":{"b":1}},"limit":5,"session":"s","tags":["ab","cd"]}`, nil},
		{"only the required one", "", map[string]string{"Cookie": "session=s"}, `{"session":"s"}`, nil},
		{"none", "", nil, `{}`, []string{"cookie session: is required"}},
		{"names in any case", "LIMIT=0", map[string]string{"x-trace": "abc", "Cookie": "session=s"}, `{"X-Trace":"abc","session":"s"}`, nil},
		{"each kind of fault", "limit=0&tags=a&filter=%7B%22a%22:%7B%22b%22:null%7D%7D&anything=", map[string]string{"X-Trace": "abcd"}, `{"X-Trace":"abcd","filter":{"a":{"b":null}},"limit":0,"tags":["a"]}`, []string{
			"query limit: minimum: got 0, want 1",
			"query tags.0: minLength: got 1, want 2",
			"query filter.a.b: got null, want integer",
			`query anything: "anything" is not JSON: Expecting value: line 1 column 1 (char 0)`,
			"cookie session: is required",
			"header X-Trace: maxLength: got 4, want 3",
		}},
		{"a value given twice", "limit=1&limit=2", map[string]string{"Cookie": "session=s"}, `{"session":"s"}`, []string{`query limit: "limit" is given 2 times`}},
		{"no query at all", "limit=%zz", map[string]string{"Cookie": "session=s"}, "", []string{`query: "limit" has an invalid URL escape "%zz"`}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			r := httptest.NewRequest(http.MethodGet, "/", nil)
			r.URL.RawQuery = test.query
			for name, value := range test.headers {
				r.Header.Set(name, value)
			}
			decoded, violations := op.CheckParameters(r)
			var found []string
			for _, v := range violations {
				found = append(found, v.String())
			}
			assert.Equal(t, test.found, found)
			if test.decoded == "" {
				assert.Nil(t, decoded)
				return
			}
			assert.JSONEq(t, test.decoded, toJSON(t, decoded))
		})
	}
}

func TestCheckBody(t *testing.T) {
	const taken = "application/json or application/x-www-form-urlencoded or multipart/form-data or application/vnd.thing+json or text/plain or application/octet-stream"
	tests := []struct {
		name, method      string
		contentType, body string
		want              string // the value in JSON, or the error
		kind              string // of the error
	}{
		{"JSON", "POST", "application/json", `{"name": "n", "size": 1, "more": null}`, `{"more":null,"name":"n","size":1}`, ""},
		{"JSON of a character set", "POST", "Application/JSON ; charset=utf-8", `{"name": "n", "size": 1}`, `{"name":"n","size":1}`, ""},
		{"JSON of another name", "POST", "application/vnd.thing+json", `[]`, `[]`, ""},
		{"a form", "POST", "application/x-www-form-urlencoded", `name=n&size=1&tags=a&tags=b`, `{"name":"n","size":1,"tags":["a","b"]}`, ""},
		{"a multipart form", "POST", "multipart/form-data; boundary=b", multipartBody([2]string{field("name"), "n"}, [2]string{field("size"), "1"}), `{"name":"n","size":1}`, ""},
		{"text", "POST", "text/plain; charset=utf-8", `{}`, `"{}"`, ""},
		{"anything", "POST", "application/octet-stream", "\x01", `"\u0001"`, ""},
		{"none where it may be absent", "PATCH", "", "", `null`, ""},
		{"none where none is taken", "DELETE", "", "", `null`, ""},
		{"one where none is taken", "DELETE", "application/json", "{", `null`, ""},

		{"a broken member", "POST", "application/json", `{"name": "", "size": 1.5}`, "body name: minLength: got 0, want 1", "contract.Violations"},
		{"a missing member", "POST", "application/json", `{"name": "n"}`, "body size: is required", "contract.Violations"},
		{"no object", "POST", "application/json", `[]`, "body: got array, want object", "contract.Violations"},
		{"null", "POST", "application/json", `null`, "body: got null, want object", "contract.Violations"},
		{"a broken form", "POST", "application/x-www-form-urlencoded", `name=n&size=one`, "body size: got string, want integer", "contract.Violations"},
		{"a broken item", "POST", "application/vnd.thing+json; version=1", `[{"name": "n", "size": 1}, {"name": "n"}]`, "body 1.size: is required", "contract.Violations"},
		{"long text", "POST", "text/plain", `123456`, "body: maxLength: got 6, want 5", "contract.Violations"},
		{"none where members are required", "POST", "application/json", "", "body name: is required", "contract.Violations"},
		{"none where a body is required", "PUT", "", "", "body: a body is required", "contract.Violations"},

		{"malformed JSON", "POST", "application/json", `{"name": }`, "JSON: Expecting value: line 1 column 10 (char 9)", "*contract.MalformedError"},
		{"malformed JSON where it may be absent", "PATCH", "application/json", ` `, "JSON: Expecting value: line 1 column 2 (char 1)", "*contract.MalformedError"},
		{"a malformed form", "POST", "application/x-www-form-urlencoded", `name=%zz`, `Form: "name" has an invalid URL escape "%zz"`, "*contract.MalformedError"},
		{"a malformed multipart form", "POST", "multipart/form-data", `x`, "Multipart form: Invalid boundary in multipart: None", "*contract.MalformedError"},

		{"an unknown type", "POST", "text/html; charset=utf-8", `x`, `the operation takes no body of type "text/html", but ` + taken, "*contract.MediaTypeError"},
		{"no type", "POST", "", `x`, `the operation takes no body of type "", but ` + taken, "*contract.MediaTypeError"},
		{"a malformed type", "POST", "json;", `x`, `the operation takes no body of type "json", but ` + taken, "*contract.MediaTypeError"},
	}
	c := load(t, requestDocument)
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			value, err := c.Operation(test.method, "/things").CheckBody(test.contentType, []byte(test.body), false)
			if test.kind == "" {
				require.NoError(t, err)
				assert.JSONEq(t, test.want, toJSON(t, value))
				return
			}
			require.EqualError(t, err, test.want)
			assert.Equal(t, test.kind, fmt.Sprintf("%T", err))
			assert.Nil(t, value)
		})
	}
}

func TestCheckBodyReportsEverything(t *testing.T) {
	_, err := load(t, requestDocument).Operation("POST", "/things").CheckBody("application/json", []byte(`{"name": "", "tags": [1]}`), false)
	var violations Violations
	require.ErrorAs(t, err, &violations)
	assert.Equal(t, "/name minLength; /size required; /tags/0 type", summarize(violations))
	for _, v := range violations {
		assert.Equal(t, "body", v.In)
	}
}

func TestCheckBodyStrictly(t *testing.T) {
	tests := []struct {
		name           string
		schemas        []string
		valid, invalid map[string]string // bodies, with what is wrong with them
	}{
		{"an object", []string{`S: {type: object, required: [a], properties: {a: {type: string}, id: {type: integer, readOnly: true}}}`}, map[string]string{
			`{"a": "x"}`: "", `{"a": "x", "id": 1}`: "", `{"a": "x", "id": "whatever"}`: "",
		}, map[string]string{
			`{"a": "x", "b": 1, "c": 1}`: "/b unknown; /c unknown",
			`{"a": 1}`:                   "/a type",
			`{"a": 1, "id": 5}`:          "/a type",
			`{}`:                         "/a required",
			`{"a": 1, "b": 1}`:           "/a type; /b unknown",
			`[]`:                         " type",
		}},
		{"parts", []string{`S: {allOf: [{$ref: '#/components/schemas/T'}, {properties: {b: {type: integer}}}]}`, `T: {properties: {a: {type: string}}}`}, map[string]string{
			`{"a": "x", "b": 1}`: "",
		}, map[string]string{
			`{"c": 1}`: "/c unknown", `{"a": 1, "b": 1}`: "/a type",
		}},
		{"alternatives", []string{`S: {oneOf: [{required: [a], properties: {a: {type: string, minLength: 1}}}, {required: [b], properties: {b: {type: string}}}]}`}, map[string]string{
			`{"a": "x"}`: "", `{"b": "x"}`: "",
		}, map[string]string{
			`{"a": "x", "c": 1}`: "/c unknown", `{"a": ""}`: "/a minLength",
		}},
		{"named by a rule", []string{`S: {properties: {a: {type: string}}, additionalProperties: {type: integer}}`}, map[string]string{
			`{"a": "x", "b": 1}`: "",
		}, map[string]string{
			`{"b": "x"}`: "/b type",
		}},
		{"closed already", []string{`S: {properties: {a: {type: string}}, additionalProperties: false}`}, map[string]string{
			`{"a": "x"}`: "",
		}, map[string]string{
			`{"b": "x"}`: "/b unknown",
		}},
	}
	for _, version := range []string{"3.0.3", "3.1.0"} {
		for _, test := range tests {
			t.Run(test.name+" "+version, func(t *testing.T) {
				op := load(t, schemaDocument(version, test.schemas...)).Operations[0]
				for body := range test.valid {
					_, err := op.CheckBody("application/json", []byte(body), true)
					require.NoError(t, err, body)
				}
				for body, want := range test.invalid {
					_, err := op.CheckBody("application/json", []byte(body), true)
					var found Violations
					require.ErrorAs(t, err, &found, body)
					assert.Equal(t, want, summarize(found), body)
				}
			})
		}
	}
}

func TestBodyTakesTheMostSpecificType(t *testing.T) {
	body := load(t, requestDocument).Operation("POST", "/ranges").Body
	for mediaType, want := range map[string]string{
		"text/csv": "text/csv", "text/plain": "text/*", "application/json": "*/*",
	} {
		require.NotNil(t, body.Media(mediaType))
		assert.Equal(t, want, body.Media(mediaType).Type, mediaType)
	}
	assert.Nil(t, load(t, requestDocument).Operation("PUT", "/things").Body.Media("text/csv"))
}

func TestAcceptableTypesAreThoseOfTheSuccesses(t *testing.T) {
	c := load(t, requestDocument)
	tests := []struct {
		method, accept string
		want           bool
	}{
		{"POST", "", true}, // no Accept at all
		{"POST", "application/json", true},
		{"POST", "*/*", true},
		{"POST", "text/plain", false},
		{"PATCH", "application/problem+json", true}, // the success has no body
		{"PATCH", "application/json", false},
		{"PUT", "application/json", true},
		{"PUT", "text/html", false},
		{"DELETE", "text/html", true}, // nothing has a body
	}
	for _, test := range tests {
		var accept []string
		if test.accept != "" {
			accept = []string{test.accept}
		}
		assert.Equal(t, test.want, c.Operation(test.method, "/things").Acceptable(accept), "%s %s", test.method, test.accept)
	}
}

func TestWholeNumber(t *testing.T) {
	tests := []struct {
		schema string
		ok     bool
	}{
		{`{type: integer}`, true},
		{`{type: integer, minimum: 1}`, true},
		{`{type: integer, minimum: 0, maximum: 100, default: 10, title: Limit, description: d, example: 5, x-unit: items}`, true},
		{`{type: integer, minimum: 1.0, maximum: 1e2}`, true},
		{`{type: integer, minimum: -9223372036854775808, maximum: 9223372036854775807}`, true},
		{`{$ref: '#/components/schemas/Limit'}`, true},
		{`{type: number, minimum: 1}`, false},
		{`{type: string}`, false},
		{`{minimum: 1}`, false},
		{`{type: [integer, 'null']}`, false},
		{`{type: integer, multipleOf: 2}`, false},
		{`{type: integer, exclusiveMinimum: 1}`, false},
		{`{type: integer, enum: [1, 2]}`, false},
		{`{type: integer, format: int32}`, false},
		{`{type: integer, allOf: [{minimum: 3}]}`, false},
		{`true`, false},
	}
	for _, test := range tests {
		t.Run(test.schema, func(t *testing.T) {
			p := wholeNumberParameter(t, `schema: `+test.schema)
			low, high, ok := p.WholeNumber()
			assert.Equal(t, test.ok, ok)
			if ok {
				assertBounds(t, p.Schema, low, high)
			}
		})
	}
	_, _, ok := wholeNumberParameter(t, `content: {application/json: {schema: {type: integer}}}`).WholeNumber()
	assert.False(t, ok, "JSON is read otherwise")
	_, _, ok = wholeNumberParameter(t, `content: {application/json: {}}`).WholeNumber()
	assert.False(t, ok)
}

// Bounds that are no whole numbers of 64 bits must not be lost.
func TestWholeNumberKeepsOddBounds(t *testing.T) {
	for _, schema := range []string{`{type: integer, minimum: 0.5}`, `{type: integer, maximum: 1.5}`, `{type: integer, minimum: 1e30}`, `{type: integer, maximum: -1e30}`} {
		p := wholeNumberParameter(t, `schema: `+schema)
		if low, high, ok := p.WholeNumber(); ok {
			assertBounds(t, p.Schema, low, high)
		}
	}
}

func wholeNumberParameter(t *testing.T, schema string) *Parameter {
	return load(t, `openapi: 3.1.0
info: {title: T, version: "1"}
paths: {/a: {get: {parameters: [{name: n, in: query, `+schema+`}], responses: {'200': {description: ok}}}}}
components: {schemas: {Limit: {type: integer, minimum: 1}}}
`).Operations[0].Parameters[0]
}

// assertBounds holds bounds to what the schema says of whole numbers.
func assertBounds(t *testing.T, schema *Schema, low, high int64) {
	for _, n := range []int64{math.MinInt64, -2, -1, 0, 1, 2, 99, 100, 101, math.MaxInt64} {
		require.Equal(t, len(schema.Check(json.Number(fmt.Sprint(n)))) == 0, low <= n && n <= high, "%d in %d..%d", n, low, high)
	}
}

func TestOnlyQuery(t *testing.T) {
	c := load(t, requestDocument)
	list := c.Operation("GET", "/things")
	assert.True(t, list.OnlyQuery("limit", "offset"))
	assert.True(t, list.OnlyQuery("limit", "offset", "more"))
	assert.False(t, list.OnlyQuery("limit"))
	assert.False(t, list.OnlyQuery())
	assert.True(t, c.Operation("DELETE", "/things").OnlyQuery())
	assert.False(t, c.Operations[0].OnlyQuery("limit", "tags", "filter", "anything", "session", "X-Trace"))
	assert.True(t, load(t, matchDocument).Operation("GET", "/things/{id}").OnlyQuery())
}

func TestSecurityAlternatives(t *testing.T) {
	c := load(t, `openapi: 3.0.3
info: {title: T, version: "1"}
security: [{Key: [], Token: [read, write]}, {}]
paths:
  /a:
    get: {responses: {'200': {description: ok}}}
    put: {security: [], responses: {'200': {description: ok}}}
    post: {security: [{Basic: []}], responses: {'200': {description: ok}}}
components:
  securitySchemes:
    Key: {type: apiKey, in: header, name: X-Key}
    Token: {type: http, scheme: Bearer}
    Basic: {type: http, scheme: basic}
    Flow: {type: oauth2, flows: {implicit: {authorizationUrl: 'https://example.com', scopes: {}}}}
    Open: {type: openIdConnect, openIdConnectUrl: 'https://example.com'}
`)
	get := c.Operation("GET", "/a").Security
	require.Len(t, get, 2)
	require.Len(t, get[0], 2)
	key, token := get[0][0], get[0][1]
	assert.Equal(t, []string{"Key", "apiKey", "header", "X-Key"}, []string{key.Scheme.Name, key.Scheme.Type, key.Scheme.In, key.Scheme.Parameter})
	assert.Equal(t, []string{"read", "write"}, token.Scopes)
	assert.Equal(t, "bearer", token.Scheme.Scheme)
	assert.NotNil(t, get[1])
	assert.Empty(t, get[1])
	assert.Empty(t, c.Operation("PUT", "/a").Security)
	assert.Equal(t, "Basic", c.Operation("POST", "/a").Security[0][0].Scheme.Name)

	var bearers []string
	for _, scheme := range c.SecuritySchemes() {
		if scheme.Bearer() {
			bearers = append(bearers, scheme.Name)
		}
	}
	assert.Equal(t, "Token Flow Open", strings.Join(bearers, " "))
}
