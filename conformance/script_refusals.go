package conformance

import (
	"context"
	"net/http"

	"understudy/internal/contract"
	"understudy/internal/resource"
)

// each sends a request with keys that ought to be refused, as far as the run has them
// and the document tells them apart.
func (p *player) each(ctx context.Context, name string, r request, keys []intruder) error {
	op := p.operationOf(r)
	for _, key := range keys {
		if op == nil || !guarded(op) || p.options.tokens[key.as] == "" && key.as != nobody || p.needless(key.as, p.collection) != "" {
			continue
		}
		r.as, r.forged = key.as, key.forged
		if _, err := p.send(ctx, Step{Name: name + " " + key.name, Cause: key.cause}, r); err != nil {
			return err
		}
	}
	return nil
}

// intruder is somebody who ought to be refused.
type intruder struct {
	as          who
	forged      *forgery
	name, cause string
}

// intruders are those who are refused everywhere, and those who may not do what
// writes.
func keyless() []intruder {
	return []intruder{
		{nobody, nil, "without a key", "unauthenticated"},
		{writer, forgeries()[0], "with a key that nobody was given", "bad_credentials"},
	}
}

// powerless are those whose key is good elsewhere, or for other things.
func powerless(writes bool) []intruder {
	keys := []intruder{{unscoped, nil, "with a key without scopes", "missing_scope"}, {foreigner, nil, "with a key of another place", "forbidden_parent"}}
	if writes {
		keys = append(keys, intruder{reader, nil, "with a key that may only read", "missing_scope"})
	}
	return keys
}

// playCreateRefusals asks for records that must not come to be.
func playCreateRefusals(ctx context.Context, p *player) error {
	q, err := p.requestOf(resource.Create, p.params, "")
	if err != nil {
		return err
	}
	if err := p.each(ctx, "a new record", q, append(keyless(), powerless(true)...)); err != nil {
		return err
	}
	if err := p.createNowhere(ctx); err != nil {
		return err
	}
	for _, t := range firstOf(p.collectionTrials()) {
		if _, err := p.send(ctx, Step{Name: "a method that the list does not have", Cause: "method_not_allowed"}, t.request); err != nil {
			return err
		}
	}
	return nil
}

// createNowhere asks for a record in a place that does not exist.
func (p *player) createNowhere(ctx context.Context) error {
	params, ok := p.unknownPlace()
	if !ok {
		return nil
	}
	q, err := p.requestOf(resource.Create, params, "")
	if err != nil {
		return err
	}
	_, err = p.send(ctx, Step{Name: "a new record in a place that does not exist", Cause: "parent_not_found"}, q)
	return err
}

// unknownPlace is the path parameters of a place that does not exist, if there may be
// such.
func (p *player) unknownPlace() (map[string]string, bool) {
	if p.op(resource.List) == nil {
		return nil, false
	}
	params, ok := p.nowhere()
	for name, value := range params {
		if p.params[name] != value {
			p.transcript.Names[value] = "{" + name + " of nothing}"
		}
	}
	return params, ok
}

// playUnknown asks for what is not there.
func playUnknown(ctx context.Context, p *player) error {
	if p.collection.Singleton || p.collection.ItemPath == "" {
		return nil
	}
	missing := Step{Name: "an unknown id", Cause: "not_found"}
	id, err := p.unknownID(ctx)
	if isNotApplicable(err) {
		return nil
	}
	if err != nil {
		return err
	}
	path := p.itemPath(id)
	if p.op(resource.Retrieve) != nil {
		for _, name := range []string{"an unknown id", "an unknown id once more"} {
			missing.Name = name
			if _, err := p.send(ctx, missing, request{method: http.MethodGet, path: path, as: writer}); err != nil {
				return err
			}
		}
		missing.Name = "an id that is none"
		if _, err := p.send(ctx, missing, request{method: http.MethodGet, path: p.itemPath(oddID), as: writer}); err != nil {
			return err
		}
	}
	missing.Name = "an unknown id"
	for _, role := range []resource.Role{resource.Update, resource.Replace, resource.Remove} {
		op := p.collection.Operations[role]
		if op == nil || p.readOnly != "" || p.halted() != "" || p.puts(op) {
			continue
		}
		q, err := p.requestFor(op, id)
		if err != nil {
			continue
		}
		if _, err := p.send(ctx, missing, q); err != nil {
			return err
		}
	}
	return nil
}

// oddID is what only a collection whose ids may be any text could hold, and does not.
const oddID = "understudy-unknown"

// requestFor is what an operation on an item is asked, as the key that may do all.
func (p *player) requestFor(op *contract.Operation, id string) (request, error) {
	q := request{method: op.Method, path: fill(op.Path, withParam(p.params, p.collection.IDParam, id)), as: writer}
	if p.bodySchema(op) == nil {
		return q, nil
	}
	body, err := p.body(op)
	if err != nil {
		return q, err
	}
	return jsonRequest(op.Method, q.path, writer, body), nil
}

// firstOf is a list of the first alone.
func firstOf[T any](list []T) []T { return list[:min(len(list), 1)] }
