package conformance

import (
	"context"
	"fmt"
	"net/http"

	"understudy/conformance/report"
	"understudy/internal/resource"
)

// repeatChecks are about requests that are sent twice, one after the other.
func repeatChecks() []Check {
	return []Check{
		{
			ID: "races/safe-requests", Level: report.Must, Source: "RFC 9110, section 9.2.1: GET and HEAD are safe", Needs: needs(resource.Create, resource.Retrieve, resource.List),
			Requires:    and(readable, "crud/list"),
			Follows:     []string{"crud/create-stored"},
			Requirement: "Reading changes nothing, however often.",
			Sends:       "POST, GET, then HEAD, GET of the collection, and GET again.", Failure: "reading changed a record: updated_at",
			Costs: Costs{Requests: 5},
			run:   checkSafeRequests,
		},
		{
			ID: "races/update-twice", Level: report.Must, At: at(resource.Update), Needs: needs(resource.Create, resource.Retrieve, resource.Update),
			Requires:    and(readable, "crud/update"),
			Follows:     []string{"crud/update-stored", "crud/update-only-what-was-sent"},
			Requirement: "The same change made twice does what it does once, but for the time of the change.",
			Sends:       "POST, PATCH twice with the same body, then GET.", Failure: "the second change did more: message",
			Costs: Costs{Requests: 6, Records: 1},
			run:   checkUpdateTwice,
		},
	}
}

func checkSafeRequests(ctx context.Context, e *env) error {
	r, err := e.sample(ctx)
	if err != nil {
		return err
	}
	before, _, err := e.read(ctx, r)
	if err != nil {
		return err
	}
	if _, err := e.do(ctx, request{method: http.MethodHead, path: r.path, as: writer}); err != nil {
		return err
	}
	listed, first, err := e.everything(ctx)
	if err != nil {
		return err
	}
	after, a, err := e.read(ctx, r)
	if err != nil {
		return err
	}
	if member, was, is := e.differences(before, after); member != "" {
		return mismatch(a, member+": reading changed a record", show(was), show(is))
	}
	again, second, err := e.everything(ctx)
	if err != nil {
		return err
	}
	if len(listed) != len(again) || first.count != second.count {
		return mismatch(second.answer, "listing changed the list", fmt.Sprintf("%d records", len(listed)), fmt.Sprintf("%d records", len(again)))
	}
	return nil
}

func checkUpdateTwice(ctx context.Context, e *env) error {
	c, err := e.change(ctx)
	if err != nil {
		return err
	}
	once, _, err := e.read(ctx, c.record)
	if err != nil {
		return err
	}
	again, err := e.changeTo(ctx, c.record, c.sent)
	if err != nil {
		return err
	}
	twice, a, err := e.read(ctx, c.record)
	if err != nil {
		return err
	}
	if updated := e.collection.FieldFrom(resource.FromUpdated); updated != nil {
		twice = withMember(twice, updated.Name, once[updated.Name])
	}
	if member, was, is := e.differences(once, twice); member != "" {
		return &failure{reason: member + ": the second change did more than the first", expected: show(was), actual: show(is), marked: []*answer{again.answer, a}}
	}
	return nil
}
