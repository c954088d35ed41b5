package conformance

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"

	"understudy/conformance/report"
	"understudy/internal/contract"
	"understudy/internal/resource"
)

func createChecks() []Check {
	return []Check{
		{
			ID: "crud/create-echo", Level: report.Must, At: at(resource.Create), Needs: needs(resource.Create), Requires: []string{"crud/create"},
			Requirement: "The answer to a create shows every member as it was sent.",
			Sends:       "POST of a valid body, twice with different values.", Failure: `domain: sent "a.example.com", answered "b.example.com"`,
			Costs: Costs{Requests: 3, Records: 1},
			run:   checkCreateEcho,
		},
		{
			ID: "crud/create-nulls", Level: report.Must, At: at(resource.Create), Needs: needs(resource.Create, resource.Retrieve), Requires: readable, Follows: []string{"crud/create-echo"},
			Requirement: "A null that is sent for a member is null, or left out, when the record is read.",
			Sends:       "POST with null for each member that may be, then GET.", Failure: `note: sent null, read ""`,
			Costs: Costs{Records: 1},
			run:   checkCreateNulls,
		},
		{
			ID: "crud/create-stored", Level: report.Must, At: at(resource.Retrieve), Needs: needs(resource.Create, resource.Retrieve), Requires: readable, Follows: []string{"crud/create-echo"},
			Requirement: "Reading a new record gives what its creation was answered with, each time.",
			Sends:       "POST, then GET of the new record, twice.", Failure: "the record reads other than its creation was answered: created_by",
			Costs: Costs{Requests: 2},
			run:   checkCreateStored,
		},
		{
			ID: "crud/create-listed", Level: report.Must, At: at(resource.List), Needs: needs(resource.Create, resource.List), Requires: []string{"crud/create", "crud/list"}, Follows: and(sound, "crud/retrieve"),
			Requirement: "A new record is in the list, once, with the members that reading it gives.",
			Sends:       "POST, then GET of the collection to its end.", Failure: "the new record is not in the list",
			run: checkCreateListed,
		},
		{
			ID: "crud/create-counted", Level: report.Must, At: at(resource.List), Needs: needs(resource.Create, resource.List), Requires: []string{"crud/create", "crud/list"}, Follows: []string{"crud/create-listed"},
			Requirement: "Creating one record raises the count of the list by one, and adds no other record.",
			Sends:       "GET of the collection before and after a POST.", Failure: "the count went from 3 to 3",
			Costs: Costs{Requests: 4, Records: 1},
			run:   checkCreateCounted,
		},
		{
			ID: "crud/create-distinct", Level: report.Must, At: at(resource.Create), Needs: needs(resource.Create, resource.Retrieve), Requires: readable, Follows: sound,
			Requirement: "Two creates make two records with ids of their own, each with its own values.",
			Sends:       "POST twice, then GET of both.", Failure: "two creates gave the same id",
			Costs: Costs{Requests: 4, Records: 1},
			run:   checkCreateDistinct,
		},
		{
			ID: "crud/same-values", Level: report.Must, At: at(resource.Create), Needs: needs(resource.Create, resource.Retrieve, resource.List), Requires: and(readable, "crud/list"), Follows: []string{"crud/create-distinct", "crud/create-listed"},
			Requirement: "Two records with the same values are two records, or the second is refused.",
			Sends:       "POST twice with the same body, GET of both and of the collection.", Failure: "a record is not in the list beside one with the same values",
			Costs: Costs{Requests: 5, Records: 1},
			run:   checkSameValues,
		},
		{
			ID: "crud/read-only-on-create", Level: report.Must, At: at(resource.Create), Needs: needs(resource.Create), Requires: []string{"crud/create"},
			Requirement: "A create that also sends members which only the server sets is refused, or these are ignored.",
			Sends:       "POST of a valid body with values for the read-only members.", Failure: `id: the value that was sent was taken over`,
			Costs: Costs{Requests: 2, Records: 1},
			run:   checkReadOnlyOnCreate,
		},
	}
}

func checkCreateEcho(ctx context.Context, e *env) error {
	for _, obtain := range []func(context.Context) (*record, error){e.sample, e.create} {
		r, err := obtain(ctx)
		if err != nil {
			return err
		}
		if err := e.sameAsSent(r.created, r.sent, r.value); err != nil {
			return err
		}
	}
	return nil
}

func checkCreateNulls(ctx context.Context, e *env) error {
	schema := e.bodySchema(e.op(resource.Create))
	body, err := e.body(e.op(resource.Create))
	if err != nil {
		return err
	}
	nulls := 0
	for _, f := range e.writable() {
		if without := withMember(body, f.Name, nil); len(schema.Check(without)) == 0 && !f.HasDefault {
			body, nulls = without, nulls+1
		}
	}
	if nulls == 0 {
		return notApplicable("no member may be null")
	}
	r, err := e.createWith(ctx, body)
	if err != nil {
		return err
	}
	value, read, err := e.read(ctx, r)
	if err != nil {
		return err
	}
	for _, f := range e.writable() {
		if sent, ok := r.sent[f.Name]; ok && sent == nil && value[f.Name] != nil && len(f.Schema.Check(nil)) == 0 {
			return mismatch(read, f.Name+": null was sent, and another value came back", "null", show(value[f.Name]))
		}
	}
	return nil
}

func checkCreateStored(ctx context.Context, e *env) error {
	r, err := e.sample(ctx)
	if err != nil {
		return err
	}
	before := r.value
	for range 2 {
		err := e.eventually(ctx, func() error {
			value, a, err := e.read(ctx, r)
			if err != nil {
				return err
			}
			if member, was, is := e.differences(before, value); member != "" {
				return mismatch(a, member+": the record reads other than it was answered before", show(was), show(is))
			}
			before = value
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func checkCreateListed(ctx context.Context, e *env) error {
	r, err := e.sample(ctx)
	if err != nil {
		return err
	}
	return e.eventually(ctx, func() error {
		items, first, err := e.everything(ctx)
		if err != nil {
			return err
		}
		times := 0
		for _, item := range items {
			if idOf(item, e.collection) == r.id {
				times++
			}
		}
		if times != 1 {
			return failf(first.answer, "the new record stands %d times in the list", times)
		}
		if member, was, is := e.differences(r.value, e.find(items, r.id)); member != "" {
			return mismatch(first.answer, member+": the list shows another value than the record", show(was), show(is))
		}
		return nil
	})
}

func checkCreateCounted(ctx context.Context, e *env) error {
	before, first, err := e.everything(ctx)
	if err != nil {
		return err
	}
	gone := e.ledger.gone()
	if _, err := e.create(ctx); err != nil {
		return err
	}
	more := 1 - (e.ledger.gone() - gone) // others made way for it where the target lets the run have few
	return e.eventually(ctx, func() error {
		after, p, err := e.everything(ctx)
		if err != nil {
			return err
		}
		if len(after) != len(before)+more {
			return mismatch(p.answer, "one create added another number of records to the list", fmt.Sprint(len(before)+more), fmt.Sprint(len(after)))
		}
		if p.count >= 0 && p.count != first.count+more {
			return mismatch(p.answer, "one create changed the count by another number", fmt.Sprint(first.count+more), fmt.Sprint(p.count))
		}
		return nil
	})
}

func checkCreateDistinct(ctx context.Context, e *env) error {
	first, err := e.sample(ctx)
	if err != nil {
		return err
	}
	second, err := e.create(ctx)
	if err != nil {
		return err
	}
	if first.id == second.id {
		return failf(second.created, "two creates gave the same id %s", first.id)
	}
	for _, r := range []*record{first, second} {
		value, a, err := e.read(ctx, r)
		if err != nil {
			return err
		}
		if err := e.sameAsSent(a, r.sent, value); err != nil {
			return err
		}
	}
	return nil
}

func checkSameValues(ctx context.Context, e *env) error {
	first, err := e.sample(ctx)
	if err != nil {
		return err
	}
	a, err := e.post(ctx, first.sent)
	if err != nil {
		return err
	}
	if a.status != first.created.status {
		return notApplicable("the target does not take the same values twice")
	}
	id := e.madeID(a)
	if id == first.id {
		return failf(a, "a second record with the same values has the id of the first: %s", id)
	}
	second := &record{id: id, path: e.itemPath(id), sent: first.sent, value: a.object(), created: a}
	items, p, err := e.everything(ctx)
	if err != nil {
		return err
	}
	for _, r := range []*record{first, second} {
		if _, _, err := e.read(ctx, r); err != nil {
			return err
		}
		if e.find(items, r.id) == nil {
			return failf(p.answer, "a record is not in the list beside one with the same values: %s", r.id)
		}
	}
	return nil
}

// intruders are values for the members that only the server sets, unlike those
// that it has set.
func (e *env) intruders(value map[string]any) map[string]any {
	sent := map[string]any{}
	for i, f := range e.serverSet() {
		if f.Source == resource.FromSchema && hasFewValues(f.Schema) {
			continue // the server may set the same by chance
		}
		if far := json.Number(strconv.Itoa(unknownNumber)); len(f.Schema.Check(far)) == 0 {
			sent[f.Name] = far // a number that the server makes up is not this one by chance
			continue
		}
		for attempt := range 10 {
			made, err := e.samples.generator.Value(f.Schema.Compiled(), fmt.Sprint("intruder ", i, attempt))
			if err == nil && made != nil && !equal(made, value[f.Name]) {
				sent[f.Name] = made
				break
			}
		}
	}
	return sent
}

// hasFewValues reports whether a schema allows so few values that two may be the
// same by chance.
func hasFewValues(s *contract.Schema) bool {
	n := s.Node()
	if items := contract.Keyword(n, "items"); items.Exists() {
		n = items // a list of few values is one of few, too
	}
	return slices.Contains(contract.Types(n), "boolean") ||
		slices.ContainsFunc([]string{"enum", "const", "oneOf", "anyOf"}, func(keyword string) bool { return contract.Keyword(n, keyword).Exists() })
}

func checkReadOnlyOnCreate(ctx context.Context, e *env) error {
	if len(e.serverSet()) == 0 {
		return notApplicable("the server sets no member of a record")
	}
	model, err := e.sample(ctx)
	if err != nil {
		return err
	}
	body, err := e.body(e.op(resource.Create))
	if err != nil {
		return err
	}
	intruders := e.intruders(model.value)
	for name, value := range intruders {
		if _, ok := body[name]; !ok {
			body[name] = value
		}
	}
	a, err := e.post(ctx, body)
	if err != nil {
		return err
	}
	if isRefusal(a) {
		if _, err := e.create(ctx); err != nil { // it is for a quota
			return err
		}
		return e.habit("read-only members in a request", "refused", a)
	}
	if !a.ok() {
		return wantStatus(a, "a create with read-only members fails", successOf(e.op(resource.Create)))
	}
	for name, value := range intruders {
		if sameValue(value, a.object()[name]) {
			return mismatch(a, name+": the value that was sent was taken over", "a value that the server sets", show(value))
		}
	}
	return e.habit("read-only members in a request", "ignored", a)
}
