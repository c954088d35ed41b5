package resource_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"understudy"
	"understudy/internal/contract"
	"understudy/internal/resource"
)

// infer reads a document that must be good.
func infer(tb testing.TB, document string) *resource.Model {
	tb.Helper()
	c, err := contract.Load("api.yaml", []byte(document))
	require.NoError(tb, err)
	m, err := resource.Infer(c)
	require.NoError(tb, err)
	return m
}

// defaultModel is what the default document means.
func defaultModel(tb testing.TB) (*contract.Contract, *resource.Model) {
	tb.Helper()
	c, err := contract.Load("openapi.yaml", understudy.OpenAPI)
	require.NoError(tb, err)
	m, err := resource.Infer(c)
	require.NoError(tb, err)
	return c, m
}

// sources lists the members of an item with where their values come from.
func sources(c *resource.Collection) []string {
	var lines []string
	for _, f := range c.Fields {
		line := f.Name + " " + string(f.Source)
		if f.Required {
			line += " required"
		}
		if f.HasDefault || f.Source == resource.FromEnum {
			line += fmt.Sprintf(" default=%v", f.Default)
		}
		if f.Template != "" {
			line += " template=" + f.Template
		}
		lines = append(lines, line)
	}
	return lines
}

// envelope lists the members around the items of a list.
func envelope(c *resource.Collection) []string {
	var lines []string
	for _, m := range c.Envelope.Members {
		lines = append(lines, m.Name+" "+string(m.Part))
	}
	return lines
}

// parents lists the parameters before a collection with what holds their values.
func parents(c *resource.Collection) []string {
	var lines []string
	for _, p := range c.Parents {
		holder := "nothing"
		if p.Collection != nil {
			holder = p.Collection.Name
		}
		lines = append(lines, p.Param+" of "+holder)
	}
	return lines
}

// roles lists what an API offers on a collection.
func roles(c *resource.Collection) []string {
	var lines []string
	for _, role := range []resource.Role{resource.List, resource.Create, resource.Retrieve, resource.Update, resource.Replace, resource.Remove} {
		if op := c.Operations[role]; op != nil {
			lines = append(lines, string(role)+" "+op.ID)
		}
	}
	return lines
}

func TestInferReadsTheDefaultDocument(t *testing.T) {
	read, m := defaultModel(t)
	assert.Empty(t, m.Doubts)
	require.Len(t, m.Collections, 1)
	c := m.Collections[0]
	assert.Same(t, c, m.Collection("proxy_records"))
	assert.Same(t, c, m.Collection(c.Path))
	assert.Same(t, c, m.Collection(c.Path+"/"))
	assert.Nil(t, m.Collection("records"))

	assert.Equal(t, "proxy_records", c.Name)
	assert.Equal(t, "/api/organizations/{organization_id}/proxy_records", c.Path)
	assert.Equal(t, "/api/organizations/{organization_id}/proxy_records/{id}", c.ItemPath)
	assert.Equal(t, []string{"organization_id of nothing"}, parents(c))
	assert.Equal(t, "id", c.IDParam)
	assert.Equal(t, "id", c.IDField)
	assert.False(t, c.ClientID)
	assert.Equal(t, "/components/schemas/ProxyRecord", c.Item.Node().Pointer())
	assert.Equal(t, []string{
		"list proxy_records_list", "create proxy_records_create", "retrieve proxy_records_retrieve",
		"update proxy_records_partial_update", "remove proxy_records_destroy",
	}, roles(c))
	assert.Equal(t, []string{
		"id id required",
		"domain client required template=e.{domainname}",
		"target_cname template required template={regex:[0-9a-f]{20}}.proxy-us.posthog.com.",
		"status lifecycle required default=waiting",
		"message default required default=<nil>",
		"created_at created required",
		"updated_at updated required",
		"created_by key.user required",
	}, sources(c))
	assert.Equal(t, []string{"count count", "next next", "previous previous", "results items"}, envelope(c))
	assert.False(t, c.Envelope.Bare())
	assert.Equal(t, resource.Order{Field: "created_at", Descending: true}, c.Order)
	assert.Equal(t, "-created_at", c.Order.String())
	list := c.Operations[resource.List]
	assert.Equal(t, &resource.Page{Style: resource.LimitOffset, Size: list.Parameter("query", "limit"), Start: list.Parameter("query", "offset"), Default: 100, Maximum: 10000}, c.Page)
	assert.Equal(t, &resource.Lifecycle{Field: "status", Initial: "waiting", Transitions: []resource.Transition{
		{From: "waiting", To: "issuing", After: 5 * time.Second},
		{From: "issuing", To: "valid", After: 10 * time.Second, Set: map[string]any{"message": ""}},
	}}, c.Lifecycle)
	assert.Equal(t, "issuing", c.Lifecycle.Next("waiting").To)
	assert.Nil(t, c.Lifecycle.Next("valid"))

	assert.Equal(t, map[string]string{"PersonalAPIKey": "phx_{regex:[0-9A-Za-z]{43}}"}, m.Tokens)
	assert.Len(t, m.Errors, len(read.Root().Get(contract.Extension).Get("errors").Names()))
	assert.Equal(t, "Not found.", m.Errors["not_found"].Get("detail").Text())
	assert.Equal(t, "blank", m.Errors["invalid.minLength"].Get("code").Text())
}

func TestBindTellsWhatAnOperationDoes(t *testing.T) {
	c, m := defaultModel(t)
	for i, role := range []resource.Role{resource.List, resource.Create, resource.Retrieve, resource.Update, resource.Remove} {
		binding, ok := m.Bind(c.Operations[i])
		assert.True(t, ok)
		assert.Same(t, m.Collections[0], binding.Collection)
		assert.Equal(t, role, binding.Role)
		assert.Empty(t, binding.Sent)
		assert.Equal(t, role != resource.Remove, binding.ShowsItem, role)
		assert.Equal(t, role != resource.List, binding.Shown.Bare(), role)
	}
	_, ok := m.Bind(nil)
	assert.False(t, ok)
	assert.Equal(t, []string{"organization:read"}, resource.Scopes(c.Operations[0]))
	assert.Equal(t, []string{}, resource.Scopes(&contract.Operation{}))
}

// shopDocument has collections of every shape, and operations of none.
const shopDocument = `openapi: 3.0.3
info: {title: Shop, version: "1"}
paths:
  /shops:
    get: {operationId: listShops, responses: {'200': {description: ok, content: {application/json: {schema: {type: array, items: {$ref: '#/components/schemas/Shop'}}}}}}}
    post: {operationId: openShop, requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/Shop'}}}}, responses: {'201': {description: ok, content: {application/json: {schema: {$ref: '#/components/schemas/Shop'}}}}}}
  /shops/{slug}:
    parameters: [{name: slug, in: path, required: true, schema: {type: string}}]
    get: {operationId: readShop, responses: {'200': {description: ok, content: {application/json: {schema: {$ref: '#/components/schemas/Shop'}}}}}}
    put: {operationId: putShop, requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/Shop'}}}}, responses: {'204': {description: ok}}}
  /shops/{slug}/close:
    parameters: [{name: slug, in: path, required: true, schema: {type: string}}]
    post: {operationId: closeShop, responses: {'204': {description: ok}}}
  /shops/{slug}/owner:
    parameters: [{name: slug, in: path, required: true, schema: {type: string}}]
    get: {operationId: readOwner, responses: {'200': {description: ok, content: {application/json: {schema: {type: object, properties: {name: {type: string}}}}}}}}
    put: {operationId: setOwner, responses: {'204': {description: ok}}}
  /shops/{shop}/items/{item_id}:
    parameters:
      - {name: shop, in: path, required: true, schema: {type: string}}
      - {name: item_id, in: path, required: true, schema: {type: integer}}
    get: {operationId: readItem, responses: {'200': {description: ok, content: {application/json: {schema: {$ref: '#/components/schemas/Item'}}}}}}
    patch: {operationId: changeItem, requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/Item'}}}}, responses: {'200': {description: ok}}}
    delete: {operationId: dropItem, responses: {'204': {description: ok}}}
  /shops/{shop}/items:
    parameters: [{name: shop, in: path, required: true, schema: {type: string}}]
    get:
      operationId: listItems
      parameters:
        - {name: limit, in: query, schema: {type: integer}}
        - {name: offset, in: query, schema: {type: integer}}
      responses:
        '200':
          description: ok
          content:
            application/json:
              schema:
                type: object
                required: [items, total_count, next_url, prev, took]
                properties:
                  items: {type: array, items: {$ref: '#/components/schemas/Item'}}
                  total_count: {type: integer}
                  next_url: {type: string, nullable: true}
                  prev: {type: string, nullable: true}
                  took: {type: number}
                  hint: {type: string}
    post: {operationId: addItem, requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/NewItem'}}}}, responses: {'201': {description: ok}}}
  /catalogue:
    get: {operationId: readCatalogue, responses: {'200': {description: ok, content: {application/json: {schema: {type: array, items: {type: string}}}}}}}
  /visits:
    get:
      operationId: listVisits
      parameters: [{name: page_token, in: query, schema: {type: string}}, {name: limit, in: query, schema: {type: integer}}]
      responses: {'200': {description: ok, content: {application/json: {schema: {type: object, properties: {visits: {type: array, items: {$ref: '#/components/schemas/Visit'}}}}}}}}
    post: {operationId: addVisit, requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/Visit'}}}}, responses: {'201': {description: ok}}}
  /visits/{id}:
    delete: {operationId: dropVisit, parameters: [{name: id, in: path, required: true, schema: {type: string}}], responses: {'204': {description: ok}}}
  /reports:
    get: {operationId: listReports, responses: {'200': {description: ok, content: {application/json: {schema: {type: object, properties: {good: {type: array, items: {}}, bad: {type: array, items: {}}}}}}}}}
    post: {operationId: addReport, responses: {'201': {description: ok}}}
  /reports/{id}:
    get: {operationId: readReport, parameters: [{name: id, in: path, required: true, schema: {type: string}}], responses: {'200': {description: ok}}}
  /files/{id}.json:
    get: {operationId: readFile, parameters: [{name: id, in: path, required: true, schema: {type: string}}], responses: {'200': {description: ok}}}
  /:
    get: {operationId: readRoot, responses: {'200': {description: ok, content: {application/json: {schema: {type: array, items: {type: string}}}}}}}
    post: {operationId: writeRoot, responses: {'201': {description: ok}}}
components:
  schemas:
    Shop:
      type: object
      required: [slug, name]
      properties:
        slug: {type: string}
        name: {type: string}
        open: {type: boolean, default: true}
    NewItem:
      type: object
      required: [title]
      properties:
        title: {type: string}
        price: {type: number, default: 1}
    Item:
      allOf:
        - {$ref: '#/components/schemas/NewItem'}
        - type: object
          required: [id, state]
          properties:
            id: {type: integer, readOnly: true}
            state: {type: string, enum: [fresh, stale], readOnly: true}
            note: {type: string, nullable: true, readOnly: true}
            rank: {type: integer, default: 7, readOnly: true}
            shelf: {type: string, readOnly: true}
            creationTime: {type: string, format: date-time, readOnly: true}
            last_modified: {type: string, format: date-time, readOnly: true}
            created_by: {type: string, readOnly: true}
    Visit:
      type: object
      properties:
        visitor: {type: string}
`

func TestInferReadsCollections(t *testing.T) {
	m := infer(t, shopDocument)
	var names []string
	for _, c := range m.Collections {
		names = append(names, c.Name+" "+c.Path+" "+c.ItemPath)
	}
	assert.Equal(t, []string{
		"shops /shops /shops/{slug}",
		"items /shops/{shop}/items /shops/{shop}/items/{item_id}",
		"visits /visits /visits/{id}",
		"reports /reports /reports/{id}",
	}, names)
}

func TestInferReadsABareList(t *testing.T) {
	shops := infer(t, shopDocument).Collection("shops")
	assert.Equal(t, []string{"list listShops", "create openShop", "retrieve readShop", "replace putShop"}, roles(shops))
	assert.True(t, shops.Envelope.Bare())
	assert.Nil(t, shops.Page)
	assert.Zero(t, shops.Order)
	assert.Empty(t, shops.Order.String())
	assert.Empty(t, shops.Parents)
	assert.Nil(t, shops.Lifecycle)
}

func TestInferLetsTheClientChooseTheID(t *testing.T) {
	m := infer(t, shopDocument)
	shops := m.Collection("shops")
	assert.Equal(t, "slug", shops.IDParam)
	assert.Equal(t, "slug", shops.IDField)
	assert.True(t, shops.ClientID)
	assert.Equal(t, []string{"slug id required", "name client required", "open client default=true"}, sources(shops))
	assert.False(t, m.Collection("items").ClientID)
}

func TestInferReadsANestedCollection(t *testing.T) {
	m := infer(t, shopDocument)
	items := m.Collection("items")
	assert.Equal(t, []string{"shop of shops"}, parents(items), "the parameter's name is another one, its place is not")
	assert.Equal(t, []string{"list listItems", "create addItem", "retrieve readItem", "update changeItem", "remove dropItem"}, roles(items))
	assert.Equal(t, "item_id", items.IDParam)
	assert.Equal(t, "id", items.IDField)
	assert.Equal(t, []string{
		"title client required",
		"price client default=1",
		"id id required",
		"state enum required default=fresh",
		"note null",
		"rank default default=7",
		"shelf schema",
		"creationTime created",
		"last_modified updated",
		"created_by schema",
	}, sources(items))
	assert.Equal(t, []string{"items items", "total_count count", "next_url next", "prev previous", "took other"}, envelope(items))
	assert.Equal(t, 100, items.Page.Default)
	assert.Zero(t, items.Page.Maximum)
	assert.Equal(t, "limit", items.Page.Size.Name)
	assert.Equal(t, "offset", items.Page.Start.Name)
	assert.Equal(t, "state", items.Field("state").Name)
	assert.Nil(t, items.Field("none"))
}

func TestInferSaysWhatItDoubts(t *testing.T) {
	c, err := contract.Load("api.yaml", []byte(shopDocument))
	require.NoError(t, err)
	m, err := resource.Infer(c)
	require.NoError(t, err)
	took := "/paths/~1shops~1{shop}~1items/get/responses/200/content/application~1json/schema/properties/took"
	var got []string
	for _, d := range m.Doubts {
		got = append(got, d.Pointer+": "+d.Message)
		assert.Equal(t, c.Root().At(d.Pointer).Line(), d.Line)
		assert.NotEmpty(t, d.Settle)
	}
	assert.ElementsMatch(t, []string{
		took + `: what "took" of the list holds is unknown; a value is made up from its schema`,
		`/paths/~1visits: no member of the item at /visits/{id} is what {id} names`,
		`/paths/~1shops~1{slug}~1owner/put: PUT /shops/{slug}/owner may change what GET shows there; it is taken for an action on an item of /shops`,
		`/paths/~1visits/get: the answer of /visits has nothing that asks for the next page`,
		`/paths/~1reports/post: the responses of /reports give an item no schema, so its members are unknown`,
		`/paths/~1reports/get: GET /reports belongs to no collection and is answered from the document alone: it has several lists`,
	}, got)
}

// Which of two arrays holds the items is anybody's guess.
func TestInferDoubtsAListOfTwoArrays(t *testing.T) {
	reports := infer(t, shopDocument).Collection("reports")
	assert.Equal(t, []string{"create addReport", "retrieve readReport"}, roles(reports))
	assert.True(t, reports.Envelope.Bare())
	assert.Nil(t, reports.Item)
	assert.Empty(t, reports.Fields)
}

func TestInferReadsAnItemWithoutAResponseOfItsOwn(t *testing.T) {
	visits := infer(t, shopDocument).Collection("visits")
	assert.Equal(t, "/components/schemas/Visit", visits.Item.Node().Pointer())
	assert.Equal(t, []string{"visits items"}, envelope(visits))
	assert.Empty(t, visits.IDField)
	assert.Equal(t, "id", visits.IDParam)
	assert.Equal(t, resource.Cursor, visits.Page.Style)
}

func TestInferTakesTrailingSlashesForNothing(t *testing.T) {
	m := infer(t, strings.NewReplacer("/shops:", "/shops/:", "/visits:", "/visits/:").Replace(shopDocument))
	assert.Equal(t, "/shops", m.Collections[0].Path)
	assert.Equal(t, []string{"list listShops", "create openShop", "retrieve readShop", "replace putShop"}, roles(m.Collections[0]))
	assert.Equal(t, []string{"shop of shops"}, parents(m.Collection("items")))
}

func TestInferIsTheSameEveryTime(t *testing.T) {
	_, first := defaultModel(t)
	for range 2 {
		_, again := defaultModel(t)
		assert.Equal(t, sources(first.Collections[0]), sources(again.Collections[0]))
		assert.Equal(t, envelope(first.Collections[0]), envelope(again.Collections[0]))
	}
}

// A schema that is made of itself has no members of its own.
func TestInferSurvivesSchemasMadeOfThemselves(t *testing.T) {
	c, err := contract.Load("api.yaml", []byte(strings.ReplaceAll(shopDocument, "allOf:\n        - {$ref: '#/components/schemas/NewItem'}", "allOf:\n        - {$ref: '#/components/schemas/Item'}")))
	if err != nil {
		return // it may be refused
	}
	m, err := resource.Infer(c)
	require.NoError(t, err)
	assert.Equal(t, "id", m.Collection("items").IDField)
}

func TestWordsOfTheDocumentAreNoParents(t *testing.T) {
	model := infer(t, `
openapi: 3.1.0
info: {title: Templates, version: '1'}
paths:
  /templates:
    get: {responses: {'200': {description: All, content: {application/json: {schema: {type: array, items: {$ref: '#/components/schemas/Template'}}}}}}}
  /templates/{template_id}:
    parameters: [{name: template_id, in: path, required: true, schema: {type: string}}]
    get: {responses: {'200': {description: One, content: {application/json: {schema: {$ref: '#/components/schemas/Template'}}}}}}
  /templates/{scope}/{key}/schema:
    parameters:
      - {name: scope, in: path, required: true, schema: {type: string, enum: [global, local]}}
      - {name: key, in: path, required: true, schema: {type: string}}
    get: {responses: {'200': {description: It, content: {application/json: {schema: {$ref: '#/components/schemas/Template'}}}}}}
    put:
      requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/Template'}}}}
      responses: {'200': {description: It, content: {application/json: {schema: {$ref: '#/components/schemas/Template'}}}}}
components:
  schemas:
    Template: {type: object, required: [id], properties: {id: {type: string}, name: {type: string}}}
`)
	c := model.Collection("/templates/{scope}/{key}/schema")
	require.NotNil(t, c)
	require.Equal(t, []resource.Parent{{Param: "scope"}, {Param: "key"}}, c.Parents)
}

// What the generators of frameworks leave to be guessed.
func TestInferReadsWhatFrameworksGenerate(t *testing.T) {
	m := infer(t, `
openapi: 3.0.3
info: {title: Billing, version: '1'}
paths:
  /customers/:
    get: {responses: {'200': {description: all, content: {application/json: {schema: {type: array, items: {$ref: '#/components/schemas/Customer'}}}}}}}
    post: {requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/Customer'}}}}, responses: {'201': {description: made, content: {application/json: {schema: {$ref: '#/components/schemas/Customer'}}}}}}
  /customers/{customer_id}/: {get: {parameters: [{name: customer_id, in: path, required: true, schema: {type: integer}}], responses: {'200': {description: one, content: {application/json: {schema: {$ref: '#/components/schemas/Customer'}}}}}}}
  /customers/{customer_id}/invoices/:
    parameters: [{name: customer_id, in: path, required: true, schema: {type: integer}}]
    get:
      parameters: [{name: page, in: query, schema: {type: integer}}, {name: size, in: query, schema: {type: integer}}]
      responses: {'200': {description: all, content: {application/json: {schema: {type: object, properties: {items: {type: array, items: {$ref: '#/components/schemas/Invoice'}}, total: {type: integer}, page: {type: integer}, size: {type: integer}, pages: {type: integer}}}}}}}
    post: {requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/InvoiceInput'}}}}, responses: {'201': {description: made, content: {application/json: {schema: {$ref: '#/components/schemas/Invoice'}}}}}}
  /customers/{customer_id}/invoices/{id}/:
    parameters: [{name: customer_id, in: path, required: true, schema: {type: integer}}, {name: id, in: path, required: true, schema: {type: integer}}]
    get: {responses: {'200': {description: one, content: {application/json: {schema: {$ref: '#/components/schemas/Invoice'}}}}}}
components:
  schemas:
    Customer: {type: object, properties: {id: {type: integer, readOnly: true}, name: {type: string}}}
    InvoiceInput: {type: object, properties: {state: {type: string, enum: [draft, sent], default: sent}}}
    Invoice: {type: object, required: [id, customer, state], properties: {id: {type: integer, readOnly: true}, customer: {type: integer, readOnly: true}, state: {type: string, enum: [draft, sent]}}}
`)
	invoices := m.Collection("invoices")
	assert.Equal(t, []string{"id id required", "customer parent required", "state client required default=sent"}, sources(invoices))
	assert.Equal(t, "customer_id", invoices.Field("customer").Parent)
	assert.Equal(t, []string{"items items", "total count", "page start", "size size", "pages pages"}, envelope(invoices))
}
