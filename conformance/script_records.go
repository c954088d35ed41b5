package conformance

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"understudy/internal/contract"
	"understudy/internal/resource"
)

// make asks for a record, and reads it where that is possible; nil when it does not
// come to be.
func (p *player) make(ctx context.Context, step Step, body map[string]any) (*record, error) {
	a, err := p.send(ctx, step, jsonRequest(p.op(resource.Create).Method, p.collectionPath(), writer, body))
	if err != nil || !a.ok() {
		return nil, err
	}
	id := p.madeID(a)
	if id == "" {
		return nil, nil
	}
	r := &record{id: id, path: p.itemPath(id), sent: body, value: a.object(), created: a}
	if p.op(resource.Retrieve) == nil {
		return r, nil
	}
	read, err := p.send(ctx, Step{Name: step.Name + ", read"}, request{method: http.MethodGet, path: r.path, as: writer})
	if err == nil && r.value == nil && read.ok() {
		r.value = read.object()
	}
	return r, err
}

// least is the part of a body that must be sent.
func (p *player) least(op *contract.Operation, body map[string]any) map[string]any {
	schema := p.bodySchema(op)
	least := maps.Clone(body)
	for _, member := range contract.Members(schema.Node()) {
		if rest := without(least, member.Name); !member.Required && len(schema.Check(rest)) == 0 {
			least = rest
		}
	}
	return least
}

// without is an object without a member.
func without(object map[string]any, name string) map[string]any {
	rest := maps.Clone(object)
	delete(rest, name)
	return rest
}

// playLife follows a record from its beginning to its end.
func playLife(ctx context.Context, p *player) error {
	op := p.op(resource.Create)
	body, err := p.body(op)
	if err != nil {
		return err
	}
	r, err := p.make(ctx, Step{Name: "a record of what must be sent"}, p.least(op, body))
	if err != nil || r == nil {
		return err
	}
	for _, part := range []func(context.Context, *record) error{p.playChanges, p.playActions, p.playTrespass, p.playAfter, p.playEnd} {
		if err := part(ctx, r); err != nil && !isObstacle(err) {
			return err
		}
	}
	return nil
}

// playTrespass goes at a record with keys that may not.
func (p *player) playTrespass(ctx context.Context, r *record) error {
	for _, role := range []resource.Role{resource.Retrieve, resource.Update, resource.Replace, resource.Remove} {
		op := p.collection.Operations[role]
		if op == nil {
			continue
		}
		q, err := p.requestFor(op, r.id)
		if err != nil {
			continue
		}
		if err := p.each(ctx, "a record", q, slices.Concat(keyless(), powerless(role != resource.Retrieve))); err != nil {
			return err
		}
	}
	for _, t := range firstOf(p.itemTrials(r)) {
		if _, err := p.send(ctx, Step{Name: "a method that a record does not have", Cause: "method_not_allowed"}, t.request); err != nil {
			return err
		}
	}
	return nil
}

// playAfter reads a record after all that was refused.
func (p *player) playAfter(ctx context.Context, r *record) error {
	if p.op(resource.Retrieve) == nil {
		return nil
	}
	_, err := p.send(ctx, Step{Name: "a record after all that was refused"}, p.reading(r.path))
	return err
}

// playActions does to a record what else can be done to it.
func (p *player) playActions(ctx context.Context, r *record) error {
	for _, action := range p.tame() {
		q, err := p.act(action, r.id)
		if err != nil {
			continue
		}
		if _, err := p.send(ctx, Step{Name: action.Name + " of a record"}, q); err != nil {
			return err
		}
	}
	return nil
}

// playEnd deletes a record, and asks for it afterwards.
func (p *player) playEnd(ctx context.Context, r *record) error {
	if p.op(resource.Remove) == nil {
		return nil
	}
	q := request{method: http.MethodDelete, path: r.path, as: writer}
	if err := p.end(ctx, Step{Name: "a record"}, q); err != nil {
		return err
	}
	if p.op(resource.Retrieve) != nil {
		if _, err := p.send(ctx, Step{Name: "a record that was deleted", Cause: "not_found"}, request{method: http.MethodGet, path: r.path, as: writer}); err != nil {
			return err
		}
	}
	return p.end(ctx, Step{Name: "a record that was deleted", Cause: "not_found"}, q)
}

// end deletes a record of the run.
func (p *player) end(ctx context.Context, step Step, q request) error {
	if !p.ledger.owns(q.path) {
		return fmt.Errorf("%s is not a record of this run", q.path)
	}
	a, err := p.send(ctx, step, q)
	if err != nil || !a.ok() {
		return err
	}
	return p.ledger.remove(q.path) // what survives is found at the end of the run
}

// playWhole makes a record of all that can be sent, and another like it.
func playWhole(ctx context.Context, p *player) error {
	body, err := p.body(p.op(resource.Create))
	if err != nil {
		return err
	}
	r, err := p.make(ctx, Step{Name: "a record of all that can be sent"}, body)
	if err != nil || r == nil {
		return err
	}
	_, err = p.send(ctx, Step{Name: "a record like another"}, jsonRequest(http.MethodPost, p.collectionPath(), writer, body))
	return err
}

// playForm makes a record by a form, where one is taken.
func playForm(ctx context.Context, p *player) error {
	op := p.op(resource.Create)
	binding, _ := p.model.Bind(op)
	if op.Body == nil || binding.Sent != "" || !slices.ContainsFunc(op.Body.Content, func(m *contract.Media) bool { return m.Type == urlEncoded }) {
		return nil
	}
	body, err := p.body(op)
	if err != nil {
		return err
	}
	form, mediaType := (&call{op: op, media: urlEncoded, body: p.least(op, body)}).payload()
	_, err = p.send(ctx, Step{Name: "a record as a form", Tried: urlEncoded}, request{
		method: op.Method, path: p.collectionPath(), as: writer, body: form, header: http.Header{"Content-Type": {mediaType}},
	})
	return err
}

// playTexts makes records with texts that are short, long and unusual.
func playTexts(ctx context.Context, p *player) error {
	op := p.op(resource.Create)
	body, err := p.body(op)
	if err != nil {
		return err
	}
	for _, member := range contract.Members(p.bodySchema(op).Node()) {
		texts := p.texts(member)
		for _, text := range texts {
			changed := withMember(body, member.Name, text.value)
			if len(p.bodySchema(op).Check(changed)) > 0 {
				continue
			}
			if _, err := p.send(ctx, Step{Name: "a record with " + member.Name + " " + text.what}, jsonRequest(op.Method, p.collectionPath(), writer, changed)); err != nil {
				return err
			}
			p.sweep(ctx)
		}
		if len(texts) > 0 {
			return nil // one member is enough
		}
	}
	return nil
}

// unusual is what stands in a text that servers are apt to change.
const unusual = `Äß <b>&amp; "%2B+  é'\🎉`

// texts are values of a member that may have any text.
func (p *player) texts(member contract.Member) []candidate {
	var found []candidate
	if text, ok := p.samples.around(member, unusual); ok {
		found = append(found, candidate{what: "of unusual characters", value: text})
	}
	if longest, ok := wholeKeyword(member.Node, "maxLength"); ok && longest < maxText {
		if text, ok := p.samples.stretched(member, longest, "A"); ok {
			found = append(found, candidate{what: fmt.Sprintf("of %d characters", longest), value: text})
		}
	}
	if shortest, ok := wholeKeyword(member.Node, "minLength"); ok && shortest > 0 && shortest < maxText {
		found = append(found, candidate{what: fmt.Sprintf("of %d characters", shortest), value: strings.Repeat("a", shortest)})
	}
	return found
}

// playIntruders sends a member that only the server sets, and one that nobody knows.
func playIntruders(ctx context.Context, p *player) error {
	op := p.op(resource.Create)
	body, err := p.body(op)
	if err != nil {
		return err
	}
	for _, s := range p.withIntruders(op, p.least(op, body)) {
		if _, err := p.send(ctx, s.step, jsonRequest(op.Method, p.collectionPath(), writer, s.body)); err != nil {
			return err
		}
		p.sweep(ctx)
	}
	return nil
}

// maxIntruders is how many of the members that the server sets are sent, each by itself.
const maxIntruders = 6

// intrusion is a body with a member that does not belong there.
type intrusion struct {
	step Step
	body map[string]any
}

// withIntruders are bodies with a member that only the server sets, and one that the
// document does not know.
func (p *player) withIntruders(op *contract.Operation, body map[string]any) []intrusion {
	var found []intrusion
	for _, f := range p.serverSet() {
		if _, sent := body[f.Name]; sent || f.Source == resource.FromID || f.Source == resource.FromParent || p.collection.Writable(f) {
			continue
		}
		value, err := p.samples.generator.Value(f.Schema.Compiled(), "intruder")
		if err != nil || value == nil {
			continue
		}
		found = append(found, intrusion{Step{Name: "with the read-only member " + f.Name, Tried: f.Name}, withMember(body, f.Name, value)})
		if len(found) == maxIntruders {
			break
		}
	}
	if schema := p.bodySchema(op); len(schema.Check(withMember(body, unknownMember, "text"))) == 0 {
		found = append(found, intrusion{Step{Name: "with a member that is not known", Tried: unknownMember}, withMember(body, unknownMember, "text")})
	}
	return found
}

// playCreateInputs sends what must be refused, the first of it twice: what the second
// answer tells otherwise is made anew each time.
func playCreateInputs(ctx context.Context, p *player) error {
	for i, in := range p.distinct(p.createInputs(), p.op(resource.Create)) {
		steps := []Step{in.step()}
		if i == 0 {
			again := in.step()
			again.Name += " once more"
			steps = append(steps, again)
		}
		for _, step := range steps {
			if _, err := p.send(ctx, step, in.request); err != nil {
				return err
			}
			p.sweep(ctx)
		}
	}
	return nil
}

// step is the step that sends an input.
func (in input) step() Step {
	cause := map[family]string{breaksSyntax: "malformed_body", breaksEnd: "malformed_body", breaksMedia: "unsupported_media_type"}[in.family]
	if cause == "" {
		cause = "invalid"
	}
	return Step{Name: "with " + in.what, Cause: cause, Tried: in.member}
}

// distinct are the first of the inputs for each keyword that they break.
func (p *player) distinct(inputs []input, op *contract.Operation) []input {
	seen := map[string]bool{}
	return slices.DeleteFunc(inputs, func(in input) bool {
		keyword := string(in.family)
		if schema := p.bodySchema(op); in.member != "" && schema != nil {
			if found := schema.Check(bodyOf(in.request)); len(found) > 0 {
				keyword += " " + found[0].Keyword
			}
		}
		if in.family == breaksSyntax || in.family == breaksType || in.family == breaksObject {
			keyword += strings.TrimPrefix(in.what, in.member) // each is mistaken for something else
		}
		known := seen[keyword]
		seen[keyword] = true
		return known
	})
}

// playChanges changes a record in each way that the document offers.
func (p *player) playChanges(ctx context.Context, r *record) error {
	for _, role := range []resource.Role{resource.Update, resource.Replace} {
		if p.collection.Operations[role] == nil {
			continue
		}
		p.replaces = role == resource.Replace
		err := p.playChange(ctx, r)
		p.replaces = false
		if err != nil && !isObstacle(err) {
			return err
		}
	}
	return nil
}

// playChange changes a record in one way, rightly and wrongly.
func (p *player) playChange(ctx context.Context, r *record) error {
	op := p.op(resource.Update)
	sent, err := p.otherValue(r)
	if err != nil {
		return err
	}
	body := p.changing(r, sent)
	member := strings.Join(slices.Sorted(maps.Keys(sent)), ", ")
	if _, err := p.send(ctx, Step{Name: "another " + member}, jsonRequest(op.Method, r.path, writer, body)); err != nil {
		return err
	}
	if p.op(resource.Retrieve) != nil {
		if _, err := p.send(ctx, Step{Name: "a record after " + op.Method}, request{method: http.MethodGet, path: r.path, as: writer}); err != nil {
			return err
		}
	}
	if p.style() != resource.JSONPatch && len(p.bodySchema(op).Check(map[string]any{})) == 0 {
		if _, err := p.send(ctx, Step{Name: "nothing"}, jsonRequest(op.Method, r.path, writer, map[string]any{})); err != nil {
			return err
		}
	}
	for _, s := range p.withIntruders(op, body) {
		if _, err := p.send(ctx, s.step, jsonRequest(op.Method, r.path, writer, s.body)); err != nil {
			return err
		}
	}
	for _, in := range p.distinct(p.updateInputs(r.path), op) {
		if _, err := p.send(ctx, in.step(), in.request); err != nil {
			return err
		}
	}
	return nil
}
