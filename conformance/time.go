package conformance

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"

	"understudy/conformance/report"
	"understudy/internal/contract"
	"understudy/internal/resource"
)

func timeChecks() []Check {
	changes := needs(resource.Create, resource.Retrieve, resource.Update)
	changed := []string{"time/zone", "crud/update-only-what-was-sent"}
	return []Check{
		{
			ID: "time/zone", Level: report.Must, At: timeOf(resource.FromCreated), Needs: needs(resource.Create), Requires: []string{"crud/create"}, Follows: []string{"schema/retrieve", "schema/create"},
			Requirement: "The times of a record are dates with a time and a zone (RFC 3339).",
			Sends:       "POST.", Failure: `created_at: "2026-11-07T09:30:12" has no zone`,
			run: checkTimeZone,
		},
		{
			ID: "time/now", Level: report.Must, At: timeOf(resource.FromCreated), Needs: needs(resource.Create), Requires: []string{"crud/create"}, Follows: []string{"time/zone"},
			Requirement: "A new record is dated now: neither ahead of the clock nor hours behind it.",
			Sends:       "POST.", Failure: "created_at: the time is 2h0m0s ahead of the request",
			run: checkTimeNow,
		},
		{
			ID: "time/order", Level: report.Must, At: timeOf(resource.FromUpdated), Needs: needs(resource.Create), Requires: []string{"crud/create"}, Follows: []string{"time/zone", "time/now"},
			Requirement: "A record was not changed a second before it was created, or more.",
			Sends:       "POST.", Failure: "updated_at is before created_at",
			run: checkTimeOrder,
		},
		{
			ID: "time/stays-on-read", Level: report.Must, At: timeOf(resource.FromUpdated), Needs: needs(resource.Create, resource.Retrieve), Requires: readable, Follows: []string{"time/zone", "crud/create-stored", "crud/create-distinct"},
			Requirement: "Reading a record moves none of its times.",
			Sends:       "POST, then GET twice, a moment apart.", Failure: "updated_at moved, and nothing was changed",
			Costs: Costs{Requests: 2},
			run:   checkTimeStaysOnRead,
		},
		{
			ID: "time/stays-on-list", Level: report.Must, At: timeOf(resource.FromUpdated), Needs: needs(resource.Create, resource.List), Requires: []string{"crud/create", "crud/list"}, Follows: []string{"time/zone", "crud/create-listed"},
			Requirement: "Listing a record moves none of its times.",
			Sends:       "POST, then the list twice, a moment apart.", Failure: "updated_at moved, and nothing was changed",
			Costs: Costs{Requests: 2},
			run:   checkTimeStaysOnList,
		},
		{
			ID: "time/moves-on-change", Level: report.Must, At: timeOf(resource.FromUpdated), Needs: changes, Requires: and(readable, "crud/update"), Follows: and(changed, "time/now"),
			Requirement: "A change moves the time of the last change to now.",
			Sends:       "POST and, a moment later, PATCH.", Failure: "updated_at did not move with a change",
			Costs: Costs{Requests: 2, Records: 1},
			run:   checkTimeMovesOnChange,
		},
		{
			ID: "time/created-stays-on-change", Level: report.Must, At: timeOf(resource.FromCreated), Needs: changes, Requires: and(readable, "crud/update"), Follows: changed,
			Requirement: "A change leaves the time of creation alone.",
			Sends:       "POST and, a moment later, PATCH.", Failure: "created_at moved with a change",
			run: checkCreatedStaysOnChange,
		},
		{
			ID: "time/stays-on-change-of-another", Level: report.Must, At: timeOf(resource.FromUpdated), Needs: changes, Requires: and(readable, "crud/update"), Follows: and(changed, "crud/update-only-this-record", "crud/create-stored", "time/stays-on-read"),
			Requirement: "A change of one record moves no time of another.",
			Sends:       "POST twice and, a moment later, PATCH of one and GET of the other.", Failure: "updated_at moved, and another record was changed",
			Costs: Costs{Requests: 5, Records: 1},
			run:   checkTimeStaysOnChangeOfAnother,
		},
	}
}

// timeOf finds the place of a time of the record in the document.
func timeOf(source resource.Source) func(*resource.Collection) contract.Node {
	return func(c *resource.Collection) contract.Node {
		for _, f := range c.Fields {
			if f.Source == source {
				return f.Schema.Node()
			}
		}
		return contract.Node{}
	}
}

// dated lists the members that hold times in the format date-time, of those that
// are given.
func (e *env) dated(sources ...resource.Source) ([]*resource.Field, error) {
	var fields []*resource.Field
	for _, source := range sources {
		if f := e.collection.FieldFrom(source); f != nil && contract.Keyword(f.Schema.Node(), "format").Text() == "date-time" {
			fields = append(fields, f)
		}
	}
	if len(fields) < len(sources) {
		return fields, notApplicable("the document does not say when a record was %s", strings.Join(texts(sources), " and "))
	}
	return fields, nil
}

func texts(sources []resource.Source) []string {
	all := make([]string, len(sources))
	for i, source := range sources {
		all[i] = string(source)
	}
	return all
}

// anyDated lists the members that hold the times of a record, of which there
// must be one.
func (e *env) anyDated() ([]*resource.Field, error) {
	fields, err := e.dated(resource.FromCreated, resource.FromUpdated)
	if len(fields) > 0 {
		return fields, nil
	}
	return nil, err
}

// timeIn reads a time of a record.
func (e *env) timeIn(a *answer, view map[string]any, f *resource.Field) (time.Time, error) {
	text, ok := view[f.Name].(string)
	if !ok {
		return time.Time{}, e.owned("time/zone", mismatch(a, f.Name+" is no time", "a date with a time and a zone", show(view[f.Name])))
	}
	at, err := time.Parse(time.RFC3339Nano, strings.ToUpper(text))
	if err != nil {
		return time.Time{}, e.owned("time/zone", mismatch(a, f.Name+" is no time with a zone", "a date with a time and a zone", show(text)))
	}
	return at, nil
}

func checkTimeZone(ctx context.Context, e *env) error {
	fields, err := e.anyDated()
	if err != nil {
		return err
	}
	r, err := e.sample(ctx)
	if err != nil {
		return err
	}
	for _, f := range fields {
		if _, err := e.timeIn(r.created, r.value, f); err != nil {
			return err
		}
	}
	return nil
}

// How far a time may be from the clock: a little ahead, as clocks differ; less
// behind than zones are apart.
const (
	maxAhead  = 5 * time.Second
	maxBehind = 10 * time.Minute
)

// current sees that a time is that of its answer, by our clock or by that of the
// target's Date header.
func current(a *answer, f *resource.Field, at time.Time) error {
	earliest, latest := a.received, a.received
	if date, err := http.ParseTime(a.header.Get("Date")); err == nil {
		earliest, latest = minTime(earliest, date), maxTime(latest, date)
	}
	expected := "a time near " + latest.UTC().Format(time.RFC3339)
	switch {
	case at.After(latest.Add(maxAhead)):
		return mismatch(a, fmt.Sprintf("%s is %s ahead of the clock", f.Name, at.Sub(latest).Round(time.Second)), expected, at.Format(time.RFC3339Nano))
	case at.Before(earliest.Add(-maxBehind)):
		return mismatch(a, fmt.Sprintf("%s is %s behind the clock", f.Name, earliest.Sub(at).Round(time.Second)), expected, at.Format(time.RFC3339Nano))
	}
	return nil
}

func minTime(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

func maxTime(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

func checkTimeNow(ctx context.Context, e *env) error {
	fields, err := e.anyDated()
	if err != nil {
		return err
	}
	r, err := e.sample(ctx)
	if err != nil {
		return err
	}
	for _, f := range fields {
		at, err := e.timeIn(r.created, r.value, f)
		if err != nil {
			return err
		}
		if err := current(r.created, f, at); err != nil {
			return err
		}
	}
	return nil
}

// aside is how far two times may lie apart that are read off a clock one after the
// other, the later one first.
const aside = time.Second

func checkTimeOrder(ctx context.Context, e *env) error {
	fields, err := e.dated(resource.FromCreated, resource.FromUpdated)
	if err != nil {
		return err
	}
	r, err := e.sample(ctx)
	if err != nil {
		return err
	}
	created, err := e.timeIn(r.created, r.value, fields[0])
	if err != nil {
		return err
	}
	updated, err := e.timeIn(r.created, r.value, fields[1])
	if err != nil {
		return err
	}
	if updated.Before(created.Add(-aside)) {
		return mismatch(r.created, fields[1].Name+" is before "+fields[0].Name, "not before "+show(r.value[fields[0].Name]), show(r.value[fields[1].Name]))
	}
	return nil
}
