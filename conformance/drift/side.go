package drift

import (
	"cmp"
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"strings"

	"understudy/conformance"
	"understudy/internal/contract"
)

// side is one of the two servers: what it answered, and what it calls things.
type side struct {
	*conformance.Transcript
	steps map[string]*conformance.Step
	// stoodFor is the URL of the target, which a stand-in repeats where its overlay says so.
	stoodFor string
	names    []string // values that have a role, the longest first
	// made gives the steps that made the records of a collection, by its path and their
	// ids: two collections may have the same ids.
	made    map[string]map[string]string
	moments map[string]moments        // of the records of the run
	moved   map[string]bool           // the times that move with a change, by its kind
	last    map[string]map[string]any // the records of the run, as they were last seen
	anew    map[string]bool           // the places in refusals where it tells another value each time
}

func newSide(t *conformance.Transcript) *side {
	s := &side{Transcript: t, steps: map[string]*conformance.Step{}, made: map[string]map[string]string{}, moments: map[string]moments{}, moved: map[string]bool{}, last: map[string]map[string]any{}, anew: madeAnewIn(t.Steps)}
	for _, step := range t.Steps {
		s.steps[step.Key()] = step
		if step.ID == "" || step.Collection == nil {
			continue
		}
		if s.made[step.Collection.Path] == nil {
			s.made[step.Collection.Path] = map[string]string{}
		}
		s.made[step.Collection.Path][step.ID] = step.Name
	}
	s.names = slices.SortedFunc(maps.Keys(t.Names), func(a, b string) int { return cmp.Or(len(b)-len(a), strings.Compare(a, b)) })
	return s
}

// shortest is how long a value must be to be told from other words in a text.
const shortest = 6

// text is a text with roles in place of the values that only this server has.
func (s *side) text(text string) string {
	if role, ok := s.named(text); ok {
		return role
	}
	text = strings.ReplaceAll(text, s.Run.Target, "{server}")
	if s.stoodFor != "" {
		text = strings.ReplaceAll(text, s.stoodFor, "{server}")
	}
	for _, value := range s.names {
		if len(value) >= shortest {
			text = strings.ReplaceAll(text, value, s.Names[value])
			continue
		}
		role, _ := s.named(value)
		text = inPath(text, value, role)
	}
	return text
}

// inPath puts a role in the place of a value where that is a segment of a path, alone
// or before an ending such as .json or :verb.
func inPath(text, value, role string) string {
	var out strings.Builder
	for {
		before, after, found := strings.Cut(text, "/"+value)
		out.WriteString(before)
		switch {
		case !found:
			return out.String()
		case segmentEnd().MatchString(after):
			out.WriteString("/" + role)
		default:
			out.WriteString("/" + value)
		}
		text = after
	}
}

// segmentEnd is what may follow an id in a path. A dot before a digit is that of a number.
var segmentEnd = lazily(`^($|[/?#:]|\.[A-Za-z])`)

// named is the role of a value. That of a short id tells not which one it is, as records
// of two collections may have it.
func (s *side) named(value string) (role string, ok bool) {
	role, ok = s.Names[value]
	if len(value) < shortest && strings.HasPrefix(role, "{id of ") {
		role = "{id}"
	}
	return role, ok
}

// canon is a value with roles in place of what only this server has.
func (s *side) canon(value any) any {
	switch value := value.(type) {
	case string:
		return s.text(value)
	case []any:
		list := make([]any, len(value))
		for i, item := range value {
			list[i] = s.canon(item)
		}
		return list
	case map[string]any:
		object := make(map[string]any, len(value))
		for name, member := range value {
			object[name] = s.canon(member)
		}
		return object
	}
	return value
}

// role is a text or a number with the role in its place, if it has one.
func (s *side) role(value any) any {
	switch value := value.(type) {
	case json.Number:
		if role, ok := s.named(string(value)); ok {
			return role
		}
	case string:
		return s.text(value)
	}
	return value
}

// kind is the JSON type of a value.
func kind(value any) string {
	switch value.(type) {
	case nil:
		return "null"
	case bool:
		return "a boolean"
	case json.Number:
		return "a number"
	case string:
		return "a text"
	case []any:
		return "a list"
	}
	return "an object"
}

// show writes a value as JSON, its beginning.
func show(value any) string {
	text, err := contract.AppendJSON(nil, value)
	if err != nil {
		return kind(value)
	}
	return clip(string(text))
}

// maxShown bounds how much of a value a finding shows, in characters.
const maxShown = 200

func clip(text string) string {
	runes := []rune(text)
	if len(runes) <= maxShown {
		return text
	}
	return string(runes[:maxShown-1]) + "…"
}

// equal compares JSON values; numbers by what they are worth.
func equal(a, b any) bool {
	x, isNumber := a.(json.Number)
	y, alsoNumber := b.(json.Number)
	if isNumber && alsoNumber {
		one, _ := x.Float64()
		other, _ := y.Float64()
		return x == y || one == other
	}
	return reflect.DeepEqual(a, b)
}

// decoded is the body of a step as JSON; ok is false when it is none.
func decoded(s *conformance.Step) (value any, ok bool) {
	value, err := contract.DecodeJSON(s.Body)
	return value, err == nil
}

// Texts that a server makes anew: ids, times, long numbers, digests.
var madeAnew = lazily(`(?i)[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?|[0-9a-f]{24,}|\d{10,}`)

// uuid is a text that is a UUID (RFC 9562).
var uuid = lazily(`(?i)^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$`)

// timeless is a text with marks in the place of what a server makes anew.
func timeless(text string) string { return madeAnew().ReplaceAllString(text, "{made anew}") }

var (
	digit    = lazily(`\d`)
	fraction = lazily(`\.0+`)
)

// spelling is how a time is written: the same text for two times that are written
// alike.
func spelling(value any) string {
	text, isText := value.(string)
	if !isText {
		return kind(value)
	}
	return "a text like " + fraction().ReplaceAllString(digit().ReplaceAllString(text, "0"), ".0")
}

func sorted(list []string) []string {
	slices.Sort(list)
	return list
}
