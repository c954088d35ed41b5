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

func authChecks() []Check {
	return slices.Concat(keylessChecks(), forgeryChecks(), headerChecks(), scopeChecks())
}

// answered finds the place where the document declares an answer of a role's
// operation; where it declares none, the operation.
func answered(role resource.Role, status int) func(*resource.Collection) contract.Node {
	return func(c *resource.Collection) contract.Node {
		op := c.Operations[role]
		if op == nil {
			return contract.Node{}
		}
		if declared := op.Response(status); declared != nil {
			return declared.Node
		}
		return op.Node
	}
}

// guardedList is the need of checks that ask for a list in a wrong way.
func guardedList() Needs {
	return Needs{Roles: []resource.Role{resource.List}, Secured: true}
}

// guardedRecord is the need of checks that try every operation in a wrong way.
func guardedRecord(keys ...who) Needs {
	n := needs(resource.Create, resource.Retrieve)
	n.Secured, n.Keys = true, keys
	return n
}

func keylessChecks() []Check {
	return []Check{
		{
			ID: "auth/no-key", Level: report.Must, At: answered(resource.List, http.StatusUnauthorized), Needs: guardedList(), Requires: []string{"crud/list"},
			Requirement: "A list is refused with 401 to a request without a key; or with 403, where the document does not declare 401.",
			Sends:       "GET of the collection without a key.", Failure: "GET without a key: status 200",
			run: checkNoKey,
		},
		{
			ID: "auth/no-key-head", Level: report.Must, Source: "RFC 9110, section 9.3.2", Needs: guardedList(), Requires: []string{"crud/list"}, Follows: []string{"auth/no-key"},
			Requirement: "HEAD is refused without a key, as GET is.",
			Sends:       "HEAD of the collection without a key.", Failure: "HEAD without a key: status 200",
			run: checkNoKeyHead,
		},
		{
			ID: "auth/no-key-on-records", Level: report.Must, At: answered(resource.Create, http.StatusUnauthorized), Needs: guardedRecord(), Requires: readable, Follows: and(sound, "auth/no-key"),
			Requirement: "Without a key every operation is refused with 401, and changes nothing.",
			Sends:       "POST with a key; GET, PATCH, PUT, DELETE and POST without; GET and a list to see that nothing changed.", Failure: "DELETE without a key: status 204",
			Costs: Costs{Requests: 7, Records: 1},
			run:   checkNoKeyOnRecords,
		},
		{
			ID: "auth/challenge", Level: report.Must, Source: "RFC 9110, section 11.6.1", Needs: guardedList(), Requires: []string{"crud/list"}, Follows: []string{"auth/no-key"},
			Requirement: "An answer with 401 says in WWW-Authenticate how to authenticate. Its absence is a warning where the document does not declare it.",
			Sends:       "GET of the collection without a key.", Failure: "401 without WWW-Authenticate",
			run: checkChallenge,
		},
		{
			ID: "auth/error-body", Level: report.Must, At: answered(resource.List, http.StatusUnauthorized), Needs: guardedList(), Requires: []string{"crud/list"}, Follows: []string{"auth/no-key", "schema/error-not-found"},
			Requirement: "An answer with 401 is as the document declares it.",
			Sends:       "GET of the collection without a key.", Failure: "the answer with 401 is not as declared: body: the member type is missing",
			run: checkUnauthenticatedBody,
		},
	}
}

// guarded reports whether an operation asks every caller for a credential.
func guarded(op *contract.Operation) bool {
	return op != nil && len(op.Security) > 0 && !slices.ContainsFunc(op.Security, func(r contract.Requirement) bool { return len(r) == 0 })
}

// askForList asks for the collection as somebody.
func (e *env) askForList(ctx context.Context, r request) (*answer, error) {
	if !guarded(e.op(resource.List)) {
		return nil, notApplicable("the list asks for no credential")
	}
	if r.method == "" {
		r.method = http.MethodGet
	}
	r.path = e.collectionPath()
	return e.do(ctx, r)
}

// listWithoutKey is the answer to who asks for the collection without a key.
func (e *env) listWithoutKey(ctx context.Context) (*answer, error) {
	made, err := e.share(ctx, keylessSample, func(ctx context.Context) (*sample, error) {
		a, err := e.askForList(ctx, request{as: nobody})
		return &sample{answer: a}, err
	})
	if err != nil {
		return nil, err
	}
	return made.answer, nil
}

func checkNoKey(ctx context.Context, e *env) error {
	a, err := e.listWithoutKey(ctx)
	if err != nil {
		return err
	}
	return wantStatus(a, "GET of the collection without a key", turningAway(e.op(resource.List))...)
}

func checkNoKeyHead(ctx context.Context, e *env) error {
	a, err := e.askForList(ctx, request{method: http.MethodHead, as: nobody})
	if err != nil {
		return err
	}
	return wantStatus(a, "HEAD of the collection without a key", append(turningAway(e.op(resource.List)), http.StatusMethodNotAllowed)...)
}

func checkNoKeyOnRecords(ctx context.Context, e *env) error {
	r, err := e.sample(ctx)
	if err != nil {
		return err
	}
	return e.trespass(ctx, r, trespass{who: "without a key", roles: onRecords()})
}

func checkChallenge(ctx context.Context, e *env) error {
	a, err := e.listWithoutKey(ctx)
	if err != nil {
		return err
	}
	if a.status != http.StatusUnauthorized {
		return notApplicable("who has no key is refused with %d", a.status)
	}
	return judgeChallenge(a, e.op(resource.List))
}

// turningAway lists the statuses that refuse who has no key: 401, and where the document
// does not declare that, also 403, as frameworks answer that have no challenge to send.
func turningAway(op *contract.Operation) []int {
	if op.Declares(http.StatusUnauthorized) {
		return []int{http.StatusUnauthorized}
	}
	return []int{http.StatusUnauthorized, http.StatusForbidden}
}

func checkUnauthenticatedBody(ctx context.Context, e *env) error {
	if e.op(resource.List).Response(http.StatusUnauthorized) == nil {
		return notApplicable("the document declares no answer with 401")
	}
	a, err := e.listWithoutKey(ctx)
	if err != nil {
		return err
	}
	return conforms(e.op(resource.List), a)
}

func headerChecks() []Check {
	return []Check{
		{
			ID: "auth/malformed-header", Level: report.Must, Source: "RFC 9110, section 15.5", Needs: guardedList(), Requires: []string{"crud/list"}, Follows: []string{"auth/no-key", "auth/garbage-key"},
			Requirement: "An Authorization header that holds no key is refused as the mistake of the caller that it is.",
			Sends:       `GET of the collection with "Authorization: Bearer", with an empty one and with a very long one.`, Failure: `"Authorization: Bearer" fails with status 500`,
			Costs: Costs{Requests: 3},
			run:   checkMalformedHeader,
		},
	}
}

// longHeader is longer than any key, and shorter than servers let a header be.
const longHeader = 6000

func checkMalformedHeader(ctx context.Context, e *env) error {
	words := authenticationWords(e.op(resource.List))
	if len(words) == 0 {
		return notApplicable("keys are not sent in the Authorization header")
	}
	for _, value := range []string{words[0], "", words[0] + " " + strings.Repeat("x", longHeader)} {
		a, err := e.askForList(ctx, request{as: nobody, header: http.Header{"Authorization": {value}}})
		if err != nil {
			return err
		}
		if a.status < 400 || a.status >= 500 {
			return mismatch(a, fmt.Sprintf("a list with the header %q", "Authorization: "+clipText(value, 20)), "status 401", fmt.Sprintf("status %d", a.status))
		}
	}
	return nil
}

// clipText is the beginning of a text.
func clipText(text string, length int) string {
	if len(text) > length {
		return text[:length] + "…"
	}
	return text
}

func forgeryChecks() []Check {
	var checks []Check
	others := and(sound, "auth/no-key")
	for _, f := range forgeries() {
		others = append(others, f.id)
		followed := []string{"auth/no-key"}
		if f.id != "auth/garbage-key" {
			followed = append(followed, "auth/garbage-key")
		}
		checks = append(checks, Check{
			ID: f.id, Level: report.Must, At: answered(resource.List, http.StatusUnauthorized), Needs: guardedList(), Requires: []string{"crud/list"}, Follows: followed,
			Requirement: "A list is refused with 401 to " + f.name + ".",
			Sends:       "GET of the collection with " + f.name + ".", Failure: "GET with " + f.name + ": status 200",
			run: func(ctx context.Context, e *env) error { return checkForgery(ctx, e, f) },
		})
	}
	return append(checks, Check{
		ID: "auth/forged-key-on-records", Level: report.Must, At: answered(resource.Create, http.StatusUnauthorized), Needs: guardedRecord(), Requires: readable, Follows: others,
		Requirement: "Every operation is refused with 401 to what is no key, and changes nothing.",
		Sends:       "POST with a key; the other operations with a key that nobody was given, and a change with every other forgery; GET and a list to see that nothing changed.",
		Failure:     "PATCH with a key without its last character: status 200",
		Costs:       Costs{Requests: 11},
		run:         checkForgeriesOnRecords,
	})
}

// checkForgery tries a forgery on the list.
func checkForgery(ctx context.Context, e *env, f *forgery) error {
	if !guarded(e.op(resource.List)) {
		return notApplicable("the list asks for no credential")
	}
	return e.forgedEachWay(f, e.op(resource.List), func(r request) error {
		a, err := e.askForList(ctx, r)
		if err != nil {
			return err
		}
		return wantStatus(a, "GET of the collection with "+f.name, turningAway(e.op(resource.List))...)
	})
}

// forgedEachWay tries a forgery in each way to authenticate that an operation takes.
func (e *env) forgedEachWay(f *forgery, op *contract.Operation, try func(request) error) error {
	var senseless error
	tried := false
	for _, way := range e.client.ways(op) {
		if err := e.forgeable(f, op, way); err != nil {
			senseless = err
			continue
		}
		tried = true
		if err := try(request{as: writer, forged: f, with: way}); err != nil {
			return err
		}
	}
	if tried {
		return nil
	}
	return senseless
}

// forgeable says why a forgery makes no sense for a way to authenticate.
func (e *env) forgeable(f *forgery, op *contract.Operation, way contract.Requirement) error {
	words := authenticationWords(op)
	switch {
	case f.scheme != "" && len(words) == 0:
		return notApplicable("keys are not sent in the Authorization header")
	case f.scheme != "" && wordless(op):
		return notApplicable("the document does not say which word stands before the key")
	case f.scheme != "" && slices.Contains(words, f.scheme):
		return notApplicable("%s is the scheme of the document", f.scheme)
	}
	for _, made := range e.client.credentials(request{as: writer, with: way, forged: f}) {
		if f.scheme != "" && made.word == f.scheme || f.scheme == "" && f.of(made.key) != made.key {
			return nil
		}
	}
	if f.scheme != "" {
		return notApplicable("keys are not sent in the Authorization header")
	}
	return notApplicable("the key is the same as %s", f.name)
}

func checkForgeriesOnRecords(ctx context.Context, e *env) error {
	r, err := e.sample(ctx)
	if err != nil {
		return err
	}
	for i, f := range forgeries() {
		roles := onRecords()
		if i > 0 { // what goes for one operation with one forgery goes for the others
			roles = []resource.Role{e.harshest()}
		}
		roles = slices.DeleteFunc(roles, func(role resource.Role) bool {
			op := e.op(role)
			return op == nil || e.forgeable(f, op, e.client.alternative(op, writer)) != nil
		})
		attempt := trespass{who: "with " + f.name, as: writer, forged: f, roles: roles}
		if err := e.refused(ctx, r, &attempt); err != nil {
			return err
		}
		if err := e.creationsOf(ctx, attempt); err != nil {
			return err
		}
	}
	return e.unharmed(ctx, r)
}

// harshest is the operation that shows best that a caller got in.
func (e *env) harshest() resource.Role {
	for _, role := range []resource.Role{resource.Update, resource.Replace, resource.Remove} {
		if e.op(role) != nil {
			return role
		}
	}
	return resource.Retrieve
}

func checkEachWay(ctx context.Context, e *env) error {
	ways := e.client.ways(e.op(resource.List))
	if len(ways) < 2 {
		return notApplicable("the document offers one way to authenticate")
	}
	for _, way := range ways {
		if !e.client.hasOwn(writer, way) {
			continue // the one key may be for another way
		}
		a, err := e.askForList(ctx, request{as: writer, with: way})
		if err != nil {
			return err
		}
		if a.status == http.StatusUnauthorized || a.status == http.StatusForbidden {
			return mismatch(a, "GET with a credential for "+schemesOf(way), "status 200", fmt.Sprintf("status %d", a.status))
		}
	}
	if !slices.ContainsFunc(ways, func(way contract.Requirement) bool { return e.client.hasOwn(writer, way) }) {
		return notApplicable("nobody knows which of the ways the key is for: give --scheme-token")
	}
	return nil
}

// schemesOf names the schemes of a way to authenticate.
func schemesOf(way contract.Requirement) string {
	var names []string
	for _, required := range way {
		names = append(names, required.Scheme.Name)
	}
	return strings.Join(names, " and ")
}
