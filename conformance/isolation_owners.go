package conformance

import (
	"context"
	"net/http"
	"slices"

	"understudy/conformance/report"
	"understudy/internal/resource"
)

// ownerChecks are about collections that no path parameter divides: whose records are
// whose is then known to the target alone, and shows in its lists.
func ownerChecks() []Check {
	n := guardedRecord()
	n.Roles = append(n.Roles, resource.List)
	n.Offers = func(c *resource.Collection) string {
		if len(c.Parents) > 0 || c.Singleton {
			return "it stands under something else, by which its records are told apart"
		}
		return ""
	}
	return []Check{{
		ID: "isolation/owners", Level: report.Must, At: at(resource.Retrieve), Needs: n, Requires: and(readable, "crud/list"), Follows: and(sound, "crud/create-listed", "crud/unknown-id", "crud/update", "crud/delete"),
		Requirement: "A record that the list of another key does not show cannot be read, changed or deleted with that key.",
		Sends:       "POST; the list with the foreign key; GET, PATCH, PUT and DELETE of the record with it; GET.", Failure: "GET with a key whose list does not show the record: status 200",
		Costs: Costs{Requests: 7},
		run:   checkOwners,
	}}
}

func checkOwners(ctx context.Context, e *env) error {
	if e.options.tokens[foreigner] == "" {
		return notApplicable("no key of somebody else is given: --token-foreign")
	}
	r, err := e.sample(ctx)
	if err != nil {
		return err
	}
	own, _, err := e.everything(ctx)
	if err != nil {
		return err
	}
	theirs, err := e.do(ctx, request{method: http.MethodGet, path: e.chosenPath(e.largePage(), nil), as: foreigner})
	if err != nil {
		return err
	}
	if !theirs.ok() {
		return notApplicable("the foreign key may not see the list: status %d", theirs.status)
	}
	p, err := e.parsePage(theirs)
	if err != nil {
		return err
	}
	read, err := e.do(ctx, request{method: http.MethodGet, path: r.path, as: foreigner})
	if err != nil {
		return err
	}
	shared := func(item map[string]any) bool { return e.find(own, idOf(item, e.collection)) != nil }
	switch {
	case !slices.ContainsFunc(p.items, shared):
		return e.trespass(ctx, r, trespass{who: "with a key whose list does not show the record", as: foreigner, roles: e.withoutUpserts(), refusals: shut()})
	case e.find(p.items, r.id) != nil && !read.ok():
		return mismatch(theirs, "the list shows a record to a key that may not read it", "no such record", r.id)
	}
	return notApplicable("both keys see the same records")
}

// withoutUpserts lists what can be asked of one record; not a replacement that would
// create another of the same id for somebody else.
func (e *env) withoutUpserts() []resource.Role {
	return slices.DeleteFunc(recordRoles(), func(role resource.Role) bool {
		return e.op(role) == nil || role == resource.Replace && e.collection.PutCreates
	})
}
