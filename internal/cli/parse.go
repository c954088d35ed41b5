package cli

import (
	"flag"
	"fmt"
	"strings"
	"time"

	"understudy/internal/nearest"
)

// parse reads flags wherever they stand, and returns what lies between them. All
// that follows "--" is no flag. It takes what package flag takes, and says what is
// wrong in our words.
func parse(flags *flag.FlagSet, args []string) (arguments []string, err error) {
	for len(args) > 0 {
		arg := args[0]
		args = args[1:]
		switch {
		case arg == "--":
			return append(arguments, args...), nil
		case arg == "-" || !strings.HasPrefix(arg, "-"):
			arguments = append(arguments, arg)
			continue
		}
		if args, err = take(flags, arg, args); err != nil {
			return nil, err
		}
	}
	return arguments, nil
}

// take sets the flag that an argument names, and returns the arguments after it and
// its value.
func take(flags *flag.FlagSet, arg string, rest []string) ([]string, error) {
	name, value, given := strings.Cut(strings.TrimPrefix(strings.TrimPrefix(arg, "-"), "-"), "=")
	f := flags.Lookup(name)
	switch {
	case f == nil && (name == "h" || name == "help"):
		return nil, flag.ErrHelp
	case f == nil:
		var names []string
		flags.VisitAll(func(f *flag.Flag) { names = append(names, f.Name) })
		return nil, fmt.Errorf("there is no flag --%s%s", name, nearest.Hint(name, names, "--"))
	case given:
	case isSwitch(f):
		value = "true"
	case len(rest) == 0:
		placeholder, _ := flag.UnquoteUsage(f)
		return nil, fmt.Errorf("--%s has no value: give it as --%s %s", name, name, placeholder)
	default:
		value, rest = rest[0], rest[1:]
	}
	if err := flags.Set(name, value); err != nil {
		return nil, fmt.Errorf("--%s%s: %s", name, shownValue(f, value), accepted(f, err))
	}
	return rest, nil
}

// isSwitch reports whether a flag stands without a value.
func isSwitch(f *flag.Flag) bool {
	choice, ok := f.Value.(interface{ IsBoolFlag() bool })
	return ok && choice.IsBoolFlag()
}

// shownValue is a wrong value in quotes, after a space; "" for one that may be a key.
func shownValue(f *flag.Flag, value string) string {
	if f.Name == schemeKeyFlag {
		return ""
	}
	return fmt.Sprintf(" %q", value)
}

// accepted says what a flag takes, err is why it did not take something else.
func accepted(f *flag.Flag, err error) string {
	standard, ok := f.Value.(flag.Getter)
	if !ok {
		return err.Error()
	}
	switch standard.Get().(type) {
	case bool:
		return "give true or false"
	case uint64:
		return "give a whole number of at least 0"
	case int, int64:
		return "give a whole number"
	case time.Duration:
		return "give a duration, like 500ms, 2s or 1m"
	}
	return err.Error()
}

// setByVariable reports whether the environment may set a flag. What chooses the
// form of an output may not: its name is that of a file of check.
func setByVariable(f *flag.Flag) bool {
	return !isSwitch(f) || f.Name != "json" && f.Name != "markdown"
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
		if given[f.Name] || !setByVariable(f) || value == "" || err != nil {
			return
		}
		if failed := flags.Set(f.Name, value); failed != nil {
			err = fmt.Errorf("%s%s, for --%s: %s", variable(f.Name), shownValue(f, value), f.Name, accepted(f, failed))
		}
	})
	return err
}
