package library

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
)

// Treatment says what becomes of something that the server does not like.
type Treatment string

// The treatments, of which each choice of a Config takes some.
const (
	Refuse   Treatment = "refuse"
	Ignore   Treatment = "ignore"
	Cap      Treatment = "cap"
	Redirect Treatment = "redirect"
)

// Config says what a server knows, what it does wrong, and which of several right
// ways it takes. The zero Config is a correct server that knows nobody.
type Config struct {
	// Users are the passwords by user.
	Users map[string]string
	// Shelves is how many shelves there are at the start, Books how many books are on
	// each of them: made an hour after each other, the last an hour ago.
	Shelves, Books int
	// Bugs are the ids of the bugs that are switched on.
	Bugs []string

	// All that follows is permitted: whatever is chosen, the server is correct.

	// PageSize is the size of a page when the request gives none; 5 when zero, as the
	// document says. A default is no promise, so a server may have another.
	PageSize int
	// PerPageOverMax is Refuse, the default, or Cap.
	PerPageOverMax Treatment
	// InvalidQuery is Refuse, the default, or Ignore.
	InvalidQuery Treatment
	// ReadOnlyMembers in a body are Ignore, the default, or Refuse.
	ReadOnlyMembers Treatment
	// UnknownMembers in a body are Ignore, the default, or Refuse.
	UnknownMembers Treatment
	// TrailingSlash at the end of a path is Refuse, the default, which finds nothing,
	// Ignore, or Redirect.
	TrailingSlash Treatment
	// BadID is the status for an id that is no positive integer: 404, the default, or 400.
	BadID int
	// SecondDelete is the status for deleting what is not there: 404, the default, or 204.
	SecondDelete int
	// OptionsStatus is the status of OPTIONS: 204, the default, 200, or 405.
	OptionsStatus int
	// Quota is how many books a shelf may have; 0 is no limit.
	Quota int
	// UniqueTitles refuses a title that another book on the shelf has.
	UniqueTitles bool
	// TrimSpace cuts white space off both ends of a text before it is checked.
	TrimSpace bool
	// ShortLink leaves first and last out of the Link header where there is one page.
	ShortLink bool
	// ETags sends an entity tag with every answer that has a body.
	ETags bool
	// Message words a refusal, given its code and the usual words.
	Message func(code, message string) string
	// IdleKeepsUpdatedAt leaves updated_at alone when a change changes nothing.
	IdleKeepsUpdatedAt bool
	// WholeSeconds writes times without a fraction.
	WholeSeconds bool
	// OffsetTimezone writes UTC as +00:00 instead of Z.
	OffsetTimezone bool
}

// The paging that the document declares.
const (
	defaultPerPage = 5
	maxPerPage     = 12
)

// withDefaults fills in what is zero.
func (c Config) withDefaults() Config {
	c.PageSize = cmp.Or(c.PageSize, defaultPerPage)
	c.PerPageOverMax = cmp.Or(c.PerPageOverMax, Refuse)
	c.InvalidQuery = cmp.Or(c.InvalidQuery, Refuse)
	c.ReadOnlyMembers = cmp.Or(c.ReadOnlyMembers, Ignore)
	c.UnknownMembers = cmp.Or(c.UnknownMembers, Ignore)
	c.TrailingSlash = cmp.Or(c.TrailingSlash, Refuse)
	c.BadID = cmp.Or(c.BadID, http.StatusNotFound)
	c.SecondDelete = cmp.Or(c.SecondDelete, http.StatusNotFound)
	c.OptionsStatus = cmp.Or(c.OptionsStatus, http.StatusNoContent)
	if c.Message == nil {
		c.Message = func(_, message string) string { return message }
	}
	return c
}

// check finds a bug or a choice that does not exist.
func (c Config) check() error {
	for _, id := range c.Bugs {
		if !slices.ContainsFunc(Bugs(), func(b Bug) bool { return b.ID == id }) {
			return fmt.Errorf("there is no bug %q", id)
		}
	}
	return cmp.Or(
		choice("PerPageOverMax", c.PerPageOverMax, Refuse, Cap),
		choice("InvalidQuery", c.InvalidQuery, Refuse, Ignore),
		choice("ReadOnlyMembers", c.ReadOnlyMembers, Ignore, Refuse),
		choice("UnknownMembers", c.UnknownMembers, Ignore, Refuse),
		choice("TrailingSlash", c.TrailingSlash, Refuse, Ignore, Redirect),
		choice("BadID", c.BadID, http.StatusNotFound, http.StatusBadRequest),
		choice("SecondDelete", c.SecondDelete, http.StatusNotFound, http.StatusNoContent),
		choice("OptionsStatus", c.OptionsStatus, http.StatusNoContent, http.StatusOK, http.StatusMethodNotAllowed),
	)
}

// choice refuses a value that is not among those to choose from.
func choice[T comparable](name string, chosen T, among ...T) error {
	if slices.Contains(among, chosen) {
		return nil
	}
	return fmt.Errorf("%s is %v, not one of %v", name, chosen, among)
}
