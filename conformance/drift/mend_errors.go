package drift

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"understudy/conformance"
	"understudy/internal/contract"
	"understudy/internal/resource"
)

// refusal is one refusal of the target, with what its cause may tell.
type refusal struct {
	here   *conformance.Step
	step   *conformance.Step
	values map[string]string // for the placeholders of the cause
	body   any               // with placeholders in the place of values
}

// mendErrors says how the target words the causes that the stand-in words otherwise,
// and with which status.
func (d *draft) mendErrors() {
	for _, cause := range slices.Sorted(maps.Keys(d.causes)) {
		seen := d.refusals(cause)
		if cause == "" || len(seen) == 0 {
			continue
		}
		d.purpose = purpose{name: "the refusals of " + cause, cause: cause}
		status, said := d.statusOf(cause, seen)
		if said {
			d.say("$", map[string]any{"statuses": map[string]any{cause: whole(status)}})
		}
		seen = slices.DeleteFunc(seen, func(r refusal) bool { return r.step.Status != status })
		body, ok := worded(seen, cause)
		if !ok {
			continue
		}
		if !equal(body, d.found.template(nil, cause).Value()) {
			if d.found.there.Contract.Root().Get(extension).Get("errors").Get(cause).Exists() {
				d.remove("$" + member(extension) + ".errors" + member(cause))
			}
			d.say("$", map[string]any{"errors": map[string]any{cause: body}})
		}
		d.declare(seen)
		d.mendErrorsOf(cause, seen, body)
	}
}

// mendErrorsOf says how the collections word a cause that word it in ways of their own.
func (d *draft) mendErrorsOf(cause string, seen []refusal, usual any) {
	for _, c := range d.found.there.Model.Collections {
		own := slices.DeleteFunc(slices.Clone(seen), func(r refusal) bool { return r.step.Collection != c })
		if len(own) == 0 {
			continue
		}
		home := homeOf(c)
		body, ok := worded(own, cause)
		if ok && home != nil && !equal(body, usual) && !equal(body, d.found.template(c, cause).Value()) {
			d.purpose = purpose{name: "the refusals of " + cause + " at " + c.Path, cause: cause, of: c}
			d.say(pathItem(home), map[string]any{"errors": map[string]any{cause: body}})
		}
	}
}

// refusals are what the target answered where a cause is the reason.
func (d *draft) refusals(cause string) []refusal {
	var found []refusal
	for _, there := range d.found.there.Steps {
		here := d.found.here.steps[there.Key()]
		if here == nil || there.Status < 400 || there.Status == http.StatusTooManyRequests || d.found.barred(pair{here, there}.operation()) || d.causeHere(here, there) != cause {
			continue
		}
		body, isJSON := decoded(there)
		if !isJSON {
			continue
		}
		body = withLeaves("", body, d.found.there.settled)
		found = append(found, refusal{here, there, d.valuesOf(here, there), body})
	}
	fill(found, d.everyday())
	return found
}

// everyday are words that the target says where nothing of the request is told, such as
// body: the name of a member that is one of them stands in other texts by chance too.
func (d *draft) everyday() map[string]bool {
	found := map[string]bool{}
	for _, there := range d.found.there.Steps {
		here := d.found.here.steps[there.Key()]
		body, isJSON := decoded(there)
		if here == nil || !isJSON || !refuses(there.Status) || strings.HasPrefix(d.causeHere(here, there), "invalid") {
			continue
		}
		told := slices.Collect(maps.Values(d.valuesOf(here, there)))
		for _, word := range wordsOf(body) {
			if !slices.ContainsFunc(told, func(value string) bool {
				return slices.Contains(wordsOf(value+" ."), word) || strings.EqualFold(value, word)
			}) {
				found[word] = true
			}
		}
	}
	return found
}

// causeHere is why the target refuses a step, in the words of the vocabulary. Where the
// stand-in refuses nothing, the step itself tells.
func (d *draft) causeHere(here, there *conformance.Step) string {
	if refuses(here.Status) {
		return causeOf(here)
	}
	switch {
	case !succeeds(here.Status):
		return ""
	case strings.HasPrefix(there.Name, "with the read-only member "):
		return "invalid.read_only"
	case strings.HasPrefix(there.Name, "with a member that is not known"):
		return "invalid.unknown"
	case strings.HasPrefix(there.Name, "a page of "):
		return "invalid.maximum"
	}
	return expectedCause(there)
}

// statusOf is the status of the refusals of a cause: what most have. It is said where the
// stand-in has another one, unless that makes wrong what is right: then the target tells
// apart what the vocabulary does not, and those count that the stand-in has right.
func (d *draft) statusOf(cause string, seen []refusal) (status int, said bool) {
	status = mostCommon(seen)
	var right []refusal
	for _, r := range seen {
		said = said || refuses(r.here.Status) && r.here.Status != r.step.Status && r.step.Status == status
		if r.here.Status == r.step.Status && r.step.Status != status {
			right = append(right, r)
		}
	}
	if said && len(right) > 0 {
		status, said = mostCommon(right), false
	}
	if slices.ContainsFunc(seen, func(r refusal) bool { return r.step.Status != status && r.here.Status != r.step.Status }) {
		d.notes[fmt.Sprintf("%s: the target has more than one status for it, and the vocabulary does not tell them apart; those with %d are worded", cause, status)] = true
	}
	return status, said
}

// mostCommon is the status that most refusals have.
func mostCommon(seen []refusal) int {
	counts, best := map[int]int{}, 0
	for _, r := range seen {
		counts[r.step.Status]++
		if counts[r.step.Status] > counts[best] {
			best = r.step.Status
		}
	}
	return best
}

// valuesOf are the values that the placeholders of a cause have in a step.
func (d *draft) valuesOf(here, there *conformance.Step) map[string]string {
	values := map[string]string{"phrase": http.StatusText(there.Status)}
	if d.causeHere(here, there) == "method_not_allowed" {
		values["method"] = there.Exchange.Method
	}
	switch there.Cause {
	case "missing_scope":
		if scopes := resource.Scopes(there.Operation); len(scopes) > 0 {
			values["scope"] = scopes[0]
		}
	case "forbidden_parent", "parent_not_found":
		values["value"] = d.place(there)
	case "unsupported_media_type":
		values["value"] = "text/plain"
	}
	maps.Copy(values, triedIn(here, there))
	return values
}

// place is the path parameter for which a request is refused.
func (d *draft) place(there *conformance.Step) string {
	for _, value := range d.found.there.names {
		if strings.Contains(there.Exchange.URL, value) && !strings.HasPrefix(d.found.there.Names[value], "{id ") {
			return value
		}
	}
	return ""
}

// triedIn are the values that a refusal of one member or parameter may tell.
func triedIn(here, there *conformance.Step) map[string]string {
	values := map[string]string{}
	if there.Tried != "" && !refuses(here.Status) {
		values["field"] = there.Tried
	}
	if asked, ok := strings.CutPrefix(there.Name, "a page of "); ok && there.Collection.Page != nil && there.Collection.Page.Size != nil {
		values["field"] = there.Collection.Page.Size.Name
		for _, most := range number().FindAllString(string(there.Body), -1) {
			if asked != most {
				values["limit"] = most
			}
		}
	}
	broken := violationOf(here)
	if broken == nil {
		return values
	}
	told := map[string]string{"field": broken.Field, "member": broken.Field[strings.LastIndexByte(broken.Field, '.')+1:], "limit": broken.Limit}
	if told["member"] == told["field"] {
		delete(told, "member")
	}
	if broken.Keyword == "type" {
		told["expected"], told["actual"] = broken.Expected, broken.Actual
	}
	for name, value := range told {
		if value != "" {
			values[name] = value
		}
	}
	return values
}

// declare sees that the document declares what the target answers, so that the
// stand-in does not break it.
func (d *draft) declare(seen []refusal) {
	for _, r := range seen {
		op := d.describing(r.step)
		if op == nil {
			continue
		}
		contentType := r.step.Header.Get("Content-Type")
		broken := op.CheckResponse(r.step.Status, r.step.Header, contentType, r.step.Body)
		if !slices.ContainsFunc(broken, func(v contract.Violation) bool { return v.In != "header" }) {
			continue
		}
		status := strconv.Itoa(r.step.Status)
		place := operationPath(op) + " " + status + " for " + d.purpose.name
		if d.declared[place] {
			continue
		}
		d.declared[place] = true
		if op.Node.Get("responses").Raw(status).Exists() {
			d.remove(operationPath(op) + ".responses" + member(status))
		}
		d.add(operationPath(op)+".responses", map[string]any{status: d.answer(contentType, d.formsLike(op, r.step))})
	}
}

// formsLike is a schema for all that the target answers to an operation with the status
// and the content type of a step.
func (d *draft) formsLike(op *contract.Operation, step *conformance.Step) map[string]any {
	body, _ := decoded(step)
	schema := loose(body)
	for _, other := range d.found.there.Steps {
		body, isJSON := decoded(other)
		if isJSON && other.Status == step.Status && mediaType(other.Header.Get("Content-Type")) == mediaType(step.Header.Get("Content-Type")) && d.describing(other) == op {
			widen(schema, loose(body))
		}
	}
	return schema
}

// widen makes a schema allow what another one describes too: the refusals of one status
// may have more than one form.
func widen(schema, other map[string]any) {
	properties, isObject := schema["properties"].(map[string]any)
	more, alsoObject := other["properties"].(map[string]any)
	if !isObject || !alsoObject {
		if written(schema) != written(other) {
			clear(schema)
		}
		return
	}
	for name, property := range more {
		if known, ok := properties[name]; ok && written(known) != written(property) {
			property = map[string]any{}
		}
		properties[name] = property
	}
	required, _ := schema["required"].([]any)
	also, _ := other["required"].([]any)
	schema["required"] = slices.DeleteFunc(required, func(name any) bool { return !slices.Contains(also, name) })
}

// describing is the operation by which the stand-in words what it refuses: that of the
// step, or for a method that the document does not know another one of the path.
func (d *draft) describing(step *conformance.Step) *contract.Operation {
	if step.Operation != nil {
		return step.Operation
	}
	path, _, _ := strings.Cut(strings.TrimPrefix(step.Exchange.URL, d.found.there.Run.Target), "?")
	return d.found.there.Contract.Match(step.Exchange.Method, path).Sibling
}

// loose is a schema for errors of one form, whatever they tell: a text may be null.
func loose(body any) map[string]any {
	schema := inferred(body)
	if members, ok := schema["properties"].(map[string]any); ok {
		for name := range members {
			if object, ok := body.(map[string]any); ok {
				members[name] = loose(object[name])
			}
		}
	}
	if schema["type"] == "string" {
		schema["type"] = []any{"string", "null"}
	}
	return schema
}
