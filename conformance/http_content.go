package conformance

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"strings"

	"understudy/internal/contract"
	"understudy/internal/resource"
)

// accepting asks for the collection with an Accept field; "" sends none.
func (e *env) accepting(ctx context.Context, accept string) (*answer, error) {
	r := request{method: http.MethodGet, path: e.collectionPath(), as: writer, header: http.Header{"Accept": {}}}
	if accept != "" {
		r.header.Set("Accept", accept)
	}
	return e.do(ctx, r)
}

func checkAccept(ctx context.Context, e *env) error {
	if !e.answersJSON(resource.List) {
		return notApplicable("the list is not JSON")
	}
	json := e.listType()
	for _, accept := range []string{"", json, "*/*", json + ", text/plain;q=0.5, */*;q=0.1"} {
		a, err := e.accepting(ctx, accept)
		if err != nil {
			return err
		}
		if a.status == http.StatusNotAcceptable || a.status >= http.StatusInternalServerError {
			what := "a request that accepts " + accept
			if accept == "" {
				what = "a request without Accept"
			}
			return mismatch(a, what+" is refused", "status 200", fmt.Sprintf("status %d", a.status))
		}
	}
	return nil
}

// listType is the content type of JSON that the list has in the document.
func (e *env) listType() string {
	if response, _ := e.op(resource.List).Success(); response != nil && response.JSON() != nil {
		return response.JSON().Type
	}
	return jsonType
}

// unaccepted are content types that an API in JSON does not have.
var unaccepted = []string{"text/html", "application/x-understudy"}

func checkUnacceptable(ctx context.Context, e *env) error {
	var lax error
	usual, err := e.accepting(ctx, e.listType())
	if err != nil {
		return err
	}
	for _, accept := range unaccepted {
		a, err := e.accepting(ctx, accept)
		if err != nil {
			return err
		}
		if a.status >= http.StatusInternalServerError {
			return mismatch(a, "a request that accepts "+accept+" alone fails", "status 406, or 200 with JSON", fmt.Sprintf("status %d", a.status))
		}
		if a.ok() && e.undeclaredMedia(a) {
			if mediaTypeOf(a) != accept {
				return mismatch(a, accept+" is answered with a content type that is neither accepted nor declared", "status 406, or 200 with JSON", a.header.Get("Content-Type"))
			}
			lax = warnf(a, "who accepts %s gets it, and the document does not declare it", accept)
		}
		if (a.status != usual.status || mediaTypeOf(a) != mediaTypeOf(usual)) && !varies(usual, "accept") {
			lax = warnf(usual, "Accept decides about the answer, and Vary does not name it")
		}
	}
	return lax
}

// undeclaredMedia reports whether a list has a content type that the document does
// not declare.
func (e *env) undeclaredMedia(a *answer) bool {
	response := e.op(resource.List).Response(a.status)
	return response != nil && response.JSON() != nil && response.Media(mediaTypeOf(a)) == nil
}

// varies reports whether an answer says that it depends on a request header.
func varies(a *answer, header string) bool {
	for _, field := range a.header.Values("Vary") {
		for name := range strings.SplitSeq(field, ",") {
			if name = strings.TrimSpace(name); name == "*" || strings.EqualFold(name, header) {
				return true
			}
		}
	}
	return false
}

func checkEncoding(ctx context.Context, e *env) error {
	a, err := e.do(ctx, request{method: http.MethodGet, path: e.collectionPath(), as: writer, header: http.Header{"Accept-Encoding": {"identity"}}})
	if err != nil {
		return err
	}
	if coding := a.header.Get("Content-Encoding"); coding != "" && !strings.EqualFold(coding, "identity") {
		return mismatch(a, "the answer is compressed, and the request does not accept that", "no Content-Encoding", coding)
	}
	return nil
}

func checkCache(ctx context.Context, e *env) error {
	paths, err := e.readable(ctx)
	if err != nil {
		return err
	}
	for _, path := range paths {
		a, err := e.get(ctx, path)
		if err != nil {
			return err
		}
		if !a.ok() || !keptByAll(a) {
			continue
		}
		control := "Cache-Control: " + strings.Join(a.header.Values("Cache-Control"), ", ")
		if varies(a, "authorization") {
			return warnf(a, "shared caches may keep the answer, for the same key alone: %s", control)
		}
		return mismatch(a, "shared caches may keep the answer to a request with a key", "private, or no public", control)
	}
	return nil
}

// keptByAll reports whether shared caches may keep an answer and give it to
// others without asking again.
func keptByAll(a *answer) bool {
	directives := map[string]string{}
	for _, field := range a.header.Values("Cache-Control") {
		for directive := range strings.SplitSeq(field, ",") {
			name, value, _ := strings.Cut(strings.ToLower(strings.TrimSpace(directive)), "=")
			directives[name] = value
		}
	}
	for _, harmless := range []string{"private", "no-store", "no-cache"} {
		if _, ok := directives[harmless]; ok {
			return false
		}
	}
	shared, ok := directives["s-maxage"]
	if ok {
		return shared != "0"
	}
	_, public := directives["public"]
	return public && directives["max-age"] != "0"
}

func checkConditional(ctx context.Context, e *env) error {
	if offered, err := e.offersTags(ctx); err != nil || !offered {
		return cmp.Or(err, notApplicable("the target offers no entity tag"))
	}
	r, err := e.create(ctx)
	if err != nil {
		return err
	}
	_, before, err := e.read(ctx, r)
	if err != nil {
		return err
	}
	tag := before.header.Get("ETag")
	same, err := e.getUnless(ctx, r.path, tag)
	if err != nil {
		return err
	}
	if err := e.alter(ctx, r); err != nil {
		return err
	}
	_, after, err := e.read(ctx, r)
	if err != nil {
		return err
	}
	if after.header.Get("ETag") == tag {
		return unchangedTag(after, tag)
	}
	stale, err := e.getUnless(ctx, r.path, tag)
	if err != nil {
		return err
	}
	if err := wantStatus(stale, "a record that has changed is not shown to who has its old entity tag", http.StatusOK); err != nil {
		return err
	}
	if same.status != http.StatusNotModified && same.header.Get("ETag") == tag {
		return warnf(same, "the target offers an entity tag, and does not answer If-None-Match with 304")
	}
	return nil
}

// offersTags reports whether records come with an entity tag.
func (e *env) offersTags(ctx context.Context) (bool, error) {
	r, err := e.sample(ctx)
	if err != nil {
		return false, err
	}
	_, a, err := e.read(ctx, r)
	return err == nil && a.header.Get("ETag") != "", err
}

// unchangedTag is an entity tag that a change did not change. A weak one may be
// made of a time in seconds.
func unchangedTag(a *answer, tag string) error {
	if strings.HasPrefix(tag, "W/") {
		return warnf(a, "the record has changed within a moment, and its weak entity tag is still %s", tag)
	}
	return failf(a, "the record has changed, and its entity tag is still %s", tag)
}

// getUnless reads an item, unless it still has an entity tag.
func (e *env) getUnless(ctx context.Context, path, tag string) (*answer, error) {
	return e.do(ctx, request{method: http.MethodGet, path: path, as: writer, header: http.Header{"If-None-Match": {tag}}})
}

// alter changes one member of a record of the run.
func (e *env) alter(ctx context.Context, r *record) error {
	sent, err := e.otherValue(r)
	if err != nil {
		return err
	}
	_, err = e.changeTo(ctx, r, sent)
	return err
}

func checkContentLength(ctx context.Context, e *env) error {
	c, err := e.sampleChange(ctx, textSample, e.beyondASCII)
	if err != nil {
		return err
	}
	read, err := e.get(ctx, c.record.path)
	if err != nil {
		return err
	}
	for _, a := range []*answer{c.answer, read} {
		// What is wrong before the end is for the checks of schemas to tell.
		_, broken := contract.DecodeJSON(a.body)
		if broken != nil && len(a.body) > 0 && a.body[len(a.body)-1] != '}' {
			return mismatch(a, "the answer ends before its last byte", "a JSON object", broken.Error())
		}
	}
	return nil
}

// beyondASCII creates a record, and changes it to a text beyond ASCII. It is
// created without one, so that it is in the ledger whatever the answer to such a
// text looks like.
func (e *env) beyondASCII(ctx context.Context) (*changed, error) {
	schema := e.bodySchema(e.op(resource.Update))
	if schema == nil {
		return nil, notApplicable("no change takes a JSON body")
	}
	r, err := e.create(ctx)
	if err != nil {
		return nil, err
	}
	for _, f := range e.writable() {
		text, isText := r.sent[f.Name].(string)
		body := map[string]any{f.Name: "é-" + text}
		if !isText || len(schema.Check(body)) > 0 {
			continue
		}
		a, err := e.patch(ctx, r.path, e.changing(r, body))
		if err == nil && !a.ok() {
			return nil, notApplicable("the target takes no text beyond ASCII: status %d", a.status)
		}
		return &changed{record: r, sent: body, answer: a}, err
	}
	return nil, notApplicable("no member takes a text beyond ASCII")
}
