package subject

import (
	"fmt"
	"html"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// misbegotten is what becomes of a new record.
func (s *server) misbegotten(r record) record {
	switch {
	case s.bug("lifecycle/starts-valid"):
		r.status, r.message = valid, new(string)
	case s.bug("time/created-at-ahead"):
		r.created, r.updated = r.created.Add(2*time.Hour), r.updated.Add(2*time.Hour)
	case s.bug("time/created-at-zero"):
		r.created = time.Time{}
	case s.bug("time/updated-before-created"):
		r.updated = r.created.Add(-time.Minute)
	}
	return r
}

// usedID is an id that another record has or had, for a new one; mostly it is "".
func (s *server) usedID() string {
	if s.bug("races/duplicate-ids") {
		number := s.slips.ids
		s.gap()
		s.slips.ids = number + 1
		return fmt.Sprintf("00000000-0000-4000-8000-%012x", number)
	}
	if s.bug("crud/id-reused") {
		id := s.slips.freed
		s.slips.freed = ""
		return id
	}
	return ""
}

// kept is what is stored of a domain.
func (s *server) kept(domain string) string {
	switch {
	case s.bug("crud/domain-cut-at-32"):
		return shortened(domain, 32)
	case s.bug("crud/domain-cut-at-60"):
		return shortened(domain, 60)
	case s.bug("crud/domain-cut-at-63"):
		return shortened(domain, 63)
	case s.bug("crud/domain-lower-cased"):
		return strings.ToLower(domain)
	case s.bug("crud/domain-inner-space-lost"):
		return strings.Join(strings.Fields(domain), " ")
	case s.bug("crud/domain-non-ascii-lost"):
		return replaced(domain, '\u007f')
	case s.bug("crud/domain-astral-lost"):
		return replaced(domain, '\uffff')
	case s.bug("crud/domain-html-escaped"):
		return html.EscapeString(domain)
	case s.bug("crud/domain-unescaped"):
		if decoded, err := url.QueryUnescape(domain); err == nil {
			return decoded
		}
	case s.bug("crud/domain-backslashes-doubled"):
		return strings.ReplaceAll(domain, `\`, `\\`)
	}
	return domain
}

// shortened is a text cut to a number of characters.
func shortened(text string, length int) string {
	characters := []rune(text)
	return string(characters[:min(length, len(characters))])
}

// replaced puts a question mark for each character beyond the last that is known.
func replaced(text string, last rune) string {
	return strings.Map(func(r rune) rune {
		if r > last {
			return '?'
		}
		return r
	}, text)
}

// localized is the time that is written for a time.
func (s *server) localized(at time.Time) time.Time {
	if s.bug("time/local-time-as-utc") {
		return at.In(time.FixedZone("PDT", -7*60*60))
	}
	return at.UTC()
}

// misshapen is what becomes of a record's view.
func (s *server) misshapen(r record, view object) object {
	switch {
	case s.bug("schema/id-without-dashes"):
		view["id"] = strings.ReplaceAll(r.id, "-", "")
	case s.bug("schema/id-number"):
		view["id"] = r.serial
	case s.bug("schema/target-cname-missing"):
		delete(view, "target_cname")
	case s.bug("schema/target-cname-null"):
		view["target_cname"] = nil
	case s.bug("schema/status-undeclared") && r.status == waiting:
		view["status"] = "pending"
	case s.bug("schema/status-upper-case"):
		view["status"] = strings.ToUpper(r.status)
	case s.bug("schema/message-left-out-when-null") && r.message == nil:
		delete(view, "message")
	case s.bug("schema/message-list"):
		view["message"] = []string{}
	case s.bug("schema/created-by-text"):
		view["created_by"] = strconv.Itoa(r.user)
	case s.bug("schema/created-by-object"):
		view["created_by"] = object{"id": r.user}
	case s.bug("schema/names-in-camel-case"):
		return camelCased(view)
	}
	return s.mistimed(r, view)
}

// mistimed is what becomes of the times of a record's view.
func (s *server) mistimed(r record, view object) object {
	switch {
	case s.bug("schema/created-at-without-zone"):
		view["created_at"] = r.created.UTC().Format("2006-01-02T15:04:05.000000")
	case s.bug("schema/created-at-number"):
		view["created_at"] = r.created.Unix()
	case s.bug("schema/created-at-number-as-text"):
		view["created_at"] = strconv.FormatInt(r.created.Unix(), 10)
	case s.bug("schema/created-at-as-printed"):
		view["created_at"] = r.created.UTC().String()
	case s.bug("schema/updated-at-null-until-updated") && r.updated.Equal(r.created):
		view["updated_at"] = nil
	}
	return view
}

// camelCased renames target_cname to targetCname, and so on.
func camelCased(view object) object {
	renamed := object{}
	for name, value := range view {
		before, after, found := strings.Cut(name, "_")
		if found {
			name = before + strings.ToUpper(after[:1]) + after[1:]
		}
		renamed[name] = value
	}
	return renamed
}
