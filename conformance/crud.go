package conformance

import (
	"context"
	"net/http"
	"slices"
	"time"

	"understudy/conformance/report"
	"understudy/internal/contract"
	"understudy/internal/resource"
)

func crudChecks() []Check {
	return slices.Concat(basicChecks(), deletionCheck(), createChecks(), withReplacements(updateChecks()), deleteChecks(), unknownChecks(), textChecks())
}

// basicChecks are about what every other check begins with.
func basicChecks() []Check {
	return []Check{
		{
			ID: "crud/list", Level: report.Must, At: at(resource.List), Needs: needs(resource.List),
			Requirement: "The collection can be listed.",
			Sends:       "GET on the collection.", Failure: "the collection cannot be listed: status 500",
			run: checkList,
		},
		{
			ID: "crud/create", Level: report.Must, At: at(resource.Create), Needs: needs(resource.Create),
			Requirement: "A valid body creates a record, answered with the declared status and the record's id.",
			Sends:       "POST of a valid body.", Failure: "a valid record is refused: status 400",
			Costs: Costs{Records: 1},
			run:   checkCreate,
		},
		{
			ID: "crud/retrieve", Level: report.Must, At: at(resource.Retrieve), Needs: needs(resource.Create, resource.Retrieve), Requires: []string{"crud/create"},
			Requirement: "A record that was created can be read by its id.",
			Sends:       "POST, then GET of the new record.", Failure: "a record that was created cannot be read: status 404",
			run: checkRetrieve,
		},
	}
}

func unknownChecks() []Check {
	return []Check{
		{
			ID: "crud/unknown-id", Level: report.Must, At: at(resource.Retrieve), Needs: needs(resource.Retrieve), Requires: []string{"crud/retrieve"}, Follows: []string{"crud/update", "crud/delete"},
			Requirement: "An id that does not exist is answered with 404, for every operation on an item.",
			Sends:       "GET, PATCH, PUT and DELETE of an id that no record has.", Failure: "GET of an unknown id: status 200",
			Costs: Costs{Requests: 3},
			run:   checkUnknownID,
		},
	}
}

func checkList(ctx context.Context, e *env) error {
	_, err := e.list(ctx, e.collectionPath())
	return err
}

func checkCreate(ctx context.Context, e *env) error {
	r, err := e.sample(ctx)
	if err != nil {
		return err
	}
	op := e.op(resource.Create)
	if op.Declares(http.StatusCreated) {
		return wantStatus(r.created, "the answer to a create has another status than the document declares", successOf(op), http.StatusCreated)
	}
	return wantStatus(r.created, "the answer to a create has another status than the document declares", successOf(op))
}

func checkRetrieve(ctx context.Context, e *env) error {
	r, err := e.sample(ctx)
	if err != nil {
		return err
	}
	return e.eventually(ctx, func() error {
		value, a, err := e.read(ctx, r)
		if err != nil {
			return err
		}
		if id := idOf(value, e.collection); id != r.id {
			return mismatch(a, "another record was answered", r.id, id)
		}
		return nil
	})
}

// sameAsSent compares what was sent with a view of the record.
func (e *env) sameAsSent(a *answer, sent, seen map[string]any) error {
	for _, f := range e.writable() {
		value, ok := sent[f.Name]
		if !ok || f.WriteOnly || len(f.Schema.Check(value)) > 0 {
			continue // the document does not let a record show that
		}
		if got, there := seen[f.Name]; (!there || !alikeIn(f, value, got)) && !leavesOut(f, value, there) && !e.mergedInto(value, got) {
			return mismatch(a, f.Name+": the value that was sent is not the one that came back", show(value), show(got))
		}
	}
	return nil
}

// mergedInto reports whether a value shows in another as a merge leaves it: null
// stands for a member that is not there (RFC 7396).
func (e *env) mergedInto(sent, seen any) bool {
	patch, isObject := sent.(map[string]any)
	if e.op(resource.Update) == nil || e.style() != resource.Merge || !isObject {
		return sent == nil && seen == nil || equal(sent, seen)
	}
	object, _ := seen.(map[string]any)
	for name, value := range patch {
		if !e.mergedInto(value, object[name]) {
			return false
		}
	}
	return true
}

// sameValue compares a value that was sent with one that came back; a time by the
// moment, however it is written.
func sameValue(sent, seen any) bool {
	sentText, ok := sent.(string)
	seenText, alsoText := seen.(string)
	if !ok || !alsoText {
		return equal(sent, seen)
	}
	at, err := time.Parse(time.RFC3339, sentText)
	seenAt, seenErr := time.Parse(time.RFC3339, seenText)
	if err != nil || seenErr != nil {
		return sentText == seenText
	}
	return at.Sub(seenAt).Abs() < time.Second
}

// puts reports whether an operation creates the item that it does not find.
func (e *env) puts(op *contract.Operation) bool {
	return e.collection.PutCreates && op.Method == http.MethodPut
}

func checkUnknownID(ctx context.Context, e *env) error {
	if e.collection.Singleton {
		return notApplicable("there is one %s, which has no id", e.collection.Name)
	}
	id, err := e.unknownID(ctx)
	if err != nil {
		return err
	}
	path := e.itemPath(id)
	requests := []request{{method: http.MethodGet, path: path, as: writer}}
	if e.readOnly == "" {
		for _, role := range []resource.Role{resource.Update, resource.Replace} {
			if op := e.collection.Operations[role]; op != nil && !e.puts(op) && e.inOrder(role) {
				body, err := e.body(op)
				if err != nil {
					return err
				}
				requests = append(requests, jsonRequest(op.Method, path, writer, body))
			}
		}
		if e.op(resource.Remove) != nil && e.inOrder(resource.Remove) {
			requests = append(requests, request{method: http.MethodDelete, path: path, as: writer})
		}
	}
	for _, r := range requests {
		a, err := e.do(ctx, r)
		if err != nil {
			return err
		}
		if r.method == http.MethodDelete && a.ok() {
			continue // deleting what is not there may be taken as done
		}
		if err := wantStatus(a, r.method+" of an id that no record has", http.StatusNotFound); err != nil {
			return err
		}
	}
	return nil
}
