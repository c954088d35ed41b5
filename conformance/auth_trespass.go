package conformance

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"understudy/internal/resource"
)

// trespass is a series of requests of somebody who must be refused.
type trespass struct {
	who      string // in words
	as       who
	forged   *forgery
	roles    []resource.Role
	refusals []int // the statuses that refuse; nil for those that turn away who has no key
	// habit names the choice among several refusals, to which the target is held;
	// "" when there is none.
	habit string

	created []map[string]any // the bodies that were sent to create
	last    *answer
}

// recordRoles lists what can be asked of one record, the deadliest last.
func recordRoles() []resource.Role {
	return []resource.Role{resource.Retrieve, resource.Update, resource.Replace, resource.Remove}
}

// onRecords lists what can be asked beside a list, the deadliest last.
func onRecords() []resource.Role {
	return append([]resource.Role{resource.Create}, recordRoles()...)
}

// trespass sees that every request is refused and that none had an effect.
func (e *env) trespass(ctx context.Context, r *record, t trespass) error {
	if err := e.refused(ctx, r, &t); err != nil {
		return err
	}
	if err := e.unharmed(ctx, r); err != nil {
		return err
	}
	return e.creationsOf(ctx, t)
}

// refused sends the requests and sees that they are refused.
func (e *env) refused(ctx context.Context, r *record, t *trespass) error {
	for _, role := range t.roles {
		if !guarded(e.op(role)) {
			continue
		}
		q, err := e.requestOf(role, e.params, r.id)
		if err != nil {
			return err
		}
		q.as, q.forged = t.as, t.forged
		var a *answer
		if role == resource.Create {
			a, err = e.sendCreate(ctx, q)
			t.created = append(t.created, bodyOf(q))
		} else {
			a, err = e.do(ctx, q)
		}
		if err != nil {
			return err
		}
		t.last = a
		refusals := t.refusals
		if refusals == nil {
			refusals = turningAway(e.op(role))
		}
		if err := wantStatus(a, fmt.Sprintf("%s %s", q.method, t.who), refusals...); err != nil {
			if a.status >= 400 && !e.inOrder(role) {
				continue // it is refused to everybody
			}
			return err
		}
		if t.habit == "" {
			continue
		}
		if err := e.habit(t.habit, refusedWith(a), a); err != nil {
			return err
		}
	}
	return nil
}

// requestOf is what a role sends, as the key that may do all.
func (e *env) requestOf(role resource.Role, params map[string]string, id string) (request, error) {
	op := e.op(role)
	q := request{method: op.Method, path: fill(op.Path, withParam(params, e.collection.IDParam, id)), as: writer}
	if e.bodySchema(op) == nil {
		return q, nil
	}
	body, err := e.body(op)
	if err != nil {
		return request{}, err
	}
	return jsonRequest(q.method, q.path, q.as, body), nil
}

// bodyOf is the body of a request as an object.
func bodyOf(q request) map[string]any { return (&answer{body: q.body}).object() }

// unharmed sees that a record is as it was, after requests that were refused.
func (e *env) unharmed(ctx context.Context, r *record) error {
	a, err := e.get(ctx, r.path)
	if err != nil {
		return err
	}
	return e.asBefore(r, a)
}

// asBefore compares an answer with a record that nobody may have changed since
// it was last seen. The failure shows what was sent in between.
func (e *env) asBefore(r *record, a *answer) error {
	if a.status != http.StatusOK {
		return e.suspect(a, &failure{reason: "a record is gone after requests that were refused", expected: "status 200", actual: fmt.Sprintf("status %d", a.status)})
	}
	for _, f := range e.writable() {
		if was, is := r.value[f.Name], a.object()[f.Name]; !equal(was, is) {
			return e.suspect(a, &failure{reason: f.Name + ": a request that was refused changed the record", expected: show(was), actual: show(is)})
		}
	}
	return nil
}

// suspect marks the answer that shows a failure, and the writes that were
// refused before it.
func (e *env) suspect(a *answer, f *failure) error {
	for _, earlier := range e.answers {
		if earlier.status >= 400 && earlier.sent.method != http.MethodGet {
			f.marked = append(f.marked, earlier)
		}
	}
	f.marked = append(f.marked, a)
	return f
}

// creationsOf sees that nothing is listed that the requests asked to create. What
// is, belongs to the run and will be deleted.
func (e *env) creationsOf(ctx context.Context, t trespass) error {
	if len(t.created) == 0 || e.op(resource.List) == nil {
		return nil
	}
	return e.notCreated(ctx, t.created, e.params, writer)
}

// ours reports whether a body carries the prefix of the run, so that a record
// made of it cannot be somebody else's.
func (e *env) ours(body map[string]any) bool {
	for _, f := range e.writable() {
		if text, ok := body[f.Name].(string); ok && strings.Contains(text, e.samples.prefix) {
			return true
		}
	}
	return false
}

// notCreated looks in a place for records that were to be refused.
func (e *env) notCreated(ctx context.Context, bodies []map[string]any, params map[string]string, as who) error {
	items, first, err := e.everythingAs(ctx, as, e.collectionPathIn(params))
	if err != nil {
		return err
	}
	for _, item := range items {
		path := e.itemPathIn(params, idOf(item, e.collection))
		if e.existing[e.collection][idOf(item, e.collection)] != nil || e.ledger.owns(path) {
			continue
		}
		for _, body := range bodies {
			if !e.ours(body) || e.sameAsSent(first.answer, body, item) != nil {
				continue
			}
			if err := e.ledger.add(entry{Path: path, Target: e.client.base.String(), As: as}); err != nil {
				return err
			}
			return e.suspect(first.answer, &failure{reason: "a create that was refused made a record", expected: "no such record in the list", actual: show(item)})
		}
	}
	return nil
}
