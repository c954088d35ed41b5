package conformance

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"understudy/conformance/report"
	"understudy/internal/contract"
	"understudy/internal/resource"
)

// suite is one run.
type suite struct {
	options  options
	contract *contract.Contract
	model    *resource.Model
	client   *client
	ledger   *ledger
	samples  *samples
	planned  []planned
	existing map[*resource.Collection]map[string]map[string]any // before the run, by id
	quota    int                                                // records that the target lets the run have; 0 is any number
	readOnly string                                             // why nothing is written; "" when the run writes
	damage   string                                             // the request that harmed what was there before
	unknown  int                                                // creates that were not answered
	stuck    map[string]string                                  // records of the run that could not be deleted, by path, and what came of it
	deletion *answer                                            // the last of a record that has served its turn
	report   *report.Report

	mu          sync.Mutex
	results     map[string]report.Status      // by check id and subject
	causes      map[string]string             // of what is blocked, likewise
	habits      map[habitOf]string            // which permitted behaviour the target follows
	still       map[*resource.Collection]bool // whose records did not move along their lifecycle while they were watched
	settled     time.Duration
	madeUp      []string                         // parameters that requests must have, and nothing tells a value for
	surveys     map[*resource.Collection]*survey // what was last seen of a list
	samplesMade map[sampleName]*sample           // what checks look at in turn
	calls       map[*contract.Operation]*call    // valid requests of operations outside of collections
}

func newSuite(target string, o options) (*suite, error) {
	base, err := url.Parse(strings.TrimSuffix(target, "/"))
	if err != nil || base.Host == "" || base.Scheme != "http" && base.Scheme != "https" {
		return nil, usagef("%q is no URL of a server; give one like %s", target, likeURL(target))
	}
	if base.RawQuery != "" || base.ForceQuery || base.Fragment != "" {
		return nil, usagef("the target ends in a query or a fragment, and the paths of the document are written behind it: leave it out")
	}
	c, model, err := readDocument(o)
	if err != nil {
		return nil, err
	}
	s := &suite{
		options: o, contract: c, model: model, client: newClient(base, o, c), ledger: newLedger(o.ledger), samples: newSamples(o.seed),
		existing: map[*resource.Collection]map[string]map[string]any{}, results: map[string]report.Status{}, causes: map[string]string{}, stuck: map[string]string{}, habits: map[habitOf]string{}, still: map[*resource.Collection]bool{}, samplesMade: map[sampleName]*sample{}, calls: map[*contract.Operation]*call{},
	}
	switch {
	case o.readOnly:
		s.readOnly = "the run is read-only"
	case !o.writes && !isLoopback(base.Hostname()):
		s.readOnly = "the target is not on this machine; allow writing with --writes"
	}
	if err := errors.Join(s.checkSchemes(), s.checkParams()); err != nil {
		return nil, err
	}
	if err := s.plan(); err != nil {
		return nil, err
	}
	if o.requests == 0 {
		s.allow(min(max(2*s.outlook().Requests, leastRequests), mostRequests))
	}
	return s, nil
}

// allow sets how many requests the run may send.
func (s *suite) allow(requests int) {
	s.options.requests, s.client.options.requests = requests, requests
}

// likeURL is a URL of a server for who gave none: with a scheme, what was given may be
// one.
func likeURL(given string) string {
	if base, err := url.Parse("http://" + given); err == nil && base.Host != "" && !strings.Contains(given, "://") {
		return base.String()
	}
	return "https://staging.example.com"
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || strings.HasSuffix(host, ".localhost") || ip != nil && ip.IsLoopback()
}

// run judges the target.
func (s *suite) run(ctx context.Context) (*report.Report, error) {
	began := s.options.clock()
	s.report = &report.Report{Format: report.Format, Target: s.client.base.String(), Document: s.contract.String(), Started: began, Seed: s.options.seed}
	found, err := s.preflight(ctx)
	if err != nil {
		return nil, err
	}
	outlook := s.outlook()
	outlook.Found = found
	s.options.planned(outlook)
	if s.readOnly == "" {
		if err := s.ledger.start(); err != nil {
			return nil, err
		}
	}
	stopped := s.runChecks(ctx)
	if err := s.cleanUp(ctx); err != nil {
		s.note("cleaning up: %v", err)
	}
	s.finish(s.options.clock().Sub(began))
	return s.report, stopped
}

func (s *suite) note(format string, args ...any) {
	s.report.Notes = append(s.report.Notes, s.client.redactSentence(fmt.Sprintf(format, args...), nil))
}

// runChecks runs the plan. The error is what ended it early.
func (s *suite) runChecks(ctx context.Context) error {
	for i, p := range s.planned {
		result, err := s.runCheck(ctx, p)
		s.report.Results = append(s.report.Results, result)
		s.mu.Lock()
		s.results[p.check.ID+" "+p.subject] = result.Status
		s.causes[p.check.ID+" "+p.subject] = result.BlockedBy
		s.mu.Unlock()
		s.options.progress(result)
		if err != nil {
			s.abandon(s.planned[i+1:], err)
			return err
		}
	}
	return nil
}

// abandon reports the checks that a run which ended early did not come to, so
// that its verdict does not pass for that of a whole one.
func (s *suite) abandon(rest []planned, ended error) {
	why := "the run ended early: " + s.client.redactSentence(ended.Error(), nil)
	if errors.Is(ended, context.Canceled) {
		why = "the run was interrupted"
	}
	for _, p := range rest {
		result := s.resultOf(p)
		if result.Status == "" {
			result.Status, result.Reason = report.NotRun, why
		}
		s.report.Results = append(s.report.Results, result)
	}
}

// resultOf is the result of a check that has not run; its Status is "" when the
// check would.
func (s *suite) resultOf(p planned) report.Result {
	return report.Result{
		ID: p.check.ID, Status: p.status, Level: p.check.Level, Subject: p.subject,
		Requirement: p.check.Requirement, Source: s.source(p), Reason: p.reason,
	}
}

// runCheck runs one check, a second time from a clean start when it fails. The
// error is for what ends the whole run.
func (s *suite) runCheck(ctx context.Context, p planned) (result report.Result, err error) {
	began, sent := time.Now(), s.client.count()
	result = s.resultOf(p)
	if p.status != "" {
		return result, nil
	}
	if why := s.halted(); why != "" && p.check.Needs.Writes {
		result.Status, result.Reason = report.Blocked, "nothing more is written: "+why
		return result, nil
	}
	if cause := s.causeOf(p); cause != "" {
		result.Status, result.BlockedBy, result.Reason = report.Blocked, cause, "it would tell nothing, as "+cause+" fails"
		return result, nil
	}
	defer func() { result.Requests = s.client.count() - sent }()
	e, err := s.attempt(ctx, p)
	var failed *failure
	if errors.As(err, &failed) && !failed.warn && s.damage == "" {
		if again, second := s.attempt(ctx, p); second == nil && len(e.borrowed) > 0 {
			e, err = again, nil // somebody had changed the sample, which other checks tell
		} else if second == nil {
			result.Status, result.Reason = report.Flaky, "it failed, and passed when it was repeated: "+failed.reason
			return result, nil
		} else if errors.As(second, &failed) {
			e, err = again, second
		}
	}
	result.Duration = time.Since(began).Seconds()
	err = s.judge(&result, e, err)
	return result, err
}

// causeOf is the check whose failure keeps another from telling anything: one that
// it requires, or that keeps one of these from running; "" when there is none.
func (s *suite) causeOf(p planned) string {
	for _, required := range p.check.Requires {
		if s.results[required+" "+p.subject] == report.Fail {
			return required
		}
		if cause := s.causes[required+" "+p.subject]; s.results[cause+" "+p.subject] == report.Fail {
			return cause
		}
	}
	return ""
}

// attempt runs a check once and looks whether it did harm.
func (s *suite) attempt(ctx context.Context, p planned) (*env, error) {
	e := s.newEnv(p.collection, &p.check)
	if e.operation = p.operation; e.operation != nil {
		e.takeParams(e.operation.Path)
	}
	err := e.prepare(ctx)
	if err == nil {
		err = e.unanswered(ctx, p.check.guarded(ctx, e))
	}
	if err != nil && !isObstacle(err) {
		s.drop(p.collection)
	}
	if !p.check.Needs.Writes || ctx.Err() != nil {
		return e, err
	}
	if p.guard && e.changedOrDeleted() {
		if harm := e.collateral(ctx); harm != nil {
			return e, harm
		}
	}
	first := s.deletion == nil
	s.removeAll(ctx, s.spent())
	if first && s.deletion != nil {
		e.answers, e.lastListed = append(e.answers, s.deletion), nil
		if harm := e.collateral(ctx); harm != nil {
			return e, harm
		}
	}
	return e, err
}

// judge turns what a check returned into its result.
func (s *suite) judge(result *report.Result, e *env, err error) error {
	var failed *failure
	var blocked *blockedError
	var absent *inapplicable
	var unmet *unmetError
	defer func() {
		for _, said := range []*string{&result.Reason, &result.Expected, &result.Actual} {
			*said = s.client.redactSentence(*said, e.exchanged())
		}
	}()
	switch {
	case err == nil:
		result.Status = report.Pass
	case errors.As(err, &failed):
		result.Status, result.Reason, result.Expected, result.Actual = report.Fail, failed.reason, failed.expected, failed.actual
		if failed.warn || result.Level != report.Must {
			result.Status = report.Warn
		}
		result.Exchanges = e.evidence(failed)
	case errors.As(err, &blocked):
		result.Status, result.BlockedBy, result.Reason = report.Blocked, blocked.by, blocked.reason
	case errors.As(err, &absent):
		result.Status, result.Reason = report.NotApplicable, absent.reason
	case errors.As(err, &unmet):
		result.Status, result.Reason = report.NotRun, unmet.reason
	case errors.Is(err, context.Canceled):
		result.Status, result.Reason = report.NotRun, "the run was interrupted"
		return err
	default:
		result.Status, result.Reason = report.NotRun, err.Error()
		return err
	}
	return nil
}

// maxEvidence is how many exchanges a failure shows.
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
	var exchanges []report.Exchange
	for _, a := range answers[max(0, last-maxEvidence):last] {
		exchange := *a.exchange
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

// source says where a requirement stands.
func (s *suite) source(p planned) string {
	var n contract.Node
	switch {
	case p.operation != nil && p.check.AtOperation != nil:
		n = p.check.AtOperation(p.operation)
	case p.collection != nil && p.check.At != nil:
		n = p.check.At(p.collection)
	}
	if !n.Exists() {
		return p.check.Source
	}
	return fmt.Sprintf("%s:%d %s", n.File(), n.Line(), n.Pointer())
}

// failed reports whether a check has failed on the same collection.
func (e *env) failed(id string) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	for key, status := range e.results {
		if strings.HasPrefix(key, id+" ") && status == report.Fail {
			return true
		}
	}
	return false
}

// habitOf is a choice among permitted behaviours, in one collection.
type habitOf struct {
	name       string
	collection *resource.Collection
}

// toldHabits lists the choices with what the target does: in all collections, or in how
// many of them.
func (s *suite) toldHabits() []string {
	counts := map[string]map[string]int{}
	for of, behaviour := range s.habits {
		if counts[of.name] == nil {
			counts[of.name] = map[string]int{}
		}
		counts[of.name][behaviour]++
	}
	var told []string
	for _, name := range slices.Sorted(maps.Keys(counts)) {
		var ways []string
		for _, behaviour := range slices.Sorted(maps.Keys(counts[name])) {
			if len(counts[name]) > 1 {
				behaviour += fmt.Sprintf(" in %d", counts[name][behaviour])
			}
			ways = append(ways, behaviour)
		}
		told = append(told, name+": "+strings.Join(ways, ", "))
	}
	return told
}

// habit holds the target to the first of several permitted behaviours that it
// shows.
func (e *env) habit(name, behaviour string, a *answer) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	of := habitOf{name, e.collection}
	if first, ok := e.habits[of]; ok && first != behaviour {
		return mismatch(a, "the target is not consistent: "+name, first+", as before", behaviour)
	}
	e.habits[of] = behaviour
	return nil
}

func (e *env) noteSettled(d time.Duration) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.settled = max(e.settled, d)
}
