package drift

import (
	"fmt"
	"net/http"
	"slices"

	"understudy/conformance"
	"understudy/internal/contract"
	"understudy/internal/resource"
)

// comparison is the answers of a stand-in beside those of a target.
type comparison struct {
	here, there *side
	model       *resource.Model // of the stand-in's own document
	findings    []*Finding
	operations  []string        // in the order in which they were asked
	compared    map[string]int  // steps by operation
	alone       int             // steps that only one of them came to
	keyless     map[string]int  // steps by operation that the target refused for the key of the run, or for want of one
	shut        map[string]bool // operations of which the target accepts nothing, as far as that was asked
	leading     map[string]bool // collections whose lists begin with the same records of the run
	invented    map[string]bool // members that requests leave out and the stand-in makes up
	differing   map[string]bool // collections in which one side alone changed a record
	stood       []stood
	ignoreWords bool
	ignored     int             // answers of which only the words of an error differ in a place
	stocked     map[string]bool // collections in which both sides made the same records for the list
}

func newComparison(here, there *conformance.Transcript, model *resource.Model) *comparison {
	left, right := newSide(here), newSide(there)
	left.stoodFor = there.Run.Target
	return &comparison{here: left, there: right, differing: map[string]bool{}, model: model, compared: map[string]int{}, stocked: map[string]bool{}, invented: map[string]bool{}, leading: map[string]bool{}, shut: map[string]bool{}, keyless: map[string]int{}}
}

// lineUp compares step by step, and then what only many steps tell.
func (c *comparison) lineUp() {
	for _, collection := range c.there.Model.Collections {
		c.stocked[collection.Path] = slices.Equal(c.here.stock(collection), c.there.stock(collection))
	}
	seen := map[string]bool{}
	for _, there := range c.there.Steps {
		here := c.here.steps[there.Key()]
		if here == nil || seen[there.Key()] {
			c.alone++
			continue
		}
		seen[there.Key()] = true
		p := pair{here, there}
		if c.compared[p.operation()] == 0 {
			c.operations = append(c.operations, p.operation())
		}
		c.compared[p.operation()]++
		c.step(p)
	}
	c.compareStood()
	for _, collection := range c.there.Model.Collections {
		c.compareOrder(collection)
		c.compareVariety(collection)
	}
}

// step compares the answers to one step.
func (c *comparison) step(p pair) {
	here, there := p.here.Status, p.there.Status
	if p.there.Collection != nil && p.there.Exchange.Method != http.MethodGet && succeeds(here) != succeeds(there) {
		c.differing[p.there.Collection.Path] = true
	}
	switch {
	case there == http.StatusTooManyRequests:
		return // which says nothing of the request
	case refusesKey(p):
		c.keyless[p.operation()]++
		return // which says only that another key is needed
	case here == 0 || there == 0:
		if here != there {
			c.found(p, Finding{Kind: Status, Here: told(p.here), There: told(p.there)})
		}
		return
	case refuses(here) && succeeds(there):
		c.found(p, Finding{Kind: Stricter, Where: p.there.Tried, Here: "refused with " + told(p.here) + because(p.here), There: "accepted with " + told(p.there)})
		return
	case succeeds(here) && refuses(there):
		c.found(p, Finding{Kind: Laxer, Where: p.there.Tried, Here: "accepted with " + told(p.here), There: "refused with " + told(p.there)})
		return
	case here != there:
		c.found(p, Finding{Kind: Status, Here: told(p.here), There: told(p.there)})
	}
	if here/100 != there/100 {
		return // which says enough
	}
	c.compareHeaders(p)
	c.compareBodies(p)
}

// refusesKey reports whether the target refuses a request for the key of the run, or for
// want of one, where the stand-in looks at more than its key.
func refusesKey(p pair) bool {
	op := p.there.Operation
	return p.there.Status == http.StatusUnauthorized && p.here.Status != http.StatusUnauthorized && op != nil && len(op.Security) > 0 &&
		p.there.Cause != "unauthenticated" && p.there.Cause != "bad_credentials"
}

// because names the keyword of the document that a request breaks, if it breaks one.
func because(here *conformance.Step) string {
	if broken := violationOf(here); broken != nil {
		return " (" + broken.Keyword + ")"
	}
	return ""
}

func succeeds(status int) bool { return status >= 200 && status < 300 }
func refuses(status int) bool  { return status >= 400 && status < 500 }

// told is the status of a step in words.
func told(s *conformance.Step) string {
	if s.Status == 0 {
		return "no answer"
	}
	return fmt.Sprint(s.Status)
}

// compareBodies compares what the answers hold, each as what it is.
func (c *comparison) compareBodies(p pair) {
	here, isHere := decoded(p.here)
	there, isThere := decoded(p.there)
	switch {
	case p.here.Cut || p.there.Cut:
	case len(p.here.Body) == 0 && len(p.there.Body) == 0:
	case len(p.here.Body) == 0 || len(p.there.Body) == 0 || isHere != isThere:
		if form(p.here, isHere) != form(p.there, isThere) {
			c.found(p, Finding{Kind: Shape, Here: form(p.here, isHere), There: form(p.there, isThere)})
		}
	case !isHere:
		c.compareWords(p, map[string]any{"": string(p.here.Body)}, map[string]any{"": string(p.there.Body)})
	case !succeeds(p.there.Status):
		c.compareErrors(p, here, there)
	case c.isList(p):
		c.compareLists(p, here, there)
	default:
		c.compareShown(p, here, there)
	}
}

// form is what a body is as a whole.
func form(s *conformance.Step, isJSON bool) string {
	switch {
	case len(s.Body) == 0:
		return "no body"
	case isJSON:
		return "JSON"
	}
	return "a body that is no JSON"
}

// isList reports whether a step reads a list.
func (c *comparison) isList(p pair) bool {
	binding, bound := c.there.Model.Bind(p.there.Operation)
	return p.there.Operation != nil && bound && binding.Role == resource.List
}

// barred reports whether the target refuses every valid request of an operation that
// the stand-in accepts: what it says to others then tells nothing of why.
func (c *comparison) barred(operation string) bool {
	if known, ok := c.shut[operation]; ok {
		return known
	}
	asked, refused := 0, 0
	for _, there := range c.there.Steps {
		here := c.here.steps[there.Key()]
		if here == nil || there.Cause != "" || !succeeds(here.Status) || (pair{here, there}).operation() != operation {
			continue
		}
		asked++
		if refuses(there.Status) {
			refused++
		}
	}
	c.shut[operation] = asked > 0 && refused == asked
	return c.shut[operation]
}

// lacks reports whether the target knows the path of an operation and not its method. A
// server without HEAD says 405 to that, and has GET.
func (c *comparison) lacks(op *contract.Operation) bool {
	lacking := false
	for _, there := range c.there.Steps {
		if op == nil || there.Operation != op || there.Exchange.Method != op.Method || there.Status == http.StatusTooManyRequests {
			continue
		}
		if there.Status != http.StatusMethodNotAllowed {
			return false
		}
		lacking = true
	}
	return lacking
}

// holdsTo reports whether the target refuses what breaks a keyword at one place in most
// requests that do. It may take others for good ones, as a parser of numbers takes "12",
// and hold to the keyword all the same.
func (c *comparison) holdsTo(op *contract.Operation, broken *violation) bool {
	refused, accepted := 0, 0
	for _, there := range c.there.Steps {
		here := c.here.steps[there.Key()]
		if here == nil || there.Operation != op {
			continue
		}
		other := violationOf(here)
		switch {
		case other == nil || other.In != broken.In || other.Field != broken.Field || other.Keyword != broken.Keyword:
		case refuses(there.Status):
			refused++
		case succeeds(there.Status):
			accepted++
		}
	}
	return refused > accepted
}

// findingsOf lists the findings of one operation, in the order of their kinds.
func (c *comparison) findingsOf(operation string) []*Finding {
	var found []*Finding
	for _, k := range kinds() {
		for _, f := range c.findings {
			if f.operation == operation && f.Kind == k {
				found = append(found, f)
			}
		}
	}
	return slices.Clip(found)
}
