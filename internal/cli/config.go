package cli

import (
	"context"
	"errors"
	"flag"
	"io/fs"
	"os"
	"regexp"
	"slices"

	"understudy/conformance"
	"understudy/internal/contract"
	"understudy/internal/nearest"
)

// usualConfig is the configuration file that is read when it is there.
const usualConfig = "understudy.yaml"

// declareConfig declares the flag that names the configuration file.
func declareConfig(flags *flag.FlagSet, name *string) {
	flags.Var((*named)(name), "config", "read what the flags and the environment leave open from the YAML `FILE`, where keys stand as $NAME (default "+usualConfig+", if it is there)")
}

// configured is an action whose flags the configuration file fills before it begins.
// name is set when the flags are parsed.
func configured(flags *flag.FlagSet, name *string, do action) action {
	return func(ctx context.Context, env Env, args []string) error {
		if err := fillFromConfig(flags, *name, env.Getenv); err != nil {
			return err
		}
		return do(ctx, env, args)
	}
}

// fillFromConfig sets the flags that neither the command line nor the environment
// has set, from the configuration file. Name is "" for the usual one.
func fillFromConfig(flags *flag.FlagSet, name string, getenv func(string) string) error {
	root, err := readConfig(name)
	if err != nil || !root.Exists() {
		return err
	}
	if !root.IsObject() {
		return contract.Faults{root.Fault("write the names of flags with their values", "not a configuration")}
	}
	s := settings{flags: flags, getenv: getenv, given: map[string]bool{}}
	flags.Visit(func(f *flag.Flag) { s.given[f.Name] = true })
	known := configNames()
	for _, name := range root.Names() {
		if value := root.Raw(name); slices.Contains(known, name) {
			s.take(name, value)
		} else {
			s.fault(value, "the names are those of the flags of check, proxy, verify and drift", "unknown name %q%s", name, nearest.Hint(name, known, ""))
		}
	}
	return s.faults.Err()
}

// readConfig reads a configuration file. There need not be the usual one.
func readConfig(name string) (contract.Node, error) {
	if name == "" {
		if _, err := os.Stat(usualConfig); errors.Is(err, fs.ErrNotExist) {
			return contract.Node{}, nil
		}
		name = usualConfig
	}
	data, err := readFile(name)
	if err != nil {
		return contract.Node{}, err
	}
	return contract.ParseFile(name, data)
}

// configNames are the names that a configuration file may hold: the flags of the
// commands that judge or compare. Each takes those that it has.
func configNames() []string {
	var names []string
	for _, config := range []interface{ declare(*flag.FlagSet) }{new(checkConfig), new(proxyConfig), new(verifyConfig), new(driftConfig)} {
		flags := flag.NewFlagSet("", flag.ContinueOnError)
		config.declare(flags)
		flags.VisitAll(func(f *flag.Flag) {
			if f.Name != "config" {
				names = append(names, f.Name)
			}
		})
	}
	return names
}

// settings carries a configuration file over into flags.
type settings struct {
	flags  *flag.FlagSet
	getenv func(string) string
	given  map[string]bool // the flags that the file does not overrule
	faults contract.Faults
}

func (s *settings) fault(n contract.Node, hint, format string, args ...any) {
	s.faults = append(s.faults, n.Fault(hint, format, args...))
}

// take sets a flag to what stands under its name.
func (s *settings) take(name string, n contract.Node) {
	if slices.Contains(keyFlags(), name) {
		s.takeKey(name, n)
		return
	}
	f := s.flags.Lookup(name)
	if f == nil || s.given[name] || n.Value() == nil {
		return
	}
	switch value := f.Value.(type) {
	case *assignments:
		if !n.IsObject() && name == schemeKeyFlag {
			s.fault(n, "write each scheme with its environment variable, like login: $"+conformance.SchemeVariable("login"), "a key does not stand in a file")
			return
		}
		if !n.IsObject() {
			s.takeEach(f, n)
			return
		}
		for _, key := range n.Names() {
			if name == schemeKeyFlag {
				s.takeSchemeKey(value, key, n.Raw(key))
			} else if member := n.Raw(key); value.assign(key, member.Text()) != nil {
				s.fault(member, "give "+value.form, "%s has no value", key)
			}
		}
	case *list, *reportChoice:
		s.takeEach(f, n)
	default:
		s.takeOne(f, n)
	}
}

// takeEach sets a flag to each item of a list, or to the one value that stands
// in the place of a list.
func (s *settings) takeEach(f *flag.Flag, n contract.Node) {
	if !n.IsArray() {
		s.takeOne(f, n)
		return
	}
	for _, item := range n.Items() {
		s.takeOne(f, item)
	}
}

func (s *settings) takeOne(f *flag.Flag, n contract.Node) {
	if n.IsObject() || n.IsArray() {
		_, usage := flag.UnquoteUsage(f)
		s.fault(n, "write one value: "+usage, "%s takes no list and no object here", f.Name)
	} else if err := f.Value.Set(n.Text()); err != nil {
		s.fault(n, accepted(f, err), "%q is no value for %s", n.Text(), f.Name)
	}
}

var reference = regexp.MustCompile(`^\$([A-Za-z_][A-Za-z0-9_]*)$`)

// takeKey sets a flag to the environment variable that stands for a key. The
// key itself never stands in the file, and never in a fault.
func (s *settings) takeKey(name string, n contract.Node) {
	key, ok := s.referred(n, name+": $"+variable(name))
	f := s.flags.Lookup(name)
	if !ok || f == nil || s.given[name] {
		return
	}
	_ = f.Value.Set(key()) // any text is a key
}

// takeSchemeKey does so for the key of one security scheme.
func (s *settings) takeSchemeKey(keys *assignments, scheme string, n contract.Node) {
	if key, ok := s.referred(n, scheme+": $"+conformance.SchemeVariable(scheme)); ok {
		_ = keys.assign(scheme, key()) // one that is not set was told
	}
}

// referred is the environment variable that stands in the place of a key. It is read
// only when it is wanted.
func (s *settings) referred(n contract.Node, like string) (key func() string, ok bool) {
	match := reference.FindStringSubmatch(n.Text())
	if match == nil {
		s.fault(n, "name an environment variable instead, like "+like, "a key does not stand in a file")
		return nil, false
	}
	return func() string {
		value := s.getenv(match[1])
		if value == "" {
			s.fault(n, "set it, or remove the line", "the environment variable %s is not set", match[1])
		}
		return value
	}, true
}
