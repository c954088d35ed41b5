package conformance

import (
	"context"

	"understudy/conformance/report"
	"understudy/internal/contract"
	"understudy/internal/resource"
)

// textChecks are about texts that a server may spoil on their way into the store
// and out again. A server may refuse such a text; what it takes, it gives back.
func textChecks() []Check {
	return []Check{
		{
			ID: "crud/text-longest", Level: report.Must, At: bodyAt(resource.Create), Needs: needs(resource.Create, resource.Retrieve), Requires: readable, Follows: sound,
			Requirement: "A text of the greatest length that the document allows comes back as it was sent.",
			Sends:       "POST with texts of the greatest length, then GET.", Failure: "domain: the value that was sent is not the one that came back",
			Costs: Costs{Requests: 4, Records: 1},
			run:   checkLongestText,
		},
		{
			ID: "crud/text-characters", Level: report.Must, At: bodyAt(resource.Create), Needs: needs(resource.Create, resource.Retrieve), Requires: readable, Follows: and(sound, "crud/text-longest"),
			Requirement: "A text that is accepted comes back as it was sent: capitals, zeros, letters beyond ASCII and beyond the basic plane, markup, quotes, percent and plus signs, backslashes, spaces inside.",
			Sends:       "POST with a text that has all of these inside, then GET; one POST for each when the target refuses that.", Failure: "domain: the value that was sent is not the one that came back",
			Costs: Costs{Requests: 6, Records: 2},
			run:   checkTextCharacters,
		},
	}
}

// makeText makes a text for a member; ok is false when there is none.
type makeText func(e *env, member contract.Member) (text string, ok bool)

func checkLongestText(ctx context.Context, e *env) error {
	_, err := e.keepsText(ctx, func(e *env, member contract.Member) (string, bool) {
		longest, ok := wholeKeyword(member.Node, "maxLength")
		if !ok || longest >= maxText {
			return "", false
		}
		return e.samples.stretched(member, longest, "a")
	})
	return err
}

// oddTexts are what stands inside of texts: first everything at once, then one
// thing after the other for targets that refuse some of it.
func oddTexts() []string {
	return []string{
		`aB007äß漢𝒳🦔<&"'>%41+\n  b`,
		"MixedCase007", "äß漢字", "𝒳🦔", `<b>&"'</b>`, "%41+%2B+b", `a\b\n\\c`, "a  b   c",
	}
}

func checkTextCharacters(ctx context.Context, e *env) error {
	// A change comes first: should the answer be such that nobody can read it, the
	// record is known all the same.
	if _, err := e.sampleChange(ctx, textSample, e.beyondASCII); err != nil && !isObstacle(err) {
		return err
	}
	var refused error
	for i, inside := range oddTexts() {
		accepted, err := e.keepsText(ctx, func(e *env, member contract.Member) (string, bool) { return e.samples.around(member, inside) })
		switch {
		case isNotApplicable(err):
			refused = err
		case err != nil || i == 0 && accepted:
			return err
		case accepted:
			refused = nil
		}
	}
	return refused
}

// keepsText creates one record in which every member that can have a text has it,
// reads it and deletes it. accepted is false when the target or the document does
// not take the text, which the error tells then.
func (e *env) keepsText(ctx context.Context, text makeText) (accepted bool, err error) {
	body, err := e.bodyWith(text)
	if err != nil {
		return false, err
	}
	a, err := e.post(ctx, body)
	switch {
	case err != nil:
		return false, err
	case e.shrinks(a):
		return false, e.noRoom()
	case isRefusal(a):
		return false, notApplicable("the target refuses such a text")
	case !a.ok():
		return false, wantStatus(a, "a text that the document allows fails", successOf(e.op(resource.Create)))
	}
	if err := e.showsSent(ctx, a, body); err != nil {
		return true, err
	}
	id := e.madeID(a)
	r := &record{id: id, path: e.itemPath(id), sent: body, value: a.object(), created: a}
	value, read, err := e.read(ctx, r)
	if err != nil {
		return true, err
	}
	if err := e.sameAsSent(read, body, value); err != nil {
		return true, err
	}
	return true, e.makeRoom(ctx, r.path)
}

// bodyWith is a valid body for a create in which every member that can have a
// text has it.
func (e *env) bodyWith(text makeText) (map[string]any, error) {
	schema := e.bodySchema(e.op(resource.Create))
	body, err := e.body(e.op(resource.Create))
	if err != nil {
		return nil, err
	}
	found := false
	for _, member := range contract.Members(schema.Node()) {
		value, ok := text(e, member)
		if !ok || contract.Keyword(member.Node, "readOnly").Bool() {
			continue
		}
		if changed := withMember(body, member.Name, value); len(schema.Check(changed)) == 0 {
			body, found = changed, true
		}
	}
	if !found {
		return nil, notApplicable("the document allows no such text")
	}
	return body, nil
}
