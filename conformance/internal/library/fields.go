package library

import (
	"encoding/json"
	"maps"
	"math"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// kind is what a record is: a shelf or a book.
type kind struct {
	one, many string
	fields    []field // that a client sets
}

// kinds are all there are.
type kinds struct{ shelf, book *kind }

// field is one member that a client sets. Its check gives the value to store, or says
// what is wrong.
type field struct {
	name     string
	required bool
	nullable bool
	absent   any // the value when it is not sent
	check    check
}

// check reads a value that is not null; wrong is "" when it is right.
type check func(s *server, value any) (stored any, wrong string)

// genres are the values of genre.
func genres() []string { return []string{"novel", "graphic_novel", "poetry", "science"} }

func newKinds() kinds {
	mark := regexp.MustCompile(`^[A-Z]{2}-[0-9]{3}$`)
	return kinds{
		shelf: &kind{one: "shelf", many: "shelves", fields: []field{
			{name: "name", required: true, check: text(1, 40)},
			{name: "place", absent: "ground", check: oneOf("cellar", "ground", "attic")},
		}},
		book: &kind{one: "book", many: "books", fields: []field{
			{name: "title", required: true, check: text(1, 60)},
			{name: "subtitle", nullable: true, check: text(0, 80)},
			{name: "genre", required: true, check: oneOf(genres()...)},
			{name: "pages", required: true, check: whole(1, 100000)},
			{name: "lendable", absent: true, check: flag},
			{name: "published_on", nullable: true, check: day},
			{name: "mark", absent: "XX-000", check: pattern(mark)},
			{name: "tags", absent: []any{}, check: list(5, text(1, 20))},
		}},
	}
}

// defaults are the members of a record for which nothing is sent.
func (k *kind) defaults() object {
	members := object{}
	for _, f := range k.fields {
		members[f.name] = f.absent
	}
	return members
}

// has reports whether a client sets a member.
func (k *kind) has(name string) bool {
	return slices.ContainsFunc(k.fields, func(f field) bool { return f.name == name })
}

// isReadOnly reports whether a member is one that the server sets.
func isReadOnly(name string) bool {
	return slices.Contains([]string{"id", "shelf_id", "created_at", "updated_at"}, name)
}

// text checks a text by its length in characters.
func text(least, most int) check {
	return func(s *server, value any) (any, string) {
		text, isText := value.(string)
		if s.TrimSpace {
			text = strings.TrimSpace(text)
		}
		switch length := s.measured(text); {
		case !isText:
			return nil, "must be a string"
		case length < least:
			return text, "must not be empty"
		case length > most:
			return text, "is too long"
		}
		return s.kept(text, least, most)
	}
}

// oneOf checks a text by the values that there are.
func oneOf(values ...string) check {
	return func(s *server, value any) (any, string) {
		text, isText := value.(string)
		if !isText || !slices.Contains(values, text) {
			return value, "must be one of " + strings.Join(values, ", ")
		}
		return text, ""
	}
}

// whole checks a number: 12.0 is whole too (JSON Schema).
func whole(least, most int) check {
	return func(s *server, value any) (any, string) {
		written, isNumber := value.(json.Number)
		if !isNumber {
			return value, "must be a number"
		}
		number, err := written.Float64()
		switch {
		case err != nil || number < float64(least) || number > float64(most):
			return int(max(min(number, math.MaxInt32), math.MinInt32)), "is out of range"
		case number != math.Trunc(number):
			return int(number), "must be whole"
		}
		return s.counted(int(number), least, most)
	}
}

func flag(_ *server, value any) (any, string) {
	if _, isFlag := value.(bool); !isFlag {
		return value, "must be true or false"
	}
	return value, ""
}

// day checks a date (RFC 3339, full-date).
func day(s *server, value any) (any, string) {
	text, _ := value.(string)
	at, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return value, "must be a date"
	}
	return s.datedOn(at).Format(time.DateOnly), ""
}

func pattern(form *regexp.Regexp) check {
	return func(s *server, value any) (any, string) {
		text, isText := value.(string)
		if !isText || !form.MatchString(text) {
			return value, "must be like AB-123"
		}
		return text, ""
	}
}

// list checks an array, and each of its entries.
func list(most int, entry check) check {
	return func(s *server, value any) (any, string) {
		entries, isList := value.([]any)
		switch {
		case !isList:
			return value, "must be a list"
		case len(entries) > most:
			return value, "has too many entries"
		}
		stored := make([]any, len(entries))
		for i := range entries {
			var wrong string
			if stored[i], wrong = entry(s, entries[i]); wrong != "" {
				return value, "has an entry that " + wrong
			}
		}
		return s.gathered(stored, most)
	}
}

// read checks the members that are sent. What is not sent is left out when the change
// is partial, and is at its default otherwise.
func (s *server) read(c *call, sent object, partial bool) (object, error) {
	if err := s.checkNames(c.kind, sent); err != nil {
		return nil, err
	}
	members := object{}
	if !partial {
		maps.Copy(members, c.kind.defaults())
	}
	for _, f := range c.kind.fields {
		value, given := sent[f.name]
		if !given && !f.required || !given && partial {
			continue
		}
		stored, wrong := s.checked(c, f, value, given)
		if wrong == crash {
			return nil, failed()
		}
		if wrong != "" {
			return members, s.mislabelled(invalid(f.name, "%s %s.", f.name, wrong))
		}
		members[f.name] = stored
	}
	return members, nil
}

// checked is the value of a member as it is stored, or what is wrong with it.
func (s *server) checked(c *call, f field, value any, given bool) (stored any, wrong string) {
	switch {
	case !given:
		wrong = "is missing"
	case value == nil && !f.nullable:
		wrong = "must not be null"
	case value != nil:
		stored, wrong = f.check(s, value)
	}
	return s.mischecked(c, f, sending{value, given}, stored, wrong)
}

// checkNames refuses the members that may not be sent, when they are refused.
func (s *server) checkNames(k *kind, sent object) error {
	for name := range sent {
		known := k.has(name)
		switch {
		case !known && isReadOnly(name) && s.ReadOnlyMembers == Refuse:
			return invalid(name, "%s is read-only.", name)
		case !known && !isReadOnly(name) && s.UnknownMembers == Refuse:
			return invalid(name, "%s is not known.", name)
		case !known && !isReadOnly(name) && s.bug("validation/unknown-member-500"),
			!known && isReadOnly(name) && s.bug("validation/read-only-member-500"):
			return failed()
		}
	}
	return nil
}

// length is how many characters a text has.
func length(text string) int { return utf8.RuneCountInString(text) }
