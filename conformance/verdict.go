package conformance

import (
	"context"
	"errors"
	"slices"
	"strings"

	"understudy/conformance/report"
)

// judge turns what a check returned into its result.
func (l *lane) judge(ctx context.Context, result *report.Result, e *env, err error) error {
	var failed *failure
	var blocked *blockedError
	var absent *inapplicable
	var unmet *unmetError
	defer func() {
		for _, said := range []*string{&result.Reason, &result.Expected, &result.Actual} {
			*said = l.client.redactSentence(*said, e.exchanged())
		}
	}()
	switch {
	case err == nil:
		result.Status = report.Pass
		if len(e.without) > 0 {
			result.Reason = "without what " + strings.Join(e.without, " and ") + " is about, which fails"
		}
	case errors.As(err, &failed):
		result.Status, result.Reason, result.Expected, result.Actual = report.Fail, failed.reason, failed.expected, failed.actual
		if failed.warn || result.Level != report.Must {
			result.Status = report.Warn
		}
		if failed.breaks.Exists() {
			result.Source = failed.breaks.Citation()
		}
		result.Exchanges = e.evidence(failed)
	case errors.As(err, &blocked):
		result.Status, result.BlockedBy, result.Reason = report.Blocked, blocked.by, blocked.reason
	case errors.As(err, &absent):
		result.Status, result.Reason = report.NotApplicable, absent.reason
	case errors.As(err, &unmet):
		result.Status, result.Reason = report.NotRun, unmet.reason
	case errors.Is(err, context.Canceled):
		result.Status, result.Reason = report.NotRun, l.whyEnded(context.Cause(ctx))
		return err
	default:
		result.Status, result.Reason = report.NotRun, err.Error()
		return err
	}
	return nil
}

// maxEvidence is how many exchanges a failure shows, beside those that create what they name.
const maxEvidence = 12

// evidence lists the exchanges of a check up to the one where it failed.
func (e *env) evidence(failed *failure) []report.Exchange {
	answers := e.exchanged()
	last := len(answers)
	for i, a := range answers {
		if slices.Contains(failed.marked, a) {
			last = i + 1
		}
	}
	for last > 0 && last < len(answers) && answers[last].pack != nil && answers[last].pack == answers[last-1].pack {
		last++ // what went at once goes together
	}
	answers = e.withBirths(answers[max(0, last-maxEvidence):last])
	lines := replay(answers)
	var exchanges []report.Exchange
	for i, a := range answers {
		exchange := *a.exchange
		exchange.Curl = lines[i]
		exchange.Marked = slices.Contains(failed.marked, a)
		exchanges = append(exchanges, exchange)
	}
	return exchanges
}

// exchanged is what the check saw, after what made the samples that it looked at.
func (e *env) exchanged() []*answer {
	var answers []*answer
	for _, made := range e.borrowed {
		answers = append(answers, made.exchanged...)
	}
	return append(answers, e.answers...)
}
