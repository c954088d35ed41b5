package cli

import (
	"context"
	"flag"
	"fmt"
	"io"
	"strings"

	"understudy/conformance"
	"understudy/internal/resource"
)

func checksCommand() command {
	return command{
		name:    "checks",
		summary: "list what the suite checks",
		about: "Lists every check with its level and its requirement. An id never changes, and is\n" +
			"never used for anything else.",
		setup: func(flags *flag.FlagSet) action {
			config := &checksConfig{}
			flags.BoolVar(&config.markdown, "markdown", false, "print all that is known of each check, as Markdown")
			return config.run
		},
	}
}

type checksConfig struct{ markdown bool }

func (c *checksConfig) run(ctx context.Context, env Env, args []string) error {
	if err := noArguments(args); err != nil {
		return err
	}
	catalogue := conformance.Catalogue()
	if !c.markdown {
		writeCatalogue(env.Stdout, catalogue)
		return nil
	}
	_, model, err := new(documentConfig).understand(ctx)
	if err != nil {
		return err
	}
	writeCatalogueMarkdown(env.Stdout, catalogue, model)
	return nil
}

func writeCatalogue(w io.Writer, catalogue []conformance.Check) {
	width := 0
	for _, check := range catalogue {
		width = max(width, len(check.ID))
	}
	for _, check := range catalogue {
		fmt.Fprintf(w, "%-*s  %-6s  %s\n", width, check.ID, check.Level, check.Requirement)
	}
}

func writeCatalogueMarkdown(w io.Writer, catalogue []conformance.Check, model *resource.Model) {
	fmt.Fprint(w, "# Checks\n\nWhat `understudy check` judges a server by. Written by `make docs` from the catalogue,\n"+
		"with the places of the embedded document; `understudy explain ID --spec FILE` gives\nthose of yours.\n\n"+
		"A check is blocked, and does not run, when one fails that it *rests on*. What makes one\nfail that it *follows* may show in it too: it runs all the same, and when it fails as well,\n"+
		"it is blocked by that one, so that one fault of the target is one failure. A check of\nseveral operations does without those whose own check fails, and the reports say so.\n\n"+
		"A SHOULD that is not kept is a warning. So is a MUST, *tolerated*, where what comes is lax\nand nothing forbids it outright, or popular frameworks do it by default.\n")
	group := ""
	for _, check := range catalogue {
		if check.Group() != group {
			group = check.Group()
			fmt.Fprintf(w, "\n## %s\n", group)
		}
		fmt.Fprintf(w, "\n### %s\n\n**%s** %s\n\n", check.ID, check.Level, escapeMarkdown(check.Requirement))
		var where []string
		for _, n := range places(check, model) {
			where = append(where, n.File()+" "+n.Pointer()) // without a line: it would be stale with every other change
		}
		for _, f := range factsOf(check, where) {
			fmt.Fprintf(w, "- %s: %s\n", f.name, factInMarkdown(f))
		}
	}
}

func factInMarkdown(f fact) string {
	lines := strings.Split(f.text, "\n")
	for i, line := range lines {
		if f.code && !strings.Contains(line, "`") {
			lines[i] = "`" + line + "`"
		} else {
			lines[i] = escapeMarkdown(line)
		}
	}
	return strings.Join(lines, ", ")
}

// escapeMarkdown keeps a text from being read as Markdown or HTML.
func escapeMarkdown(text string) string {
	return strings.NewReplacer(`\`, `\\`, "`", "\\`", "*", `\*`, "_", `\_`, "<", `\<`, "[", `\[`, "|", `\|`).Replace(text)
}
