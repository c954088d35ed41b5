package conformance

import (
	"context"
	"fmt"
	"iter"
	"maps"
	"net/http"
	"slices"

	"understudy/conformance/report"
	"understudy/internal/contract"
	"understudy/internal/resource"
)

func lifecycleChecks() []Check {
	watched := and(readable, "lifecycle/transitions")
	record := needs(resource.Create, resource.Retrieve)
	return []Check{
		{
			ID: "lifecycle/initial", Level: report.Must, At: atLifecycle, Needs: needs(resource.Create), Requires: []string{"crud/create"}, Follows: []string{"schema/retrieve", "schema/create"},
			Requirement: "A new record starts in the state that the document declares.",
			Sends:       "POST.", Failure: `a new record is "valid" and not "waiting"`,
			run: checkInitial,
		},
		{
			ID: "lifecycle/read", Level: report.Must, At: atLifecycle, Needs: needs(resource.List, resource.Retrieve), Requires: []string{"crud/list", "crud/retrieve"}, Follows: []string{"crud/create-distinct", "schema/list"},
			Requirement: "Reading a record does not set it back to an earlier state.",
			Sends:       "GET, twice, of a record that was there and has moved on.", Failure: `a record that was "valid" is "waiting" when it is read`,
			Costs: Costs{Requests: 3},
			run:   checkReadKeepsState,
		},
		{
			ID: "lifecycle/transitions", Level: report.Must, At: atLifecycle, Needs: record, Requires: readable, Follows: []string{"lifecycle/initial", "lifecycle/read"},
			Requirement: "While it is watched, a record takes only declared states, and goes from one to another only as declared.",
			Sends:       "POST, then GET a few times within a second.", Failure: `from "issuing" to "waiting" there is no declared way`,
			Costs: Costs{Requests: 9, Records: 1},
			run:   checkTransitions,
		},
		{
			ID: "lifecycle/list", Level: report.Must, At: at(resource.List), Needs: record, Requires: and(watched, "crud/list"), Follows: []string{"crud/create-listed"},
			Requirement: "The list shows a record in no earlier state than reading it did.",
			Sends:       "GET of a record that has moved on, then of the list.", Failure: `the list shows "waiting" for a record that is "valid"`,
			Costs: Costs{Requests: 2},
			run:   checkListedState,
		},
		{
			ID: "lifecycle/create-moves-no-other", Level: report.Must, At: at(resource.Create), Needs: record, Requires: and(watched, "crud/list"), Follows: []string{"lifecycle/list"},
			Requirement: "Creating a record sets no other back to an earlier state.",
			Sends:       "POST while a record is there that has moved on; then the list.", Failure: `a record that was "valid" is "waiting" after another was created`,
			Costs: Costs{Requests: 3, Records: 1},
			run:   checkCreateMovesNoOther,
		},
		{
			ID: "lifecycle/effects", Level: report.Must, At: atLifecycle, Needs: record, Requires: watched,
			Requirement: "With a state only those members change that the document declares, to what it declares.",
			Sends:       "POST, then GET a few times within a second.", Failure: `message: null in the state "valid"`,
			run: checkEffects,
		},
		{
			ID: "lifecycle/change", Level: report.Must, At: at(resource.Update), Needs: needs(resource.Create, resource.Retrieve, resource.Update), Requires: and(watched, "crud/update"),
			Requirement: "A change of other members does not set a record back to an earlier state.",
			Sends:       "POST, GET until the record has moved on, then PATCH.", Failure: `a record that was "valid" is "waiting" after a change`,
			run: checkChangeKeepsState,
		},
	}
}

// atLifecycle is the place of the member that moves by itself.
func atLifecycle(c *resource.Collection) contract.Node {
	if c.Lifecycle == nil {
		return contract.Node{}
	}
	return c.Field(c.Lifecycle.Field).Schema.Node()
}

// lifecycle is that of the collection. Without one there is nothing to judge.
func (e *env) lifecycle() (*resource.Lifecycle, error) {
	if e.collection.Lifecycle == nil {
		return nil, notApplicable("no member of a record moves by itself")
	}
	return e.collection.Lifecycle, nil
}

// state is where a view of a record stands in its lifecycle.
func (e *env) state(view map[string]any) string {
	state, _ := view[e.collection.Lifecycle.Field].(string)
	return state
}

// setBack reports whether a record is in a state from which the declared
// transitions lead to where it was before.
func setBack(l *resource.Lifecycle, before, after string) bool {
	return before != after && reachable(l, after, before) && !reachable(l, before, after)
}

func checkInitial(ctx context.Context, e *env) error {
	l, err := e.lifecycle()
	if err != nil {
		return err
	}
	r, err := e.sample(ctx)
	if err != nil {
		return err
	}
	if state := e.state(r.value); state != l.Initial {
		return mismatch(r.created, l.Field+": a new record starts in another state", l.Initial, show(r.value[l.Field]))
	}
	return nil
}

func checkReadKeepsState(ctx context.Context, e *env) error {
	l, err := e.lifecycle()
	if err != nil {
		return err
	}
	items, _, err := e.everything(ctx)
	if err != nil {
		return err
	}
	id, before := e.advanced(l, slices.Values(items))
	if id == "" {
		return notApplicable("no record is there that has moved on")
	}
	for range 2 {
		a, err := e.get(ctx, e.itemPath(id))
		if err != nil {
			return err
		}
		if a.status == http.StatusNotFound || a.status == http.StatusGone {
			return nil // somebody else has deleted it
		}
		if err := e.notSetBack(a, before, a.object(), "when it is read"); err != nil {
			return err
		}
	}
	return nil
}

// advanced is a record beyond its initial state, the first by id; "" when there
// is none. It is looked at and never changed.
func (e *env) advanced(l *resource.Lifecycle, views iter.Seq[map[string]any]) (id string, view map[string]any) {
	for candidate := range views {
		if name := idOf(candidate, e.collection); setBack(l, e.state(candidate), l.Initial) && (id == "" || name < id) {
			id, view = name, candidate
		}
	}
	return id, view
}

// there are the records that were there before the run, as they were.
func (e *env) there() iter.Seq[map[string]any] { return maps.Values(e.existing[e.collection]) }

// notSetBack sees that a record did not go back between two views of it.
func (e *env) notSetBack(a *answer, before, after map[string]any, when string) error {
	l := e.collection.Lifecycle
	if was, is := e.state(before), e.state(after); setBack(l, was, is) {
		return mismatch(a, fmt.Sprintf("%s: a record that was %q is %q %s", l.Field, was, is, when), was, is)
	}
	return nil
}

// movedOnView is a view of a record that has moved on, with its id: of one that
// was there, or of a new one that is watched until it moves.
func (e *env) movedOnView(ctx context.Context, l *resource.Lifecycle) (string, map[string]any, error) {
	if id, _ := e.advanced(l, e.there()); id != "" {
		a, err := e.get(ctx, e.itemPath(id))
		if err != nil {
			return "", nil, err
		}
		if a.object() != nil && setBack(l, e.state(a.object()), l.Initial) {
			return id, a.object(), nil
		}
	}
	r, err := e.createMoved(ctx, l)
	if err != nil {
		return "", nil, err
	}
	return r.id, r.value, nil
}

func checkListedState(ctx context.Context, e *env) error {
	l, err := e.lifecycle()
	if err != nil {
		return err
	}
	id, view, err := e.movedOnView(ctx, l)
	if err != nil {
		return err
	}
	items, first, err := e.everything(ctx)
	if err != nil {
		return err
	}
	if item := e.find(items, id); item != nil {
		return e.notSetBack(first.answer, view, item, "in the list")
	}
	return nil
}

func checkCreateMovesNoOther(ctx context.Context, e *env) error {
	l, err := e.lifecycle()
	if err != nil {
		return err
	}
	before := e.existing[e.collection]
	if id, _ := e.advanced(l, e.there()); id == "" {
		r, err := e.createMoved(ctx, l)
		if err != nil {
			return err
		}
		before = map[string]map[string]any{r.id: r.value}
	}
	if _, err := e.create(ctx); err != nil {
		return err
	}
	items, first, err := e.everything(ctx)
	if err != nil {
		return err
	}
	for _, item := range items {
		if err := e.notSetBack(first.answer, before[idOf(item, e.collection)], item, "after another was created"); err != nil {
			return err
		}
	}
	return nil
}

func checkChangeKeepsState(ctx context.Context, e *env) error {
	l, err := e.lifecycle()
	if err != nil {
		return err
	}
	r, err := e.createMoved(ctx, l)
	if err != nil {
		return err
	}
	sent, err := e.otherValue(r)
	if err != nil {
		return err
	}
	if _, err := e.changeTo(ctx, r, sent); err != nil {
		return err
	}
	view, a, err := e.read(ctx, r)
	if err != nil {
		return err
	}
	return e.notSetBack(a, r.value, view, "after a change of "+keysOf(sent))
}
