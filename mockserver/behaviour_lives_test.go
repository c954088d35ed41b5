package mockserver_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"understudy/internal/contract"
	"understudy/internal/resource"
)

// jobs is a collection whose items move by themselves, are acted upon, take their
// time to go, and may be three at most.
var jobs = smallDocument(`
  /jobs:
    get: {responses: {'200': {description: Jobs, content: {application/json: {schema: {type: array, items: {$ref: '#/components/schemas/Job'}}}}}}}
    post:
      requestBody: {content: {application/json: {schema: {type: object, properties: {name: {type: string}}}}}}
      responses:
        '202': {description: The job, content: {application/json: {schema: {$ref: '#/components/schemas/Job'}}}}
        '422': {description: No, content: {application/json: {schema: {$ref: '#/components/schemas/Failure'}}}}
  /jobs/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: integer}}]
    get: {responses: {'200': {description: The job, content: {application/json: {schema: {$ref: '#/components/schemas/Job'}}}}}}
    delete:
      responses:
        '202': {description: It goes, content: {application/json: {schema: {$ref: '#/components/schemas/Job'}}}}
        '204': {description: It is gone}
  /jobs/{id}/retry:
    parameters: [{name: id, in: path, required: true, schema: {type: integer}}]
    post:
      responses:
        '200': {description: The job, content: {application/json: {schema: {$ref: '#/components/schemas/Job'}}}}
        '400': {description: No, content: {application/json: {schema: {$ref: '#/components/schemas/Failure'}}}}
  /jobs/{id}/ping:
    parameters: [{name: id, in: path, required: true, schema: {type: integer}}]
    post: {responses: {'200': {description: Pong, content: {application/json: {schema: {type: object}, example: {pong: true}}}}}}
  /jobs/{id}/hush:
    parameters: [{name: id, in: path, required: true, schema: {type: integer}}]
    post: {responses: {'204': {description: Quiet}}}
  /jobs/{job_id}/logs:
    parameters: [{name: job_id, in: path, required: true, schema: {type: integer}}]
    get: {responses: {'200': {description: Logs, content: {application/json: {schema: {type: array, items: {$ref: '#/components/schemas/Log'}}}}}}}
    post:
      requestBody: {content: {application/json: {schema: {type: object, properties: {name: {type: string}}}}}}
      responses: {'201': {description: The log, content: {application/json: {schema: {$ref: '#/components/schemas/Log'}}}}}
`, `
    Failure: {type: object, required: [error], properties: {error: {type: object, required: [code, message], properties: {code: {type: string}, message: {type: string}}}}}
    Log: {type: object, required: [id], properties: {id: {type: integer, readOnly: true}, name: {type: string}}}
    Job:
      type: object
      required: [id, state]
      properties:
        id: {type: integer, readOnly: true}
        name: {type: string}
        note: {type: [string, 'null'], readOnly: true}
        state: {type: string, readOnly: true, enum: [waiting, failed, done, going]}
`)

// alive says how jobs live.
func alive(c *contract.Contract, m *resource.Model) {
	jobs := m.Collection("/jobs")
	jobs.Quota = 3
	jobs.Field("state").Source = resource.FromLifecycle
	jobs.Field("state").Default, jobs.Field("state").HasDefault = "waiting", true
	jobs.Lifecycle = &resource.Lifecycle{Field: "state", Initial: "waiting", Transitions: []resource.Transition{
		{From: "waiting", To: "failed", After: 10 * time.Second, Set: map[string]any{"note": "oh"}},
		{From: "going", After: time.Minute, Remove: true},
	}}
	jobs.Removal = &resource.Removal{When: []string{"failed"}, Set: map[string]any{"state": "going"}}
	jobs.Actions = nil
	for name, action := range map[string]resource.Action{
		"retry": {From: []string{"failed"}, Set: map[string]any{"state": "waiting", "note": nil}},
		"ping":  {}, "hush": {},
	} {
		action.Name, action.Operation = name, c.Operation("POST", "/jobs/{id}/"+name)
		jobs.Actions = append(jobs.Actions, action)
		m.Assign(action.Operation, resource.Binding{Collection: jobs, Role: resource.Act, ShowsItem: name == "retry"})
	}
}

func (k talk) job(path string) string {
	k.t.Helper()
	got := k.say(http.MethodPost, path, `{"name":"a"}`)
	require.Equal(k.t, http.StatusAccepted, got.status, got.body)
	return path + "/" + got.id(k.t)
}

func TestActions(t *testing.T) {
	t.Parallel()
	k := talkTo(t, jobs, alive)
	job := k.job("/jobs")

	refused := k.say(http.MethodPost, job+"/retry", "")
	require.Equal(t, http.StatusBadRequest, refused.status)
	require.JSONEq(t, `{"error":{"code":"wrong_state","message":"the state is waiting, in which this cannot be done"}}`, refused.body)

	k.api.clock.advance(11 * time.Second)
	require.Contains(t, k.get(job).body, `"note":"oh","state":"failed"`)
	retried := k.say(http.MethodPost, job+"/retry", "")
	require.Equal(t, http.StatusOK, retried.status, retried.body)
	require.Contains(t, retried.body, `"note":null,"state":"waiting"`)
	require.Equal(t, retried.body, k.get(job).body)

	k.api.clock.advance(9 * time.Second)
	require.Contains(t, k.get(job).body, `"waiting"`, "its delay began anew")
	k.api.clock.advance(2 * time.Second)
	require.Contains(t, k.get(job).body, `"failed"`)

	require.JSONEq(t, `{"pong":true}`, k.say(http.MethodPost, job+"/ping", "").body)
	require.Equal(t, http.StatusNoContent, k.say(http.MethodPost, job+"/hush", "").status)
	require.Equal(t, http.StatusNotFound, k.say(http.MethodPost, "/jobs/99/ping", "").status)
	require.Contains(t, k.get(job).body, `"failed"`)
}

func TestRemovalThatTakesItsTime(t *testing.T) {
	t.Parallel()
	k := talkTo(t, jobs, alive)
	job := k.job("/jobs")
	require.Equal(t, http.StatusCreated, k.say(http.MethodPost, job+"/logs", `{}`).status)

	k.api.clock.advance(11 * time.Second)
	going := k.say(http.MethodDelete, job, "")
	require.Equal(t, http.StatusAccepted, going.status)
	require.Contains(t, going.body, `"state":"going"`)
	require.Equal(t, going.body, k.get(job).body)

	k.api.clock.advance(61 * time.Second)
	require.Equal(t, http.StatusNotFound, k.say(http.MethodGet, job, "").status)
	require.Equal(t, http.StatusNotFound, k.say(http.MethodGet, job+"/logs", "").status)
	require.NotContains(t, k.api.state(t), `"id":1`)

	t.Run("at once in another state", func(t *testing.T) {
		job := k.job("/jobs")
		require.Equal(t, http.StatusNoContent, k.say(http.MethodDelete, job, "").status)
		require.Equal(t, http.StatusNotFound, k.say(http.MethodGet, job, "").status)
	})
}

func TestQuota(t *testing.T) {
	t.Parallel()
	k := talkTo(t, jobs, alive)
	for range 2 {
		k.job("/jobs")
	}
	last := k.job("/jobs")
	refused := k.say(http.MethodPost, "/jobs", `{}`)
	require.Equal(t, http.StatusUnprocessableEntity, refused.status)
	require.JSONEq(t, `{"error":{"code":"quota","message":"there are 3 already, and no more may be"}}`, refused.body)
	require.Contains(t, k.say(http.MethodPost, "/jobs", `{`).body, "JSON", "what is wrong with a request goes before")
	require.Equal(t, http.StatusNoContent, k.say(http.MethodDelete, last, "").status)
	require.True(t, strings.HasSuffix(k.job("/jobs"), "/4"))
}

// An item whose time is over is in nobody's way, though no request has asked for it since.
func TestAnItemWhoseTimeIsOverCountsNoMore(t *testing.T) {
	t.Parallel()
	k := talkTo(t, jobs, alive)
	k.job("/jobs")
	k.job("/jobs")
	last := k.job("/jobs")
	k.api.clock.advance(11 * time.Second)
	require.Equal(t, http.StatusAccepted, k.say(http.MethodDelete, last, "").status)
	k.api.clock.advance(61 * time.Second)
	require.True(t, strings.HasSuffix(k.job("/jobs"), "/4"))
}

func TestAnItemWhoseTimeIsOverKeepsNoParent(t *testing.T) {
	t.Parallel()
	k := talkTo(t, jobs, func(c *contract.Contract, m *resource.Model) {
		alive(c, m)
		logs := m.Collection("/jobs/{job_id}/logs")
		logs.Orphans = resource.Refuse
		logs.Field("name").Source, logs.Field("name").Default, logs.Field("name").HasDefault = resource.FromLifecycle, "new", true
		logs.Lifecycle = &resource.Lifecycle{Field: "name", Initial: "new", Transitions: []resource.Transition{{From: "new", After: time.Second, Remove: true}}}
	})
	job := k.job("/jobs")
	require.Equal(t, http.StatusCreated, k.say(http.MethodPost, job+"/logs", `{}`).status)
	require.Equal(t, http.StatusConflict, k.say(http.MethodDelete, job, "").status)
	k.api.clock.advance(2 * time.Second)
	require.Equal(t, http.StatusNoContent, k.say(http.MethodDelete, job, "").status)
}

// Of what stood under items that are gone for good nothing is kept, not even a number.
func TestNothingIsKeptOfWhatStoodUnderItemsThatAreGone(t *testing.T) {
	t.Parallel()
	k := talkTo(t, jobs, alive)
	for range 3 {
		job := k.job("/jobs")
		require.Equal(t, http.StatusCreated, k.say(http.MethodPost, job+"/logs", `{}`).status)
		require.Equal(t, http.StatusNoContent, k.say(http.MethodDelete, job, "").status)
	}
	require.NotContains(t, k.api.state(t), `"/jobs/{job_id}/logs"`)
	require.True(t, strings.HasSuffix(k.job("/jobs"), "/4"), "the ids of the items themselves never come again")
}

// named is a collection whose clients name the items, which move by themselves.
var named = smallDocument(`
  /jobs:
    get: {responses: {'200': {description: Jobs, content: {application/json: {schema: {type: array, items: {$ref: '#/components/schemas/Job'}}}}}}}
  /jobs/{name}:
    parameters: [{name: name, in: path, required: true, schema: {type: string}}]
    get: {responses: {'200': {description: The job, content: {application/json: {schema: {$ref: '#/components/schemas/Job'}}}}}}
    put:
      requestBody: {content: {application/json: {schema: {type: object, properties: {size: {type: integer}}}}}}
      responses:
        '200': {description: The job, content: {application/json: {schema: {$ref: '#/components/schemas/Job'}}}}
        '201': {description: The job, content: {application/json: {schema: {$ref: '#/components/schemas/Job'}}}}
    delete: {responses: {'204': {description: It is gone}}}
`, `
    Job:
      type: object
      required: [name, state]
      properties:
        name: {type: string}
        size: {type: integer}
        state:
          type: string
          readOnly: true
          enum: [waiting, done]
          x-understudy: {lifecycle: {initial: waiting, transitions: [{from: waiting, to: done, after: 10s}]}}
`)

func TestItemsThatAreDeletedMoveNoMore(t *testing.T) {
	t.Parallel()
	k := talkTo(t, named, nil)
	put := func(name string) {
		require.Equal(t, http.StatusCreated, k.say(http.MethodPut, "/jobs/"+name, `{"size":1}`).status)
	}
	state := func(name string) string {
		return decoded[map[string]any](t, k.get("/jobs/"+name).body)["state"].(string)
	}
	put("a")
	put("b")
	put("c")

	k.api.clock.advance(6 * time.Second)
	require.Equal(t, http.StatusNoContent, k.say(http.MethodDelete, "/jobs/a", "").status)
	put("a")
	k.api.clock.advance(5 * time.Second)
	require.Equal(t, "waiting", state("a"), "it is another job of that name")
	require.Equal(t, "done", state("b"))

	require.Regexp(t, `"due":\{"a":"[^"]*"\}`, k.api.state(t), "of b, c and the first a nothing is to come")
	k.api.clock.advance(5 * time.Second)
	require.Equal(t, "done", state("a"))
}
