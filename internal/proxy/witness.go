// Package proxy is a witness: it passes requests on to an API and their answers back
// without changing a byte, and holds a copy of both against the document.
package proxy

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"understudy/conformance/report"
	"understudy/internal/contract"
	"understudy/internal/nearest"
	"understudy/internal/resource"
)

// Watch says what a Witness goes by, and what it keeps.
type Watch struct {
	Contract *contract.Contract
	Model    *resource.Model
	// Upstream is where the API is called, and nil for a recording.
	Upstream *url.URL
	// Redact names headers, query parameters and members of bodies that hold secrets,
	// beside those of the document's security schemes.
	Redact []string
	// HAR is where every exchange is written to; nil is nowhere.
	HAR *HARWriter
	// Record says that records are kept for seed data.
	Record bool
	// Live is told of each cause of violations when it is first seen; it may be nil.
	Live func(line string)
}

// Witness judges exchanges and remembers what they showed. It is safe for concurrent
// use, and bounded in memory.
type Witness struct {
	watch    Watch
	redactor *redactor

	mu         sync.Mutex
	causes     causes
	coverage   *Coverage
	recorder   *recorder
	untold     tally
	deprecated map[*contract.Operation]bool
	undeclared map[string]int  // names told that are not the document's, by operation
	failing    map[string]bool // sides of operations with a violation
	broken     map[string]int  // violations by side
	astray     astray
	matched    int // requests for a path of the document
	answered   int
	unanswered int
}

// NewWitness makes a witness that has seen nothing.
func NewWitness(watch Watch) *Witness {
	w := &Witness{
		watch: watch, redactor: newRedactor(watch.Contract, watch.Redact), coverage: newCoverage(watch.Contract),
		deprecated: map[*contract.Operation]bool{}, undeclared: map[string]int{}, failing: map[string]bool{}, broken: map[string]int{},
	}
	if watch.Record {
		w.recorder = newRecorder(watch.Contract, watch.Model, w.redactor)
	}
	return w
}

// See judges an exchange.
func (w *Witness) See(e *Exchange) {
	e = e.plain()
	j := judge(w.watch.Contract, e)
	var parameters map[string]any
	if op := j.operation(); op != nil {
		parameters, _ = op.CheckParameters(&http.Request{Method: e.Method, URL: e.URL, Header: e.Header})
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if e.Answer != nil {
		w.answered++
	} else if e.Failure != "" && !e.Gone {
		w.unanswered++
	}
	if j.match.Allow != "" {
		w.matched++
	}
	w.coverage.see(e, j, parameters)
	if advice := w.astray.see(w.watch, e, j); advice != "" && w.watch.Live != nil {
		w.watch.Live(report.Printable(advice))
	}
	for _, reason := range j.untold {
		w.untold.add(reason)
	}
	for _, f := range j.findings {
		w.note(f, j.operation(), e)
	}
	w.noteDeprecated(j.operation(), e)
	if w.recorder != nil {
		w.recorder.see(e, j)
	}
	if w.watch.HAR != nil {
		w.watch.HAR.add(w.redactor, e)
	}
}

// isUnknown reports whether a finding is of what the document does not have.
func isUnknown(id string) bool { return strings.HasPrefix(id, "request/unknown-") }

// note counts a finding, and tells of it when its cause is new.
func (w *Witness) note(f finding, op *contract.Operation, e *Exchange) {
	side, _, _ := strings.Cut(f.id, "/")
	if isUnknown(f.id) {
		side = "unknown"
	}
	w.broken[side]++
	if op != nil {
		w.failing[side+" "+op.Method+" "+op.Path] = true
	}
	key := keyOf(f, op, e)
	if w.isCrowded(key) {
		w.untold.add(fmt.Sprintf("%s: of what the document does not name, the first %d are told", key.operation, maxUndeclared))
		return
	}
	c, isNew := w.causes.place(key)
	if !isNew {
		return
	}
	c.requirement, c.source, c.first = requirementOf(f), sourceOf(f.node), w.coverage.Exchanges
	c.exchange = w.shown(e)
	c.reason = w.redactor.violation(f.violation, w.redactor.replacer(e)).String() + meant(f, op, e)
	if side == "request" && e.Answer != nil {
		c.answered = fmt.Sprintf("; the first one was answered with %d", e.Answer.Status)
	}
	if w.watch.Live != nil {
		w.watch.Live(report.Printable(fmt.Sprintf("%s  %s  %s%s", f.id, c.key.operation, answeredWith(f, e), oneLine(c.reason))))
	}
}

// maxUndeclared bounds the names that are told of an operation and are not the
// document's: some are made anew for each request.
const maxUndeclared = 20

// isCrowded reports whether enough such names were told of an operation to leave a new
// one out.
func (w *Witness) isCrowded(key causeKey) bool {
	if key.id != undeclaredParameter && key.id != undeclaredMember || w.causes.byKey[key] != nil {
		return false
	}
	if w.undeclared[key.operation] == maxUndeclared {
		return true
	}
	w.undeclared[key.operation]++
	return false
}

// meant asks whether a name of the document was meant, if one is near.
func meant(f finding, op *contract.Operation, e *Exchange) string {
	switch f.id {
	case undeclaredParameter:
		return nearest.Hint(f.violation.Field, op.QueryNames(), "")
	case undeclaredMember:
		return nearest.Hint(f.violation.Field, op.MemberNames(e.Header.Get("Content-Type")), "")
	}
	return ""
}

// answeredWith is the status before a violation of an answer, unless that is what is
// wrong.
func answeredWith(f finding, e *Exchange) string {
	if strings.HasPrefix(f.id, "response/") && f.id != "response/status" && e.Answer != nil {
		return fmt.Sprintf("%d: ", e.Answer.Status)
	}
	return ""
}

func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }

// noteDeprecated notes the use of a deprecated operation.
func (w *Witness) noteDeprecated(op *contract.Operation, e *Exchange) {
	if op == nil || !op.Deprecated {
		return
	}
	f := finding{"request/deprecated", contract.Violation{In: "operation", Keyword: "deprecated", Message: "is deprecated"}, op.Node}
	c, isNew := w.causes.place(keyOf(f, op, e))
	if isNew {
		c.requirement, c.source, c.first = "A deprecated operation is not used.", sourceOf(op.Node), w.coverage.Exchanges
		c.reason, c.exchange = "the operation is deprecated", w.shown(e)
	}
}

// Broken is how many violations were seen of a side: request, response, or unknown for
// what the document does not have.
func (w *Witness) Broken(side string) int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.broken[side]
}

// Answered is how many requests were answered, and how many the API did not answer.
func (w *Witness) Answered() (answered, unanswered int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.answered, w.unanswered
}

// Matched is how many requests were for a path of the document.
func (w *Witness) Matched() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.matched
}

// Coverage is what of the document was seen.
func (w *Witness) Coverage() *Coverage {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.coverage.summarize()
	return w.coverage
}

// Report is what was seen of an API. notes are told beside what the witness knows.
func (w *Witness) Report(target string, started time.Time, took time.Duration, notes ...string) *report.Report {
	w.mu.Lock()
	defer w.mu.Unlock()
	r := &report.Report{
		Target: target, Document: w.watch.Contract.String(), Started: started, Duration: took.Seconds(), Witnessed: true,
		Requests: w.coverage.Exchanges, Notes: append(w.coverage.notes(), w.untold.notes()...),
	}
	if w.causes.more > 0 {
		r.Notes = append(r.Notes, fmt.Sprintf("%d violations of causes beyond the first %d are not told one by one", w.causes.more, maxCauses))
	}
	r.Notes = append(r.Notes, notes...)
	if advice := w.astray.advice; advice != "" {
		r.Notes = slices.Insert(r.Notes, 0, advice) // it explains all the rest
	}
	for _, c := range w.causes.list {
		r.Results = append(r.Results, c.result())
	}
	r.Results = append(r.Results, w.operations()...)
	r.Judge(false)
	return r
}

// result is a cause as a report has it.
func (c *cause) result() report.Result {
	result := report.Result{
		ID: c.key.id, Status: report.Fail, Level: report.Must, Subject: c.subject(), Requirement: c.requirement, Source: c.source,
		Reason: fmt.Sprintf("%s (%s, first in exchange %d%s)", c.reason, times(c.count), c.first, c.answered),
		Actual: c.key.actual, Expected: c.key.expected, Exchanges: []report.Exchange{c.exchange},
	}
	if isUnknown(c.key.id) || c.key.id == "request/deprecated" {
		result.Status, result.Level = report.Warn, report.Should
	}
	return result
}

// subject names what a cause is about.
func (c *cause) subject() string {
	subject := c.key.operation
	if c.key.status != 0 {
		subject += fmt.Sprintf(" %d", c.key.status)
	}
	if c.key.field != "" {
		subject += " " + c.key.field
	}
	return subject
}

// times is how often something happened.
func times(n int) string {
	if n == 1 {
		return "once"
	}
	return fmt.Sprintf("%d times", n)
}

// operations are the results of what was in order, and of what was never asked for.
func (w *Witness) operations() []report.Result {
	var results []report.Result
	unseen, more := 0, 0
	for _, o := range w.coverage.Operations {
		name := o.Method + " " + o.Path
		if o.Seen == 0 {
			if unseen++; unseen > maxNotes {
				more++
				continue
			}
			results = append(results, neverAsked(name, sourceOf(o.operation.Node)))
			continue
		}
		for _, side := range []string{"request", "response"} {
			if !w.failing[side+" "+name] {
				results = append(results, report.Result{
					ID: side + "/as-documented", Status: report.Pass, Level: report.Must, Subject: name,
					Requirement: capital(side) + "s of the operation are as the document says.", Source: sourceOf(o.operation.Node),
				})
			}
		}
	}
	if more > 0 {
		results = append(results, neverAsked(fmt.Sprintf("%d more operations", more), "the document's paths"))
	}
	return results
}

func neverAsked(name, source string) report.Result {
	return report.Result{
		ID: "coverage/asked-for", Status: report.NotRun, Level: report.May, Subject: name, Source: source,
		Requirement: "The operation is asked for.", Reason: "no request for it was seen",
	}
}

func capital(text string) string { return strings.ToUpper(text[:1]) + text[1:] }

// tally counts sentences, a bounded number of them.
type tally struct {
	counts map[string]int
	order  []string
}

// maxTally bounds how many sentences are told apart.
const maxTally = 100

func (t *tally) add(sentence string) {
	if t.counts == nil {
		t.counts = map[string]int{}
	}
	if _, known := t.counts[sentence]; !known {
		if len(t.order) == maxTally {
			return
		}
		t.order = append(t.order, sentence)
	}
	t.counts[sentence]++
}

func (t *tally) notes() []string {
	notes := make([]string, 0, len(t.order))
	for _, sentence := range t.order {
		notes = append(notes, fmt.Sprintf("%s (%s)", sentence, times(t.counts[sentence])))
	}
	return notes
}
