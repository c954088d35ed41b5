package drift

import (
	"understudy/conformance"
)

// refusedLeaves are the values that a refusal tells, by their place in its body; nil for
// what is no refusal.
func refusedLeaves(s *conformance.Step) map[string]any {
	if s.Status < 400 || s.Cut || len(s.Body) == 0 {
		return nil
	}
	if body, isJSON := decoded(s); isJSON {
		return leaves(body)
	}
	return map[string]any{"": string(s.Body)}
}

// madeAnewIn are the places in refusals that have another value each time, as the number
// of a request has: whenever the script asks one and the same thing twice, the server
// tells another one there.
func madeAnewIn(steps []*conformance.Step) map[string]bool {
	anew, staying := map[string]bool{}, map[string]bool{}
	asked := map[string]*conformance.Step{}
	for _, step := range steps {
		question := step.Cause + " " + step.Exchange.Curl
		before := asked[question]
		asked[question] = step
		if before == nil || before.Status != step.Status {
			continue
		}
		told := refusedLeaves(before)
		for at, value := range refusedLeaves(step) {
			if known, ok := told[at]; ok && isAnother(known, value) {
				anew[at] = true
			} else if ok {
				staying[at] = true
			}
		}
	}
	for at := range staying {
		delete(anew, at)
	}
	return anew
}

// isAnother reports whether a value is not the one before. A text that tells the time, or
// the like, among other things is still the same.
func isAnother(before, now any) bool {
	text, isText := now.(string)
	known, alsoText := before.(string)
	if isText && alsoText && timeless(text) == timeless(known) {
		return text != known && timeless(text) == "{made anew}"
	}
	return !equal(before, now)
}

// settled is the value that stands for all that the target makes anew at a place in
// refusals: the first that it told.
func (s *side) settled(at string, value any) any {
	if !s.anew[at] {
		return value
	}
	for _, step := range s.Steps {
		if first, ok := refusedLeaves(step)[at]; ok && kind(first) == kind(value) {
			return first
		}
	}
	return value
}
