package conformance

import (
	"cmp"
	"context"
	"errors"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"understudy/conformance/report"
	"understudy/internal/contract"
	"understudy/internal/resource"
)

// refusal is a request that ought to be refused, and whose refusal the document
// describes.
type refusal struct {
	id          string
	requirement string // what is refused
	sends       string
	needs       Needs
	role        resource.Role // of the operation that describes the refusal
	level       report.Level  // MUST when it is not given
	send        func(context.Context, *env) (*answer, error)
}

// check is the check of the refusal's answer.
func (r refusal) check() Check {
	return Check{
		ID: r.id, Level: cmp.Or(r.level, report.Must), At: at(r.role), Needs: r.needs,
		Requirement: "The refusal of " + r.requirement + " has a declared status, content type and headers, and a body that its schema allows.",
		Sends:       r.sends, Failure: "/detail: is required",
		run: func(ctx context.Context, e *env) error {
			a, err := r.send(ctx, e)
			if err != nil {
				return err
			}
			return conformsRefused(e.op(r.role), a)
		},
	}
}

// refusals lists those that no other group judges: the checks of keys look at the
// answer to a request without one, and the checks of bodies at their refusals.
func refusals() []refusal {
	return []refusal{
		{
			id: "schema/error-forbidden", requirement: "a key that may not write", sends: "POST of a valid body with the read-only key.",
			needs: Needs{Roles: []resource.Role{resource.Create}, Writes: true, Secured: true, Keys: []who{reader}}, role: resource.Create, send: sendAsReader,
		},
		{
			id: "schema/error-elsewhere", requirement: "a place that the key may not enter", sends: "GET of the collection elsewhere.",
			needs: Needs{Roles: []resource.Role{resource.List}, Secured: true, Elsewhere: true}, role: resource.List, send: sendElsewhere,
		},
		{
			id: "schema/error-query", requirement: "a parameter that breaks its schema", sends: "GET of the collection with a limit that is a word.",
			needs: paged, role: resource.List, send: sendBadQuery,
		},
		{
			id: "schema/error-not-acceptable", requirement: "a request that accepts nothing that there is", sends: "GET of the collection that accepts an unknown type alone.",
			needs: listing, role: resource.List, send: func(ctx context.Context, e *env) (*answer, error) { return e.accepting(ctx, unaccepted[1]) },
		},
		{
			id: "schema/error-media-type", requirement: "a body of a content type that is not declared", sends: "POST of plain text.",
			needs: needs(resource.Create), role: resource.Create, send: func(ctx context.Context, e *env) (*answer, error) { return e.postText(ctx, "text/plain", "understudy") },
		},
		{
			id: "schema/error-method", requirement: "a method that the path does not support", sends: "PUT of the collection, with a body that nobody can read.",
			needs: Needs{Roles: []resource.Role{resource.List}, Writes: true}, role: resource.List, send: sendUndeclaredMethod,
			level: report.Should, // the document describes the answers to other methods: what it says of 405 is a hint
		},
	}
}

// own statuses of the protocol: a target may answer with them though no document
// names them.
var protocolStatuses = []int{
	http.StatusMethodNotAllowed, http.StatusNotAcceptable, http.StatusRequestTimeout, http.StatusLengthRequired, http.StatusRequestEntityTooLarge,
	http.StatusRequestURITooLong, http.StatusUnsupportedMediaType, http.StatusTooManyRequests, http.StatusRequestHeaderFieldsTooLarge,
}

// conformsRefused judges a refusal by what the document declares. Where it says
// nothing about refusals, nothing is wrong with one; and what is no refusal is for
// other checks to judge.
func conformsRefused(op *contract.Operation, a *answer) error {
	switch {
	case a.status < 400 || a.status >= http.StatusInternalServerError:
		return notApplicable("the request is not refused, but answered with %d", a.status)
	case op.Response(a.status) == nil && slices.Contains(protocolStatuses, a.status):
		return notApplicable("the document says nothing about %d, which any server may answer", a.status)
	case !describesRefusals(op):
		return notApplicable("the document describes no refusals of %s %s", op.Method, op.Path)
	case op.Response(a.status) == nil && (a.status == http.StatusBadRequest || a.status == http.StatusUnprocessableEntity) && declaresNoError(nil, op) != "":
		return warnf(a, "an invalid request is answered with %d, and the document declares no answer to one", a.status)
	case op.Response(a.status) == nil && a.status == http.StatusNotFound:
		return warnf(a, "what is not there is answered with 404, which the document does not declare")
	case op.Response(a.status) == nil && a.status == http.StatusBadRequest && !declaresInvalid(op):
		return warnf(a, "an invalid request is answered with 400, and the document declares no answer to one")
	}
	return conforms(op, a)
}

// declaresInvalid reports whether an operation declares an answer to an invalid request.
func declaresInvalid(op *contract.Operation) bool {
	return op.Response(http.StatusBadRequest) != nil || op.Response(http.StatusUnprocessableEntity) != nil
}

// describesRefusals reports whether an operation declares any 4xx.
func describesRefusals(op *contract.Operation) bool {
	return slices.ContainsFunc(op.Responses, func(r *contract.Response) bool { return strings.HasPrefix(r.Status, "4") || r.Status == "default" })
}

func sendUnknownID(ctx context.Context, e *env) (*answer, error) {
	if e.collection.Singleton {
		return nil, notApplicable("there is one %s, which has no id", e.collection.Name)
	}
	id, err := e.unknownID(ctx)
	if err != nil {
		return nil, err
	}
	a, err := e.get(ctx, e.itemPath(id))
	if err == nil && (a.ok() || a.status >= http.StatusInternalServerError) {
		err = e.leave("crud/unknown-id", a)
	}
	return a, err
}

func sendAsReader(ctx context.Context, e *env) (*answer, error) {
	body, err := e.body(e.op(resource.Create))
	if err != nil {
		return nil, err
	}
	return e.sendCreate(ctx, jsonRequest(http.MethodPost, e.collectionPath(), reader, body))
}

func sendElsewhere(ctx context.Context, e *env) (*answer, error) {
	return e.get(ctx, e.collectionPathIn(e.foreignParams()))
}

func sendBadQuery(ctx context.Context, e *env) (*answer, error) {
	limit := e.collection.Page.Size
	if limit == nil {
		return nil, notApplicable("%s", sized(e.collection))
	}
	if limit.Schema == nil || len(limit.Schema.Check("abc")) == 0 {
		return nil, notApplicable("the document lets a limit be a word")
	}
	return e.get(ctx, e.pagePath(window{}, url.Values{limit.Name: {"abc"}}))
}

// postText sends a body as it stands.
func (e *env) postText(ctx context.Context, contentType, body string) (*answer, error) {
	return e.sendCreate(ctx, request{
		method: http.MethodPost, path: e.collectionPath(), as: writer, body: []byte(body), header: http.Header{"Content-Type": {contentType}},
	})
}

// sendUndeclaredMethod takes the first trial that the target refuses with 405.
func sendUndeclaredMethod(ctx context.Context, e *env) (*answer, error) {
	for _, t := range e.collectionTrials() {
		a, err := e.do(ctx, t.request)
		if err != nil {
			return nil, err
		}
		if a.status == http.StatusMethodNotAllowed {
			return a, nil
		}
	}
	return nil, notApplicable("the target answers no method with 405")
}

// unread leaves an answer that breaks off to the check of its length.
func unread(err error) error {
	var network redactedError
	if !errors.As(err, &network) {
		return err
	}
	return &blockedError{"http/content-length", err.Error()}
}

// expectUTF8 judges the characters of a JSON answer.
func expectUTF8(a *answer) error {
	_, params, _ := mime.ParseMediaType(a.header.Get("Content-Type")) // other checks judge one that cannot be read
	switch charset := params["charset"]; {
	case charset != "" && !strings.EqualFold(charset, "utf-8") && !strings.EqualFold(charset, "utf8"):
		return mismatch(a, "the answer is labelled as something else than UTF-8", "utf-8", charset)
	case strings.HasPrefix(string(a.body), "\ufeff"):
		return mismatch(a, "the answer starts with a byte order mark", "{", "EF BB BF")
	case !utf8.Valid(a.body):
		return mismatch(a, "the answer is not UTF-8", "UTF-8", clip(a.body))
	}
	return nil
}
