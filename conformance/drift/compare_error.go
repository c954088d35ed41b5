package drift

import (
	"encoding/json"
	"net/http"
	"regexp"
	"strconv"
	"strings"

	"understudy/conformance"
	"understudy/internal/contract"
	"understudy/internal/resource"
)

// compareErrors compares what two refusals tell: the members first, and then the words.
func (c *comparison) compareErrors(p pair, here, there any) {
	shape, other := outline(here), outline(there)
	here, there = repeated(here, there, sentIn(p.here), sentIn(p.there))
	left, right := leaves(c.here.canon(here)), leaves(c.there.canon(there))
	if !c.ignoreWords {
		shape, other = outline(here), outline(there) // with what is repeated of the request
	}
	if shape != other {
		c.found(p, Finding{Kind: Shape, Where: "error", Here: shape, There: other})
		return
	}
	c.compareWords(p, left, right)
}

// compareWords compares the texts of two refusals that have the same members.
func (c *comparison) compareWords(p pair, here, there map[string]any) {
	var where []string
	words, others := map[string]any{}, map[string]any{}
	for at, value := range here {
		other, ok := there[at]
		if c.there.anew[at] {
			value, other = spelled(value), spelled(other)
		}
		if !ok || c.sameWords(p, at, value, other) {
			continue
		}
		where = append(where, at)
		words[at], others[at] = value, other
	}
	switch {
	case len(where) == 0:
	case c.ignoreWords && !succeeds(p.there.Status):
		c.ignored++
	default:
		c.found(p, Finding{Kind: Words, Where: strings.Join(sorted(where), ", "), Here: brief(words), There: brief(others)})
	}
}

// brief shows the one value of a set, or all with their names.
func brief(values map[string]any) string {
	if len(values) == 1 {
		for _, value := range values {
			return show(value)
		}
	}
	return show(values)
}

// sameWords reports whether two leaves of an error say the same: the same text, or
// what a server makes anew, or what the template of the stand-in leaves to the server.
func (c *comparison) sameWords(p pair, at string, here, there any) bool {
	if equal(here, there) {
		return true
	}
	text, isText := here.(string)
	other, alsoText := there.(string)
	if !isText || !alsoText {
		return kind(here) == kind(there) && kind(here) == "a number" && len(show(there)) > 6
	}
	if timeless(text) == timeless(other) {
		return true
	}
	template, _ := leaves(c.template(p.there.Collection, causeOf(p.here)).Value())[at].(string)
	return strings.Contains(template, "{reason}") && pattern(template).MatchString(other)
}

// template is what the stand-in's document says of a cause in a collection, which may
// be nil.
func (c *comparison) template(of *resource.Collection, cause string) contract.Node {
	if of != nil {
		of = c.model.Collection(of.Path)
	}
	return c.model.Worded(of, cause)
}

var placeholder = lazily(`\{[a-z]+\}`)

// pattern matches the texts that a template makes.
func pattern(template string) *regexp.Regexp {
	var b strings.Builder
	at := 0
	for _, found := range placeholder().FindAllStringIndex(template, -1) {
		b.WriteString(regexp.QuoteMeta(template[at:found[0]]) + "(?s:.+)")
		at = found[1]
	}
	return regexp.MustCompile("^" + b.String() + regexp.QuoteMeta(template[at:]) + "$")
}

// outline is the form of a value: its members with their types.
func outline(value any) string {
	switch value := value.(type) {
	case map[string]any:
		var parts []string
		for _, name := range namesOf(value, nil) {
			parts = append(parts, name+": "+outline(value[name]))
		}
		return "{" + strings.Join(parts, ", ") + "}"
	case []any:
		if len(value) == 0 {
			return "[]"
		}
		return "[" + outline(value[0]) + "]"
	}
	if value == theSent || value == another {
		return "what was sent"
	}
	return strings.TrimPrefix(kind(value), "a ")
}

// leaves are the values of a tree that hold no others, by their path.
func leaves(value any) map[string]any {
	found := map[string]any{}
	var walk func(at string, value any)
	walk = func(at string, value any) {
		switch value := value.(type) {
		case map[string]any:
			for name, member := range value {
				walk(strings.TrimPrefix(at+"."+name, "."), member)
			}
		case []any:
			for i, item := range value {
				walk(strings.TrimPrefix(at+"."+strconv.Itoa(i), "."), item)
			}
		default:
			found[at] = value
		}
	}
	walk("", value)
	return found
}

// violation is how a request breaks the document, as the stand-in tells.
type violation struct {
	In       string `json:"in"`
	Field    string `json:"field"`
	Keyword  string `json:"keyword"`
	Message  string `json:"message"`
	Expected string `json:"expected"`
	Actual   string `json:"actual"`
	Limit    string `json:"limit"`
}

// expectedCause is why a request is refused that is valid in itself, as its step tells.
func expectedCause(s *conformance.Step) string {
	switch {
	case isStock(s):
		return "quota"
	case s.Name == "a record like another":
		return "conflict"
	}
	return ""
}

// causeOf is why the stand-in refuses a request, with the keyword where it is invalid.
func causeOf(here *conformance.Step) string {
	cause, broken := here.Cause, violationOf(here)
	switch {
	case here.Status == http.StatusUnsupportedMediaType:
		return "unsupported_media_type" // whatever the body is like
	case cause == "" && broken != nil:
		cause = "invalid"
	case cause == "" && refuses(here.Status):
		return expectedCause(here)
	}
	if cause != "invalid" || broken == nil {
		return cause
	}
	if broken.In == "body" && broken.Field == "" && (broken.Keyword == "type" || broken.Keyword == "null") {
		return "invalid.body"
	}
	return "invalid." + broken.Keyword
}

// violationOf is the first violation that the stand-in tells of a request, nil when it
// tells none.
func violationOf(here *conformance.Step) *violation {
	var found []violation
	if json.Unmarshal([]byte(here.Header.Get("X-Understudy-Violations")), &found) != nil || len(found) == 0 {
		return nil
	}
	return &found[0]
}
