package conformance

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"understudy/internal/contract"
)

func checkOperationAnswer(ctx context.Context, e *env) error {
	c, err := e.called(false)
	if err != nil {
		return err
	}
	a, err := e.answered(ctx, "a valid request", c.request(writer))
	if err != nil {
		return err
	}
	if err := e.judgeAnswer(c, a); err != nil || !a.ok() || !isSafe(c.op.Method) {
		return err
	}
	return e.judgeOptional(ctx, e.withOptional(c))
}

// judgeOptional asks with the optional parameters as well. They may exclude one
// another, so that a refusal is no failure.
func (e *env) judgeOptional(ctx context.Context, c *call) error {
	r := c.request(writer)
	if len(c.optional) == 0 || len(e.broken(r, c.op)) > 0 {
		return nil
	}
	a, err := e.answered(ctx, "a valid request with optional parameters", r)
	if err != nil {
		return err
	}
	with := "a valid request with " + strings.Join(c.optional, ", ")
	switch found := undeclaredIn(c.op, a); {
	case a.status >= http.StatusInternalServerError && !c.op.Declares(a.status):
		return mismatch(a, with+" fails", expectedStatus(c.op), fmt.Sprintf("status %d", a.status))
	case a.ok() && found != "":
		return failf(a, "%s is answered with what is not declared: %s", with, found)
	}
	return nil
}

// judgeAnswer says what is wrong with the answer to a valid request.
func (e *env) judgeAnswer(c *call, a *answer) error {
	if err := e.judgeStatus(c, a); err != nil {
		return err
	}
	if c.madeUp && isRefusal(a) && !blamesForm(a.status) && c.op.Response(a.status) == nil {
		return warnf(a, "a valid request is refused with %d, which the document does not declare; what was made up for it may mean nothing to the target", a.status)
	}
	if found := undeclaredIn(c.op, a); found != "" {
		return failf(a, "a valid request is answered with what is not declared: %s", found)
	}
	if harmful, harmless := harmlessIn(c.op, a, breaches(c.op, a)); a.ok() && len(harmful) == 0 && len(harmless) > 0 {
		return conforms(c.op, a) // a warning
	}
	return judgeDeclaredRefusal(c, a)
}

// judgeStatus says what a status tells before anybody looks at the document.
func (e *env) judgeStatus(c *call, a *answer) error {
	just, somehow := c.op.Declares(a.status), c.op.Response(a.status) != nil
	switch {
	case a.status >= http.StatusInternalServerError && just:
		return warnf(a, "a valid request is answered with %d, which the document declares", a.status)
	case a.status >= http.StatusInternalServerError:
		return mismatch(a, "a valid request fails", expectedStatus(c.op), fmt.Sprintf("status %d", a.status))
	case a.status == http.StatusUnauthorized && guarded(c.op):
		return e.judgeRefusedKey(c, a)
	case a.status == http.StatusForbidden && somehow:
		return notApplicable("the key may not: status 403, which the document declares")
	case isMissing(a) && (c.foundByExample || c.guessed) && !somehow:
		return notApplicable("the target has nothing at the document's example: status %d; give --param", a.status)
	case isMissing(a) && !hasPathParams(c.op) && !just:
		return mismatch(a, "the operation is not there", expectedStatus(c.op), fmt.Sprintf("status %d", a.status))
	}
	return nil
}

// judgeDeclaredRefusal says what it means that a valid request is refused as the
// document declares it: the target may know better, where something was made up.
func judgeDeclaredRefusal(c *call, a *answer) error {
	refused := a.status == http.StatusBadRequest || a.status == http.StatusUnprocessableEntity
	switch {
	case refused && !c.madeUp, blamesForm(a.status):
		return mismatch(a, "a valid request is refused", expectedStatus(c.op), fmt.Sprintf("status %d", a.status))
	case refused:
		return warnf(a, "a valid request is refused with %d; what was made up for it may mean nothing to the target", a.status)
	case isRefusal(a) && !isMissing(a):
		return notApplicable("a valid request is refused as things stand: status %d, which the document declares", a.status)
	}
	return nil
}

// judgeRefusedKey says what it means that the key is refused: it may be for another
// security scheme.
func (e *env) judgeRefusedKey(c *call, a *answer) error {
	requirement := e.client.alternative(c.op, writer)
	if len(e.contract.SecuritySchemes()) > 1 && !e.client.hasOwn(writer, requirement) {
		return notApplicable("the key is refused, which may be for another security scheme: give --scheme-token %s=…", requirement[0].Scheme.Name)
	}
	return mismatch(a, "the key that may do all is refused", expectedStatus(c.op), fmt.Sprintf("status %d", a.status))
}

// blamesForm reports whether a status blames what the document settles: the method,
// the content type, the length.
func blamesForm(status int) bool {
	return slices.Contains([]int{http.StatusMethodNotAllowed, http.StatusNotAcceptable, http.StatusLengthRequired, http.StatusUnsupportedMediaType}, status)
}

// expectedStatus is the success of an operation in words.
func expectedStatus(op *contract.Operation) string {
	if _, status := op.Success(); status != 0 {
		return fmt.Sprintf("status %d", status)
	}
	return "a status that is declared"
}

func isMissing(a *answer) bool {
	return a.status == http.StatusNotFound || a.status == http.StatusGone
}

func hasPathParams(op *contract.Operation) bool {
	return slices.ContainsFunc(op.Parameters, func(p *contract.Parameter) bool { return p.In == "path" })
}

// undeclaredIn says how an answer breaks the document, "" when it does not, or when that
// harms nobody. An answer
// to HEAD has no body to judge.
func undeclaredIn(op *contract.Operation, a *answer) string {
	found, _ := harmlessIn(op, a, breaches(op, a))
	bodiless := op.Method == http.MethodHead || a.status == http.StatusNoContent || a.status == http.StatusNotModified
	for _, v := range found {
		if !bodiless || v.In != "body" && v.In != "content-type" {
			return v.String()
		}
	}
	return ""
}

// declaresNoError says so of an operation.
func declaresNoError(_ *suite, op *contract.Operation) string {
	if !declaresInvalid(op) {
		return "the document declares no answer to an invalid request"
	}
	return ""
}

func checkOperationError(ctx context.Context, e *env) error {
	c, err := e.accepted(ctx)
	if err != nil {
		return err
	}
	bodies, err := e.bodiesOf(c)
	if err != nil && !isObstacle(err) {
		return err
	}
	for _, in := range append(e.bounded(e.parameterInputs(c)), bodies...) {
		a, err := e.answered(ctx, in.what, in.request)
		if err != nil {
			return err
		}
		if !isRefusal(a) || isMissing(a) || a.status == http.StatusUnauthorized || a.status == http.StatusForbidden {
			continue
		}
		if found := undeclaredIn(e.operation, a); found != "" {
			return failf(a, "the answer with %d to an invalid request is not as declared: %s", a.status, found)
		}
		return nil
	}
	return notApplicable("no invalid request is refused, or the document has no constraint")
}

// isNoFirst says so of an operation that is not the first of its path.
func (s *suite) isNoFirst(op *contract.Operation) string {
	for _, other := range s.contract.Operations {
		if other == op {
			break
		}
		if other.Path == op.Path {
			return "the path is judged with " + other.ID
		}
	}
	return ""
}

func checkOperationMethod(ctx context.Context, e *env) error {
	declared := e.declaredMethods(e.operation.Path)
	method := ""
	for _, candidate := range []string{http.MethodPatch, http.MethodPut, http.MethodPost} {
		if !slices.Contains(declared, candidate) {
			method = candidate
			break
		}
	}
	if method == "" || e.readOnly != "" {
		return notApplicable("there is no method that may be tried")
	}
	c, err := e.called(false)
	if err != nil {
		return err
	}
	r := c.request(writer)
	r.method, r.body = method, nil
	r.header.Del("Content-Type")
	a, err := e.answered(ctx, method, r)
	if err != nil {
		return err
	}
	switch {
	case a.ok() || a.status >= http.StatusInternalServerError && a.status != http.StatusNotImplemented:
		return mismatch(a, method+" is not declared", "status 405 or 404", fmt.Sprintf("status %d", a.status))
	case a.status != http.StatusMethodNotAllowed:
		return nil
	}
	for _, name := range declared {
		if !slices.Contains(allowed(a), name) {
			return mismatch(a, "Allow leaves out a method of the document", name, strings.Join(allowed(a), ", "))
		}
	}
	if slices.Contains(allowed(a), method) {
		return mismatch(a, "Allow names the method that is refused", strings.Join(declared, ", "), strings.Join(allowed(a), ", "))
	}
	return nil
}
