package conformance

import (
	"context"
	"fmt"
	"maps"
	"net/http"

	"understudy/conformance/report"
	"understudy/internal/resource"
)

func updateChecks() []Check {
	some := needs(resource.Create, resource.Retrieve, resource.Update)
	return []Check{
		{
			ID: "crud/update", Level: report.Must, At: at(resource.Update), Needs: some, Requires: []string{"crud/create"}, Follows: and(sound, "crud/retrieve"),
			Requirement: "A valid change is answered with the declared status and shows the value that was sent.",
			Sends:       "POST, then PATCH of each member in turn.", Failure: `domain: sent "b.example.com", answered "a.example.com"`,
			Costs: Costs{Requests: 4, Records: 1},
			run:   checkUpdate,
		},
		{
			ID: "crud/update-stored", Level: report.Must, At: at(resource.Update), Needs: some, Requires: and(readable, "crud/update"), Follows: sound,
			Requirement: "Reading a changed record gives what the change was answered with.",
			Sends:       "POST, PATCH, then GET twice; and the same for each member that is not changed together with others.", Failure: "the change was answered, and is not stored",
			Costs: Costs{Requests: 5, Records: 1},
			run:   checkUpdateStored,
		},
		{
			ID: "crud/update-listed", Level: report.Must, At: at(resource.List), Needs: needs(resource.Create, resource.Update, resource.List), Requires: []string{"crud/create", "crud/list", "crud/update"}, Follows: and(sound, "crud/retrieve", "crud/create-listed", "crud/update-stored"),
			Requirement: "The list shows a changed record as it is now.",
			Sends:       "POST, PATCH, then GET of the collection.", Failure: "the list shows the value from before the change",
			run: checkUpdateListed,
		},
		{
			ID: "crud/update-adds-nothing", Level: report.Must, At: at(resource.List), Needs: needs(resource.Create, resource.Update, resource.List), Requires: []string{"crud/create", "crud/list", "crud/update"}, Follows: and(sound, "crud/retrieve", "crud/update-listed"),
			Requirement: "A change adds no record to the list and takes none out.",
			Sends:       "POST, GET of the collection, PATCH, GET of the collection.", Failure: "a change added a record to the list",
			Costs: Costs{Requests: 5, Records: 1},
			run:   checkUpdateAddsNothing,
		},
		{
			ID: "crud/update-only-what-was-sent", Level: report.Must, At: at(resource.Update), Needs: some, Requires: and(readable, "crud/update"), Follows: sound,
			Requirement: "A change leaves the members alone that were not sent, but for the time of the last change.",
			Sends:       "POST, then PATCH of one member, and GET.", Failure: "created_at changed, and was not sent",
			run: checkUpdateOnlyWhatWasSent,
		},
		{
			ID: "crud/update-only-this-record", Level: report.Must, At: at(resource.Update), Needs: some, Requires: and(readable, "crud/update"), Follows: and(sound, "crud/create-distinct"),
			Requirement: "A change leaves other records alone.",
			Sends:       "POST twice, PATCH of one, GET of the other.", Failure: "another record changed",
			Costs: Costs{Requests: 9, Records: 2},
			run:   checkUpdateOnlyThisRecord,
		},
		{
			ID: "crud/update-several", Level: report.Must, At: at(resource.Update), Needs: some, Requires: and(readable, "crud/update"), Follows: and(sound, "crud/update-stored"),
			Requirement: "A change of several members changes each of them, also to false and to null.",
			Sends:       "POST, PATCH of all members at once, GET, PATCH of all members back, GET.", Failure: "b: the value that was sent is not the one that came back",
			Costs: Costs{Records: 1},
			run:   checkUpdateSeveral,
		},
		{
			ID: "crud/update-nothing", Level: report.Must, At: at(resource.Update), Needs: some, Requires: and(readable, "crud/update"), Follows: and(sound, "crud/update-stored", "crud/update-only-what-was-sent"),
			Requirement: "A change that sends no member is accepted or refused, and changes nothing.",
			Sends:       "PATCH of {}.", Failure: "an empty change fails with status 500",
			Costs: Costs{Requests: 3},
			run:   checkUpdateNothing,
		},
		{
			ID: "crud/read-only-on-update", Level: report.Must, At: at(resource.Update), Needs: some, Requires: and(readable, "crud/update"), Follows: and(sound, "crud/update-stored"),
			Requirement: "A change that sends members which only the server sets is refused, or these are ignored.",
			Sends:       "PATCH of the read-only members.", Failure: "status: the value that was sent was taken over",
			Costs: Costs{Requests: 3},
			run:   checkReadOnlyOnUpdate,
		},
	}
}

// changed is a record and what one change of one member made of it.
type changed struct {
	record *record
	sent   map[string]any
	answer *answer
}

// after is the record as the change should have left it.
func (c *changed) after() *record {
	after := *c.record
	after.value = maps.Clone(c.record.value)
	maps.Copy(after.value, c.sent)
	return &after
}

// change creates a record and changes its first writable member.
func (e *env) change(ctx context.Context) (*changed, error) {
	r, err := e.create(ctx)
	if err != nil {
		return nil, err
	}
	if err := e.warm(ctx, r); err != nil {
		return nil, err
	}
	sent, err := e.otherValue(r)
	if err != nil {
		return nil, err
	}
	return e.changeTo(ctx, r, sent)
}

// warm reads a record before something happens to it: only then a cache that is
// not told of that shows.
func (e *env) warm(ctx context.Context, r *record) error {
	if e.op(resource.Retrieve) == nil {
		return nil
	}
	_, err := e.get(ctx, r.path)
	return err
}

func (e *env) changeTo(ctx context.Context, r *record, sent map[string]any) (*changed, error) {
	a, err := e.patch(ctx, r.path, e.changing(r, sent))
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
		value, err := e.another(r, f)
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

func checkUpdateListed(ctx context.Context, e *env) error {
	c, err := e.sampleChange(ctx, changedSample, e.change)
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
	if e.style() == resource.Whole {
		return notApplicable("a change takes the whole record")
	}
	c, err := e.sampleChange(ctx, changedSample, e.change)
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
	first, err := e.sample(ctx)
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
	if e.style() == resource.Whole {
		return notApplicable("a change takes the whole record")
	}
	c, err := e.sampleChange(ctx, changedSample, e.change)
	if err != nil {
		return err
	}
	r := c.after()
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
	c, err := e.sampleChange(ctx, changedSample, e.change)
	if err != nil {
		return err
	}
	r := c.after()
	intruders := e.intruders(r.value)
	a, err := e.patch(ctx, r.path, e.changing(r, intruders))
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
