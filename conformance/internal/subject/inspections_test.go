package subject_test

import (
	"encoding/base64"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/stretchr/testify/require"

	"understudy/conformance/internal/subject"
)

// An inspection tries one side of a server.
type inspection struct {
	name string
	run  func(*inspector)
}

func inspections() []inspection {
	return []inspection{
		{"records live from POST to DELETE", inspectRecords},
		{"what only the server sets", inspectReadOnlyFields},
		{"times", inspectTimes},
		{"domains", inspectDomains},
		{"domains that are refused", inspectBrokenDomains},
		{"bodies", inspectBodies},
		{"bodies that are refused", inspectBrokenBodies},
		{"pages", inspectPages},
		{"queries", inspectQueries},
		{"keys", inspectKeys},
		{"organizations", inspectOrganizations},
		{"methods", inspectMethods},
		{"slashes", inspectSlashes},
		{"accept", inspectAccept},
		{"places", inspectPlaces},
	}
}

// or chooses what a server does that takes a permitted way.
func or[T any](varies bool, varied, usual T) T {
	if varies {
		return varied
	}
	return usual
}

func inspectRecords(i *inspector) {
	domain := i.fresh()
	created := i.send(post().domain(domain), http.StatusCreated)
	id := idOf(created)
	require.Equal(i, domain, created.member("domain"))
	require.Equal(i, "waiting", created.member("status"))
	require.EqualValues(i, 1001, created.object(i.T)["created_by"])
	require.Equal(i, created.value, i.send(get(id), http.StatusOK).value)
	require.Equal(i, created.value, i.send(get(strings.ToUpper(id)), http.StatusOK).value)
	require.Equal(i, id, newest(i.send(list(""), http.StatusOK)))

	changed := i.send(patch(id).domain("changed.example"), http.StatusOK)
	require.Equal(i, "changed.example", changed.member("domain"))
	require.Equal(i, changed.value, i.send(get(id), http.StatusOK).value)
	require.Equal(i, changed.value, any(i.send(list(""), http.StatusOK).results()[0]))
	for _, name := range []string{"id", "target_cname", "status", "message", "created_at", "created_by"} {
		require.Equal(i, created.object(i.T)[name], changed.object(i.T)[name])
	}

	require.Empty(i, i.send(remove(id), http.StatusNoContent).text)
	i.refused(get(id), http.StatusNotFound, "not_found", nil)
	i.refused(patch(id).domain("back.example"), http.StatusNotFound, "not_found", nil)
	i.send(remove(id), or(i.config.SecondDelete != 0, i.config.SecondDelete, http.StatusNotFound))
	require.NotContains(i, i.send(list(""), http.StatusOK).column("id"), id)
	i.refused(get(noRecord), http.StatusNotFound, "not_found", nil)

	badID := or(i.config.BadID != 0, i.config.BadID, http.StatusNotFound)
	for _, a := range []ask{get("not-an-id"), patch("not-an-id").domain("a.example"), remove("not-an-id")} {
		i.send(a, badID)
	}
}

func inspectReadOnlyFields(i *inspector) {
	a := post().json(`{"domain":"` + i.fresh() + `",` + readOnly + `}`)
	before := i.made()
	change := patch(idOf(before)).json(`{` + readOnly + `}`)
	if i.config.ReadOnlyFields == subject.Refuse {
		i.send(a, http.StatusBadRequest)
		i.send(change, http.StatusBadRequest)
	} else {
		created := i.send(a, http.StatusCreated)
		require.NotEqual(i, "0a0a0a0a-0000-4000-8000-00000000000a", idOf(created))
		require.Equal(i, "waiting", created.member("status"))
		require.Less(i, time.Since(i.timeOf(created, "created_at")), time.Minute)
		changed := i.send(change, http.StatusOK).object(i.T)
		changed["updated_at"] = before.object(i.T)["updated_at"]
		require.Equal(i, before.value, any(changed))
	}
	i.send(post().json(`{"domain":"`+i.fresh()+`","colour":"red"}`),
		or(i.config.UnknownFields == subject.Refuse, http.StatusBadRequest, http.StatusCreated))
}

func inspectTimes(i *inspector) {
	record := i.made()
	created, updated := i.timeOf(record, "created_at"), i.timeOf(record, "updated_at")
	require.InDelta(i, 0, time.Since(created).Seconds(), 30)
	require.Equal(i, i.config.LateUpdatedAt && !i.config.WholeSeconds, updated.After(created))
	for _, domain := range []string{"first.example", "second.example"} {
		changed := i.send(patch(idOf(record)).domain(domain), http.StatusOK)
		require.Equal(i, created, i.timeOf(changed, "created_at"))
		require.Equal(i, !i.config.WholeSeconds, i.timeOf(changed, "updated_at").After(updated))
		require.False(i, i.timeOf(changed, "updated_at").Before(updated))
		updated = i.timeOf(changed, "updated_at")
	}
	idle := i.send(patch(idOf(record)).json(`{}`), http.StatusOK)
	require.Equal(i, !i.config.IdleKeepsUpdatedAt && !i.config.WholeSeconds, i.timeOf(idle, "updated_at").After(updated))
}

func inspectDomains(i *inspector) {
	for _, domain := range []string{
		"x", "New.Example", strings.Repeat("a", 64), strings.Repeat("ä", 64), strings.Repeat("😀", 64),
		"a  b", `<a href="x">&amp;'`, "50%25+x", `a\b`, " lead and trail ",
	} {
		created := i.send(post().domain(domain), http.StatusCreated)
		want := or(i.config.TrimSpace, strings.TrimSpace(domain), domain)
		require.Equal(i, want, created.member("domain"))
		require.Equal(i, want, i.send(get(idOf(created)), http.StatusOK).member("domain"))
		i.send(remove(idOf(created)), http.StatusNoContent)
	}
	i.send(post().domain("  "), or(i.config.TrimSpace, http.StatusBadRequest, http.StatusCreated))
}

func inspectBrokenDomains(i *inspector) {
	id := idOf(i.made())
	before := i.send(get(id), http.StatusOK)
	i.refused(post().json(`{}`), http.StatusBadRequest, "required", "domain")
	for body, code := range map[string]string{
		`{"domain":null}`:    "null",
		`{"domain":""}`:      "blank",
		`{"domain":true}`:    "invalid_input",
		`{"domain":["a"]}`:   "invalid_input",
		`{"domain":{"a":1}}`: "invalid_input",
		`{"domain":"` + strings.Repeat("ä", 65) + `"}`: "max_length",
	} {
		i.refused(post().json(body), http.StatusBadRequest, code, "domain")
		i.refused(patch(id).json(body), http.StatusBadRequest, code, "domain")
	}
	require.Equal(i, before.value, i.send(get(id), http.StatusOK).value)
	require.EqualValues(i, 6, i.send(list(""), http.StatusOK).object(i.T)["count"])
	if i.config.CoerceNumbers {
		require.Equal(i, "1.50", i.send(post().json(`{"domain":1.50}`), http.StatusCreated).member("domain"))
	} else {
		i.refused(post().json(`{"domain":7}`), http.StatusBadRequest, "invalid_input", "domain")
	}
}

func inspectBodies(i *inspector) {
	for _, a := range []ask{
		post().form("form+1 %.example"), post().multipart("form+1 %.example"),
		post().sending("application/json; charset=utf-8", `{"domain":"form+1 %.example"}`),
		post().sending("Application/JSON", ` {"domain":"form+1 %.example"} `),
	} {
		created := i.send(a, http.StatusCreated)
		require.Equal(i, "form+1 %.example", created.member("domain"))
		i.send(remove(idOf(created)), http.StatusNoContent)
	}
	id := idOf(i.made())
	require.Equal(i, "changed.example", i.send(patch(id).form("changed.example"), http.StatusOK).member("domain"))
	require.Equal(i, "changed.example", i.send(patch(id), http.StatusOK).member("domain"))
	require.Equal(i, "again.example", i.send(patch(id).multipart("again.example"), http.StatusOK).member("domain"))
}

func inspectBrokenBodies(i *inspector) {
	id := idOf(i.made())
	for body, code := range map[string]string{
		`{"domain":`:            "parse_error",
		`{"domain":"a"} more`:   "parse_error",
		`{"domain":"a"}{}`:      "parse_error",
		"{\"domain\":\"\xff\"}": "parse_error",
		`nonsense`:              "parse_error",
		`[{"domain":"a"}]`:      "invalid_input",
		`"domain"`:              "invalid_input",
		`null`:                  "invalid_input",
		`7`:                     "invalid_input",
		`true`:                  "invalid_input",
	} {
		i.refused(post().json(body), http.StatusBadRequest, code, nil)
		i.refused(patch(id).json(body), http.StatusBadRequest, code, nil)
	}
	i.refused(post(), http.StatusBadRequest, "required", "domain")
	i.refused(post().sending("application/x-www-form-urlencoded", "domain=%zz"), http.StatusBadRequest, "parse_error", nil)
	i.refused(post().sending("multipart/form-data", "domain"), http.StatusBadRequest, "parse_error", nil)
	i.refused(post().sending("multipart/form-data; boundary=b",
		"--b\r\nContent-Disposition: form-data; name=\"domain\"; filename=\"f\"\r\n\r\nx\r\n--b--\r\n"), http.StatusBadRequest, "invalid_input", "domain")
	for _, contentType := range []string{"text/plain", "application/xml", "application/vnd.api+json", "nonsense;", ""} {
		i.refused(post().sending(contentType, `{"domain":"a"}`), http.StatusUnsupportedMediaType, "unsupported_media_type", nil)
	}
}

func inspectPages(i *inspector) {
	size := or(i.config.PageSize != 0, i.config.PageSize, 100)
	whole := i.send(list("?limit=4"), http.StatusOK)
	last := i.send(list("?limit=1&offset=4"), http.StatusOK)
	ids := slices.Concat(whole.column("id"), last.column("id"))
	require.Len(i, ids, 5)
	require.Equal(i, ids[:min(size, 5)], i.send(list(""), http.StatusOK).column("id"))

	var forth []any
	page := i.send(list("?limit=2&other=a%20b&other=c"), http.StatusOK)
	require.Nil(i, page.object(i.T)["previous"])
	for {
		require.EqualValues(i, 5, page.object(i.T)["count"])
		forth = append(forth, page.column("id")...)
		next := page.member("next")
		if next == "" {
			break
		}
		require.True(i, strings.HasPrefix(next, i.url+collection(home)+"?"), next)
		require.Contains(i, next, "other=a+b&other=c")
		page = i.send(newAsk(http.MethodGet, next, write), http.StatusOK)
	}
	require.Equal(i, ids, forth)
	for page.member("previous") != "" {
		page = i.send(newAsk(http.MethodGet, page.member("previous"), write), http.StatusOK)
	}
	require.Equal(i, ids[:2], page.column("id"))

	require.Nil(i, i.send(list("?limit=1&offset=4"), http.StatusOK).object(i.T)["next"])
	require.Equal(i, i.url+collection(home)+"?limit=3", i.send(list("?limit=3&offset=1"), http.StatusOK).member("previous"))
	past := i.send(list("?limit=2&offset=99999999999999999999"), http.StatusOK)
	require.Empty(i, past.results())
	require.Nil(i, past.object(i.T)["next"])
	require.Empty(i, i.send(newAsk(http.MethodGet, past.member("previous"), write), http.StatusOK).results())
}

func inspectQueries(i *inspector) {
	for query, attr := range map[string]string{
		"?limit=0": "limit", "?limit=-1": "limit", "?limit=abc": "limit", "?limit=": "limit", "?limit=1.5": "limit",
		"?offset=-1": "offset", "?offset=abc": "offset", "?offset=1&limit=x": "limit",
	} {
		if i.config.InvalidQuery == subject.Ignore {
			i.send(list(query), http.StatusOK)
			continue
		}
		g := i.send(list(query), http.StatusBadRequest)
		require.Equal(i, attr, g.object(i.T)["attr"])
	}
	most := or(i.config.MaxLimit != 0, i.config.MaxLimit, 10000)
	over := list("?offset=1&limit=" + strconv.Itoa(most+1))
	if i.config.LimitOverMax == subject.Refuse {
		i.refused(over, http.StatusBadRequest, "max_value", "limit")
		return
	}
	require.Contains(i, i.send(over, http.StatusOK).member("previous"), "limit="+strconv.Itoa(most))
}

func inspectKeys(i *inspector) {
	id := idOf(i.made())
	reads := []ask{list("?limit=1"), get(id), newAsk(http.MethodHead, item(home, id), "")}
	writes := []ask{post().domain(i.fresh()), patch(id).domain("taken.example"), remove(id)}
	for _, a := range slices.Concat(reads, writes) {
		for _, authorization := range []string{
			"", "Bearer", "Bearer ", "Bearer " + unknown, "Bearer " + write[:20], "Bearer " + write + "x", "Bearer " + strings.ToUpper(write),
			"Token " + write, write, "Basic " + base64.StdEncoding.EncodeToString([]byte("user:"+write)),
		} {
			i.send(a.by(authorization), http.StatusUnauthorized)
		}
		i.send(a.by("Bearer "+unscoped), http.StatusForbidden)
	}
	for _, a := range reads {
		i.send(a.by("Bearer "+read), http.StatusOK)
		i.send(a.by("bearer "+write), http.StatusOK)
	}
	for _, a := range writes {
		i.refused(a.by("Bearer "+read), http.StatusForbidden, "permission_denied", nil)
	}
	i.refused(list("").by(""), http.StatusUnauthorized, "not_authenticated", nil)
	i.refused(list("").by("Bearer "+unknown), http.StatusUnauthorized, "authentication_failed", nil)
	require.NotEqual(i, "taken.example", i.send(get(id), http.StatusOK).member("domain"))
	require.EqualValues(i, 6, i.send(list(""), http.StatusOK).object(i.T)["count"])
}

func inspectOrganizations(i *inspector) {
	mine := idOf(i.made())
	theirs := newest(i.send(newAsk(http.MethodGet, collection(abroad), foreign), http.StatusOK))
	hidden := or(i.config.ForeignOrganization != 0, i.config.ForeignOrganization, http.StatusForbidden)
	for _, c := range []struct {
		organization, id, token string
		status                  int
	}{
		{home, mine, foreign, hidden},
		{abroad, theirs, write, hidden},
		{noOrganization, mine, write, http.StatusNotFound},
		{"acme", mine, write, http.StatusNotFound},
	} {
		for _, a := range []ask{
			newAsk(http.MethodGet, collection(c.organization), c.token),
			newAsk(http.MethodPost, collection(c.organization), c.token).domain("taken.example"),
			newAsk(http.MethodGet, item(c.organization, c.id), c.token),
			newAsk(http.MethodPatch, item(c.organization, c.id), c.token).domain("taken.example"),
			newAsk(http.MethodDelete, item(c.organization, c.id), c.token),
		} {
			i.send(a, c.status)
		}
	}
	for _, a := range []ask{get(theirs), patch(theirs).domain("taken.example")} {
		i.refused(a, http.StatusNotFound, "not_found", nil)
	}
	i.send(remove(theirs), or(i.config.SecondDelete != 0, i.config.SecondDelete, http.StatusNotFound))
	require.NotContains(i, i.send(list(""), http.StatusOK).column("domain"), "taken.example")
	after := i.send(newAsk(http.MethodGet, collection(abroad), foreign), http.StatusOK)
	require.Equal(i, theirs, newest(after))
	require.EqualValues(i, 5, after.object(i.T)["count"])
	require.NotContains(i, after.column("domain"), "taken.example")
}

func inspectMethods(i *inspector) {
	id := idOf(i.made())
	for _, path := range []string{collection(home), item(home, id)} {
		body := i.send(newAsk(http.MethodGet, path, write), http.StatusOK)
		head := i.send(newAsk(http.MethodHead, path, write), http.StatusOK)
		require.Equal(i, body.header.Get("Content-Type"), head.header.Get("Content-Type"))
		require.Equal(i, strconv.Itoa(len(body.text)), head.header.Get("Content-Length"))
		for _, method := range []string{http.MethodTrace, "FETCH"} {
			i.refused(newAsk(method, path, write), http.StatusMethodNotAllowed, "method_not_allowed", nil)
		}
		options := i.send(newAsk(http.MethodOptions, path, "").by(""), or(i.config.OptionsStatus != 0, i.config.OptionsStatus, http.StatusNoContent))
		require.Equal(i, i.allow(path), options.header.Get("Allow"))
	}
	i.refused(newAsk(http.MethodDelete, collection(home), write), http.StatusMethodNotAllowed, "method_not_allowed", nil)
	i.refused(newAsk(http.MethodPost, item(home, id), write).domain("a"), http.StatusMethodNotAllowed, "method_not_allowed", nil)
	i.send(newAsk(http.MethodHead, item(home, noRecord), write), http.StatusNotFound)
	put := newAsk(http.MethodPut, item(home, id), write)
	if !i.config.ExtraMethods {
		i.refused(put.domain("put.example"), http.StatusMethodNotAllowed, "method_not_allowed", nil)
		return
	}
	require.Equal(i, "put.example", i.send(put.domain("put.example"), http.StatusOK).member("domain"))
	i.send(put.json(`{}`), http.StatusBadRequest)
}

func inspectSlashes(i *inspector) {
	created := i.send(newAsk(http.MethodPost, strings.TrimSuffix(collection(home), "/"), write).domain(i.fresh()), http.StatusCreated)
	bare := strings.TrimSuffix(item(home, idOf(created)), "/")
	require.Equal(i, created.value, i.send(newAsk(http.MethodGet, bare, write), http.StatusOK).value)
	i.send(newAsk(http.MethodPatch, bare, write).domain(i.fresh()), http.StatusOK)
	i.send(newAsk(http.MethodGet, strings.TrimSuffix(collection(home), "/")+"?limit=1", write), http.StatusOK)
	i.send(newAsk(http.MethodDelete, bare, write), http.StatusNoContent)
	for _, path := range []string{"/", "/api/", collection(home) + "/", bare + "//", bare + "/more/", "/api/organizations/" + home + "/others/"} {
		i.refused(newAsk(http.MethodGet, path, write), http.StatusNotFound, "not_found", nil)
	}
}

func inspectAccept(i *inspector) {
	id := idOf(i.made())
	before := i.send(get(id), http.StatusOK)
	for _, accept := range []string{
		"*/*", "application/*", "application/json", "application/json; charset=utf-8", "text/html, application/json;q=0.5", "text/html, */*;q=0.1", "nonsense, */*",
	} {
		after := i.send(get(id).with("Accept", accept), http.StatusOK)
		require.Equal(i, before.value, after.value)
		require.Equal(i, before.header.Get("ETag"), after.header.Get("ETag"))
	}
	for _, accept := range []string{"text/html", "application/xml", "application/json;q=0", "*/*, application/json;q=0"} {
		i.send(get(id).with("Accept", accept), or(i.config.IgnoreAccept, http.StatusOK, http.StatusNotAcceptable))
	}
	i.send(patch(id).domain(i.fresh()), http.StatusOK)
	require.Equal(i, i.config.ETags, before.header.Get("ETag") != i.send(get(id), http.StatusOK).header.Get("ETag"))
}

func inspectPlaces(i *inspector) {
	taken := i.send(list("?limit=1"), http.StatusOK).results()[0]["domain"]
	domain, _ := taken.(string)
	if i.config.UniqueDomains {
		i.refused(post().domain(domain), http.StatusBadRequest, "unique", "domain")
	} else {
		i.send(post().domain(domain), http.StatusCreated)
	}
	id := idOf(i.made())
	i.send(patch(id).domain(i.fresh()), http.StatusOK)
	if i.config.Quota == 0 {
		return
	}
	for i.send(list("?limit=1"), http.StatusOK).object(i.T)["count"] != float64(i.config.Quota) {
		i.made()
	}
	i.refused(post().domain(i.fresh()), http.StatusBadRequest, "quota_exceeded", nil)
	i.send(patch(id).domain(i.fresh()), http.StatusOK)
	i.send(remove(id), http.StatusNoContent)
	i.made()
}
