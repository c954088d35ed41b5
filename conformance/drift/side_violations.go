package drift

import (
	"encoding/json"
	"slices"

	"understudy/conformance"
)

// violationOf is the first violation that the stand-in tells of a request, nil when it
// tells none.
func violationOf(here *conformance.Step) *violation {
	var found []violation
	if json.Unmarshal([]byte(here.Header.Get("X-Understudy-Violations")), &found) != nil || len(found) == 0 {
		return nil
	}
	return &found[0]
}

func sorted(list []string) []string {
	slices.Sort(list)
	return list
}
