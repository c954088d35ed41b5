package conformance

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"

	"understudy/conformance/report"
	"understudy/internal/contract"
	"understudy/internal/resource"
)

// viewChecks are about operations that show the records of a collection from another
// side. That they do is read from names, so that nothing here is a MUST. What their
// answers must look like is judged as of any operation outside of collections.
func viewChecks() []Check {
	const views = "the document, for each operation that shows records of a collection from another side"
	isView := func(s *suite, op *contract.Operation) bool { return s.model.View(op) != nil }
	return []Check{
		{
			ID: "operation/view-shows", Level: report.Should, Source: views, Operations: true, AtOperation: whole, picks: isView, Requires: []string{"operation/answer"},
			Requirement: "A record is shown wherever the document shows the records with such a value, and no others are.",
			Sends:       "GET of the view with the values of a record.", Failure: "the record is not in the list",
			run: checkViewShows,
		},
		{
			ID: "operation/view-unknown", Level: report.Should, Source: "RFC 9110, section 15.5.5", Operations: true, AtOperation: whole, picks: isView, Requires: []string{"operation/answer"},
			Requirement: "Where no record has such a value, a view is not found, or is an empty list.",
			Sends:       "GET of the view with a value that no record has.", Failure: "a view of what is not there shows records: expected status 404 or an empty list, got 3 records",
			run: checkViewUnknown,
		},
	}
}

// viewTells reports whether a record gives a parameter of a view its value: one that
// the run may create, or that is there.
func (s *suite) viewTells(op *contract.Operation, param string) bool {
	view := s.model.View(op)
	if view == nil || len(view.Match[param]) == 0 || s.missingParam(view.Collection) != "" {
		return false
	}
	return s.operationFor(view.Collection, resource.List) != nil || s.readOnly == "" && s.creatable(view.Collection)
}

// prepareView finds a record for a view to show, and the parameters that its members
// give. Where there is none, the check finds the values missing.
func (e *env) prepareView(ctx context.Context) error {
	view := e.model.View(e.operation)
	if view == nil {
		return nil
	}
	above := e.newEnv(view.Collection, &Check{ID: e.check.ID})
	item, err := above.recordToView(ctx)
	e.answers = append(above.answers, e.answers...)
	if isFailure(err) || isObstacle(err) {
		return nil // it is for the checks of the collection to tell
	}
	if err != nil {
		return err
	}
	for param, path := range view.Match {
		if value := plain(within(item, path)); value != "" && e.params[param] == "" {
			e.params[param] = value
		}
	}
	e.viewed = item
	return nil
}

// recordToView is a record of the run, or the first that is listed.
func (e *env) recordToView(ctx context.Context) (map[string]any, error) {
	if err := e.prepare(ctx); err != nil {
		return nil, err
	}
	if e.mayCreate() {
		r, err := e.sample(ctx)
		if err != nil {
			return nil, err
		}
		return r.value, nil
	}
	if e.op(resource.List) == nil {
		return nil, notApplicable("no record of %s can be made, or found", e.collection.Name)
	}
	p, err := e.list(ctx, e.collectionPath())
	if err != nil || len(p.items) == 0 {
		return nil, err
	}
	return p.items[0], nil
}

// mayBeMore is how many records a view may list before one that is missing could stand
// on a later page.
const mayBeMore = 10

func checkViewShows(ctx context.Context, e *env) error {
	view := e.model.View(e.operation)
	c := view.Collection
	if e.viewed == nil {
		return notApplicable("there is no record of %s to look for", c.Name)
	}
	made, err := e.newCall(e.operation, false)
	if err != nil {
		return err
	}
	if found := e.broken(made.request(writer), e.operation); len(found) > 0 {
		return notApplicable("no valid request can be made: %s", found[0])
	}
	return e.eventually(ctx, func() error {
		a, err := e.exchange(ctx, made.request(writer))
		if a != nil {
			e.answers = append(e.answers, a)
		}
		if err != nil {
			return err
		}
		if !a.ok() {
			return mismatch(a, "the view of a record that is there is refused", expectedStatus(e.operation), fmt.Sprintf("status %d", a.status))
		}
		return e.expectViewed(c, view, a)
	})
}

// expectViewed judges what a view shows.
func (e *env) expectViewed(c *resource.Collection, view *resource.View, a *answer) error {
	items := shownIn(view, a)
	for _, item := range items {
		for param, path := range view.Match {
			if value := plain(within(item, path)); value != "" && value != e.params[param] {
				return mismatch(a, "the view shows a record with another "+path[len(path)-1], e.params[param], value)
			}
		}
	}
	for param, path := range view.Match {
		if plain(within(e.viewed, path)) != e.params[param] {
			return nil // the run was told to look elsewhere
		}
	}
	id := idOf(e.viewed, c)
	isShown := slices.ContainsFunc(items, func(item map[string]any) bool { return idOf(item, c) == id })
	switch {
	case isShown || id == "":
		return nil
	case view.Role == resource.List && len(items) >= mayBeMore:
		return notApplicable("the record may stand on a later page")
	case view.Role == resource.Retrieve && len(items) > 0:
		return nil // another with the same values
	}
	return failf(a, "the record %s of %s is not shown", id, c.Name)
}

// shownIn lists the records that a view shows.
func shownIn(view *resource.View, a *answer) []map[string]any {
	part := resource.ItemPart
	if view.Role == resource.List {
		part = resource.ItemsPart
	}
	path, _ := view.Shown.Path(part)
	value := within(a.value(), path)
	items, isList := value.([]any)
	if !isList {
		items = []any{value}
	}
	var shown []map[string]any
	for _, item := range items {
		if object, ok := item.(map[string]any); ok {
			shown = append(shown, object)
		}
	}
	return shown
}

func checkViewUnknown(ctx context.Context, e *env) error {
	view := e.model.View(e.operation)
	made, err := e.newCall(e.operation, false)
	if err != nil {
		return err
	}
	for _, p := range e.operation.Parameters {
		if p.In != "path" || len(view.Match[p.Name]) == 0 {
			continue
		}
		value, err := e.samples.parameter(p)
		if err != nil {
			return err
		}
		if _, isNumber := strconv.ParseFloat(plain(value), 64); isNumber == nil && p.Schema != nil && len(p.Schema.Check(json.Number(strconv.Itoa(unknownNumber)))) == 0 {
			value = json.Number(strconv.Itoa(unknownNumber)) // a small number may be that of a record
		}
		made = made.with(p, value)
	}
	if found := e.broken(made.request(writer), e.operation); len(found) > 0 {
		return notApplicable("no valid request can be made: %s", found[0])
	}
	a, err := e.answered(ctx, "a view of what is not there", made.request(writer))
	if err != nil {
		return err
	}
	shown := len(shownIn(view, a))
	switch {
	case a.status >= http.StatusInternalServerError || a.status < 200 || a.status >= 300 && a.status < 400:
		return mismatch(a, "a view of what is not there fails", "status 404 or an empty list", fmt.Sprintf("status %d", a.status))
	case a.ok() && view.Role == resource.List && shown > 0, a.ok() && view.Role == resource.Retrieve:
		return mismatch(a, "a view of what is not there shows records", "status 404 or an empty list", fmt.Sprintf("%d records", shown))
	}
	return nil
}
