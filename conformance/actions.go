package conformance

import (
	"context"
	"fmt"
	"net/http"

	"understudy/conformance/report"
	"understudy/internal/contract"
	"understudy/internal/resource"
)

// actionChecks are about operations that do something else to a record.
func actionChecks() []Check {
	return []Check{
		{
			ID: "action/answer", Level: report.Must, At: atAction, Needs: needs(resource.Create, resource.Retrieve), Requires: readable, Follows: sound,
			Requirement: "An action on a record of the run has the declared answer, and does what the document says that it sets.",
			Sends:       "POST, each action of the record, then GET.", Failure: "POST …/archive: status 500",
			Costs: Costs{Requests: 4, Records: 1},
			run:   checkActions,
		},
		{
			ID: "action/unknown-id", Level: report.Must, At: atAction, Needs: needs(resource.Create, resource.Retrieve), Follows: []string{"crud/unknown-id"},
			Requirement: "An action on an id that no record has is refused.",
			Sends:       "Each action on an id that no record has.", Failure: "POST …/archive of an id that no record has: status 200",
			run: checkActionsOnNothing,
		},
	}
}

// atAction is the place of the first action in the document.
func atAction(c *resource.Collection) contract.Node {
	for _, action := range c.Actions {
		return action.Operation.Node
	}
	return contract.Node{}
}

// tame lists the actions that are judged: those on one item, which create nothing
// that could be left behind.
func (e *env) tame() []resource.Action {
	var actions []resource.Action
	for _, action := range e.collection.Actions {
		if action.Creates == nil && action.Operation.Method != http.MethodDelete {
			actions = append(actions, action)
		}
	}
	return actions
}

// act is the request of an action on an item.
func (e *env) act(action resource.Action, id string) (request, error) {
	op := action.Operation
	params := withParam(e.params, e.collection.IDParam, id)
	for _, p := range op.Parameters { // the path may have a name of its own for the id
		if p.In == "path" && params[p.Name] == "" {
			params[p.Name] = id
		}
	}
	q := request{method: op.Method, path: fill(op.Path, params), as: writer}
	if e.bodySchema(op) == nil {
		return q, nil
	}
	body, err := e.body(op)
	if err != nil {
		return q, err
	}
	return jsonRequest(q.method, q.path, q.as, body), nil
}

func checkActions(ctx context.Context, e *env) error {
	actions := e.tame()
	if len(actions) == 0 {
		return notApplicable("the document has no action on an item")
	}
	for _, action := range actions {
		r, err := e.create(ctx)
		if err != nil {
			return err
		}
		q, err := e.act(action, r.id)
		if isNotApplicable(err) {
			continue
		}
		if err != nil {
			return err
		}
		a, err := e.do(ctx, q)
		if err != nil {
			return err
		}
		if a.status >= http.StatusInternalServerError {
			return mismatch(a, action.Operation.Method+" "+action.Operation.Path+" fails", "a declared answer", fmt.Sprintf("status %d", a.status))
		}
		if a.ok() || action.Operation.Response(a.status) != nil {
			if err := conforms(action.Operation, a); err != nil {
				return err
			}
		}
		if err := e.tookEffect(ctx, action, r, a); err != nil {
			return err
		}
		if err := e.discard(ctx, r); err != nil {
			return err
		}
	}
	return nil
}

// tookEffect sees that an action that succeeded set what the document says.
func (e *env) tookEffect(ctx context.Context, action resource.Action, r *record, a *answer) error {
	if !a.ok() || len(action.Set) == 0 {
		return nil
	}
	value, read, err := e.read(ctx, r)
	if err != nil {
		return err
	}
	for name, wanted := range action.Set {
		if !equal(value[name], wanted) {
			return mismatch(read, name+": "+action.Name+" did not set it", show(wanted), show(value[name]))
		}
	}
	return nil
}

func checkActionsOnNothing(ctx context.Context, e *env) error {
	actions := e.tame()
	if len(actions) == 0 {
		return notApplicable("the document has no action on an item")
	}
	id, err := e.unknownID(ctx)
	if err != nil {
		return err
	}
	for _, action := range actions {
		q, err := e.act(action, id)
		if isNotApplicable(err) {
			continue
		}
		if err != nil {
			return err
		}
		a, err := e.do(ctx, q)
		if err != nil {
			return err
		}
		if a.status < 400 || a.status >= http.StatusInternalServerError {
			return mismatch(a, action.Operation.Method+" "+action.Operation.Path+" of an id that no record has", "status 404", fmt.Sprintf("status %d", a.status))
		}
	}
	return nil
}
