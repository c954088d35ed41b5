package conformance

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"unicode/utf16"

	"understudy/internal/contract"
	"understudy/internal/resource"
)

// limit is a valid value at a limit of a member, and one beside it that shows
// whether a refusal is about the limit: a server that refuses both has another
// reason, which is not told here.
type limit struct {
	member        string
	what          string
	value, beside any // beside is nil when the value must be accepted
	units         any // a value that is at the limit when UTF-16 is counted; nil when there is none
}

func checkBoundaries(ctx context.Context, e *env) error {
	op := e.op(resource.Create)
	model, err := e.body(op)
	if err != nil {
		return err
	}
	var found []limit
	for _, member := range contract.Members(e.bodySchema(op).Node()) {
		if !contract.Keyword(member.Node, "readOnly").Bool() {
			found = append(found, e.boundaryValues(member)...)
		}
	}
	found = slices.DeleteFunc(found, func(l limit) bool { return len(e.bodySchema(op).Check(withMember(model, l.member, l.value))) > 0 })
	if len(found) == 0 {
		return notApplicable("the document sets no limit to a member")
	}
	var lax error
	for _, l := range found {
		err := e.tryLimit(ctx, model, l)
		if err != nil && !isWarning(err) {
			return err
		}
		lax = cmp.Or(lax, err)
	}
	return lax
}

// tryLimit creates a record with a value at a limit. Each is deleted again, so
// that they fit a quota.
func (e *env) tryLimit(ctx context.Context, model map[string]any, l limit) error {
	a, refused, err := e.attemptValue(ctx, model, l.member, l.value)
	switch {
	case err != nil:
		return err
	case !refused:
		return nil
	case l.units != nil && e.countsUnits(ctx, model, l):
		return warnf(a, "%s %s is refused: its length is counted in UTF-16, not in characters", l.member, l.what)
	case l.beside != nil:
		also, alsoRefused, err := e.attemptValue(ctx, model, l.member, l.beside)
		if err != nil {
			return err
		}
		if alsoRefused {
			return warnf(also, "%s as %s is refused, and the document allows it", l.member, show(l.beside))
		}
	}
	return mismatch(a, l.member+" "+l.what+" is refused", fmt.Sprintf("status %d", successOf(e.op(resource.Create))), fmt.Sprintf("status %d", a.status))
}

// countsUnits reports whether a target takes a text that is at the limit when the units
// of UTF-16 are counted, as languages do that keep texts so.
func (e *env) countsUnits(ctx context.Context, model map[string]any, l limit) bool {
	_, refused, err := e.attemptValue(ctx, model, l.member, l.units)
	return err == nil && !refused
}

// attemptValue creates a record with a value for a member, compares what comes
// back, and deletes it. refused tells that the target does not take it.
func (e *env) attemptValue(ctx context.Context, model map[string]any, member string, value any) (a *answer, refused bool, err error) {
	body := withMember(model, member, value)
	a, err = e.post(ctx, body)
	switch {
	case err != nil:
		return a, false, err
	case e.shrinks(a):
		return a, false, e.noRoom()
	case isRefusal(a):
		return a, true, nil
	case !a.ok():
		return a, false, mismatch(a, "a valid "+member+" fails", fmt.Sprintf("status %d", successOf(e.op(resource.Create))), fmt.Sprintf("status %d", a.status))
	}
	if err := e.showsSent(ctx, a, body); err != nil {
		return a, false, err
	}
	return a, false, e.makeRoom(ctx, e.itemPath(e.madeID(a)))
}

// makeRoom deletes a record of the run where that is possible, as the next one may
// need its place.
func (e *env) makeRoom(ctx context.Context, path string) error {
	if e.op(resource.Remove) == nil {
		return nil
	}
	return e.discard(ctx, &record{path: path})
}

// beyondBMP is a letter that takes four bytes in UTF-8 and two units in UTF-16.
const beyondBMP = "𝒳"

// boundaryValues are the values at the limits of a member.
func (e *env) boundaryValues(member contract.Member) []limit {
	var found []limit
	if shortest, ok := wholeKeyword(member.Node, "minLength"); ok && shortest > 0 && shortest < maxText {
		found = append(found, limit{member: member.Name, what: fmt.Sprintf("with %d characters", shortest), value: strings.Repeat("a", shortest), beside: strings.Repeat("a", shortest+1)})
	}
	if longest, ok := wholeKeyword(member.Node, "maxLength"); ok && longest < maxText {
		if text, ok := e.samples.stretched(member, longest, "a"); ok {
			found = append(found, limit{member: member.Name, what: fmt.Sprintf("with %d characters", longest), value: text})
		}
		short, _ := e.samples.around(member, beyondBMP)
		if text, ok := e.samples.stretched(member, longest, beyondBMP); ok {
			l := limit{member: member.Name, what: fmt.Sprintf("with %d characters beyond ASCII", longest), value: text, beside: short}
			if units, ok := e.samples.halfBeyondASCII(member, longest); ok {
				l.units = units
			}
			found = append(found, l)
		}
	}
	if most, ok := wholeKeyword(member.Node, "maxItems"); ok && most < maxEntries {
		found = append(found, limit{member: member.Name, what: fmt.Sprintf("with %d entries", most), value: e.entries(member, nil, most)})
	}
	if contract.Nullable(member.Node) {
		found = append(found, limit{member: member.Name, what: "as null"})
	}
	for _, keyword := range []string{"minimum", "maximum"} {
		if number := contract.Keyword(member.Node, keyword); number.Exists() {
			found = append(found, limit{member: member.Name, what: "as " + number.Text(), value: json.Number(number.Text())})
		}
	}
	for i, value := range contract.Keyword(member.Node, "enum").Items() {
		if i < maxListed {
			found = append(found, limit{member: member.Name, what: "as " + show(value.Value()), value: value.Value()})
		}
	}
	return found
}

// maxListed bounds how many values of an enum are tried.
const maxListed = 5

// halfBeyondASCII is a text for a member that takes so many units of UTF-16, among
// them letters that take two.
func (s *samples) halfBeyondASCII(member contract.Member, units int) (text string, ok bool) {
	inside := strings.Repeat(beyondBMP, min(units/4, maxLabel))
	sample, ok := s.around(member, inside)
	if !ok {
		return "", false
	}
	missing := units - len(utf16.Encode([]rune(sample)))
	if missing < 0 {
		return "", false
	}
	return strings.Replace(sample, inside, inside+strings.Repeat("a", missing), 1), true
}
