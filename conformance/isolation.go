package conformance

import (
	"context"
	"fmt"
	"net/http"
	"slices"

	"understudy/conformance/report"
	"understudy/internal/contract"
	"understudy/internal/resource"
)

func isolationChecks() []Check {
	return slices.Concat(strangerChecks(), elsewhereChecks(), ownerChecks())
}

// The habits of a target towards a key that belongs elsewhere.
const (
	strangerAtList   = "a list that the key may not enter"
	strangerAtRecord = "a record that the key may not reach"
)

// shut lists the statuses for a place that a key may not enter.
func shut() []int { return []int{http.StatusForbidden, http.StatusNotFound} }

// strangerChecks are about the foreign key at home, and about no place at all.
func strangerChecks() []Check {
	return []Check{
		{
			ID: "isolation/foreign-key", Level: report.Must, At: answered(resource.List, http.StatusForbidden), Needs: Needs{Roles: []resource.Role{resource.List}, Secured: true, Keys: []who{foreigner}}, Requires: []string{"crud/list"},
			Requirement: "A key that belongs elsewhere is refused the list, with 403 or 404.",
			Sends:       "GET of the collection with the foreign key.", Failure: "GET with the foreign key: status 200",
			run: checkForeignKey,
		},
		{
			ID: "isolation/foreign-key-on-records", Level: report.Must, At: answered(resource.Create, http.StatusForbidden), Needs: guardedRecord(foreigner), Requires: readable, Follows: and(sound, "isolation/foreign-key"),
			Requirement: "A key that belongs elsewhere is refused every operation with 403 or 404, and changes nothing.",
			Sends:       "POST with the key that may; GET, PATCH, PUT, DELETE and POST with the foreign key; GET and a list to see that nothing changed.", Failure: "DELETE with the foreign key: status 204",
			Costs: Costs{Requests: 7},
			run:   checkForeignKeyOnRecords,
		},
		{
			ID: "isolation/unknown-place", Level: report.Must, At: answered(resource.List, http.StatusNotFound), Needs: needs(resource.List, resource.Create), Requires: []string{"crud/list"}, Follows: []string{"isolation/foreign-key"},
			Requirement: "A place that does not exist is answered with 404 or 403: it has no list, and a create does not make it.",
			Sends:       "GET and POST on the collection of a place with a made-up id.", Failure: "GET of a place that does not exist: status 200",
			Costs: Costs{Requests: 2},
			run:   checkUnknownPlace,
		},
	}
}

func checkForeignKey(ctx context.Context, e *env) error {
	a, err := e.askForList(ctx, request{as: foreigner})
	if err != nil {
		return err
	}
	return e.keptOut(a, "GET of the collection with the foreign key", strangerAtList)
}

// keptOut sees that an answer refuses to let a key in, in the way that the
// target has refused before.
func (e *env) keptOut(a *answer, what, habit string) error {
	if err := wantStatus(a, what, shut()...); err != nil {
		return err
	}
	return e.habit(habit, refusedWith(a), a)
}

// refusedWith says how an answer refuses.
func refusedWith(a *answer) string { return fmt.Sprintf("refused with %d", a.status) }

func checkForeignKeyOnRecords(ctx context.Context, e *env) error {
	r, err := e.sample(ctx)
	if err != nil {
		return err
	}
	if _, _, err := e.read(ctx, r); err != nil {
		return err // it went elsewhere already
	}
	for _, t := range []trespass{
		{roles: []resource.Role{resource.Create}, habit: strangerAtList},
		{roles: recordRoles(), habit: strangerAtRecord},
	} {
		t.who, t.as, t.refusals = "with the foreign key", foreigner, shut()
		if err := e.refused(ctx, r, &t); err != nil {
			return err
		}
		if err := e.creationsOf(ctx, t); err != nil {
			return err
		}
	}
	return e.unharmed(ctx, r)
}

// nowhere is the path parameters of a place that does not exist; ok is false
// when the document does not say that there may be such.
func (e *env) nowhere() (params map[string]string, ok bool) {
	list, parents := e.op(resource.List), e.collection.Parents
	declared := slices.ContainsFunc(list.Responses, func(r *contract.Response) bool { return r.Status == "404" || r.Status == "4XX" })
	if !declared || len(parents) == 0 {
		return nil, false
	}
	name := parents[len(parents)-1].Param
	p := list.Parameter("path", name)
	if p == nil || p.Schema == nil {
		return nil, false
	}
	seed := fmt.Sprint("nowhere ", e.samples.number()) // another at each attempt: the last may exist by now
	id := e.samples.generator.UUID(seed)
	if len(p.Schema.Check(id)) > 0 {
		value, err := e.samples.generator.Value(p.Schema.Compiled(), seed)
		if err != nil {
			return nil, false
		}
		id = fmt.Sprint(value)
	}
	return withParam(e.params, name, id), id != e.params[name] && id != e.options.foreign[name]
}

func checkUnknownPlace(ctx context.Context, e *env) error {
	params, ok := e.nowhere()
	if !ok {
		return notApplicable("the document does not say what a place that does not exist is answered with")
	}
	return e.shutPlace(ctx, params, "a place that does not exist", shut()...)
}

// shutPlace sees that a place has no list, and that a create does not make it.
func (e *env) shutPlace(ctx context.Context, params map[string]string, what string, statuses ...int) error {
	if e.op(resource.List) != nil {
		list, err := e.do(ctx, request{method: http.MethodGet, path: e.collectionPathIn(params), as: writer})
		if err != nil {
			return err
		}
		if err := wantStatus(list, "GET of the list of "+what, statuses...); err != nil {
			return err
		}
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
	return wantStatus(create, "POST to "+what, statuses...)
}
