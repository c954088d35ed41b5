package cli

import (
	"flag"
	"fmt"
	"io"
	"strings"
)

const tagline = "understudy stands in for an API by its OpenAPI document, and judges the real one."

// help prints the list of commands, one command, or all of it as Markdown.
func help(env Env, args []string) int {
	switch {
	case len(args) == 0 || isHelp(args[0]):
		writeHelp(env.Stdout)
		return exitOK
	case args[0] == "--markdown":
		writeMarkdown(env.Stdout)
		return exitOK
	}
	c, err := find(args[0])
	if err != nil {
		return refuse(env, err)
	}
	writeCommand(env.Stdout, c)
	return exitOK
}

// isHelp reports whether an argument asks for the help.
func isHelp(arg string) bool {
	return arg == "help" || arg == "-h" || arg == "-help" || arg == "--help"
}

func writeHelp(w io.Writer) {
	fmt.Fprintf(w, "%s\n\nUsage: understudy COMMAND [flags]\n\nCommands:\n", tagline)
	for _, c := range commands() {
		fmt.Fprintf(w, "  %-10s %s\n", c.name, c.summary)
	}
	fmt.Fprint(w, "\n`understudy COMMAND -h` lists the flags of a command.\n")
}

func writeCommand(w io.Writer, c command) {
	usage, flags := c.call(), 0
	eachFlag(c, func(*flag.Flag, string, string) { flags++ })
	if flags == 0 {
		fmt.Fprintf(w, "Usage: understudy %s\n\n%s\n", usage, c.about)
		return
	}
	fmt.Fprintf(w, "Usage: understudy %s [flags]\n\n%s\n\nFlags, with the environment variables that may set them instead:\n", usage, c.about)
	eachFlag(c, func(f *flag.Flag, placeholder, usage string) {
		lines := wrapped(usage+preset(f), flagText)
		if name := variableOf(f); name != "" {
			lines = append(lines, name)
		}
		for i, line := range lines {
			name := ""
			if i == 0 {
				name = strings.TrimSpace("--" + f.Name + " " + placeholder)
			}
			fmt.Fprintf(w, "  %-*s %s\n", flagName, name, line)
		}
	})
}

// How wide the columns of the flags are, in a terminal of 80 characters.
const (
	flagName = 27
	flagText = 50
)

// wrapped breaks a text into lines of at most a number of letters, where it has words.
func wrapped(text string, width int) []string {
	var lines []string
	for word := range strings.FieldsSeq(text) {
		if last := len(lines) - 1; last >= 0 && len(lines[last])+1+len(word) <= width {
			lines[last] += " " + word
		} else {
			lines = append(lines, word)
		}
	}
	return lines
}

// call is the name of a command with its arguments.
func (c command) call() string { return strings.TrimSpace(c.name + " " + c.arguments) }

// writeMarkdown prints the reference of every command.
func writeMarkdown(w io.Writer) {
	fmt.Fprintf(w, "# Commands\n\n%s\n\nWritten by `make docs` from the program's own help.\n", strings.ToUpper(tagline[:1])+tagline[1:])
	for _, c := range commands() {
		fmt.Fprintf(w, "\n## understudy %s\n\n%s\n\n| flag | meaning | environment |\n| --- | --- | --- |\n", c.call(), c.about)
		eachFlag(c, func(f *flag.Flag, placeholder, usage string) {
			name := variableOf(f)
			if name != "" {
				name = "`" + name + "`"
			}
			fmt.Fprintf(w, "| `%s` | %s%s | %s |\n", strings.TrimSpace("--"+f.Name+" "+placeholder), usage, preset(f), name)
		})
	}
}

// eachFlag visits the flags of a command by name.
func eachFlag(c command, visit func(f *flag.Flag, placeholder, usage string)) {
	flags := flag.NewFlagSet(c.name, flag.ContinueOnError)
	c.setup(flags)
	flags.VisitAll(func(f *flag.Flag) {
		placeholder, usage := flag.UnquoteUsage(f)
		visit(f, placeholder, usage)
	})
}

// variableOf is the variable that sets a flag, "" when none does.
func variableOf(f *flag.Flag) string {
	if !setByVariable(f) {
		return ""
	}
	return variable(f.Name)
}

// preset is the default of a flag in words, "" when it is none worth a word.
func preset(f *flag.Flag) string {
	switch f.DefValue {
	case "", "false", "0", "0s":
		return ""
	}
	return fmt.Sprintf(" (default %s)", f.DefValue)
}
