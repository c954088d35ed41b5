package conformance

import (
	"context"
	"fmt"
	"net/http"
	"slices"

	"understudy/conformance/report"
	"understudy/internal/resource"
)

func scopeChecks() []Check {
	return []Check{
		{
			ID: "auth/each-way", Level: report.Must, At: at(resource.List), Needs: guardedList(), Requires: []string{"crud/list"},
			Requirement: "A list is given to whoever authenticates in one of the ways that the document offers.",
			Sends:       "GET of the collection in each of the ways for which there is a key.", Failure: "GET with a credential for cookie and header: status 401",
			run: checkEachWay,
		},
		{
			ID: "auth/full-key", Level: report.Must, At: at(resource.Create), Needs: guardedRecord(), Requires: []string{"crud/create"}, Follows: []string{"crud/retrieve", "crud/update", "crud/delete"},
			Requirement: "The key that may do all is refused by no operation.",
			Sends:       "POST, GET, PATCH, PUT and DELETE with the key.", Failure: "DELETE with the key that may do all: status 403",
			Costs: Costs{Requests: 5, Records: 1},
			run:   checkFullKey,
		},
		{
			ID: "auth/read-only-key-reads", Level: report.Must, At: at(resource.List), Needs: Needs{Roles: []resource.Role{resource.List}, Secured: true, Keys: []who{reader}},
			Requirement: "The read-only key may list, and read what is listed.",
			Sends:       "GET of the collection and of the first record in it with the read-only key.", Failure: "GET with the read-only key: status 403",
			Costs: Costs{Requests: 3},
			run:   checkReadOnlyKeyReads,
		},
		{
			ID: "auth/read-only-key-writes", Level: report.Must, At: answered(resource.Create, http.StatusForbidden), Needs: guardedRecord(reader), Requires: readable, Follows: and(sound, "auth/no-key"),
			Requirement: "The read-only key is refused every write with 403, and changes nothing.",
			Sends:       "POST with the key that may; PATCH, PUT, DELETE and POST with the read-only key; GET and a list to see that nothing changed.", Failure: "DELETE with the read-only key: status 204",
			Costs: Costs{Requests: 5},
			run:   checkReadOnlyKeyWrites,
		},
		{
			ID: "auth/unscoped-key", Level: report.Must, At: answered(resource.List, http.StatusForbidden), Needs: guardedRecord(unscoped), Requires: readable, Follows: and(sound, "auth/no-key", "auth/read-only-key-writes"),
			Requirement: "A key without any scope is refused every operation with 403, and changes nothing.",
			Sends:       "POST with the key that may; every operation with the unscoped key; GET and a list to see that nothing changed.", Failure: "GET with the unscoped key: status 200",
			Costs: Costs{Requests: 8},
			run:   checkUnscopedKey,
		},
	}
}

func checkFullKey(ctx context.Context, e *env) error {
	r, err := e.create(ctx)
	if err != nil {
		return err
	}
	for _, role := range recordRoles() {
		if e.op(role) == nil || !e.inOrder(role) {
			continue
		}
		q, err := e.requestOf(role, e.params, r.id)
		if err != nil {
			return err
		}
		a, err := e.do(ctx, q)
		if err != nil {
			return err
		}
		if a.status == http.StatusUnauthorized || a.status == http.StatusForbidden {
			return mismatch(a, q.method+" with the key that may do all", "status 2xx", fmt.Sprintf("status %d", a.status))
		}
	}
	return nil
}

func checkReadOnlyKeyReads(ctx context.Context, e *env) error {
	p, err := e.list(ctx, e.collectionPath())
	if err != nil {
		return err
	}
	paths := []string{e.collectionPath()}
	if len(p.items) > 0 && e.op(resource.Retrieve) != nil {
		paths = append(paths, e.itemPath(idOf(p.items[0], e.collection)))
	}
	for _, path := range paths {
		a, err := e.do(ctx, request{method: http.MethodGet, path: path, as: reader})
		if err != nil {
			return err
		}
		if err := wantStatus(a, "GET with the read-only key", http.StatusOK); err != nil {
			return err
		}
	}
	return nil
}

func checkReadOnlyKeyWrites(ctx context.Context, e *env) error {
	r, err := e.sample(ctx)
	if err != nil {
		return err
	}
	writes := slices.DeleteFunc([]resource.Role{resource.Update, resource.Replace, resource.Create, resource.Remove}, func(role resource.Role) bool {
		return e.op(role) != nil && !takesMore(e.op(role), e.contract)
	})
	return e.trespass(ctx, r, trespass{who: "with the read-only key", as: reader, roles: writes, refusals: []int{http.StatusForbidden}})
}

func checkUnscopedKey(ctx context.Context, e *env) error {
	r, err := e.sample(ctx)
	if err != nil {
		return err
	}
	return e.trespass(ctx, r, trespass{who: "with the unscoped key", as: unscoped, roles: append([]resource.Role{resource.List}, onRecords()...), refusals: []int{http.StatusForbidden}})
}
