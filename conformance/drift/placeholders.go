package drift

import (
	"cmp"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// fill puts placeholders in the place of the values that refusals of one cause tell. A
// value that may stand in a text by chance is only taken for one where that explains how
// the texts of several refusals differ.
func fill(seen []refusal, everyday map[string]bool) {
	given := make([]map[string]map[string]string, len(seen)) // by place, and then by name
	for i, r := range seen {
		given[i] = map[string]map[string]string{}
		for at, value := range leaves(r.body) {
			text, isText := value.(string)
			if !isText {
				continue
			}
			given[i][at] = map[string]string{}
			for name, value := range r.values {
				if value == text || isTold(name, value, everyday) {
					given[i][at][name] = value
				}
			}
		}
	}
	explain(seen, given)
	for i := range seen {
		seen[i].body = withLeaves("", seen[i].body, func(at string, value any) any {
			if text, isText := value.(string); isText {
				return filled(text, given[i][at])
			}
			return value
		})
	}
}

// explain gives the values that may be there by chance to the places where they are what
// makes the texts differ.
func explain(seen []refusal, given []map[string]map[string]string) {
	type spot struct{ at, name string }
	values, texts, holders := map[spot][]string{}, map[spot][]string{}, map[spot][]int{}
	for i, r := range seen {
		for at, value := range leaves(r.body) {
			for name, told := range r.values {
				if text, isText := value.(string); isText && told != "" {
					key := spot{at, name}
					with := maps.Clone(given[i][at])
					with[name] = told
					values[key], texts[key], holders[key] = append(values[key], told), append(texts[key], filled(text, with)), append(holders[key], i)
				}
			}
		}
	}
	for key, told := range values {
		if countDistinct(told) < 2 || countDistinct(texts[key]) > 1 || !strings.Contains(texts[key][0], "{"+key.name+"}") {
			continue
		}
		for k, i := range holders[key] {
			given[i][key.at][key.name] = told[k]
		}
	}
}

func countDistinct(texts []string) int {
	return len(slices.Compact(slices.Sorted(slices.Values(texts))))
}

// isTold reports whether a value is distinct enough that a text which holds it tells it:
// names of types, short words and digits, and words that stand in other refusals too are
// there by chance.
func isTold(name, value string, everyday map[string]bool) bool {
	if _, err := strconv.Atoi(value); err == nil {
		return len(value) >= leastDigits
	}
	if name == "expected" || name == "actual" || name == "limit" || everyday[strings.ToLower(value)] {
		return false
	}
	return strings.IndexFunc(value, unicode.IsLetter) >= 0 && len(value) >= leastLetters
}

// How long a number and a word must be to stand in no text by chance.
const (
	leastDigits  = 2
	leastLetters = 3
)

// filled is a text with placeholders in the place of the values that it tells.
func filled(text string, values map[string]string) string {
	names := slices.SortedFunc(maps.Keys(values), func(a, b string) int { return cmp.Or(len(values[b])-len(values[a]), strings.Compare(a, b)) })
	for _, name := range names {
		if values[name] == "" {
			continue
		}
		word := regexp.MustCompile(`(^|[^\w{])` + regexp.QuoteMeta(values[name]) + `($|[^\w}])`)
		text = word.ReplaceAllString(text, "${1}{"+name+"}${2}")
	}
	return text
}

// withLeaves is a value with others in the place of those that hold no more, by their
// path.
func withLeaves(at string, value any, change func(at string, value any) any) any {
	switch value := value.(type) {
	case map[string]any:
		object := make(map[string]any, len(value))
		for name, member := range value {
			object[name] = withLeaves(strings.TrimPrefix(at+"."+name, "."), member, change)
		}
		return object
	case []any:
		items := make([]any, len(value))
		for i, item := range value {
			items[i] = withLeaves(strings.TrimPrefix(at+"."+strconv.Itoa(i), "."), item, change)
		}
		return items
	}
	return change(at, value)
}

// word is one of a text, as people read it.
var word = lazily(`[\pL\pN_]+`)

// wordsOf are the words in the texts of a value. One that is a text by itself is none.
func wordsOf(value any) []string {
	var found []string
	for _, leaf := range leaves(value) {
		text, _ := leaf.(string)
		if words := word().FindAllString(strings.ToLower(text), -1); len(words) > 1 {
			found = append(found, words...)
		}
	}
	return found
}
