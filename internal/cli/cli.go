// Package cli is the command line: each command is a function of its arguments
// and environment, so that tests run it without touching a global.
package cli

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"strings"

	"understudy/internal/contract"
)

// Exit codes.
const (
	exitOK    = 0
	exitUsage = 2 // usage, configuration, document or data
)

// Env is what a command takes from the world around it.
type Env struct {
	Args           []string // without the name of the program
	Stdout, Stderr io.Writer
	Getenv         func(string) string
}

// command is one command of the program.
type command struct {
	name    string
	summary string // one line
	about   string // a paragraph
	// setup declares the flags and returns what to do once they are parsed.
	setup func(*flag.FlagSet) action
}

// action runs a command. Its error is for the caller to read: one sentence, or
// a list of faults.
type action func(ctx context.Context, env Env, args []string) error

// commands lists what the program can do, in the order of its help.
func commands() []command {
	return []command{serveCommand(), inspectCommand()}
}

// Main runs the program and returns its exit code.
func Main(ctx context.Context, env Env) int {
	if len(env.Args) == 0 {
		writeHelp(env.Stderr)
		return exitUsage
	}
	name, args := env.Args[0], env.Args[1:]
	switch name {
	case "help", "-h", "-help", "--help":
		return help(env, args)
	}
	for _, c := range commands() {
		if c.name == name {
			return run(ctx, env, c, args)
		}
	}
	return refuse(env, fmt.Errorf("there is no command %q; run `understudy help` for the list", name))
}

// run parses the flags of a command and carries it out.
func run(ctx context.Context, env Env, c command, args []string) int {
	flags := flag.NewFlagSet(c.name, flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	do := c.setup(flags)
	switch err := flags.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		writeCommand(env.Stdout, c)
		return exitOK
	case err != nil:
		return refuse(env, fmt.Errorf("%w; run `understudy %s -h` for its flags", err, c.name))
	}
	if err := fillFromEnvironment(flags, env.Getenv); err != nil {
		return refuse(env, err)
	}
	if err := do(ctx, env, flags.Args()); err != nil {
		return refuse(env, err)
	}
	return exitOK
}

// refuse tells what was wrong: a sentence, or a fault a line and their number.
func refuse(env Env, err error) int {
	var faults contract.Faults
	if errors.As(err, &faults) {
		for _, fault := range faults {
			fmt.Fprintln(env.Stderr, fault.Error())
		}
		fmt.Fprintf(env.Stderr, "understudy: %s\n", counted(len(faults), "fault"))
		return exitUsage
	}
	fmt.Fprintf(env.Stderr, "understudy: %v\n", err)
	return exitUsage
}

// counted is a number with its noun: 1 fault, 2 faults.
func counted(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// variable is the environment variable that fills a flag.
func variable(name string) string {
	return "UNDERSTUDY_" + strings.ToUpper(strings.ReplaceAll(name, "-", "_"))
}

// fillFromEnvironment sets the flags that were not given.
func fillFromEnvironment(flags *flag.FlagSet, getenv func(string) string) error {
	given := map[string]bool{}
	flags.Visit(func(f *flag.Flag) { given[f.Name] = true })
	var err error
	flags.VisitAll(func(f *flag.Flag) {
		value := getenv(variable(f.Name))
		if given[f.Name] || value == "" || err != nil {
			return
		}
		if failed := flags.Set(f.Name, value); failed != nil {
			err = fmt.Errorf("%s: %q is no value for --%s", variable(f.Name), value, f.Name)
		}
	})
	return err
}

// list is a flag that may be given several times.
type list []string

func (l *list) String() string { return strings.Join(*l, ",") }

// Set adds a value (flag.Value).
func (l *list) Set(value string) error {
	*l = append(*l, value)
	return nil
}

// noArguments refuses arguments after the flags.
func noArguments(args []string) error {
	if len(args) > 0 {
		return fmt.Errorf("unexpected argument %q; flags start with --", args[0])
	}
	return nil
}
