package conformance

import (
	"context"
	"fmt"
	"net/http"

	"understudy/conformance/report"
	"understudy/internal/resource"
)

// nestingChecks are about records that stand under records of another collection.
func nestingChecks() []Check {
	return []Check{
		{
			ID: "isolation/missing-parent", Level: report.Must, At: at(resource.List), Needs: Needs{Roles: []resource.Role{resource.List}}, Requires: []string{"crud/list"},
			Requirement: "What stands under a record that is not there is answered with 404, and nothing is created there.",
			Sends:       "GET and POST on the collection under an id that no record has.", Failure: "GET under a record that is not there: status 200",
			Costs: Costs{Requests: 2},
			run:   checkMissingParent,
		},
		{
			ID: "isolation/parent-deleted", Level: report.Must, At: at(resource.Remove), Needs: needs(resource.Create, resource.Retrieve), Requires: sound,
			Requirement: "Deleting a record takes what stands under it along, or is refused as long as something does.",
			Sends:       "POST of a record and of one under it, DELETE of the first, GET of the second.", Failure: "what stood under a deleted record can still be read",
			Costs: Costs{Requests: 6, Records: 2},
			run:   checkParentDeleted,
		},
	}
}

// above is the innermost collection whose records those of this one stand under,
// with the path parameter; ok is false when there is none.
func (e *env) above() (parent resource.Parent, ok bool) {
	parents := e.collection.Parents
	if len(parents) == 0 || parents[len(parents)-1].Collection == nil {
		return resource.Parent{}, false
	}
	return parents[len(parents)-1], true
}

func checkMissingParent(ctx context.Context, e *env) error {
	parent, ok := e.above()
	if !ok {
		return notApplicable("it stands under no records of another collection")
	}
	above := e.newEnv(parent.Collection, e.check)
	params := withParam(e.params, parent.Param, above.unknownID())
	list, err := e.do(ctx, request{method: http.MethodGet, path: e.collectionPathIn(params), as: writer})
	if err != nil {
		return err
	}
	if err := wantStatus(list, "GET under a record that is not there", http.StatusNotFound); err != nil {
		return err
	}
	if e.readOnly != "" || e.op(resource.Create) == nil || !e.creatable(e.collection) {
		return nil
	}
	q, err := e.requestOf(resource.Create, params, "")
	if err != nil {
		return err
	}
	create, err := e.sendCreateIn(ctx, params, q)
	if err != nil {
		return err
	}
	return wantStatus(create, "POST under a record that is not there", http.StatusNotFound)
}

func checkParentDeleted(ctx context.Context, e *env) error {
	parent, ok := e.above()
	if !ok || !e.creatable(parent.Collection) || parent.Collection.Operations[resource.Remove] == nil {
		return notApplicable("it stands under no records that can be created and deleted")
	}
	above := e.newEnv(parent.Collection, e.check)
	if err := above.prepare(ctx); err != nil {
		return err
	}
	defer func() { e.answers = append(above.answers, e.answers...) }()
	top, err := above.create(ctx)
	if err != nil {
		return err
	}
	below := e.newEnv(e.collection, e.check)
	below.params = withParam(e.params, parent.Param, top.id)
	below.under = ""
	if e.under != "" {
		below.under = top.path
	}
	r, err := below.create(ctx)
	e.answers = append(e.answers, below.answers...)
	if err != nil {
		return err
	}
	a, err := above.remove(ctx, top.path)
	if err != nil {
		return err
	}
	read, err := e.get(ctx, r.path)
	if err != nil {
		return err
	}
	switch {
	case a.ok() && read.status != http.StatusNotFound && read.status != http.StatusGone:
		return mismatch(read, "what stood under a deleted record can still be read", "status 404", fmt.Sprintf("status %d", read.status))
	case a.ok():
		return e.ledger.remove(r.path)
	case a.status >= http.StatusInternalServerError:
		return mismatch(a, "deleting a record with others under it fails", "status 2xx or 409", fmt.Sprintf("status %d", a.status))
	case read.status != http.StatusOK:
		return mismatch(read, "deleting a record was refused, and what stood under it is gone", "status 200", fmt.Sprintf("status %d", read.status))
	}
	return e.habit("deleting a record with others under it", "refused", a)
}
