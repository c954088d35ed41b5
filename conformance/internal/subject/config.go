package subject

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"time"
)

// The scopes that a Key may have.
const (
	ReadScope  = "organization:read"
	WriteScope = "organization:write"
)

// Key is one credential that the server knows.
type Key struct {
	Name, Token string
	Scopes      []string
	// Organization is the one that the key may enter: a UUID in lower case.
	Organization string
	// User is who creates records with the key; 0 is nobody.
	User int
}

// Treatment says what becomes of something that the server does not like.
type Treatment string

// The treatments, of which each choice of a Config takes two.
const (
	Refuse Treatment = "refuse"
	Ignore Treatment = "ignore"
	Cap    Treatment = "cap"
)

// Delays says when the status of a record moves on.
type Delays struct {
	// Issuing is how long a record is waiting; 5 seconds when zero.
	Issuing time.Duration
	// Valid is how long it is issuing then; 10 seconds when zero.
	Valid time.Duration
}

// Config says what a server knows, what it does wrong, and which of several
// right ways it takes. The zero Config is a correct server that knows nobody.
type Config struct {
	Keys []Key
	// Organizations exist beside those of the keys: UUIDs in lower case.
	Organizations []string
	// Records is how many records each organization has at the start: all valid,
	// created an hour after each other, the last an hour ago.
	Records int
	// Bugs are the ids of the bugs that are switched on.
	Bugs []string

	// All that follows is permitted: whatever is chosen, the server is correct.

	// PageSize is the limit of a list when the request gives none; 100 when zero.
	PageSize int
	// MaxLimit is the largest limit; 10000 when zero.
	MaxLimit int
	// LimitOverMax is Cap, the default, or Refuse.
	LimitOverMax Treatment
	// InvalidQuery is Refuse, the default, or Ignore, as Django REST framework
	// does with a limit or an offset that it cannot use.
	InvalidQuery Treatment
	// ReadOnlyFields in a body are Ignore, the default, or Refuse.
	ReadOnlyFields Treatment
	// UnknownFields in a body are Ignore, the default, or Refuse.
	UnknownFields Treatment
	// ForeignOrganization is the status for an organization that the key may not
	// enter: 403, the default, or 404.
	ForeignOrganization int
	// BadID is the status for an id that is no UUID: 404, the default, or 400.
	BadID int
	// SecondDelete is the status for deleting what is not there: 404, the
	// default, or 204.
	SecondDelete int
	// OptionsStatus is the status of OPTIONS: 204, the default, or 200.
	OptionsStatus int
	// Quota is how many records an organization may have; 0 is no limit.
	Quota int
	// UniqueDomains refuses a domain that another record of the organization has.
	UniqueDomains bool
	// CoerceNumbers takes a number for a text, as Django REST framework does.
	CoerceNumbers bool
	// TrimSpace cuts white space off both ends of a text before it is checked.
	TrimSpace bool
	// ExtraMethods supports PUT of a record beside what the document declares.
	ExtraMethods bool
	// IgnoreAccept answers with JSON whatever the request accepts.
	IgnoreAccept bool
	// NoVary leaves the Vary header out.
	NoVary bool
	// ETags sends an entity tag with every answer that has a body.
	ETags bool
	// ErrorDetail words a refusal, given its code and the usual words.
	ErrorDetail func(code, detail string) string
	// StatusDelays is the pace of the lifecycle.
	StatusDelays Delays
	// LateUpdatedAt makes updated_at of a new record some microseconds later than
	// its created_at, as two readings of a clock are.
	LateUpdatedAt bool
	// IdleKeepsUpdatedAt leaves updated_at alone when an update changes nothing.
	IdleKeepsUpdatedAt bool
	// WholeSeconds writes times without a fraction.
	WholeSeconds bool
	// OffsetTimezone writes UTC as +00:00 instead of Z.
	OffsetTimezone bool
}

// withDefaults fills in what is zero.
func (c Config) withDefaults() Config {
	c.PageSize = cmp.Or(c.PageSize, 100)
	c.MaxLimit = cmp.Or(c.MaxLimit, 10000)
	c.LimitOverMax = cmp.Or(c.LimitOverMax, Cap)
	c.InvalidQuery = cmp.Or(c.InvalidQuery, Refuse)
	c.ReadOnlyFields = cmp.Or(c.ReadOnlyFields, Ignore)
	c.UnknownFields = cmp.Or(c.UnknownFields, Ignore)
	c.ForeignOrganization = cmp.Or(c.ForeignOrganization, http.StatusForbidden)
	c.BadID = cmp.Or(c.BadID, http.StatusNotFound)
	c.SecondDelete = cmp.Or(c.SecondDelete, http.StatusNotFound)
	c.OptionsStatus = cmp.Or(c.OptionsStatus, http.StatusNoContent)
	c.StatusDelays.Issuing = cmp.Or(c.StatusDelays.Issuing, 5*time.Second)
	c.StatusDelays.Valid = cmp.Or(c.StatusDelays.Valid, 10*time.Second)
	if c.ErrorDetail == nil {
		c.ErrorDetail = func(_, detail string) string { return detail }
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
		choice("LimitOverMax", c.LimitOverMax, Cap, Refuse),
		choice("InvalidQuery", c.InvalidQuery, Refuse, Ignore),
		choice("ReadOnlyFields", c.ReadOnlyFields, Ignore, Refuse),
		choice("UnknownFields", c.UnknownFields, Ignore, Refuse),
		choice("ForeignOrganization", c.ForeignOrganization, http.StatusForbidden, http.StatusNotFound),
		choice("BadID", c.BadID, http.StatusNotFound, http.StatusBadRequest),
		choice("SecondDelete", c.SecondDelete, http.StatusNotFound, http.StatusNoContent),
		choice("OptionsStatus", c.OptionsStatus, http.StatusNoContent, http.StatusOK),
	)
}

// choice refuses a value that is not among those to choose from.
func choice[T comparable](name string, chosen T, among ...T) error {
	if slices.Contains(among, chosen) {
		return nil
	}
	return fmt.Errorf("%s is %v, not one of %v", name, chosen, among)
}
