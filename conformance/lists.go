package conformance

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"understudy/internal/resource"
)

// page is one page of a list.
type page struct {
	answer          *answer
	items           []map[string]any
	count           int // -1 when the list does not tell
	next, previous  string
	hasNext         bool // the list has such a member, or header, at all
	more, tellsMore bool // whether there is a next page, and whether the list says so
	told
}

// list reads one page at a path with its query.
func (e *env) list(ctx context.Context, path string) (*page, error) {
	return e.listAs(ctx, writer, path)
}

// listAs does so with another key.
func (e *env) listAs(ctx context.Context, as who, path string) (*page, error) {
	a, err := e.do(ctx, request{method: http.MethodGet, path: path, as: as})
	if err != nil {
		return nil, err
	}
	return e.parsePage(a)
}

// parsePage reads a list out of an answer.
func (e *env) parsePage(a *answer) (*page, error) {
	if a.status != http.StatusOK {
		return nil, e.owned("crud/list", mismatch(a, "the collection cannot be listed", "status 200", fmt.Sprintf("status %d", a.status)))
	}
	p := &page{answer: a, count: -1}
	envelope := e.collection.Envelope
	var items any
	if envelope.Bare() {
		items = a.value()
	}
	object, _ := a.value().(map[string]any)
	if path, ok := envelope.Path(resource.ItemsPart); ok {
		items = within(object, path)
	}
	p.readParts(e, object)
	list, ok := items.([]any)
	if !ok {
		return nil, e.owned("crud/list", failf(a, "the answer to a list has no items"))
	}
	for _, item := range list {
		object, ok := item.(map[string]any)
		if !ok {
			return nil, e.owned("crud/list", failf(a, "an item of the list is no object"))
		}
		p.items = append(p.items, object)
	}
	return p, nil
}

// everything reads the whole list, following next or counting offsets, up to a
// bound.
func (e *env) everything(ctx context.Context) ([]map[string]any, *page, error) {
	before := e.writes.mark()
	items, first, err := e.everythingAs(ctx, writer, e.collectionPath())
	if err == nil {
		e.noteHarm(items, before)
		e.lastListed, e.lastListedAt = items, len(e.answers)
	}
	return items, first, err
}

// everythingAs does so with another key, from a path on.
func (e *env) everythingAs(ctx context.Context, as who, path string) ([]map[string]any, *page, error) {
	var all []map[string]any
	var first, last *page
	begin := path
	for range maxPages {
		p, err := e.listAs(ctx, as, path)
		if err != nil {
			return nil, nil, err
		}
		switch {
		case first == nil:
			first = p
		case e.startsLike(p, first) && e.turns(last, p):
			return e.everythingAs(ctx, as, begin)
		case e.startsLike(p, first):
			return all, first, nil // it would never end
		}
		all, last = append(all, p.items...), p
		if path = e.after(p, path, len(all)); path == "" {
			return all, first, nil
		}
	}
	return all, first, nil
}

// startsLike reports whether two pages begin with the same record.
func (e *env) startsLike(p, other *page) bool {
	id := firstID(p, e.collection)
	return id != "" && id == firstID(other, e.collection)
}

// maxPages bounds how many pages a walk follows.
const maxPages = 40

// relative is the path and query of a link to the target itself.
func (e *env) relative(link string) (string, bool) {
	parsed, err := url.Parse(link)
	if err != nil {
		return "", false
	}
	path := parsed.EscapedPath()
	path = strings.TrimPrefix(path, strings.TrimSuffix(e.client.base.EscapedPath(), "/"))
	if parsed.RawQuery != "" {
		path += "?" + parsed.RawQuery
	}
	return path, strings.HasPrefix(path, "/")
}

// find is the entry of a record in a list; nil when it is not there.
func (e *env) find(items []map[string]any, id string) map[string]any {
	for _, item := range items {
		if idOf(item, e.collection) == id {
			return item
		}
	}
	return nil
}
