package conformance

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"understudy/conformance/report"
	"understudy/internal/contract"
	"understudy/internal/resource"
)

// families lists the checks of some families, for Follows.
func families(of ...family) []string {
	var ids []string
	for _, f := range of {
		ids = append(ids, familyID(f))
	}
	return ids
}

// allFamilies lists the checks of every family.
func allFamilies() []string {
	return families(breaksRequired, breaksNull, breaksType, breaksLength, breaksRange, breaksEnum, breaksFormat, breaksPattern,
		breaksObject, breaksSyntax, breaksEnd, breaksMedia, breaksBody)
}

// refusalChecks are about the answers to invalid inputs, and their effect.
func refusalChecks() []Check {
	return []Check{
		{
			ID: "validation/refusal-declared", Level: report.Must, At: at(resource.Create), Needs: needs(resource.Create), Requires: []string{"crud/create"}, Follows: and(allFamilies(), "schema/error-not-found"),
			Requirement: "The refusal of a body has a status, a content type and a body that the document declares.",
			Sends:       "POST with a member that is wrong, and of a body that is no JSON.", Failure: "a refusal is not as declared: status 422 is not declared",
			run: checkRefusalDeclared,
		},
		{
			ID: "validation/names-the-field", Level: report.Must, At: at(resource.Create), Needs: needs(resource.Create), Requires: []string{"crud/create"}, Follows: append(allFamilies(), "validation/refusal-declared"),
			Requirement: "The refusal of a member names it where the document's examples do.",
			Sends:       "POST with a member that is wrong.", Failure: "the refusal does not name domain",
			run: checkNamesTheField,
		},
		{
			ID: "validation/names-the-parameter", Level: report.Must, At: at(resource.List), Needs: needs(resource.List), Requires: []string{"crud/list"}, Follows: []string{"schema/error-not-found"},
			Requirement: "The refusal of a parameter names it where the document's examples do.",
			Sends:       "GET of the collection with a word for a number.", Failure: "the refusal does not name limit",
			run: checkNamesTheParameter,
		},
		{
			ID: "validation/nothing-stored", Level: report.Must, At: at(resource.Create), Needs: needs(resource.Create, resource.List), Requires: []string{"crud/create", "crud/list"}, Follows: append(allFamilies(), "crud/create-listed", "crud/create-counted"),
			Requirement: "A create that is refused stores nothing.",
			Sends:       "GET of the collection before and after an invalid POST for each constraint.", Failure: "a create that was refused stored a record",
			Costs: Costs{Requests: 11},
			run:   checkNothingStored,
		},
	}
}

func checkRefusalDeclared(ctx context.Context, e *env) error {
	all := onePerFamily(e.createInputs())
	ofMember := slices.IndexFunc(all, func(in input) bool { return in.member != "" })
	var inputs []input
	for i, in := range all {
		if i == ofMember || in.family == breaksSyntax {
			inputs = append(inputs, in)
		}
	}
	refusals, err := e.refuseAll(ctx, inputs)
	if err != nil && !isWarning(err) { // what is lax, the check of its family tells
		return err
	}
	for _, a := range refusals {
		found, _ := harmlessIn(e.op(resource.Create), a, breaches(e.op(resource.Create), a))
		if len(found) > 0 && found[0].In == "status" && a.status == http.StatusBadRequest {
			return warnf(a, "a refusal has the status 400, which the document does not declare")
		}
		if len(found) > 0 {
			return failf(a, "a refusal is not as declared: %s", found[0])
		}
	}
	return nil
}

func checkNamesTheField(ctx context.Context, e *env) error {
	var lax error
	named := map[string]bool{}
	for _, in := range onePerFamily(e.createInputs()) {
		if in.member == "" || named[in.member+string(in.family)] || len(named) == 2 {
			continue
		}
		named[in.member+string(in.family)] = true
		refusals, err := e.refuseAll(ctx, []input{in})
		switch {
		case err != nil && !isWarning(err):
			return err
		case len(refusals) == 0: // lax, as the check of its family tells
			continue
		}
		switch err := e.judgeName(refusals[0], e.op(resource.Create), in.member); {
		case err != nil && e.namesInExamples(e.op(resource.Create), in.member):
			return err
		case err != nil:
			lax = warnf(refusals[0], "%s", err.Error())
		}
	}
	if len(named) == 0 {
		return notApplicable("the document has no constraint on a member")
	}
	return lax
}

// judgeName fails when a refusal does not name what is at fault.
func (e *env) judgeName(a *answer, op *contract.Operation, name string) error {
	response := op.Response(a.status)
	if response == nil || response.JSON() == nil {
		return nil
	}
	if said := fieldsNamed(a.value()); len(said) > 0 && !slices.ContainsFunc(said, func(text string) bool { return strings.Contains(text, name) }) {
		return mismatch(a, "the refusal names another field than "+name, name, strings.Join(said, ", "))
	}
	if strings.Contains(string(a.body), name) {
		return nil
	}
	return mismatch(a, "the refusal does not name "+name, name+" somewhere in the error", clip(a.body))
}

// fieldMembers are the names of members of an error that say what is at fault.
var fieldMembers = []string{"field", "attr", "attribute", "param", "parameter", "property", "pointer"}

// fieldsNamed lists what the members of an error that say what is at fault hold.
func fieldsNamed(value any) []string {
	var said []string
	switch value := value.(type) {
	case []any:
		for _, item := range value {
			said = append(said, fieldsNamed(item)...)
		}
	case map[string]any:
		for member, inner := range value {
			text, isText := inner.(string)
			if slices.Contains(fieldMembers, strings.ToLower(member)) && (isText || inner == nil) {
				said = append(said, text)
			} else {
				said = append(said, fieldsNamed(inner)...)
			}
		}
	}
	slices.Sort(said)
	return said
}

// namesInExamples reports whether the document's examples of refusals name what
// is at fault.
func (e *env) namesInExamples(op *contract.Operation, name string) bool {
	for _, response := range op.Responses {
		if !strings.HasPrefix(response.Status, "4") {
			continue
		}
		for _, media := range response.Content {
			if slices.ContainsFunc(media.Examples, func(x contract.Example) bool { return names(x.Value, name) }) {
				return true
			}
		}
	}
	return false
}

// names reports whether a value has a member or a text of a name.
func names(value any, name string) bool {
	switch value := value.(type) {
	case string:
		return value == name
	case []any:
		return slices.ContainsFunc(value, func(item any) bool { return names(item, name) })
	case map[string]any:
		for member, inner := range value {
			if member == name || names(inner, name) {
				return true
			}
		}
	}
	return false
}

func checkNamesTheParameter(ctx context.Context, e *env) error {
	op := e.op(resource.List)
	for _, p := range op.Parameters {
		if p.In != "query" || p.Schema == nil || !slices.Equal(contract.Types(p.Schema.Node()), []string{"integer"}) {
			continue
		}
		a, err := e.do(ctx, request{method: http.MethodGet, path: e.collectionPath() + "?" + p.Name + "=understudy", as: writer})
		if err != nil {
			return err
		}
		if !isRefusal(a) {
			return notApplicable("the target does not refuse a word for the number %s", p.Name)
		}
		if err := e.judgeName(a, op, p.Name); err != nil {
			if e.namesInExamples(op, p.Name) {
				return err
			}
			return warnf(a, "%s", err.Error())
		}
		return nil
	}
	return notApplicable("no parameter of the list is a number")
}

func checkNothingStored(ctx context.Context, e *env) error {
	inputs := slices.DeleteFunc(onePerFamily(e.createInputs()), func(in input) bool {
		return in.family == breaksEnd // may be accepted, and is stored then
	})
	if len(inputs) == 0 {
		return notApplicable("the document has no constraint that an input breaks")
	}
	before, first, err := e.everything(ctx)
	if err != nil {
		return err
	}
	// Those come first that can be found again by the prefix of the run. Only when
	// nothing is stored of them the others follow.
	marked := slices.IndexFunc(inputs, func(in input) bool { return !e.samples.mark(in.request.body) })
	if marked < 0 {
		marked = len(inputs)
	}
	for _, some := range [][]input{inputs[:marked], inputs[marked:]} {
		if err := e.storesNothing(ctx, before, first, some); err != nil {
			return err
		}
	}
	return nil
}

// storesNothing sends inputs that must be refused, and compares the list.
func (e *env) storesNothing(ctx context.Context, before []map[string]any, first *page, inputs []input) error {
	if len(inputs) == 0 {
		return nil
	}
	accepted := false
	for _, in := range inputs {
		a, err := e.send(ctx, in.request)
		if err != nil {
			return err
		}
		accepted = accepted || a.ok() // is for the check of the family to tell
	}
	after, now, err := e.everything(ctx)
	if err != nil {
		return err
	}
	strays, err := e.adoptStrays(before, after)
	switch {
	case err != nil:
		return err
	case strays > 0:
		return mismatch(now.answer, "a create that was refused stored a record", "the list as it was before", fmt.Sprintf("%d more records", strays))
	case accepted:
		return notApplicable("the target accepts some of what the document does not allow")
	case now.count != first.count:
		return mismatch(now.answer, "creates that were refused changed the count", fmt.Sprint(first.count), fmt.Sprint(now.count))
	}
	return nil
}

// adoptStrays counts the records that came into the list without being answered
// to the run. Those that carry its prefix are noted as its own.
func (e *env) adoptStrays(before, after []map[string]any) (int, error) {
	strays := 0
	for _, item := range after {
		id := idOf(item, e.collection)
		path := e.itemPath(id)
		if e.find(before, id) != nil || e.ledger.owns(path) {
			continue
		}
		strays++
		if e.samples.mark([]byte(show(item))) {
			if err := e.ledger.add(entry{Path: path, Target: e.client.base.String(), As: writer}); err != nil {
				return strays, err
			}
		}
	}
	return strays, nil
}

// refusedUpdateChecks are about changes that are invalid.
func refusedUpdateChecks() []Check {
	some := needs(resource.Create, resource.Retrieve, resource.Update)
	return []Check{
		{
			ID: "validation/update-members", Level: report.Must, At: bodyAt(resource.Update), Needs: some,
			Requires:    and(readable, "crud/update"),
			Follows:     and(sound, allFamilies()...),
			Requirement: "A change to a value that the document does not allow is refused, and changes nothing. A null that is taken for a member that was not sent is a warning.",
			Sends:       "POST, PATCH with each constraint of a member broken in turn, then GET.", Failure: "domain as null is accepted",
			Costs: Costs{Requests: 4},
			run:   func(ctx context.Context, e *env) error { return e.refuseUpdates(ctx, true) },
		},
		{
			ID: "validation/update-bodies", Level: report.Must, At: bodyAt(resource.Update), Needs: some,
			Requires:    and(readable, "crud/update"),
			Follows:     and(sound, allFamilies()...),
			Requirement: "A change whose body is no JSON, no object or of another content type is refused, and changes nothing. A body of another content type that is not read at all is a warning.",
			Sends:       "POST, PATCH with such bodies, then GET.", Failure: "JSON that ends too early is accepted",
			Costs: Costs{Requests: 4},
			run:   func(ctx context.Context, e *env) error { return e.refuseUpdates(ctx, false) },
		},
	}
}

// refuseUpdates changes a record with one input of each family, about members or
// about bodies.
func (e *env) refuseUpdates(ctx context.Context, members bool) error {
	r, err := e.sample(ctx)
	if err != nil {
		return err
	}
	inputs := slices.DeleteFunc(onePerFamily(e.updateInputs(r.path)), func(in input) bool {
		return (in.member != "") != members || in.family == breaksEnd
	})
	if op := e.op(resource.Update); !members && op.Body != nil {
		inputs = append(inputs, e.wrapperInputs(op, r.path, r.sent)...)
	}
	if len(inputs) == 0 {
		return notApplicable("the document has no constraint that such a change breaks")
	}
	// Before any other, so that the record is as it was made: a null.
	nulls := ofFamily(inputs, breaksNull)
	others := slices.DeleteFunc(inputs, func(in input) bool { return in.family == breaksNull })
	inputs = slices.Concat(nulls, others)
	var lax error
	for _, in := range inputs {
		switch err := e.refuseUpdate(ctx, r, in); {
		case isWarning(err):
			lax = err
		case err != nil:
			return err
		}
	}
	if lax != nil {
		return lax
	}
	return e.expectUnchanged(ctx, r)
}

// refuseUpdate changes a record with an input that must be refused. Many servers
// see nothing in a null (Go and Java have no other word for a member that was not
// sent) or in a body of a type that they do not read, and change nothing.
func (e *env) refuseUpdate(ctx context.Context, r *record, in input) error {
	a, err := e.answerTo(ctx, in)
	if err != nil {
		return err
	}
	found := e.judgeRefusal(in, a)
	if found == nil || !a.ok() || in.family != breaksNull && in.family != breaksMedia {
		return found
	}
	if err := e.expectUnchanged(ctx, r); err != nil {
		if isFailure(err) {
			return found
		}
		return err
	}
	return warnf(a, "%s changes nothing, and is not refused", in.what)
}

// expectUnchanged reads a record, whose members must be as they were sent.
func (e *env) expectUnchanged(ctx context.Context, r *record) error {
	value, a, err := e.read(ctx, r)
	if err != nil {
		return err
	}
	for _, f := range e.writable() {
		if !equal(r.value[f.Name], value[f.Name]) {
			return mismatch(a, f.Name+": a change that was refused was made", show(r.value[f.Name]), show(value[f.Name]))
		}
	}
	return nil
}
