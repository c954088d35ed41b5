// Package selftest proves the suite: it runs it against a correct server, written
// by hand, and against the same server with each of a few hundred bugs.
package selftest

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"understudy/conformance"
	"understudy/conformance/internal/subject"
	"understudy/conformance/report"
)

// Matrix tells which check finds which bug.
type Matrix struct {
	// Alarms are the failures on the correct server: there must be none.
	Alarms []string
	// Bugs are in the order of the catalogue.
	Bugs []Bug

	warnings []string // of the correct server
}

// Bug is one bug with the checks of its group that find it.
type Bug struct {
	ID, Group, Summary string
	FoundBy            []string
}

// Found is how many bugs are found.
func (m *Matrix) Found() int {
	found := 0
	for _, bug := range m.Bugs {
		if len(bug.FoundBy) > 0 {
			found++
		}
	}
	return found
}

// The two places of the subject.
const (
	home   = "01921f70-4a1c-0000-9d3e-6b7f50c2e814"
	abroad = "019220c4-95e3-0000-8b12-d4a07e63f95c"
)

// Run makes the matrix. Progress is told of each bug as it is done; it may be
// nil. The error is what ended the run early.
func Run(ctx context.Context, progress func(Bug)) (*Matrix, error) {
	m := &Matrix{}
	correct, err := judge(ctx, subject.Config{Records: 3})
	if err != nil {
		return nil, err
	}
	for _, result := range correct.Results {
		if result.Status == report.Fail || result.Status == report.Flaky {
			m.Alarms = append(m.Alarms, result.ID+": "+result.Reason)
		}
		if result.Status == report.Warn {
			m.warnings = append(m.warnings, result.ID)
		}
	}
	for _, bug := range subject.Bugs() {
		m.Bugs = append(m.Bugs, Bug{ID: bug.ID, Group: bug.Group, Summary: bug.Summary})
	}
	if err := m.hunt(ctx, progress); err != nil {
		return nil, err
	}
	return m, nil
}

// hunt looks for every bug, a few at a time.
func (m *Matrix) hunt(ctx context.Context, progress func(Bug)) error {
	var wait sync.WaitGroup
	var mu sync.Mutex
	var failed error
	places := make(chan struct{}, runtime.GOMAXPROCS(0))
	for i := range m.Bugs {
		places <- struct{}{}
		wait.Go(func() {
			defer func() { <-places }()
			foundBy, err := m.find(ctx, m.Bugs[i])
			mu.Lock()
			defer mu.Unlock()
			m.Bugs[i].FoundBy = foundBy
			if err != nil && failed == nil {
				failed = fmt.Errorf("%s: %w", m.Bugs[i].ID, err)
			}
			if progress != nil {
				progress(m.Bugs[i])
			}
		})
	}
	wait.Wait()
	return failed
}

// lifecycleStep is the pace of the subject for bugs of the lifecycle, so that the
// suite sees a whole one.
const lifecycleStep = 200 * time.Millisecond

// find switches one bug on and lists the checks of its group that notice: in a
// place with records, and where nothing shows there, in an empty one. A warning
// that a correct server does not get counts: some bugs are lax and harmless.
func (m *Matrix) find(ctx context.Context, bug Bug) ([]string, error) {
	for _, records := range []int{3, 0} {
		config := subject.Config{Records: records, Bugs: []string{bug.ID}}
		if bug.Group == "lifecycle" {
			config.StatusDelays = subject.Delays{Issuing: lifecycleStep, Valid: lifecycleStep}
		}
		r, err := judge(ctx, config, conformance.WithOnly(bug.Group))
		if err != nil {
			return nil, err
		}
		var checks []string
		for _, result := range r.Results {
			if result.Status == report.Fail || result.Status == report.Warn && !slices.Contains(m.warnings, result.ID) {
				checks = append(checks, result.ID)
			}
		}
		if checks != nil {
			return checks, nil
		}
	}
	return nil, nil
}

// judge runs the suite against a subject of its own.
func judge(ctx context.Context, config subject.Config, opts ...conformance.Option) (*report.Report, error) {
	both := []string{subject.ReadScope, subject.WriteScope}
	config.Keys = []subject.Key{
		{Name: "write", Token: "selftest-write", Scopes: both, Organization: home, User: 1},
		{Name: "read", Token: "selftest-read", Scopes: []string{subject.ReadScope}, Organization: home, User: 2},
		{Name: "unscoped", Token: "selftest-unscoped", Organization: home, User: 3},
		{Name: "foreign", Token: "selftest-foreign", Scopes: both, Organization: abroad, User: 4},
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	server := &http.Server{Handler: subject.New(config), ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = server.Serve(listener) }() // it ends with Close
	defer func() { _ = server.Close() }()      // what it may say of a connection is of no use here
	return conformance.Execute(ctx, "http://"+listener.Addr().String(), append([]conformance.Option{
		conformance.WithToken("selftest-write"), conformance.WithReadOnlyToken("selftest-read"), conformance.WithUnscopedToken("selftest-unscoped"),
		conformance.WithForeignToken("selftest-foreign"), conformance.WithParam("organization_id", home),
		conformance.WithForeignParam("organization_id", abroad), conformance.WithTimeout(5 * time.Second),
	}, opts...)...)
}

// Write prints the matrix: a line for each group, then the bugs that no check
// found, and each bug with the checks that found it when all is true.
func (m *Matrix) Write(w io.Writer, all bool) {
	fmt.Fprintf(w, "%-12s %6s %6s\n", "group", "bugs", "found")
	var groups []string
	for _, bug := range m.Bugs {
		if !slices.Contains(groups, bug.Group) {
			groups = append(groups, bug.Group)
		}
	}
	for _, group := range groups {
		of := &Matrix{Bugs: slices.DeleteFunc(slices.Clone(m.Bugs), func(b Bug) bool { return b.Group != group })}
		fmt.Fprintf(w, "%-12s %6d %6d\n", group, len(of.Bugs), of.Found())
	}
	fmt.Fprintf(w, "%-12s %6d %6d\n", "all", len(m.Bugs), m.Found())
	for _, bug := range m.Bugs {
		switch {
		case len(bug.FoundBy) == 0:
			fmt.Fprintf(w, "\nnot found: %s: %s\n", bug.ID, bug.Summary)
		case all:
			fmt.Fprintf(w, "%s: %s\n", bug.ID, strings.Join(bug.FoundBy, " "))
		}
	}
	for _, alarm := range m.Alarms {
		fmt.Fprintf(w, "\nfalse alarm: %s\n", alarm)
	}
}
