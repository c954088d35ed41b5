package conformance

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"understudy/internal/contract"
)

// scale is one way of putting the values of a member in order.
type scale struct {
	name    string
	compare func(a, b any) int // 0 for values that servers order differently
}

// scales are the ways in which a server may put the values of a member in order. Where the
// document lists them they may have a rank: the document tells none, so that either end may
// be the lowest.
func (e *env) scales(field string) []scale {
	f := e.collection.Field(field)
	if f == nil || f.Schema == nil {
		return []scale{{"by value", compareValues}}
	}
	ranks := listedTexts(f.Schema.Node())
	if len(ranks) == 0 {
		return []scale{{"by value", compareValues}}
	}
	byRank := func(a, b any) int {
		one, other := slices.Index(ranks, plain(a)), slices.Index(ranks, plain(b))
		if one < 0 || other < 0 {
			return 0
		}
		return cmp.Compare(one, other)
	}
	return []scale{
		{"by the alphabet", compareValues},
		{"by its rank in the document", byRank},
		{"by that rank from the last", func(a, b any) int { return byRank(b, a) }},
	}
}

// listedTexts are the texts that a schema lists, itself or in one of several that a value
// may follow.
func listedTexts(schema contract.Node) []string {
	for _, node := range append([]contract.Node{schema}, contract.Alternatives(schema)...) {
		if texts := contract.Keyword(node, "enum").Texts(); len(texts) > 0 {
			return texts
		}
	}
	return nil
}

// placed is a value of a record in a list.
type placed struct {
	id    string
	value any
}

// placedIn lists the values of a member, without those that are null or not there, which stand
// at the start or at the end as a server likes.
func placedIn(ids []string, items []map[string]any, field string) []placed {
	var values []placed
	for i, item := range items {
		if item[field] != nil {
			values = append(values, placed{ids[i], item[field]})
		}
	}
	return values
}

func (p placed) String() string { return fmt.Sprintf("%s (%s)", show(p.value), p.id) }

// fitting are those of some scales by which values stand in order. Where there are none, the
// neighbours that stand the wrong way round are told: those by which most before them are in
// order.
func fitting(scales []scale, values []placed, descending bool) (fit []scale, wrong [2]placed) {
	furthest := 0
	for _, s := range scales {
		i := s.misplaced(values, descending)
		if i == 0 {
			fit = append(fit, s)
		} else if i > furthest {
			furthest, wrong = i, [2]placed{values[i-1], values[i]}
		}
	}
	return fit, wrong
}

// misplaced is the place of the first value that does not go after the one before it; 0
// when there is none.
func (s scale) misplaced(values []placed, descending bool) int {
	for i := 1; i < len(values); i++ {
		if compared := s.compare(values[i-1].value, values[i].value); compared != 0 && (compared > 0) != descending {
			return i
		}
	}
	return 0
}

// disorder is a failure that tells of two neighbours which stand the wrong way round.
func disorder(a *answer, reason string, wanted string, wrong [2]placed) error {
	return mismatch(a, reason, fmt.Sprintf("%s before %s: %s", wrong[1], wrong[0], wanted), fmt.Sprintf("%s before %s", wrong[0], wrong[1]))
}

// inWords says by which scales a list may be in order.
func inWords(scales []scale) string {
	names := make([]string, len(scales))
	for i, s := range scales {
		names[i] = s.name
	}
	return strings.Join(names, " or ")
}

// compareValues compares two values as far as all servers order them alike: numbers, times,
// dates and texts. Others count as equal.
func compareValues(a, b any) int {
	if one, ok := a.(json.Number); ok {
		other, _ := b.(json.Number)
		x, errX := one.Float64()
		y, errY := other.Float64()
		if errX != nil || errY != nil {
			return 0
		}
		return cmp.Compare(x, y)
	}
	one, _ := a.(string)
	other, _ := b.(string)
	for _, layout := range []string{time.RFC3339Nano, time.DateOnly} {
		x, errX := time.Parse(layout, one)
		y, errY := time.Parse(layout, other)
		if errX == nil && errY == nil {
			return x.Compare(y)
		}
	}
	return compareTexts(one, other)
}

// compareTexts compares two texts as far as their order does not depend on letter case, on
// a language, or on whether digits are read as numbers: by the first letter or digit in
// which they differ, where plain ones follow.
func compareTexts(one, other string) int {
	common := 0
	for common < min(len(one), len(other)) && one[common] == other[common] {
		common++
	}
	rest, otherRest := one[common:], other[common:]
	if !isPlain(rest) || !isPlain(otherRest) {
		return 0
	}
	isWhole := isPlain(one) && isPlain(other)
	if !isWhole && len(rest) != len(otherRest) {
		return 0
	}
	before := len(one[:common]) - len(strings.TrimRight(one[:common], "0123456789"))
	digits, otherDigits := before+leadingDigits(rest), before+leadingDigits(otherRest)
	if digits != otherDigits && digits > 0 && otherDigits > 0 {
		return 0 // the longer number is greater, whatever it begins with
	}
	return strings.Compare(rest, otherRest)
}

func leadingDigits(text string) int { return len(text) - len(strings.TrimLeft(text, "0123456789")) }

// isPlain reports whether a text is made of lower-case letters and digits, which
// all collations order alike.
func isPlain(text string) bool {
	return text != "" && !strings.ContainsFunc(text, func(r rune) bool { return (r < 'a' || r > 'z') && (r < '0' || r > '9') })
}
