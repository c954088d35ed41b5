package conformance

import (
	"cmp"
	"fmt"
	"maps"
	"net/http"
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
	leftOut    bool // it would run, had nobody chosen otherwise
}

// title names it in notes.
func (p planned) title() string { return report.Result{ID: p.check.ID, Subject: p.subject}.Title() }

// checkParams asks for the path parameters that nothing creates, when no collection
// can be judged for want of them.
func (s *suite) checkParams() error {
	missing := ""
	for _, c := range s.model.Collections {
		name := s.missingParam(c)
		if name == "" {
			return nil
		}
		missing = cmp.Or(missing, name)
	}
	if missing == "" {
		return nil
	}
	return usagef("nothing in the document creates %s: give its value with --param %s=…", missing, missing)
}

// missingParam is a path parameter before a collection that nothing creates and
// whose value is not given, "" when there is none.
func (s *suite) missingParam(c *resource.Collection) string {
	for _, parent := range parentsOf(c) {
		if parent.Collection == nil && s.options.params[parent.Param] == "" && s.options.params[paramAt(c.Path, parent.Param)] == "" {
			return parent.Param
		}
		if parent.Collection != nil {
			if name := s.missingParam(parent.Collection); name != "" {
				return name
			}
		}
	}
	return ""
}

// plan decides which checks run on what, and why others do not.
func (s *suite) plan() error {
	if err := s.checkPatterns(); err != nil {
		return err
	}
	for _, check := range Catalogue() {
		if check.Operations {
			s.planOperations(check)
			continue
		}
		for _, c := range s.model.Collections {
			p := planned{check: check, collection: c, subject: s.subjectOf(c)}
			p.status, p.reason = s.obstacle(check, c)
			s.add(p)
		}
	}
	s.placeGuards()
	return nil
}

// add puts a check into the plan, if it is wanted. Of what is not, and has nothing else
// against it, it counts how much there is: the verdict is told.
func (s *suite) add(p planned) {
	reason, skipped := s.skipped(p.check)
	wanted := s.wanted(p.check)
	p.leftOut = (skipped || !wanted) && p.status != report.NotApplicable
	if p.leftOut {
		s.leftOut++
	}
	if p.leftOut && skipped {
		p.status, p.reason = report.NotRun, reason
	}
	if wanted {
		s.planned = append(s.planned, p)
	}
}

// subjectOf is what results say that they are about, "" where there is one collection.
func (s *suite) subjectOf(c *resource.Collection) string {
	if len(s.model.Collections) < 2 {
		return ""
	}
	return s.nameOf(c)
}

// nameOf is what a collection is called in reports: its name, or its path where others
// have the same name.
func (s *suite) nameOf(c *resource.Collection) string {
	for _, other := range s.model.Collections {
		if other != c && other.Name == c.Name {
			return c.Path
		}
	}
	return c.Name
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
	for flag, patterns := range map[string][]string{"--only": s.options.only, "--skip": slices.Collect(maps.Keys(s.options.skip))} {
		for _, pattern := range patterns {
			if !slices.ContainsFunc(Catalogue(), func(c Check) bool { return c.matches(pattern) }) {
				return usagef("%s %q: no check matches; `understudy checks` lists them", flag, pattern)
			}
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
	if missing := s.missingParam(c); missing != "" {
		return report.NotRun, fmt.Sprintf("no value of %s is given: --param %s=…", missing, missing)
	}
	if why := s.unoffered(check.Needs, c); why != "" {
		return report.NotApplicable, why
	}
	if why := s.unmet(check.Needs); why != "" {
		return report.NotRun, why
	}
	return "", ""
}

// unoffered says what a check needs and the document does not offer, "" when it
// offers all.
func (s *suite) unoffered(n Needs, c *resource.Collection) string {
	for _, role := range n.Roles {
		if by := s.selectedBy(c); role == resource.List && by != nil {
			return fmt.Sprintf("the list of %s shows what its parameter %s chooses: give --param %s=…", c.Name, by.Name, by.Name)
		}
		if s.operationFor(c, role) == nil {
			return fmt.Sprintf("the document offers no operation to %s an item of %s", role, c.Name)
		}
	}
	for _, key := range n.Keys {
		if why := s.needless(key, c); why != "" {
			return why
		}
	}
	switch {
	case slices.Contains(n.Roles, resource.Create) && !s.creatable(c):
		return s.uncreatable(c)
	case n.lacking(c) != "":
		return n.lacking(c)
	case n.Secured && !secured(c):
		return "the document asks for no credential"
	case n.Elsewhere && isNested(c):
		return "it stands under records, whose places are judged"
	case n.Elsewhere:
		return s.needless(foreigner, c)
	}
	return ""
}

// uncreatable says why a run may not create records of a collection.
func (s *suite) uncreatable(c *resource.Collection) string {
	switch {
	case c.IDField == "" && len(c.IDPath) == 0:
		return "no member of an item of " + c.Name + " is its id, so none could be deleted again"
	case !s.tellsID(c):
		return "the document does not say where the answer to a create tells the id"
	}
	return fmt.Sprintf("the document offers no way to delete an item of %s, so none is created", c.Name)
}

// unmet says what a check needs and the run was not given, "" when it was given all.
func (s *suite) unmet(n Needs) string {
	switch {
	case n.Writes && s.readOnly != "":
		return s.readOnly
	case n.Elsewhere && len(s.foreignParams()) == 0:
		return "no place of the foreign key is given: --foreign-param"
	}
	for _, key := range n.Keys {
		if s.options.tokens[key] == "" {
			return "the key is missing: --" + flagOf(key)
		}
	}
	return ""
}

// commonRecords is how many records of the run there are beside those of the check
// at work: the samples.
const commonRecords = 3

// outlook tells what the run will do.
func (s *suite) outlook() report.Plan {
	plan := report.Plan{Requests: 2 * len(s.model.Collections), Allowed: s.options.requests}
	parents, records := map[*resource.Collection]bool{}, map[*lane]int{}
	for _, p := range s.planned {
		plan.Results = append(plan.Results, s.resultOf(p))
		if p.status != "" {
			continue
		}
		plan.Checks++
		plan.Requests += max(p.check.Costs.Requests, 1)
		if p.check.Costs.Records > 0 {
			l := s.laneOf[p.collection]
			records[l] = max(records[l], p.check.Costs.Records+commonRecords)
		}
		s.addParents(parents, p.collection)
	}
	most := slices.SortedFunc(maps.Values(records), func(a, b int) int { return b - a })
	for _, held := range most[:min(len(most), s.options.parallel)] {
		plan.Records += held
	}
	plan.Records += len(parents)
	return plan
}

// addParents adds the collections of which a run makes a record for those of another
// to stand under.
func (s *suite) addParents(parents map[*resource.Collection]bool, c *resource.Collection) {
	for _, parent := range parentsOf(c) {
		if above := parent.Collection; above != nil && s.readOnly == "" && !parents[above] && s.creatable(above) {
			parents[above] = true
			s.addParents(parents, above)
		}
	}
}

// needless says why the document knows no difference between a key and the one
// that may do all, "" when it does.
func (s *suite) needless(key who, c *resource.Collection) string {
	switch {
	case key == foreigner && !slices.ContainsFunc(c.Parents, func(p resource.Parent) bool { return p.Collection == nil }):
		return "no path parameter tells the places of two keys apart"
	case key == unscoped && !slices.ContainsFunc(operationsOf(c), func(op *contract.Operation) bool { return len(resource.Scopes(op)) > 0 }):
		return "the document names no scopes"
	case key == reader && !slices.ContainsFunc(operationsOf(c), func(op *contract.Operation) bool { return takesMore(op, s.contract) }):
		return "the document asks for no other scopes to write than to read"
	}
	return ""
}

// operationsOf lists the operations of a collection, in no order.
func operationsOf(c *resource.Collection) []*contract.Operation {
	return slices.Collect(maps.Values(c.Operations))
}

// takesMore reports whether an operation asks for a scope that no reading in the
// document does.
func takesMore(op *contract.Operation, c *contract.Contract) bool {
	var reading []string
	for _, other := range c.Operations {
		if other.Method == http.MethodGet || other.Method == http.MethodHead {
			reading = append(reading, resource.Scopes(other)...)
		}
	}
	return slices.ContainsFunc(resource.Scopes(op), func(scope string) bool { return !slices.Contains(reading, scope) })
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
