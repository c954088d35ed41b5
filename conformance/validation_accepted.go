package conformance

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"mime/multipart"
	"net/http"
	"slices"
	"strings"

	"understudy/conformance/report"
	"understudy/internal/contract"
	"understudy/internal/resource"
)

// The content types of forms.
const (
	formType      = "application/x-www-form-urlencoded"
	multipartType = "multipart/form-data"
)

// acceptedChecks are about inputs that are valid though a server may think
// otherwise.
func acceptedChecks() []Check {
	some := needs(resource.Create)
	return []Check{
		{
			ID: "validation/boundaries", Level: report.Must, At: bodyAt(resource.Create), Needs: some, Requires: []string{"crud/create", "crud/text-longest", "crud/text-characters"}, Follows: []string{"crud/create-echo"},
			Requirement: "Values at the limits that the document sets are accepted and come back as they were sent; lengths count code points, and that they count units of UTF-16 is a warning.",
			Sends:       "POST with the shortest and the longest text, the latter also beyond ASCII, the least and the greatest number, each listed value.", Failure: "domain with 64 characters is refused",
			Costs: Costs{Requests: 6, Records: 1},
			run:   checkBoundaries,
		},
		{
			ID: "validation/charset", Level: report.Must, Source: "RFC 8259, section 11: a charset parameter has no effect", Needs: some, Requires: []string{"crud/create"}, Follows: []string{"crud/create-echo"},
			Requirement: "JSON is accepted also when its content type names the charset UTF-8.",
			Sends:       "POST with Content-Type: application/json; charset=utf-8.", Failure: "JSON with a charset is refused: status 415",
			Costs: Costs{Requests: 2, Records: 1},
			run:   checkCharset,
		},
		{
			ID: "validation/declared-types", Level: report.Must, At: bodyAt(resource.Update), Needs: needs(resource.Create, resource.Update), Requires: []string{"crud/create", "crud/update"},
			Requirement: "A change is accepted in each form of JSON that the document declares for it.",
			Sends:       "POST, then PATCH with each declared content type that is JSON.", Failure: "a change as application/json is refused: status 415",
			Costs: Costs{Records: 1},
			run:   checkDeclaredTypes,
		},
		{
			ID: "validation/form", Level: report.Must, At: bodyAt(resource.Create), Needs: some, Requires: []string{"crud/create"}, Follows: []string{"crud/create-echo", familyID(breaksMedia)},
			Requirement: "A form is accepted where the document declares it, and its fields are decoded.",
			Sends:       "POST of a form with percent escapes.", Failure: "a form is refused: status 415",
			Costs: Costs{Requests: 2, Records: 1},
			run:   checkForm,
		},
		{
			ID: "validation/multipart", Level: report.Must, At: bodyAt(resource.Create), Needs: some, Requires: []string{"crud/create"}, Follows: []string{"crud/create-echo", familyID(breaksMedia)},
			Requirement: "A multipart form is accepted where the document declares it, and its fields come back as they were sent.",
			Sends:       "POST of a multipart form.", Failure: "a multipart form is refused: status 415",
			Costs: Costs{Requests: 2, Records: 1},
			run:   checkMultipart,
		},
		{
			ID: "validation/unknown-members", Level: report.Must, At: bodyAt(resource.Create), Needs: some, Requires: []string{"crud/create"},
			Requirement: "A member that the document does not name is ignored or refused, and refused where the document says so.",
			Sends:       "POST of a valid body with a member more.", Failure: "a member that is not declared fails: status 500",
			Costs: Costs{Requests: 2, Records: 1},
			run:   checkUnknownMembers,
		},
		{
			ID: "validation/read-only-members", Level: report.Must, At: bodyAt(resource.Create), Needs: some, Requires: []string{"crud/create"}, Follows: []string{"crud/read-only-on-create"},
			Requirement: "A member that only the server sets is ignored or refused in a create, and is no failure of the server.",
			Sends:       "POST of a valid body with one read-only member.", Failure: "a read-only member fails: status 500",
			Costs: Costs{Requests: 2, Records: 1},
			run:   checkReadOnlyMembers,
		},
		{
			ID: "validation/optional-body", Level: report.Must, At: bodyAt(resource.Update), Needs: needs(resource.Create, resource.Update), Requires: and(readable, "crud/update"), Follows: []string{"crud/update-nothing"},
			Requirement: "A change without a body is accepted where the document says that the body is not required.",
			Sends:       "POST, then PATCH without a body.", Failure: "a change without a body is refused: status 400",
			Costs: Costs{Requests: 4, Records: 1},
			run:   checkOptionalBody,
		},
	}
}

// accept creates a record with a request that is valid, and compares what comes
// back.
func (e *env) accept(ctx context.Context, r request, sent map[string]any, what string) error {
	a, err := e.sendValid(ctx, r)
	switch {
	case err != nil:
		return err
	case e.shrinks(a):
		return e.noRoom()
	case isRefusal(a):
		return mismatch(a, what+" is refused", fmt.Sprintf("status %d", successOf(e.op(resource.Create))), fmt.Sprintf("status %d", a.status))
	case !a.ok():
		return mismatch(a, what+" fails", fmt.Sprintf("status %d", successOf(e.op(resource.Create))), fmt.Sprintf("status %d", a.status))
	}
	return e.showsSent(ctx, a, sent)
}

// showsSent compares what was sent to create a record with what the answer shows of
// it, or with what reading it gives where the answer shows nothing.
func (e *env) showsSent(ctx context.Context, a *answer, sent map[string]any) error {
	if a.shows || e.op(resource.Retrieve) == nil {
		return e.sameAsSent(a, sent, a.object())
	}
	id := e.madeID(a)
	value, read, err := e.read(ctx, &record{id: id, path: e.itemPath(id)})
	if err != nil {
		return err
	}
	return e.sameAsSent(read, sent, value)
}

func checkCharset(ctx context.Context, e *env) error {
	body, err := e.body(e.op(resource.Create))
	if err != nil {
		return err
	}
	r := jsonRequest(http.MethodPost, e.collectionPath(), writer, body)
	r.header = http.Header{"Content-Type": {jsonMedia(e.op(resource.Create)).Type + "; charset=utf-8"}}
	return e.accept(ctx, r, body, "JSON with a charset")
}

// checkDeclaredTypes changes a record in each form of JSON. A JSON Patch says things in
// another way, and is for the checks of its own.
func checkDeclaredTypes(ctx context.Context, e *env) error {
	op := e.op(resource.Update)
	var types []string
	if op.Body != nil && e.style() != resource.JSONPatch {
		for _, media := range op.Body.Content {
			if media.Type == jsonType || strings.HasSuffix(media.Type, "+json") && media.Type != "application/json-patch+json" {
				types = append(types, media.Type)
			}
		}
	}
	if len(types) < 2 {
		return notApplicable("the document declares one form of JSON for a change")
	}
	r, err := e.create(ctx)
	if err != nil {
		return err
	}
	sent, err := e.otherValue(r)
	if err != nil {
		return err
	}
	for _, contentType := range types {
		q := e.wire(jsonRequest(op.Method, r.path, writer, e.changing(r, sent)))
		q.header = http.Header{"Content-Type": {contentType}}
		a, err := e.do(ctx, q)
		if err != nil {
			return err
		}
		if !a.ok() {
			return mismatch(a, "a change as "+contentType+" is refused", fmt.Sprintf("status %d", successOf(op)), fmt.Sprintf("status %d", a.status))
		}
	}
	return nil
}

// fields are a valid body for a create as the texts of a form. A form has no
// other values.
func (e *env) fields(mediaType string) (body map[string]any, texts map[string]string, err error) {
	op := e.op(resource.Create)
	if op.Body == nil || !slices.ContainsFunc(op.Body.Content, func(m *contract.Media) bool { return m.Type == mediaType }) {
		return nil, nil, notApplicable("the document declares no %s", mediaType)
	}
	body, err = e.body(op)
	if err != nil {
		return nil, nil, err
	}
	texts = map[string]string{}
	for _, name := range slices.Sorted(maps.Keys(body)) {
		switch value := body[name].(type) {
		case string:
			texts[name] = value
		case bool, json.Number:
			texts[name] = fmt.Sprint(value)
		default:
			return nil, nil, notApplicable("%s is no value for a form", name)
		}
	}
	return body, texts, nil
}

func checkForm(ctx context.Context, e *env) error {
	body, texts, err := e.fields(formType)
	if err != nil {
		return err
	}
	var pairs []string
	for name, text := range texts {
		pairs = append(pairs, name+"="+escapeAll(text))
	}
	return e.accept(ctx, request{
		method: http.MethodPost, path: e.collectionPath(), as: writer,
		body: []byte(strings.Join(pairs, "&")), header: http.Header{"Content-Type": {formType}},
	}, body, "a form")
}

// escapeAll writes every byte of a text as a percent escape, which a form may.
func escapeAll(text string) string {
	var b strings.Builder
	for i := range len(text) {
		fmt.Fprintf(&b, "%%%02X", text[i])
	}
	return b.String()
}

func checkMultipart(ctx context.Context, e *env) error {
	body, texts, err := e.fields(multipartType)
	if err != nil {
		return err
	}
	var content bytes.Buffer
	form := multipart.NewWriter(&content)
	for name, text := range texts {
		if err := form.WriteField(name, text); err != nil {
			return err
		}
	}
	if err := form.Close(); err != nil {
		return err
	}
	return e.accept(ctx, request{
		method: http.MethodPost, path: e.collectionPath(), as: writer,
		body: content.Bytes(), header: http.Header{"Content-Type": {form.FormDataContentType()}},
	}, body, "a multipart form")
}

// unknownMember is a member that no document declares.
const unknownMember = "understudy_unknown"

func checkUnknownMembers(ctx context.Context, e *env) error {
	op := e.op(resource.Create)
	body, err := e.body(op)
	if err != nil {
		return err
	}
	body[unknownMember] = e.samples.prefix
	a, err := e.sendValid(ctx, jsonRequest(op.Method, e.collectionPath(), writer, body))
	if err != nil {
		return err
	}
	mustRefuse := len(e.bodySchema(op).Check(body)) > 0
	switch {
	case isRefusal(a) && mustRefuse:
		return nil
	case mustRefuse && a.ok() && !slices.Contains(slices.Collect(maps.Keys(a.object())), unknownMember):
		return warnf(a, "a member that is not declared is left out, and the document does not allow one")
	case mustRefuse:
		return e.judgeRefusal(input{what: "a member that is not declared"}, a)
	case e.shrinks(a):
		return e.noRoom()
	case isRefusal(a):
		return e.habit("unknown members in a request", "refused", a)
	case a.ok():
		return e.habit("unknown members in a request", "ignored", a)
	}
	return wantStatus(a, "a member that is not declared fails", successOf(op))
}

func checkReadOnlyMembers(ctx context.Context, e *env) error {
	op := e.op(resource.Create)
	body, err := e.body(op)
	if err != nil {
		return err
	}
	for name, value := range e.intruders(nil) {
		if _, ok := body[name]; ok {
			continue
		}
		a, err := e.send(ctx, jsonRequest(op.Method, e.collectionPath(), writer, withMember(body, name, value)))
		if err != nil || isRefusal(a) {
			return err
		}
		if !a.ok() {
			return wantStatus(a, "a read-only member fails", successOf(op))
		}
		return nil
	}
	return notApplicable("the server sets no member of a record")
}

func checkOptionalBody(ctx context.Context, e *env) error {
	op := e.op(resource.Update)
	if op.Body == nil || op.Body.Required {
		return notApplicable("the document asks for a body")
	}
	r, err := e.create(ctx)
	if err != nil {
		return err
	}
	a, err := e.send(ctx, request{method: op.Method, path: r.path, as: writer})
	switch {
	case err != nil || a.ok():
		return err
	case isRefusal(a) && !op.Body.Node.Get("required").Exists():
		return warnf(a, "a change without a body is refused, and the document does not say that it must have one")
	}
	return mismatch(a, "a change without a body is refused", fmt.Sprintf("status %d", successOf(op)), fmt.Sprintf("status %d", a.status))
}
