package conformance

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"understudy/internal/contract"
	"understudy/internal/resource"
)

func checkOperationNoKey(ctx context.Context, e *env) error {
	a, err := e.turnedAway(ctx, "a request without a key", func(r *request) { r.as = nobody })
	if err != nil || a.status != http.StatusUnauthorized {
		return err
	}
	return judgeChallenge(a, e.operation)
}

func checkOperationGarbageKey(ctx context.Context, e *env) error {
	garbage := forgeries()[0]
	return e.forgedEachWay(garbage, e.operation, func(forged request) error {
		_, err := e.turnedAway(ctx, "a request with "+garbage.name+" for "+schemesOf(forged.with), func(r *request) {
			r.forged, r.with = garbage, forged.with
		})
		return err
	})
}

func checkOperationPartOfKeys(ctx context.Context, e *env) error {
	asked := e.combination(e.operation)
	if !e.client.has(writer, asked) {
		return notApplicable("there is no key for every scheme: give --scheme-token")
	}
	_, err := e.turnedAway(ctx, "a request with only the credential for "+asked[0].Scheme.Name, func(r *request) { r.with = asked[:1] })
	return err
}

// asksForOneKey says so of an operation.
func (s *suite) asksForOneKey(op *contract.Operation) string {
	if s.combination(op) == nil {
		return "one credential is enough"
	}
	return ""
}

// combination is the first alternative of an operation that asks for several
// credentials, none of which is enough; nil when there is none.
func (s *suite) combination(op *contract.Operation) contract.Requirement {
	for _, requirement := range op.Security {
		asked := slices.DeleteFunc(slices.Clone(requirement), func(r contract.RequiredScheme) bool { return !travels(r) })
		if len(asked) > 1 && !slices.ContainsFunc(op.Security, func(r contract.Requirement) bool { return sentWith(r, asked[:1]) }) {
			return asked
		}
	}
	return nil
}

// turnedAway sees that somebody is refused with 401, as the document declares it. One
// who asks for what is not there may be told just that.
func (e *env) turnedAway(ctx context.Context, what string, change func(*request)) (*answer, error) {
	c, err := e.called(true)
	if err != nil {
		return nil, err
	}
	r := c.request(writer)
	change(&r)
	a, err := e.answered(ctx, what, r)
	if err != nil {
		return nil, err
	}
	if isMissing(a) && hasPathParams(c.op) {
		return nil, notApplicable("nothing is found at a made-up path: status %d", a.status)
	}
	if err := wantStatus(a, what, turningAway(c.op)...); err != nil {
		return nil, err
	}
	return a, e.asDeclared(a)
}

// asDeclared judges a refusal, where the document declares one.
func (e *env) asDeclared(a *answer) error {
	if e.operation.Response(a.status) == nil {
		return nil
	}
	if found := undeclaredIn(e.operation, a); found != "" {
		return failf(a, "the answer with %d is not as declared: %s", a.status, found)
	}
	return nil
}

// asksForNoScope says so of an operation, also where who lacks scopes may enter
// another way with the same credential.
func (s *suite) asksForNoScope(op *contract.Operation) string {
	requirement := s.client.alternative(op, unscoped)
	if !isScoped(requirement) || slices.ContainsFunc(op.Security, func(r contract.Requirement) bool { return !isScoped(r) && sentWith(r, requirement) }) {
		return "the operation asks for no scope"
	}
	return ""
}

// lacking is the key that lacks the scopes of an operation; nobody when none such is
// given.
func (s *suite) lacking(op *contract.Operation) who {
	requirement := s.client.alternative(op, unscoped)
	switch {
	case s.client.has(unscoped, requirement):
		return unscoped
	case s.client.has(reader, requirement) && s.beyondReading(requirement):
		return reader
	}
	return nobody
}

func checkOperationScope(ctx context.Context, e *env) error {
	as := e.lacking(e.operation)
	c, err := e.called(true)
	if err != nil {
		return err
	}
	what := map[who]string{unscoped: "a request with the unscoped key", reader: "a request with the read-only key"}[as]
	a, err := e.answered(ctx, what, c.request(as))
	if err != nil {
		return err
	}
	if isMissing(a) && hasPathParams(c.op) {
		return notApplicable("nothing is found at a made-up path: status %d", a.status)
	}
	if err := wantStatus(a, what, http.StatusForbidden); err != nil {
		return err
	}
	return e.asDeclared(a)
}

// sentWith reports whether a requirement takes nothing but what another sends.
func sentWith(r, other contract.Requirement) bool {
	return !slices.ContainsFunc(r, func(asked contract.RequiredScheme) bool {
		return !slices.ContainsFunc(other, func(sent contract.RequiredScheme) bool { return carrier(asked.Scheme) == carrier(sent.Scheme) })
	})
}

// carrier is where the credential of a scheme travels.
func carrier(scheme *contract.SecurityScheme) string {
	if word(scheme) != "" {
		return "header authorization"
	}
	return scheme.In + " " + strings.ToLower(scheme.Parameter)
}

// beyondReading reports whether a requirement asks for a scope that no operation
// which reads asks for: the read-only key cannot have it.
func (s *suite) beyondReading(requirement contract.Requirement) bool {
	var reading []string
	for _, op := range s.contract.Operations {
		if op.Method == http.MethodGet {
			for _, other := range op.Security {
				reading = append(reading, resource.Scopes(&contract.Operation{Security: []contract.Requirement{other}})...)
			}
		}
	}
	return slices.ContainsFunc(requirement, func(required contract.RequiredScheme) bool {
		return slices.ContainsFunc(required.Scopes, func(scope string) bool { return !slices.Contains(reading, scope) })
	})
}
