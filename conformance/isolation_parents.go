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
			ID: "isolation/missing-parent", Level: report.Must, At: at(resource.List), Needs: underRecords(resource.List), Requires: []string{"crud/list"},
			Requirement: "What stands under a record that is not there is answered with 404, and nothing is created there.",
			Sends:       "GET and POST on the collection under an id that no record has.", Failure: "GET of the list of a record that is not there: status 200",
			Costs: Costs{Requests: 2},
			run:   checkMissingParent,
		},
		{
			ID: "isolation/parent-deleted", Level: report.Must, At: at(resource.Remove), Needs: underRecords(resource.Create, resource.Retrieve), Requires: readable, Follows: sound,
			Requirement: "Deleting a record takes what stands under it along, or is refused as long as something does.",
			Sends:       "POST of a record and of one under it, DELETE of the first, GET of the second.", Failure: "what stood under a deleted record can still be read",
			Costs: Costs{Requests: 9, Records: 3},
			run:   checkParentDeleted,
		},
		{
			ID: "isolation/other-parent", Level: report.Must, At: at(resource.Retrieve), Needs: underRecords(resource.Create, resource.Retrieve), Requires: readable, Follows: and(sound, "crud/unknown-id"),
			Requirement: "What stands under a record is not found under another: it cannot be read, changed or deleted there.",
			Sends:       "POST of another record above; GET, PATCH, PUT and DELETE of the id under it; GET in its own place.", Failure: "GET under another record: status 200",
			Costs: Costs{Requests: 7, Records: 2},
			run:   checkOtherParent,
		},
		{
			ID: "isolation/other-parent-listed", Level: report.Must, At: at(resource.List), Needs: underRecords(resource.Create, resource.Retrieve, resource.List), Requires: []string{"crud/create", "crud/list"}, Follows: and(sound, "crud/retrieve", "isolation/other-parent"),
			Requirement: "What stands under a record is neither listed nor counted under another.",
			Sends:       "The list under another record before and after a POST.", Failure: "a record of another place is in the list",
			Costs: Costs{Requests: 6, Records: 2},
			run:   checkOtherParentListed,
		},
	}
}

// underRecords is the need of some roles in a collection that stands under records of
// another.
func underRecords(roles ...resource.Role) Needs {
	n := needs(roles...)
	n.Offers = func(c *resource.Collection) string {
		if !isNested(c) {
			return c.Name + " stands under no records of another collection"
		}
		return ""
	}
	return n
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
	id, err := above.unknownID(ctx)
	if err != nil {
		return err
	}
	params := withParam(e.params, parent.Param, id)
	return e.shutPlace(ctx, params, "a record that is not there", http.StatusNotFound)
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
	top, err := above.create(ctx)
	e.takeAnswers(above)
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
	e.takeAnswers(below)
	if err != nil {
		return err
	}
	apart, err := e.sample(ctx)
	if err != nil {
		return err
	}
	a, err := above.remove(ctx, top.path)
	e.takeAnswers(above)
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
		if err := e.ledger.remove(r.path); err != nil {
			return err
		}
		if err := e.shutPlace(ctx, below.params, "a record that was deleted", http.StatusNotFound, http.StatusGone); err != nil {
			return err
		}
		return e.intact(ctx, apart, writer)
	case a.status >= http.StatusInternalServerError:
		return mismatch(a, "deleting a record with others under it fails", "status 2xx or 409", fmt.Sprintf("status %d", a.status))
	case read.status != http.StatusOK:
		return mismatch(read, "deleting a record was refused, and what stood under it is gone", "status 200", fmt.Sprintf("status %d", read.status))
	}
	return e.habit("deleting a record with others under it", "refused", a)
}

// takeAnswers takes over what another saw.
func (e *env) takeAnswers(other *env) {
	e.answers, other.answers = append(e.answers, other.answers...), nil
}

// beside makes another record to stand under, and gives the path parameters of what
// stands under it.
func (e *env) beside(ctx context.Context) (map[string]string, error) {
	parent, ok := e.above()
	if !ok || !e.creatable(parent.Collection) {
		return nil, notApplicable("it stands under no records that can be created")
	}
	above := e.newEnv(parent.Collection, e.check)
	if err := above.prepare(ctx); err != nil {
		return nil, err
	}
	other, err := above.create(ctx)
	e.answers = append(e.answers, above.answers...)
	if err != nil {
		return nil, err
	}
	return withParam(e.params, parent.Param, other.id), nil
}

func checkOtherParent(ctx context.Context, e *env) error {
	if e.collection.Apart {
		return notApplicable("an item is found by its id alone")
	}
	params, err := e.beside(ctx)
	if err != nil {
		return err
	}
	r, err := e.sample(ctx)
	if err != nil {
		return err
	}
	if err := e.absent(ctx, params, writer, r); err != nil {
		return err
	}
	return e.intact(ctx, r, writer)
}

func checkOtherParentListed(ctx context.Context, e *env) error {
	params, err := e.beside(ctx)
	if err != nil {
		return err
	}
	return e.unlisted(ctx, writer, e.collectionPathIn(params), e.create)
}
