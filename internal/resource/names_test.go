package resource_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"understudy/internal/resource"
)

// things is a document with one collection, whose items have some members and whose
// list takes some query parameters.
func things(param, members, query, list string) string {
	if list == "" {
		list = `{type: array, items: {$ref: '#/components/schemas/Thing'}}`
	}
	return fmt.Sprintf(`openapi: 3.1.0
info: {title: Things, version: '1'}
paths:
  /things:
    get: {parameters: [%[3]s], responses: {'200': {description: ok, content: {application/json: {schema: %[4]s}}}}}
    post: {requestBody: {content: {application/json: {schema: {type: object, properties: {label: {type: string}}}}}}, responses: {'201': {description: ok, content: {application/json: {schema: {$ref: '#/components/schemas/Thing'}}}}}}
  /things/{%[1]s}:
    parameters: [{name: '%[1]s', in: path, required: true, schema: {type: string}}]
    get: {responses: {'200': {description: ok, content: {application/json: {schema: {$ref: '#/components/schemas/Thing'}}}}}}
components:
  schemas:
    Thing: {type: object, properties: {%[2]s, label: {type: string}}}
`, param, members, query, list)
}

// thing is the collection of such a document.
func thing(tb testing.TB, document string) *resource.Collection {
	tb.Helper()
	m := infer(tb, document)
	require.Len(tb, m.Collections, 1)
	return m.Collections[0]
}

func TestWhatIdentifiesAnItem(t *testing.T) {
	text := func(names ...string) string { return strings.Join(names, ": {type: string}, ") + ": {type: string}" }
	for _, test := range []struct{ param, members, want string }{
		{"id", text("name", "id"), "id"},
		{"thing_id", text("id", "thing_id"), "thing_id"},
		{"thingId", text("id", "thing_id"), "thing_id"},
		{"thing_id", text("uuid", "id"), "id"},
		{"thing_uuid", text("id", "uuid"), "uuid"},
		{"thing", text("name", "id"), "id"},
		{"identifier", text("name", "uuid"), "uuid"},
		{"thing_slug", text("id", "slug"), "slug"},
		{"thingname", text("name", "kind"), "name"},
		{"template_key", text("id", "template"), "template"},
		{"number", text("id", "number"), "number"},
		{"thing_id", "thing: {type: object, properties: {id: {type: string}}}", "thing.id"},
		{"thing_id", "kind: {type: object, properties: {id: {type: string}}}", ""},
	} {
		c := thing(t, things(test.param, test.members, "", ""))
		got := c.IDField
		if c.IDPath != nil {
			got = strings.Join(c.IDPath, ".")
		}
		assert.Equal(t, test.want, got, "%s of %s", test.param, test.members)
	}
}

func TestWhenAnItemWasCreatedAndUpdated(t *testing.T) {
	const moment = "{type: string, format: date-time}"
	for _, test := range []struct {
		name, schema string
		want         resource.Source
	}{
		{"created_at", moment, resource.FromCreated},
		{"createdAt", "{type: string}", resource.FromCreated},
		{"created", "{type: integer}", resource.FromCreated},
		{"date_created", "{type: string, format: date}", resource.FromCreated},
		{"insertedAt", moment, resource.FromCreated},
		{"thingCreationTime", moment, resource.FromCreated},
		{"timestamp", moment, resource.FromCreated},
		{"created_by", "{type: string}", resource.FromSchema},
		{"created", "{type: boolean}", resource.FromSchema},
		{"parent_created_at", moment, resource.FromSchema},
		{"updated_on", moment, resource.FromUpdated},
		{"last_modified", moment, resource.FromUpdated},
		{"lastUpdateTime", "{type: [integer, 'null'], format: int64}", resource.FromUpdated},
		{"edited_timestamp", moment, resource.FromUpdated},
		{"modified_by", moment, resource.FromUpdated},
		{"child_updated_at", moment, resource.FromSchema},
	} {
		c := thing(t, things("id", "id: {type: string}, "+test.name+": "+test.schema, "", ""))
		assert.Equal(t, test.want, c.Field(test.name).Source, test.name)
	}
}

func TestHowAListIsPaged(t *testing.T) {
	list := func(members string) string {
		return `{type: object, required: [things], properties: {things: {type: array, items: {$ref: '#/components/schemas/Thing'}}, ` + members + `}}`
	}
	for _, test := range []struct{ query, list, want string }{
		{"limit offset", "", "offset: limit offset"},
		{"top skip", "", "offset: top skip"},
		{"maxResults startAt", "", "offset: maxResults startAt"},
		{"page per_page", "", "page: per_page page"},
		{"pageNumber pageSize", "", "page: pageSize pageNumber"},
		{"page[number] page[size]", "", "page: page[size] page[number]"},
		{"page", "", "page:  page"},
		{"cursor limit", list("next_cursor: {type: string}"), "cursor: limit cursor"},
		{"marker limit", list("next_marker: {type: string}"), "cursor: limit marker"},
		{"pageToken maxResults", list("nextPageToken: {type: string}"), "cursor: maxResults pageToken"},
		{"next-token", list("next-token: {type: string}"), "cursor:  next-token"},
		{"after before limit", "", "after: limit after before"},
		{"starting_after ending_before limit", list("has_more: {type: boolean}"), "after: limit starting_after ending_before"},
		{"after limit", list("paging: {type: object, properties: {cursors: {type: object, properties: {after: {type: string}}}}}"), "cursor: limit after"},
		{"limit offset cursor", list("next_cursor: {type: string}"), "offset: limit offset"},
		{"page limit cursor", list("next_cursor: {type: string}"), "cursor: limit cursor"},
		{"page limit cursor", list("total_pages: {type: integer}"), "page: limit page"},
		{"limit", "", ""},
		{"before limit", "", ""},
		{"", "", ""},
	} {
		var query []string
		for name := range strings.FieldsSeq(test.query) {
			kind := "string"
			if strings.Contains(strings.ToLower("limit offset top skip maxresults startat per_page pagenumber pagesize page[number] page[size] page"), strings.ToLower(name)) {
				kind = "integer"
			}
			query = append(query, fmt.Sprintf("{name: '%s', in: query, schema: {type: %s}}", name, kind))
		}
		page := thing(t, things("id", "id: {type: string}", strings.Join(query, ", "), test.list)).Page
		assert.Equal(t, test.want, paged(page), test.query)
	}
}

// paged tells how a list is paged in one line.
func paged(p *resource.Page) string {
	if p == nil {
		return ""
	}
	size, before := "", ""
	if p.Size != nil {
		size = p.Size.Name
	}
	if p.Before != nil {
		before = " " + p.Before.Name
	}
	return string(p.Style) + ": " + size + " " + p.Start.Name + before
}

func TestWhatStandsAroundAList(t *testing.T) {
	for members, want := range map[string]string{
		"count: {type: integer}":                                            "count",
		"count: {type: integer}, total: {type: integer}":                    "length count",
		"thingsCount: {type: integer}":                                      "count",
		"total_pages: {type: integer}, page: {type: integer}":               "pages start",
		"next: {type: string}, previous: {type: [string, 'null']}":          "next previous",
		"next_url: {type: string}, prev_cursor: {type: string}":             "next previous_cursor",
		"has_more: {type: boolean}, limit: {type: integer}":                 "more size",
		"next_page: {type: integer}":                                        "next_cursor",
		"self: {type: string}, first: {type: string}, last: {type: string}": "self first last",
		"took: {type: number}":                                              "",
	} {
		c := thing(t, things("id", "id: {type: string}", "", `{type: object, properties: {things: {type: array, items: {$ref: '#/components/schemas/Thing'}}, `+members+`}}`))
		var parts []string
		for _, m := range c.Envelope.Members[1:] {
			parts = append(parts, string(m.Part))
		}
		assert.Equal(t, want, strings.Join(parts, " "), members)
	}
}

func TestWhatFiltersAndSorts(t *testing.T) {
	const members = "id: {type: string}, kind: {type: string}, made_on: {type: string}, tags: {type: array, items: {type: string}}, secret: {type: string, writeOnly: true}"
	for query, want := range map[string]string{
		"{name: kind, in: query, schema: {type: string}}":                                                "kind=kind",
		"{name: 'filter[kind]', in: query, schema: {type: string}}":                                      "filter[kind]=kind",
		"{name: madeOn, in: query, schema: {type: string}}":                                              "madeOn=made_on",
		"{name: kind, in: query, description: A part of the kind to search for, schema: {type: string}}": "",
		"{name: kind, in: query, schema: {type: array, items: {type: string}}}":                          "",
		"{name: tags, in: query, schema: {type: string}}":                                                "",
		"{name: secret, in: query, schema: {type: string}}":                                              "",
		"{name: colour, in: query, schema: {type: string}}":                                              "",
		"{name: sort, in: query, schema: {type: string, enum: [kind, -kind]}}":                           "by sort signed kind>kind",
		"{name: sort, in: query, schema: {type: string, enum: [newest, oldest]}}":                        "",
		"{name: order_by, in: query, schema: {type: string, enum: [made-on]}}":                           "by order_by made-on>made_on",
		"{name: sort, in: query, schema: {type: string, enum: [kind], default: kind}}, {name: order, in: query, schema: {type: string, enum: [ASC, DESC], default: DESC}}": "by sort order kind>kind -kind",
	} {
		c := thing(t, things("id", members, query, ""))
		var got []string
		for _, f := range c.Filters {
			got = append(got, f.Param.Name+"="+f.Field)
		}
		if c.Sort != nil {
			got = append(got, "by "+c.Sort.By.Name)
			if c.Sort.Direction != nil {
				got = append(got, c.Sort.Direction.Name)
			}
			if c.Sort.Signed {
				got = append(got, "signed")
			}
			for value, field := range c.Sort.Fields {
				got = append(got, value+">"+field)
			}
		}
		if order := c.Order.String(); order != "" {
			got = append(got, order)
		}
		assert.Equal(t, want, strings.Join(got, " "), query)
	}
}
