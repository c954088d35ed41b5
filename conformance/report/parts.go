package report

import (
	"fmt"
	"html/template"
)

// What pages of other reports share with the one of the suite.

// PageStyle is the style of a page.
func PageStyle() template.CSS { return template.CSS(pageStyle) } //nolint:gosec // ours

// PagePolicy is the content security policy of a page that has this style, and more of
// its own, and no script.
func PagePolicy(more template.CSS) string {
	return fmt.Sprintf("default-src 'none'; base-uri 'none'; form-action 'none'; img-src data:; style-src '%s' '%s'", digest(pageStyle), digest(string(more)))
}

// Printable is a text in which what a server sent can be shown: what is no graphic
// character stands as an escape.
func Printable(text string) string { return printable(text) }

// Printable is an exchange whose texts can be shown.
func (e Exchange) Printable() Exchange { return e.printable() }

// Answer is what came back, as people read it: the status, or why there is none.
func (e Exchange) Answer() string {
	if e.Status == 0 {
		return "no answer: " + e.Error
	}
	return e.statusLine()
}

// Records says what became of the records that the run made.
func (r *Report) Records() string { return r.records() }

// Leftovers says where to find what the run left, "" when it left nothing.
func (r *Report) Leftovers() string { return r.leftovers() }

// Lasting is a number of seconds as people read it.
func Lasting(seconds float64) string { return lasting(seconds) }
