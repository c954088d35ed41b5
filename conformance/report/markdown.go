package report

import (
	"fmt"
	"html"
	"io"
	"strings"
)

// The bounds of a Markdown report. GitHub refuses a step summary of more than
// 1 MiB whole, so that a report too long would not be seen at all.
const (
	maxMarkdown         = 1_000_000 // bytes
	maxMarkdownFindings = 100       // of each status
	maxMarkdownText     = 4000      // characters of one expected or actual text
	maxMarkdownScript   = 20_000    // characters of one sequence of requests
	maxMarkdownSentence = 500       // characters of a text in a table or heading
)

// WriteMarkdown writes a report for the summary page of a CI job: the verdict
// and the counts, then what failed, each folded with its evidence. It is never
// longer than such a page may be; what does not fit is counted.
func WriteMarkdown(w io.Writer, r *Report) error {
	r = r.printable()
	m := &markdown{}
	m.heading(r)
	m.findings(r, Fail)
	m.findings(r, Warn)
	for _, status := range []Status{Blocked, NotRun, Flaky, Known} {
		m.table(r, status)
	}
	m.notes(r.Notes)
	_, err := io.WriteString(w, m.String())
	return err
}

// markdown is a text that stays within its bound, if what is added is small
// beside the room that it keeps free.
type markdown struct{ strings.Builder }

// add adds a block unless there is no room for it, and for a line that says so.
func (m *markdown) add(block string) bool {
	const room = 10_000 // for the headings and remarks between the blocks
	if m.Len()+len(block) > maxMarkdown-room {
		return false
	}
	m.WriteString(block)
	return true
}

// addAll adds the blocks of a list until there are enough, and counts the rest.
func (m *markdown) addAll(results []Result, block func(Result) string) {
	for i, result := range results {
		if i == maxMarkdownFindings || !m.add(block(result)) {
			fmt.Fprintf(m, "\nand %d more\n", len(results)-i)
			return
		}
	}
}

func (m *markdown) heading(r *Report) {
	fmt.Fprintf(m, "## %s\n\n", sentence(capitalized(r.Outcome())))
	fmt.Fprintf(m, "Conformance of %s to %s%s\n\n", codeSpan(r.Target), sentence(r.Document), r.seeded())
	var names, rules, numbers strings.Builder
	for _, status := range told() {
		names.WriteString("| " + status.word() + " ")
		rules.WriteString("| ---: ")
		fmt.Fprintf(&numbers, "| %d ", r.Count(status))
	}
	fmt.Fprintf(m, "%s|\n%s|\n%s|\n\n", names.String(), rules.String(), numbers.String())
	fmt.Fprintf(m, "%s in %s", Counted(r.Requests, "request"), Lasting(r.Duration))
	if !r.Witnessed {
		m.WriteString(", " + r.Records())
	}
	m.WriteString("\n")
	if left := r.Leftovers(); left != "" {
		fmt.Fprintf(m, "\n**%s**\n", sentence(left))
	}
}

// findings adds a folded section for each result of a status.
func (m *markdown) findings(r *Report, status Status) {
	results := r.having(status)
	if len(results) == 0 {
		return
	}
	fmt.Fprintf(m, "\n### %s\n", status.title())
	m.addAll(results, finding)
}

func finding(result Result) string {
	var b strings.Builder
	fmt.Fprintf(&b, "\n<details><summary><code>%s</code> %s</summary>\n\n",
		html.EscapeString(oneLine(result.Title())), html.EscapeString(oneLine(result.explanation())))
	fmt.Fprintf(&b, "**%s** %s\n", result.Obligation(), sentence(result.Requirement))
	if result.Source != "" {
		fmt.Fprintf(&b, "\nSource: %s\n", codeSpan(result.Source))
	}
	if result.Expected != "" {
		b.WriteString("\nExpected\n\n" + fenced("text", clip(result.Expected, maxMarkdownText)))
	}
	if result.Actual != "" {
		b.WriteString("\nActual\n\n" + fenced("text", clip(result.Actual, maxMarkdownText)))
	}
	if len(result.Exchanges) > 0 {
		b.WriteString("\n" + fenced("sh", clip(strings.Join(script(result.Exchanges), "\n"), maxMarkdownScript)))
	}
	b.WriteString("\n</details>\n")
	return b.String()
}

// table adds a row for each result of a status, or for those that are alike.
func (m *markdown) table(r *Report, status Status) {
	var results []Result
	for _, group := range r.alike(status) {
		results = append(results, group.one())
	}
	if len(results) == 0 {
		return
	}
	fmt.Fprintf(m, "\n### %s\n\n| check | level | reason |\n| --- | --- | --- |\n", status.title())
	m.addAll(results, func(result Result) string {
		return fmt.Sprintf("| %s | %s | %s |\n", sentence(result.Title()), result.Level, sentence(result.explanation())+autolink(result.Link))
	})
}

func (m *markdown) notes(notes []string) {
	if len(notes) == 0 {
		return
	}
	m.WriteString("\n### Notes\n\n")
	for i, note := range notes {
		if !m.add("- " + sentence(note) + "\n") {
			fmt.Fprintf(m, "- and %d more\n", len(notes)-i)
			return
		}
	}
}

// having lists the results of one status.
func (r *Report) having(status Status) []Result {
	var results []Result
	for _, result := range r.Results {
		if result.Status == status {
			results = append(results, result)
		}
	}
	return results
}

// oneLine is a text of bounded length on one line.
func oneLine(text string) string {
	return clip(strings.Join(strings.Fields(text), " "), maxMarkdownSentence)
}

// sentence is a text on one line in which no character means anything to
// Markdown or HTML, also within a table.
func sentence(text string) string {
	var b strings.Builder
	for _, r := range oneLine(text) {
		switch {
		case strings.ContainsRune("<>&", r):
			b.WriteString(html.EscapeString(string(r)))
		case strings.ContainsRune("\\`*_{}[]#|~!$", r):
			b.WriteString(`\` + string(r))
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// autolink is a link after a sentence; what is no plain web address stays text.
func autolink(link string) string {
	switch {
	case link == "":
		return ""
	case strings.HasPrefix(link, "https://") && !strings.ContainsAny(link, " <>|\\`\n"):
		return " <" + link + ">"
	}
	return " " + sentence(link)
}

// codeSpan is a text on one line as code. It is not for tables, where a pipe
// ends a cell even within code.
func codeSpan(text string) string {
	fence := strings.Repeat("`", longestRun(text)+1)
	return fence + " " + oneLine(text) + " " + fence
}

// fenced is a text as a block of code, behind a fence longer than any in it.
func fenced(language, text string) string {
	fence := strings.Repeat("`", max(3, longestRun(text)+1))
	return fence + language + "\n" + strings.TrimRight(text, "\n") + "\n" + fence + "\n"
}

// longestRun is how many backticks stand together at most.
func longestRun(text string) int {
	longest, run := 0, 0
	for _, r := range text {
		if r != '`' {
			run = 0
			continue
		}
		run++
		longest = max(longest, run)
	}
	return longest
}
