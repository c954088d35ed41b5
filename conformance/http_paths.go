package conformance

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"understudy/internal/resource"
)

// otherForm is a path with a trailing slash more or less.
func otherForm(path string) string {
	if without, ok := strings.CutSuffix(path, "/"); ok {
		return without
	}
	return path + "/"
}

// form is what becomes of a path with a trailing slash more or less.
type form string

const (
	formServed     form = "answered"
	formRedirected form = "redirected"
	formRefused    form = "refused"
)

func checkTrailingSlash(ctx context.Context, e *env) error {
	paths, err := e.readable(ctx)
	if err != nil {
		return err
	}
	var forms []form
	var last *answer
	for _, path := range paths {
		f, a, err := e.expectForms(ctx, path)
		if err != nil {
			return err
		}
		forms, last = append(forms, f), a
	}
	switch {
	case len(forms) > 1 && forms[0] != forms[1]:
		return warnf(last, "a trailing slash more or less is %s on one path, and %s on another", forms[0], forms[1])
	case forms[0] == formRefused && strings.HasSuffix(paths[0], "/"):
		return warnf(last, "a path without its trailing slash is not found: clients that forget it get %d", last.status)
	case forms[0] == formRedirected:
		return e.expectBodyKept(ctx)
	}
	return nil
}

// expectForms compares the two forms of a path, and says what becomes of the one
// that the document does not write, with the answer.
func (e *env) expectForms(ctx context.Context, path string) (form, *answer, error) {
	written, err := e.get(ctx, path)
	if err != nil {
		return "", nil, err
	}
	other, err := e.get(ctx, otherForm(path))
	if err != nil {
		return "", nil, err
	}
	switch {
	case !written.ok() && other.ok():
		return "", nil, mismatch(written, "the path as the document writes it is refused, and its other form is not", fmt.Sprintf("status %d", other.status), fmt.Sprintf("status %d", written.status))
	case !written.ok():
		return "", nil, e.leave("crud/list", written)
	case other.status >= http.StatusInternalServerError:
		return "", nil, mismatch(other, "a path with a trailing slash more or less fails", "the same answer, a redirect or a refusal", fmt.Sprintf("status %d", other.status))
	case other.ok():
		return formServed, other, e.expectSameAnswer(ctx, path, written, other)
	case other.status >= 300 && other.status < 400:
		return formRedirected, other, nil
	}
	return formRefused, other, nil
}

// expectSameAnswer fails when the two forms of a path show different records.
// What has changed meanwhile is read again.
func (e *env) expectSameAnswer(ctx context.Context, path string, written, other *answer) error {
	if slices.Equal(e.shown(written), e.shown(other)) {
		return nil
	}
	again, err := e.get(ctx, path)
	if err != nil {
		return err
	}
	if !slices.Equal(e.shown(again), e.shown(other)) {
		return mismatch(other, "a path with a trailing slash more or less answers something else", strings.Join(e.shown(again), ", "), strings.Join(e.shown(other), ", "))
	}
	return nil
}

// shown lists the ids of the records in an answer; nil when it is not one that
// shows records.
func (e *env) shown(a *answer) []string {
	if id := idOf(a.object(), e.collection); id != "" {
		return []string{id}
	}
	p, err := e.parsePage(a)
	if err != nil {
		return nil
	}
	ids := append(e.keys(p.items), "a list")
	slices.Sort(ids)
	return ids
}

// expectBodyKept sends a create to the other form of the collection's path, which
// redirects.
func (e *env) expectBodyKept(ctx context.Context) error {
	if !e.mayCreate() {
		return nil
	}
	body, err := e.body(e.op(resource.Create))
	if err != nil {
		return nil //nolint:nilerr // nothing can be created here
	}
	a, err := e.sendCreate(ctx, jsonRequest(http.MethodPost, otherForm(e.collectionPath()), writer, body))
	if err != nil {
		return err
	}
	switch a.status {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther:
		return warnf(a, "a create is redirected with %d, which makes clients send GET without the body", a.status)
	}
	return nil
}

func checkUnknownPath(ctx context.Context, e *env) error {
	id, err := e.unknownID(ctx)
	if err != nil {
		return err
	}
	path := strings.TrimSuffix(e.collectionPath(), "/") + "/" + id + "/understudy-unknown"
	if strings.HasSuffix(e.collectionPath(), "/") {
		path += "/"
	}
	a, err := e.get(ctx, path)
	if err != nil {
		return err
	}
	if a.ok() || a.status >= http.StatusInternalServerError {
		return mismatch(a, "a path that is not there", "status 404", fmt.Sprintf("status %d", a.status))
	}
	return nil
}

func checkUnknownIDAnswered(ctx context.Context, e *env) error {
	id, err := e.unknownID(ctx)
	if err != nil {
		return err
	}
	a, err := e.get(ctx, e.itemPath(id))
	if err != nil {
		return err
	}
	if a.status >= http.StatusInternalServerError {
		return mismatch(a, "an id that no record has fails", "status 404", fmt.Sprintf("status %d", a.status))
	}
	if id != fmt.Sprint(unknownNumber) {
		return nil
	}
	a, err = e.get(ctx, e.itemPath(strings.Repeat("9", 30)))
	if err != nil {
		return err
	}
	if a.status >= http.StatusInternalServerError {
		return warnf(a, "an id of thirty digits, which fits no number of a database, fails with %d", a.status)
	}
	return nil
}

// badIDs are ids of other shapes than most documents allow. The last one is
// special: what stands before a server may refuse it by itself.
var badIDs = []string{"understudy", "0", "\x00"}

func checkBadID(ctx context.Context, e *env) error {
	if e.collection.Singleton {
		return notApplicable("there is one %s, which has no id", e.collection.Name)
	}
	tried := false
	for _, id := range badIDs {
		path := e.itemPath(id)
		match := e.contract.Match(http.MethodGet, path)
		if match.Operation == nil || len(match.Operation.CheckPath(&match.Params)) == 0 {
			continue // the document allows it
		}
		tried = true
		a, err := e.get(ctx, path)
		if err != nil {
			return err
		}
		if a.status < 400 || a.status >= http.StatusInternalServerError {
			return mismatch(a, "an id of the wrong shape", "status 404 or 400", fmt.Sprintf("status %d", a.status))
		}
		if id == "\x00" {
			continue
		}
		if err := e.habit("an id of the wrong shape", fmt.Sprint(a.status), a); err != nil {
			return err
		}
	}
	if !tried {
		return notApplicable("the document allows ids of any shape")
	}
	return nil
}
