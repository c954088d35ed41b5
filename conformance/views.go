package conformance

import (
	"slices"

	"understudy/internal/resource"
)

// differences compares two views of one record. A member that moves by itself
// may differ as its lifecycle allows; what moves with it may differ then too.
func (e *env) differences(earlier, later map[string]any) (member string, was, is any) {
	moved := e.movedOn(earlier, later)
	for _, f := range e.collection.Fields {
		was, there := earlier[f.Name]
		is, still := later[f.Name]
		if there == still && equal(was, is) || moved && e.volatile(f) || isAboutBody(f.Name) {
			continue
		}
		return f.Name, was, is
	}
	return "", nil, nil
}

// movedOn reports whether a record went along its lifecycle between two views.
func (e *env) movedOn(earlier, later map[string]any) bool {
	l := e.collection.Lifecycle
	if l == nil {
		return false
	}
	from, _ := earlier[l.Field].(string)
	to, _ := later[l.Field].(string)
	return from != to && reachable(l, from, to)
}

// reachable reports whether declared transitions lead from a state to another.
func reachable(l *resource.Lifecycle, from, to string) bool {
	for range len(l.Transitions) + 1 {
		if from == to {
			return true
		}
		step := l.Next(from)
		if step == nil {
			return false
		}
		from = step.To
	}
	return false
}

// volatile reports whether a member may change with a step of the lifecycle.
func (e *env) volatile(f *resource.Field) bool {
	if f.Source == resource.FromLifecycle || f.Source == resource.FromUpdated {
		return true
	}
	for _, step := range e.collection.Lifecycle.Transitions {
		if _, ok := step.Set[f.Name]; ok {
			return true
		}
	}
	return false
}

// writable lists the members that requests may set. One that has the id in it is none
// of them: it cannot be changed as it pleases.
func (e *env) writable() []*resource.Field {
	var fields []*resource.Field
	for _, f := range e.collection.Fields {
		if f.Source == resource.FromClient && !slices.Contains(e.collection.IDPath[:min(1, len(e.collection.IDPath))], f.Name) {
			fields = append(fields, f)
		}
	}
	return fields
}

// serverSet lists the members that requests may not set.
func (e *env) serverSet() []*resource.Field {
	var fields []*resource.Field
	for _, f := range e.collection.Fields {
		if f.Source != resource.FromClient {
			fields = append(fields, f)
		}
	}
	return fields
}
