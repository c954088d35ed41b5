package conformance

import (
	"context"
	"fmt"
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"understudy/internal/resource"
)

func checkHead(ctx context.Context, e *env) error {
	paths, err := e.readable(ctx)
	if err != nil {
		return err
	}
	for _, path := range paths {
		if err := e.expectHead(ctx, path); err != nil {
			return err
		}
	}
	return nil
}

func checkHeadRefused(ctx context.Context, e *env) error {
	id, err := e.unknownID(ctx)
	if err != nil {
		return err
	}
	return e.expectHead(ctx, e.itemPath(id))
}

// expectHead compares HEAD with GET. What changed between the two is read again.
func (e *env) expectHead(ctx context.Context, path string) error {
	get, err := e.get(ctx, path)
	if err != nil {
		return err
	}
	head, err := e.do(ctx, request{method: http.MethodHead, path: path, as: writer})
	if err != nil {
		return err
	}
	if unsupported(head) && head.status != get.status {
		if slices.Contains(allowed(head), http.MethodHead) {
			return mismatch(head, "HEAD is refused, and Allow names it", "a status like that of GET", fmt.Sprintf("status %d", head.status))
		}
		return warnf(head, "HEAD is not supported: status %d", head.status)
	}
	if err := sameHead(get, head); err == nil {
		return nil
	}
	again, err := e.get(ctx, path)
	if err != nil {
		return err
	}
	return sameHead(again, head)
}

// unsupported reports whether an answer on a path that is there says that the
// method is not supported. Many routers say that nothing is found.
func unsupported(a *answer) bool {
	return a.status == http.StatusMethodNotAllowed || a.status == http.StatusNotImplemented || a.status == http.StatusNotFound
}

// sameHead compares what HEAD and GET say of one resource. HEAD may leave out what
// takes effort to find out. Of two refusals the status counts alone.
func sameHead(get, head *answer) error {
	if head.status != get.status {
		return mismatch(head, "HEAD has another status than GET", strconv.Itoa(get.status), strconv.Itoa(head.status))
	}
	if !get.ok() {
		return nil
	}
	if is := head.header.Get("Content-Type"); is != "" && is != get.header.Get("Content-Type") {
		return mismatch(head, "HEAD has another content type than GET", get.header.Get("Content-Type"), is)
	}
	if is := head.header.Get("Content-Length"); is != "" && is != strconv.Itoa(len(get.body)) {
		return mismatch(head, "HEAD tells another length than the body of GET has", strconv.Itoa(len(get.body)), is)
	}
	return nil
}

func checkOptions(ctx context.Context, e *env) error {
	paths, err := e.readable(ctx)
	if err != nil {
		return err
	}
	for i, template := range []string{e.collectionTemplate(), e.itemTemplate()}[:len(paths)] {
		a, err := e.do(ctx, request{method: http.MethodOptions, path: paths[i], as: writer})
		if err != nil {
			return err
		}
		if a.status >= http.StatusInternalServerError && a.status != http.StatusNotImplemented {
			return mismatch(a, "OPTIONS fails", "status 2xx or 4xx", fmt.Sprintf("status %d", a.status))
		}
		if missing := e.missing(a, template); a.ok() && allowed(a) != nil && missing != "" {
			return mismatch(a, "Allow leaves out a method of the document", missing, strings.Join(allowed(a), ", "))
		}
	}
	return nil
}

// missing is a method that the document declares for a path and the Allow of an
// answer leaves out, "" when it names all.
func (e *env) missing(a *answer, template string) string {
	for _, method := range e.declaredMethods(template) {
		if !slices.Contains(allowed(a), method) {
			return method
		}
	}
	return ""
}

// trial is a request with a method that the document does not declare.
type trial struct {
	request  request
	template string // of the path
}

// collectionTrials are trials of the collection's path. It holds what others
// made, so it only gets what can do no harm whoever takes it: no DELETE, and a
// body that nobody can read.
func (e *env) collectionTrials() []trial {
	var trials []trial
	template := e.collectionTemplate()
	for _, method := range []string{http.MethodPut, http.MethodPatch} {
		if !slices.Contains(e.declaredMethods(template), method) {
			trials = append(trials, trial{request{
				method: method, path: e.collectionPath(), as: writer,
				body: []byte("nothing"), header: http.Header{"Content-Type": {"application/x-understudy-nothing"}},
			}, template})
		}
	}
	return trials
}

// itemTrials are trials of a record of the run, on which anything may happen.
func (e *env) itemTrials(own *record) []trial {
	var trials []trial
	template := e.itemTemplate()
	for _, method := range []string{http.MethodPost, http.MethodPut, http.MethodPatch} {
		if !slices.Contains(e.declaredMethods(template), method) {
			trials = append(trials, trial{jsonRequest(method, own.path, writer, own.sent), template})
		}
	}
	return trials
}

// tried is a trial and its answer.
type tried struct {
	trial
	answer *answer
}

// tryMethods sends the trials.
func (e *env) tryMethods(ctx context.Context) ([]tried, error) {
	own, err := e.create(ctx)
	if err != nil {
		return nil, err
	}
	var results []tried
	for _, t := range slices.Concat(e.collectionTrials(), e.itemTrials(own)) {
		send := e.do
		if t.request.method == http.MethodPost {
			send = e.sendCreate // who knows
		}
		a, err := send(ctx, t.request)
		if err != nil {
			return nil, err
		}
		results = append(results, tried{t, a})
	}
	if len(results) == 0 {
		return nil, notApplicable("the document declares every method")
	}
	return results, nil
}

func checkMethods(ctx context.Context, e *env) error {
	results, err := e.tryMethods(ctx)
	if err != nil {
		return err
	}
	var lax error
	for _, t := range results {
		err := e.judgeTrial(ctx, t, results)
		switch {
		case err == nil:
		case !isWarning(err):
			return err
		case lax == nil:
			lax = err // there may be worse to tell
		}
	}
	return lax
}

// judgeTrial judges the answer to a method that the document does not declare.
func (e *env) judgeTrial(ctx context.Context, t tried, results []tried) error {
	what := t.request.method + " is not declared for the path"
	switch a := t.answer; {
	case a.status == http.StatusMethodNotAllowed:
		return e.expectTrueAllow(ctx, t, results)
	case a.status == http.StatusNotImplemented:
		return nil
	case a.status >= http.StatusInternalServerError:
		return mismatch(a, what+", and fails", "status 405", fmt.Sprintf("status %d", a.status))
	case a.ok():
		return warnf(a, "%s, and is answered with %d: an undeclared operation", what, a.status)
	default:
		return warnf(a, "%s, and is answered with %d instead of 405", what, a.status)
	}
}

// expectTrueAllow judges the Allow of a 405 by what became of other methods on the
// same path, and by the document.
func (e *env) expectTrueAllow(ctx context.Context, t tried, results []tried) error {
	a := t.answer
	if allowed(a) == nil {
		return failf(a, "the answer 405 has no Allow")
	}
	for _, other := range results {
		if other.template != t.template {
			continue
		}
		named := slices.Contains(allowed(a), other.request.method)
		switch {
		case named && other.answer.status == http.StatusMethodNotAllowed:
			return failf(a, "Allow names %s, which is refused with 405", other.request.method)
		case !named && other.answer.ok():
			return failf(a, "Allow leaves out %s, which is answered with %d", other.request.method, other.answer.status)
		}
	}
	if missing := e.missing(a, t.template); missing != "" {
		return e.shortAllow(ctx, t, missing)
	}
	return nil
}

// shortAllow judges an Allow that leaves out a method of the document. A router
// that takes each method for a route of its own knows no better; one that tells
// more when it is asked does.
func (e *env) shortAllow(ctx context.Context, t tried, missing string) error {
	options, err := e.do(ctx, request{method: http.MethodOptions, path: t.request.path, as: writer})
	if err != nil {
		return err
	}
	if options.ok() && slices.Contains(allowed(options), missing) {
		return mismatch(t.answer, "Allow leaves out a method that OPTIONS names", missing, strings.Join(allowed(t.answer), ", "))
	}
	return warnf(t.answer, "Allow leaves out %s, which the document declares", missing)
}

func checkNoContent(ctx context.Context, e *env) error {
	_, a, err := e.sampleDeleted(ctx)
	if err != nil {
		return err
	}
	if a.status != http.StatusNoContent {
		return notApplicable("a delete is answered with %d", a.status)
	}
	if length := a.header.Get("Content-Length"); length != "" && length != "0" {
		return failf(a, "an answer with the status 204 announces a body of %s bytes", length)
	}
	return nil
}

// mediaTypeOf is the media type of an answer, without parameters.
func mediaTypeOf(a *answer) string {
	base, _, err := mime.ParseMediaType(a.header.Get("Content-Type"))
	if err != nil {
		return a.header.Get("Content-Type")
	}
	return base
}

// answersJSON reports whether the document lets an operation answer with JSON.
func (e *env) answersJSON(role resource.Role) bool {
	op := e.op(role)
	if op == nil {
		return false
	}
	response, _ := op.Success()
	return response != nil && response.JSON() != nil
}
