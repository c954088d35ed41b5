package conformance

import (
	"context"
	"fmt"
	"net/http"

	"understudy/conformance/report"
	"understudy/internal/resource"
)

// deletionCheck comes before the run makes more records than it needs to: whether
// they can be deleted decides whether it may.
func deletionCheck() []Check {
	return []Check{
		{
			ID: "crud/delete", Level: report.Must, At: at(resource.Remove), Needs: needs(resource.Create, resource.Retrieve, resource.Remove), Requires: []string{"crud/create", "crud/retrieve"},
			Requirement: "Deleting a record is answered with the declared status, and the record cannot be read afterwards.",
			Sends:       "POST, DELETE, then GET.", Failure: "a deleted record can still be read",
			Costs: Costs{Requests: 4, Records: 1},
			run:   checkDelete,
		},
	}
}

func deleteChecks() []Check {
	gone := needs(resource.Create, resource.Retrieve, resource.Remove)
	return []Check{
		{
			ID: "crud/delete-listed", Level: report.Must, At: at(resource.List), Needs: needs(resource.Create, resource.Remove, resource.List), Requires: []string{"crud/create", "crud/list", "crud/delete"}, Follows: []string{"crud/retrieve", "crud/create-counted"},
			Requirement: "A deleted record leaves the list, and the count goes down by one.",
			Sends:       "POST, GET of the collection, DELETE, GET of the collection.", Failure: "the count went from 3 to 3",
			Costs: Costs{Requests: 4, Records: 1},
			run:   checkDeleteListed,
		},
		{
			ID: "crud/delete-only-this-record", Level: report.Must, At: at(resource.Remove), Needs: gone, Requires: and(readable, "crud/delete"), Follows: and(sound, "crud/create-distinct"),
			Requirement: "Deleting a record leaves other records alone.",
			Sends:       "POST three times, DELETE of the second, GET of the others.", Failure: "another record is gone",
			Costs: Costs{Requests: 7, Records: 2},
			run:   checkDeleteOnlyThisRecord,
		},
		{
			ID: "crud/deleted-is-gone", Level: report.Must, At: at(resource.Remove), Needs: gone, Requires: and(readable, "crud/delete"),
			Requirement: "A deleted record is answered with 404 by every operation, and none of them brings it back.",
			Sends:       "POST, DELETE, then PATCH, DELETE and GET of the same id.", Failure: "PATCH of a deleted record: status 200",
			Costs: Costs{Requests: 4},
			run:   checkDeletedIsGone,
		},
		{
			ID: "crud/ids-are-not-reused", Level: report.Must, At: at(resource.Create), Needs: gone, Requires: and(readable, "crud/delete"),
			Requirement: "A record that is created after another was deleted has an id of its own. That a number is given again after the greatest was deleted is a warning.",
			Sends:       "POST, DELETE, POST.", Failure: "the id of a deleted record was used again",
			Costs: Costs{Requests: 7, Records: 2},
			run:   checkIDsAreNotReused,
		},
	}
}

// lastChecks look back at the whole run.
func lastChecks() []Check {
	return []Check{{
		ID: untouched, Level: report.Must, At: at(resource.List), Needs: needs(resource.Create, resource.List), Requires: []string{"crud/list"},
		Requirement: "Nothing that the run does to its own records harms those that were there before.",
		Sends:       "GET of the collection, after everything else.", Failure: "a record that the run did not create is gone",
		last: true,
		run:  func(ctx context.Context, e *env) error { return e.collateral(ctx) },
	}}
}

// deleted creates a record and deletes it.
func (e *env) deleted(ctx context.Context) (*record, *answer, error) {
	r, err := e.create(ctx)
	if err != nil {
		return nil, nil, err
	}
	if err := e.warm(ctx, r); err != nil {
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

// sampleDeleted is a record that was deleted, with the answer to that.
func (e *env) sampleDeleted(ctx context.Context) (*record, *answer, error) {
	made, err := e.share(ctx, deletedSample, func(ctx context.Context) (*sample, error) {
		r, a, err := e.deleted(ctx)
		return &sample{record: r, answer: a}, err
	})
	if err != nil {
		return nil, nil, err
	}
	return made.record, made.answer, nil
}

func checkDelete(ctx context.Context, e *env) error {
	r, a, err := e.sampleDeleted(ctx)
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
		if read.ok() {
			e.stuckAt(r.path, "was deleted, and is still there")
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
	first, err := e.sample(ctx)
	if err != nil {
		return err
	}
	records := []*record{first}
	for range 2 {
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
	r, _, err := e.sampleDeleted(ctx)
	if err != nil {
		return err
	}
	if op := e.op(resource.Update); op != nil && !e.puts(op) && e.inOrder(resource.Update) {
		a, err := e.patch(ctx, r.path, e.changing(r, r.sent))
		if err != nil {
			return err
		}
		if err := wantStatus(a, "a deleted record can still be changed", http.StatusNotFound, http.StatusGone); err != nil {
			return err
		}
	}
	if op := e.collection.Operations[resource.Replace]; op != nil && op != e.op(resource.Update) && !e.puts(op) && e.inOrder(resource.Replace) {
		body, err := e.body(op)
		if err != nil {
			return err
		}
		a, err := e.do(ctx, jsonRequest(op.Method, r.path, writer, body))
		if err != nil {
			return err
		}
		if err := wantStatus(a, "a deleted record can still be replaced", http.StatusNotFound, http.StatusGone); err != nil {
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

// checkIDsAreNotReused fails for a name that is given twice. Databases that count, as
// SQLite does, go on from the highest number that there is: that is a warning.
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
		if next.id == r.id && isWhole(r.id) {
			return warnf(next.created, "the id of the last record was used again after it was deleted: %s", r.id)
		}
		if next.id == r.id {
			return failf(next.created, "the id of a deleted record was used again: %s", r.id)
		}
	}
	return nil
}
