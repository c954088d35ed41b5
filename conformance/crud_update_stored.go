package conformance

import (
	"context"

	"understudy/internal/contract"
	"understudy/internal/resource"
)

func checkUpdateStored(ctx context.Context, e *env) error {
	c, err := e.sampleChange(ctx, changedSample, e.change)
	if err != nil {
		return err
	}
	for range 2 {
		err := e.eventually(ctx, func() error {
			value, a, err := e.read(ctx, c.record)
			if err != nil {
				return err
			}
			if err := e.sameAsSent(a, c.sent, value); err != nil {
				return err
			}
			if object := c.answer.object(); object != nil {
				if member, was, is := e.differences(object, value); member != "" {
					return mismatch(a, member+": the record reads other than its change was answered", show(was), show(is))
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return e.expectOthersStored(ctx, c)
}

// expectOthersStored changes, one by one, the members of a record that are not changed together
// with others, so that each is changed once to a value that it did not have.
func (e *env) expectOthersStored(ctx context.Context, c *changed) error {
	together, _ := e.several(c.record)
	var r *record
	for _, f := range e.writable() {
		_, isFirst := c.sent[f.Name]
		if _, isLater := together[f.Name]; isFirst || isLater || f.WriteOnly {
			continue
		}
		if r == nil {
			var err error
			if r, err = e.create(ctx); isObstacle(err) {
				return nil // there is no room for it
			} else if err != nil {
				return err
			}
		}
		value, err := e.another(r, f)
		if err != nil {
			continue // nothing else is valid for it
		}
		if err := e.changeAndRead(ctx, r, map[string]any{f.Name: value}); err != nil {
			return err
		}
	}
	return nil
}

// checkUpdateSeveral changes all members that can be, and changes them back.
func checkUpdateSeveral(ctx context.Context, e *env) error {
	if len(e.writable()) < 2 {
		return notApplicable("a change can be of one member alone")
	}
	r, err := e.create(ctx)
	if err != nil {
		return err
	}
	forth, back := e.several(r)
	if forth == nil {
		return notApplicable("no two members can be changed at once")
	}
	for _, sent := range []map[string]any{forth, back} {
		if err := e.changeAndRead(ctx, r, sent); err != nil {
			return err
		}
	}
	return nil
}

// several are other values for all members of a record that can be changed at once, with
// those that it has: of the two one is false, or null, where there are such. They are nil
// when there are no two such members.
func (e *env) several(r *record) (forth, back map[string]any) {
	schema := e.bodySchema(e.op(resource.Update))
	if schema == nil {
		return nil, nil
	}
	forth, back = map[string]any{}, map[string]any{}
	for _, f := range e.writable() {
		value, err := e.another(r, f)
		if err != nil || r.value[f.Name] == nil {
			continue
		}
		if contract.Nullable(f.Schema.Node()) && (e.style() != resource.Merge || !f.HasDefault) {
			value = nil
		}
		forth[f.Name], back[f.Name] = value, r.value[f.Name]
	}
	if len(forth) < 2 || !e.fits(r, forth) || len(schema.Check(e.changing(r, forth))) > 0 || len(schema.Check(e.changing(r, back))) > 0 {
		return nil, nil
	}
	return forth, back
}

// changeAndRead changes members of a record, and expects to read what was sent.
func (e *env) changeAndRead(ctx context.Context, r *record, sent map[string]any) error {
	if _, err := e.changeTo(ctx, r, sent); err != nil {
		return err
	}
	return e.eventually(ctx, func() error {
		value, read, err := e.read(ctx, r)
		if err != nil {
			return err
		}
		return e.sameAsSent(read, sent, value)
	})
}
