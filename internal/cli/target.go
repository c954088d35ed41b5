package cli

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"understudy/conformance"
	"understudy/internal/contract"
	"understudy/internal/nearest"
)

// keyFlags are the flags that hold keys.
func keyFlags() []string {
	return []string{"token", "token-readonly", "token-unscoped", "token-foreign"}
}

// schemeKeyFlag is the flag that holds keys by security scheme.
const schemeKeyFlag = "scheme-token"

// targetConfig is what the flags say of the server that a command calls.
type targetConfig struct {
	documentConfig
	target      string
	token       string // of the key that may do all
	readOnlyKey string
	unscopedKey string
	foreignKey  string
	schemeKeys  assignments
	rate        perSecond
	timeout     time.Duration
}

func (c *targetConfig) declare(flags *flag.FlagSet) {
	c.documentConfig.declare(flags, "go by")
	flags.StringVar(&c.token, "token", "", "the `KEY` that may do all; better given by its environment variable")
	flags.StringVar(&c.readOnlyKey, "token-readonly", "", "a `KEY` that may read and not write")
	flags.StringVar(&c.unscopedKey, "token-unscoped", "", "a `KEY` without any scope")
	flags.StringVar(&c.foreignKey, "token-foreign", "", "a `KEY` that belongs elsewhere")
	c.schemeKeys.form = "SCHEME=TOKEN"
	flags.Var(&c.schemeKeys, schemeKeyFlag, "what --token is for one security scheme of the document, as `SCHEME=TOKEN`; a token for basic authentication is user:password; may be given several times; better given by UNDERSTUDY_SCHEME_TOKEN_ with the scheme in capitals")
	flags.Var(&c.rate, "rate", "send at most `N` requests a second, like 5 or 5/s; 0 is no limit")
	flags.DurationVar(&c.timeout, "timeout", 10*time.Second, "wait at most `DURATION` for each answer")
}

// check refuses flags whose values make no sense.
func (c *targetConfig) check() error {
	if c.timeout <= 0 {
		return fmt.Errorf("--timeout %s: give a duration above 0, like 10s", c.timeout)
	}
	if parsed, err := url.Parse(c.target); err == nil && parsed.User != nil {
		return fmt.Errorf("the target %s holds a password, which reports would show: leave it out, and give the key with UNDERSTUDY_TOKEN", parsed.Redacted())
	}
	return nil
}

// choose takes the argument that names the target, if there is one.
func (c *targetConfig) choose(args []string) error {
	if len(args) == 0 {
		return nil
	}
	if args[0] == "" {
		return errors.New("the target is empty: give its URL, or no argument at all for the stand-in")
	}
	c.target = args[0]
	return noArguments(args[1:])
}

// options turns the flags into those of the library.
func (c *targetConfig) options(ctx context.Context, env Env) ([]conformance.Option, error) {
	options := []conformance.Option{
		conformance.WithToken(c.token), conformance.WithReadOnlyToken(c.readOnlyKey),
		conformance.WithUnscopedToken(c.unscopedKey), conformance.WithForeignToken(c.foreignKey),
		conformance.WithRate(float64(c.rate)), conformance.WithTimeout(c.timeout),
	}
	for scheme, token := range c.schemeKeys.values {
		options = append(options, conformance.WithSchemeToken(scheme, token))
	}
	document, err := c.read(ctx)
	options = append(options, document.ofSuite()...)
	for _, stray := range strayKeys(document.schemes(), env.variables()) {
		fmt.Fprintln(env.Stderr, "warning: "+stray)
	}
	return append(options, c.schemeKeysFrom(document, env.Getenv)...), err
}

// schemeKeysFrom takes the tokens of single security schemes from the environment,
// under the names that they have in curl lines.
func (c *targetConfig) schemeKeysFrom(read document, getenv func(string) string) []conformance.Option {
	var options []conformance.Option
	for _, scheme := range read.schemes() {
		if token := getenv(conformance.SchemeVariable(scheme)); token != "" && c.schemeKeys.values[scheme] == "" {
			options = append(options, conformance.WithSchemeToken(scheme, token))
		}
	}
	return options
}

// schemes are the names of the security schemes of a document.
func (d document) schemes() []string {
	name, data := d.source()
	root, err := contract.ParseFile(name, data)
	if err != nil {
		return nil // who loads the document says what is wrong with it
	}
	return append(root.Get("components").Get("securitySchemes").Names(), root.Get("securityDefinitions").Names()...)
}

// strayKeys tells of environment variables that look like the key of a security scheme,
// and are of none that the document has.
func strayKeys(schemes, variables []string) []string {
	prefix := conformance.SchemeVariable("")
	var known, told []string
	for _, scheme := range schemes {
		known = append(known, conformance.SchemeVariable(scheme))
	}
	for _, variable := range variables {
		rest, isKey := strings.CutPrefix(variable, prefix)
		for _, kind := range []string{"READONLY_", "UNSCOPED_", "FOREIGN_"} { // as lines of reports have them
			rest = strings.TrimPrefix(rest, kind)
		}
		if !isKey || slices.Contains(known, prefix+rest) || slices.Contains(known, variable) {
			continue
		}
		hint := nearest.Hint(variable, known, "")
		if hint == "" && known != nil {
			hint = "; its own are: " + strings.Join(known, ", ")
		}
		told = append(told, variable+" is the key of no security scheme that the document has"+hint)
	}
	return told
}
