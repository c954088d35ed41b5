package conformance

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"understudy/internal/contract"
)

// accepted is the call of the operation, when the target accepts it. Where it does
// not, what becomes of an invalid request tells nothing.
func (e *env) accepted(ctx context.Context) (*call, error) {
	c, err := e.called(false)
	if err != nil {
		return nil, err
	}
	a, err := e.answered(ctx, "a valid request", c.request(writer))
	if err != nil {
		return nil, err
	}
	if a.status >= http.StatusBadRequest {
		return nil, notApplicable("a valid request is answered with %d, so that an invalid one tells nothing", a.status)
	}
	return c, nil
}

// parameterInput is a request of which one parameter breaks one constraint.
type parameterInput struct {
	input
	param   *contract.Parameter
	keyword string // the constraint
}

func checkOperationParameters(ctx context.Context, e *env) error {
	c, err := e.accepted(ctx)
	if err != nil {
		return err
	}
	inputs := e.parameterInputs(c)
	if len(inputs) == 0 {
		return notApplicable("the document has no constraint on parameters that such a request breaks")
	}
	for _, in := range e.boundedParameters(inputs) {
		a, err := e.answered(ctx, in.what, in.request)
		if err != nil {
			return err
		}
		if err := e.judgeParameter(in, a); err != nil {
			return err
		}
	}
	return nil
}

// judgeParameter says what is wrong with the answer to an invalid parameter. An
// optional one may be ignored, if others that break the same constraint are as well.
func (e *env) judgeParameter(in parameterInput, a *answer) error {
	mayIgnore := in.param.In != "path" && !in.param.Required
	switch {
	case a.status >= http.StatusInternalServerError:
		return mismatch(a, in.what+" fails", "status 4xx", fmt.Sprintf("status %d", a.status))
	case !isRefusal(a) && !mayIgnore:
		return mismatch(a, in.what+" is accepted", "status 4xx", fmt.Sprintf("status %d", a.status))
	case !mayIgnore:
		return nil
	}
	behaviour := "it is ignored"
	if isRefusal(a) {
		behaviour = "it is refused"
	}
	return e.habit(fmt.Sprintf("an optional parameter of %s that breaks %s", e.operation.ID, in.keyword), behaviour, a)
}

// parameterInputs are requests that each break one constraint of one parameter; the
// document decides whether they do.
func (e *env) parameterInputs(c *call) []parameterInput {
	var found []parameterInput
	for _, p := range c.op.Parameters {
		if isIgnored(p) || e.isCredential(p) || p.In == "path" && !isSafe(c.op.Method) {
			continue // what may change something is sent to no other path
		}
		if p.Required && p.In != "path" {
			found = e.addInput(found, p, "left out", c.without(p))
		}
		for _, value := range e.unfit(p) {
			found = e.addInput(found, p, "as "+show(value), c.with(p, value))
		}
	}
	return found
}

// addInput adds a request, unless it is valid, or breaks something else as well, or a
// constraint that another breaks already.
func (e *env) addInput(inputs []parameterInput, p *contract.Parameter, how string, c *call) []parameterInput {
	r := c.request(writer)
	found := e.broken(r, c.op)
	if len(found) == 0 || slices.ContainsFunc(found, func(v contract.Violation) bool {
		return v.In != p.In || v.Field != p.Name && !strings.HasPrefix(v.Field, p.Name+".")
	}) {
		return inputs
	}
	keyword := found[0].Keyword
	if slices.ContainsFunc(inputs, func(other parameterInput) bool { return other.param == p && other.keyword == keyword }) {
		return inputs
	}
	what := fmt.Sprintf("%s parameter %s (%s) %s", p.In, p.Name, keyword, how)
	return append(inputs, parameterInput{input{what: what, member: p.Name, request: r}, p, keyword})
}

// isCredential reports whether a parameter is what a security scheme sends.
func (s *suite) isCredential(p *contract.Parameter) bool {
	return slices.ContainsFunc(s.contract.SecuritySchemes(), func(scheme *contract.SecurityScheme) bool {
		return scheme.In == p.In && strings.EqualFold(scheme.Parameter, p.Name)
	})
}

// unfit are values that may break a constraint of a parameter.
func (e *env) unfit(p *contract.Parameter) []any {
	if p.Schema == nil {
		return nil
	}
	member := contract.Member{Name: p.Name, Node: p.Schema.Node()}
	types := contract.Types(member.Node)
	var values []any
	if slices.Contains(types, "object") {
		return nil // there are too many ways to write one
	}
	if slices.Contains(types, "array") {
		inner := contract.Member{Name: p.Name, Node: contract.Keyword(member.Node, "items")}
		for _, value := range e.unfitTexts(inner) {
			values = append(values, []any{value})
		}
		return append(values, e.crowded(p)...)
	}
	for _, value := range e.unfitTexts(member) {
		values = append(values, value)
	}
	return values
}

// maxCrowd bounds how many items are sent to try a length.
const maxCrowd = 200

// crowded is a list with one item too many, where there is a limit.
func (e *env) crowded(p *contract.Parameter) []any {
	most, ok := wholeKeyword(p.Schema.Node(), "maxItems")
	good, err := e.samples.parameter(p)
	items, _ := good.([]any)
	if !ok || err != nil || len(items) == 0 || most > maxCrowd {
		return nil
	}
	var many []any
	for range most + 1 {
		many = append(many, items[0])
	}
	return []any{many}
}

// unfitTexts are texts that may break a constraint.
func (e *env) unfitTexts(member contract.Member) []string {
	texts := []string{e.samples.prefix + "-text", "12", "not one!", "A", "-"}
	for _, c := range slices.Concat(rangeCandidates(member), e.lengthCandidates(member)) {
		if text := scalar(c.value); text != "" {
			texts = append(texts, text)
		}
	}
	return texts
}

// takesNoBody says so of an operation.
func takesNoBody(_ *suite, op *contract.Operation) string {
	if op.Body == nil {
		return "the operation takes no body"
	}
	return ""
}

func checkOperationBody(ctx context.Context, e *env) error {
	c, err := e.accepted(ctx)
	if err != nil {
		return err
	}
	inputs, err := e.bodiesOf(c)
	if err != nil {
		return err
	}
	var lax error
	for _, in := range inputs {
		a, err := e.answered(ctx, in.what, in.request)
		if err != nil {
			return err
		}
		switch err := e.judgeBody(in, a); {
		case isWarning(err):
			lax = err
		case err != nil:
			return err
		}
	}
	return lax
}

// judgeBody says what is wrong with the answer to an invalid body.
func (e *env) judgeBody(in input, a *answer) error {
	if a.ok() && in.family == breaksMedia {
		if e.operation.Declares(http.StatusUnsupportedMediaType) {
			return mismatch(a, in.what+" is accepted", "status 415", fmt.Sprintf("status %d", a.status))
		}
		return warnf(a, "%s is accepted", in.what)
	}
	if a.ok() && in.family == breaksType && mayBeTaken(in.value) { // as many do that take a number for its text
		return warnf(a, "%s is accepted", in.what)
	}
	return e.judgeRefusal(in, a)
}

// bodiesOf are requests that each break one constraint of the body.
func (e *env) bodiesOf(c *call) ([]input, error) {
	model, isObject := c.body.(map[string]any)
	schema := e.bodySchema(c.op)
	if c.media == "" || c.media == urlEncoded || c.media == multipartType || !isObject || schema == nil {
		return nil, notApplicable("the operation takes no JSON object")
	}
	base := c.request(writer)
	var inputs []input
	for _, member := range contract.Members(schema.Node()) {
		if !contract.Keyword(member.Node, "readOnly").Bool() {
			inputs = append(inputs, e.memberInputs(c.op, base.path, model, member, nil)...)
		}
	}
	inputs = append(inputs, e.bodyInputs(c.op, base.path, model)...)
	for i := range inputs {
		header := base.header.Clone()
		switch sent := inputs[i].request.header.Get("Content-Type"); sent {
		case "application/json":
		case "":
			header.Del("Content-Type")
		default:
			header.Set("Content-Type", sent)
		}
		inputs[i].request.header = header
	}
	inputs = slices.DeleteFunc(inputs, func(in input) bool { return len(e.broken(in.request, c.op)) == 0 }) // a body may be left out
	if len(inputs) == 0 {
		return nil, notApplicable("the document has no constraint on the body")
	}
	return e.spread(inputs), nil
}

// spread takes as many inputs as may be sent, one of each family before others.
func (e *env) spread(inputs []input) []input {
	taken := onePerFamily(inputs)
	for _, in := range inputs {
		if !slices.ContainsFunc(taken, func(other input) bool { return other.what == in.what }) {
			taken = append(taken, in)
		}
	}
	return taken[:min(len(taken), e.inputsEach())]
}

// boundedParameters does so for parameters, by the constraint.
func (e *env) boundedParameters(inputs []parameterInput) []parameterInput {
	var taken, rest []parameterInput
	for _, in := range inputs {
		if slices.ContainsFunc(taken, func(other parameterInput) bool { return other.keyword == in.keyword }) {
			rest = append(rest, in)
		} else {
			taken = append(taken, in)
		}
	}
	taken = append(taken, rest...)
	return taken[:min(len(taken), e.inputsEach())]
}

// bounded are the same as plain inputs.
func (e *env) bounded(inputs []parameterInput) []input {
	var plain []input
	for _, in := range e.boundedParameters(inputs) {
		plain = append(plain, in.input)
	}
	return plain
}
