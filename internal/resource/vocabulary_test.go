package resource_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"understudy/internal/contract"
	"understudy/internal/resource"
)

// vocabulary is what a document says in x-understudy, each in one line.
type vocabulary struct {
	path  string // of the collection
	op    string // of the operation that creates
	state string // of the member "state"
	root  string
	key   string // of the security scheme
}

// document is a collection with a vocabulary: of the path in line 5, of the
// member in line 26, of the document in line 32, of the scheme in line 30 and of the
// operation that creates in line 12.
func (v vocabulary) document() string {
	orEmpty := func(text string) string {
		if text == "" {
			return "{}"
		}
		return text
	}
	return `openapi: 3.1.0
info: {title: Jobs, version: "1"}
paths:
  /jobs:
    x-understudy: ` + orEmpty(v.path) + `
    get:
      parameters:
        - {name: limit, in: query, schema: {type: integer}}
        - {name: offset, in: query, schema: {type: integer}}
      responses: {'200': {description: ok, content: {application/json: {schema: {type: array, items: {$ref: '#/components/schemas/Job'}}}}}}
    post:
      x-understudy: ` + orEmpty(v.op) + `
      requestBody: {content: {application/json: {schema: {type: object, properties: {name: {type: string}}}}}}
      responses: {'201': {description: ok, content: {application/json: {schema: {$ref: '#/components/schemas/Job'}}}}}
components:
  schemas:
    State: {type: string, enum: [queued, running, done]}
    Job:
      type: object
      properties:
        id: {type: string}
        name: {type: string}
        by: {type: string}
        state:
          $ref: '#/components/schemas/State'
          x-understudy: ` + orEmpty(v.state) + `
  securitySchemes:
    Key:
      {type: http, scheme: bearer,
       x-understudy: ` + orEmpty(v.key) + `
      }
x-understudy: ` + orEmpty(v.root) + `
`
}

// infer reads the vocabulary.
func (v vocabulary) infer(tb testing.TB) (*resource.Model, error) {
	tb.Helper()
	c, err := contract.Load("api.yaml", []byte(v.document()))
	require.NoError(tb, err)
	return resource.Infer(c)
}

const stateAt = "/components/schemas/Job/properties/state/x-understudy"

func TestVocabularyFaults(t *testing.T) {
	const pathAt, opAt, keyAt = "/paths/~1jobs/x-understudy", "/paths/~1jobs/post/x-understudy", "/components/securitySchemes/Key/x-understudy"
	lifecycle := func(transitions string) vocabulary {
		return vocabulary{state: `{lifecycle: {initial: queued, transitions: [` + transitions + `]}}`}
	}
	tests := []struct {
		name       string
		vocabulary vocabulary
		want       []string // line, pointer and message
	}{
		{"an unknown key of a path", vocabulary{path: `{order: name, sorted: name}`}, []string{"5 " + pathAt + `/sorted: unknown key "sorted" in x-understudy`}},
		{"an unknown key of a page", vocabulary{path: `{page: {length: 3}}`}, []string{"5 " + pathAt + `/page/length: unknown key "length" in x-understudy`}},
		{"an unknown key of a member", vocabulary{state: `{generator: x}`}, []string{"26 " + stateAt + `/generator: unknown key "generator" in x-understudy`}},
		{"an unknown key of a lifecycle", vocabulary{state: `{lifecycle: {initial: queued, steps: []}}`}, []string{"26 " + stateAt + `/lifecycle/steps: unknown key "steps" in x-understudy`}},
		{"an unknown key of a transition", lifecycle(`{from: queued, to: done, after: 1s, when: never}`), []string{"26 " + stateAt + `/lifecycle/transitions/0/when: unknown key "when" in x-understudy`}},
		{"an unknown key of the document", vocabulary{root: `{error: {}}`}, []string{"32 /x-understudy/error: unknown key \"error\" in x-understudy"}},
		{"an unknown key of a scheme", vocabulary{key: `{tokens: x}`}, []string{"30 " + keyAt + `/tokens: unknown key "tokens" in x-understudy`}},

		{"an order by nothing", vocabulary{path: `{order: -created}`}, []string{"5 " + pathAt + `/order: the item has no member "created" to order by`}},
		{"no page size", vocabulary{path: `{page: {default: 0}}`}, []string{"5 " + pathAt + `/page/default: "0" is no page size`}},
		{"a page size in words", vocabulary{path: `{page: {default: ten, maximum: 1.5}}`}, []string{
			"5 " + pathAt + `/page/default: "ten" is no page size`, "5 " + pathAt + `/page/maximum: "1.5" is no page size`,
		}},
		{"what is not refused", vocabulary{path: `{refuse: [read_only, all]}`}, []string{"5 " + pathAt + `/refuse/1: "all" is nothing that can be refused`}},

		{"a name that is none", vocabulary{path: `{collection: true}`}, []string{"5 " + pathAt + `/collection: this is no name of a collection`}},
		{"a singleton in words", vocabulary{path: `{singleton: perhaps}`}, []string{"5 " + pathAt + `/singleton: "perhaps" is neither true nor false`}},
		{"an item that is nowhere", vocabulary{path: `{item: '/tasks/{id}'}`}, []string{"5 " + pathAt + `/item: "/tasks/{id}" is no path of an item`}},
		{"an id that is no member", vocabulary{path: `{id: number}`}, []string{"5 " + pathAt + `/id: the item has no member "number" to be its id`}},
		{"items that are nowhere", vocabulary{path: `{items: data.jobs}`}, []string{"5 " + pathAt + `/items: the list has no member "data.jobs"`}},
		{"an unknown style of paging", vocabulary{path: `{page: {style: scroll}}`}, []string{"5 " + pathAt + `/page/style: unknown style of paging "scroll"`}},
		{"a parameter that is not declared", vocabulary{path: `{page: {size: many, start: sheet}}`}, []string{
			"5 " + pathAt + `/page/size: the list has no query parameter "many"`, "5 " + pathAt + `/page/start: the list has no query parameter "sheet"`,
		}},
		{"no number of a page", vocabulary{path: `{page: {style: page, start: offset, first: -1}}`}, []string{"5 " + pathAt + `/page/first: "-1" is no number of a page`}},
		{"a sort by nothing", vocabulary{path: `{sort: {direction: limit}}`}, []string{"5 " + pathAt + `/sort: the parameter that sorts is missing`}},
		{"a sort by another list's parameter", vocabulary{path: `{sort: {by: arrange}}`}, []string{"5 " + pathAt + `/sort/by: the list has no query parameter "arrange"`}},
		{"a sort to a member that is none", vocabulary{path: `{sort: {by: limit, fields: {age: age}}}`}, []string{"5 " + pathAt + `/sort/fields/age: the item has no member "age"`}},
		{"filters that are none", vocabulary{path: `{filters: {q: name, limit: age}}`}, []string{
			"5 " + pathAt + `/filters/q: the list has no query parameter "q"`, "5 " + pathAt + `/filters/limit: the item has no member "age"`,
		}},
		{"no quota", vocabulary{path: `{quota: 0}`}, []string{"5 " + pathAt + `/quota: "0" is no quota`}},

		{"an unknown key of an operation", vocabulary{op: `{rolle: list}`}, []string{"12 " + opAt + `/rolle: unknown key "rolle" in x-understudy`}},
		{"an unknown role", vocabulary{op: `{role: make}`}, []string{"12 " + opAt + `/role: unknown role "make"`}},
		{"a wrap around nothing", vocabulary{op: `{wrap: job}`}, []string{
			"12 " + opAt + `/wrap: the answer has no member "job"`, "12 " + opAt + `/wrap: the body has no member "job"`,
		}},
		{"a wrap in a wrap", vocabulary{op: `{wrap: {request: data.job, response: false}}`}, []string{
			"12 " + opAt + `/wrap/request: an item is sent in one member, not in "data.job"`, "12 " + opAt + `/wrap: the body has no member "data.job"`,
		}},

		{"an unknown source", vocabulary{state: `{source: server}`}, []string{"26 " + stateAt + `/source: unknown source "server"`}},
		{"no initial state", vocabulary{state: `{lifecycle: {transitions: []}}`}, []string{"26 " + stateAt + `/lifecycle: a state is missing`}},
		{"an initial state that is none", vocabulary{state: `{lifecycle: {initial: new}}`}, []string{"26 " + stateAt + `/lifecycle/initial: "new" is no value of state`}},
		{"states that are none", lifecycle(`{from: started, to: running, after: 1s}, {from: running, to: ended, after: 1s}`), []string{
			"26 " + stateAt + `/lifecycle/transitions/0/from: "started" is no value of state`,
			"26 " + stateAt + `/lifecycle/transitions/1/to: "ended" is no value of state`,
		}},
		{"missing states", lifecycle(`{from: queued, after: 1s}, {to: done, after: 1s}`), []string{
			"26 " + stateAt + `/lifecycle/transitions/0: a state is missing`, "26 " + stateAt + `/lifecycle/transitions/1: a state is missing`,
		}},
		{"a delay without a unit", lifecycle(`{from: queued, to: running, after: 5}`), []string{"26 " + stateAt + `/lifecycle/transitions/0: after: "5" is no delay`}},
		{"a negative delay", lifecycle(`{from: queued, to: running, after: -5s}`), []string{"26 " + stateAt + `/lifecycle/transitions/0: after: "-5s" is no delay`}},
		{"no delay", lifecycle(`{from: queued, to: running}`), []string{"26 " + stateAt + `/lifecycle/transitions/0: after: "" is no delay`}},
		{"a circle without delay", lifecycle(`{from: queued, to: running, after: 0s}, {from: running, to: queued, after: 0s}`), []string{"26 " + stateAt + `/lifecycle: the transitions from "queued" go in a circle without delay`}},
		{"a state that leads to itself", lifecycle(`{from: queued, to: running, after: 1s}, {from: running, to: running, after: 0s}`), []string{"26 " + stateAt + `/lifecycle: the transitions from "running" go in a circle without delay`}},

		{"a removal that leads on", lifecycle(`{from: queued, to: done, after: 1s, remove: true}`), []string{"26 " + stateAt + `/lifecycle/transitions/0: a transition that removes the item leads to no state`}},

		{"an unknown cause", vocabulary{root: `{errors: {no_such_thing: {}, not_found: {}}}`}, []string{`32 /x-understudy/errors/no_such_thing: unknown cause "no_such_thing"`}},
		{"a cause with a keyword", vocabulary{root: `{errors: {not_found.type: {}, invalid.type: {}}}`}, []string{`32 /x-understudy/errors/not_found.type: unknown cause "not_found.type"`}},
		{"an error that is no body", vocabulary{root: `{errors: {not_found: 7}}`}, []string{`32 /x-understudy/errors/not_found: the body of "not_found" is no object, list or text`}},
		{"an unknown cause of a status", vocabulary{root: `{statuses: {gone: 410}}`}, []string{`32 /x-understudy/statuses/gone: unknown cause "gone"`}},
		{"a status that is none of an error", vocabulary{root: `{statuses: {not_found: 200}}`}, []string{`32 /x-understudy/statuses/not_found: "200" is no status of an error`}},

		{"several faults", vocabulary{path: `{order: none, sorted: x}`, state: `{source: x}`, root: `{errors: {x: {}}}`, key: `{x: y}`}, []string{
			"5 " + pathAt + `/order: the item has no member "none" to order by`,
			"5 " + pathAt + `/sorted: unknown key "sorted" in x-understudy`,
			"26 " + stateAt + `/source: unknown source "x"`,
			"30 " + keyAt + `/x: unknown key "x" in x-understudy`,
			`32 /x-understudy/errors/x: unknown cause "x"`,
		}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := test.vocabulary.infer(t)
			var faults contract.Faults
			require.ErrorAs(t, err, &faults)
			var got []string
			for _, f := range faults {
				got = append(got, fmt.Sprintf("%d %s: %s", f.Line, f.Pointer, f.Message))
				assert.Equal(t, "api.yaml", f.File)
				assert.NotEmpty(t, f.Hint)
			}
			assert.ElementsMatch(t, test.want, got)
		})
	}
}

func TestVocabularyOfAnotherShape(t *testing.T) {
	for name, v := range map[string]vocabulary{
		"of a path":        {path: `order`},
		"an order":         {path: `{order: [name]}`},
		"a page":           {path: `{page: 10}`},
		"a name":           {path: `{collection: [jobs]}`},
		"filters":          {path: `{filters: [name]}`},
		"of an operation":  {op: `act`},
		"a role":           {op: `{role: [act]}`},
		"what removes":     {state: `{lifecycle: {initial: queued, transitions: [{from: queued, to: done, after: 1s, remove: soon}]}}`},
		"of a member":      {state: `queued`},
		"a template":       {state: `{generate: {a: b}}`},
		"a lifecycle":      {state: `{lifecycle: queued}`},
		"the transitions":  {state: `{lifecycle: {initial: queued, transitions: {from: queued}}}`},
		"a transition":     {state: `{lifecycle: {initial: queued, transitions: [queued]}}`},
		"what it sets":     {state: `{lifecycle: {initial: queued, transitions: [{from: queued, to: done, after: 1s, set: name}]}}`},
		"of the document":  {root: `errors`},
		"the errors":       {root: `{errors: [not_found]}`},
		"of a scheme":      {key: `token`},
		"a token":          {key: `{token: [a]}`},
		"a duration alone": {state: `{lifecycle: {initial: queued, transitions: 5s}}`},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := v.infer(t)
			var faults contract.Faults
			require.ErrorAs(t, err, &faults)
			assert.NotEmpty(t, faults[0].Pointer)
			assert.NotZero(t, faults[0].Line)
		})
	}
}

// A maximum caps what requests ask for; what they get without asking may be more.
func TestVocabularyMayNameADefaultAboveTheMaximum(t *testing.T) {
	m, err := vocabulary{path: `{page: {default: 11, maximum: 10}}`}.infer(t)
	require.NoError(t, err)
	assert.Equal(t, 10, m.Collections[0].Page.Maximum)
	assert.Equal(t, 11, m.Collections[0].Page.Default)
}

// A maximum below the usual page is no contradiction, but a smaller page.
func TestVocabularyMayNameOnlyTheMaximum(t *testing.T) {
	m, err := vocabulary{path: `{page: {maximum: 50}}`}.infer(t)
	require.NoError(t, err)
	assert.Equal(t, 50, m.Collections[0].Page.Maximum)
	assert.Equal(t, 50, m.Collections[0].Page.Default)
}

func TestVocabularyIsFollowed(t *testing.T) {
	m, err := vocabulary{
		path:  `{order: name, page: {default: 20}, refuse: [unknown]}`,
		state: `{lifecycle: {initial: queued, transitions: [{from: queued, to: running, after: 0s, set: {by: robot}}, {from: running, to: queued, after: 1m30s}]}}`,
		root:  `{errors: {not_found: {code: 404}, invalid.maxLength: {code: 400}}, statuses: {not_found: 410}}`,
		key:   `{token: 'k_{number:1,9}'}`,
	}.infer(t)
	require.NoError(t, err)
	c := m.Collections[0]
	assert.Equal(t, resource.Order{Field: "name"}, c.Order)
	assert.Equal(t, 20, c.Page.Default)
	assert.Equal(t, []resource.Transition{
		{From: "queued", To: "running", Set: map[string]any{"by": "robot"}},
		{From: "running", To: "queued", After: 90 * time.Second},
	}, c.Lifecycle.Transitions)
	assert.Equal(t, resource.FromLifecycle, c.Field("state").Source)
	assert.Equal(t, "queued", c.Field("state").Default)
	assert.Equal(t, "404", m.Errors["not_found"].Get("code").Text())
	assert.Equal(t, map[string]int{"not_found": 410}, m.Statuses)
	assert.True(t, c.Refuses(resource.UnknownMembers))
	assert.False(t, c.Refuses(resource.ReadOnlyMembers))
	assert.Equal(t, map[string]string{"Key": "k_{number:1,9}"}, m.Tokens)
	assert.Empty(t, m.Doubts)
}

func TestVocabularyGoesBeforeAGuess(t *testing.T) {
	for text, want := range map[string]resource.Source{
		`{}`:                              resource.FromEnum,
		`{generate: queued}`:              resource.FromTemplate,
		`{source: key.user}`:              resource.FromUser,
		`{source: created}`:               resource.FromCreated,
		`{source: updated}`:               resource.FromUpdated,
		`{source: client}`:                resource.FromClient,
		`{source: client, generate: x}`:   resource.FromClient,
		`{lifecycle: {initial: running}}`: resource.FromLifecycle,
	} {
		m, err := vocabulary{state: text}.infer(t)
		require.NoError(t, err, text)
		assert.Equal(t, want, m.Collections[0].Field("state").Source, text)
	}
	m, err := vocabulary{}.infer(t)
	require.NoError(t, err)
	assert.Equal(t, resource.FromClient, m.Collections[0].Field("name").Source)
	assert.Equal(t, 100, m.Collections[0].Page.Default)
}
