package conformance

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"understudy/conformance/report"
	"understudy/internal/resource"
)

func raceChecks() []Check { return slices.Concat(repeatChecks(), packChecks(), deleteRaceChecks()) }

// packChecks are about requests that are sent at once.
func packChecks() []Check {
	return []Check{
		{
			ID: "races/creates-at-once", Level: report.Must, At: at(resource.Create), Needs: needs(resource.Create, resource.List),
			Requires:    []string{"crud/create", "crud/list"},
			Follows:     []string{"crud/create-echo", "crud/create-listed", "crud/create-counted"},
			Requirement: "Records that are created at once are all kept, each with an id of its own and its own values, and are counted.",
			Sends:       "Eight POST at once and GET of the collection meanwhile, then GET of the collection.", Failure: "two creates at once gave the same id",
			Costs: Costs{Requests: 21, Records: 8},
			run:   checkCreatesAtOnce,
		},
		{
			ID: "races/keys-at-once", Level: report.Must, At: at(resource.Create), Needs: Needs{Roles: []resource.Role{resource.Create}, Writes: true, Secured: true, Keys: []who{reader}},
			Requires:    []string{"crud/create"},
			Follows:     []string{"auth/read-only-key-writes", "races/creates-at-once"},
			Requirement: "Requests at once are each judged by their own key.",
			Sends:       "POST with the key that may write and with the one that may only read, by turns, at once.", Failure: "a key that may only read created a record",
			Costs: Costs{Requests: 9, Records: 3},
			run:   checkKeysAtOnce,
		},
		{
			ID: "races/updates-at-once", Level: report.Must, At: at(resource.Update), Needs: needs(resource.Create, resource.Retrieve, resource.Update),
			Requires:    and(readable, "crud/update"),
			Follows:     []string{"crud/update-stored", "crud/update-only-this-record"},
			Requirement: "Different records that are changed at once each keep their own change.",
			Sends:       "POST of some records, one PATCH of each at once, then GET of each.", Failure: "a change is lost",
			Costs: Costs{Requests: 12, Records: 3},
			run:   checkUpdatesAtOnce,
		},
		{
			ID: "races/updates-of-one", Level: report.Must, At: at(resource.Update), Needs: needs(resource.Create, resource.Retrieve, resource.Update),
			Requires:    and(readable, "crud/update"),
			Follows:     []string{"crud/update-stored", "crud/update-only-what-was-sent"},
			Requirement: "Of changes of one record at once, one is what remains, and nothing else of the record changes.",
			Sends:       "POST, some PATCH of the record at once, then GET.", Failure: "the record has a value that none of the changes sent",
			Costs: Costs{Requests: 6, Records: 1},
			run:   checkUpdatesOfOne,
		},
	}
}

// together runs something n times at once, for a target that takes that. What each run
// saw is kept in its order; the first error is returned.
func (e *env) together(n int, run func(each *env, i int) error) error {
	runs := make([]env, n)
	errs := make([]error, n)
	start := make(chan struct{})
	var group sync.WaitGroup
	for i := range n {
		runs[i] = env{lane: e.lane, collection: e.collection, check: e.check, params: e.params, under: e.under, replaces: e.replaces}
		group.Go(func() {
			<-start
			errs[i] = run(&runs[i], i)
		})
	}
	close(start)
	group.Wait()
	before, among := len(e.answers), &pack{n}
	for i := range runs {
		for _, a := range runs[i].answers {
			a.pack, a.turn = among, i
		}
		e.answers = append(e.answers, runs[i].answers...)
	}
	if slices.ContainsFunc(e.answers[before:], func(a *answer) bool { return a.status == http.StatusTooManyRequests }) {
		return notApplicable("the target takes no requests at once: it answers 429")
	}
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// noCrash fails when the target fails over requests that come at once.
func noCrash(a *answer, what string) error {
	if a.status < http.StatusInternalServerError {
		return nil
	}
	return mismatch(a, what+" fails", "a status below 500", fmt.Sprintf("status %d", a.status))
}

// The sizes of the packs.
const (
	createsAtOnce = 8
	updatesAtOnce = 3
)

// creation is a create that was sent among others.
type creation struct {
	sent   map[string]any
	answer *answer
}

func checkCreatesAtOnce(ctx context.Context, e *env) error {
	e.makeWay(ctx) // there may be room for a few alone
	before, first, err := e.everything(ctx)
	if err != nil {
		return err
	}
	made, seen, err := e.createAtOnce(ctx, createsAtOnce)
	if err != nil {
		return err
	}
	made, err = e.judgeCreations(made)
	if err != nil {
		return err
	}
	return e.eventually(ctx, func() error {
		after, now, err := e.everything(ctx)
		switch {
		case err != nil:
			return err
		case len(after) != len(before)+len(made):
			return mismatch(now.answer, fmt.Sprintf("%d creates at once added another number of records to the list", len(made)), fmt.Sprint(len(before)+len(made)), fmt.Sprint(len(after)))
		case now.tellsCount(first) && now.count != first.count+len(made):
			return mismatch(now.answer, fmt.Sprintf("%d creates at once changed the count by another number", len(made)), fmt.Sprint(first.count+len(made)), fmt.Sprint(now.count))
		}
		return e.wholeWhenSeen(made, after, now, seen)
	})
}

// tellsCount reports whether two pages tell a count, be it a wrong one.
func (p *page) tellsCount(other *page) bool { return p.count != -1 || other.count != -1 }

// maxLooks bounds how often the list is read while records are created.
const maxLooks = 6

// createAtOnce creates records at once, and reads the list until all are made.
func (e *env) createAtOnce(ctx context.Context, n int) ([]creation, []*page, error) {
	made := make([]creation, n)
	for i := range made {
		body, err := e.body(e.op(resource.Create))
		if err != nil {
			return nil, nil, err
		}
		made[i].sent = body
	}
	var seen []*page
	var answered atomic.Int64
	err := e.together(n+1, func(each *env, i int) (err error) {
		if i < n {
			defer answered.Add(1)
			made[i].answer, err = each.post(ctx, made[i].sent)
			return err
		}
		for len(seen) < maxLooks && int(answered.Load()) < n && err == nil {
			var p *page
			if p, err = each.list(ctx, e.collectionPath()); err == nil {
				seen = append(seen, p)
				err = pause(ctx, 4*time.Millisecond)
			}
		}
		return err
	})
	return made, seen, err
}

// judgeCreations looks at the answers to creates at once, and gives those that
// made a record: a quota may refuse some.
func (e *env) judgeCreations(made []creation) ([]creation, error) {
	var kept []creation
	ids := map[string]bool{}
	for _, m := range made {
		if err := noCrash(m.answer, "a create among others"); err != nil {
			return nil, err
		}
		if !m.answer.ok() {
			if !e.shrinks(m.answer) {
				return nil, mismatch(m.answer, "a create among others is refused", fmt.Sprintf("status %d", successOf(e.op(resource.Create))), fmt.Sprintf("status %d", m.answer.status))
			}
			continue
		}
		if m.answer.shows {
			if err := e.sameAsSent(m.answer, m.sent, m.answer.object()); err != nil {
				return nil, err
			}
		}
		id := e.madeID(m.answer)
		if ids[id] {
			return nil, failf(m.answer, "two creates at once gave the same id %s", id)
		}
		ids[id] = true
		kept = append(kept, m)
	}
	if len(kept) < 2 {
		return nil, e.noRoom()
	}
	return kept, nil
}

// wholeWhenSeen compares the records that were created at once with the list, and
// with what lists showed of them meanwhile.
func (e *env) wholeWhenSeen(made []creation, after []map[string]any, now *page, seen []*page) error {
	for _, m := range made {
		id := e.madeID(m.answer)
		item := e.find(after, id)
		if item == nil {
			return failf(now.answer, "a record that was created among others is not in the list: %s", id)
		}
		if err := e.sameAsSent(now.answer, m.sent, item); err != nil {
			return err
		}
		for _, p := range seen {
			early := e.find(p.items, id)
			if early == nil {
				continue
			}
			if err := e.sameAsSent(p.answer, m.sent, early); err != nil {
				return err
			}
		}
	}
	return nil
}

func checkKeysAtOnce(ctx context.Context, e *env) error {
	if !takesMore(e.op(resource.Create), e.contract) {
		return notApplicable("the document lets a key that may read create")
	}
	keys := []who{writer, reader, writer, reader, writer, reader}
	requests := make([]request, len(keys))
	for i, key := range keys {
		body, err := e.body(e.op(resource.Create))
		if err != nil {
			return err
		}
		requests[i] = jsonRequest(http.MethodPost, e.collectionPath(), key, body)
	}
	answers := make([]*answer, len(keys))
	err := e.together(len(keys), func(each *env, i int) (err error) {
		answers[i], err = each.sendCreate(ctx, requests[i])
		return err
	})
	if err != nil {
		return err
	}
	for i, a := range answers {
		if err := noCrash(a, "a create among those of another key"); err != nil {
			return err
		}
		switch {
		case keys[i] == reader && a.ok():
			return mismatch(a, "a key that may only read created a record, among creates of another key", "status 403", fmt.Sprintf("status %d", a.status))
		case keys[i] == writer && (a.status == http.StatusForbidden || a.status == http.StatusUnauthorized) && e.quota == 0:
			return mismatch(a, "a create is refused for its key, among requests of another key", fmt.Sprintf("status %d", successOf(e.op(resource.Create))), fmt.Sprintf("status %d", a.status))
		}
	}
	return nil
}

// createSome creates up to n records, fewer when a quota says so.
func (e *env) createSome(ctx context.Context, n int) ([]*record, error) {
	e.makeWay(ctx) // there may be room for a few alone
	var records []*record
	for range n {
		r, err := e.create(ctx)
		if isNotApplicable(err) && len(records) > 1 {
			return records, nil
		}
		if err != nil {
			return nil, err
		}
		records = append(records, r)
	}
	return records, nil
}

func checkUpdatesAtOnce(ctx context.Context, e *env) error {
	records, err := e.createSome(ctx, updatesAtOnce)
	if err != nil {
		return err
	}
	changes, err := e.changesFor(records)
	if err != nil {
		return err
	}
	answers := make([]*answer, len(records))
	err = e.together(len(records), func(each *env, i int) (err error) {
		answers[i], err = each.patch(ctx, records[i].path, each.changing(records[i], changes[i]))
		return err
	})
	if err != nil {
		return err
	}
	for i, r := range records {
		if !answers[i].ok() {
			return mismatch(answers[i], "a change among those of other records is refused", fmt.Sprintf("status %d", successOf(e.op(resource.Update))), fmt.Sprintf("status %d", answers[i].status))
		}
		value, a, err := e.read(ctx, r)
		if err != nil {
			return err
		}
		if err := e.sameAsSent(a, changes[i], value); err != nil {
			return err
		}
	}
	return nil
}

// changesFor are changes of one member, one for each record and each another.
func (e *env) changesFor(records []*record) ([]map[string]any, error) {
	for _, f := range e.writable() {
		var changes []map[string]any
		for _, r := range records {
			value, err := e.another(r, f)
			if err != nil {
				break
			}
			changes = append(changes, map[string]any{f.Name: value})
		}
		if len(changes) == len(records) {
			return changes, nil
		}
	}
	return nil, notApplicable("no member can be changed")
}

func checkUpdatesOfOne(ctx context.Context, e *env) error {
	r, err := e.create(ctx)
	if err != nil {
		return err
	}
	changes, err := e.changesFor(slices.Repeat([]*record{r}, updatesAtOnce))
	if err != nil {
		return err
	}
	answers := make([]*answer, len(changes))
	err = e.together(len(changes), func(each *env, i int) (err error) {
		answers[i], err = each.patch(ctx, r.path, each.changing(r, changes[i]))
		return err
	})
	if err != nil {
		return err
	}
	made := []map[string]any{r.sent}
	for i, a := range answers {
		if err := noCrash(a, "a change among others of the same record"); err != nil {
			return err
		}
		if a.ok() {
			made = append(made, changes[i]) // others may be told of a conflict
		}
	}
	if len(made) > 1 {
		made = made[1:]
	}
	value, a, err := e.read(ctx, r)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(made, func(sent map[string]any) bool { return e.sameAsSent(a, sent, value) == nil }) {
		return failf(a, "the record has a value that none of the changes sent")
	}
	return e.restAsBefore(a, r.value, value, changes[0])
}

// restAsBefore compares the members of a record that were not sent.
func (e *env) restAsBefore(a *answer, before, after, sent map[string]any) error {
	moved := e.movedOn(before, after)
	for _, f := range e.collection.Fields {
		if _, ok := sent[f.Name]; ok || f.Source == resource.FromUpdated || moved && e.volatile(f) {
			continue
		}
		if !equal(before[f.Name], after[f.Name]) {
			return mismatch(a, f.Name+": the member changed, and was not sent", show(before[f.Name]), show(after[f.Name]))
		}
	}
	return nil
}
