package contract

import (
	"slices"
	"strings"
)

// Requirement is one alternative of an operation's security: all of its
// schemes must be satisfied. An empty Requirement admits anybody.
type Requirement []RequiredScheme

// RequiredScheme is a security scheme with the scopes that it must grant.
type RequiredScheme struct {
	Scheme *SecurityScheme
	Scopes []string
}

// SecurityScheme says how a caller authenticates.
type SecurityScheme struct {
	Name string // its name in the document
	Type string // http, apiKey, oauth2, openIdConnect or mutualTLS
	// Scheme is the HTTP authentication scheme in lower case, for type http.
	Scheme string
	// In and Parameter say where an API key travels, for type apiKey.
	In, Parameter string
	Node          Node
}

// Bearer reports whether the scheme sends its credential as a bearer token.
func (s *SecurityScheme) Bearer() bool {
	return s.Type == "http" && s.Scheme == "bearer" || s.Type == "oauth2" || s.Type == "openIdConnect"
}

// readSecurity builds the alternatives of an operation; its own list replaces
// the document's. A scheme that is of no use is left out, and so is an alternative
// of nothing else.
func (c *Contract) readSecurity(operation Node) []Requirement {
	list := operation.Get("security")
	if !list.Exists() {
		list = c.root.Get("security")
	}
	var alternatives []Requirement
	for _, item := range list.Items() {
		requirement := Requirement{}
		for _, name := range item.Names() {
			scheme, problem := c.securityScheme(name)
			if problem != "" {
				c.warn(item.Raw(name).Fault("declare it under components/securitySchemes; until then it is left out", "security scheme %q %s", name, problem))
				continue
			}
			requirement = append(requirement, RequiredScheme{Scheme: scheme, Scopes: item.Get(name).Texts()})
		}
		if len(requirement) > 0 || len(item.Names()) == 0 {
			alternatives = append(alternatives, requirement)
		}
	}
	return alternatives
}

// SecuritySchemes lists the declared schemes that are of use, in the order of the
// document.
func (c *Contract) SecuritySchemes() []*SecurityScheme {
	declared := c.root.Get("components").Get("securitySchemes")
	schemes := make([]*SecurityScheme, 0, len(declared.Names()))
	for _, name := range declared.Names() {
		if scheme, problem := c.securityScheme(name); problem == "" {
			schemes = append(schemes, scheme)
		}
	}
	return schemes
}

// securityScheme reads a declared scheme, or says why it is of no use.
func (c *Contract) securityScheme(name string) (scheme *SecurityScheme, problem string) {
	n := c.root.Get("components").Get("securitySchemes").Get(name)
	if !n.IsObject() {
		return nil, "is not declared"
	}
	s := &SecurityScheme{
		Name:      name,
		Type:      n.Get("type").Text(),
		Scheme:    strings.ToLower(n.Get("scheme").Text()),
		In:        n.Get("in").Text(),
		Parameter: n.Get("name").Text(),
		Node:      n,
	}
	switch s.Type {
	case "http":
		if s.Scheme == "" {
			return nil, "does not say which HTTP scheme it is"
		}
	case "apiKey":
		if s.Parameter == "" || !slices.Contains([]string{"query", "header", "cookie"}, s.In) {
			return nil, "does not say where the key is sent"
		}
	case "oauth2", "openIdConnect", "mutualTLS":
	default:
		return nil, "is of no known type"
	}
	return s, ""
}
