package conformance

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"understudy/conformance/report"
	"understudy/internal/contract"
)

// KnownFailure is one failure that is known and does not count.
type KnownFailure struct {
	// ID is that of the check.
	ID string
	// Subject is the collection that the check fails on, "" for any.
	Subject string
	// Target is the base URL of the server that fails, "" for any.
	Target string
	// Reason says in a sentence why the failure is borne.
	Reason string
	// Link leads to where the failure is being dealt with.
	Link string
	// Expires is the last day on which the failure is borne, in UTC; the zero
	// Time is for ever.
	Expires time.Time

	node contract.Node // where it stands; nothing for one that Refresh made
}

// Known is a list of known failures. It stays true by force: what it lists and
// does not fail is a failure.
type Known []KnownFailure

// ParseKnown reads a list from a YAML or JSON file. The error is a
// contract.Faults.
func ParseKnown(name string, data []byte) (Known, error) {
	root, err := contract.ParseFile(name, data)
	if err != nil {
		return nil, err
	}
	if !root.IsArray() {
		return nil, contract.Faults{root.Fault("write a list of entries, each with an id and a reason", "not a list of known failures")}
	}
	var known Known
	var faults contract.Faults
	for _, n := range root.Items() {
		entry, found := parseKnownFailure(n)
		if first := known.twin(entry); first != nil && found == nil {
			found = contract.Faults{n.Fault("remove one", "%s is listed in line %d already", entry.ID, first.node.Line())}
		}
		faults = append(faults, found...)
		known = append(known, entry)
	}
	if err := faults.Err(); err != nil {
		return nil, err
	}
	return known, nil
}

func parseKnownFailure(n contract.Node) (KnownFailure, contract.Faults) {
	if !n.IsObject() {
		return KnownFailure{}, contract.Faults{n.Fault("write an object with an id and a reason", "an entry is not an object")}
	}
	var faults contract.Faults
	members := []string{"id", "subject", "target", "reason", "link", "expires"}
	for _, name := range n.Names() {
		switch member := n.Raw(name); {
		case !slices.Contains(members, name):
			faults = append(faults, member.Fault("use one of "+strings.Join(members, ", "), "unknown member %q", name))
		case member.IsObject() || member.IsArray():
			faults = append(faults, member.Fault("write one text", "%s is not a text", name))
		}
	}
	f := KnownFailure{
		ID: n.Raw("id").Text(), Subject: n.Raw("subject").Text(), Target: n.Raw("target").Text(),
		Reason: n.Raw("reason").Text(), Link: n.Raw("link").Text(), node: n,
	}
	if f.ID == "" || f.Reason == "" {
		faults = append(faults, n.Fault("give both", "a known failure has an id and a reason"))
	}
	if day := n.Raw("expires"); day.Text() != "" {
		var err error
		if f.Expires, err = time.Parse(time.DateOnly, day.Text()); err != nil {
			faults = append(faults, day.Fault("write a day like 2027-01-31", "%q is no day", day.Text()))
		}
	}
	return f, faults
}

// twin is the entry of the list for the same failure, nil when there is none.
func (k Known) twin(f KnownFailure) *KnownFailure {
	for i := range k {
		if k[i].ID == f.ID && k[i].Subject == f.Subject && k[i].Target == f.Target {
			return &k[i]
		}
	}
	return nil
}

// Vanished lists the entries whose check no longer exists, as faults of the file.
func (k Known) Vanished() contract.Faults {
	var faults contract.Faults
	for _, f := range k {
		if _, ok := Find(f.ID); !ok {
			faults = append(faults, f.node.Fault("remove the entry; `understudy checks` lists the checks", "there is no check %q", f.ID))
		}
	}
	return faults
}

// Apply takes the listed failures out of a report and judges it again: they
// become known, and what did not run for them is excused. What the list says and is
// not so becomes a failure, so that nobody keeps a list that has ceased to be true: a
// listed check that passes, and one that fails after the last day of its entry.
func (k Known) Apply(r *report.Report, now time.Time) {
	for _, f := range k {
		if f.isAbout(r.Target) {
			f.apply(r, now)
		}
	}
	r.Judge(r.Should)
}

// isAbout reports whether the entry holds for a target.
func (f *KnownFailure) isAbout(target string) bool {
	return f.Target == "" || strings.TrimSuffix(f.Target, "/") == strings.TrimSuffix(target, "/")
}

func (f *KnownFailure) matches(result *report.Result) bool {
	return f.ID == result.ID && (f.Subject == "" || f.Subject == result.Subject)
}

func (f *KnownFailure) apply(r *report.Report, now time.Time) {
	failing, passing := f.outcomes(r)
	expired := f.expired(now)
	for _, result := range failing {
		if expired {
			result.Status = report.Fail
			result.Reason = fmt.Sprintf("%s; it was known until %s (%s)", whyNotPassed(result), f.Expires.Format(time.DateOnly), f.place())
			continue
		}
		f.excuse(result)
	}
	switch {
	case len(failing) > 0:
	case len(passing) > 0:
		passing[0].Status = report.Fail
		passing[0].Reason = "the check passes, and " + f.place() + " lists it as a known failure: remove the entry"
	case expired:
		r.Notes = append(r.Notes, fmt.Sprintf("%s: %s expired on %s, and was not judged in this run", f.place(), f.ID, f.Expires.Format(time.DateOnly)))
	}
}

// outcomes are the results that the entry is about: those that it can excuse, and
// those that show it to be wrong.
func (f *KnownFailure) outcomes(r *report.Report) (failing, passing []*report.Result) {
	for i := range r.Results {
		result := &r.Results[i]
		switch {
		case !f.matches(result):
		case result.Status == report.Pass:
			passing = append(passing, result)
		case result.Status == report.Fail, result.Status == report.Warn, result.Status == report.Flaky:
			failing = append(failing, result)
		}
	}
	return failing, passing
}

// isConsequence reports whether a check did not run because another fails.
func isConsequence(result *report.Result) bool {
	return result.Status == report.Blocked && result.BlockedBy != ""
}

func (f *KnownFailure) expired(now time.Time) bool {
	return !f.Expires.IsZero() && now.UTC().Format(time.DateOnly) > f.Expires.Format(time.DateOnly)
}

// excuse makes a failure a known one.
func (f *KnownFailure) excuse(result *report.Result) {
	found := whyNotPassed(result)
	result.Status, result.Reason, result.Link = report.Known, found, f.Link
	if f.Reason != found {
		result.Reason += "; known: " + f.Reason
	}
}

// whyNotPassed says in one line why a result is not a pass.
func whyNotPassed(result *report.Result) string {
	if isConsequence(result) {
		return "blocked by " + result.BlockedBy
	}
	return strings.Join(strings.Fields(result.Reason), " ")
}

// place is where the entry stands, for a sentence.
func (f *KnownFailure) place() string {
	if !f.node.Exists() {
		return "the list of known failures"
	}
	return fmt.Sprintf("%s:%d", f.node.File(), f.node.Line())
}

// Refresh is the list that a report calls for, one that Apply has not seen yet.
// Entries keep their words and their last day; those that the run did not judge
// stay, and those that pass or whose check is gone leave. Failures that are not
// listed are added, with what was found as their reason. What they keep from running
// is excused with them, and judged as soon as they are mended.
func (k Known) Refresh(r *report.Report) Known {
	fresh := slices.DeleteFunc(slices.Clone(k), func(f KnownFailure) bool {
		if _, exists := Find(f.ID); !exists {
			return true
		}
		failing, passing := f.outcomes(r)
		return f.isAbout(r.Target) && len(failing) == 0 && (len(passing) > 0 || f.isAbsent(r))
	})
	for i := range r.Results {
		result := &r.Results[i]
		if r.Failed(*result) && !fresh.covers(result, r.Target) {
			fresh = append(fresh, KnownFailure{ID: result.ID, Subject: result.Subject, Target: knownTarget(r.Target), Reason: whyNotPassed(result)})
		}
	}
	return fresh
}

// isAbsent reports whether what is known is about what the target, or the document,
// turns out not to offer.
func (f KnownFailure) isAbsent(r *report.Report) bool {
	found := false
	for i := range r.Results {
		if f.matches(&r.Results[i]) {
			found = true
			if r.Results[i].Status != report.NotApplicable {
				return false
			}
		}
	}
	return found
}

func (k Known) covers(result *report.Result, target string) bool {
	return slices.ContainsFunc(k, func(f KnownFailure) bool { return f.matches(result) && f.isAbout(target) })
}

// knownTarget is a target as a list names it: "", which is any, for one on this
// machine, whose port may be another tomorrow.
func knownTarget(target string) string {
	if parsed, err := url.Parse(target); err == nil && isLoopback(parsed.Hostname()) {
		return ""
	}
	return target
}

// Encode writes the list as ParseKnown reads it.
func (k Known) Encode() []byte {
	var b strings.Builder
	b.WriteString("# Known failures: `understudy check --known` lets these pass and no others.\n" +
		"# --update-known writes this file anew and keeps what people wrote in its entries.\n")
	for _, f := range k {
		fmt.Fprintf(&b, "- id: %q\n", f.ID) // what %q escapes, YAML reads
		for _, member := range []struct{ name, value string }{{"subject", f.Subject}, {"target", f.Target}, {"reason", f.Reason}, {"link", f.Link}} {
			if member.value != "" {
				fmt.Fprintf(&b, "  %s: %q\n", member.name, member.value)
			}
		}
		if !f.Expires.IsZero() {
			fmt.Fprintf(&b, "  expires: %s\n", f.Expires.Format(time.DateOnly))
		}
	}
	if len(k) == 0 {
		b.WriteString("[]\n")
	}
	return []byte(b.String())
}
