package conformance

import (
	"context"
	"net/http"

	"understudy/conformance/report"
	"understudy/internal/contract"
	"understudy/internal/resource"
)

// Transcript is what a server answered to the script of a document: the exchanges
// that Play makes of it, in their order. The same document and seed make the same
// script, so that two transcripts can be held side by side, step by step.
type Transcript struct {
	// Run tells of the run itself: the target, the records made and deleted, the notes.
	Run      *report.Report
	Contract *contract.Contract
	Model    *resource.Model
	Steps    []*Step
	// Names gives the role for each value that another server has another one for:
	// the ids of the records of the run, and the path parameters.
	Names map[string]string
	// Stock is how many records a collection held before the run, by its path.
	Stock map[string]int
	// ReadOnly says why nothing was written; "" where the run wrote.
	ReadOnly string
	// Unplayed says of collections why their part of the script was left out.
	Unplayed map[string]string

	kept int // bytes of bodies
}

// Step is one exchange of a script. Keys do not stand in it.
type Step struct {
	Operation *contract.Operation // nil for a request that the document does not know
	// Collection is nil for an operation that belongs to none.
	Collection *resource.Collection
	Name       string // of the step among those of its operation, in words
	// Cause is why a server refuses the request, as x-understudy names it; "" for a
	// request that ought to succeed.
	Cause string
	// Tried is the member or the parameter that the step is about, "" for the whole.
	Tried    string
	Item     map[string]any // that the body holds
	ID       string         // of the record that the answer says was made
	Status   int            // 0 when no answer came
	Header   http.Header
	Body     []byte
	Cut      bool // the body is not kept: it is too large
	Exchange report.Exchange
}

// Key names a step, so that it is found in the transcript of another server.
func (s *Step) Key() string {
	place := ""
	switch {
	case s.Operation != nil:
		place = s.Operation.Path
	case s.Collection != nil:
		place = s.Collection.Path
	}
	return place + " " + s.Exchange.Method + " " + s.Name
}

// Play plays the script of a document to the server at a base URL. It keeps to the
// manners of Execute: it changes and deletes only what it made, notes that in a ledger,
// and writes to another machine only WithWrites. The transcript is there whenever the
// script began; the error is then what ended it early. Errors are those of Execute.
func Play(ctx context.Context, target string, opts ...Option) (*Transcript, error) {
	s, err := newSuite(target, newOptions(opts))
	if err != nil {
		return nil, err
	}
	s.openLanes([][]*resource.Collection{s.model.Collections})
	began := s.options.clock()
	s.report = &report.Report{Format: report.Format, Target: s.client.base.String(), Document: s.contract.String(), Started: began, Seed: s.options.seed}
	found, err := s.preflight(ctx)
	if err != nil {
		return nil, err
	}
	plan := report.Plan{Found: found}
	if s.readOnly == "" {
		if err := s.ledgers.start(s.options.ledgerRun()); err != nil {
			return nil, err
		}
		plan.Ledger, plan.Cleanup = s.ledgers.name, s.cleanupCommand()
	}
	s.options.planned(plan)
	t := &Transcript{Run: s.report, Contract: s.contract, Model: s.model, Names: map[string]string{}, Stock: map[string]int{}, ReadOnly: s.readOnly, Unplayed: map[string]string{}}
	for c, records := range s.existing {
		t.Stock[c.Path] = len(records)
	}
	stopped := s.playAll(ctx, t)
	if err := s.cleanUp(ctx); err != nil {
		s.note("cleaning up: %v", err)
	}
	s.finish(s.options.clock().Sub(began))
	return t, stopped
}

// Read reads the document that options give, as a run does.
func Read(opts ...Option) (*contract.Contract, *resource.Model, error) {
	return readDocument(newOptions(opts))
}

// playAll plays the script, collection by collection. The error is what ended it
// early.
func (s *suite) playAll(ctx context.Context, t *Transcript) error {
	for name, value := range s.options.params {
		t.Names[value] = "{" + name + "}"
	}
	for name, value := range s.options.foreign {
		t.Names[value] = "{" + name + " elsewhere}"
	}
	for i, c := range s.model.Collections {
		if missing := s.missingParam(c); missing != "" {
			t.Unplayed[c.Path] = "no value of " + missing + " is given: --param " + missing + "=…"
			continue
		}
		p := &player{env: s.newEnv(c, &Check{}), transcript: t, place: i}
		p.isAlone = true
		p.usesSamples = true // what was made for a part of the script stays for the whole of it
		err := p.play(ctx)
		if isObstacle(err) || isFailure(err) {
			t.Unplayed[c.Path], err = s.client.redactSentence(err.Error(), nil), nil
		}
		if err != nil {
			return err
		}
		p.sweep(ctx)
	}
	return s.playOutside(ctx, t)
}

// player plays the script on one collection.
type player struct {
	*env
	transcript *Transcript
	place      int            // of the collection in the document
	stocked    map[string]any // the body of the first record for the list; nil when there is none
}

// scene is a part of the script: some steps that hang together.
type scene struct {
	writes bool
	play   func(context.Context, *player) error
}

// scenes are the parts of the script, in their order. What the run made for one is
// deleted after it.
func scenes() []scene {
	return []scene{
		{true, playLife},
		{true, playWhole},
		{true, playForm},
		{true, playTexts},
		{true, playIntruders},
		{true, playCreateInputs},
		{true, playCreateRefusals},
		{false, playUnknown},
		{false, playLists},
	}
}

// play plays the scenes. Each makes its values from a number of its own, so that they
// are the same on every server, whatever came before.
func (p *player) play(ctx context.Context) error {
	if err := p.prepare(ctx); err != nil {
		return err
	}
	for name, value := range p.params {
		if p.transcript.Names[value] == "" {
			p.transcript.Names[value] = "{" + name + "}"
		}
	}
	for i, scene := range scenes() {
		if scene.writes && !p.mayCreate() {
			continue
		}
		p.samples.next.Store(int64(p.place*len(scenes())+i+1) * valuesEach)
		err := scene.play(ctx, p)
		if err != nil && !isObstacle(err) && !isFailure(err) {
			return err
		}
		p.sweep(ctx)
	}
	if p.mayCreate() && p.existing[p.collection] != nil {
		p.tellHarm(p.collateral(ctx))
	}
	return nil
}

// valuesEach is how many values a scene may make.
const valuesEach = 36 * 36

// sweep deletes the records that no later step looks at.
func (p *player) sweep(ctx context.Context) { p.tellHarm(p.removeWarily(ctx, p.spent())) }

// tellHarm notes what came to harm, if anything did.
func (p *player) tellHarm(harm error) {
	if harm != nil {
		p.note("nothing more was written: %s", harm)
	}
}

// send sends the request of a step, and notes what came. An answer that did not come
// is an answer of its own, as long as the target goes on to answer others.
func (p *player) send(ctx context.Context, step Step, r request) (*answer, error) {
	do := p.do
	if p.mayMake(r) {
		do = p.sendCreate
	}
	a, err := do(ctx, r)
	if err != nil {
		err = p.unanswered(ctx, err)
	}
	if a == nil || a.exchange == nil {
		return a, err
	}
	step.Collection, step.Operation = p.collection, p.operationOf(r)
	p.keep(&step, r, a)
	if a.ok() && p.mayMake(r) {
		if step.ID = p.madeID(a); step.ID != "" {
			p.transcript.Names[step.ID] = "{id of " + step.Name + "}"
		}
	}
	if isFailure(err) {
		err = nil
	}
	return a, err
}

// mayMake reports whether a request may make a record: one that is meant to, or a POST
// of which the document knows nothing.
func (p *player) mayMake(r request) bool {
	binding, bound := p.model.Bind(p.operationOf(r))
	return r.method == http.MethodPost && (!bound || binding.Role == resource.Create)
}

// Bounds of the bodies that a transcript keeps, in bytes: of one, and of all together.
const (
	mostKept = 4 << 20
	allKept  = 128 << 20
)

// keep adds a step with its answer to the transcript.
func (p *player) keep(step *Step, r request, a *answer) {
	step.Status, step.Exchange = a.status, *a.exchange
	if step.Cut = len(a.body) > mostKept || p.transcript.kept > allKept; !step.Cut {
		step.Body = []byte(p.client.redact(r, string(a.body)))
		p.transcript.kept += len(step.Body)
	}
	step.Header = a.header.Clone()
	for _, values := range step.Header {
		for i, value := range values {
			values[i] = p.client.redact(r, value)
		}
	}
	if step.Item == nil && r.item {
		step.Item = bodyOf(r)
	}
	p.transcript.Steps = append(p.transcript.Steps, step)
}
