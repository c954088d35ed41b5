package mockserver_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"understudy/mockserver"
)

// itemMethods are the methods of a record's path.
var itemMethods = []string{http.MethodGet, http.MethodHead, http.MethodPatch, http.MethodDelete}

func TestRecordFromCreateToDelete(t *testing.T) {
	t.Parallel()
	api := start(t)
	writer := api.as("write")
	before := writer.list(t, home, "")
	created := writer.send(t, http.MethodPost, listPath(home), domain("a.hedgehogs.example"))
	path := itemPath(home, created.record(t, http.StatusCreated).ID)

	t.Run("what create echoes is what is read", func(t *testing.T) {
		require.Equal(t, created.body, writer.get(t, path).body)
	})
	t.Run("what create echoes is what is listed, first", func(t *testing.T) {
		after := writer.list(t, home, "")
		require.Equal(t, append([]raw{raw(created.body)}, before.Results...), after.Results)
		require.Equal(t, before.Count+1, after.Count)
	})
	t.Run("what update echoes is what is read and listed", func(t *testing.T) {
		updated := writer.send(t, http.MethodPatch, path, domain("b.hedgehogs.example"))
		require.Equal(t, "b.hedgehogs.example", updated.record(t, http.StatusOK).Domain)
		require.Equal(t, updated.body, writer.get(t, path).body)
		require.Equal(t, raw(updated.body), writer.list(t, home, "").Results[0])
	})
	t.Run("delete answers 204 without a body", func(t *testing.T) {
		deleted := writer.send(t, http.MethodDelete, path)
		require.Equal(t, http.StatusNoContent, deleted.status)
		require.Empty(t, deleted.body)
		require.Empty(t, deleted.header["Content-Type"])
	})
	t.Run("what is deleted is no longer listed, and all else is", func(t *testing.T) {
		require.Equal(t, before, writer.list(t, home, ""))
	})
	for _, method := range itemMethods {
		t.Run("what is deleted is not found by "+method, func(t *testing.T) {
			got := writer.send(t, method, path, domain("c.hedgehogs.example"))
			require.Equal(t, http.StatusNotFound, got.status)
			if method != http.MethodHead {
				require.Equal(t, noItem, got.body)
			}
		})
	}
}

func TestRecordMembersThatTheServerSets(t *testing.T) {
	t.Parallel()
	api := start(t)
	created := api.as("write").create(t, home, "a.hedgehogs.example")

	t.Run("the id is a UUID", func(t *testing.T) {
		require.Regexp(t, `^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$`, created.ID)
	})
	t.Run("the target is made after the document's template", func(t *testing.T) {
		require.Regexp(t, `^[0-9a-f]{20}\.proxy-us\.posthog\.com\.$`, created.TargetCNAME)
	})
	t.Run("the status starts as waiting, without a message", func(t *testing.T) {
		require.Equal(t, "waiting", created.Status)
		require.Nil(t, created.Message)
	})
	t.Run("both times are that of the creation", func(t *testing.T) {
		require.Equal(t, stamp(noon), created.CreatedAt)
		require.Equal(t, stamp(noon), created.UpdatedAt)
	})
	t.Run("the creator is the user of the key", func(t *testing.T) {
		require.Equal(t, 1001, *created.CreatedBy)
		require.Equal(t, 2001, *api.as("foreign").create(t, abroad, "a.badgers.example").CreatedBy)
	})
	t.Run("members stand in the order of the document", func(t *testing.T) {
		got := api.as("write").get(t, itemPath(home, created.ID)).body
		var at []int
		for _, name := range []string{"id", "domain", "target_cname", "status", "message", "created_at", "updated_at", "created_by"} {
			at = append(at, strings.Index(got, quoted(name)+":"))
		}
		require.True(t, slices.IsSorted(at), got)
	})
	t.Run("a creation does not take what the server sets", func(t *testing.T) {
		got := api.as("write").send(t, http.MethodPost, listPath(home), jsonBody(
			`{"domain":"b.hedgehogs.example","id":"`+noRecord+`","target_cname":"x","status":"valid","message":"x","created_at":"2000-01-01T00:00:00Z","updated_at":"2000-01-01T00:00:00Z","created_by":7,"colour":"red"}`,
		)).record(t, http.StatusCreated)
		require.Equal(t, record{
			ID: got.ID, Domain: "b.hedgehogs.example", TargetCNAME: got.TargetCNAME, Status: "waiting",
			CreatedAt: stamp(noon), UpdatedAt: stamp(noon), CreatedBy: created.CreatedBy,
		}, got)
		require.NotEqual(t, noRecord, got.ID)
		require.NotEqual(t, "x", got.TargetCNAME)
	})
	t.Run("an update does not take what the server sets", func(t *testing.T) {
		got := api.as("write").send(t, http.MethodPatch, itemPath(home, created.ID), jsonBody(
			`{"id":"`+noRecord+`","target_cname":"x","status":"valid","message":"x","created_at":"2000-01-01T00:00:00Z","created_by":7,"colour":"red"}`,
		)).record(t, http.StatusOK)
		got.UpdatedAt = created.UpdatedAt
		require.Equal(t, created, got)
	})
}

// Records tell the time in UTC and in microseconds, whatever the clock says.
func TestRecordTimesAreUTC(t *testing.T) {
	t.Parallel()
	east := time.FixedZone("east", 5*60*60+30*60)
	at := time.Date(2026, time.November, 24, 1, 2, 3, 123456789, east)
	api := start(t, mockserver.WithClock(func() time.Time { return at }))

	created := api.as("write").create(t, home, "a.hedgehogs.example")

	require.Equal(t, "2026-11-23T19:32:03.123456Z", created.CreatedAt)
	require.Equal(t, "2026-11-23T19:32:03.123456Z", created.UpdatedAt)
}

func TestRecordUpdateTime(t *testing.T) {
	t.Parallel()
	api := start(t)
	writer := api.as("write")
	created := writer.create(t, home, "a.hedgehogs.example")
	path := itemPath(home, created.ID)
	touch := func(t *testing.T) string {
		t.Helper()
		return writer.send(t, http.MethodPatch, path, jsonBody(`{}`)).record(t, http.StatusOK).UpdatedAt
	}

	t.Run("reading does not move it", func(t *testing.T) {
		api.clock.advance(time.Second)
		for _, read := range []struct{ method, path string }{
			{http.MethodGet, path},
			{http.MethodHead, path},
			{http.MethodOptions, path},
			{http.MethodGet, listPath(home)},
			{http.MethodHead, listPath(home)},
		} {
			writer.send(t, read.method, read.path)
		}
		require.Equal(t, created, writer.read(t, home, created.ID))
	})
	t.Run("an update moves it to the time of the update", func(t *testing.T) {
		require.Equal(t, stamp(noon.Add(time.Second)), touch(t))
		require.Equal(t, created.CreatedAt, writer.read(t, home, created.ID).CreatedAt)
	})
	t.Run("two updates in one microsecond move it twice", func(t *testing.T) {
		require.Equal(t, stamp(noon.Add(time.Second+time.Microsecond)), touch(t))
		require.Equal(t, stamp(noon.Add(time.Second+2*time.Microsecond)), touch(t))
	})
	t.Run("it moves on even when the clock steps back", func(t *testing.T) {
		api.clock.advance(-time.Hour)
		require.Equal(t, stamp(noon.Add(time.Second+3*time.Microsecond)), touch(t))
	})
	t.Run("a refused update does not move it", func(t *testing.T) {
		before := writer.read(t, home, created.ID)
		writer.send(t, http.MethodPatch, path, jsonBody(`{"domain":""}`)).refused(t, http.StatusBadRequest, blank)
		require.Equal(t, before, writer.read(t, home, created.ID))
	})
}

func TestRecordUpdateChangesNothingElse(t *testing.T) {
	t.Parallel()
	api := start(t)
	writer := api.as("write")
	created := writer.create(t, home, "a.hedgehogs.example")
	path := itemPath(home, created.ID)

	t.Run("of the record but what was sent", func(t *testing.T) {
		api.clock.advance(time.Second)
		want := created
		want.Domain, want.UpdatedAt = "b.hedgehogs.example", stamp(noon.Add(time.Second))
		require.Equal(t, want, writer.send(t, http.MethodPatch, path, domain("b.hedgehogs.example")).record(t, http.StatusOK))
	})
	t.Run("of any other record", func(t *testing.T) {
		before, old := api.state(t), writer.get(t, path).body
		updated := writer.send(t, http.MethodPatch, path, domain("c.hedgehogs.example")).body
		require.NotEqual(t, old, updated)
		require.Equal(t, 1, strings.Count(before, old))
		require.Equal(t, strings.Replace(before, old, updated, 1), api.state(t))
	})
	for name, change := range map[string]change{
		"when no body is sent":              func(*http.Request) {},
		"when an empty JSON body is sent":   jsonBody(""),
		"when an empty object is sent":      jsonBody(`{}`),
		"when an empty form is sent":        body("application/x-www-form-urlencoded", ""),
		"when only unknown fields are sent": jsonBody(`{"colour":"red"}`),
	} {
		t.Run(name, func(t *testing.T) {
			want := writer.read(t, home, created.ID)
			got := writer.send(t, http.MethodPatch, path, change).record(t, http.StatusOK)
			require.Greater(t, got.UpdatedAt, want.UpdatedAt)
			want.UpdatedAt = got.UpdatedAt
			require.Equal(t, want, got)
		})
	}
}

func TestRecordCreateTwice(t *testing.T) {
	t.Parallel()
	api := start(t)
	writer := api.as("write")
	before := writer.list(t, home, "").Count

	first := writer.create(t, home, "same.hedgehogs.example")
	second := writer.create(t, home, "same.hedgehogs.example")

	require.NotEqual(t, first.ID, second.ID)
	require.Equal(t, first, writer.read(t, home, first.ID))
	require.Equal(t, second, writer.read(t, home, second.ID))
	require.Equal(t, before+2, writer.list(t, home, "").Count)
}

func TestRecordDelete(t *testing.T) {
	t.Parallel()

	t.Run("works once", func(t *testing.T) {
		t.Parallel()
		writer := start(t).as("write")
		path := itemPath(home, writer.create(t, home, "a.hedgehogs.example").ID)
		require.Equal(t, http.StatusNoContent, writer.send(t, http.MethodDelete, path).status)
		writer.send(t, http.MethodDelete, path).refused(t, http.StatusNotFound, noItem)
	})
	t.Run("leaves the state as it was before the creation, but for the number of creations", func(t *testing.T) {
		t.Parallel()
		api := start(t)
		want := decoded[dump](t, api.state(t))
		created := api.as("write").create(t, home, "a.hedgehogs.example")
		api.as("write").send(t, http.MethodDelete, itemPath(home, created.ID))
		for i, group := range want.Records {
			if group.Parents["organization_id"] == home {
				want.Records[i].Created++
			}
		}
		require.Equal(t, want, decoded[dump](t, api.state(t)))
	})
	t.Run("of every record leaves an empty list", func(t *testing.T) {
		t.Parallel()
		writer := start(t).as("write")
		for left := writer.list(t, home, ""); left.Count > 0; left = writer.list(t, home, "") {
			id := decoded[record](t, string(left.Results[left.Count/2])).ID
			require.Equal(t, http.StatusNoContent, writer.send(t, http.MethodDelete, itemPath(home, id)).status)
			require.Equal(t, left.Count-1, writer.list(t, home, "").Count)
		}
		require.JSONEq(t, `{"count":0,"next":null,"previous":null,"results":[]}`, writer.get(t, listPath(home)).body)
	})
	t.Run("does not free the id for the next creation", func(t *testing.T) {
		t.Parallel()
		writer := start(t).as("write")
		gone := writer.create(t, home, "a.hedgehogs.example")
		writer.send(t, http.MethodDelete, itemPath(home, gone.ID))
		require.NotEqual(t, gone.ID, writer.create(t, home, "a.hedgehogs.example").ID)
	})
}

// A record moves on by itself: issuing after 5 seconds, valid 10 seconds later.
func TestRecordLifecycle(t *testing.T) {
	t.Parallel()
	const issuing, valid = 5 * time.Second, 15 * time.Second // after the creation

	t.Run("a record that is watched moves on time", func(t *testing.T) {
		t.Parallel()
		api := start(t)
		writer := api.as("write")
		want := writer.create(t, home, "a.hedgehogs.example")
		for _, test := range []struct {
			name    string
			at      time.Duration
			status  string
			updated time.Duration
		}{
			{"it waits", 0, "waiting", 0},
			{"it waits until a microsecond before", issuing - time.Microsecond, "waiting", 0},
			{"it issues on time", issuing, "issuing", issuing},
			{"it issues until a microsecond before", valid - time.Microsecond, "issuing", issuing},
			{"it is valid on time", valid, "valid", valid},
			{"it stays valid", time.Hour, "valid", valid},
		} {
			t.Run(test.name, func(t *testing.T) {
				api.clock.advance(noon.Add(test.at).Sub(api.clock.Now()))
				want.Status, want.UpdatedAt = test.status, stamp(noon.Add(test.updated))
				if test.status == "valid" {
					want.Message = new(string)
				}
				require.Equal(t, want, decoded[record](t, string(writer.list(t, home, "").Results[0])), "listed")
				require.Equal(t, want, writer.read(t, home, want.ID), "read")
				require.Contains(t, api.state(t), encoded(want), "dumped")
			})
		}
	})
	for name, look := range map[string]func(t *testing.T, api *standIn, id string) record{
		"read": func(t *testing.T, api *standIn, id string) record {
			t.Helper()
			return api.as("read").read(t, home, id)
		},
		"listed": func(t *testing.T, api *standIn, _ string) record {
			t.Helper()
			return decoded[record](t, string(api.as("read").list(t, home, "").Results[0]))
		},
	} {
		t.Run("a record that nobody watched has moved on time when it is "+name, func(t *testing.T) {
			t.Parallel()
			api := start(t)
			want := api.as("write").create(t, home, "a.hedgehogs.example")
			api.clock.advance(time.Hour)
			want.Status, want.Message, want.UpdatedAt = "valid", new(string), stamp(noon.Add(valid))
			require.Equal(t, want, look(t, api, want.ID))
		})
	}
	t.Run("a dump tells the same as a read, when nobody looked before", func(t *testing.T) {
		t.Parallel()
		api := start(t)
		created := api.as("write").create(t, home, "a.hedgehogs.example")
		api.clock.advance(valid)
		state := api.state(t)
		require.Contains(t, state, api.as("write").get(t, itemPath(home, created.ID)).body)
	})
	t.Run("an update shows the status of its time and does not delay the next one", func(t *testing.T) {
		t.Parallel()
		api := start(t)
		writer := api.as("write")
		created := writer.create(t, home, "a.hedgehogs.example")
		touch := func() record {
			return writer.send(t, http.MethodPatch, itemPath(home, created.ID), jsonBody(`{}`)).record(t, http.StatusOK)
		}
		api.clock.advance(3 * time.Second)
		require.Equal(t, "waiting", touch().Status)
		api.clock.advance(2 * time.Second)
		touched := touch()
		require.Equal(t, "issuing", touched.Status)
		require.Equal(t, stamp(noon.Add(issuing+time.Microsecond)), touched.UpdatedAt)
		api.clock.advance(10 * time.Second)
		moved := writer.read(t, home, created.ID)
		require.Equal(t, "valid", moved.Status)
		require.Equal(t, stamp(noon.Add(valid)), moved.UpdatedAt)
	})
	t.Run("a record that is deleted on its way stays deleted", func(t *testing.T) {
		t.Parallel()
		api := start(t)
		writer := api.as("write")
		path := itemPath(home, writer.create(t, home, "a.hedgehogs.example").ID)
		writer.send(t, http.MethodDelete, path)
		api.clock.advance(time.Hour)
		writer.get(t, path).refused(t, http.StatusNotFound, noItem)
	})
	t.Run("each record keeps its own time", func(t *testing.T) {
		t.Parallel()
		api := start(t)
		writer := api.as("write")
		first := writer.create(t, home, "a.hedgehogs.example")
		api.clock.advance(2 * time.Second)
		second := writer.create(t, home, "b.hedgehogs.example")
		api.clock.advance(3 * time.Second)
		require.Equal(t, "issuing", writer.read(t, home, first.ID).Status)
		require.Equal(t, "waiting", writer.read(t, home, second.ID).Status)
	})
	t.Run("the records of the default data rest", func(t *testing.T) {
		t.Parallel()
		api := start(t)
		before := api.as("write").get(t, listPath(home)).body
		require.Regexp(t, `"status":"waiting".*"status":"issuing"`, before)
		api.clock.advance(24 * time.Hour)
		require.Equal(t, before, api.as("write").get(t, listPath(home)).body)
	})
}

// A member that every item has and that nobody sends is empty, if it may be.
func TestWhatNobodySendsIsEmpty(t *testing.T) {
	document := []byte(`
openapi: 3.1.0
info: {title: cars, version: '1'}
paths:
  /cars:
    get: {responses: {'200': {description: all, content: {application/json: {schema: {type: array, items: {$ref: '#/components/schemas/Car'}}}}}}}
    post:
      requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/NewCar'}}}}
      responses: {'201': {description: one, content: {application/json: {schema: {$ref: '#/components/schemas/Car'}}}}}
  /cars/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: integer}}]
    get: {responses: {'200': {description: one, content: {application/json: {schema: {$ref: '#/components/schemas/Car'}}}}}}
components:
  schemas:
    NewCar: {type: object, required: [make], properties: {make: {type: string}, year: {type: [integer, 'null'], minimum: 1900}}}
    Car:
      allOf:
        - $ref: '#/components/schemas/NewCar'
        - {type: object, required: [id, year], properties: {id: {type: integer, readOnly: true}}}
`)
	server, err := mockserver.New(mockserver.WithSpec("cars.yaml", document))
	require.NoError(t, err)
	for range 3 {
		answer := ask(server, http.MethodPost, "/cars", `{"make":"VW"}`)
		require.Equal(t, http.StatusCreated, answer.Code, answer.Body)
		require.Contains(t, answer.Body.String(), `"year":null`)
	}
}
