package report

import (
	"fmt"
	"strings"
)

// Plan is what a run is about to do.
type Plan struct {
	// Results stand for the checks in their order. The Status of one that will run
	// is ""; the others have the reason why they will not.
	Results []Result
	// Checks is how many will run, Requests how many they will send, about.
	Checks, Requests int
	// Allowed is how many requests the run may send.
	Allowed int
	// Records is how many records of the run there will be at the same time, at
	// most. It is 0 for a run that writes nothing.
	Records int
	// Ledger is the file that lists the records of the run until they are deleted, "" as
	// long as there is none.
	Ledger string
	// Cleanup is the command that deletes what it lists.
	Cleanup string
	// Found is what was seen of the target, a phrase each. It is empty as long as
	// nothing was sent.
	Found []string
}

// String is the plan in one line.
func (p Plan) String() string {
	what := fmt.Sprintf("%s, about %s, ", Counted(p.Checks, "check"), Counted(p.Requests, "request"))
	if p.Records == 0 {
		what += "creates nothing"
	} else {
		what += fmt.Sprintf("creates at most %s at once, and deletes them", Counted(p.Records, "record"))
	}
	if p.Allowed > 0 && p.Requests > p.Allowed {
		what += fmt.Sprintf("; it will end early, as it may send %s: raise --max-requests", Counted(p.Allowed, "request"))
	}
	return what
}

// maxSeen is how many phrases of what was found are told: some documents have a hundred
// collections.
const maxSeen = 8

// Seen is what was found of the target, in one line; "" when nothing was.
func (p Plan) Seen() string {
	found := p.Found
	if more := len(found) - maxSeen; more > 0 {
		found = append(found[:maxSeen:maxSeen], fmt.Sprintf("and %d more", more))
	}
	return Printable(strings.Join(found, ", "))
}
