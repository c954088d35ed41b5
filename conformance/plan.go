package conformance

import (
	"fmt"
	"slices"

	"understudy/conformance/report"
	"understudy/internal/contract"
	"understudy/internal/resource"
)

// planned is a check with what it will look at.
type planned struct {
	check      Check
	collection *resource.Collection
	operation  *contract.Operation // outside of collections; the check is then about it
	subject    string
	guard      bool          // afterwards, what was there before the run is looked at
	status     report.Status // set when it will not run
	reason     string
}

// checkParams asks for the path parameters that nothing creates.
func (s *suite) checkParams() error {
	for _, c := range s.model.Collections {
		for _, parent := range c.Parents {
			if parent.Collection == nil && s.options.params[parent.Param] == "" {
				return usagef("nothing in the document creates %s: give its value with --param %s=…", parent.Param, parent.Param)
			}
		}
	}
	return nil
}

// plan decides which checks run on what, and why others do not.
func (s *suite) plan() error {
	if err := s.checkPatterns(); err != nil {
		return err
	}
	for _, check := range Catalogue() {
		if !s.wanted(check) {
			continue
		}
		if check.Operations {
			s.planOperations(check)
			continue
		}
		for _, c := range s.model.Collections {
			p := planned{check: check, collection: c}
			if len(s.model.Collections) > 1 {
				p.subject = c.Name
			}
			p.status, p.reason = s.obstacle(check, c)
			s.planned = append(s.planned, p)
		}
	}
	s.placeGuards()
	return nil
}

// placeGuards decides after which checks the run looks whether it did harm: after
// each of the group that changes and deletes first, and then once a group, since
// what harms then harms there already.
func (s *suite) placeGuards() {
	seen := map[string]bool{}
	for i := len(s.planned) - 1; i >= 0; i-- {
		p := &s.planned[i]
		of := p.check.Group() + " " + p.subject
		if p.status != "" || !p.check.Needs.Writes {
			continue
		}
		p.guard = p.check.Group() == "crud" || !seen[of]
		seen[of] = true
	}
}

// checkPatterns refuses a filter that matches nothing.
func (s *suite) checkPatterns() error {
	patterns := slices.Clone(s.options.only)
	for pattern := range s.options.skip {
		patterns = append(patterns, pattern)
	}
	for _, pattern := range patterns {
		if !slices.ContainsFunc(Catalogue(), func(c Check) bool { return c.matches(pattern) }) {
			return usagef("no check matches %q; `understudy checks` lists them", pattern)
		}
	}
	return nil
}

func (s *suite) wanted(check Check) bool {
	return len(s.options.only) == 0 || slices.ContainsFunc(s.options.only, check.matches)
}

// skipped says why a check is left out.
func (s *suite) skipped(check Check) (reason string, skipped bool) {
	for pattern, reason := range s.options.skip {
		if check.matches(pattern) {
			return "skipped: " + reason, true
		}
	}
	return "", false
}

// obstacle says why a check cannot run on a collection.
func (s *suite) obstacle(check Check, c *resource.Collection) (report.Status, string) {
	if reason, skipped := s.skipped(check); skipped {
		return report.NotRun, reason
	}
	for _, parent := range c.Parents {
		if parent.Collection != nil {
			return report.NotApplicable, "collections under records of another collection are not judged yet"
		}
	}
	for _, role := range check.Needs.Roles {
		if c.Operations[role] == nil {
			return report.NotApplicable, fmt.Sprintf("the document offers no operation to %s an item of %s", role, c.Name)
		}
	}
	n := check.Needs
	switch {
	case n.Paged && c.Page == nil:
		return report.NotApplicable, "the document does not page " + c.Name
	case n.Secured && !secured(c):
		return report.NotApplicable, "the document asks for no credential"
	case n.Writes && s.readOnly != "":
		return report.NotRun, s.readOnly
	case n.Elsewhere && len(s.foreignParams()) == 0:
		return report.NotRun, "no place of the foreign key is given: --foreign-param"
	}
	for _, key := range n.Keys {
		if s.options.tokens[key] == "" {
			return report.NotRun, "the key is missing: --" + flagOf(key)
		}
	}
	return "", ""
}

// commonRecords is how many records of the run there are beside those of the check
// at work: the samples.
const commonRecords = 3

// outlook tells what the run will do.
func (s *suite) outlook() report.Plan {
	plan := report.Plan{Requests: 2 * len(s.model.Collections)}
	for _, p := range s.planned {
		plan.Results = append(plan.Results, s.resultOf(p))
		if p.status != "" {
			continue
		}
		plan.Checks++
		plan.Requests += max(p.check.Costs.Requests, 1)
		if p.check.Costs.Records > 0 {
			plan.Records = max(plan.Records, p.check.Costs.Records+commonRecords)
		}
	}
	return plan
}

// foreignParams are the path parameters of a place that only the foreign key may
// enter; nil when none is given.
func (s *suite) foreignParams() map[string]string {
	if len(s.options.foreign) == 0 {
		return nil
	}
	params := s.options.params
	for name, value := range s.options.foreign {
		params = withParam(params, name, value)
	}
	return params
}

func secured(c *resource.Collection) bool {
	for _, op := range c.Operations {
		if len(op.Security) > 0 {
			return true
		}
	}
	return false
}

// flagOf is the flag that gives a key.
func flagOf(key who) string {
	return map[who]string{writer: "token", reader: "token-readonly", unscoped: "token-unscoped", foreigner: "token-foreign"}[key]
}
