package report

import (
	"fmt"
	"html/template"
	"net/url"
	"strings"
)

// page is what the template shows.
type page struct {
	*Report
	Style    template.CSS
	Script   template.JS
	Policy   string
	Headline string // what the verdict rests on
	Facts    []pageFact
	Bars     []pageBar
	Statuses []pageChoice
	Groups   []pageChoice
	Sections []pageSection
}

// pageFact is one thing to know about the run.
type pageFact struct {
	Name, Text string
	Alarming   bool
}

// pageBar is the share of a status among all results, in results.
type pageBar struct {
	Status Status
	At     int
	Width  int
}

// pageChoice is a button that filters.
type pageChoice struct {
	Value, Label string
	Count        int
}

// pageSection is the results of one status.
type pageSection struct {
	Status Status
	Title  string
	Rows   []pageRow
}

// pageRow is a result with what the page adds to it.
type pageRow struct {
	Result
	Anchor    string       // the id of its element
	Href      template.URL // of the anchor
	BlockedAt template.URL // of the failure that blocks it, "" when it is not there
	Open      bool
}

func newPage(r *Report) page {
	anchors := anchorsOf(r.Results)
	p := page{
		Report:   r,
		Style:    PageStyle(),
		Script:   template.JS(pageScript), //nolint:gosec // ours
		Policy:   policy(),
		Headline: r.because(),
		Facts:    pageFacts(r),
		Groups:   pageGroups(r.Results),
	}
	at := 0
	for _, status := range told() {
		rows := pageRows(r, anchors, status)
		if len(rows) == 0 {
			continue
		}
		p.Bars = append(p.Bars, pageBar{status, at, len(rows)})
		p.Statuses = append(p.Statuses, pageChoice{string(status), status.title(), len(rows)})
		p.Sections = append(p.Sections, pageSection{status, status.title(), rows})
		at += len(rows)
	}
	return p
}

func pageFacts(r *Report) []pageFact {
	facts := []pageFact{
		{Name: "Document", Text: r.Document},
		{Name: "Started", Text: r.Started.UTC().Format("2006-01-02 15:04:05 UTC")},
		{Name: "Took", Text: Lasting(r.Duration)},
		{Name: "Requests", Text: fmt.Sprint(r.Requests)},
	}
	if !r.Witnessed {
		facts = append(facts, pageFact{Name: "Seed", Text: fmt.Sprint(r.Seed)}, pageFact{Name: "Records", Text: r.Records(), Alarming: r.Left > 0})
	}
	if left := r.Leftovers(); left != "" {
		facts = append(facts, pageFact{Name: "Left behind", Text: left, Alarming: true})
	}
	return facts
}

// pageGroups lists the groups in the order in which they ran.
func pageGroups(results []Result) []pageChoice {
	var groups []pageChoice
	index := map[string]int{}
	for _, result := range results {
		group := result.Group()
		at, seen := index[group]
		if !seen {
			at = len(groups)
			index[group] = at
			groups = append(groups, pageChoice{Value: group, Label: group})
		}
		groups[at].Count++
	}
	return groups
}

// pageRows makes the rows of one status. Failures are open: they are why the
// page is read.
func pageRows(r *Report, anchors []string, status Status) []pageRow {
	var rows []pageRow
	for i, result := range r.Results {
		if result.Status != status {
			continue
		}
		row := pageRow{Result: result, Anchor: anchors[i], Href: href(anchors[i]), Open: r.Failed(result)}
		if at := blocker(r.Results, result); at >= 0 {
			row.BlockedAt = href(anchors[at])
		}
		rows = append(rows, row)
	}
	return rows
}

// blocker finds the failure that blocks a result, best the one of the same
// subject; -1 when there is none.
func blocker(results []Result, blocked Result) int {
	found := -1
	if blocked.BlockedBy == "" {
		return found
	}
	for i, result := range results {
		if result.ID != blocked.BlockedBy {
			continue
		}
		if result.Subject == blocked.Subject {
			return i
		}
		if found < 0 {
			found = i
		}
	}
	return found
}

// anchorsOf gives each result an id for its element: the check's, followed by the
// subject where there is one. The id of an element may hold no white space and
// must be its alone.
func anchorsOf(results []Result) []string {
	var anchors []string
	taken := map[string]bool{}
	for _, result := range results {
		base := result.ID
		if result.Subject != "" {
			base += "~" + result.Subject
		}
		base = strings.Join(strings.Fields(base), "_")
		anchor := base
		for n := 2; taken[anchor]; n++ {
			anchor = fmt.Sprintf("%s~%d", base, n)
		}
		taken[anchor] = true
		anchors = append(anchors, anchor)
	}
	return anchors
}

// href links to an anchor of the same page.
func href(anchor string) template.URL {
	link := url.URL{Fragment: anchor}
	return template.URL(link.String()) //nolint:gosec // a fragment and nothing else
}

// Took is how long the check took, "" when that is not known.
func (r pageRow) Took() string {
	if r.Duration == 0 {
		return ""
	}
	return Lasting(r.Duration)
}

// Word is the status as people say it.
func (r pageRow) Word() string { return r.Status.word() }

// Gist is the one sentence that stands beside the id: why the result is not a
// pass, or what was asked for.
func (r pageRow) Gist() string {
	if why := r.explanation(); why != "" {
		return why
	}
	return r.Requirement
}

// Calls are the exchanges as the page shows them.
func (r pageRow) Calls() []pageCall {
	return mapped(r.Exchanges, func(e Exchange) pageCall { return pageCall{e} })
}

// pageCall is an exchange.
type pageCall struct{ Exchange }

// Answer is the status with its name, or that there is none.
func (c pageCall) Answer() string {
	if c.Status == 0 {
		return "no answer"
	}
	return c.statusLine()
}

// Head are the headers as lines.
func (c pageCall) Head() string { return strings.Join(c.Headers, "\n") }
