package cli

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"slices"
	"strings"

	"understudy/internal/contract"
	"understudy/internal/resource"
)

func inspectCommand() command {
	return command{
		name:    "inspect",
		summary: "print what was understood of a document",
		about: "Prints the operations of a document, its collections with their items, ids,\n" +
			"parents, paging, the members that the server sets and the scopes, each decision\n" +
			"with its reason, and every place where the document leaves the meaning open.\n" +
			"With --suggest-overlay it prints an OpenAPI Overlay instead that says what was\n" +
			"decided in the words of x-understudy: change in it what was guessed wrongly.",
		setup: func(flags *flag.FlagSet) action {
			config := &inspectConfig{}
			config.declare(flags, "read")
			flags.BoolVar(&config.json, "json", false, "print JSON")
			flags.BoolVar(&config.suggest, "suggest-overlay", false, "print an OpenAPI Overlay that says what was decided, to correct it")
			return config.run
		},
	}
}

type inspectConfig struct {
	documentConfig
	json    bool
	suggest bool
}

// report is what inspect prints as JSON.
type report struct {
	Title       string              `json:"title"`
	Version     string              `json:"version"`
	Operations  []operation         `json:"operations"`
	Collections []any               `json:"collections"`
	Left        []resource.Decision `json:"left_alone"`
	Doubts      []resource.Doubt    `json:"doubts"`
	Warnings    []contract.Fault    `json:"warnings"`

	model *resource.Model
}

// operation is one operation with what it does.
type operation struct {
	Method     string        `json:"method"`
	Path       string        `json:"path"`
	ID         string        `json:"operation_id"`
	Collection string        `json:"collection,omitempty"` // "" when it belongs to none
	Role       resource.Role `json:"role,omitempty"`
	Via        string        `json:"via,omitempty"` // view or batch, where it is not one of the collection's own
	Scopes     []string      `json:"scopes"`
}

func (c *inspectConfig) run(ctx context.Context, env Env, args []string) error {
	if err := noArguments(args); err != nil {
		return err
	}
	document, err := c.read(ctx)
	if err != nil {
		return err
	}
	read, err := document.load()
	if err != nil {
		return err
	}
	model, err := resource.Infer(read)
	if err != nil {
		return err
	}
	if c.suggest {
		writeOverlay(env.Stdout, read, model)
		return nil
	}
	if c.json {
		return writeJSON(env.Stdout, newReport(read, model))
	}
	writeReport(env.Stdout, newReport(read, model))
	return nil
}

func newReport(read *contract.Contract, model *resource.Model) report {
	r := report{
		Title: read.Title, Version: read.Version, Collections: []any{}, Operations: []operation{}, Left: append([]resource.Decision{}, model.Left...),
		Doubts: append([]resource.Doubt{}, model.Doubts...), Warnings: append([]contract.Fault{}, read.Warnings...), model: model,
	}
	for _, c := range model.Collections {
		r.Collections = append(r.Collections, model.Summary(c))
	}
	for _, op := range read.Operations {
		listed := operation{Method: op.Method, Path: op.Path, ID: op.ID, Scopes: resource.Scopes(op)}
		if binding, ok := model.Bind(op); ok {
			listed.Collection, listed.Role = binding.Collection.Name, binding.Role
		} else if binding, via := model.Beside(op); via != "" {
			listed.Collection, listed.Role, listed.Via = binding.Collection.Name, binding.Role, via
		}
		r.Operations = append(r.Operations, listed)
	}
	return r
}

func writeJSON(w io.Writer, value any) error {
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(value)
}

func writeReport(w io.Writer, r report) {
	fmt.Fprintf(w, "%s %s: %s, %s\n", r.Title, r.Version, counted(len(r.Operations), "operation"), counted(len(r.Collections), "collection"))
	for _, c := range r.model.Collections {
		writeCollection(w, r.model, c)
	}
	writeUnbound(w, r)
	for _, warning := range r.Warnings {
		fmt.Fprintf(w, "\nwarning: %s\n", warning.Error())
	}
	for _, doubt := range r.Doubts {
		fmt.Fprintf(w, "\ndoubt: line %d: %s: %s; %s\n", doubt.Line, doubt.Pointer, doubt.Message, doubt.Settle)
		if doubt.Say != "" {
			fmt.Fprintf(w, "  x-understudy: {%s}\n", doubt.Say)
		}
	}
	if len(r.Doubts) == 0 {
		fmt.Fprint(w, "\nNo doubts.\n")
	}
}

func writeCollection(w io.Writer, model *resource.Model, c *resource.Collection) {
	line := func(name, format string, args ...any) {
		fmt.Fprintf(w, "  %-11s %s\n", name, strings.TrimRight(fmt.Sprintf(format, args...), " "))
	}
	first := func(d resource.Decision) bool { return slices.Contains([]string{"items", "collection", "id"}, d.About) }
	decisions := func(wanted bool) {
		for _, d := range c.Decisions {
			if first(d) == wanted {
				line(d.About, "%s", d)
			}
		}
	}
	fmt.Fprintf(w, "\n%s  %s\n", c.Name, c.Path)
	decisions(true)
	for _, parent := range append(slices.Clone(c.Parents), c.ItemParents...) {
		if parent.Collection != nil {
			line("parent", "%s, an item of %s", parent.Param, parent.Collection.Name)
		} else {
			line("parent", "%s, which nothing creates: keys and data name its values", parent.Param)
		}
	}
	for _, role := range []resource.Role{resource.List, resource.Create, resource.Retrieve, resource.Update, resource.Replace, resource.Remove} {
		if op := c.Operations[role]; op != nil {
			line(string(role), "%s %s%s  %s", op.Method, op.ID, travels(model, op), strings.Join(resource.Scopes(op), " "))
		}
	}
	decisions(false)
	if order := c.Order.String(); order != "" {
		line("order", "%s", order)
	}
	line("writable", "%s", strings.Join(fieldNames(c, c.Writable), ", "))
	line("server sets", "%s", strings.Join(serverSet(c), ", "))
	if c.Quota > 0 {
		line("quota", "%d items", c.Quota)
	}
	if c.Lifecycle != nil {
		line("lifecycle", "%s", lifecycle(c.Lifecycle))
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

// writeUnbound lists the operations that belong to no collection, with the reason
// of those that raise no doubt.
func writeUnbound(w io.Writer, r report) {
	unbound := slices.DeleteFunc(slices.Clone(r.Operations), func(o operation) bool { return o.Role != "" })
	if len(unbound) == 0 {
		return
	}
	because := map[string]string{}
	for _, d := range r.Left {
		because[d.What] = ", because " + d.Because
	}
	fmt.Fprint(w, "\nanswered from the document alone\n")
	for _, o := range unbound {
		fmt.Fprintf(w, "  %-7s %s%s\n", o.Method, o.Path, because[o.Method+" "+o.Path])
	}
}
