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

// styleChecks are about what each style of changing a record promises beside what
// all have in common.
func styleChecks() []Check {
	change := needs(resource.Create, resource.Retrieve, resource.Update)
	return []Check{
		{
			ID: "crud/replace-leaves-nothing", Level: report.Should, At: at(resource.Replace), Needs: needs(resource.Create, resource.Retrieve, resource.Replace), Requires: readable, Follows: sound,
			Requirement: "A replacement puts the body in place of what requests can set: an optional member that it leaves out is at its default, or gone.",
			Sends:       "POST with an optional member, PUT without it, then GET.", Failure: "note: a replacement left it as it was",
			Costs: Costs{Requests: 4, Records: 1},
			run:   checkReplaceLeavesNothing,
		},
		{
			ID: "crud/merge-null-removes", Level: report.Must, Source: "RFC 7396, section 2", Needs: change, Requires: and(readable, "crud/update"), Follows: and(sound, "crud/update-stored"),
			Requirement: "In a merge patch null removes a member.",
			Sends:       "POST with an optional member, PATCH of it to null, then GET.", Failure: `note: null left the value "a"`,
			Costs: Costs{Requests: 4, Records: 1},
			run:   checkMergeNull,
		},
		{
			ID: "crud/patch-test", Level: report.Must, Source: "RFC 6902, section 5", Needs: change, Requires: and(readable, "crud/update"), Follows: and(sound, "crud/update-stored"),
			Requirement: "A JSON Patch of which one operation fails changes nothing.",
			Sends:       "POST, PATCH with a change and a test that does not hold, then GET.", Failure: "name: a patch that failed changed the record",
			Costs: Costs{Requests: 4, Records: 1},
			run:   checkPatchTest,
		},
		{
			ID: "crud/put-creates", Level: report.Must, At: at(resource.Replace), Needs: Needs{Roles: []resource.Role{resource.Retrieve, resource.Remove}, Writes: true},
			Requirement: "A PUT of an item that is not there creates it under that id, and a second one replaces it.",
			Sends:       "PUT of an id that no record has, GET, PUT again, GET.", Failure: "the created item cannot be read: status 404",
			Costs: Costs{Requests: 5, Records: 1},
			run:   checkPutCreates,
		},
	}
}

// styled is the update operation in one of some styles, or says that there is none.
func (e *env) styled(styles ...resource.UpdateStyle) (*contract.Operation, error) {
	for _, role := range []resource.Role{resource.Update, resource.Replace} {
		op := e.collection.Operations[role]
		if binding, bound := e.model.Bind(op); bound && slices.Contains(styles, binding.Style) {
			return op, nil
		}
	}
	return nil, notApplicable("the document has no change in this style")
}

// optional is a member that a change may leave out or take away, with a record that
// has a value for it. ok is false when the document has none such.
func (e *env) optional(op *contract.Operation) (f *resource.Field, body map[string]any, ok bool) {
	schema := e.bodySchema(e.op(resource.Create))
	if schema == nil {
		return nil, nil, false
	}
	for range 10 {
		body, err := e.body(e.op(resource.Create))
		if err != nil {
			return nil, nil, false
		}
		for _, f := range e.writable() {
			stays := f.Required && !f.HasDefault && !contract.Nullable(f.Schema.Node())
			if stays || f.WriteOnly || body[f.Name] == nil || f.HasDefault && equal(f.Default, body[f.Name]) || !e.takes(op, f.Name) {
				continue
			}
			without := withMember(body, f.Name, nil)
			delete(without, f.Name)
			if len(schema.Check(without)) == 0 && len(f.Schema.Check(body[f.Name])) == 0 {
				return f, body, true
			}
		}
	}
	return nil, nil, false
}

// takes reports whether the body of an operation has room for a member, and may
// leave it out.
func (e *env) takes(op *contract.Operation, name string) bool {
	schema := e.bodySchema(op)
	return schema != nil && slices.ContainsFunc(contract.Members(schema.Node()), func(m contract.Member) bool { return m.Name == name && !m.Required })
}

func checkReplaceLeavesNothing(ctx context.Context, e *env) error {
	op, err := e.styled(resource.Whole)
	if err != nil {
		return err
	}
	f, body, ok := e.optional(op)
	if !ok {
		return notApplicable("a replacement can leave no member out")
	}
	r, err := e.createWith(ctx, body)
	if err != nil {
		return err
	}
	replacement, err := e.body(op)
	if err != nil {
		return err
	}
	delete(replacement, f.Name)
	if len(e.bodySchema(op).Check(replacement)) > 0 {
		return notApplicable("a replacement cannot leave out %s alone", f.Name)
	}
	a, err := e.do(ctx, jsonRequest(op.Method, r.path, writer, replacement))
	if err != nil {
		return err
	}
	if isRefusal(a) {
		return warnf(a, "a replacement without %s is refused, and the document lets it be left out", f.Name)
	}
	if !a.ok() {
		return e.leave("crud/update", a)
	}
	value, read, err := e.read(ctx, r)
	if err != nil {
		return err
	}
	if now, there := value[f.Name]; there && equal(now, r.value[f.Name]) {
		return mismatch(read, f.Name+": a replacement left it as it was", "its default, or nothing", show(now))
	}
	return nil
}

func checkMergeNull(ctx context.Context, e *env) error {
	op, err := e.styled(resource.Merge)
	if err != nil {
		return err
	}
	if media := jsonMedia(op); media == nil || media.Type != "application/merge-patch+json" {
		return notApplicable("the document declares no application/merge-patch+json")
	}
	f, body, ok := e.optional(op)
	if !ok || len(e.bodySchema(op).Check(map[string]any{f.Name: nil})) > 0 {
		return notApplicable("no member can be removed with null")
	}
	r, err := e.createWith(ctx, body)
	if err != nil {
		return err
	}
	a, err := e.patch(ctx, r.path, map[string]any{f.Name: nil})
	if err != nil {
		return err
	}
	if !a.ok() {
		return mismatch(a, f.Name+": null is refused in a merge patch", fmt.Sprintf("status %d", successOf(op)), fmt.Sprintf("status %d", a.status))
	}
	value, read, err := e.read(ctx, r)
	if err != nil {
		return err
	}
	if now := value[f.Name]; now != nil && equal(now, r.value[f.Name]) {
		return mismatch(read, f.Name+": null left the value as it was", "nothing", show(now))
	}
	return nil
}

func checkPatchTest(ctx context.Context, e *env) error {
	op, err := e.styled(resource.JSONPatch)
	if err != nil {
		return err
	}
	r, err := e.sample(ctx)
	if err != nil {
		return err
	}
	sent, err := e.otherValue(r)
	if err != nil {
		return err
	}
	var patch []any
	for name, value := range sent {
		path := "/" + pointerEscaper.Replace(name)
		patch = append(patch, map[string]any{"op": "replace", "path": path, "value": value}, map[string]any{"op": "test", "path": path, "value": e.samples.prefix + "-elsewhere"})
	}
	text, err := contract.AppendJSON(nil, patch)
	if err != nil {
		return err
	}
	a, err := e.do(ctx, request{method: op.Method, path: r.path, as: writer, body: text, header: http.Header{"Content-Type": {jsonMedia(op).Type}}})
	if err != nil {
		return err
	}
	if a.status < 400 || a.status >= http.StatusInternalServerError {
		return mismatch(a, "a patch with a test that does not hold", "status 4xx", fmt.Sprintf("status %d", a.status))
	}
	value, read, err := e.read(ctx, r)
	if err != nil {
		return err
	}
	for name := range sent {
		if !equal(value[name], r.value[name]) {
			return mismatch(read, name+": a patch that failed changed the record", show(r.value[name]), show(value[name]))
		}
	}
	return nil
}

// tellID gives a body whose id stands inside a member the id that the path has.
func (e *env) tellID(body map[string]any, id string) {
	path := e.collection.IDPath
	for i, name := range path {
		if i == len(path)-1 {
			if _, has := body[name]; has {
				body[name] = id
			}
			return
		}
		body, _ = body[name].(map[string]any)
	}
}

func checkPutCreates(ctx context.Context, e *env) error {
	op := e.collection.Operations[resource.Replace]
	if op == nil {
		op = e.collection.Operations[resource.Update]
	}
	if op == nil || !e.puts(op) || e.collection.Singleton {
		return notApplicable("the document lets no PUT create")
	}
	var first *answer
	id, err := e.unknownID(ctx)
	if err != nil {
		return err
	}
	path := e.itemPath(id)
	for range 2 {
		body, err := e.body(op)
		if err != nil {
			return err
		}
		e.tellID(body, id)
		if err := e.ledger.add(entry{Path: path, Target: e.client.base.String(), As: writer, Under: e.under}); err != nil && first == nil {
			return err
		}
		a, err := e.do(ctx, jsonRequest(op.Method, path, writer, body))
		if err != nil {
			return err
		}
		if !a.ok() {
			return mismatch(a, "a PUT of an item that may be created is refused", "status 2xx", fmt.Sprintf("status %d", a.status))
		}
		if first == nil {
			first = a
			if err := wantStatus(a, "the answer to a PUT that creates", http.StatusCreated, successOf(op)); err != nil {
				return err
			}
		}
		value, read, err := e.read(ctx, &record{path: path})
		if err != nil {
			return err
		}
		if err := e.sameAsSent(read, body, value); err != nil {
			return err
		}
	}
	return nil
}
