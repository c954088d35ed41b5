package conformance

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"understudy/conformance/report"
	"understudy/internal/contract"
	"understudy/internal/resource"
)

func validationChecks() []Check {
	return slices.Concat(refusedMemberChecks(), refusedBodyChecks(), refusalChecks(), withReplacements(refusedUpdateChecks()), acceptedChecks())
}

// familyID is the check that sends the inputs of a family.
func familyID(f family) string { return "validation/" + string(f) }

// refuses is a check that a create refuses every input of a family. What the families
// besides break, its inputs break too.
func refuses(f family, requirement, sends, failure string, besides ...family) Check {
	return Check{
		ID: familyID(f), Level: report.Must, At: bodyAt(resource.Create), Needs: needs(resource.Create), Requires: []string{"crud/create"}, Follows: families(besides...),
		Requirement: requirement, Sends: sends, Failure: failure,
		run: func(ctx context.Context, e *env) error { return e.refuseFamily(ctx, e.createInputs(f), f) },
	}
}

// bodyAt finds the place of the body of a role's operation in the document.
func bodyAt(role resource.Role) func(*resource.Collection) contract.Node {
	return func(c *resource.Collection) contract.Node {
		if op := c.Operations[role]; op != nil && op.Body != nil {
			return op.Body.Node
		}
		return contract.Node{}
	}
}

func refusedMemberChecks() []Check {
	return []Check{
		refuses(breaksRequired, "A body without a required member is refused.", "POST without each required member in turn.", "domain left out is accepted"),
		refuses(breaksNull, "A null is refused where the document allows none. That it is taken for a member that was not sent is a warning.", "POST with each member as null in turn.", "domain as null fails: status 500"),
		refuses(breaksType, "A value of another type than the document declares is refused. A value that is taken for what lenient parsers make of it, as a number for its text or true for 1, is a warning.", "POST with each member as an array, an object, a number, a boolean, as far as these are not allowed.", "domain as an array is accepted"),
		refuses(breaksLength, "A text that is longer or shorter than the document allows is refused.", "POST with one character too many and one too few.", "domain with 65 characters is accepted"),
		refuses(breaksRange, "A number out of its range is refused.", "POST with numbers just outside of the range.", "size as -1 is accepted"),
		refuses(breaksEnum, "A value that is not among those listed is refused.", "POST with a value that is not listed.", "kind as a value that is not listed is accepted"),
		refuses(breaksFormat, "A text that is not of the declared format is refused.", "POST with a text of another format.", `at as "12" is accepted`),
		refuses(breaksPattern, "A text that does not match the declared pattern is refused.", "POST with a text that does not match.", `code as "-" is accepted`),
	}
}

func refusedBodyChecks() []Check {
	return []Check{
		refuses(breaksObject, "A body that is no object is refused where the document asks for one.", "POST of a list, a text, a number and null.", "a body that is null fails: status 500"),
		refuses(breaksSyntax, "A body that is no JSON is refused.", "POST of JSON that is cut off, and of a plain word.", "JSON that ends too early fails: status 500"),
		refuses(breaksEnd, "JSON with something behind it never fails; that it is accepted is a warning, as parsers may (RFC 8259, section 9).", "POST of a valid body with a word behind it.", "JSON with more behind it fails: status 500"),
		refuses(breaksMedia, "A body of a content type that is not declared is refused.", "POST of a valid body as text/plain.", "a body of another content type is accepted"),
		refuses(breaksBody, "A create without a body is refused where the document asks for one.", "POST without a body.", "no body fails: status 500", breaksRequired),
		{
			ID: "validation/large-body", Level: report.Must, At: bodyAt(resource.Create), Needs: needs(resource.Create), Requires: []string{"crud/create"}, Follows: []string{familyID(breaksLength)},
			Requirement: "A body that is too large is refused, and is no failure of the server.",
			Sends:       "POST of two mebibytes.", Failure: "a large body fails: status 500",
			run: checkLargeBody,
		},
	}
}

// refuseFamily sends the inputs of a family.
func (e *env) refuseFamily(ctx context.Context, inputs []input, f family) error {
	inputs = ofFamily(inputs, f)
	if len(inputs) == 0 {
		return notApplicable("the document has no constraint that such an input breaks")
	}
	_, err := e.refuseAll(ctx, inputs)
	return err
}

// refuseAll sends inputs that must be refused, and gives the refusals. The first
// that is not is the failure; what is merely lax is told when there is none.
func (e *env) refuseAll(ctx context.Context, inputs []input) ([]*answer, error) {
	var lax error
	var refusals []*answer
	for _, in := range inputs {
		a, err := e.answerTo(ctx, in)
		if err != nil {
			return nil, err
		}
		switch err := e.judgeRefusal(in, a); {
		case err == nil:
			refusals = append(refusals, a)
		case isWarning(err):
			lax = err
		default:
			return nil, err
		}
	}
	return refusals, lax
}

// answerTo is the answer to an input of a create, sent once for the checks that
// look at it in turn, or to one of a change.
func (e *env) answerTo(ctx context.Context, in input) (*answer, error) {
	if in.request.method != http.MethodPost {
		return e.send(ctx, in.request)
	}
	made, err := e.share(ctx, "an input: "+in.what, func(ctx context.Context) (*sample, error) {
		a, err := e.send(ctx, in.request)
		return &sample{answer: a}, err
	})
	if err != nil {
		return nil, err
	}
	return made.answer, nil
}

// isWarning reports whether an error is about something lax but harmless.
func isWarning(err error) bool {
	var failed *failure
	return errors.As(err, &failed) && failed.warn
}

// send sends a request with a body that may or may not be valid. What it creates
// is noted, and only records of the run are changed.
func (e *env) send(ctx context.Context, r request) (*answer, error) {
	if r.method == http.MethodPost {
		return e.sendCreate(ctx, r)
	}
	if !e.ledger.owns(r.path) {
		return nil, fmt.Errorf("%s is not a record of this run", r.path)
	}
	return e.do(ctx, r)
}

// judgeRefusal says what is wrong with the answer to an invalid input.
func (e *env) judgeRefusal(in input, a *answer) error {
	switch {
	case isRefusal(a):
		return nil
	case a.ok() && in.family == breaksType && takenFor(in.value, a.object()[in.member]):
		return warnf(a, "%s is taken for %s", in.what, show(a.object()[in.member]))
	case a.ok() && in.family == breaksNull && e.takesForNothing(in, a):
		return warnf(a, "%s is taken for none", in.what)
	case a.ok() && in.family == breaksEnd, a.ok() && in.family == breaksMedia && !e.op(resource.Create).Declares(http.StatusUnsupportedMediaType):
		return warnf(a, "%s is accepted", in.what)
	case a.ok():
		return mismatch(a, in.what+" is accepted", "status 4xx", fmt.Sprintf("status %d", a.status))
	}
	return mismatch(a, in.what+" fails", "status 4xx", fmt.Sprintf("status %d", a.status))
}

// takesForNothing reports whether a null counts as a member that was not sent: that may
// be left out, and a record may lack it, or shows its default.
func (e *env) takesForNothing(in input, a *answer) bool {
	if e.collection == nil {
		return in.spare
	}
	f := e.collection.Field(in.member)
	shown := a.object()[in.member]
	switch {
	case f == nil:
		return false
	case shown == nil:
		return in.spare && !f.Required
	}
	return in.spare && shown != "null" || isNothing(shown)
}

// isRefusal reports whether an answer puts the blame on the request.
func isRefusal(a *answer) bool { return a.status >= 400 && a.status < 500 }

func isText(value any) bool {
	_, ok := value.(string)
	return ok
}

// largeBody is the size in bytes of a text that is too much for any field.
const largeBody = 2 << 20

func checkLargeBody(ctx context.Context, e *env) error {
	op := e.op(resource.Create)
	body, err := e.body(op)
	if err != nil {
		return err
	}
	for _, member := range contract.Members(e.bodySchema(op).Node()) {
		text, ok := e.samples.text(member, e.samples.number())
		if !ok {
			continue
		}
		large := withMember(body, member.Name, text+strings.Repeat("a", largeBody))
		if len(e.bodySchema(op).Check(large)) == 0 {
			continue
		}
		a, err := e.send(ctx, jsonRequest(op.Method, e.collectionPath(), writer, large))
		switch {
		case err != nil && (ctx.Err() != nil || errors.Is(err, errBudget)):
			return err
		case err != nil:
			return notApplicable("the target closes the connection while a large body is sent")
		}
		return e.judgeRefusal(input{what: "a large body"}, a)
	}
	return notApplicable("the document bounds no text")
}
