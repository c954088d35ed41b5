package report

import (
	"fmt"
	"strings"
	"time"
)

// told lists the statuses in the order in which people are told of them: what
// needs their attention comes first.
func told() []Status {
	return []Status{Fail, Warn, Blocked, NotRun, Flaky, Known, Pass, NotApplicable}
}

// word is the status in a count: "2 failed".
func (s Status) word() string {
	switch s {
	case Pass:
		return "passed"
	case Fail:
		return "failed"
	case Warn:
		return "warned"
	case NotApplicable:
		return "not applicable"
	case NotRun:
		return "not run"
	}
	return string(s) // blocked, known, flaky
}

// title is the status at the head of a list.
func (s Status) title() string { return capitalized(s.word()) }

// capitalized is a text of ours, which begins with an ASCII letter, as the
// beginning of a sentence.
func capitalized(text string) string {
	if text == "" {
		return ""
	}
	return strings.ToUpper(text[:1]) + text[1:]
}

// tally counts the results by status, and says what the run took: "61 checks: 2
// failed, 59 passed; 214 requests in 3.2s".
func (r *Report) tally() string {
	var counts []string
	for _, status := range told() {
		if n := r.Count(status); n > 0 {
			counts = append(counts, fmt.Sprintf("%d %s", n, status.word()))
		}
	}
	checks := Counted(len(r.Results), "check")
	if len(counts) > 0 {
		checks += ": " + strings.Join(counts, ", ")
	}
	return fmt.Sprintf("%s; %s in %s", checks, Counted(r.Requests, "request"), Lasting(r.Duration))
}

// seeded is the seed after a heading, "" where there is none.
func (r *Report) seeded() string {
	if r.Witnessed {
		return ""
	}
	return fmt.Sprintf(", seed %d", r.Seed)
}

// again says how to send the values of a run that failed once more, "" for one that did not.
func (r *Report) again() string {
	if r.Witnessed || r.Verdict != Fails {
		return ""
	}
	return fmt.Sprintf("to send the same values again: --seed %d", r.Seed)
}

// Records says what became of the records that the run made.
func (r *Report) Records() string {
	return fmt.Sprintf("created %d, deleted %d, left %d", r.Created, r.Deleted, r.Left)
}

// Leftovers says where to find what the run left, "" when it left nothing.
func (r *Report) Leftovers() string {
	switch {
	case r.Left == 0:
		return ""
	case r.Ledger == "":
		return Counted(r.Left, "record") + " left"
	}
	return fmt.Sprintf("%s left; listed in %s", Counted(r.Left, "record"), r.Ledger)
}

// explanation says why a result is not a pass, in one sentence or "".
func (r Result) explanation() string {
	if r.Status == Blocked && r.BlockedBy != "" {
		return "blocked by " + r.BlockedBy
	}
	return r.Reason
}

// Obligation is the level of a result in words: a warning about a MUST is of something lax
// that the level does not forbid outright, or that popular frameworks do by default.
func (r Result) Obligation() string {
	if r.Status == Warn && r.Level == Must {
		return string(r.Level) + ", tolerated"
	}
	return string(r.Level)
}

// fact is one named line of what is known about a result.
type fact struct{ name, text string }

// facts are what a person needs to judge a result; those that are not known are
// left out.
func (r Result) facts() []fact {
	all := []fact{
		{"requirement", r.Requirement},
		{"source", r.Source},
		{"reason", r.explanation()},
		{"expected", r.Expected},
		{"actual", r.Actual},
		{"known as", r.Link},
	}
	known := all[:0]
	for _, f := range all {
		if f.text != "" {
			known = append(known, f)
		}
	}
	return known
}

// Counted is a number with its noun: 1 check, 2 checks.
func Counted(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// Lasting is a number of seconds as people read it: 340ms, 3.2s, 2m5s.
func Lasting(seconds float64) string {
	d := time.Duration(seconds * float64(time.Second))
	switch {
	case d < time.Second:
		return d.Round(time.Millisecond).String()
	case d < time.Minute:
		return d.Round(100 * time.Millisecond).String()
	}
	return d.Round(time.Second).String()
}

// clip shortens a text to a number of characters, and says how many it left out.
func clip(text string, characters int) string {
	runes := []rune(text)
	if len(runes) <= characters {
		return text
	}
	return fmt.Sprintf("%s… (%s more)", string(runes[:characters]), Counted(len(runes)-characters, "character"))
}
