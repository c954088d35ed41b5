package drift

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"understudy/internal/contract"
	"understudy/internal/resource"
)

// take adds what the findings of a comparison call for.
func (d *draft) take(found *comparison) {
	d.found, d.causes, d.tried = found, map[string]bool{}, nil
	for _, f := range found.findings {
		if !found.barred(f.operation) || found.lacks(f.pair.there.Operation) {
			d.purpose = purpose{name: f.String(), finding: f}
			d.mend(f)
		}
	}
	d.mendErrors()
	for _, op := range d.found.there.Contract.Operations {
		if members := d.refused[op.Path]; len(members) > 0 {
			d.purpose = purpose{name: "what is refused at " + op.Path}
			d.say(pathItem(op), map[string]any{"refuse": list(members)})
			delete(d.refused, op.Path)
		}
	}
}

// whole is a number as JSON has it.
func whole(n int) json.Number { return json.Number(strconv.Itoa(n)) }

// list is texts as JSON has them.
func list(texts []string) []any {
	values := make([]any, len(texts))
	for i, text := range texts {
		values[i] = text
	}
	return values
}

// mend says what a finding calls for, as far as there are words for it.
func (d *draft) mend(f *Finding) {
	op := f.pair.there.Operation
	switch {
	case d.found.lacks(op):
		d.remove(operationPath(op))
	case f.isOfError():
		for _, cause := range f.causes {
			d.causes[cause] = true
		}
	case op != nil:
		d.mendSuccess(f, op)
	}
}

// isOfError reports whether a finding is about how a refusal is answered.
func (f *Finding) isOfError() bool {
	return f.Kind == Words || f.Kind == Shape && f.Where == "error" || f.Kind == Status && refuses(f.pair.here.Status) && f.pair.there.Status >= 400
}

// mendSuccess says what a finding about a success, or about what is refused, calls for.
func (d *draft) mendSuccess(f *Finding, op *contract.Operation) {
	switch {
	case f.Kind == Laxer:
		d.refuse(f)
	case f.Kind == Stricter:
		d.relax(f, op)
	case f.Kind == Order && f.Where != "":
		// a parameter that does something else has no words
	case f.Kind == Page:
		d.mendPage(f, op)
	case f.Kind == Order:
		if orders, ok := f.value.([]string); ok && !strings.Contains(orders[0], creation) {
			d.sayOfList(f, map[string]any{"order": orders[0]})
		}
	case f.Kind == Header:
		d.mendHeader(f, op)
	case f.Kind == Status:
		d.mendStatus(f, op)
	case f.Kind == Shape && d.found.isList(f.pair) && f.field == "":
		d.mendEnvelope(f, op)
	case f.field != "" && f.pair.there.Collection != nil:
		d.mendMember(f)
	}
}

// sayOfList says something on the path of the list.
func (d *draft) sayOfList(f *Finding, words map[string]any) {
	if list := f.pair.there.Collection.Operations[resource.List]; list != nil {
		d.say(pathItem(list), words)
	}
}

// refuse says what the target refuses and the stand-in does not.
func (d *draft) refuse(f *Finding) {
	step := f.pair.there
	if step.Collection == nil {
		return
	}
	home := homeOf(step.Collection)
	switch {
	case home == nil:
	case step.Name == "a record as a form" && !d.isSwagger():
		d.remove(operationPath(step.Operation) + ".requestBody.content" + member(step.Tried))
	case strings.HasPrefix(step.Name, "with the read-only member "):
		d.refusing(home, resource.ReadOnlyMembers, "invalid.read_only")
	case strings.HasPrefix(step.Name, "with a member that is not known"):
		d.refusing(home, resource.UnknownMembers, "invalid.unknown")
	case readsFromStart(f.pair):
		d.limit(f)
	case isStock(step):
		d.quota(f, home)
	}
}

// refusing says that requests are refused for members.
func (d *draft) refusing(home *contract.Operation, members resource.Refusal, cause string) {
	if !slices.Contains(d.refused[home.Path], string(members)) {
		d.refused[home.Path] = append(d.refused[home.Path], string(members))
	}
	d.causes[cause] = true
}

// homeOf is an operation on the path that a collection is described at.
func homeOf(c *resource.Collection) *contract.Operation {
	for _, role := range []resource.Role{resource.List, resource.Create, resource.Retrieve, resource.Update, resource.Replace} {
		if op := c.Operations[role]; op != nil {
			return op
		}
	}
	return nil
}

var number = lazily(`\d+`)

// limit caps what a page may be asked to hold, by the number that the refusal names.
func (d *draft) limit(f *Finding) {
	page := f.pair.there.Collection.Page
	if page == nil || page.Size == nil || page.Size.Schema == nil {
		return
	}
	asked, _ := strconv.Atoi(strings.TrimPrefix(f.pair.there.Name, "a page of "))
	target, ok := d.path(page.Size.Schema.Node())
	if !ok {
		return
	}
	for _, found := range number().FindAllString(string(f.pair.there.Body), -1) {
		if most, err := strconv.Atoi(found); err == nil && most > 1 && most < asked {
			d.add(target, map[string]any{"maximum": whole(most)})
			d.causes["invalid.maximum"] = true
			return
		}
	}
}

// quota says how many records there may be: those that were there, and those of the
// run that came to be.
func (d *draft) quota(f *Finding, home *contract.Operation) {
	c := f.pair.there.Collection
	if held := d.found.there.Stock[c.Path] + len(d.found.there.stock(c)); held > 0 {
		d.say(pathItem(home), map[string]any{"quota": whole(held)})
		d.causes["quota"] = true
	}
}

// relax takes away the keyword that the target does not hold requests to.
func (d *draft) relax(f *Finding, op *contract.Operation) {
	broken := violationOf(f.pair.here)
	if broken == nil || broken.Field == "" || broken.Keyword == "null" || d.found.holdsTo(op, broken) {
		return
	}
	schema := d.schemaOf(op, broken)
	if broken.Keyword == "required" {
		if holder, ok := d.path(schema); ok {
			d.remove(requirement(holder, broken.Field))
		}
		return
	}
	if target, ok := d.path(contract.Keyword(schema, broken.Keyword)); ok {
		d.remove(target)
	}
}

// schemaOf is the schema that a request breaks: of a parameter or of a member of the
// body; for a member that is missing, of what it is missing in.
func (d *draft) schemaOf(op *contract.Operation, broken *violation) contract.Node {
	if broken.In == "query" {
		if p := op.Parameter("query", broken.Field); p != nil && p.Schema != nil {
			return p.Schema.Node()
		}
		return contract.Node{}
	}
	if op.Body == nil || broken.In != "body" {
		return contract.Node{}
	}
	for _, media := range op.Body.Content {
		if media.Schema == nil {
			continue
		}
		if broken.Keyword == "required" && contract.Keyword(media.Schema.Node(), "required").Exists() {
			return media.Schema.Node().Resolve()
		}
		for _, m := range contract.Members(media.Schema.Node()) {
			if m.Name == broken.Field {
				return m.Node
			}
		}
	}
	return contract.Node{}
}

// mendPage says how many records a page has.
func (d *draft) mendPage(f *Finding, op *contract.Operation) {
	if !readsFromStart(f.pair) {
		return
	}
	page := d.found.there.page(f.pair.there)
	switch {
	case page == nil || len(page.items) == 0:
		return
	case page.asked > 0 && len(page.items) > page.asked:
		d.say(pathItem(op), map[string]any{"page": false})
		return
	case !page.more:
		return
	}
	word := "maximum"
	if f.pair.there.Name == "the list" {
		word = "default"
	}
	d.say(pathItem(op), map[string]any{"page": map[string]any{word: whole(len(page.items))}})
}

// mendHeader declares a header that the target sends, so that the stand-in sends it.
func (d *draft) mendHeader(f *Finding, op *contract.Operation) {
	response := op.Response(f.pair.there.Status)
	if response == nil || d.isSwagger() {
		return
	}
	target, ok := d.path(response.Node.Resolve())
	switch {
	case !ok:
	case f.There == "absent" && f.Where == "Location":
		d.remove(target + ".headers" + member(f.Where))
	case f.Here != "absent":
	case f.Where == "Location":
		d.add(target, map[string]any{"headers": map[string]any{f.Where: map[string]any{"schema": map[string]any{"type": "string"}}}})
	case f.Where == "Cache-Control" || f.Where == "Retry-After":
		value := f.pair.there.Header.Get(f.Where)
		d.add(target, map[string]any{"headers": map[string]any{f.Where: map[string]any{"required": true, "schema": map[string]any{"type": "string", "const": value}}}})
	}
}

// mendStatus gives a success the status that the target has for it.
func (d *draft) mendStatus(f *Finding, op *contract.Operation) {
	here, there := f.pair.here.Status, f.pair.there.Status
	if !succeeds(here) || !succeeds(there) {
		return
	}
	answer := map[string]any{"description": "As the target answers."}
	declared := op.Response(here)
	body, isJSON := decoded(f.pair.there)
	switch {
	case isJSON && declared != nil && len(declared.Content) > 0 && !d.isSwagger():
		if content, ok := declared.Node.Resolve().Value().(map[string]any); ok {
			answer = content
		}
	case isJSON:
		answer = d.answer(f.pair.there.Header.Get("Content-Type"), d.schemaLike(f, body))
	}
	d.remove(operationPath(op) + ".responses" + member(strconv.Itoa(here)))
	d.remove(operationPath(op) + ".responses" + member(strconv.Itoa(there)))
	d.add(operationPath(op)+".responses", map[string]any{strconv.Itoa(there): answer})
}

// schemaLike is a schema for a body: that of the item when it looks like one.
func (d *draft) schemaLike(f *Finding, body any) map[string]any {
	if object, ok := body.(map[string]any); ok && f.pair.there.Collection != nil {
		c := f.pair.there.Collection
		if _, hasID := object[c.IDField]; hasID && c.IDField != "" && c.Item != nil {
			if ref, ok := d.reference(c.Item.Node()); ok {
				return ref
			}
		}
	}
	return inferred(body)
}

// reference is a schema that refers to one of the document.
func (d *draft) reference(n contract.Node) (map[string]any, bool) {
	if !n.Exists() || n.File() != d.found.there.Contract.Root().File() {
		return nil, false
	}
	if d.isSwagger() {
		name, isDefinition := strings.CutPrefix(n.Pointer(), "/components/schemas/")
		return map[string]any{"$ref": "#/definitions/" + name}, isDefinition
	}
	return map[string]any{"$ref": "#" + n.Pointer()}, true
}

// inferred is a schema of what a value is like.
func inferred(value any) map[string]any {
	switch value := value.(type) {
	case nil:
		return map[string]any{"type": []any{"string", "null"}}
	case bool:
		return map[string]any{"type": "boolean"}
	case string:
		return map[string]any{"type": "string"}
	case []any:
		if len(value) == 0 {
			return map[string]any{"type": "array"}
		}
		return map[string]any{"type": "array", "items": inferred(value[0])}
	case map[string]any:
		properties := map[string]any{}
		for name, inner := range value {
			properties[name] = inferred(inner)
		}
		return map[string]any{"type": "object", "required": list(namesOf(value, nil)), "properties": properties}
	}
	if strings.ContainsAny(fmt.Sprint(value), ".eE") {
		return map[string]any{"type": "number"}
	}
	return map[string]any{"type": "integer"}
}
