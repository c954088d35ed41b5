package conformance

import (
	"context"
	"fmt"
	"net/http"

	"understudy/conformance/report"
	"understudy/internal/resource"
)

// abroad is the need of checks about two places: home, and one that only the
// foreign key may enter.
func abroad(roles ...resource.Role) Needs {
	n := needs(roles...)
	n.Secured, n.Elsewhere, n.Keys = true, true, []who{foreigner}
	return n
}

// elsewhereChecks are about records of two places.
func elsewhereChecks() []Check {
	records, lists := abroad(resource.Create, resource.Retrieve), abroad(resource.Create, resource.List)
	kept := and(sound, "crud/unknown-id", "isolation/foreign-key", "isolation/foreign-key-on-records")
	counted := and(kept, "pagination/count", "isolation/foreign-record")
	return []Check{
		{
			ID: "isolation/own-key-elsewhere", Level: report.Must, At: answered(resource.List, http.StatusForbidden), Needs: abroad(resource.List), Requires: []string{"crud/list"}, Follows: []string{"isolation/foreign-key"},
			Requirement: "The key is refused the list of a place where it does not belong, with 403 or 404.",
			Sends:       "GET of the collection of the foreign place.", Failure: "GET of the foreign place: status 200",
			run: checkOwnKeyElsewhere,
		},
		{
			ID: "isolation/own-key-creates-elsewhere", Level: report.Must, At: answered(resource.Create, http.StatusForbidden), Needs: lists, Requires: []string{"crud/create", "crud/list"}, Follows: and(kept, "isolation/own-key-elsewhere"),
			Requirement: "The key creates nothing in a place where it does not belong.",
			Sends:       "POST to the foreign place, then its list with the foreign key.", Failure: "POST to the foreign place: status 201",
			Costs: Costs{Requests: 2},
			run:   checkOwnKeyCreatesElsewhere,
		},
		{
			ID: "isolation/foreign-record", Level: report.Must, At: answered(resource.Retrieve, http.StatusNotFound), Needs: records, Requires: readable, Follows: kept,
			Requirement: "A record of another place is not found at home: it cannot be read, changed or deleted there.",
			Sends:       "POST to the foreign place with its key; GET, PATCH, PUT and DELETE of the id at home; GET of the record in its place.", Failure: "GET at home of a record of another place: status 200",
			Costs: Costs{Requests: 6, Records: 1},
			run:   checkForeignRecord,
		},
		{
			ID: "isolation/foreign-record-listed", Level: report.Must, At: at(resource.List), Needs: lists, Requires: []string{"crud/create", "crud/list"}, Follows: counted,
			Requirement: "A record of another place is neither listed nor counted at home.",
			Sends:       "The list at home before and after a POST to the foreign place with its key.", Failure: "a record of another place is in the list",
			Costs: Costs{Requests: 4, Records: 1},
			run:   checkForeignRecordListed,
		},
		{
			ID: "isolation/own-record-elsewhere", Level: report.Must, At: answered(resource.Retrieve, http.StatusNotFound), Needs: records, Requires: readable, Follows: and(kept, "isolation/foreign-record"),
			Requirement: "A record of the home place is not found in another: it cannot be read, changed or deleted there.",
			Sends:       "POST at home; GET, PATCH, PUT and DELETE of the id in the foreign place with its key, and GET with the own key; GET at home.", Failure: "GET in the foreign place of a record of home: status 200",
			Costs: Costs{Requests: 5},
			run:   checkOwnRecordElsewhere,
		},
		{
			ID: "isolation/own-record-listed-elsewhere", Level: report.Must, At: at(resource.List), Needs: lists, Requires: []string{"crud/create", "crud/list"}, Follows: and(counted, "isolation/foreign-record-listed"),
			Requirement: "A record of the home place is neither listed nor counted in another.",
			Sends:       "The list of the foreign place with its key before and after a POST at home.", Failure: "a record of another place is in the list",
			Costs: Costs{Requests: 4, Records: 1},
			run:   checkOwnRecordListedElsewhere,
		},
	}
}

func checkOwnKeyElsewhere(ctx context.Context, e *env) error {
	a, err := e.do(ctx, request{method: http.MethodGet, path: e.collectionPathIn(e.foreignParams()), as: writer})
	if err != nil {
		return err
	}
	return e.keptOut(a, "GET of the collection of the foreign place", strangerAtList)
}

func checkOwnKeyCreatesElsewhere(ctx context.Context, e *env) error {
	q, err := e.requestOf(resource.Create, e.foreignParams(), "")
	if err != nil {
		return err
	}
	a, err := e.sendCreateIn(ctx, e.foreignParams(), q)
	if err != nil {
		return err
	}
	if err := e.keptOut(a, "POST to the foreign place", strangerAtList); err != nil {
		return err
	}
	return e.notCreated(ctx, []map[string]any{bodyOf(q)}, e.foreignParams(), foreigner)
}

// createAbroad makes a record in the foreign place.
func (e *env) createAbroad(ctx context.Context) (*record, error) {
	q, err := e.requestOf(resource.Create, e.foreignParams(), "")
	if err != nil {
		return nil, err
	}
	q.as = foreigner
	a, err := e.sendCreateIn(ctx, e.foreignParams(), q)
	if err != nil {
		return nil, err
	}
	id := idOf(a.object(), e.collection)
	if !a.ok() || id == "" {
		return nil, notApplicable("the foreign key cannot create a record in its own place: status %d", a.status)
	}
	return &record{id: id, path: e.itemPathIn(e.foreignParams(), id), sent: bodyOf(q), value: a.object(), created: a}, nil
}

func checkForeignRecord(ctx context.Context, e *env) error {
	r, err := e.createAbroad(ctx)
	if err != nil {
		return err
	}
	if err := e.absent(ctx, e.params, writer, r); err != nil {
		return err
	}
	return e.intact(ctx, r, foreigner)
}

// absent sees that no operation finds a record of the run under other parents
// than its own.
func (e *env) absent(ctx context.Context, params map[string]string, as who, r *record) error {
	for _, role := range recordRoles() {
		if op := e.op(role); op == nil || e.puts(op) || !e.inOrder(role) {
			continue
		}
		q, err := e.requestOf(role, params, r.id)
		if err != nil {
			return err
		}
		q.as = as
		a, err := e.do(ctx, q)
		if err != nil {
			return err
		}
		if role == resource.Remove && a.ok() {
			continue // deleting what is not there may be taken as done; whether it was shows afterwards
		}
		if err := wantStatus(a, q.method+" of the id of a record of another place", http.StatusNotFound); err != nil {
			return err
		}
	}
	return nil
}

// intact sees that a record is as it was, with a key of its place.
func (e *env) intact(ctx context.Context, r *record, as who) error {
	a, err := e.do(ctx, request{method: http.MethodGet, path: r.path, as: as})
	if err != nil {
		return err
	}
	return e.asBefore(r, a)
}

func checkOwnRecordElsewhere(ctx context.Context, e *env) error {
	r, err := e.sample(ctx)
	if err != nil {
		return err
	}
	if err := e.absent(ctx, e.foreignParams(), foreigner, r); err != nil {
		return err
	}
	a, err := e.do(ctx, request{method: http.MethodGet, path: e.itemPathIn(e.foreignParams(), r.id), as: writer})
	if err != nil {
		return err
	}
	if err := e.keptOut(a, "GET in the foreign place with the own key", strangerAtRecord); err != nil {
		return err
	}
	return e.intact(ctx, r, writer)
}

func checkForeignRecordListed(ctx context.Context, e *env) error {
	return e.unlisted(ctx, writer, e.collectionPath(), e.createAbroad)
}

func checkOwnRecordListedElsewhere(ctx context.Context, e *env) error {
	return e.unlisted(ctx, foreigner, e.collectionPathIn(e.foreignParams()), e.create)
}

// unlisted sees that a list shows and counts the same before and after a record
// is created in another place.
func (e *env) unlisted(ctx context.Context, as who, list string, create func(context.Context) (*record, error)) error {
	before, err := e.listAs(ctx, as, list)
	if err != nil {
		return err
	}
	r, err := create(ctx)
	if err != nil {
		return err
	}
	items, after, err := e.everythingAs(ctx, as, list)
	switch {
	case err != nil:
		return err
	case e.find(items, r.id) != nil:
		return failf(after.answer, "a record of another place is in the list")
	case before.count != after.count:
		return mismatch(after.answer, "a record of another place is counted", fmt.Sprintf("count %d", before.count), fmt.Sprintf("count %d", after.count))
	}
	return nil
}
