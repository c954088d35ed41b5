package mockserver

import (
	"maps"
	"net/http"
	"slices"
	"strings"

	"understudy/fixtures"
	"understudy/internal/contract"
)

// Key is one credential that the stand-in accepts.
type Key struct {
	Name  string `json:"name"`
	Token string `json:"token"`
	// Tokens are the credentials for security schemes of another form, such as
	// user:password for HTTP basic authentication, by the name of the scheme.
	Tokens map[string]string `json:"tokens,omitempty"`
	Scopes []string          `json:"scopes"`
	// Params gives, for each path parameter that nothing in the document
	// creates, a value that the key may enter.
	Params map[string]string `json:"params"`
}

// key is a credential with what requests need to know of it.
type key struct {
	fixtures.Key
}

// may reports whether the key may enter a value of a path parameter.
func (k *key) may(param, value string, written spelling) bool {
	allowed, limited := k.Params[param]
	return !limited || slices.ContainsFunc(allowed, func(one string) bool { return written.key(one) == value })
}

// keyring finds keys by token.
type keyring struct {
	list     []*key
	byToken  map[string]*key
	byScheme map[schemeToken]*key // of the keys that have a token for a scheme alone
}

// schemeToken is a token of one security scheme.
type schemeToken struct{ scheme, token string }

func newKeyring(keys []fixtures.Key) *keyring {
	ring := &keyring{byToken: make(map[string]*key, len(keys)), byScheme: map[schemeToken]*key{}}
	for _, k := range keys {
		added := &key{Key: k}
		ring.list = append(ring.list, added)
		if k.Token != "" {
			ring.byToken[k.Token] = added
		}
		for scheme, token := range k.Tokens {
			ring.byScheme[schemeToken{scheme, token}] = added
		}
	}
	return ring
}

// find returns the key that a token of a scheme belongs to, or nil.
func (r *keyring) find(scheme *contract.SecurityScheme, token string) *key {
	if token == "" {
		return nil
	}
	if found := r.byScheme[schemeToken{scheme.Name, token}]; found != nil {
		return found
	}
	found := r.byToken[token]
	// An API key is often sent as the user of basic authentication, with no password.
	if user, ok := strings.CutSuffix(token, ":"); ok && found == nil && scheme.Type == "http" && scheme.Scheme == "basic" {
		found = r.byToken[user]
	}
	if found != nil && found.Tokens[scheme.Name] != "" {
		return nil // it has another token for this scheme
	}
	return found
}

// tokens lists every token there is, the longest first: one may begin with another.
func (r *keyring) tokens() []string {
	var list []string
	for _, k := range r.list {
		if k.Token != "" {
			list = append(list, k.Token)
		}
		for _, scheme := range slices.Sorted(maps.Keys(k.Tokens)) {
			list = append(list, k.Tokens[scheme])
		}
	}
	slices.SortStableFunc(list, func(a, b string) int { return len(b) - len(a) })
	return list
}

// writer returns the key named write, the one that may do all, or else the first;
// nil when there is none.
func (r *keyring) writer() *key {
	for _, k := range r.list {
		if k.Name == "write" {
			return k
		}
	}
	if len(r.list) > 0 {
		return r.list[0]
	}
	return nil
}

// Keys lists the credentials that the stand-in accepts.
func (s *Server) Keys() []Key {
	keys := make([]Key, 0, len(s.keys.list))
	for _, k := range s.keys.list {
		public := Key{Name: k.Name, Token: k.Token, Tokens: maps.Clone(k.Tokens), Scopes: append([]string{}, k.Scopes...), Params: map[string]string{}}
		for param, values := range k.Params {
			if len(values) > 0 {
				public.Params[param] = values[0]
			}
		}
		keys = append(keys, public)
	}
	return keys
}

// Key returns the credential of a name; the zero Key when there is none.
func (s *Server) Key(name string) Key {
	for _, k := range s.Keys() {
		if k.Name == name {
			return k
		}
	}
	return Key{}
}

// authorize finds the caller's key and checks what it may do: 401, then 404 for
// a parent that is not there, then 403 for one that the key may not enter, then
// 403 for a scope that it lacks.
func (s *Server) authorize(e *exchange) error {
	op := e.match.Operation
	held, scopes, err := s.authenticate(op, e.r)
	if err != nil {
		return err
	}
	e.key = held
	if err := s.checkParents(e); err != nil {
		return err
	}
	if held == nil {
		return nil
	}
	for _, scope := range scopes {
		if !slices.Contains(held.Scopes, scope) {
			return missingScope(scope)
		}
	}
	return nil
}

// authenticate tries the alternatives of an operation. An operation without
// security admits anybody, with no key.
func (s *Server) authenticate(op *contract.Operation, r *http.Request) (*key, []string, error) {
	if len(op.Security) == 0 {
		return nil, nil, nil
	}
	unknown := false
	optional := false
	var bestKey *key
	var bestScopes []string
	for _, requirement := range op.Security {
		if open(requirement) {
			optional = true
			continue
		}
		held, scopes, sent := s.satisfy(requirement, r)
		switch {
		case held == nil:
			unknown = unknown || sent
		case bestKey == nil || grants(held, scopes):
			bestKey, bestScopes = held, scopes
		}
	}
	switch {
	case bestKey != nil:
		return bestKey, bestScopes, nil
	case unknown:
		return nil, nil, &failure{status: http.StatusUnauthorized, cause: "bad_credentials", reason: "the credential is not known"}
	case optional:
		return nil, nil, nil
	}
	return nil, nil, unauthenticated()
}

// unauthenticated is the failure of a request that nobody answers for.
func unauthenticated() *failure {
	return &failure{status: http.StatusUnauthorized, cause: "unauthenticated", reason: "no credential was sent"}
}

// missingScope is the failure of a key that may not do this.
func missingScope(scope string) *failure {
	return &failure{status: http.StatusForbidden, cause: "missing_scope", reason: "the key lacks the scope " + scope, values: values{"scope": scope}}
}

// open reports whether a requirement asks for nothing that a request could lack.
func open(requirement contract.Requirement) bool {
	return !slices.ContainsFunc(requirement, func(r contract.RequiredScheme) bool { return r.Scheme.Type != "mutualTLS" })
}

// grants reports whether a key has all scopes.
func grants(k *key, scopes []string) bool {
	for _, scope := range scopes {
		if !slices.Contains(k.Scopes, scope) {
			return false
		}
	}
	return true
}

// satisfy looks for the credential of every scheme of a requirement. sent says
// that a credential was there, known or not.
func (s *Server) satisfy(requirement contract.Requirement, r *http.Request) (held *key, scopes []string, sent bool) {
	for i, required := range requirement {
		if required.Scheme.Type == "mutualTLS" {
			continue // nothing in a request tells of it
		}
		token := credential(required.Scheme, r)
		sent = sent || token != ""
		found := s.keys.find(required.Scheme, token)
		if found == nil {
			return nil, nil, sent
		}
		held = found
		if i == 0 {
			scopes = required.Scopes
		} else {
			scopes = append(slices.Clone(scopes), required.Scopes...)
		}
	}
	return held, scopes, sent
}
