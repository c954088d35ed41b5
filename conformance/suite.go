package conformance

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"runtime"
	"strings"
	"sync"

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
	ledgers  *ledgerFile
	samples  *samples
	planned  []planned
	leftOut  int // checks that --only and --skip keep from running
	lanes    []*lane
	laneOf   map[*resource.Collection]*lane                     // nil is what belongs to no collection
	existing map[*resource.Collection]map[string]map[string]any // before the run, by id
	readOnly string                                             // why nothing is written; "" when the run writes
	gate     gate
	writes   writeLog

	mu          sync.Mutex
	report      *report.Report
	unknown     int        // creates that were not answered
	undeletable int        // records of the run that could not be deleted
	damage      string     // the request that harmed what was there before
	spares      bool       // the run's own records, as a DELETE may have done that
	suspicion   *suspicion // of harm that may be the doing of other lanes
}

func newSuite(target string, o options) (*suite, error) {
	base, err := serverURL(target)
	if err != nil {
		return nil, err
	}
	c, model, err := readDocument(o)
	if err != nil {
		return nil, err
	}
	s := &suite{
		options: o, contract: c, model: model, client: newClient(base, o, c), ledgers: &ledgerFile{name: o.ledger}, samples: newSamples(o.seed),
		existing: map[*resource.Collection]map[string]map[string]any{},
	}
	s.openLanes(groups(model.Collections))
	if o.parallel < 0 {
		return nil, usagef("%d checks at once make no run: give a number of at least 1", o.parallel)
	}
	if o.parallel == 0 {
		s.options.parallel = defaultParallel(base)
	}
	switch {
	case o.readOnly:
		s.readOnly = "the run is read-only"
	case !o.writes && !isLoopback(base.Hostname()):
		s.readOnly = "the target is not on this machine; allow writing with --writes"
	}
	if err := errors.Join(s.checkSchemes(), s.checkParamNames(), s.checkParams()); err != nil {
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

// serverURL reads the URL of a server.
func serverURL(target string) (*url.URL, error) {
	base, err := url.Parse(strings.TrimSuffix(target, "/"))
	if err != nil || base.Host == "" || base.Scheme != "http" && base.Scheme != "https" {
		return nil, usagef("%q is no URL of a server; give one like %s", target, likeURL(target))
	}
	if base.RawQuery != "" || base.ForceQuery || base.Fragment != "" {
		return nil, usagef("the target ends in a query or a fragment, and the paths of the document are written behind it: leave it out")
	}
	return base, nil
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

// mostParallel is how many checks run at once at most where nobody says how many.
const mostParallel = 4

// defaultParallel is how many checks run at once where nobody says how many: a server
// elsewhere may be shared.
func defaultParallel(base *url.URL) int {
	if !isLoopback(base.Hostname()) {
		return 1
	}
	return min(runtime.GOMAXPROCS(0), mostParallel)
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || strings.HasSuffix(host, ".localhost") || ip != nil && ip.IsLoopback()
}

// run judges the target.
func (s *suite) run(ctx context.Context) (*report.Report, error) {
	began := s.options.clock()
	s.report = &report.Report{Format: report.Format, Target: s.client.base.String(), Document: s.contract.String(), Started: began, Seed: s.options.seed, LeftOut: s.leftOut}
	found, err := s.preflight(ctx)
	if err != nil {
		return nil, err
	}
	if s.readOnly == "" {
		if err := s.ledgers.start(s.options.ledgerRun()); err != nil {
			return nil, err
		}
	}
	outlook := s.outlook()
	outlook.Found = found
	if s.readOnly == "" {
		outlook.Ledger, outlook.Cleanup = s.ledgers.name, s.cleanupCommand()
	}
	s.options.planned(outlook)
	stopped := s.runChecks(ctx)
	if err := s.cleanUp(ctx); err != nil {
		s.note("cleaning up: %v", err)
	}
	s.finish(s.options.clock().Sub(began))
	return s.report, stopped
}

func (s *suite) note(format string, args ...any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.report.Notes = append(s.report.Notes, s.client.redactSentence(fmt.Sprintf(format, args...), nil))
}

// resultOf is the result of a check that has not run; its Status is "" when the
// check would.
func (s *suite) resultOf(p planned) report.Result {
	return report.Result{
		ID: p.check.ID, Status: p.status, Level: p.check.Level, Subject: p.subject,
		Requirement: p.check.Requirement, Source: s.source(p), Reason: p.reason, LeftOut: p.leftOut,
	}
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
	return n.Citation()
}
