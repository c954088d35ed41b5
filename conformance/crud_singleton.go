package conformance

import (
	"context"
	"fmt"

	"understudy/conformance/report"
	"understudy/internal/resource"
)

// singletonChecks are about what there is one of. One that belongs to a record of the
// run is changed, and goes with the record. Any other was there before the run: putting
// back what was read would not undo what a change set off, nor bring back what is not
// shown, and a run that is killed could not even do that. It is only read.
func singletonChecks() []Check {
	return []Check{{
		ID: "crud/singleton-change", Level: report.Must, At: at(resource.Update), Needs: Needs{Roles: []resource.Role{resource.Retrieve, resource.Update}, Writes: true, Offers: belongs},
		Requirement: "What a record has one of can be changed, and reads as it was changed to.",
		Sends:       "POST of the record that it belongs to, PATCH or PUT of it, then GET.", Failure: "theme: the value that was sent is not the one that came back",
		Costs: Costs{Requests: 4, Records: 1},
		run:   checkSingletonChange,
	}}
}

// belongs says that a collection is not a singleton of a record.
func belongs(c *resource.Collection) string {
	switch {
	case !c.Singleton:
		return c.Name + " has items of their own"
	case len(c.Parents) == 0 || c.Parents[len(c.Parents)-1].Collection == nil:
		return c.Name + " was there before the run, and is only read"
	}
	return ""
}

func checkSingletonChange(ctx context.Context, e *env) error {
	if parent := e.collection.Parents[len(e.collection.Parents)-1].Collection; !e.creatable(parent) {
		return notApplicable("it belongs to a record of %s, of which the run creates none: it is only read", parent.Name)
	}
	op, path := e.op(resource.Update), e.itemPath("")
	before, err := e.get(ctx, path)
	if err != nil {
		return err
	}
	if !before.ok() && !isMissing(before) {
		return e.leave("schema/retrieve", before)
	}
	if isMissing(before) {
		if !e.collection.PutCreates || e.collection.Operations[resource.Remove] == nil && e.under == "" {
			return notApplicable("there is no %s to be changed", e.collection.Name)
		}
		if err := e.ledger.add(entry{Path: path, Target: e.client.base.String(), As: writer, Under: e.under}); err != nil {
			return err
		}
	}
	body, err := e.body(op)
	if err != nil {
		return err
	}
	a, err := e.do(ctx, jsonRequest(op.Method, path, writer, body))
	if err != nil {
		return err
	}
	if !a.ok() {
		return mismatch(a, "a valid change is refused", fmt.Sprintf("status %d", successOf(op)), fmt.Sprintf("status %d", a.status))
	}
	if err := conforms(op, a); err != nil {
		return err
	}
	return e.eventually(ctx, func() error {
		value, read, err := e.read(ctx, &record{path: path})
		if err != nil {
			return err
		}
		return e.sameAsSent(read, body, value)
	})
}
