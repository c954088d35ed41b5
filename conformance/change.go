package conformance

import (
	"context"
	"fmt"
	"maps"
	"net/http"

	"understudy/internal/contract"
	"understudy/internal/resource"
)

// offered is the operation of a role; what replaces an item changes it too, where
// nothing else does.
func offered(c *resource.Collection, role resource.Role) *contract.Operation {
	if op := c.Operations[role]; op != nil || role != resource.Update {
		return op
	}
	return c.Operations[resource.Replace]
}

// patch changes an item as the writer. Only records of the run are changed.
func (e *env) patch(ctx context.Context, path string, body any) (*answer, error) {
	if !e.ledger.owns(path) {
		return nil, fmt.Errorf("%s is not a record of this run", path)
	}
	return e.do(ctx, jsonRequest(e.updateMethod(), path, writer, body))
}

// updateMethod is how the document changes an item.
func (e *env) updateMethod() string {
	if op := e.op(resource.Update); op != nil {
		return op.Method
	}
	return http.MethodPut
}

// style is how the body of a change changes a record.
func (e *env) style() resource.UpdateStyle {
	binding, _ := e.model.Bind(e.op(resource.Update))
	return binding.Style
}

// changing is the body of a change of some members of a record: these, and what
// the document asks for besides; or all members where a change takes the whole
// record.
func (e *env) changing(r *record, sent map[string]any) map[string]any {
	op := e.op(resource.Update)
	schema := e.bodySchema(op)
	if schema == nil || e.style() == resource.JSONPatch {
		return sent
	}
	several := len(contract.Alternatives(schema.Node())) > 0
	var body map[string]any
	for i := range maxKinds {
		made, err := e.body(op)
		if err != nil {
			return sent
		}
		if i == 0 && several && len(r.sent) > 0 {
			made = r.sent // of the kind that the record is
		}
		body = e.asked(contract.Members(schema.Node()), r, made)
		maps.Copy(body, sent)
		if len(schema.Check(body)) == 0 && (!several || e.style() != resource.Whole) {
			return body
		}
		e.complete(body, made, r, schema)
		if !several || len(schema.Check(body)) == 0 {
			break // else what is sent does not go with what was made
		}
	}
	return body
}

// complete adds to a body what the document asks for besides, in words of its own: as
// the record has it, where a change takes the whole record.
func (e *env) complete(body, made map[string]any, r *record, schema *contract.Schema) {
	var added []string
	for name, value := range made {
		if _, ok := body[name]; !ok {
			body[name], added = value, append(added, name)
		}
	}
	if e.style() != resource.Whole {
		return
	}
	for _, name := range added {
		for _, known := range []map[string]any{r.sent, r.value} { // it may be shown in another shape than it is sent
			before := body[name]
			if value, has := known[name]; has {
				body[name] = value
			}
			if len(schema.Check(body)) > 0 {
				body[name] = before
			}
		}
	}
}

// maxKinds is how many bodies are made in search of one that what is sent goes with.
const maxKinds = 5

// asked are the members of a record that a change cannot do without.
func (e *env) asked(members []contract.Member, r *record, made map[string]any) map[string]any {
	body := map[string]any{}
	for _, member := range members {
		value, has := r.value[member.Name]
		switch {
		case has && (member.Required || e.style() == resource.Whole):
			body[member.Name] = value
		case member.Required:
			body[member.Name] = made[member.Name]
		}
	}
	return body
}

// another is another valid value for a member of a record, for a change that does not
// make it a record of another kind.
func (e *env) another(r *record, f *resource.Field) (any, error) {
	value, err := e.fresh(e.op(resource.Update), f, r.value[f.Name])
	if err == nil && !e.fits(r, map[string]any{f.Name: value}) {
		return nil, notApplicable("the document allows no record with another %s alone", f.Name)
	}
	return value, err
}

// fits reports whether the document allows a record with other values of some members.
// Where it does not allow the record as it is, or that was not read, nobody knows.
func (e *env) fits(r *record, sent map[string]any) bool {
	item := e.collection.Item
	if item == nil || r.value == nil || len(item.Check(r.value)) > 0 {
		return true
	}
	whole := maps.Clone(r.value)
	maps.Copy(whole, sent)
	return len(item.Check(whole)) == 0
}

// otherValue is a change of the first member that can be changed.
func (e *env) otherValue(r *record) (map[string]any, error) {
	for _, f := range e.writable() {
		if value, err := e.another(r, f); err == nil {
			return map[string]any{f.Name: value}, nil
		}
	}
	return nil, notApplicable("no member can be changed")
}
