package subject_test

import (
	"encoding/base64"
	"net/http"
	"strings"
	"time"

	"understudy/conformance/internal/subject"
)

// scripted is what the script runs against: some records of each organization
// are there already.
func scripted() subject.Config {
	config := withKeys()
	config.Records = 5
	config.StatusDelays = subject.Delays{Issuing: time.Hour, Valid: time.Hour} // not while a script runs
	return config
}

// script asks for all that the API does, one request after the other.
func (t *transcript) script() {
	t.readPages()
	t.readOddPages()
	t.readRecords()
	t.createRecords()
	t.createTexts()
	t.createReadOnly()
	t.changeRecords()
	t.changeReadOnly()
	t.deleteRecords()
	t.sendBodies()
	t.sendBrokenDomains()
	t.sendBrokenBodies()
	t.showKeys()
	t.showWeakKeys()
	t.showForeignKeys()
	t.crossOrganizations()
	t.useMethods()
	t.useSlashes()
	t.useAccept()
	t.sendLarge()
}

// The requests of the key with both scopes.

func list(query string) ask { return newAsk(http.MethodGet, collection(home)+query, write) }

func get(id string) ask { return newAsk(http.MethodGet, item(home, id), write) }

func post() ask { return newAsk(http.MethodPost, collection(home), write) }

func patch(id string) ask { return newAsk(http.MethodPatch, item(home, id), write) }

func remove(id string) ask { return newAsk(http.MethodDelete, item(home, id), write) }

func (t *transcript) readPages() {
	t.ask("list", list(""))
	t.ask("list again", list(""))
	page := t.ask("first page", list("?limit=2&other=kept"))
	for range 4 {
		next := page.member("next")
		if !strings.HasPrefix(next, t.url) {
			break
		}
		page = t.ask("next page", newAsk(http.MethodGet, next, write))
	}
	for range 4 {
		previous := page.member("previous")
		if !strings.HasPrefix(previous, t.url) {
			break
		}
		page = t.ask("previous page", newAsk(http.MethodGet, previous, write))
	}
}

func (t *transcript) readOddPages() {
	t.ask("third page", list("?limit=1&offset=2&other=kept"))
	t.ask("page across the start", list("?limit=3&offset=1"))
	t.ask("all on one page", list("?limit=5"))
	t.ask("past the end", list("?offset=50"))
	for _, query := range []string{"?limit=0", "?limit=-1", "?limit=abc", "?limit=", "?limit=20000", "?offset=-1", "?offset=abc"} {
		t.ask("list "+query, list(query))
	}
}

func (t *transcript) readRecords() {
	all := t.ask("list", list(""))
	for _, id := range []string{newest(all), oldest(all)} {
		t.ask("get", get(id))
		t.ask("get again", get(id))
		t.ask("head", newAsk(http.MethodHead, item(home, id), write))
	}
	t.ask("get unknown", get(noRecord))
	t.ask("head of unknown", newAsk(http.MethodHead, item(home, noRecord), write))
	t.ask("get bad id", get("not-an-id"))
}

func (t *transcript) createRecords() {
	for _, domain := range []string{"new.example", "new.example", "x", "New.Example"} {
		created := t.ask("create "+domain, post().domain(domain))
		t.ask("get created", get(idOf(created)))
		t.ask("list with created", list(""))
	}
}

func (t *transcript) createTexts() {
	for _, domain := range []string{
		strings.Repeat("a", 33), strings.Repeat("a", 61), strings.Repeat("a", 64),
		strings.Repeat("ä", 33), strings.Repeat("😀", 33),
		"a  b", "grüße.example", "😀.example", `<a href="x">&amp;'`, "50%25+x", `a\b`,
	} {
		created := t.ask("create "+domain, post().domain(domain))
		t.ask("get created", get(idOf(created)))
		t.ask("delete created", remove(idOf(created)))
	}
}

// readOnly holds each read-only field with another value than the server's.
const readOnly = `"id":"0a0a0a0a-0000-4000-8000-00000000000a","status":"erroring","message":"mine",` +
	`"target_cname":"mine.","created_at":"2001-01-01T00:00:00Z","created_by":7`

func (t *transcript) createReadOnly() {
	created := t.ask("create with read-only fields", post().json(`{"domain":"mine.example",`+readOnly+`}`))
	t.ask("get created", get(idOf(created)))
	t.ask("get by the id that was sent", get("0a0a0a0a-0000-4000-8000-00000000000a"))
	t.ask("create with an unknown field", post().json(`{"domain":"mine.example","colour":"red"}`))
}

func (t *transcript) changeRecords() {
	all := t.ask("list", list(""))
	for _, id := range []string{newest(all), oldest(all)} {
		t.ask("get", get(id))
		t.ask("patch", patch(id).domain("changed.example"))
		t.ask("get patched", get(id))
		t.ask("patch nothing", patch(id).json(`{}`))
		t.ask("patch without body", patch(id))
		t.ask("get patched", get(id))
		t.ask("list with patched", list(""))
	}
	t.ask("patch unknown", patch(noRecord).domain("changed.example"))
	t.ask("get unknown", get(noRecord))
}

func (t *transcript) changeReadOnly() {
	id := newest(t.ask("list", list("")))
	t.ask("patch read-only fields", patch(id).json(`{`+readOnly+`}`))
	t.ask("get patched", get(id))
}

func (t *transcript) deleteRecords() {
	id := oldest(t.ask("list", list("")))
	t.ask("delete", remove(id))
	t.ask("get deleted", get(id))
	t.ask("list without deleted", list(""))
	t.ask("delete deleted", remove(id))
	t.ask("patch deleted", patch(id).domain("back.example"))
	t.ask("get deleted", get(id))
	t.ask("create after delete", post().domain("after.example"))
	t.ask("list without deleted", list(""))
	t.ask("delete unknown", remove(noRecord))
}

func (t *transcript) sendBodies() {
	for _, a := range []ask{
		post().form("form+1 %.example"),
		post().multipart("multipart.example"),
		post().sending("application/json; charset=utf-8", `{"domain":"charset.example"}`),
		patch(newest(t.ask("list", list("")))).form("patched form.example"),
	} {
		sent := t.ask(a.method+" "+a.contentType, a)
		t.ask("get sent", get(idOf(sent)))
	}
}

func (t *transcript) sendBrokenDomains() {
	id := newest(t.ask("list", list("")))
	for _, body := range []string{
		`{}`, `{"domain":null}`, `{"domain":""}`, `{"domain":"` + strings.Repeat("a", 65) + `"}`,
		`{"domain":7}`, `{"domain":true}`, `{"domain":["a"]}`, `{"domain":{"a":1}}`,
	} {
		t.ask("create "+body, post().json(body))
		t.ask("list", list("?limit=1"))
		t.ask("patch "+body, patch(id).json(body))
		t.ask("get", get(id))
	}
}

func (t *transcript) sendBrokenBodies() {
	id := newest(t.ask("list", list("")))
	for _, body := range []string{`{"domain":`, `{"domain":"a.example"} more`, `[{"domain":"a.example"}]`, `null`, ``} {
		t.ask("create "+body, post().json(body))
		t.ask("patch "+body, patch(id).json(body))
	}
	t.ask("create as text", post().sending("text/plain", `{"domain":"text.example"}`))
}

// sendLarge comes last because it takes half a second: the server closes the
// connection with care.
func (t *transcript) sendLarge() {
	t.ask("create from a large body", post().json(`{"domain":"large.example"`+strings.Repeat(" ", 1<<20)+`}`))
}

// each is one request of each kind, under an Authorization header.
func (t *transcript) each(label, organization, authorization string) {
	id := newest(t.ask("list before "+label, list("?limit=1")))
	if organization != home {
		id = noRecord
	}
	for _, a := range []ask{
		newAsk(http.MethodGet, collection(organization), ""),
		newAsk(http.MethodGet, item(organization, id), ""),
		newAsk(http.MethodHead, item(organization, id), ""),
		newAsk(http.MethodPost, collection(organization), "").domain("each.example"),
		newAsk(http.MethodPatch, item(organization, id), "").domain("each.example"),
		newAsk(http.MethodDelete, item(organization, id), ""),
	} {
		t.ask(label+" "+a.method, a.by(authorization))
	}
	t.ask("list after "+label, list("?limit=1"))
}

func (t *transcript) showKeys() {
	t.each("without a key", home, "")
	t.each("unknown key", home, "Bearer "+unknown)
	t.each("read key", home, "Bearer "+read)
	t.each("unscoped key", home, "Bearer "+unscoped)
	t.each("write key", home, "bearer "+write)
}

func (t *transcript) showWeakKeys() {
	for _, authorization := range []string{
		"Bearer", "Bearer " + write[:20], "Bearer " + write + "x", "Bearer " + strings.ToUpper(write),
		"Token " + write, "Basic " + base64.StdEncoding.EncodeToString([]byte("user:"+write)), write,
	} {
		t.ask("list with "+authorization, list("").by(authorization))
	}
}

func (t *transcript) showForeignKeys() {
	t.each("foreign key", home, "Bearer "+foreign)
	t.each("write key in no organization", noOrganization, "Bearer "+write)
	t.each("write key in no UUID", "acme", "Bearer "+write)
	t.ask("list of no organization", newAsk(http.MethodGet, collection(noOrganization), write))
}

func (t *transcript) crossOrganizations() {
	theirs := newAsk(http.MethodGet, collection(abroad), foreign)
	id := newest(t.ask("foreign list", theirs))
	t.ask("get foreign", get(id))
	t.ask("patch foreign", patch(id).domain("taken.example"))
	t.ask("foreign list", theirs)
	t.ask("delete foreign", remove(id))
	t.ask("foreign list", theirs)
	created := t.ask("create at home", post().domain("home.example"))
	t.ask("get created", get(idOf(created)))
	t.ask("foreign list", theirs)
}

func (t *transcript) useMethods() {
	id := newest(t.ask("list", list("")))
	for _, path := range []string{collection(home), item(home, id)} {
		for _, method := range []string{http.MethodHead, http.MethodOptions, http.MethodPut, http.MethodTrace, "FETCH"} {
			t.ask(method, newAsk(method, path, write))
		}
	}
	t.ask("delete all", newAsk(http.MethodDelete, collection(home), write))
	t.ask("post to record", newAsk(http.MethodPost, item(home, id), write).domain("a.example"))
	t.ask("unknown path", newAsk(http.MethodGet, "/api/organizations/"+home+"/others/", write))
}

func (t *transcript) useSlashes() {
	created := t.ask("create without slash", newAsk(http.MethodPost, strings.TrimSuffix(collection(home), "/"), write).domain("slash.example"))
	t.ask("get without slash", newAsk(http.MethodGet, strings.TrimSuffix(item(home, idOf(created)), "/"), write))
	t.ask("get with two slashes", newAsk(http.MethodGet, item(home, idOf(created))+"/", write))
}

func (t *transcript) useAccept() {
	id := newest(t.ask("list", list("")))
	for _, accept := range []string{
		"*/*", "application/*", "application/json", "text/html, application/json;q=0.5", "text/html", "application/json;q=0", "*/*, application/json;q=0",
	} {
		t.ask("get accepting "+accept, get(id).with("Accept", accept))
	}
	t.ask("get accepting no coding", get(id).with("Accept-Encoding", "identity"))
}
