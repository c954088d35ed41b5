package library

import (
	"encoding/base64"
	"net/http"
	"strings"
)

// misauthenticated is where reading the Authorization header goes wrong. With
// neither trust nor an error, nothing is decided yet.
func (s *server) misauthenticated(c *call, header string) (bool, error) {
	scheme, credentials, _ := strings.Cut(header, " ")
	decoded, err := base64.StdEncoding.DecodeString(credentials)
	bare := header != "" && credentials == ""
	garbled := header != "" && credentials != "" && (err != nil || !strings.Contains(string(decoded), ":"))
	switch {
	case header == "" && s.open(c), bare && s.bug("auth/bare-scheme-accepted"):
		return true, nil
	case header == "" && s.bug("auth/missing-user-500"),
		bare && s.bug("auth/bare-scheme-500"),
		garbled && s.bug("auth/garbled-credentials-500"):
		return false, failed()
	case strings.EqualFold(scheme, "Bearer") && s.bug("auth/bearer-accepted"):
		return s.knows(credentials) || s.knows(string(decoded)), nil
	case s.bug("auth/any-scheme-accepted"):
		return s.knows(credentials) || s.knows(string(decoded)), nil
	}
	return false, nil
}

// knows reports whether user:password is right.
func (s *server) knows(credentials string) bool {
	user, password, _ := strings.Cut(credentials, ":")
	known, there := s.Users[user]
	return there && known == password
}

// open reports whether an action needs no user.
func (s *server) open(c *call) bool {
	switch {
	case c.Method == http.MethodHead:
		return s.bug("auth/head-without-user")
	case c.action == listing && c.shelf == "":
		return s.bug("auth/shelves-without-user")
	case c.action == listing:
		return s.bug("auth/books-without-user")
	case c.action == creating:
		return s.bug("auth/create-without-user")
	case c.action == retrieving:
		return s.bug("auth/retrieve-without-user")
	case c.action == replacing:
		return s.bug("auth/put-without-user")
	case c.action == patching:
		return s.bug("auth/patch-without-user")
	}
	return s.bug("auth/delete-without-user")
}

// mistakenFor reports whether somebody is taken for one of the users.
func (s *server) mistakenFor(user, password string) bool {
	for known, right := range s.Users {
		switch {
		case user == known && s.bug("auth/wrong-password-accepted"),
			user == known && password == "" && s.bug("auth/empty-password-accepted"),
			password == right && s.bug("auth/any-user-accepted"),
			user == known && strings.HasPrefix(right, password) && s.bug("auth/password-prefix-accepted"),
			user == known && strings.HasPrefix(password, right) && s.bug("auth/password-with-suffix-accepted"),
			user == known && strings.EqualFold(password, right) && s.bug("auth/password-case-ignored"),
			strings.EqualFold(user, known) && strings.EqualFold(password, right) && s.bug("auth/case-ignored"):
			return true
		}
	}
	return s.bug("auth/anybody-accepted")
}

// unwelcome is where a user who may do all may not.
func (s *server) unwelcome(c *call) error {
	if c.action == deleting && s.bug("auth/user-cannot-delete") || c.action == replacing && s.bug("auth/user-cannot-put") {
		return &problem{status: http.StatusForbidden, code: "unauthorized", message: "You may not do this."}
	}
	return nil
}

// unwelcomed is what becomes of a 401.
func (s *server) unwelcomed(p *problem) *problem {
	switch {
	case s.bug("auth/missing-user-403"):
		p.status, p.header = http.StatusForbidden, nil
	case s.bug("auth/missing-user-302"):
		p.status, p.header = http.StatusFound, http.Header{"Location": {"/login"}}
	case s.bug("auth/challenge-missing"):
		p.header = nil
	case s.bug("auth/challenge-bearer"):
		p.header = http.Header{"Www-Authenticate": {"Bearer"}}
	}
	return p
}

// performsRefused reports whether what is refused is done all the same.
func (s *server) performsRefused(c *call) bool {
	switch c.action {
	case creating:
		return s.bug("auth/refused-create-performed")
	case replacing:
		return s.bug("auth/refused-put-performed")
	case patching:
		return s.bug("auth/refused-patch-performed")
	case deleting:
		return s.bug("auth/refused-delete-performed")
	}
	return false
}
