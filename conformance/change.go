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
	made, err := e.body(op)
	if err != nil {
		return sent
	}
	body := map[string]any{}
	for _, member := range contract.Members(schema.Node()) {
		value, has := r.value[member.Name]
		switch {
		case has && (member.Required || e.style() == resource.Whole):
			body[member.Name] = value
		case member.Required:
			body[member.Name] = made[member.Name]
		}
	}
	maps.Copy(body, sent)
	if len(schema.Check(body)) == 0 {
		return body
	}
	for name, value := range made { // the document asks for more, in words of its own
		if _, ok := body[name]; !ok {
			body[name] = value
		}
	}
	return body
}

// otherValue is a change of the first member that can be changed.
func (e *env) otherValue(r *record) (map[string]any, error) {
	for _, f := range e.writable() {
		if value, err := e.fresh(e.op(resource.Update), f, r.value[f.Name]); err == nil {
			return map[string]any{f.Name: value}, nil
		}
	}
	return nil, notApplicable("no member can be changed")
}
