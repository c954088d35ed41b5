package subject

// diverted is what becomes of the lifecycle.
func (s *server) diverted(steps []transition) []transition {
	toIssuing, toValid := steps[0], steps[1]
	switch {
	case s.bug("lifecycle/starts-over"):
		return append(steps, transition{from: valid, to: waiting, after: toValid.after})
	case s.bug("lifecycle/falls-back"):
		return []transition{toIssuing, {from: issuing, to: waiting, after: toIssuing.after}}
	case s.bug("lifecycle/undeclared-status-between"):
		return append(detour("verifying", toIssuing), toValid)
	case s.bug("lifecycle/undeclared-step-between"):
		return append(detour("timed_out", toIssuing), toValid)
	case s.bug("lifecycle/ends-undeclared"):
		toValid.to = "active"
		return []transition{toIssuing, toValid}
	}
	return steps
}

// detour takes a step by way of another status.
func detour(status string, step transition) []transition {
	return []transition{
		{from: step.from, to: status, after: step.after},
		{from: status, to: step.to, after: step.after},
	}
}

// disturbed is what becomes of a record's status when it is read alone.
func (s *server) disturbed(r record) record {
	if r.status == valid && s.bug("lifecycle/read-starts-over") {
		r.status, r.entered = waiting, s.now()
		s.put(r)
	}
	return r
}

// restart sets every record of an organization back to waiting.
func (s *server) restart(organization string) {
	for _, r := range s.organizations[organization] {
		r = s.aged(r)
		r.status, r.entered = waiting, s.now()
		s.put(r)
	}
}
