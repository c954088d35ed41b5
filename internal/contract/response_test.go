package contract

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
)

const responseDocument = `openapi: 3.1.0
info: {title: Responses, version: "1"}
paths:
  /a:
    get:
      responses:
        '200':
          description: ok
          headers:
            Content-Type: {required: true, schema: {type: integer}}
            X-Count: {required: true, schema: {type: integer}}
            X-Tags: {schema: {type: array, items: {type: string, minLength: 2}}}
            X-Size: {explode: true, schema: {type: object, properties: {w: {type: integer}, h: {type: integer}}}}
            X-Any: {description: whatever, schema: true}
            X-Text: {schema: {type: string, maxLength: 13}}
            X-Word: {schema: {enum: [a, b]}}
            Set-Cookie: {schema: {type: string, maxLength: 12}}
            X-Object: {content: {application/json: {schema: {type: object}}}}
          content:
            application/json: {schema: {type: object, required: [id], properties: {id: {type: integer}, secret: {type: string, writeOnly: true}}}}
            application/vnd.a+json: {schema: {type: array}}
            text/*: {schema: {type: string, maxLength: 5}}
            application/octet-stream: {}
        '204': {description: nothing}
        '404': {description: gone, content: {text/plain: {schema: {const: gone}}}}
        4xx: {description: bad, content: {text/plain: {schema: {const: bad}}}}
        x-internal: {description: none}
        default: {description: odd, content: {text/plain: {schema: {const: odd}}}}
    put:
      responses:
        '200': {description: ok}
        2XX: {description: fine}
`

func TestCheckResponse(t *testing.T) {
	op := load(t, responseDocument).Operation("GET", "/a")
	const plain, jsonType = "text/plain; charset=utf-8", "application/json"
	count := http.Header{"X-Count": {"3"}}
	header := func(name string, values ...string) http.Header {
		h := count.Clone()
		h[name] = values
		return h
	}
	tests := []struct {
		name        string
		status      int
		header      http.Header
		contentType string
		body        string
		want        []string
	}{
		{"good", 200, count, jsonType, `{"id": 1}`, nil},
		{"good of another type", 200, count, "Application/Vnd.a+JSON", `[]`, nil},
		{"good text", 200, count, plain, `abcde`, nil},
		{"good bytes", 200, count, "application/octet-stream", "\xff", nil},
		{"write-only members do not count", 200, count, jsonType, `{"id": 1, "secret": 1}`, nil},
		{"good headers", 200, http.Header{"X-Count": {"3"}, "X-Tags": {"ab, cd", "ef"}, "X-Any": {"x"}, "X-Object": {`{"a": 1}`}, "X-More": {"y"}}, jsonType, `{"id": 1}`, nil},
		{"a text in several lines", 200, header("X-Text", "Basic", "ApiKey"), jsonType, `{"id": 1}`, nil},
		{"several cookies", 200, header("Set-Cookie", "a=1; Secure", "b=2; Secure"), jsonType, `{"id": 1}`, nil},
		{"an exploded header", 200, header("X-Size", "w=1,h=2"), jsonType, `{"id": 1}`, nil},
		{"nothing", 204, nil, "", "", nil},
		{"nothing of a type", 204, nil, jsonType, "", nil},
		{"a status of its own", 404, nil, plain, "gone", nil},
		{"a status of a range", 400, nil, plain, "bad", nil},
		{"any other status", 500, nil, plain, "odd", nil},

		{"a missing header", 200, nil, jsonType, `{"id": 1}`, []string{"header X-Count: is required"}},
		{"a broken header", 200, http.Header{"X-Count": {"many"}}, jsonType, `{"id": 1}`, []string{"header X-Count: got string, want integer"}},
		{"a header given twice", 200, http.Header{"X-Count": {"3", "4"}}, jsonType, `{"id": 1}`, []string{`header X-Count: "X-Count" is given 2 times`}},
		{"a text too long as a whole", 200, header("X-Text", "Bearer", "ApiKey"), jsonType, `{"id": 1}`, []string{"header X-Text: maxLength: got 14, want 13"}},
		{"a word given twice", 200, header("X-Word", "a", "b"), jsonType, `{"id": 1}`, []string{`header X-Word: "X-Word" is given 2 times`}},
		{"one broken cookie of two", 200, header("Set-Cookie", "a=1", "b=2; HttpOnly; Secure"), jsonType, `{"id": 1}`, []string{"header Set-Cookie: maxLength: got 21, want 12"}},
		{"a broken item of a header", 200, header("X-Tags", "ab,c"), jsonType, `{"id": 1}`, []string{"header X-Tags.1: minLength: got 1, want 2"}},
		{"a broken member of a header", 200, header("X-Size", "w=a,h=2"), jsonType, `{"id": 1}`, []string{"header X-Size.w: got string, want integer"}},
		{"a malformed header", 200, header("X-Tags", "ab,\xff"), jsonType, `{"id": 1}`, []string{`header X-Tags: "X-Tags" is not valid UTF-8`}},
		{"a broken body", 200, count, jsonType, `{"id": "1"}`, []string{"body id: got string, want integer"}},
		{"long text", 200, count, plain, `abcdef`, []string{"body: maxLength: got 6, want 5"}},
		{"a malformed body", 200, count, jsonType, `{"id": }`, []string{"body: JSON: Expecting value: line 1 column 8 (char 7)"}},
		{"no body", 200, count, jsonType, ``, []string{"body: JSON: Expecting value: line 1 column 1 (char 0)"}},
		{"another type", 200, count, "application/xml", `<a/>`, []string{`content type "application/xml" is not declared; declared: [application/json application/vnd.a+json text/* application/octet-stream]`}},
		{"no type", 200, count, "", `{"id": 1}`, []string{`content type "" is not declared; declared: [application/json application/vnd.a+json text/* application/octet-stream]`}},
		{"everything", 200, http.Header{"X-Count": {"a"}, "X-Tags": {"b"}}, jsonType, `[]`, []string{"header X-Count: got string, want integer", "header X-Tags.0: minLength: got 1, want 2", "body: got array, want object"}},
		{"a body where none is declared", 204, nil, jsonType, `{}`, []string{"no body is declared"}},
		{"the body of another status", 404, nil, plain, "bad", []string{"body: value must be 'gone'"}},
		{"the body of another range", 499, nil, plain, "odd", []string{"body: value must be 'bad'"}},
		{"a status of no range", 301, nil, plain, "bad", []string{"body: value must be 'odd'"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var found []string
			for _, v := range op.CheckResponse(test.status, test.header, test.contentType, []byte(test.body)) {
				found = append(found, v.String())
			}
			assert.Equal(t, test.want, found)
		})
	}
}

func TestCheckResponseRefusesAnUndeclaredStatus(t *testing.T) {
	op := load(t, responseDocument).Operation("PUT", "/a")
	assert.Equal(t, []Violation{{In: "status", Keyword: "declared", Message: "status 500 is not declared"}}, op.CheckResponse(500, nil, "", nil))
	assert.Empty(t, op.CheckResponse(299, nil, "", nil))
}

func TestResponsesOfAnOperation(t *testing.T) {
	c := load(t, responseDocument)
	get, put := c.Operation("GET", "/a"), c.Operation("PUT", "/a")
	for status, want := range map[int]string{200: "ok", 204: "nothing", 404: "gone", 403: "bad", 503: "odd"} {
		assert.Equal(t, want, get.Response(status).Description)
	}
	assert.Nil(t, put.Response(404))
	assert.Equal(t, "ok", put.Response(200).Description)
	assert.Equal(t, "fine", put.Response(201).Description)

	success, status := get.Success()
	assert.Equal(t, 200, status)
	assert.Equal(t, "application/json", success.JSON().Type)
	assert.Nil(t, get.Response(404).JSON())
	assert.Nil(t, get.Response(204).JSON())

	op := &Operation{Responses: []*Response{{Status: "404"}, {Status: "2xx"}}}
	_, status = op.Success()
	assert.Equal(t, 200, status)
	none, status := (&Operation{Responses: []*Response{{Status: "default"}}}).Success()
	assert.Nil(t, none)
	assert.Zero(t, status)
}

func TestCheckHead(t *testing.T) {
	op := load(t, responseDocument).Operation("GET", "/a")
	count := http.Header{"X-Count": {"3"}}
	check := func(status int, header http.Header, contentType string) []string {
		var found []string
		for _, v := range op.CheckHead(status, header, contentType) {
			found = append(found, v.In+" "+v.Field+" "+v.Keyword)
		}
		return found
	}
	assert.Empty(t, check(200, count, "application/json"), "whatever the body is")
	assert.Empty(t, check(200, count, ""), "without a content type nothing is said of one")
	assert.Empty(t, check(204, http.Header{}, "text/html"), "of a body that is not declared, only the body tells")
	assert.Equal(t, []string{"header X-Count required"}, check(200, http.Header{}, "application/json"))
	assert.Equal(t, []string{"content-type  declared"}, check(200, count, "image/png"))
	put := load(t, responseDocument).Operation("PUT", "/a")
	assert.Equal(t, "status 500 is not declared", put.CheckHead(500, http.Header{}, "")[0].Message)
}
