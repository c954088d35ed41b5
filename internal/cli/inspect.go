package cli

import (
	"context"
	"encoding/json"
	"flag"
	"io"

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

// inspection is what inspect prints, as text or as JSON.
type inspection struct {
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
	Collection string        `json:"collection,omitempty"`      // "" when it belongs to none
	At         string        `json:"collection_path,omitempty"` // tells collections of one name apart
	Role       resource.Role `json:"role,omitempty"`
	Via        string        `json:"via,omitempty"` // view or batch, where it is not one of the collection's own
	Scopes     []string      `json:"scopes"`
}

func (c *inspectConfig) run(ctx context.Context, env Env, args []string) error {
	if err := noArguments(args); err != nil {
		return err
	}
	read, model, err := c.understand(ctx)
	if err != nil {
		return err
	}
	if c.suggest {
		writeOverlay(env.Stdout, read, model)
		return nil
	}
	if c.json {
		return writeJSON(env.Stdout, newInspection(read, model))
	}
	writeInspection(env.Stdout, newInspection(read, model))
	return nil
}

func newInspection(read *contract.Contract, model *resource.Model) inspection {
	r := inspection{
		Title: read.Title, Version: read.Version, Collections: []any{}, Operations: []operation{}, Left: append([]resource.Decision{}, model.Left...),
		Doubts: append([]resource.Doubt{}, model.Doubts...), Warnings: append([]contract.Fault{}, read.Warnings...), model: model,
	}
	for _, c := range model.Collections {
		r.Collections = append(r.Collections, model.Summary(c))
	}
	for _, op := range read.Operations {
		listed := operation{Method: op.Method, Path: op.Path, ID: op.ID, Scopes: resource.Scopes(op)}
		if binding, via := doneBy(model, op); binding.Collection != nil {
			listed.Collection, listed.At, listed.Role, listed.Via = binding.Collection.Name, binding.Collection.Path, binding.Role, via
		}
		r.Operations = append(r.Operations, listed)
	}
	return r
}

// doneBy is what an operation does to a collection, with the word for what is not one of
// the collection's own; the zero Binding where it belongs to none.
func doneBy(model *resource.Model, op *contract.Operation) (does resource.Binding, via string) {
	if binding, ok := model.Bind(op); ok {
		return binding, ""
	}
	if view := model.View(op); view != nil {
		return view.Binding, "view"
	}
	if batch := model.Batch(op); batch != nil {
		return batch.Binding, "batch"
	}
	return resource.Binding{}, ""
}

func writeJSON(w io.Writer, value any) error {
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(value)
}
