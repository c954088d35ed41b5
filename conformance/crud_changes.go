package conformance

import (
	"context"
	"fmt"
	"net/http"

	"understudy/conformance/report"
	"understudy/internal/resource"
)

func updateChecks() []Check {
	some := needs(resource.Create, resource.Retrieve, resource.Update)
	made := []string{"crud/create", "crud/retrieve"}
	return []Check{
		{
			ID: "crud/update", Level: report.Must, At: at(resource.Update), Needs: some, Requires: made,
			Requirement: "A valid change is answered with the declared status and shows the value that was sent.",
			Sends:       "POST, then PATCH of each member in turn.", Failure: `domain: sent "b.example.com", answered "a.example.com"`,
			run: checkUpdate,
		},
		{
			ID: "crud/update-stored", Level: report.Must, At: at(resource.Update), Needs: some, Requires: append(made, "crud/update"),
			Requirement: "Reading a changed record gives what the change was answered with.",
			Sends:       "POST, PATCH, then GET twice.", Failure: "the change was answered, and is not stored",
			run: checkUpdateStored,
		},
		{
			ID: "crud/update-listed", Level: report.Must, At: at(resource.List), Needs: needs(resource.Create, resource.Update, resource.List), Requires: append(made, "crud/list", "crud/update", "crud/create-listed"),
			Requirement: "The list shows a changed record as it is now.",
			Sends:       "POST, PATCH, then GET of the collection.", Failure: "the list shows the value from before the change",
			run: checkUpdateListed,
		},
		{
			ID: "crud/update-adds-nothing", Level: report.Must, At: at(resource.List), Needs: needs(resource.Create, resource.Update, resource.List), Requires: append(made, "crud/list", "crud/update"),
			Requirement: "A change adds no record to the list and takes none out.",
			Sends:       "POST, GET of the collection, PATCH, GET of the collection.", Failure: "a change added a record to the list",
			run: checkUpdateAddsNothing,
		},
		{
			ID: "crud/update-only-what-was-sent", Level: report.Must, At: at(resource.Update), Needs: some, Requires: append(made, "crud/update"),
			Requirement: "A change leaves the members alone that were not sent, but for the time of the last change.",
			Sends:       "POST, then PATCH of one member, and GET.", Failure: "created_at changed, and was not sent",
			run: checkUpdateOnlyWhatWasSent,
		},
		{
			ID: "crud/update-only-this-record", Level: report.Must, At: at(resource.Update), Needs: some, Requires: append(made, "crud/update"),
			Requirement: "A change leaves other records alone.",
			Sends:       "POST twice, PATCH of one, GET of the other.", Failure: "another record changed",
			run: checkUpdateOnlyThisRecord,
		},
		{
			ID: "crud/update-nothing", Level: report.Must, At: at(resource.Update), Needs: some, Requires: append(made, "crud/update"),
			Requirement: "A change that sends no member is accepted or refused, and changes nothing.",
			Sends:       "PATCH of {}.", Failure: "an empty change fails with status 500",
			run: checkUpdateNothing,
		},
		{
			ID: "crud/read-only-on-update", Level: report.Must, At: at(resource.Update), Needs: some, Requires: append(made, "crud/update"),
			Requirement: "A change that sends members which only the server sets is refused, or these are ignored.",
			Sends:       "PATCH of the read-only members.", Failure: "status: the value that was sent was taken over",
			run: checkReadOnlyOnUpdate,
		},
	}
}

// changed is a record and what one change of one member made of it.
type changed struct {
	record *record
	sent   map[string]any
	answer *answer
}

// change creates a record and changes its first writable member.
func (e *env) change(ctx context.Context) (*changed, error) {
	r, err := e.create(ctx)
	if err != nil {
		return nil, err
	}
	for _, f := range e.writable() {
		value, err := e.samples.fresh(e.op(resource.Update), f, r.value[f.Name])
		if err != nil {
			continue
		}
		return e.changeTo(ctx, r, map[string]any{f.Name: value})
	}
	return nil, notApplicable("no member can be changed")
}

func (e *env) changeTo(ctx context.Context, r *record, sent map[string]any) (*changed, error) {
	a, err := e.patch(ctx, r.path, sent)
	if err != nil {
		return nil, err
	}
	if !a.ok() {
		return nil, e.owned("crud/update", mismatch(a, "a valid change is refused", fmt.Sprintf("status %d", successOf(e.op(resource.Update))), fmt.Sprintf("status %d", a.status)))
	}
	return &changed{record: r, sent: sent, answer: a}, nil
}

func checkUpdate(ctx context.Context, e *env) error {
	r, err := e.create(ctx)
	if err != nil {
		return err
	}
	tried := false
	for _, f := range e.writable() {
		value, err := e.samples.fresh(e.op(resource.Update), f, r.value[f.Name])
		if err != nil {
			continue
		}
		tried = true
		c, err := e.changeTo(ctx, r, map[string]any{f.Name: value})
		if err != nil {
			return err
		}
		if err := wantStatus(c.answer, "the answer to a change has another status than the document declares", successOf(e.op(resource.Update))); err != nil {
			return err
		}
		if object := c.answer.object(); object != nil {
			if id := idOf(object, e.collection); id != r.id {
				return mismatch(c.answer, "the answer to a change shows another record", r.id, id)
			}
			if err := e.sameAsSent(c.answer, c.sent, object); err != nil {
				return err
			}
		}
	}
	if !tried {
		return notApplicable("no member can be changed")
	}
	return nil
}

func checkUpdateStored(ctx context.Context, e *env) error {
	c, err := e.change(ctx)
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
	return nil
}

func checkUpdateListed(ctx context.Context, e *env) error {
	c, err := e.change(ctx)
	if err != nil {
		return err
	}
	return e.eventually(ctx, func() error {
		items, first, err := e.everything(ctx)
		if err != nil {
			return err
		}
		item := e.find(items, c.record.id)
		if item == nil {
			return failf(first.answer, "the changed record is not in the list")
		}
		return e.sameAsSent(first.answer, c.sent, item)
	})
}

func checkUpdateAddsNothing(ctx context.Context, e *env) error {
	r, err := e.create(ctx)
	if err != nil {
		return err
	}
	before, _, err := e.everything(ctx)
	if err != nil {
		return err
	}
	changes, err := e.changesFor([]*record{r})
	if err != nil {
		return err
	}
	if _, err := e.changeTo(ctx, r, changes[0]); err != nil {
		return err
	}
	after, now, err := e.everything(ctx)
	if err != nil {
		return err
	}
	if _, err := e.adoptStrays(before, after); err != nil {
		return err
	}
	if len(after) != len(before) {
		return mismatch(now.answer, "a change put another number of records into the list", fmt.Sprint(len(before)), fmt.Sprint(len(after)))
	}
	return nil
}

func checkUpdateOnlyWhatWasSent(ctx context.Context, e *env) error {
	c, err := e.change(ctx)
	if err != nil {
		return err
	}
	value, a, err := e.read(ctx, c.record)
	if err != nil {
		return err
	}
	moved := e.movedOn(c.record.value, value)
	for _, f := range e.collection.Fields {
		if _, sent := c.sent[f.Name]; sent || f.Source == resource.FromUpdated || moved && e.volatile(f) {
			continue
		}
		if was, is := c.record.value[f.Name], value[f.Name]; !equal(was, is) {
			return mismatch(a, f.Name+": the member changed, and was not sent", show(was), show(is))
		}
	}
	return nil
}

func checkUpdateOnlyThisRecord(ctx context.Context, e *env) error {
	var others []*record
	first, err := e.create(ctx)
	if err != nil {
		return err
	}
	others = append(others, first)
	c, err := e.change(ctx)
	if err != nil {
		return err
	}
	if later, err := e.create(ctx); err == nil {
		others = append(others, later)
		if _, err := e.changeTo(ctx, c.record, c.sent); err != nil {
			return err
		}
	}
	for _, other := range others {
		value, a, err := e.read(ctx, other)
		if err != nil {
			return err
		}
		if member, was, is := e.differences(other.value, value); member != "" {
			return mismatch(a, member+": another record changed", show(was), show(is))
		}
	}
	return nil
}

func checkUpdateNothing(ctx context.Context, e *env) error {
	r, err := e.create(ctx)
	if err != nil {
		return err
	}
	a, err := e.patch(ctx, r.path, map[string]any{})
	if err != nil {
		return err
	}
	if a.status >= http.StatusInternalServerError || a.status < 200 || a.status >= 300 && a.status < 400 {
		return mismatch(a, "a change that sends nothing fails", "status 2xx or 4xx", fmt.Sprintf("status %d", a.status))
	}
	value, read, err := e.read(ctx, r)
	if err != nil {
		return err
	}
	for _, f := range e.writable() {
		if !equal(r.value[f.Name], value[f.Name]) {
			return mismatch(read, f.Name+": a change that sends nothing changed it", show(r.value[f.Name]), show(value[f.Name]))
		}
	}
	return nil
}

func checkReadOnlyOnUpdate(ctx context.Context, e *env) error {
	if len(e.serverSet()) == 0 {
		return notApplicable("the server sets no member of a record")
	}
	r, err := e.create(ctx)
	if err != nil {
		return err
	}
	intruders := e.intruders(r.value)
	a, err := e.patch(ctx, r.path, intruders)
	if err != nil {
		return err
	}
	if a.status >= http.StatusInternalServerError {
		return wantStatus(a, "a change of read-only members fails", successOf(e.op(resource.Update)))
	}
	value, read, err := e.read(ctx, r)
	if err != nil {
		return err
	}
	for name, sent := range intruders {
		if sameValue(sent, value[name]) {
			return mismatch(read, name+": the value that was sent was taken over", show(r.value[name]), show(sent))
		}
	}
	if a.ok() {
		return e.habit("read-only members in a request", "ignored", a)
	}
	return e.habit("read-only members in a request", "refused", a)
}

func deleteChecks() []Check {
	gone := needs(resource.Create, resource.Retrieve, resource.Remove)
	made := []string{"crud/create", "crud/retrieve"}
	return []Check{
		{
			ID: "crud/delete", Level: report.Must, At: at(resource.Remove), Needs: gone, Requires: made,
			Requirement: "Deleting a record is answered with the declared status, and the record cannot be read afterwards.",
			Sends:       "POST, DELETE, then GET.", Failure: "a deleted record can still be read",
			run: checkDelete,
		},
		{
			ID: "crud/delete-listed", Level: report.Must, At: at(resource.List), Needs: needs(resource.Create, resource.Remove, resource.List), Requires: append(made, "crud/list", "crud/delete", "crud/create-counted"),
			Requirement: "A deleted record leaves the list, and the count goes down by one.",
			Sends:       "POST, GET of the collection, DELETE, GET of the collection.", Failure: "the count went from 3 to 3",
			run: checkDeleteListed,
		},
		{
			ID: "crud/delete-only-this-record", Level: report.Must, At: at(resource.Remove), Needs: gone, Requires: append(made, "crud/delete"),
			Requirement: "Deleting a record leaves other records alone.",
			Sends:       "POST three times, DELETE of the second, GET of the others.", Failure: "another record is gone",
			run: checkDeleteOnlyThisRecord,
		},
		{
			ID: "crud/deleted-is-gone", Level: report.Must, At: at(resource.Remove), Needs: gone, Requires: append(made, "crud/delete"),
			Requirement: "A deleted record is answered with 404 by every operation, and none of them brings it back.",
			Sends:       "POST, DELETE, then PATCH, DELETE and GET of the same id.", Failure: "PATCH of a deleted record: status 200",
			run: checkDeletedIsGone,
		},
		{
			ID: "crud/ids-are-not-reused", Level: report.Must, At: at(resource.Create), Needs: gone, Requires: append(made, "crud/delete"),
			Requirement: "A record that is created after another was deleted has an id of its own.",
			Sends:       "POST, DELETE, POST.", Failure: "the id of a deleted record was used again",
			run: checkIDsAreNotReused,
		},
	}
}

// lastChecks look back at the whole run.
func lastChecks() []Check {
	return []Check{{
		ID: "crud/others-untouched", Level: report.Must, At: at(resource.List), Needs: needs(resource.Create, resource.List), Requires: []string{"crud/list"},
		Requirement: "Nothing that the run does to its own records harms those that were there before.",
		Sends:       "GET of the collection, after everything else.", Failure: "a record that the run did not create is gone",
		run: func(ctx context.Context, e *env) error { return e.collateral(ctx) },
	}}
}

// deleted creates a record and deletes it.
func (e *env) deleted(ctx context.Context) (*record, *answer, error) {
	r, err := e.create(ctx)
	if err != nil {
		return nil, nil, err
	}
	a, err := e.remove(ctx, r.path)
	if err != nil {
		return nil, nil, err
	}
	if !a.ok() {
		return nil, nil, e.owned("crud/delete", mismatch(a, "a record cannot be deleted", fmt.Sprintf("status %d", successOf(e.op(resource.Remove))), fmt.Sprintf("status %d", a.status)))
	}
	return r, a, nil
}

func checkDelete(ctx context.Context, e *env) error {
	r, a, err := e.deleted(ctx)
	if err != nil {
		return err
	}
	if err := wantStatus(a, "the answer to a delete has another status than the document declares", successOf(e.op(resource.Remove))); err != nil {
		return err
	}
	return e.eventually(ctx, func() error {
		read, err := e.get(ctx, r.path)
		if err != nil {
			return err
		}
		return wantStatus(read, "a deleted record can still be read", http.StatusNotFound, http.StatusGone)
	})
}

func checkDeleteListed(ctx context.Context, e *env) error {
	r, err := e.create(ctx)
	if err != nil {
		return err
	}
	before, p, err := e.everything(ctx)
	if err != nil {
		return err
	}
	if a, err := e.remove(ctx, r.path); err != nil || !a.ok() {
		return err
	}
	return e.eventually(ctx, func() error {
		after, now, err := e.everything(ctx)
		switch {
		case err != nil:
			return err
		case e.find(after, r.id) != nil:
			return failf(now.answer, "a deleted record is still in the list")
		case len(after) != len(before)-1:
			return mismatch(now.answer, "one delete took another number of records out of the list", fmt.Sprint(len(before)-1), fmt.Sprint(len(after)))
		case now.count >= 0 && now.count != p.count-1:
			return mismatch(now.answer, "one delete changed the count by another number", fmt.Sprint(p.count-1), fmt.Sprint(now.count))
		}
		return nil
	})
}

func checkDeleteOnlyThisRecord(ctx context.Context, e *env) error {
	var records []*record
	for range 3 {
		r, err := e.create(ctx)
		if err != nil {
			return err
		}
		records = append(records, r)
	}
	a, err := e.remove(ctx, records[1].path)
	if err != nil {
		return err
	}
	for _, other := range []*record{records[0], records[2]} {
		read, err := e.get(ctx, other.path)
		if err != nil {
			return err
		}
		if read.status != http.StatusOK {
			return &failure{reason: "deleting a record took another one along", expected: "status 200", actual: fmt.Sprintf("status %d", read.status), marked: []*answer{a, read}}
		}
		if member, was, is := e.differences(other.value, read.object()); member != "" {
			return mismatch(read, member+": deleting a record changed another one", show(was), show(is))
		}
	}
	return nil
}

func checkDeletedIsGone(ctx context.Context, e *env) error {
	r, _, err := e.deleted(ctx)
	if err != nil {
		return err
	}
	if e.op(resource.Update) != nil {
		a, err := e.patch(ctx, r.path, r.sent)
		if err != nil {
			return err
		}
		if err := wantStatus(a, "a deleted record can still be changed", http.StatusNotFound, http.StatusGone); err != nil {
			return err
		}
	}
	again, err := e.remove(ctx, r.path)
	if err != nil {
		return err
	}
	switch {
	case again.ok():
		err = e.habit("a second delete", fmt.Sprint(again.status), again)
	default:
		err = wantStatus(again, "a second delete", http.StatusNotFound, http.StatusGone, http.StatusNoContent)
		if err == nil {
			err = e.habit("a second delete", fmt.Sprint(again.status), again)
		}
	}
	if err != nil {
		return err
	}
	read, err := e.get(ctx, r.path)
	if err != nil {
		return err
	}
	return wantStatus(read, "a deleted record came back", http.StatusNotFound, http.StatusGone)
}

func checkIDsAreNotReused(ctx context.Context, e *env) error {
	r, _, err := e.deleted(ctx)
	if err != nil {
		return err
	}
	for range 2 {
		next, err := e.create(ctx)
		if err != nil {
			return err
		}
		if next.id == r.id {
			return failf(next.created, "the id of a deleted record was used again: %s", r.id)
		}
	}
	return nil
}
