package drift

import (
	"slices"

	"understudy/conformance"
	"understudy/conformance/report"
)

// Kind is in what way two answers differ.
type Kind string

// The kinds.
const (
	Stricter Kind = "stricter" // the stand-in refuses what the target accepts
	Laxer    Kind = "laxer"    // the stand-in accepts what the target refuses
	Status   Kind = "status"
	Shape    Kind = "shape" // members, types, null or absent
	Words    Kind = "words" // of an error
	Value    Kind = "value" // of a member that the document decides about
	Page     Kind = "page"  // how many records a page has, and what leads to others
	Header   Kind = "header"
	Order    Kind = "order"
	Varies   Kind = "varies" // a member is constant on one side and varies on the other
)

// kinds lists the kinds in the order in which people are told of them.
func kinds() []Kind {
	return []Kind{Stricter, Laxer, Status, Shape, Value, Page, Order, Varies, Header, Words}
}

// Title is the kind in words.
func (k Kind) Title() string {
	return map[Kind]string{
		Stricter: "the mock is stricter", Laxer: "the mock is laxer", Status: "other status", Shape: "other shape", Words: "other words",
		Value: "other value", Page: "other page", Header: "other header", Order: "other order", Varies: "constant and varying",
	}[k]
}

// Finding is one difference of an operation.
type Finding struct {
	Kind Kind `json:"kind"`
	// Where in the answer it shows: a member, a header; "" for the answer as a whole.
	Where string `json:"where,omitempty"`
	// Here is what the stand-in does, There what the target does.
	Here  string `json:"here"`
	There string `json:"there"`
	// Steps are the requests that show it.
	Steps []string `json:"steps"`
	// Overlay says what an overlay does about it: "mends" or "cannot say"; "" when none
	// was written.
	Overlay string `json:"overlay,omitempty"`
	// HereExchange and ThereExchange are the first exchanges that show it.
	HereExchange  report.Exchange `json:"here_exchange"`
	ThereExchange report.Exchange `json:"there_exchange"`

	operation string
	pair      pair
	pairs     []pair   // all that show it
	causes    []string // why the stand-in refuses the steps, where it does
	field     string   // the member of an item that it is about
	value     any      // that the target gives it
}

// What an overlay does about a finding.
const (
	Mends     = "mends"
	CannotSay = "cannot say"
)

// same reports whether two findings tell the same of one operation.
func (f *Finding) same(other *Finding) bool {
	return f.operation == other.operation && f.Kind == other.Kind && f.Where == other.Where && f.Here == other.Here && f.There == other.There
}

// String names a finding among those of a comparison.
func (f *Finding) String() string {
	return f.operation + ": " + f.Headline() + ": " + f.Here + " / " + f.There
}

// pair is the same step on both sides.
type pair struct {
	here, there *conformance.Step
}

// operation names the operation of a pair: as the document has it, or by what was sent.
func (p pair) operation() string {
	if op := p.there.Operation; op != nil {
		return op.Method + " " + op.Path
	}
	if c := p.there.Collection; c != nil {
		return p.there.Exchange.Method + " " + c.Path
	}
	return p.there.Exchange.Method
}

// anyID is the role of an id of the run. Which one it is tells nothing any more, once
// it was compared.
var anyID = lazily(`\{id of [^}]*\}`)

// found adds a finding, or a step to one that is known.
func (c *comparison) found(p pair, f Finding) {
	f.operation, f.pair = p.operation(), p
	f.Here, f.There = anyID().ReplaceAllString(f.Here, "{id}"), anyID().ReplaceAllString(f.There, "{id}")
	f.HereExchange, f.ThereExchange = p.here.Exchange, p.there.Exchange
	for _, known := range c.findings {
		if !known.same(&f) {
			continue
		}
		if !slices.Contains(known.Steps, p.there.Name) {
			known.Steps = append(known.Steps, p.there.Name)
		}
		known.causes, known.pairs = append(known.causes, causeOf(p.here)), append(known.pairs, p)
		return
	}
	f.Steps, f.causes, f.pairs = []string{p.there.Name}, []string{causeOf(p.here)}, []pair{p}
	c.findings = append(c.findings, &f)
}
