package conformance

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"understudy/internal/resource"
)

// How a record is watched: often enough to see a fast target move, and not so
// long that a run waits for a slow one.
const (
	looks        = 7
	lookInterval = 150 * time.Millisecond
)

// watch looks at a record a few times and tells of each look with the one
// before, until it is told to stop.
func (e *env) watch(ctx context.Context, r *record, see func(before, after map[string]any, a *answer) (stop bool, err error)) error {
	for look := range looks {
		if look > 0 {
			if err := pause(ctx, lookInterval); err != nil {
				return err
			}
		}
		view, a, err := e.read(ctx, r)
		if err != nil {
			return err
		}
		before := r.value
		r.value = view
		if stop, err := see(before, view, a); stop || err != nil {
			return err
		}
	}
	return nil
}

// createMoved makes a record and waits until it has moved on. A target that is
// slow is not waited for, and not again by other checks.
func (e *env) createMoved(ctx context.Context, l *resource.Lifecycle) (*record, error) {
	if err := e.awake(); err != nil {
		return nil, err
	}
	r, err := e.create(ctx)
	if err != nil {
		return nil, err
	}
	moved := false
	err = e.watch(ctx, r, func(_, after map[string]any, _ *answer) (bool, error) {
		moved = e.state(after) != l.Initial
		return moved, nil
	})
	if err != nil {
		return nil, err
	}
	if !moved {
		return nil, e.noteStill()
	}
	return r, nil
}

// awake says why there is nothing to wait for: a record was watched before and
// did not move.
func (e *env) awake() error {
	if e.still[e.collection] {
		return e.noteStill()
	}
	return nil
}

// noteStill remembers that records do not move while they are watched.
func (e *env) noteStill() error {
	e.still[e.collection] = true
	return notApplicable("a new record does not move on within %s", (looks-1)*lookInterval)
}

func checkTransitions(ctx context.Context, e *env) error {
	l, err := e.lifecycle()
	if err != nil {
		return err
	}
	r, err := e.create(ctx)
	if err != nil {
		return err
	}
	field := e.collection.Field(l.Field)
	moved := false
	err = e.watch(ctx, r, func(before, after map[string]any, a *answer) (bool, error) {
		if found := field.Schema.Check(after[l.Field]); len(found) > 0 {
			return true, mismatch(a, l.Field+": the state is not a declared one", "a declared state", show(after[l.Field]))
		}
		was, is := e.state(before), e.state(after)
		moved = moved || was != is
		if !reachable(l, was, is) {
			return true, mismatch(a, fmt.Sprintf("%s: from %q to %q there is no declared way", l.Field, was, is), wayFrom(l, was), is)
		}
		return false, nil
	})
	if err == nil && !moved {
		e.still[e.collection] = true
	}
	return err
}

// wayFrom writes the declared way out of a state.
func wayFrom(l *resource.Lifecycle, state string) string {
	way := []string{state}
	for step := l.Next(state); step != nil && !slices.Contains(way, step.To); step = l.Next(step.To) {
		way = append(way, step.To)
	}
	return strings.Join(way, ", then ")
}

func checkEffects(ctx context.Context, e *env) error {
	l, err := e.lifecycle()
	if err != nil {
		return err
	}
	if err := e.awake(); err != nil {
		return err
	}
	r, err := e.create(ctx)
	if err != nil {
		return err
	}
	moved := false
	err = e.watch(ctx, r, func(before, after map[string]any, a *answer) (bool, error) {
		moved = moved || e.state(before) != e.state(after)
		if member, was, is := e.differences(before, after); member != "" {
			return true, mismatch(a, member+": the member changed without a request", show(was), show(is))
		}
		return false, e.effectsShown(l, e.state(before), after, a)
	})
	if err == nil && !moved {
		return e.noteStill()
	}
	return err
}

// effectsShown sees that a record shows what the steps from a state to its own
// set.
func (e *env) effectsShown(l *resource.Lifecycle, from string, view map[string]any, a *answer) error {
	set := map[string]any{}
	for range l.Transitions {
		step := l.Next(from)
		if step == nil || from == e.state(view) {
			break
		}
		maps.Copy(set, step.Set)
		from = step.To
	}
	for _, name := range slices.Sorted(maps.Keys(set)) {
		if !equal(set[name], view[name]) {
			return mismatch(a, fmt.Sprintf("%s: the member does not show what the step to %q sets", name, from), show(set[name]), show(view[name]))
		}
	}
	return nil
}

// keysOf lists the names of members.
func keysOf(members map[string]any) string {
	return strings.Join(slices.Sorted(maps.Keys(members)), ", ")
}
