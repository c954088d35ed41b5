package cli

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"understudy/conformance/report"
	"understudy/internal/contract"
	"understudy/internal/resource"
)

// textWidth is how wide the lines of a report are, where words allow it.
const textWidth = 100

// A page is a report for people.
type page struct {
	w     io.Writer
	names map[string]int // how many collections have a name
}

func writeInspection(w io.Writer, r inspection) {
	p := page{w, map[string]int{}}
	for _, c := range r.model.Collections {
		p.names[c.Name]++
	}
	fmt.Fprintf(w, "%s %s: %s, %s\n", r.Title, r.Version, report.Counted(len(r.Operations), "operation"), report.Counted(len(r.Collections), "collection"))
	for _, c := range r.model.Collections {
		p.collection(r.model, c)
	}
	p.unbound(r)
	for _, warning := range r.Warnings { // a place in a file stays on one line
		fmt.Fprintf(w, "\nwarning: %s\n", warning.Error())
	}
	for i, doubt := range r.Doubts {
		fmt.Fprintf(w, "\ndoubt %d of %d, line %d, %s\n", i+1, len(r.Doubts), doubt.Line, doubt.Pointer)
		p.paragraph("  ", "  ", doubt.Message)
		p.paragraph("  to settle it, ", "  ", doubt.Settle)
		if doubt.Say != "" {
			fmt.Fprintf(w, "  x-understudy: {%s}\n", doubt.Say)
		}
	}
	if len(r.Doubts) == 0 {
		fmt.Fprint(w, "\nNo doubts.\n")
	}
}

// paragraph writes a text in lines of textWidth; first stands before the first of them,
// and rest before the others.
func (p page) paragraph(first, rest, text string) {
	line, empty := first, true
	for _, word := range strings.Fields(text) {
		switch {
		case empty:
			line += word
		case utf8.RuneCountInString(line)+1+utf8.RuneCountInString(word) > textWidth:
			fmt.Fprintln(p.w, line)
			line = rest + word
		default:
			line += " " + word
		}
		empty = false
	}
	fmt.Fprintln(p.w, strings.TrimRight(line, " "))
}

// line writes one thing that is known of a collection.
func (p page) line(name, format string, args ...any) {
	p.paragraph(fmt.Sprintf("  %-11s ", name), strings.Repeat(" ", 14), fmt.Sprintf(format, args...))
}

// name is what a collection is called, or its path where others are called so too.
func (p page) name(c *resource.Collection) string {
	if p.names[c.Name] > 1 {
		return c.Path
	}
	return c.Name
}

func (p page) collection(model *resource.Model, c *resource.Collection) {
	fmt.Fprintf(p.w, "\n%s  %s\n", c.Name, c.Path)
	p.decisions(c, "items", "collection", "id")
	for _, parent := range append(slices.Clone(c.Parents), c.ItemParents...) {
		if parent.Collection != nil {
			p.line("parent", "%s, an item of %s", parent.Param, p.name(parent.Collection))
		} else {
			p.line("parent", "%s, which nothing creates: keys and data name its values", parent.Param)
		}
	}
	for _, role := range []resource.Role{resource.List, resource.Create, resource.Retrieve, resource.Update, resource.Replace, resource.Remove} {
		if op := c.Operations[role]; op != nil {
			needs := ""
			if scopes := resource.Scopes(op); len(scopes) > 0 {
				needs = ", needs " + strings.Join(scopes, " ")
			}
			p.line(string(role), "%s %s%s%s", op.Method, strings.TrimPrefix(op.ID, op.Method+" "), travels(model, op), needs)
		}
	}
	p.decisions(c)
	p.leftAlone(c)
	if order := c.Order.String(); order != "" {
		p.line("order", "%s", order)
	}
	if writable := fieldNames(c, c.Writable); len(writable) > 0 {
		p.line("writable", "%s", strings.Join(writable, ", "))
	}
	if set := serverSet(c); len(set) > 0 {
		p.line("server sets", "%s", strings.Join(set, ", "))
	}
	if c.Quota > 0 {
		p.line("quota", "%d items", c.Quota)
	}
	if c.Lifecycle != nil {
		p.line("lifecycle", "%s", lifecycle(c.Lifecycle))
	}
}

// decisions writes those about some things; without a name, those about what no other
// line tells.
func (p page) decisions(c *resource.Collection, about ...string) {
	told := []string{"items", "collection", "id", "wrapping", "left alone"}
	for _, d := range c.Decisions {
		if slices.Contains(about, d.About) || len(about) == 0 && !slices.Contains(told, d.About) {
			p.line(d.About, "%s", d)
		}
	}
}

// leftAlone writes which query parameters change nothing, those with one reason
// together.
func (p page) leftAlone(c *resource.Collection) {
	var reasons []string
	names := map[string][]string{}
	for _, d := range c.Decisions {
		if d.About != "left alone" {
			continue
		}
		if names[d.Because] == nil {
			reasons = append(reasons, d.Because)
		}
		name := strings.TrimPrefix(d.What, "the query parameter ")
		name, _, _ = strings.Cut(name, " is checked")
		names[d.Because] = append(names[d.Because], name)
	}
	for _, because := range reasons {
		p.line("left alone", "%s: checked, and without effect, because %s", strings.Join(names[because], ", "), because)
	}
}

// unbound lists the operations that belong to no collection, those with one reason
// together.
func (p page) unbound(r inspection) {
	because := map[string]string{}
	for _, d := range r.Left {
		because[d.What] = d.Because
	}
	var reasons []string
	lines := map[string][]string{}
	for _, o := range r.Operations {
		if o.Role != "" {
			continue
		}
		reason := because[o.Method+" "+o.Path]
		if lines[reason] == nil {
			reasons = append(reasons, reason)
		}
		lines[reason] = append(lines[reason], fmt.Sprintf("  %-7s %s", o.Method, o.Path))
	}
	for _, reason := range reasons {
		if reason == "" {
			fmt.Fprint(p.w, "\nanswered from the document alone, which is doubted below\n")
		} else {
			p.paragraph("\nanswered from the document alone, because ", "  ", reason)
		}
		fmt.Fprintln(p.w, strings.Join(lines[reason], "\n"))
	}
}

// travels tells how the body of an update changes the item and where in the bodies
// the item stands, in parentheses; "" when there is nothing to tell.
func travels(model *resource.Model, op *contract.Operation) string {
	b, _ := model.Bind(op)
	var told []string
	if b.Style != "" {
		told = append(told, string(b.Style))
	}
	if b.Sent != "" {
		told = append(told, "sent in "+b.Sent)
	}
	if path, ok := b.Shown.Path(resource.ItemPart); ok {
		told = append(told, "shown in "+strings.Join(path, "."))
	}
	if len(told) == 0 {
		return ""
	}
	return " (" + strings.Join(told, ", ") + ")"
}

func fieldNames(c *resource.Collection, wanted func(*resource.Field) bool) []string {
	var names []string
	for _, f := range c.Fields {
		if wanted(f) {
			names = append(names, f.Name)
		}
	}
	return names
}

// serverSet lists the members that the server sets, each with its source.
func serverSet(c *resource.Collection) []string {
	var members []string
	for _, f := range c.Fields {
		if !c.Writable(f) {
			members = append(members, fmt.Sprintf("%s (%s)", f.Name, f.Source))
		}
	}
	return members
}

// lifecycle tells the transitions in one line.
func lifecycle(l *resource.Lifecycle) string {
	steps := []string{l.Field + " starts at " + l.Initial}
	for _, t := range l.Transitions {
		if t.Remove {
			steps = append(steps, fmt.Sprintf("%s is removed after %s", t.From, t.After))
			continue
		}
		steps = append(steps, fmt.Sprintf("%s becomes %s after %s", t.From, t.To, t.After))
	}
	return strings.Join(steps, "; ")
}
