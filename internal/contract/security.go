package contract

import "strings"

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
// the document's.
func (c *Contract) readSecurity(operation Node, faults *Faults) []Requirement {
	list := operation.Get("security")
	if !list.Exists() {
		list = c.root.Get("security")
	}
	var alternatives []Requirement
	for _, item := range list.Items() {
		requirement := Requirement{}
		for _, name := range item.Names() {
			scheme := c.securityScheme(name)
			if scheme == nil {
				*faults = append(*faults, item.Raw(name).Fault("declare it under components/securitySchemes", "security scheme %q is not declared", name))
				continue
			}
			requirement = append(requirement, RequiredScheme{Scheme: scheme, Scopes: item.Get(name).Texts()})
		}
		alternatives = append(alternatives, requirement)
	}
	return alternatives
}

// SecuritySchemes lists the declared schemes in the order of the document.
func (c *Contract) SecuritySchemes() []*SecurityScheme {
	declared := c.root.Get("components").Get("securitySchemes")
	schemes := make([]*SecurityScheme, 0, len(declared.Names()))
	for _, name := range declared.Names() {
		schemes = append(schemes, c.securityScheme(name))
	}
	return schemes
}

func (c *Contract) securityScheme(name string) *SecurityScheme {
	n := c.root.Get("components").Get("securitySchemes").Get(name)
	if !n.Exists() {
		return nil
	}
	return &SecurityScheme{
		Name:      name,
		Type:      n.Get("type").Text(),
		Scheme:    strings.ToLower(n.Get("scheme").Text()),
		In:        n.Get("in").Text(),
		Parameter: n.Get("name").Text(),
		Node:      n,
	}
}
