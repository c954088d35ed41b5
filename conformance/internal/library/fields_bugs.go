package library

import (
	"encoding/json"
	"fmt"
	"html"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// sending is a value as it is sent, or that none is.
type sending struct {
	value any
	given bool
}

// measured is the length of a text.
func (s *server) measured(text string) int {
	if s.bug("validation/length-in-bytes") {
		return len(text)
	}
	return length(text)
}

// kept is a text as it is stored.
func (s *server) kept(text string, least, most int) (any, string) {
	switch {
	case length(text) == most && s.bug("validation/longest-refused"):
		return text, "is too long"
	case least > 0 && length(text) == least && s.bug("validation/shortest-refused"):
		return text, "is too short"
	case strings.ContainsFunc(text, func(r rune) bool { return r > 0x7f }) && s.bug("validation/non-ascii-refused"):
		return text, "has odd characters"
	case s.bug("crud/text-cut-at-18"):
		return shortened(text, 18), ""
	case length(text) == most && s.bug("crud/longest-text-cut"):
		return shortened(text, most-1), ""
	case s.bug("crud/text-lower-cased"):
		return strings.ToLower(text), ""
	case s.bug("crud/text-inner-space-lost"):
		return strings.Join(strings.Fields(text), " "), ""
	case s.bug("crud/text-non-ascii-lost"):
		return replaced(text, '\u007f'), ""
	case s.bug("crud/text-astral-lost"):
		return replaced(text, '\uffff'), ""
	case s.bug("crud/text-html-escaped"):
		return html.EscapeString(text), ""
	case s.bug("crud/text-unescaped"):
		if decoded, err := url.QueryUnescape(text); err == nil {
			return decoded, ""
		}
	case s.bug("crud/text-backslashes-doubled"):
		return strings.ReplaceAll(text, `\`, `\\`), ""
	}
	return text, ""
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

// counted is a whole number as it is stored.
func (s *server) counted(number, least, most int) (any, string) {
	switch {
	case number == least && s.bug("validation/smallest-number-refused"),
		number == most && s.bug("validation/largest-number-refused"):
		return number, "is out of range"
	case s.bug("validation/number-in-16-bits"):
		return number % 65536, ""
	case s.bug("crud/number-rounded"):
		return number / 10 * 10, ""
	}
	return number, ""
}

// datedOn is a date as it is stored.
func (s *server) datedOn(at time.Time) time.Time {
	if s.bug("crud/date-a-day-early") {
		return at.Add(-7 * time.Hour)
	}
	return at
}

// gathered is a list as it is stored.
func (s *server) gathered(entries []any, most int) (any, string) {
	switch {
	case len(entries) == most && s.bug("validation/longest-list-refused"):
		return entries, "has too many entries"
	case len(entries) > 0 && s.bug("crud/last-tag-lost"):
		return entries[:len(entries)-1], ""
	case s.bug("crud/tags-reversed"):
		slices.Reverse(entries)
	}
	return entries, ""
}

// crash is what is wrong with a value over which the server fails.
const crash = "crashes the server"

// mischecked is where the verdict on a value goes wrong.
func (s *server) mischecked(c *call, f field, sent sending, stored any, wrong string) (any, string) {
	switch {
	case wrong != "" && (s.unchecked(c) || s.lenient(sent, wrong)):
		return s.instead(f, sent, stored), ""
	case wrong != "" && s.crashing(sent, wrong):
		return nil, crash
	case wrong == "" && sent.value == nil && sent.given && s.bug("validation/nullable-null-refused"):
		return nil, "must not be null"
	case wrong == "":
		return s.misstored(c, f, stored), ""
	case wrong == "is too long" && s.bug("validation/too-long-cut"):
		return shortened(fmt.Sprint(stored), 40), ""
	}
	return stored, wrong
}

// unchecked reports whether an action takes all values.
func (s *server) unchecked(c *call) bool {
	return c.action == patching && s.bug("validation/patch-unchecked") || c.action == replacing && s.bug("validation/put-unchecked")
}

// instead is what is stored for a value that is wrong.
func (s *server) instead(f field, sent sending, stored any) any {
	switch {
	case sent.given && sent.value != nil && stored != nil:
		return stored
	case sent.given && sent.value != nil:
		return sent.value
	case f.name == "pages":
		return 1
	case f.name == "genre":
		return "novel"
	case f.absent != nil:
		return f.absent
	}
	return ""
}

// lenient reports whether a fault is let pass.
func (s *server) lenient(sent sending, wrong string) bool {
	_, isText := sent.value.(string)
	if _, isEnum := strings.CutPrefix(wrong, "must be one of"); isEnum {
		return isText && s.bug("validation/any-value-accepted")
	}
	if strings.HasPrefix(wrong, "has an entry") {
		return s.bug("validation/any-entry-accepted")
	}
	if bug, listed := accepted()[wrong]; listed {
		return s.bug(bug)
	}
	if bug, listed := textAccepted()[wrong]; listed && isText && s.bug(bug) {
		return true
	}
	switch wrong {
	case "is out of range":
		number, err := sent.value.(json.Number).Float64()
		return err == nil && number < 1 && s.bug("validation/too-small-accepted") || err == nil && number >= 1 && s.bug("validation/too-large-accepted")
	case "must be a date":
		return isDateLike(sent.value) && s.bug("validation/unreal-date-accepted")
	case "must be a string":
		return s.takesForText(sent.value)
	}
	return false
}

// accepted gives the bug that lets a fault pass.
func accepted() map[string]string {
	return map[string]string{
		"is missing":           "validation/missing-accepted",
		"must not be null":     "validation/null-accepted",
		"must not be empty":    "validation/blank-accepted",
		"is too long":          "validation/too-long-accepted",
		"must be whole":        "validation/fraction-accepted",
		"has too many entries": "validation/too-many-entries-accepted",
	}
}

// textAccepted gives the bug that lets a fault of a text pass.
func textAccepted() map[string]string {
	return map[string]string{
		"must be a date":        "validation/any-text-as-date-accepted",
		"must be like AB-123":   "validation/pattern-ignored",
		"must be true or false": "validation/text-for-boolean-accepted",
		"must be a number":      "validation/text-for-number-accepted",
		"must be a list":        "validation/text-for-list-accepted",
	}
}

// takesForText reports whether what is no text is taken for one.
func (s *server) takesForText(value any) bool {
	switch value.(type) {
	case json.Number:
		return s.bug("validation/number-for-text-accepted")
	case bool:
		return s.bug("validation/boolean-for-text-accepted")
	}
	return s.bug("validation/structure-for-text-accepted")
}

// isDateLike reports whether a value has the form of a date, whatever the calendar says.
func isDateLike(value any) bool {
	text, _ := value.(string)
	return len(text) == len(time.DateOnly) && strings.Count(text, "-") == 2 && strings.Trim(text, "0123456789-") == ""
}

// crashing reports whether the server fails over a fault.
func (s *server) crashing(sent sending, wrong string) bool {
	switch {
	case wrong == "is missing":
		return s.bug("validation/missing-500")
	case wrong == "must not be null":
		return s.bug("validation/null-500")
	case wrong == "is too long":
		return s.bug("validation/too-long-500")
	case wrong == "is out of range" && len(fmt.Sprint(sent.value)) > 9:
		return s.bug("validation/huge-number-500")
	case wrong == "must be a string":
		return s.bug("validation/no-text-500")
	case wrong == "must be a number":
		return s.bug("validation/no-number-500")
	}
	return strings.HasPrefix(wrong, "must be one of") && s.bug("validation/unlisted-value-500")
}

// misstored is what becomes of a right value.
func (s *server) misstored(c *call, f field, stored any) any {
	switch {
	case stored == false && s.bug("crud/false-taken-for-unsent"):
		return f.absent
	case stored == nil && s.bug("crud/null-stored-as-empty") && f.name == "subtitle":
		return ""
	case c.action == creating && !f.required && s.bug("crud/create-ignores-optional"):
		return f.absent
	}
	return stored
}

// mislabelled is what becomes of a refusal.
func (s *server) mislabelled(p *problem) *problem {
	switch {
	case s.bug("validation/field-not-named"):
		p.field = ""
	case s.bug("validation/wrong-field-named"):
		p.field = "id"
	case s.bug("validation/status-409"):
		p.status = http.StatusConflict
	case s.bug("validation/refused-with-200"):
		p.status = http.StatusOK
	}
	return p
}
