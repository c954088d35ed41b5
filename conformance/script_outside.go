package conformance

import (
	"context"
	"net/http"
	"strings"

	"understudy/internal/contract"
)

// playOutside asks the operations that belong to no collection and only read.
func (s *suite) playOutside(ctx context.Context, t *Transcript) error {
	for _, op := range s.outside() {
		if op.Method != http.MethodGet || len(s.unknownParams(op)) > 0 || strings.ContainsAny(op.Path, "#?") || streams(op) {
			continue
		}
		p := &player{env: s.newEnv(nil, &Check{}), transcript: t}
		p.operation = op
		if err := p.playOperation(ctx, op); err != nil {
			return err
		}
	}
	return nil
}

// playOperation asks an operation for its answer, with a key and without.
func (p *player) playOperation(ctx context.Context, op *contract.Operation) error {
	p.samples.next.Store(0)
	made, err := p.newCall(op, false)
	if err != nil {
		return nil //nolint:nilerr // no valid request can be made
	}
	if !guarded(op) || p.client.has(writer, p.client.alternative(op, writer)) {
		if _, err := p.ask(ctx, op, Step{Name: "a valid request"}, made.request(writer)); err != nil {
			return err
		}
	}
	if guarded(op) {
		_, err = p.ask(ctx, op, Step{Name: "a request without a key", Cause: "unauthenticated"}, made.request(nobody))
	}
	return err
}

// ask sends the request of a step outside of collections.
func (p *player) ask(ctx context.Context, op *contract.Operation, step Step, r request) (*answer, error) {
	a, err := p.exchange(ctx, r)
	if a == nil || a.exchange == nil {
		return a, err
	}
	step.Operation = op
	step.Name += " to " + op.Path
	p.keep(&step, r, a)
	return a, err
}
