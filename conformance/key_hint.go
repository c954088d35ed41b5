package conformance

import (
	"slices"
	"strings"
)

// keyHint is the end of a sentence about a request whose key was refused: how to give the
// one that it takes, where that may be the mistake; "" where it is not.
func (c *client) keyHint(r request) string {
	var variables []string
	for _, scheme := range c.contract.SecuritySchemes() {
		variables = append(variables, schemeVariable(writer, scheme.Name))
	}
	own := ", or for one scheme alone " + strings.Join(variables, " or ")
	if len(variables) < 2 {
		own = "" // it is the same as the other
	}
	sent := c.credentials(r)
	isWhole := func(made credential) bool { return !isBasic(made.scheme) || strings.Contains(made.key, ":") }
	switch {
	case len(sent) == 0:
		return "; no key was given: set UNDERSTUDY_TOKEN" + own
	case !slices.ContainsFunc(sent, isWhole):
		return "; it takes basic authentication, whose key is user:password: set UNDERSTUDY_TOKEN so" + own
	case own != "":
		return "; the key was sent for " + sent[0].scheme.Name + ": set UNDERSTUDY_TOKEN" + own
	}
	return ""
}
