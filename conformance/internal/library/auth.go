package library

// authenticate finds out whether the request is of a user that the server knows
// (RFC 7617).
func (s *server) authenticate(c *call) error {
	header := c.Header.Get("Authorization")
	if trusted, err := s.misauthenticated(c, header); trusted || err != nil {
		return err
	}
	user, password, ok := c.BasicAuth()
	if !ok {
		return s.unwelcomed(unauthorized("A user and a password are needed."))
	}
	if known, there := s.Users[user]; there && known == password {
		return s.unwelcome(c)
	}
	if s.mistakenFor(user, password) {
		return nil
	}
	return s.unwelcomed(unauthorized("The user is unknown, or the password is wrong."))
}
