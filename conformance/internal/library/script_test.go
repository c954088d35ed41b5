package library_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"regexp"
	"strings"
	"time"
)

// A transcript is what a server says to a script, in words that are the same for every
// run of a correct server: times are described.
type transcript struct {
	*browser
	ctx      context.Context
	lines    []string
	expected []string // what a right server says; nil when that is to be found out
	stopped  bool     // since the first line that is not as expected
	times    map[string]string
}

// ask sends a request and writes down what comes back. A failure counts as an answer.
func (t *transcript) ask(a ask) got {
	if t.stopped {
		return got{}
	}
	g, err := t.try(t.ctx, a)
	said := fmt.Sprint(g.status, " ", t.headers(g), " ", t.described(g))
	if err != nil {
		said = "no answer"
	}
	line := strings.ReplaceAll(fmt.Sprintf("%s %s %s: %s", a.method, a.path, shortened(a.body), said), strings.TrimPrefix(t.url, "http://"), "HOST")
	t.lines = append(t.lines, line)
	t.stopped = t.expected != nil && line != t.wanted()
	return g
}

// wanted is what was expected where the transcript is.
func (t *transcript) wanted() string {
	if len(t.lines) > len(t.expected) {
		return "nothing more"
	}
	return t.expected[len(t.lines)-1]
}

func shortened(text string) string { return text[:min(len(text), 200)] }

// headers are those that matter.
func (t *transcript) headers(g got) string {
	var words []string
	for _, name := range []string{"Content-Type", "Content-Length", "Allow", "Www-Authenticate", "Location", "Cache-Control", "Content-Encoding", "Etag", "Link"} {
		if value := g.header.Get(name); value != "" {
			words = append(words, name+"="+value)
		}
	}
	return strings.Join(words, " ")
}

// described is the body with its times in words: how many hours ago they are, and
// whether they are those that were last seen of the record.
func (t *transcript) described(g got) string {
	if g.value == nil {
		return g.text
	}
	for _, item := range append(g.entries(), g.item()) {
		created, _ := item["created_at"].(string)
		updated, _ := item["updated_at"].(string)
		for name, text := range map[string]string{"created_at": created, "updated_at": updated} {
			at, err := time.Parse(time.RFC3339, text)
			if err != nil {
				continue
			}
			key := fmt.Sprint(item["shelf_id"], item["id"], name)
			item[name] = fmt.Sprintf("%s %dh ago, %s before, %s created", digit.ReplaceAllString(text, "9"),
				int(math.Round(time.Since(at).Hours())), compared(text, t.times[key]), compared(text, created))
			t.times[key] = text
		}
	}
	text, err := json.Marshal(g.value)
	if err != nil {
		return err.Error()
	}
	return string(text)
}

var digit = regexp.MustCompile(`\d`)

// compared says which of two times is later.
func compared(a, b string) string { return []string{"<", "=", ">"}[strings.Compare(a, b)+1] }

// script asks for all that the API does, one request after the other.
func (t *transcript) script() {
	t.readPages()
	t.readOddPages()
	t.readRecords()
	t.createRecords()
	t.createValues()
	t.changeRecords()
	t.takeReadOnly()
	t.deleteRecords()
	t.sendWrong()
	t.sendBodies()
	t.showUsers()
	t.crossShelves()
	t.useMethods()
	t.useAccept()
	t.ask(post(books, `{"book": {}}`+strings.Repeat(" ", 1<<20))) // last: it takes half a second
}

// next is the URL of a neighbouring page.
func (t *transcript) next(g got, rel string) string {
	for link := range strings.SplitSeq(g.header.Get("Link"), ", ") {
		address, found := strings.CutSuffix(link, `>; rel="`+rel+`"`)
		if found && strings.HasPrefix(address, "<"+t.url) {
			return strings.TrimPrefix(address, "<")
		}
	}
	return ""
}

func (t *transcript) readPages() {
	for _, query := range []string{
		"", "", "?per_page=2", "?page=2", "?page=3&per_page=3&more=kept", "?page=2&per_page=2&more=a%26b", "?page=4&per_page=2", "?per_page=7", "?page=9", "?page=3&per_page=2",
		"?sort=id", "?sort=-id", "?sort=title", "?sort=-title&per_page=3", "?sort=pages", "?sort=-pages",
		"?genre=novel", "?genre=poetry", "?genre=novel&per_page=1&sort=-title", "?page=2&genre=novel&per_page=1",
	} {
		t.ask(get(books + query))
	}
	t.ask(get(shelves))
	t.ask(get(shelves + "?sort=-name&per_page=1"))
	page := t.ask(get(books + "?per_page=3"))
	for _, rel := range []string{"next", "next", "prev", "prev"} {
		if address := t.next(page, rel); address != "" {
			page = t.ask(get(address))
		}
	}
}

func (t *transcript) readOddPages() {
	for _, query := range []string{"page=0", "page=-1", "page=a", "page=", "per_page=0", "per_page=-1", "per_page=x", "per_page=13", "sort=shelf", "genre=none"} {
		t.ask(get(books + "?" + query))
	}
}

func (t *transcript) readRecords() {
	for _, path := range []string{book, book, books + "/105", shelf, nothing, nowhere, books + "/abc", books + "/99999999999999999999", nowhere + "/books", "/shelves/abc/books", "/shelves/101/pens"} {
		t.ask(get(path))
		t.ask(request(http.MethodHead, path))
	}
	t.ask(request(http.MethodHead, books))
}

// whole is a book with every member.
const whole = `{"book": {"title": "Whole", "subtitle": "Sub", "genre": "poetry", "pages": 137, "lendable": false, "published_on": "1855-07-04", "mark": "AB-123", "tags": ["one", "two"]}}`

// bare is a book with what is required.
const bare = `{"book": {"title": "Bare", "genre": "novel", "pages": 12}}`

func (t *transcript) createRecords() {
	for _, body := range []string{whole, bare, bare} {
		made := t.ask(post(books, body))
		t.ask(get(made.at(books)))
		t.ask(get(books + "?per_page=12"))
	}
	for _, by := range []string{"title", "-title", "pages", "-pages"} {
		t.ask(get(books + "?per_page=12&sort=" + by))
	}
	made := t.ask(post(shelves, `{"shelf": {"name": "New", "place": "attic"}}`))
	t.ask(get(made.at(shelves)))
	t.ask(get(shelves))
	t.ask(get(made.at(shelves) + "/books"))
}

func (t *transcript) createValues() {
	for _, title := range []string{
		strings.Repeat("a", 60), strings.Repeat("ä", 60), strings.Repeat("😀", 40), "x", "A  b", "grüße", "😀", `<a href='x'>&amp;`, "50%25+x", `a\b`,
	} {
		quoted, err := json.Marshal(title)
		if err != nil {
			panic(err)
		}
		made := t.ask(post(books, `{"book": {"title": `+string(quoted)+`, "genre": "science", "pages": 1}}`))
		t.ask(get(made.at(books)))
		t.ask(remove(made.at(books)))
	}
	for _, members := range []string{`"pages": 100000`, `"pages": 3.0`, `"pages": 2, "subtitle": null, "published_on": null`, `"pages": 2, "tags": ["a", "b", "c", "d", "e"]`} {
		t.ask(remove(t.ask(post(books, `{"book": {"title": "Values", "genre": "science", `+members+`}}`)).at(books)))
	}
}

func (t *transcript) changeRecords() {
	made := t.ask(post(books, whole)).at(books)
	for _, a := range []ask{
		patch(made, `{"book": {"title": "Changed", "pages": 5}}`), patch(made, `{"book": {"lendable": true}}`), patch(made, `{"book": {"lendable": false}}`),
		patch(made, `{"book": {"subtitle": null}}`), patch(made, `{"book": {"tags": ["three"]}}`), patch(made, `{"book": {}}`),
		patch(made, `{"book": {"title": "As JSON"}}`).sending("application/json", `{"book": {"title": "As JSON"}}`),
		put(made, whole), put(made, bare), put(made, bare),
		patch(book, `{"book": {"title": "First"}}`), put(books+"/103", bare),
		patch(shelf, `{"shelf": {"place": "cellar"}}`), put(shelf, `{"shelf": {"name": "Put"}}`),
		patch(nothing, `{"book": {"title": "Nothing"}}`), put(nothing, bare),
	} {
		t.ask(a)
		t.ask(get(a.path))
		t.ask(get(books + "?per_page=12"))
	}
}

func (t *transcript) takeReadOnly() {
	const readOnly = `"id": 7777, "created_at": "2001-01-01T00:00:00Z", "updated_at": "2002-01-01T00:00:00Z"`
	body := strings.Replace(bare, `{"title"`, `{`+readOnly+`, "title"`, 1)
	made := t.ask(post(books, body)).at(books)
	t.ask(get(made))
	t.ask(put(made, body))
	t.ask(get(made))
	t.ask(patch(made, `{"book": {`+readOnly+`}}`))
	t.ask(get(made))
	t.ask(remove(made))
	t.ask(post(books, strings.Replace(bare, `{"title"`, `{"colour": "red", "title"`, 1)))
}

func (t *transcript) deleteRecords() {
	made := t.ask(post(books, bare)).at(books)
	t.ask(remove(made))
	for _, a := range []ask{get(made), remove(made), patch(made, `{"book": {"title": "Back"}}`), put(made, bare), remove(nothing), post(books, bare)} {
		t.ask(a)
		t.ask(get(books + "?per_page=12&page=2"))
	}
	t.ask(get(books + "?per_page=12"))
}

func (t *transcript) sendWrong() {
	for _, member := range []string{
		`"title": null`, `"title": ""`, `"title": "` + strings.Repeat("a", 61) + `"`, `"title": 7`, `"title": true`, `"title": ["a"]`,
		`"genre": "prose"`, `"genre": null`, `"pages": 0`, `"pages": 100001`, `"pages": 1.5`, `"pages": 99999999999`, `"pages": "9"`,
		`"lendable": "yes"`, `"published_on": "soon"`, `"published_on": "2026-02-31"`, `"mark": "ab"`, `"tags": "a"`, `"tags": [7]`, `"tags": ["a", "b", "c", "d", "e", "f"]`,
	} {
		t.ask(post(books, `{"book": {"title": "Wrong", "genre": "novel", "pages": 1, `+member+`}}`))
		t.ask(patch(book, `{"book": {`+member+`}}`))
		t.ask(put(book, `{"book": {"title": "Wrong", "genre": "novel", "pages": 1, `+member+`}}`))
		t.ask(get(book))
	}
	t.ask(post(books, `{"book": {}}`))
	t.ask(get(books + "?per_page=12&page=2"))
}

func (t *transcript) sendBodies() {
	inner := strings.TrimSuffix(strings.TrimPrefix(bare, `{"book": `), "}")
	for _, body := range []string{"", "{", "null", "[" + bare + "]", bare + " more", inner, "{}", `{"book": null}`, `{"book": [1]}`, `{"book": "x"}`} {
		t.ask(post(books, body))
		t.ask(patch(book, body))
		t.ask(put(book, body))
	}
	for _, contentType := range []string{"", "text/plain", "application/json; charset=utf-8", "application/merge-patch+json", "application/x-www-form-urlencoded"} {
		t.ask(post(books, bare).sending(contentType, bare))
	}
}

func (t *transcript) showUsers() {
	basic := func(credentials string) string {
		return "Basic " + base64.StdEncoding.EncodeToString([]byte(credentials))
	}
	right := user + ":" + password
	for _, authorization := range []string{
		"", "Basic", "Basic %%%", basic("no colon"), basic(user + ":wrong"), basic("bob:" + password), basic("bob:bob"), basic(user + ":"), basic(user + ":" + password[:5]),
		basic(right + "x"), basic(user + ":" + strings.ToUpper(password)), basic(strings.ToUpper(right)), "Bearer " + right, "Digest " + right, "basic" + strings.TrimPrefix(basic(right), "Basic"),
	} {
		t.ask(get(books).by(authorization))
	}
	for _, a := range []ask{
		get(shelves), get(book), request(http.MethodHead, book), post(books, bare), put(book, bare), patch(book, `{"book": {"title": "Nobody"}}`), remove(book),
	} {
		t.ask(a.by(""))
		t.ask(get(books + "?per_page=12"))
		t.ask(get(books + "?per_page=12&page=2"))
	}
}

func (t *transcript) crossShelves() {
	for _, a := range []ask{
		get(astray), put(astray, bare), patch(astray, `{"book": {"title": "Astray"}}`), remove(astray), get(book),
		post(nowhere+"/books", bare), get(nowhere + "/books"), get(nowhere), post(other+"/books", bare), get(other + "/books?per_page=12"), get(books + "?per_page=12"),
	} {
		t.ask(a)
	}
	third := t.ask(post(shelves, `{"shelf": {"name": "Third"}}`)).at(shelves)
	made := t.ask(post(third+"/books", bare)).at(third + "/books")
	t.ask(remove(third))
	for _, a := range []ask{get(third + "/books"), get(made), post(third+"/books", bare), get(shelves), get(books), get(other + "/books")} {
		t.ask(a)
	}
}

func (t *transcript) useMethods() {
	for _, path := range []string{shelves, book} {
		for _, method := range []string{http.MethodOptions, http.MethodPut, http.MethodPost, http.MethodDelete, http.MethodTrace} {
			if path == book && (method == http.MethodPut || method == http.MethodDelete) {
				continue
			}
			t.ask(request(method, path))
		}
	}
	t.ask(get(shelves + "/"))
}

func (t *transcript) useAccept() {
	for _, accept := range []string{"*/*", "application/*", "application/json", "text/html, application/json;q=0.5", "text/html"} {
		t.ask(get(book).with("Accept", accept))
	}
}
