package report

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Judge sets the verdict from the results. should counts a failed SHOULD as a
// failure.
func (r *Report) Judge(should bool) {
	r.Should = should
	r.Known = r.Count(Known)
	r.Verdict = Conforms
	if r.Count(Pass) == 0 {
		r.Verdict = Partial // an empty run is not a pass
	}
	excused := r.excused()
	for _, result := range r.Results {
		switch {
		case r.Failed(result):
			r.Verdict = Fails
			return
		case result.Level == Must && (r.isUnjudged(result, excused) || result.Status == Flaky):
			r.Verdict = Partial
		}
	}
}

// excused are the checks whose failures are known, by id: what they keep from running is
// no more to be told than they are.
func (r *Report) excused() map[string]bool {
	ids := map[string]bool{}
	for _, result := range r.Results {
		if result.Status == Known {
			ids[result.ID] = true
		}
	}
	return ids
}

// isUnjudged reports whether a check did not run, for another reason than a known failure
// or somebody's choice.
func (r *Report) isUnjudged(result Result, excused map[string]bool) bool {
	return result.Status == NotRun && !result.LeftOut || result.Status == Blocked && !excused[result.BlockedBy]
}

// Failed says whether a result makes the verdict Fails: it is a failure, or a
// failed SHOULD in a run where that counts.
func (r *Report) Failed(result Result) bool {
	return result.Status == Fail || r.Should && result.Status == Warn && result.Level == Should
}

// PassedWithout tells, in a sentence for each reason, what passed without a part of it.
func (r *Report) PassedWithout() []string {
	var told []string
	titles := map[string][]string{}
	for _, result := range r.Results {
		if result.Status == Pass && result.Reason != "" {
			titles[result.Reason] = append(titles[result.Reason], result.Title())
		}
	}
	for _, reason := range slices.Sorted(maps.Keys(titles)) {
		told = append(told, strings.Join(titles[reason], ", ")+": passed "+reason)
	}
	return told
}

// Count is how many results have a status.
func (r *Report) Count(status Status) int {
	return r.count(func(result Result) bool { return result.Status == status })
}

func (r *Report) count(counts func(Result) bool) int {
	n := 0
	for _, result := range r.Results {
		if counts(result) {
			n++
		}
	}
	return n
}

// Outcome is the verdict in words, with what it rests on: "fails: 2 of 61
// checks".
func (r *Report) Outcome() string {
	because := r.because()
	switch {
	case because == "":
		return string(r.Verdict)
	case r.Verdict == Conforms:
		return string(r.Verdict) + ", " + because
	}
	return string(r.Verdict) + ": " + because
}

// because is what the verdict rests on, "" when there is nothing to add to it.
func (r *Report) because() string {
	leftOut := ""
	if r.LeftOut > 0 {
		leftOut = Counted(r.LeftOut, "check") + " left out by choice"
	}
	switch known := r.whatIsKnown(); {
	case r.Verdict == Fails:
		return joined(r.whyItFails(), leftOut)
	case r.Verdict == Partial:
		return joined(r.whyItIsPartial(), leftOut)
	case known == "" && leftOut != "":
		return "but for " + leftOut
	case leftOut != "":
		return known + ", and for " + leftOut
	default:
		return known
	}
}

// joined are the parts of a sentence, without those that are empty.
func joined(parts ...string) string {
	return strings.Join(slices.DeleteFunc(parts, func(part string) bool { return part == "" }), ", ")
}

// whatIsKnown are the failures that a target conforms but for, "" when there are none.
func (r *Report) whatIsKnown() string {
	known := r.Count(Known)
	if known == 0 {
		return ""
	}
	excused := r.excused()
	blocked := r.count(func(result Result) bool { return result.Status == Blocked && excused[result.BlockedBy] })
	if blocked == 0 {
		return "but for " + Counted(known, "known failure")
	}
	return fmt.Sprintf("but for %s, which left %s not run", Counted(known, "known failure"), Counted(blocked, "check"))
}

func (r *Report) whyItFails() string {
	failed := r.count(r.Failed)
	why := fmt.Sprintf("%d of %s", failed, Counted(len(r.Results), "check"))
	if lax := failed - r.Count(Fail); lax > 0 {
		why += fmt.Sprintf(", %d of them SHOULD", lax)
	}
	return why
}

func (r *Report) whyItIsPartial() string {
	var why []string
	if r.Count(Pass) == 0 {
		why = append(why, "no check passed")
	}
	excused := r.excused()
	unrun := r.count(func(result Result) bool { return result.Level == Must && r.isUnjudged(result, excused) })
	if unrun > 0 {
		why = append(why, Counted(unrun, "MUST check")+" did not run")
	}
	flaky := r.count(func(result Result) bool { return result.Level == Must && result.Status == Flaky })
	if flaky > 0 {
		why = append(why, Counted(flaky, "MUST check")+" passed only when repeated")
	}
	return strings.Join(why, ", ")
}
