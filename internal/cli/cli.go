// Package cli is the command line: each command is a function of its arguments
// and environment, so that tests run it without touching a global.
package cli

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"understudy/conformance"
	"understudy/conformance/report"
	"understudy/internal/contract"
	"understudy/internal/nearest"
)

// Exit codes.
const (
	exitOK          = 0
	exitFails       = 1   // the target does not conform, or not all of it was judged
	exitUsage       = 2   // usage, configuration, document or data
	exitUnreachable = 3   // the target cannot be reached, or refuses the key
	exitLeft        = 4   // the target conforms, and records of the run are left on it
	exitInterrupted = 130 // as shells have it: 128 and the number of SIGINT
)

// Env is what a command takes from the world around it.
type Env struct {
	Args           []string // without the name of the program
	Stdout, Stderr io.Writer
	Getenv         func(string) string
	Environ        func() []string // as NAME=VALUE; nil where only Getenv is to be asked
}

// variables are the names of the environment variables that are not empty.
func (e Env) variables() []string {
	if e.Environ == nil {
		return nil
	}
	var names []string
	for _, variable := range e.Environ() {
		if name, value, _ := strings.Cut(variable, "="); value != "" {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// command is one command of the program.
type command struct {
	name      string
	arguments string // beside the flags, for the help; "" for none
	summary   string // one line
	about     string // a paragraph
	// setup declares the flags and returns what to do once they are parsed.
	setup func(*flag.FlagSet) action
}

// action runs a command. Its error is for the caller to read: one sentence, or
// a list of faults.
type action func(ctx context.Context, env Env, args []string) error

// commands lists what the program can do, in the order of its help.
func commands() []command {
	return []command{
		serveCommand(), checkCommand(), proxyCommand(), verifyCommand(), driftCommand(), inspectCommand(),
		checksCommand(), explainCommand(), cleanupCommand(), selftestCommand(), versionCommand(),
	}
}

// Main runs the program and returns its exit code.
func Main(ctx context.Context, env Env) int {
	if len(env.Args) == 0 {
		writeHelp(env.Stderr)
		return exitUsage
	}
	name, args := env.Args[0], env.Args[1:]
	switch {
	case isHelp(name):
		return help(env, args)
	case name == "-version" || name == "--version":
		name = "version"
	case strings.HasPrefix(name, "-"):
		return refuse(env, fmt.Errorf("the command comes first, and %s after it; run `understudy help` for the list", name))
	}
	c, err := find(name)
	if err != nil {
		return refuse(env, err)
	}
	return run(ctx, env, c, args)
}

// find is the command of a name.
func find(name string) (command, error) {
	names := []string{"help"}
	for _, c := range commands() {
		if c.name == name {
			return c, nil
		}
		names = append(names, c.name)
	}
	return command{}, fmt.Errorf("there is no command %q%s; run `understudy help` for the list", name, nearest.Hint(name, names, ""))
}

// run parses the flags of a command and carries it out.
func run(ctx context.Context, env Env, c command, args []string) int {
	flags := flag.NewFlagSet(c.name, flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	do := c.setup(flags)
	arguments, err := parse(flags, args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		writeCommand(env.Stdout, c)
		return exitOK
	case err != nil:
		return refuse(env, fmt.Errorf("%w; run `understudy %s -h` for its flags", err, c.name))
	}
	if err := fillFromEnvironment(flags, env.Getenv); err != nil {
		return refuse(env, err)
	}
	stdout := &notingWriter{Writer: env.Stdout}
	env.Stdout = stdout
	if err := do(ctx, env, arguments); err != nil {
		return refuse(env, err)
	}
	if stdout.failed != nil {
		return refuse(env, stdout.failed)
	}
	return exitOK
}

// exitError ends the program with a code of its own. err is nil when everything
// is said already.
type exitError struct {
	code int
	err  error
}

func (e *exitError) Error() string { return fmt.Sprint(e.err) }

func (e *exitError) Unwrap() error { return e.err }

// exitCode is what an error ends the program with.
func exitCode(err error) int {
	var ended *exitError
	switch {
	case errors.As(err, &ended):
		return ended.code
	case errors.Is(err, context.Canceled):
		return exitInterrupted
	case errors.Is(err, conformance.ErrUnreachable):
		return exitUnreachable
	}
	return exitUsage
}

// refuse tells what was wrong, a sentence, or a fault a line and their number,
// and returns the exit code.
func refuse(env Env, err error) int {
	var faults contract.Faults
	var ended *exitError
	switch {
	case errors.As(err, &faults):
		for _, fault := range faults {
			fmt.Fprintln(env.Stderr, fault.Error())
		}
		fmt.Fprintf(env.Stderr, "understudy: %s\n", report.Counted(len(faults), "fault"))
	case errors.As(err, &ended) && ended.err == nil:
	case !errors.As(err, &ended) && errors.Is(err, context.Canceled):
		fmt.Fprintln(env.Stderr, "understudy: interrupted")
	default:
		for line := range strings.SplitSeq(err.Error(), "\n") { // of errors that were joined
			fmt.Fprintf(env.Stderr, "understudy: %s\n", line)
		}
	}
	return exitCode(err)
}

// noArguments refuses arguments after the flags.
func noArguments(args []string) error {
	switch {
	case len(args) == 0:
		return nil
	case slices.Contains([]string{".yaml", ".yml", ".json"}, filepath.Ext(args[0])):
		return fmt.Errorf("unexpected argument %q; a document is given as --spec FILE", args[0])
	}
	return fmt.Errorf("unexpected argument %q; flags start with --", args[0])
}
