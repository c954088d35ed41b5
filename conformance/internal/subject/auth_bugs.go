package subject

import (
	"encoding/base64"
	"net/http"
	"slices"
	"strings"
)

// misauthenticated is where reading the Authorization header goes wrong. With
// neither a key nor an error, nothing is decided yet.
func (s *server) misauthenticated(c *call, header string) (*Key, error) {
	scheme, token, _ := strings.Cut(header, " ")
	bare := header != "" && token == ""
	switch {
	case header == "" && s.open(c),
		bare && s.bug("auth/bare-bearer-accepted"):
		return everybody(c), nil
	case header == "" && s.bug("auth/missing-key-500"),
		bare && s.bug("auth/bare-bearer-500"):
		return nil, serverError()
	case s.bug("auth/any-scheme-accepted"):
		return s.known(token), nil
	case scheme == "Basic" && s.bug("auth/basic-accepted"):
		return s.known(password(token)), nil
	}
	return nil, nil
}

// known is the key of a token, or nil.
func (s *server) known(token string) *Key {
	if key, known := s.keys[token]; known {
		return &key
	}
	return nil
}

// open reports whether an action needs no key.
func (s *server) open(c *call) bool {
	if c.Method == http.MethodHead && s.bug("auth/head-without-key") {
		return true
	}
	switch c.action {
	case listing:
		return s.bug("auth/list-without-key")
	case creating:
		return s.bug("auth/create-without-key")
	case retrieving:
		return s.bug("auth/retrieve-without-key")
	case updating, replacing:
		return s.bug("auth/patch-without-key")
	case deleting:
		return s.bug("auth/delete-without-key")
	}
	return false
}

// everybody is the key of those who have none, which opens all.
func everybody(c *call) *Key {
	return &Key{Scopes: []string{ReadScope, WriteScope}, Organization: c.organization}
}

// password is the one of Basic credentials, or their user when it is empty.
func password(credentials string) string {
	decoded, err := base64.StdEncoding.DecodeString(credentials)
	if err != nil {
		return ""
	}
	user, password, _ := strings.Cut(string(decoded), ":")
	if password == "" {
		return user
	}
	return password
}

// mistakenFor is the key that an unknown token is mistaken for; mostly it is nil.
func (s *server) mistakenFor(token string) *Key {
	for _, key := range s.Keys {
		switch {
		case s.bug("auth/unknown-key-accepted"),
			strings.HasPrefix(key.Token, token) && s.bug("auth/key-prefix-accepted"),
			strings.HasPrefix(token, key.Token) && s.bug("auth/key-with-suffix-accepted"),
			strings.EqualFold(token, key.Token) && s.bug("auth/key-case-ignored"):
			return &key
		}
	}
	return nil
}

// unwelcomed is what becomes of a 401.
func (s *server) unwelcomed(p *problem) *problem {
	switch {
	case s.bug("auth/missing-key-403"):
		return forbidden(p.detail)
	case s.bug("auth/challenge-missing"):
		p.header = nil
	}
	return p
}

// misforbidden is what becomes of a 403 for a scope.
func (s *server) misforbidden(p *problem) *problem {
	if s.bug("auth/missing-scope-401") {
		return unauthenticated(p.code, p.detail)
	}
	return p
}

// waives reports whether an action does without the scope that the key lacks.
func (s *server) waives(c *call) bool {
	mayRead := slices.Contains(c.key.Scopes, ReadScope)
	switch c.action {
	case listing:
		return s.bug("auth/unscoped-key-lists")
	case retrieving:
		return s.bug("auth/unscoped-key-retrieves")
	case creating:
		return mayRead && s.bug("auth/read-key-creates")
	case updating, replacing:
		return mayRead && s.bug("auth/read-key-patches")
	case deleting:
		return mayRead && s.bug("auth/read-key-deletes")
	}
	return false
}

// demandsMore reports whether an action wants a scope that it should not.
func (s *server) demandsMore(c *call) bool {
	switch c.action {
	case listing:
		return !slices.Contains(c.key.Scopes, WriteScope) && s.bug("auth/read-key-cannot-list")
	case deleting:
		return s.bug("auth/write-key-cannot-delete")
	}
	return false
}

// performRefused does what has just been refused.
func (s *server) performRefused(w http.ResponseWriter, c *call, op operation) {
	foreign := c.key.Organization != c.organization
	switch c.action {
	case creating:
		if s.bug("auth/refused-create-performed") && !foreign || s.bug("isolation/refused-create-performed") && foreign {
			s.performSilently(w, c, op)
		}
	case updating:
		if s.bug("auth/refused-patch-performed") && !foreign || s.bug("isolation/refused-patch-performed") && foreign {
			s.performSilently(w, c, op)
		}
	case deleting:
		if s.bug("auth/refused-delete-performed") && !foreign || s.bug("isolation/refused-delete-performed") && foreign {
			s.performSilently(w, c, op)
		}
	}
}

// performSilently does what is asked for and keeps the answer back.
func (s *server) performSilently(w http.ResponseWriter, c *call, op operation) {
	if c.key.Token != "" && s.exists(c.organization) {
		_, _ = s.perform(w, c, op)
	}
}

// exists reports whether there is an organization.
func (s *server) exists(organization string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, there := s.organizations[organization]
	return there
}

// misplaced is the organization that a request is taken to mean.
func (s *server) misplaced(c *call) string {
	if s.bug("isolation/path-ignored") {
		return c.key.Organization
	}
	return c.organization
}

// lets reports whether an action ignores whose organization it is.
func (s *server) lets(c *call) bool {
	switch c.action {
	case listing:
		return s.bug("isolation/foreign-key-lists")
	case creating:
		return s.bug("isolation/foreign-key-creates")
	case retrieving:
		return s.bug("isolation/foreign-key-retrieves")
	case updating, replacing:
		return s.bug("isolation/foreign-key-patches")
	case deleting:
		return s.bug("isolation/foreign-key-deletes")
	}
	return false
}

// invents reports whether an action makes do with an organization that is not
// there.
func (s *server) invents(c *call) bool {
	switch {
	case c.action == listing && s.bug("isolation/unknown-organization-listed"):
		c.key.Organization = c.organization
		return true
	case c.action == creating && s.bug("isolation/unknown-organization-created"):
		c.key.Organization = c.organization
		s.organizations[c.organization] = map[string]record{}
		return true
	}
	return false
}
