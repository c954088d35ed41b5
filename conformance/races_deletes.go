package conformance

import (
	"context"
	"errors"
	"net/http"
	"time"

	"understudy/conformance/report"
	"understudy/internal/resource"
)

// deleteRaceChecks are about deletes that meet other requests.
func deleteRaceChecks() []Check {
	gone := needs(resource.Create, resource.Retrieve, resource.Remove)
	deletable := and(readable, "crud/delete")
	return []Check{
		{
			ID: "races/update-against-delete", Level: report.Must, At: at(resource.Remove), Needs: needs(resource.Create, resource.Retrieve, resource.Update, resource.Remove), Requires: and(deletable, "crud/update"), Follows: []string{"crud/deleted-is-gone", "races/updates-at-once"},
			Requirement: "A record that is deleted while it is being changed is gone afterwards.",
			Sends:       "POST, then PATCH and a few milliseconds later DELETE, then GET.", Failure: "a change brought a deleted record back",
			Costs: Costs{Requests: 8, Records: 1},
			run:   checkUpdateAgainstDelete,
		},
		{
			ID: "races/deletes-at-once", Level: report.Must, At: at(resource.Remove), Needs: gone, Requires: deletable, Follows: []string{"crud/deleted-is-gone"},
			Requirement: "Of deletes of one record at once one succeeds, and the record is gone. That the others fail is a warning.",
			Sends:       "POST, some DELETE of the record at once, then GET.", Failure: "a delete among others fails: status 500",
			Costs: Costs{Requests: 6, Records: 1},
			run:   checkDeletesAtOnce,
		},
		{
			ID: "races/one-delete-wins", Level: report.Must, At: at(resource.Remove), Needs: gone, Requires: deletable, Follows: []string{"crud/deleted-is-gone", "races/deletes-at-once"},
			Requirement: "Of two deletes of one record, one a few milliseconds after the other, one succeeds, unless the target answers every repeated delete with success. That both do is a warning: object mappers look a record up, and delete it in another statement.",
			Sends:       "POST, DELETE and a few milliseconds later DELETE again, three times over.", Failure: "two deletes of one record succeeded",
			Costs: Costs{Requests: 4, Records: 1},
			run:   checkOneDeleteWins,
		},
	}
}

// isNotApplicable reports whether an error says that the target does not offer
// what a check needs.
func isNotApplicable(err error) bool {
	var absent *inapplicable
	return errors.As(err, &absent)
}

func checkUpdateAgainstDelete(ctx context.Context, e *env) error {
	var lax error
	for _, late := range []time.Duration{4 * time.Millisecond, 10 * time.Millisecond} {
		r, err := e.create(ctx)
		if err != nil {
			return err
		}
		changes, err := e.changesFor([]*record{r})
		if err != nil {
			return err
		}
		answers := make([]*answer, 2)
		err = e.together(len(answers), func(each *env, i int) (err error) {
			if i == 0 {
				answers[i], err = each.patch(ctx, r.path, each.changing(r, changes[0]))
				return err
			}
			answers[i], err = each.removeLate(ctx, r.path, late)
			return err
		})
		if err != nil {
			return err
		}
		for _, a := range answers {
			if err := noCrash(a, "a "+a.sent.method+" of a record that is changed and deleted at once"); err != nil {
				lax = usual(err)
			}
		}
		if err := e.staysGone(ctx, r, answers[1], "a change brought a deleted record back"); err != nil {
			return usual(err)
		}
	}
	return lax
}

// usual makes a failure a warning: object mappers that save without a transaction, as
// Django's does by default, insert a row that was deleted meanwhile, and others, as
// Hibernate, fail over a row that is gone.
func usual(err error) error {
	var failed *failure
	if errors.As(err, &failed) {
		failed.warn = true
	}
	return err
}

// removeLate deletes a record a while later.
func (e *env) removeLate(ctx context.Context, path string, late time.Duration) (*answer, error) {
	if err := pause(ctx, late); err != nil {
		return nil, err
	}
	return e.remove(ctx, path)
}

// staysGone fails when a record can be read after a delete that succeeded.
func (e *env) staysGone(ctx context.Context, r *record, deleted *answer, reason string) error {
	if !deleted.ok() {
		return nil
	}
	read, err := e.get(ctx, r.path)
	if err != nil {
		return err
	}
	if err := wantStatus(read, reason, http.StatusNotFound, http.StatusGone); err != nil {
		return err
	}
	return e.ledger.remove(r.path)
}

// deletesAtOnce is the size of a pack of deletes.
const deletesAtOnce = 4

func checkDeletesAtOnce(ctx context.Context, e *env) error {
	r, err := e.create(ctx)
	if err != nil {
		return err
	}
	answers := make([]*answer, deletesAtOnce)
	err = e.together(len(answers), func(each *env, i int) (err error) {
		answers[i], err = each.remove(ctx, r.path)
		return err
	})
	if err != nil {
		return err
	}
	var winner *answer
	var lax error
	for _, a := range answers {
		if err := noCrash(a, "a delete among others of the same record"); err != nil {
			lax = usual(err)
		}
		if a.ok() {
			winner = a
		}
	}
	if winner == nil {
		return failf(answers[0], "of %d deletes of one record at once none succeeded", len(answers))
	}
	if err := e.staysGone(ctx, r, winner, "a record that was deleted several times at once is still there"); err != nil {
		return err
	}
	return lax
}

// deleteRounds is how often two deletes are sent one shortly after the other. A
// target may once answer both with success, when they meet by chance.
const deleteRounds = 3

func checkOneDeleteWins(ctx context.Context, e *env) error {
	var both *answer
	rounds := 0
	for range deleteRounds {
		second, err := e.deleteTwice(ctx)
		if err != nil {
			return err
		}
		if second == nil {
			break
		}
		both = second
		rounds++
	}
	if rounds == 0 {
		return nil
	}
	return warnf(both, "two deletes of one record at nearly the same time both succeeded, %d times of %d", rounds, deleteRounds)
}

// deleteTwice deletes a new record twice, one request shortly after the other. It
// gives the second answer when both succeeded though a later one is refused.
func (e *env) deleteTwice(ctx context.Context) (second *answer, err error) {
	r, err := e.create(ctx)
	if err != nil {
		return nil, err
	}
	answers := make([]*answer, 2)
	err = e.together(len(answers), func(each *env, i int) (err error) {
		answers[i], err = each.removeLate(ctx, r.path, time.Duration(i)*8*time.Millisecond)
		return err
	})
	if err != nil || !answers[0].ok() || !answers[1].ok() {
		return nil, err
	}
	later, err := e.remove(ctx, r.path)
	if err != nil || later.ok() {
		return nil, err // the target takes every repeated delete as done
	}
	return answers[1], e.ledger.remove(r.path)
}
