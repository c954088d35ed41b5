// Package report is what a run of the suite found: one tree of results, and the
// ways to write it down.
package report

import (
	"strings"
	"time"
)

// Format is the version of the JSON form. It grows when a reader of the old one
// would misread the new one.
const Format = 1

// Report is everything that a run found.
type Report struct {
	Format   int     `json:"format"`
	Verdict  Verdict `json:"verdict"`
	Target   string  `json:"target"`
	Document string  `json:"document"` // its title and version
	// Known is how many results are failures that are listed as known: a verdict of
	// Conforms is one but for these.
	Known int `json:"known"`
	// LeftOut is how many checks the run was told to do without, by choosing others or by
	// skipping them.
	LeftOut int `json:"left_out,omitempty"`
	// Started is when the run began, Duration how long it took in seconds.
	Started  time.Time `json:"started"`
	Duration float64   `json:"duration"`
	Seed     uint64    `json:"seed"`
	// Witnessed says that the report is of what others sent: there is no seed, and the
	// run made no records.
	Witnessed bool `json:"witnessed,omitempty"`
	// Requests is how many were sent.
	Requests int `json:"requests"`
	// Created, Deleted and Left count the records of the run.
	Created int `json:"created"`
	Deleted int `json:"deleted"`
	Left    int `json:"left"`
	// AtOnce is the most of them that were there at the same time.
	AtOnce int `json:"at_once"`
	// Ledger is the file that lists what was left, "" when nothing was.
	Ledger string `json:"ledger,omitempty"`
	// Cleanup is the command that deletes it.
	Cleanup string `json:"cleanup,omitempty"`
	// Should says that a failed SHOULD counts as a failure.
	Should bool `json:"should,omitempty"`
	// Notes tell what the run found out about the target: which of the
	// permitted behaviours it follows, and what the run did not do and why.
	Notes   []string `json:"notes,omitempty"`
	Results []Result `json:"results"`
}

// Verdict is the outcome of a run.
type Verdict string

// The verdicts. A MUST that did not run makes a verdict partial, never a pass, but for
// those that somebody chose to leave out: the verdict counts them.
const (
	Conforms Verdict = "conforms"
	Partial  Verdict = "partial"
	Fails    Verdict = "fails"
)

// Level says how binding a requirement is (RFC 2119).
type Level string

// The levels.
const (
	Must   Level = "MUST"
	Should Level = "SHOULD"
	May    Level = "MAY"
)

// Status is the outcome of one check.
type Status string

// The outcomes.
const (
	Pass          Status = "pass"
	Fail          Status = "fail"
	Warn          Status = "warn"           // a failed SHOULD, or lax but harmless
	Blocked       Status = "blocked"        // another failure kept it from running
	NotApplicable Status = "not_applicable" // the document does not offer it
	NotRun        Status = "not_run"        // a key or a flag is missing
	Known         Status = "known"          // a failure that is listed as known
	Flaky         Status = "flaky"          // it failed, and passed when repeated
)

// Result is the outcome of one check on one collection or operation.
type Result struct {
	ID     string `json:"id"` // group/case, for ever
	Status Status `json:"status"`
	Level  Level  `json:"level"`
	// Subject is what was checked: a collection or an operation. It is "" when
	// there is only one.
	Subject     string `json:"subject,omitempty"`
	Requirement string `json:"requirement"`
	// Source is where the requirement stands: a JSON pointer and line of the
	// document, or an RFC and its section.
	Source string `json:"source"`
	// Reason says in a sentence why the outcome is not a pass, or what the pass is without.
	Reason   string `json:"reason,omitempty"`
	Expected string `json:"expected,omitempty"`
	Actual   string `json:"actual,omitempty"`
	// BlockedBy is the id of the failure that kept the check from running.
	BlockedBy string `json:"blocked_by,omitempty"`
	Link      string `json:"link,omitempty"` // of a known failure
	// LeftOut says that the check did not run by choice.
	LeftOut  bool    `json:"left_out,omitempty"`
	Duration float64 `json:"duration,omitempty"` // in seconds
	// Requests is how many the check sent, cleaning up after itself included.
	Requests int `json:"requests,omitempty"`
	// Exchanges are the shortest sequence of requests that shows a failure.
	Exchanges []Exchange `json:"exchanges,omitempty"`
}

// Group is the part of the id before the slash.
func (r Result) Group() string {
	group, _, _ := strings.Cut(r.ID, "/")
	return group
}

// Title is the id with the subject, which together name a result of a run.
func (r Result) Title() string {
	if r.Subject == "" {
		return r.ID
	}
	return r.ID + " (" + r.Subject + ")"
}

// Exchange is one request with its answer. Credentials are redacted.
type Exchange struct {
	Method  string `json:"method"`
	URL     string `json:"url"`
	Request string `json:"request,omitempty"` // the body, its beginning
	// Curl is a command that repeats it; keys stand in it as $UNDERSTUDY_TOKEN. Those of a
	// result go together: where one creates a record, others may name it as $ID, and what
	// went at once goes in the background.
	Curl     string   `json:"curl"`
	Status   int      `json:"status"` // 0 when no answer came
	Headers  []string `json:"headers,omitempty"`
	Response string   `json:"response,omitempty"` // the body, its beginning
	Error    string   `json:"error,omitempty"`    // why no answer came
	// Marked says that the failure shows in this exchange.
	Marked bool `json:"marked,omitempty"`
}
