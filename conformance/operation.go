package conformance

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"understudy/conformance/report"
	"understudy/internal/contract"
)

// scopeCheck is the check that needs a key which lacks the scopes of an operation.
const scopeCheck = "operation/scope"

// operationChecks are about what belongs to no collection. Each runs once for every
// such operation, and what it sends is sent once for all that look at it.
func operationChecks() []Check {
	const anywhere = "the document, for each operation that belongs to no collection"
	answer := "operation/answer"
	return []Check{
		{
			ID: answer, Level: report.Must, Source: anywhere, Operations: true, AtOperation: whole,
			Requirement: "A valid request is answered as the document declares: status, content type, headers, schema.",
			Sends:       "A valid request, with the required parameters and a body; where it only reads, another with the optional parameters for which the document gives a value. What may change something is sent only where the run writes and every path parameter is given by --param; a DELETE never.",
			Failure:     "a valid request is answered with what is not declared: status 202 is not declared",
			run:         checkOperationAnswer,
		},
		{
			ID: "operation/no-key", Level: report.Must, Source: anywhere, Operations: true, AtOperation: answeredWith(http.StatusUnauthorized), Needs: Needs{Secured: true},
			Requirement: "A request without a key is refused with 401, as the document declares it, and is told how to authenticate.",
			Sends:       "The same without a key; a GET also with made-up path parameters.", Failure: "a request without a key: status 200",
			run: checkOperationNoKey,
		},
		{
			ID: "operation/garbage-key", Level: report.Must, Source: anywhere, Operations: true, AtOperation: answeredWith(http.StatusUnauthorized), Needs: Needs{Secured: true}, Requires: []string{"operation/no-key"},
			Requirement: "A request with a key that nobody was given is refused with 401.",
			Sends:       "The same with such a key.", Failure: "a request with a key that nobody was given: status 200",
			run: checkOperationGarbageKey,
		},
		{
			ID: "operation/part-of-keys", Level: report.Must, Source: anywhere, Operations: true, AtOperation: answeredWith(http.StatusUnauthorized), Needs: Needs{Secured: true}, Requires: []string{"operation/no-key"},
			Requirement: "Where several credentials are asked for at once, a request with one of them is refused with 401.",
			Sends:       "The same with the first of the credentials.", Failure: "a request with only the credential for cookie: status 200",
			unfit: (*suite).asksForOneKey, run: checkOperationPartOfKeys,
		},
		{
			ID: scopeCheck, Level: report.Must, Source: anywhere, Operations: true, AtOperation: answeredWith(http.StatusForbidden), Needs: Needs{Secured: true}, Requires: []string{"operation/no-key"},
			Requirement: "A key without the scopes that the operation asks for is refused with 403.",
			Sends:       "The same with the unscoped key, or with the read-only key where no GET of the document asks for the same scopes.", Failure: "a request with the unscoped key: status 200",
			unfit: (*suite).asksForNoScope, run: checkOperationScope,
		},
		{
			ID: "operation/parameters", Level: report.Must, Source: anywhere, Operations: true, AtOperation: whole, Requires: []string{answer}, Costs: Costs{Requests: 2},
			Requirement: "A request whose parameters break a constraint of the document is refused. That invalid optional parameters are ignored is a habit, to which the target is held.",
			Sends:       "The same with one constraint of one parameter broken at a time: at most 12 such requests, and fewer where the document has more than 50 such operations.", Failure: "limit (range) as 0 fails: status 500",
			run: checkOperationParameters,
		},
		{
			ID: "operation/body", Level: report.Must, Source: anywhere, Operations: true, AtOperation: body, Requires: []string{answer}, Costs: Costs{Requests: 2},
			Requirement: "A request whose body breaks a constraint of the document is refused.",
			Sends:       "The same with one constraint of one member of the body broken at a time, and with bodies that are wrong as a whole; as many as of parameters.", Failure: "text left out is accepted",
			unfit: takesNoBody, run: checkOperationBody,
		},
		{
			ID: "operation/error", Level: report.Must, Source: anywhere, Operations: true, AtOperation: whole, Requires: []string{answer, "operation/parameters", "operation/body"},
			Requirement: "What an invalid request is answered with is declared: status, content type, schema.",
			Sends:       "One of the requests with a broken constraint.", Failure: "the answer with 422 is not as declared: status 422 is not declared",
			unfit: declaresNoError, run: checkOperationError,
		},
		{
			ID: "operation/method", Level: report.Should, Source: "RFC 9110, section 15.5.6", Operations: true, Requires: []string{answer},
			Requirement: "A method that the document does not declare is answered with 405 and a true Allow, or with 404.",
			Sends:       "PATCH, PUT or POST without a body, once a path.", Failure: "POST is not declared: status 200",
			unfit: (*suite).isNoFirst, run: checkOperationMethod,
		},
	}
}

func whole(op *contract.Operation) contract.Node { return op.Node }

func body(op *contract.Operation) contract.Node {
	if op.Body == nil {
		return op.Node
	}
	return op.Body.Node
}

// answeredWith finds the place where the document declares an answer of an
// operation; where it declares none, the operation.
func answeredWith(status int) func(*contract.Operation) contract.Node {
	return func(op *contract.Operation) contract.Node {
		if declared := op.Response(status); declared != nil {
			return declared.Node
		}
		return op.Node
	}
}

// outside lists the operations that belong to no collection.
func (s *suite) outside() []*contract.Operation {
	return slices.DeleteFunc(slices.Clone(s.contract.Operations), func(op *contract.Operation) bool {
		_, bound := s.model.Bind(op)
		return bound
	})
}

// planOperations plans a check for each operation outside of collections.
func (s *suite) planOperations(check Check) {
	outside := slices.DeleteFunc(s.outside(), func(op *contract.Operation) bool { return check.picks != nil && !check.picks(s, op) })
	for _, op := range outside {
		p := planned{check: check, operation: op, subject: op.ID}
		p.status, p.reason = s.operationObstacle(check, op)
		s.add(p)
	}
	if len(outside) == 0 {
		s.add(planned{check: check, status: report.NotApplicable, reason: "the document has no such operation"})
	}
}

// operationObstacle says why a check cannot run on an operation.
func (s *suite) operationObstacle(check Check, op *contract.Operation) (report.Status, string) {
	missing := s.unknownParams(op)
	harmless := check.Needs.Secured && isSafe(op.Method) // a refusal comes before anything is looked up
	unfit := ""
	if check.unfit != nil {
		unfit = check.unfit(s, op)
	}
	switch {
	case op.Method == http.MethodDelete:
		return report.NotApplicable, "a DELETE outside of collections is never sent: nobody knows what it would remove"
	case op.Method == http.MethodTrace:
		return report.NotApplicable, "TRACE is never sent"
	case strings.ContainsAny(op.Path, "#?"):
		return report.NotApplicable, "the path holds what no path of a request can: # or ?"
	case streams(op):
		return report.NotApplicable, "the answer is a stream without end"
	case check.Needs.Secured && s.admits(op) != "":
		return report.NotApplicable, s.admits(op)
	case unfit != "":
		return report.NotApplicable, unfit
	case check.ID == scopeCheck && s.lacking(op) == nobody:
		return report.NotRun, "the key is missing: --" + flagOf(unscoped)
	case !isSafe(op.Method) && s.readOnly != "":
		return report.NotRun, s.readOnly
	case len(missing) > 0 && !harmless:
		return report.NotApplicable, "nothing tells a value for the path: give --param " + strings.Join(missing, "=… and --param ") + "=…"
	case !check.Needs.Secured && guarded(op) && !s.client.has(writer, s.client.alternative(op, writer)):
		return report.NotRun, "the key is missing: --" + flagOf(writer)
	}
	return "", ""
}

// streams reports whether a success has nothing but events that go on coming.
func streams(op *contract.Operation) bool {
	success, _ := op.Success()
	return success != nil && len(success.Content) > 0 && !slices.ContainsFunc(success.Content, func(m *contract.Media) bool { return m.Type != "text/event-stream" })
}

// admits says why an operation asks not every caller for a credential, "" when it
// does.
func (s *suite) admits(op *contract.Operation) string {
	switch {
	case len(op.Security) == 0:
		return "the operation asks for no credential"
	case !guarded(op):
		return "a credential is optional"
	case slices.ContainsFunc(op.Security, func(r contract.Requirement) bool { return !slices.ContainsFunc(r, travels) }):
		return "the credential is no part of a request"
	}
	return ""
}

// travels reports whether a credential is part of a request.
func travels(required contract.RequiredScheme) bool { return required.Scheme.Type != "mutualTLS" }

// unknownParams lists the path parameters of an operation for which nothing tells a
// value. What the document shows by an example is good enough to read, and only to
// read.
func (s *suite) unknownParams(op *contract.Operation) []string {
	var missing []string
	for _, p := range op.Parameters {
		if p.In != "path" || s.options.params[p.Name] != "" || s.options.params[paramAt(op.Path, p.Name)] != "" {
			continue
		}
		if s.viewTells(op, p.Name) {
			continue
		}
		if _, shown := suggestion(p); !shown || !isSafe(op.Method) {
			missing = append(missing, p.Name)
		}
	}
	return missing
}

// maxInputs is how many invalid requests are sent to an operation by one check, and
// totalInputs how many to all of them together, about.
const (
	maxInputs   = 12
	minInputs   = 2
	totalInputs = 600
)

// inputsEach is how many invalid requests one check sends to one operation.
func (s *suite) inputsEach() int {
	return min(max(totalInputs/max(len(s.outside()), 1), minInputs), maxInputs)
}

// called gives the valid request of the operation, made once. Where a value for the
// path is missing, guess lets it be made up.
func (e *env) called(guess bool) (*call, error) {
	if !isSafe(e.operation.Method) && e.halted() != "" {
		return nil, &blockedError{"", "nothing more is written: " + e.halted()}
	}
	if made := e.calls[e.operation]; made != nil {
		return made, nil
	}
	made, err := e.newCall(e.operation, guess)
	if err != nil {
		return nil, err
	}
	if found := e.broken(made.request(writer), e.operation); len(found) > 0 {
		return nil, notApplicable("no valid request can be made: %s", found[0])
	}
	e.calls[e.operation] = made
	return made, nil
}

// answered is the answer to a request of the operation, sent once for the checks
// that look at it in turn.
func (e *env) answered(ctx context.Context, what string, r request) (*answer, error) {
	made, err := e.share(ctx, fmt.Sprintf("%s: %s", e.operation.ID, what), func(ctx context.Context) (*sample, error) {
		a, err := e.exchange(ctx, r) // as it stands: nothing is added to what is left out
		if a != nil {
			e.answers = append(e.answers, a)
		}
		return &sample{answer: a}, err
	})
	if err != nil {
		return nil, err
	}
	if made.answer.status == http.StatusTooManyRequests {
		return nil, notApplicable("the target asks for patience: status 429")
	}
	return made.answer, nil
}
