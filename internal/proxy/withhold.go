package proxy

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strconv"
	"strings"

	"understudy/internal/contract"
	"understudy/internal/refusal"
)

// violationsHeader lists what is wrong, as the stand-in does.
const violationsHeader = "X-Understudy-Violations"

// maxViolations bounds that header, in bytes.
const maxViolations = 4096

// refuse answers a request that breaks the document, where that is wanted, and says
// that it did. It waits for the body of the request.
func (p *Proxy) refuse(on *passage, r *http.Request) bool {
	if r.Body != nil && r.Body != http.NoBody && r.Header.Get("Upgrade") == "" {
		held, err := hold(&r.Body, p.config.BodyLimit)
		if err != nil {
			return false // whoever reads on finds the same error
		}
		on.exchange.Body = held
	}
	e := *on.exchange
	j := judge(p.config.Contract, (&e).plain())
	op := j.operation()
	if op == nil || j.refused == nil {
		return false
	}
	var wrong refusal.Refusal
	var violations contract.Violations
	if errors.As(j.refused, &violations) {
		wrong = refusal.Invalid(op, violations)
	} else {
		wrong, _ = refusal.OfBody(op, j.refused)
	}
	on.refused = true
	p.write(on.w, on, wrong)
	return true
}

// hold reads a body, to be judged before it passes. What is longer than the limit is
// not kept from passing.
func hold(body *io.ReadCloser, limit int64) (Body, error) {
	read, err := io.ReadAll(io.LimitReader(*body, limit+1))
	rest := io.Reader(*body)
	if err != nil {
		rest = failing{err}
	}
	*body = struct {
		io.Reader
		io.Closer
	}{io.MultiReader(bytes.NewReader(read), rest), *body}
	held := Body{Data: read, Size: int64(len(read))}
	if int64(len(read)) > limit {
		held.Data, held.Missing = read[:limit], overLimit
	}
	return held, err
}

// failing is a body that breaks off.
type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

// withheldError is an answer that is not passed on.
type withheldError struct{ refusal refusal.Refusal }

func (w *withheldError) Error() string { return w.refusal.Reason }

// withhold keeps back an answer that breaks the document. It waits for the body,
// unless that is a stream of events, which has no end.
func (p *Proxy) withhold(on *passage, r *http.Response) error {
	e := *on.exchange
	answer := *e.Answer
	e.Answer = &answer
	answer.Body = Body{Missing: "it is a stream"}
	if kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); kind != "text/event-stream" {
		held, err := hold(&r.Body, p.config.BodyLimit)
		if err != nil {
			return nil //nolint:nilerr // it breaks off for the caller as it did here
		}
		answer.Body = held
	}
	var broken []contract.Violation
	for _, f := range judge(p.config.Contract, (&e).plain()).findings {
		if strings.HasPrefix(f.id, "response/") {
			broken = append(broken, f.violation)
		}
	}
	if broken == nil {
		return nil
	}
	return &withheldError{refusal.Refusal{
		Status: http.StatusBadGateway, Cause: "bad_gateway", Violations: broken,
		Reason: fmt.Sprintf("the answer of the API, %d, breaks the document: %s", r.StatusCode, broken[0]),
	}}
}

// write sends an answer of our own, in the error shape that the document declares.
func (p *Proxy) write(w http.ResponseWriter, on *passage, r refusal.Refusal) {
	m, _ := match(p.config.Contract, on.exchange)
	op := m.Operation
	if op == nil {
		op = m.Sibling
	}
	rest := p.config.Witness.redactor.replacer(on.exchange)
	for i, v := range r.Violations {
		r.Violations[i] = p.config.Witness.redactor.violation(v, rest)
	}
	if op != nil {
		r.Like = likeness(op, r.Status)
	}
	body, contentType := p.refusals.Body(op, r)
	if contentType != "" {
		w.Header().Set("Content-Type", contentType)
	}
	if len(r.Violations) > 0 {
		w.Header().Set(violationsHeader, contract.EncodeViolations(r.Violations, maxViolations))
	}
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(r.Status)
	if on.exchange.Method != http.MethodHead {
		_, _ = w.Write(body)
	}
}

// likeness is the declared status whose shape an error answer has: its own, that of
// a server's error, or else the first that is an error.
func likeness(op *contract.Operation, status int) int {
	for _, candidate := range []int{status, http.StatusInternalServerError} {
		if op.Response(candidate) != nil {
			return candidate
		}
	}
	for _, r := range op.Responses {
		if code, err := strconv.Atoi(r.Status); err == nil && code >= 400 {
			return code
		}
	}
	return status
}
