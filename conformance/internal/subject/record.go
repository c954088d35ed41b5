package subject

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"time"
)

// The statuses of the lifecycle.
const (
	waiting = "waiting"
	issuing = "issuing"
	valid   = "valid"
)

// record is one proxy record. Records are values: what is stored is changed by
// storing another.
type record struct {
	serial           int // in the order of creation
	id               string
	organization     string
	domain, target   string
	first            string // the domain at creation
	status           string
	entered          time.Time // when it came into its status
	message          *string
	created, updated time.Time
	user             int  // who created it; 0 is nobody
	gone             bool // deleted: kept for the books alone
}

// newRecord makes a record that waits; it is not stored yet.
func (s *server) newRecord(organization, domain string, user int) record {
	s.serial++
	now := s.now()
	r := record{
		serial:       s.serial,
		id:           s.newID(),
		organization: organization,
		domain:       domain,
		first:        domain,
		target:       targetFor(organization, domain),
		status:       waiting,
		entered:      now,
		created:      now,
		updated:      now,
		user:         user,
	}
	if s.LateUpdatedAt {
		r.updated = r.created.Add(10 * time.Microsecond)
	}
	return s.misbegotten(r)
}

// newID makes a random UUID (RFC 9562, version 4).
func (s *server) newID() string {
	if id := s.usedID(); id != "" {
		return id
	}
	var id [16]byte
	_, _ = rand.Read(id[:]) // never fails
	id[6] = id[6]&0x0f | 0x40
	id[8] = id[8]&0x3f | 0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", id[:4], id[4:6], id[6:8], id[8:10], id[10:])
}

// isID reports whether a text is a UUID.
func isID(text string) bool {
	groups := strings.Split(text, "-")
	if len(groups) != 5 || len(groups[0]) != 8 || len(groups[4]) != 12 {
		return false
	}
	for _, group := range groups[1:4] {
		if len(group) != 4 {
			return false
		}
	}
	_, err := hex.DecodeString(strings.Join(groups, ""))
	return err == nil
}

// targetFor is what the CNAME of a domain must point at.
func targetFor(organization, domain string) string {
	sum := sha256.Sum256([]byte(organization + domain))
	return hex.EncodeToString(sum[:10]) + ".proxy-us.posthog.com."
}

// view is a record as the document has it.
func (s *server) view(r record) object {
	view := object{
		"id":           r.id,
		"domain":       r.domain,
		"target_cname": r.target,
		"status":       r.status,
		"message":      r.message,
		"created_at":   s.stamp(r.created),
		"updated_at":   s.stamp(r.updated),
		"created_by":   r.user,
	}
	if r.user == 0 {
		view["created_by"] = nil
	}
	return s.misshapen(r, view)
}

// stamp writes a time in UTC.
func (s *server) stamp(at time.Time) string {
	layout := "2006-01-02T15:04:05"
	if !s.WholeSeconds {
		layout += ".000000"
	}
	if s.OffsetTimezone {
		layout += "-07:00"
	} else {
		layout += "Z"
	}
	return s.localized(at).Format(layout)
}
