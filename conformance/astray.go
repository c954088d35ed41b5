package conformance

import (
	"fmt"
	"strings"

	"understudy/internal/contract"
)

// noteWhere remembers whether any request has reached the API.
func (c *client) noteWhere(a *answer) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.arrived = c.arrived || !contract.IsAstray(a.status, a.header)
	if c.first == nil {
		c.first = a
	}
}

// astray says that the target may be the wrong URL, and what to try; "" when a request
// has reached the API, or none was sent.
func (s *suite) astray() string {
	c := s.client
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.arrived || c.first == nil {
		return ""
	}
	where := fmt.Sprintf("no request reached the API, as it seems: the first is answered with %d", c.first.status)
	if location := c.first.header.Get("Location"); location != "" {
		return where + ", which leads to " + c.redact(c.first.sent, location) + ": try the URL that serves the API itself"
	}
	if advice := s.otherBase(); advice != "" {
		return where + "; " + advice
	}
	question := "; is " + c.base.String() + " where the paths of the document begin"
	if len(s.options.params) > 0 {
		question += ", and are the values of --param right"
	}
	return where + question + "?"
}

// otherBase says what makes a target another URL than the document lets expect, and
// what to try; "" when nothing does.
func (s *suite) otherBase() string {
	why, try := s.contract.OtherBase(*s.client.base)
	if why == "" {
		return ""
	}
	return why + ": try " + strings.Join(try, " or ")
}
