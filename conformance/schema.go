package conformance

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"understudy/conformance/report"
	"understudy/internal/contract"
	"understudy/internal/resource"
)

func schemaChecks() []Check {
	return slices.Concat(successChecks(), errorChecks())
}

// successChecks are about the answers to requests that succeed. What is wrong
// with a record shows in every answer that has one; the check of reading one
// record is the first to tell.
func successChecks() []Check {
	answers := []string{"schema/retrieve", "schema/list"}
	return []Check{
		{
			ID: "schema/retrieve", Level: report.Must, At: at(resource.Retrieve), Needs: retrieving, Requires: []string{"crud/retrieve"},
			Requirement: "The answer to reading a record has a declared status, content type and headers, and a body that its schema allows.",
			Sends:       "GET of a record.", Failure: `/created_at: "2026-11-07T09:30:12" is not valid date-time`,
			run: checkRetrieveSchema,
		},
		{
			ID: "schema/list", Level: report.Must, At: at(resource.List), Needs: listing, Requires: []string{"crud/list"}, Follows: []string{"crud/create-listed", "schema/retrieve"},
			Requirement: "The answer to a list is as declared, with every record in it.",
			Sends:       "GET of the collection.", Failure: "/results/0/status: is required",
			run: checkListSchema,
		},
		{
			ID: "schema/list-empty", Level: report.Must, At: at(resource.List), Needs: paged, Requires: []string{"crud/list"}, Follows: answers,
			Requirement: "A list without a record is as declared.",
			Sends:       "GET of the collection with an offset past the end.", Failure: "/results: got null, want array",
			Costs: Costs{Requests: 2},
			run:   checkEmptyListSchema,
		},
		{
			ID: "schema/create", Level: report.Must, At: at(resource.Create), Needs: needs(resource.Create), Requires: []string{"crud/create"}, Follows: and(answers, "crud/create-echo"),
			Requirement: "The answer to a create is as declared.",
			Sends:       "POST of a valid body.", Failure: "status 200 is not declared",
			Costs: Costs{Requests: 2, Records: 1},
			run:   checkCreateSchema,
		},
		{
			ID: "schema/create-least", Level: report.Must, At: at(resource.Create), Needs: needs(resource.Create, resource.Retrieve), Requires: readable, Follows: and(answers, "schema/create"),
			Requirement: "A record that is made of no more than it must be made of is shown as declared.",
			Sends:       "POST of a body with the required members alone, then GET.", Failure: "/book/tags: got null, want array",
			Costs: Costs{Records: 1},
			run:   checkLeastSchema,
		},
		{
			ID: "schema/update", Level: report.Must, At: at(resource.Update), Needs: needs(resource.Create, resource.Update), Requires: []string{"crud/create", "crud/update"}, Follows: and(answers, "schema/create"),
			Requirement: "The answer to a change is as declared.",
			Sends:       "POST, then PATCH of a member.", Failure: "status 204 is not declared",
			Costs: Costs{Requests: 3, Records: 1},
			run:   checkUpdateSchema(resource.Update),
		},
		{
			ID: "schema/replace", Level: report.Must, At: at(resource.Replace), Needs: needs(resource.Create, resource.Replace), Requires: []string{"crud/create"}, Follows: and(answers, "schema/create"),
			Requirement: "The answer to a replacement is as declared.",
			Sends:       "POST, then PUT of another valid body.", Failure: "status 204 is not declared",
			run: checkUpdateSchema(resource.Replace),
		},
		{
			ID: "schema/delete", Level: report.Must, At: at(resource.Remove), Needs: needs(resource.Create, resource.Remove), Requires: []string{"crud/create", "crud/delete"}, Follows: and(answers, "schema/create"),
			Requirement: "The answer to a delete is as declared.",
			Sends:       "POST, then DELETE.", Failure: "status 200 is not declared",
			run: checkDeleteSchema,
		},
		{
			ID: "schema/encoding", Level: report.Must, Source: "RFC 8259, section 8.1", Needs: needs(resource.Create, resource.Retrieve, resource.Update), Requires: and(readable, "crud/update"), Follows: and(answers, "schema/create", "schema/update"),
			Requirement: "JSON is UTF-8 without a byte order mark, and is not labelled as anything else.",
			Sends:       "POST, PATCH to a text beyond ASCII, then GET.", Failure: "the answer is not UTF-8",
			run: checkEncodingOfText,
		},
	}
}

// conforms fails when an answer breaks what the document declares for an
// operation.
func conforms(op *contract.Operation, a *answer) error { return breach(op, a, breaches(op, a)) }

// breaches lists how an answer breaks the document.
func breaches(op *contract.Operation, a *answer) []contract.Violation {
	if a.ok() && successOf(op) == 0 {
		return nil // the document does not say what a success is
	}
	return op.CheckResponse(a.status, a.header, a.header.Get("Content-Type"), a.body)
}

// breach is the failure of an answer that breaks the document, nil when it does
// not. What harms nobody is a warning.
func breach(op *contract.Operation, a *answer, found []contract.Violation) error {
	if len(found) == 0 {
		return nil
	}
	harmful, harmless := harmlessIn(op, a, found)
	if len(harmful) == 0 {
		return warnf(a, "%s %s: the answer %d has what the document does not declare, and that may be left unread: %s%s", a.sent.method, op.Path, a.status, place(harmless[0]), harmless[0].Message)
	}
	found = harmful
	first := found[0]
	reason := fmt.Sprintf("%s %s: the answer %d breaks the document: %s", a.sent.method, op.Path, a.status, place(first)+first.Message)
	if more := len(found) - 1; more > 0 {
		reason += fmt.Sprintf(", and %d more", more)
	}
	return &failure{reason: reason, expected: declared(op, first), actual: actual(a, first), breaks: op.Constraint(first), marked: []*answer{a}}
}

// place is where in an answer a violation stands, for a sentence.
func place(v contract.Violation) string {
	switch {
	case v.In == "body" && v.Pointer != "":
		return v.Pointer + ": "
	case v.In == "header":
		return "header " + v.Field + ": "
	}
	return ""
}

// declared says what the document wants of the part of an answer that a violation
// is about.
func declared(op *contract.Operation, v contract.Violation) string {
	switch {
	case v.In == "status":
		var statuses []string
		for _, r := range op.Responses {
			statuses = append(statuses, r.Status)
		}
		return "status " + strings.Join(statuses, ", ")
	case v.Expected != "":
		return v.Expected
	case v.Limit != "":
		return v.Keyword + " " + v.Limit
	}
	return v.Message
}

// actual is the part of an answer that a violation is about.
func actual(a *answer, v contract.Violation) string {
	switch v.In {
	case "status":
		return fmt.Sprintf("status %d", a.status)
	case "content-type":
		return a.header.Get("Content-Type")
	case "header":
		return strings.Join(a.header.Values(v.Field), ", ")
	}
	value := a.value()
	if value == nil {
		return clip(a.body)
	}
	if v.Keyword == "required" || v.Pointer == "" {
		return cmp.Or(v.Actual, "nothing")
	}
	for _, token := range strings.Split(v.Pointer, "/")[1:] {
		value = inside(value, tokenUnescaper.Replace(token))
	}
	if v.Actual == "array" || v.Actual == "object" {
		return v.Actual // it may be long, and its type is what is wrong
	}
	return show(value)
}

// tokenUnescaper turns a token of a JSON pointer into the name that it stands for.
var tokenUnescaper = strings.NewReplacer("~1", "/", "~0", "~")

// inside is the member or the item of a value that a token of a JSON pointer
// names, nil when there is none.
func inside(value any, token string) any {
	switch value := value.(type) {
	case map[string]any:
		return value[token]
	case []any:
		if i, err := strconv.Atoi(token); err == nil && i >= 0 && i < len(value) {
			return value[i]
		}
	}
	return nil
}

func checkRetrieveSchema(ctx context.Context, e *env) error {
	path, err := e.specimen(ctx)
	if isFailure(err) {
		return notApplicable("there is no record to look at: %v", err) // the list tells why
	}
	if err != nil {
		return err
	}
	a, err := e.get(ctx, path)
	if err != nil {
		return err
	}
	if !a.ok() {
		return e.leave("crud/retrieve", a)
	}
	return conforms(e.op(resource.Retrieve), a)
}

// leave is the outcome where an answer is not the one to be judged, and another
// check is about that.
func (e *env) leave(owner string, a *answer) error {
	return &blockedError{owner, fmt.Sprintf("%s is answered with %d", a.sent.method, a.status)}
}

func checkListSchema(ctx context.Context, e *env) error {
	a, err := e.get(ctx, e.collectionPath())
	if err != nil {
		return err
	}
	if !a.ok() {
		return e.leave("crud/list", a)
	}
	return conforms(e.op(resource.List), a)
}

func checkEmptyListSchema(ctx context.Context, e *env) error {
	op := e.op(resource.List)
	s, err := e.survey(ctx)
	if err != nil {
		return err
	}
	past, ok := e.pastTheEnd(s, 0, 5)
	if !ok {
		return notApplicable("no page leads to one past the end")
	}
	path, err := e.locate(ctx, s, past)
	if err != nil {
		return err
	}
	a, err := e.get(ctx, path)
	if err != nil {
		return err
	}
	if e.paging() == resource.PageNumber && a.status >= 400 && a.status < 500 {
		return notApplicable("a page past the end is refused")
	}
	if !a.ok() {
		return e.leave("pagination/past-the-end", a)
	}
	found := breaches(op, a)
	if link := e.member(resource.PreviousPart); link != nil { // the links have checks of their own
		found = slices.DeleteFunc(found, func(v contract.Violation) bool { return v.Field == link.Name })
	}
	return breach(op, a, found)
}

func checkCreateSchema(ctx context.Context, e *env) error {
	op := e.op(resource.Create)
	body, err := e.body(op)
	if err != nil {
		return err
	}
	a, err := e.post(ctx, body)
	switch {
	case err != nil:
		return err
	case e.shrinks(a):
		return e.noRoom()
	case !a.ok():
		return e.leave("crud/create", a)
	}
	return conforms(op, a)
}

func checkLeastSchema(ctx context.Context, e *env) error {
	op := e.op(resource.Create)
	body, err := e.body(op)
	if err != nil {
		return err
	}
	schema, all := e.bodySchema(op), len(body)
	for _, name := range slices.Sorted(maps.Keys(body)) {
		value := body[name]
		if delete(body, name); len(schema.Check(body)) > 0 {
			body[name] = value
		}
	}
	if len(body) == all {
		return notApplicable("every member is required")
	}
	a, err := e.post(ctx, body)
	switch {
	case err != nil:
		return err
	case e.shrinks(a):
		return e.noRoom()
	case !a.ok():
		return notApplicable("the target asks for more: status %d", a.status)
	}
	if err := conforms(op, a); err != nil {
		return err
	}
	read, err := e.get(ctx, e.itemPath(e.madeID(a)))
	if err != nil {
		return err
	}
	if !read.ok() {
		return e.leave("crud/retrieve", read)
	}
	return conforms(e.op(resource.Retrieve), read)
}

// checkUpdateSchema makes the check for one of the two ways to change a record.
func checkUpdateSchema(role resource.Role) func(context.Context, *env) error {
	return func(ctx context.Context, e *env) error {
		r, err := e.create(ctx)
		if err != nil {
			return err
		}
		op := e.op(role)
		body, err := e.body(op)
		if err != nil {
			return err
		}
		a, err := e.do(ctx, jsonRequest(op.Method, r.path, writer, body))
		if err != nil {
			return err
		}
		if !a.ok() {
			return e.leave("crud/update", a)
		}
		return conforms(op, a)
	}
}

func checkDeleteSchema(ctx context.Context, e *env) error {
	_, a, err := e.sampleDeleted(ctx)
	if err != nil {
		return err
	}
	return conforms(e.op(resource.Remove), a)
}

func checkEncodingOfText(ctx context.Context, e *env) error {
	c, err := e.sampleChange(ctx, textSample, e.beyondASCII)
	if err != nil {
		return unread(err)
	}
	read, err := e.get(ctx, c.record.path)
	if err != nil {
		return unread(err)
	}
	for _, a := range []*answer{c.answer, read} {
		if err := expectUTF8(a); err != nil {
			return err
		}
	}
	return nil
}

// errorChecks are about the answers to requests that are refused.
func errorChecks() []Check {
	first := refusal{
		id: "schema/error-not-found", requirement: "an id that no record has", sends: "GET of an id that no record has.",
		needs: retrieving, role: resource.Retrieve, send: sendUnknownID,
	}
	checks := []Check{first.check()}
	checks[0].Requires, checks[0].Follows = []string{"crud/retrieve"}, []string{"crud/unknown-id"}
	for _, r := range refusals() {
		c := r.check()
		c.Follows = []string{first.id}
		checks = append(checks, c)
	}
	return checks
}
