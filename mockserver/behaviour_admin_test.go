package mockserver_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"understudy/mockserver"
)

func TestAdminHealth(t *testing.T) {
	t.Parallel()
	got := start(t).anonymous().get(t, "/__admin/health")

	require.Equal(t, http.StatusOK, got.status)
	require.JSONEq(t, `{"status":"ok"}`, got.body)
	require.Equal(t, "application/json", got.header.Get("Content-Type"))
	require.Equal(t, "no-store", got.header.Get("Cache-Control"))
}

func TestAdminKeys(t *testing.T) {
	t.Parallel()
	api := start(t)
	got := api.anonymous().get(t, "/__admin/keys")
	require.Equal(t, http.StatusOK, got.status)

	t.Run("lists name, token, scopes and where each key may go", func(t *testing.T) {
		hidden := regexp.MustCompile(`phx_[0-9A-Za-z]{43,}`).ReplaceAllString(got.body, `…`)
		require.JSONEq(t, `{"keys":[
			{"name":"write","token":"…","scopes":["organization:read","organization:write"],"params":{"organization_id":"`+home+`"}},
			{"name":"read","token":"…","scopes":["organization:read"],"params":{"organization_id":"`+home+`"}},
			{"name":"unscoped","token":"…","scopes":[],"params":{"organization_id":"`+home+`"}},
			{"name":"foreign","token":"…","scopes":["organization:read","organization:write"],"params":{"organization_id":"`+abroad+`"}}
		],"curl":["curl -H 'Authorization: Bearer …' '`+api.URL+listPath(home)+`'"]}`, hidden)
	})
	t.Run("the tokens are those that the API takes", func(t *testing.T) {
		for _, key := range decoded[struct{ Keys []mockserver.Key }](t, got.body).Keys {
			require.NotEqual(t, http.StatusUnauthorized, caller{api.URL, "Bearer " + key.Token}.get(t, listPath(home)).status)
			require.Equal(t, api.Key(key.Name), key)
		}
	})
}

func TestAdminReset(t *testing.T) {
	t.Parallel()
	api := start(t, mockserver.WithRecords(3))
	writer := api.as("write")
	before := api.state(t)
	first := writer.create(t, home, "a.example")
	for _, reason := range []string{"once", "once more", "with another state in between"} {
		writer.create(t, home, "b.example")
		changed := decoded[record](t, string(writer.list(t, home, "").Results[2]))
		writer.send(t, http.MethodPatch, itemPath(home, changed.ID), jsonBody(`{"domain":"c.example"}`))
		writer.send(t, http.MethodDelete, itemPath(home, decoded[record](t, string(writer.list(t, home, "").Results[3])).ID))
		if reason == "with another state in between" {
			api.load(t, `{"format":1,"records":[]}`)
		}

		got := api.anonymous().send(t, http.MethodPost, "/__admin/reset")

		require.Equal(t, http.StatusNoContent, got.status)
		require.Empty(t, got.body)
		require.Empty(t, exchanges(t, api), "the journal")
		require.Equal(t, before, api.state(t), reason)
		require.Equal(t, first, writer.create(t, home, "a.example"), "what is created next")
	}
}

// What a stand-in has been through before its state is taken and put back.
var histories = map[string]func(t *testing.T, api *standIn){
	"nothing":    func(*testing.T, *standIn) {},
	"some reads": func(t *testing.T, api *standIn) { t.Helper(); everyRecord(t, api.as("read")) },
	"creations and deletions": func(t *testing.T, api *standIn) {
		t.Helper()
		for i := range 4 {
			created := api.as("write").create(t, home, fmt.Sprintf("%d.example", i))
			if i%2 == 0 {
				api.as("write").send(t, http.MethodDelete, itemPath(home, created.ID))
			}
			api.as("foreign").create(t, abroad, fmt.Sprintf("%d.example", i))
			api.clock.advance(time.Second)
		}
	},
	"an update": func(t *testing.T, api *standIn) {
		t.Helper()
		api.as("write").send(t, http.MethodPatch, itemPath(home, firstRecord(t, api)), domain("ü\u2028<>.example"))
	},
	"the deletion of everything": func(t *testing.T, api *standIn) {
		t.Helper()
		for _, text := range everyRecord(t, api.as("write")) {
			api.as("write").send(t, http.MethodDelete, itemPath(home, decoded[record](t, string(text)).ID))
		}
	},
	"half a lifecycle": func(t *testing.T, api *standIn) {
		t.Helper()
		created := api.as("write").create(t, home, "a.example")
		api.clock.advance(7 * time.Second)
		require.Equal(t, "issuing", api.as("write").read(t, home, created.ID).Status)
	},
	"a whole lifecycle that nobody watched": func(t *testing.T, api *standIn) {
		t.Helper()
		api.as("write").create(t, home, "a.example")
		api.clock.advance(time.Minute)
	},
	"two creations while the clock stepped back": func(t *testing.T, api *standIn) {
		t.Helper()
		api.as("write").create(t, home, "a.example")
		api.clock.advance(-time.Minute)
		api.as("write").create(t, home, "b.example")
	},
}

func TestAdminStateComesBackAsItWas(t *testing.T) {
	t.Parallel()

	for name, happen := range histories {
		t.Run("after "+name, func(t *testing.T) {
			t.Parallel()
			original, copied := start(t), start(t, mockserver.WithRecords(3))
			happen(t, original)
			before, listed := original.state(t), everyRecord(t, original.as("read"))
			copied.clock.advance(original.clock.Now().Sub(copied.clock.Now()))
			for _, api := range []*standIn{copied, original} {
				api.load(t, before)
				require.Equal(t, before, api.state(t))
				require.Equal(t, listed, everyRecord(t, api.as("read")))
			}

			for i := range 3 { // what comes next is the same too
				for key, organization := range map[string]string{"write": home, "foreign": abroad} {
					domain := fmt.Sprintf("next%d.example", i)
					require.Equal(t, original.as(key).create(t, organization, domain), copied.as(key).create(t, organization, domain))
				}
				original.clock.advance(4 * time.Second)
				copied.clock.advance(4 * time.Second)
				require.Equal(t, everyRecord(t, original.as("read")), everyRecord(t, copied.as("read")))
			}
		})
	}
}

func TestAdminStateThatIsBroken(t *testing.T) {
	t.Parallel()
	api := start(t)
	before := api.state(t)
	const id = "019cadd3-d66e-0000-662b-bd3ba97edbfd"
	// group is a state with one group, and the members in its place.
	group := func(members string) string {
		return `{"records":[{"collection":"proxy_records","parents":{"organization_id":"` + home + `"},` + members + `}]}`
	}

	for name, test := range map[string]struct{ state, pointer string }{
		"nothing":                          {``, ""},
		"no JSON":                          {`{"records":`, ""},
		"a list":                           {`[]`, ""},
		"null":                             {`null`, ""},
		"a name twice":                     {`{"records":[],"records":[]}`, "/records"},
		"an unknown member":                {`{"recrods":[]}`, "/recrods"},
		"another format":                   {`{"format":2,"records":[]}`, "/format"},
		"records that are no list":         {`{"records":"none"}`, "/records"},
		"records that are an object":       {`{"records":{}}`, "/records"},
		"no collection":                    {`{"records":[{"items":[]}]}`, "/records/0"},
		"an unknown collection":            {`{"records":[{"collection":"ponies","items":[]}]}`, "/records/0/collection"},
		"no parent":                        {`{"records":[{"collection":"proxy_records","items":[]}]}`, "/records/0"},
		"items that are no list":           {group(`"items":{}`), "/records/0/items"},
		"an item that is no object":        {group(`"items":[7]`), "/records/0/items/0"},
		"an item with an unknown member":   {group(`"items":[{"colour":"red"}]`), "/records/0/items/0/colour"},
		"an item with an unknown status":   {group(`"items":[{"status":"lost"}]`), "/records/0/items/0/status"},
		"an item whose id is no UUID":      {group(`"items":[{"id":"7"}]`), "/records/0/items/0/id"},
		"an item whose domain is too long": {group(`"items":[{},{"domain":"` + strings.Repeat("x", 65) + `"}]`), "/records/0/items/1/domain"},
		"two items with one id":            {group(`"items":[{"id":"` + id + `"},{"id":"` + id + `"}]`), "/records/0/items/1"},
		"a negative number of creations":   {group(`"items":[],"created":-1`), "/records/0/created"},
		"half a creation":                  {group(`"items":[],"created":0.5`), "/records/0/created"},
		"a time that is none":              {group(`"items":[{"id":"` + id + `","status":"waiting"}],"due":{"` + id + `":"soon"}`), "/records/0/due/" + id},
	} {
		t.Run(name, func(t *testing.T) {
			api.load(t, before)
			got := api.anonymous().send(t, http.MethodPut, "/__admin/state", jsonBody(test.state))
			require.Equal(t, http.StatusBadRequest, got.status, got.body)
			require.Equal(t, before, api.state(t))
			refused := decoded[struct {
				Error  string
				Faults []struct{ File, Pointer, Message string }
			}](t, got.body)
			require.Len(t, refused.Faults, 1)
			require.Equal(t, "state", refused.Faults[0].File)
			require.Equal(t, test.pointer, refused.Faults[0].Pointer)
			require.Contains(t, refused.Error, refused.Faults[0].Message)
		})
	}
	t.Run("every fault is told at once", func(t *testing.T) {
		api.load(t, before)
		got := api.anonymous().send(t, http.MethodPut, "/__admin/state", jsonBody(group(`"items":[{"status":"lost","domain":""},{"id":"7"}]`)))
		require.Equal(t, http.StatusBadRequest, got.status)
		var pointers []string
		for _, fault := range decoded[struct{ Faults []struct{ Pointer string } }](t, got.body).Faults {
			pointers = append(pointers, fault.Pointer)
		}
		require.Equal(t, []string{"/records/0/items/0/domain", "/records/0/items/0/status", "/records/0/items/1/id"}, pointers)
		require.Equal(t, before, api.state(t))
	})
}

// An exchange is what the journal tells of one request.
type exchange struct {
	Time       time.Time
	Method     string
	Path       string
	Query      string
	Operation  string
	Key        string
	Body       string
	Status     int
	Size       int
	Violations []violation
}

// exchanges are what the journal holds.
func exchanges(t *testing.T, api *standIn) []exchange {
	t.Helper()
	got := api.anonymous().get(t, "/__admin/requests")
	require.Equal(t, http.StatusOK, got.status)
	return decoded[struct{ Requests []exchange }](t, got.body).Requests
}

func TestAdminJournal(t *testing.T) {
	t.Parallel()

	t.Run("tells of each request and its answer", func(t *testing.T) {
		t.Parallel()
		api := start(t)
		refused := api.as("write").send(t, http.MethodPost, listPath(home)+"?x=1", jsonBody(`{"domain":7}`))
		api.clock.advance(time.Second)
		unknown := api.anonymous().get(t, "/nowhere")
		require.Equal(t, []exchange{
			{
				Time: noon, Method: http.MethodPost, Path: listPath(home), Query: "x=1", Operation: "proxy_records_create", Key: "write", Body: `{"domain":7}`,
				Status: http.StatusBadRequest, Size: len(refused.body), Violations: []violation{{"body", "domain", "type"}},
			},
			{Time: noon.Add(time.Second), Method: http.MethodGet, Path: "/nowhere", Status: http.StatusNotFound, Size: len(unknown.body)},
		}, exchanges(t, api))
	})
	t.Run("does not tell of the admin API", func(t *testing.T) {
		t.Parallel()
		api := start(t)
		api.state(t)
		require.Empty(t, exchanges(t, api))
	})
	for size, kept := range map[int][]string{0: nil, 1: {"/4"}, 3: {"/2", "/3", "/4"}, 1000: {"/0", "/1", "/2", "/3", "/4"}} {
		t.Run(fmt.Sprintf("remembers the last %d", size), func(t *testing.T) {
			t.Parallel()
			api := start(t, mockserver.WithJournal(size))
			for i := range 5 {
				api.anonymous().get(t, fmt.Sprintf("/%d", i))
			}
			var paths []string
			for _, e := range exchanges(t, api) {
				paths = append(paths, e.Path)
			}
			require.Equal(t, kept, paths)
		})
	}
	t.Run("is an empty list when there is nothing to tell", func(t *testing.T) {
		t.Parallel()
		require.JSONEq(t, `{"requests":[]}`, start(t).anonymous().get(t, "/__admin/requests").body)
	})
	t.Run("keeps only the beginning of what is long", func(t *testing.T) {
		t.Parallel()
		api := start(t)
		long := strings.Repeat("x", 10_000)
		api.as("write").send(t, http.MethodPost, listPath(home)+"?"+long, jsonBody(long))
		api.anonymous().get(t, "/"+long)
		for _, e := range exchanges(t, api) {
			require.Less(t, len(e.Path)+len(e.Query)+len(e.Body), 5000)
		}
	})
	t.Run("can be read while requests come in", func(t *testing.T) {
		t.Parallel()
		api := start(t, mockserver.WithJournal(10))
		together(t, 20, func(i int) (answer, error) {
			if i%2 == 0 {
				return api.anonymous().try(t.Context(), http.MethodGet, "/__admin/requests")
			}
			return api.as("read").try(t.Context(), http.MethodGet, listPath(home))
		})
		require.Len(t, exchanges(t, api), 10)
	})
}

func TestAdminJournalHoldsNoToken(t *testing.T) {
	t.Parallel()
	api := start(t)
	token := api.Key("write").Token
	stranger := "phx_" + strings.Repeat("stranger", 5)

	for name, send := range map[string]func(t *testing.T){
		"that was sent as it should be": func(t *testing.T) { t.Helper(); api.as("write").create(t, home, "a.example") },
		"that is not known": func(t *testing.T) {
			t.Helper()
			caller{api.URL, "Bearer " + stranger}.get(t, listPath(home))
		},
		"that was sent in the query": func(t *testing.T) {
			t.Helper()
			api.anonymous().get(t, listPath(home)+"?personal_api_key="+token)
		},
		"that was sent in the body": func(t *testing.T) {
			t.Helper()
			form := body("application/x-www-form-urlencoded", "domain=a.example&personal_api_key="+token)
			api.as("write").send(t, http.MethodPost, listPath(home), form)
		},
	} {
		t.Run(name, func(t *testing.T) {
			require.Equal(t, http.StatusNoContent, api.anonymous().send(t, http.MethodPost, "/__admin/reset").status)
			send(t)
			require.Len(t, exchanges(t, api), 1)
			journal := api.anonymous().get(t, "/__admin/requests").body
			require.NotContains(t, journal, token)
			require.NotContains(t, journal, stranger)
		})
	}
}

// adminRequests are one request of each kind to the admin API.
var adminRequests = []struct {
	method, path string
	status       int // when it is admitted
}{
	{http.MethodGet, "/__admin/health", http.StatusOK},
	{http.MethodGet, "/__admin/keys", http.StatusOK},
	{http.MethodGet, "/__admin/requests", http.StatusOK},
	{http.MethodGet, "/__admin/state", http.StatusOK},
	{http.MethodPut, "/__admin/state", http.StatusNoContent},
	{http.MethodPost, "/__admin/reset", http.StatusNoContent},
}

func TestAdminAdmission(t *testing.T) {
	t.Parallel()
	local, open, listed := start(t), start(t, mockserver.WithAdminOpen()), start(t, mockserver.WithCORSOrigin("https://app.example"))
	const foreign = "the admin API does not answer pages of https://evil.example; allow the origin with --cors-origin"
	const crossSite = "the admin API does not answer cross-site requests"
	const rebound = "the admin API answers under a loopback name only, not evil.example; open it with --admin-open"

	for name, test := range map[string]struct {
		api     *standIn
		changes []change
		reason  string // "" admits
	}{
		"a caller on this machine":                 {local, nil, ""},
		"by the name localhost":                    {local, []change{host("localhost:80")}, ""},
		"by an IPv6 address":                       {local, []change{host("[::1]")}, ""},
		"a page of this machine":                   {local, []change{header("Origin", "http://localhost:3000")}, ""},
		"a page of a listed origin":                {listed, []change{header("Origin", "https://app.example")}, ""},
		"a page of a foreign origin":               {local, []change{header("Origin", "https://evil.example")}, foreign},
		"a page of an origin that is not listed":   {listed, []change{header("Origin", "https://evil.example")}, foreign},
		"a page of another site, without its name": {local, []change{header("Sec-Fetch-Site", "cross-site")}, crossSite},
		"a page of the same site":                  {local, []change{header("Sec-Fetch-Site", "same-origin")}, ""},
		"by a name that was made to lead here":     {local, []change{host("evil.example")}, rebound},
		"by a name that only starts like a local":  {local, []change{host("localhost.evil.example")}, strings.Replace(rebound, "evil", "localhost.evil", 1)},
		"by any name, when open":                   {open, []change{host("evil.example")}, ""},
		"a page of a foreign origin, when open":    {open, []change{header("Origin", "https://evil.example")}, foreign},
	} {
		for _, request := range adminRequests {
			t.Run(name+": "+request.method+" "+request.path, func(t *testing.T) {
				before := test.api.state(t)
				got := test.api.anonymous().send(t, request.method, request.path, append(test.changes, jsonBody(before))...)
				if test.reason == "" {
					require.Equal(t, request.status, got.status, got.body)
					return
				}
				require.Equal(t, http.StatusForbidden, got.status)
				require.JSONEq(t, `{"error":`+quoted(test.reason)+`}`, got.body)
				require.Empty(t, corsHeaders(got))
			})
		}
	}
}

func TestAdminCallersFromOtherMachines(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		options []mockserver.Option
		status  int
	}{
		"may not use it by default": {nil, http.StatusForbidden},
		"may when it is open":       {[]mockserver.Option{mockserver.WithAdminOpen()}, http.StatusOK},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			request := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "http://127.0.0.1/__admin/keys", http.NoBody)
			request.RemoteAddr = "203.0.113.7:4321"
			got := httptest.NewRecorder()
			start(t, test.options...).ServeHTTP(got, request)
			require.Equal(t, test.status, got.Code, got.Body)
		})
	}
}

func TestAdminPages(t *testing.T) {
	t.Parallel()
	api := start(t)
	const origin = "http://localhost:3000"

	t.Run("may read the answer", func(t *testing.T) {
		got := api.anonymous().get(t, "/__admin/state", header("Origin", origin))
		require.Equal(t, origin, got.header.Get("Access-Control-Allow-Origin"))
		require.Contains(t, got.header.Values("Vary"), "Origin")
	})
	t.Run("may put a state, which browsers ask about first", func(t *testing.T) {
		got := api.anonymous().send(t, http.MethodOptions, "/__admin/state", header("Origin", origin),
			header("Access-Control-Request-Method", http.MethodPut), header("Access-Control-Request-Headers", "content-type"))
		require.Equal(t, http.StatusNoContent, got.status)
		require.Equal(t, origin, got.header.Get("Access-Control-Allow-Origin"))
		require.Contains(t, got.header.Get("Access-Control-Allow-Methods"), http.MethodPut)
		require.Equal(t, "content-type", got.header.Get("Access-Control-Allow-Headers"))
	})
}

func TestAdminUnknownRequests(t *testing.T) {
	t.Parallel()
	api := start(t)

	for _, test := range []struct {
		method, path string
		status       int
	}{
		{http.MethodGet, "/__admin", http.StatusNotFound},
		{http.MethodGet, "/__admin/", http.StatusNotFound},
		{http.MethodGet, "/__admin/nothing", http.StatusNotFound},
		{http.MethodGet, "/__admin/state/more", http.StatusNotFound},
		{http.MethodGet, "/__admin/reset", http.StatusMethodNotAllowed},
		{http.MethodDelete, "/__admin/state", http.StatusMethodNotAllowed},
		{http.MethodPost, "/__admin/keys", http.StatusMethodNotAllowed},
	} {
		t.Run(test.method+" "+test.path, func(t *testing.T) {
			got, err := api.anonymous().try(t.Context(), test.method, test.path)
			require.NoError(t, err)
			require.Equal(t, test.status, got.status)
		})
	}
}

// Of a key that begins with another one, nothing is left in the journal.
func TestTheJournalHidesKeysThatBeginAlike(t *testing.T) {
	t.Parallel()
	data := `{"keys": [{"name": "write", "token": "open-sesame"}, {"name": "more", "token": "open-sesame-and-more"}]}`
	k := talkTo(t, withIDs("{type: integer, readOnly: true}", false), nil, mockserver.WithData("keys.json", []byte(data)))
	k.get("/things?note=open-sesame-and-more")
	listed := k.get("/__admin/requests").body
	require.Contains(t, listed, "note=***")
	require.NotContains(t, listed, "and-more")
}
