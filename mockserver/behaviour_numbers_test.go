package mockserver_test

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"understudy/internal/contract"
	"understudy/internal/resource"
)

// counted is a list of things in an envelope of the given members, beside the items.
func counted(parameters, members string) []byte {
	list := "{type: array, items: {$ref: '#/components/schemas/Thing'}}"
	things := strings.Replace(nested("/things", "id", "Thing"), "    get: {responses: {'200': {description: All, content: {application/json: {schema: "+list+"}}}}}",
		"    get: {parameters: ["+parameters+"], responses: {'200': {description: All, content: {application/json: {schema: {type: object, required: [items], properties: {"+members+", items: "+list+"}}}}}, '400': {description: No}}}", 1)
	return smallDocument(things, namedItem("Thing", "{type: integer, readOnly: true}"))
}

// What asks for the next page may be a number, whatever it counts.
func TestCursorsThatAreNumbers(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		style             resource.PageStyle
		parameter, member string
	}{
		"the number of a page": {resource.PageNumber, "{name: at, in: query, schema: {type: integer, minimum: 1}}", "next: {type: [integer, 'null']}"},
		"an offset":            {resource.LimitOffset, "{name: at, in: query, schema: {type: integer, minimum: 0}}", "next: {type: integer}"},
		"a cursor":             {resource.Cursor, "{name: at, in: query, schema: {type: integer, minimum: 0}}", "next: {type: [integer, 'null']}"},
		"an id":                {resource.AfterItem, "{name: at, in: query, schema: {type: integer}}", "next: {type: [integer, 'null']}"},
		"a number in a text":   {resource.PageNumber, "{name: at, in: query, schema: {type: string}}", "next: {type: string}"},
		"a cursor of any type": {resource.Cursor, "{name: at, in: query, schema: {type: string}}", "next: {type: [string, 'null']}"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			k := talkTo(t, counted(test.parameter, test.member), func(_ *contract.Contract, m *resource.Model) {
				c := m.Collection("things")
				c.Page = &resource.Page{Style: test.style, Start: c.Operations[resource.List].Parameter("query", "at"), Default: 2, First: 1}
				for i := range c.Envelope.Members {
					if c.Envelope.Members[i].Name == "next" {
						c.Envelope.Members[i].Part = resource.NextCursorPart
					}
				}
			})
			for i := range 5 {
				k.make("/things", fmt.Sprintf(`{"name":"%d"}`, i))
			}
			var names []string
			next := regexp.MustCompile(`"next":"?([^",}]+)`)
			path := "/things"
			for range 3 {
				got := k.get(path)
				names = append(names, got.names(t, "items", "name")...)
				found := next.FindStringSubmatch(got.body)
				if len(found) == 0 || found[1] == "null" {
					break
				}
				path = "/things?at=" + found[1]
			}
			require.Equal(t, []string{"0", "1", "2", "3", "4"}, names)
		})
	}
}

// A list whose envelope nobody can fill is answered from the document, and said to be.
func TestListsThatCannotBeJoined(t *testing.T) {
	t.Parallel()
	k := talkTo(t, counted("", "total: {type: integer, minimum: 1000}"), func(_ *contract.Contract, m *resource.Model) {
		c := m.Collection("things")
		for i := range c.Envelope.Members {
			if c.Envelope.Members[i].Name == "total" {
				c.Envelope.Members[i].Part = resource.CountPart
			}
		}
	})
	require.Equal(t, http.StatusOK, k.say(http.MethodGet, "/things", "").status)
	warnings := k.api.Warnings()
	require.NotEmpty(t, warnings)
	require.Contains(t, warnings[len(warnings)-1].Message, "would break the contract")
}

// The names of parameters may hold what a URL may not.
func TestLinksWithBrackets(t *testing.T) {
	t.Parallel()
	k := talkTo(t, counted("{name: 'page[number]', in: query, schema: {type: integer}}, {name: 'page[size]', in: query, schema: {type: integer}}, {name: 'filter[name]', in: query, schema: {type: string}}",
		"next: {type: string, format: uri}"), func(_ *contract.Contract, m *resource.Model) {
		c := m.Collection("things")
		query := c.Operations[resource.List].Parameter
		c.Page = &resource.Page{Style: resource.PageNumber, Start: query("query", "page[number]"), Size: query("query", "page[size]"), Default: 2, First: 1}
		c.Filters = []resource.Filter{{Param: query("query", "filter[name]"), Field: "name"}}
	})
	for range 3 {
		k.make("/things", `{"name":"a"}`)
		k.make("/things", `{"name":"b"}`)
	}
	got := k.get("/things?filter[name]=a&page[size]=2")
	require.Equal(t, []string{"a", "a"}, got.names(t, "items", "name"))
	next := decoded[struct{ Next string }](t, got.body).Next
	require.Equal(t, k.api.URL+"/things?filter%5Bname%5D=a&page%5Bsize%5D=2&page%5Bnumber%5D=2", next)
	require.Equal(t, []string{"a"}, k.get(next).names(t, "items", "name"))
}
