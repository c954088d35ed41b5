package drift

import (
	"bufio"
	_ "embed" // for the page
	"html/template"
	"io"

	"understudy/conformance/report"
)

//go:embed page.html
var pageTemplate string

// moreStyle is what this page has beside the style of the suite's.
const moreStyle = `
.facts { margin-top: 1.25rem; }
.verdict.drift { color: var(--fail); } .verdict.same { color: var(--pass); }
.kind { font-weight: 600; } .finding { display: grid; gap: .5rem; } .finding + .finding { margin-top: 1rem; }
`

// page is what the template shows.
type page struct {
	*Report
	Style, More template.CSS
	Policy      string
}

// WriteHTML writes a report as one page that loads nothing from anywhere. What a
// server sent is text on it and nothing else: html/template escapes it, and the page's
// own policy permits no script, and no style but its own.
func WriteHTML(w io.Writer, r *Report) error {
	parsed, err := template.New("page").Funcs(template.FuncMap{"printable": report.Printable}).Parse(pageTemplate)
	if err != nil {
		return err
	}
	out := bufio.NewWriter(w)
	made := page{Report: r, Style: report.PageStyle(), More: moreStyle, Policy: report.PagePolicy(moreStyle)}
	if err := parsed.Execute(out, made); err != nil {
		return err
	}
	return out.Flush()
}

// Mark is the status of the suite's page whose colour an operation has.
func (op Operation) Mark() string {
	if op.Verdict == Same {
		return "pass"
	}
	return "fail"
}

// Exchanges are the first that show a finding, on both sides.
func (f *Finding) Exchanges() []Shown {
	return []Shown{{"The stand-in", f.HereExchange.Printable()}, {"The target", f.ThereExchange.Printable()}}
}

// Shown is an exchange with the side that it was on.
type Shown struct {
	Side string
	report.Exchange
}

// Tally counts what was compared.
func (r *Report) Tally() string { return r.tally() }

// ShownBy names the steps that show a finding.
func (f *Finding) ShownBy() string { return f.shownBy() }
