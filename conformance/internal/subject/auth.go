package subject

import (
	"net/http"
	"slices"
	"strings"
)

// authorize finds out who asks and whether they may: 401, then 404 for an
// organization that is not there, 403 for one that the key may not enter, and
// 403 for a scope that it lacks.
func (s *server) authorize(c *call, op operation) error {
	key, err := s.authenticate(c)
	if err != nil {
		return err
	}
	c.key = s.swapped(*key)
	c.organization = s.misplaced(c)
	if err := s.enter(c); err != nil {
		return err
	}
	if s.hasScope(c, op.scope) {
		return nil
	}
	return s.misforbidden(forbidden("API key missing required scope '" + op.scope + "'"))
}

// authenticate finds the key that is sent as a bearer token.
func (s *server) authenticate(c *call) (*Key, error) {
	header := c.Header.Get("Authorization")
	if key, err := s.misauthenticated(c, header); key != nil || err != nil {
		return key, err
	}
	scheme, token, _ := strings.Cut(header, " ")
	if token == "" || !strings.EqualFold(scheme, "Bearer") {
		return nil, s.unwelcomed(unauthenticated("not_authenticated", "Authentication credentials were not provided."))
	}
	token = strings.TrimSpace(token)
	if key, known := s.keys[token]; known {
		return &key, nil
	}
	if key := s.mistakenFor(token); key != nil {
		return key, nil
	}
	return nil, s.unwelcomed(unauthenticated("authentication_failed", "Personal API key found in request Authorization header is invalid."))
}

// enter goes into the organization of the path.
func (s *server) enter(c *call) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, there := s.organizations[c.organization]; !there && !s.invents(c) {
		return organizationNotFound()
	}
	if strings.EqualFold(c.key.Organization, c.organization) || s.lets(c) {
		return nil
	}
	if s.ForeignOrganization == http.StatusNotFound {
		return organizationNotFound()
	}
	return forbidden("API key does not have access to the requested organization: ID " + c.organization + ".")
}

// hasScope reports whether the key has a scope.
func (s *server) hasScope(c *call, scope string) bool {
	if s.demandsMore(c) {
		return false
	}
	return slices.Contains(c.key.Scopes, scope) || s.waives(c)
}
