package mockserver_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"understudy/internal/contract"
	"understudy/internal/resource"
)

// notes is a list whose pages begin at a mark: a cursor, or the id of an item. Its
// members sort and filter.
var notes = smallDocument(`
  /notes:
    get:
      parameters:
        - {name: limit, in: query, schema: {type: integer, minimum: 1, maximum: 100}}
        - {name: cursor, in: query, schema: {type: string}}
        - {name: ending_before, in: query, schema: {type: string}}
        - {name: sort, in: query, schema: {type: string}}
        - {name: direction, in: query, schema: {type: string, enum: [asc, desc]}}
        - {name: colour, in: query, schema: {type: array, items: {type: string}}}
        - {name: size, in: query, schema: {type: integer}}
        - {name: done, in: query, schema: {type: boolean}}
      responses:
        '200':
          description: Notes
          headers: {Link: {schema: {type: string}}}
          content:
            application/json:
              schema:
                type: object
                required: [data, has_more, next_cursor]
                properties:
                  data: {type: array, items: {$ref: '#/components/schemas/Note'}}
                  has_more: {type: boolean}
                  next_cursor: {type: [string, 'null']}
                  prev_cursor: {type: [string, 'null']}
        '400': {description: No, content: {application/json: {schema: {type: object, required: [message], properties: {message: {type: string}}}}}}
    post:
      requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/Note'}}}}
      responses:
        '201': {description: The note, content: {application/json: {schema: {$ref: '#/components/schemas/Note'}}}}
  /notes/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: string}}]
    delete: {responses: {'204': {description: Gone}}}
`, `
    Note:
      type: object
      required: [id, name]
      properties:
        id: {type: string, readOnly: true}
        name: {type: string}
        colour: {type: string}
        size: {type: integer}
        done: {type: boolean}
`)

// marked pages notes by marks, in one of two orders.
func marked(style resource.PageStyle, descending bool) func(*contract.Contract, *resource.Model) {
	return func(_ *contract.Contract, m *resource.Model) {
		c := m.Collections[0]
		query := func(name string) *contract.Parameter { return c.Operations[resource.List].Parameter("query", name) }
		c.Order = resource.Order{Descending: descending}
		c.Page = &resource.Page{Style: style, Size: query("limit"), Start: query("cursor"), Default: 2, LinkHeader: true}
		if style == resource.AfterItem {
			c.Page.Before = query("ending_before")
		}
		c.Sort = &resource.Sort{By: query("sort"), Signed: true, Direction: query("direction"), Fields: map[string]string{"name": "name", "size": "size"}}
		c.Filters = []resource.Filter{{Param: query("colour"), Field: "colour"}, {Param: query("size"), Field: "size"}, {Param: query("done"), Field: "done"}}
	}
}

// marksPage is one page of notes.
type marksPage struct {
	Data []struct{ ID, Name string }
	More bool    `json:"has_more"`
	Next *string `json:"next_cursor"`
	Prev *string `json:"prev_cursor"`
}

func (k talk) marksPage(path string) (p marksPage, names string) {
	k.t.Helper()
	got := k.get(path)
	require.NoError(k.t, json.Unmarshal([]byte(got.body), &p))
	for _, note := range p.Data {
		names += note.Name
	}
	return p, names
}

// nextLink is where the Link header of a page leads on to, "" for the last one.
func (k talk) link(path, rel string) string {
	k.t.Helper()
	for link := range strings.SplitSeq(k.get(path).header.Get("Link"), ", ") {
		if url, found := strings.CutSuffix(link, `>; rel="`+rel+`"`); found {
			return strings.TrimPrefix(url, "<")
		}
	}
	return ""
}

func TestMarks(t *testing.T) {
	t.Parallel()
	for _, style := range []resource.PageStyle{resource.Cursor, resource.AfterItem} {
		for _, query := range []string{"", "&sort=name", "&sort=-name", "&sort=name&direction=desc", "&colour=red", "&sort=size"} {
			for _, descending := range []bool{false, true} {
				t.Run(fmt.Sprint(style, query, descending), func(t *testing.T) {
					t.Parallel()
					k := talkTo(t, notes, marked(style, descending))
					var ids []string
					for i, name := range strings.Split("gacebdf", "") {
						ids = append(ids, k.make("/notes", fmt.Sprintf(`{"name":%q,"colour":"red","size":%d}`, name, i/2)))
					}
					walk(t, k, query, ids)
				})
			}
		}
	}
}

// walk follows the pages forwards and backwards, while an item on which a page
// ended is deleted and another is created.
func walk(t *testing.T, k talk, query string, ids []string) {
	_, whole := k.marksPage("/notes?limit=7" + query)
	require.Len(t, whole, 7)

	first, names := k.marksPage("/notes?limit=2" + query)
	require.Equal(t, whole[:2], names)
	require.True(t, first.More)
	second := k.link("/notes?limit=2"+query, "next")
	_, names = k.marksPage(second)
	require.Equal(t, whole[2:4], names)
	if first.Next != nil {
		_, names = k.marksPage("/notes?limit=2" + query + "&cursor=" + *first.Next)
		require.Equal(t, whole[2:4], names)
	}
	back := k.link(second, "prev")
	page, names := k.marksPage(back)
	require.Equal(t, whole[:2], names)
	require.Empty(t, k.link(back, "prev"))
	require.False(t, page.More)

	require.Equal(t, http.StatusNoContent, k.say(http.MethodDelete, "/notes/"+first.Data[1].ID, "").status)
	k.make("/notes", `{"name":"h","colour":"blue"}`)
	var rest string
	for next := second; next != ""; next = k.link(next, "next") {
		_, names = k.marksPage(next)
		rest += names
	}
	require.Equal(t, whole[2:], strings.ReplaceAll(rest, "h", ""))
	require.True(t, slices.Contains(ids, first.Data[0].ID))
}

func TestMarksThatNoPageGave(t *testing.T) {
	t.Parallel()
	for _, style := range []resource.PageStyle{resource.Cursor, resource.AfterItem} {
		k := talkTo(t, notes, marked(style, false))
		k.make("/notes", `{"name":"a"}`)
		for _, cursor := range []string{"nonsense", "AAAAAAAAAAAAAAAAAAAAAA", "%00", "..", strings.Repeat("A", 5000)} {
			got := k.say(http.MethodGet, "/notes?cursor="+cursor, "")
			require.Equal(t, http.StatusBadRequest, got.status, got.body)
			require.JSONEq(t, `{"message":"query cursor: no page gave this cursor"}`, got.body)
			require.Equal(t, []violation{{In: "query", Field: "cursor", Keyword: "cursor"}}, got.violations(t))
		}
	}
}

func TestFilters(t *testing.T) {
	t.Parallel()
	k := talkTo(t, notes, marked(resource.Cursor, false))
	for _, sent := range []string{
		`{"name":"a","colour":"red","size":1,"done":true}`, `{"name":"b","colour":"blue","size":2,"done":false}`,
		`{"name":"c","colour":"red","size":2}`, `{"name":"d"}`,
	} {
		k.make("/notes", sent)
	}
	for query, names := range map[string]string{
		"": "abcd", "&colour=red": "ac", "&colour=red&colour=blue": "abc", "&colour=green": "", "&colour=red&size=2": "c",
		"&size=2": "bc", "&done=true": "a", "&done=false": "b", "&sort=-name": "dcba", "&sort=size,-name": "dacb", "&sort=nothing": "abcd",
	} {
		_, got := k.marksPage("/notes?limit=9" + query)
		require.Equal(t, names, got, query)
	}
}
