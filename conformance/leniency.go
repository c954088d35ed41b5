package conformance

import (
	"encoding/json"
	"math/big"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"time"

	"understudy/internal/contract"
	"understudy/internal/resource"
)

// Frameworks are lenient by default in ways that harm nobody who keeps to the
// document. What they make of a value is known here, so that it is told as a warning;
// a server that makes anything else of it is wrong.

// takenFor reports whether a stored value is what lenient parsers make of one of
// another type: a number of its text, a boolean of 1, a list of one of what is in it.
func takenFor(sent, stored any) bool {
	if list, ok := sent.([]any); ok && len(list) == 1 && (equal(list[0], stored) || takenFor(list[0], stored)) {
		return true
	}
	switch stored := stored.(type) {
	case string:
		text := scalar(sent)
		return !isText(sent) && text != "" && (strings.EqualFold(text, stored) || sameNumber(text, stored) || sinceEpoch(sent, stored))
	case json.Number:
		return becomesNumber(sent, stored)
	case bool:
		number, ok := sent.(json.Number)
		return ok && stored == (number.String() != "0")
	case []any:
		return len(stored) == 1 && (equal(sent, stored[0]) || takenFor(sent, stored[0]))
	}
	return false
}

// mayBeTaken reports whether lenient parsers may make anything else of a value.
func mayBeTaken(value any) bool {
	switch value := value.(type) {
	case json.Number, bool:
		return true
	case []any:
		return len(value) == 1 && isText(value[0])
	}
	return false
}

// becomesNumber reports whether a number is what is left of a value: 1 of true, the
// whole part of a fraction.
func becomesNumber(sent any, stored json.Number) bool {
	switch sent := sent.(type) {
	case bool:
		return sent && sameNumber(stored.String(), "1") || !sent && sameNumber(stored.String(), "0")
	case string:
		return sameNumber(sent, stored.String())
	case json.Number:
		was, ok := new(big.Rat).SetString(sent.String())
		is, alsoOK := new(big.Rat).SetString(stored.String())
		if !ok || !alsoOK || was.IsInt() || !is.IsInt() {
			return false
		}
		return was.Sub(was, is).Abs(was).Cmp(big.NewRat(1, 1)) < 0
	}
	return false
}

// maxSinceEpoch is the latest time that a small number may stand for, counted in days.
var maxSinceEpoch = time.Unix(0, 0).AddDate(0, 0, 100)

// sinceEpoch reports whether a time is what is meant by a small number of days, seconds
// or milliseconds.
func sinceEpoch(sent any, stored string) bool {
	_, isNumber := sent.(json.Number)
	for _, layout := range []string{time.DateOnly, time.RFC3339Nano, "2006-01-02T15:04:05.999999999"} {
		if at, err := time.Parse(layout, stored); err == nil && isNumber {
			return at.Unix() >= 0 && at.Before(maxSinceEpoch)
		}
	}
	return false
}

// sameNumber reports whether two texts are decimal numbers of one value.
func sameNumber(one, other string) bool {
	if !decimalText().MatchString(one) || !decimalText().MatchString(other) {
		return false
	}
	a, ok := new(big.Rat).SetString(one)
	b, alsoOK := new(big.Rat).SetString(other)
	return ok && alsoOK && a.Cmp(b) == 0
}

var (
	decimalText    = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[-+]?(\d+\.?\d*|\.\d+)$`) })
	decimalPattern = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^\^(\\[d.+-]|[-^$.?*+(){}\[\],:!0-9])+$`) })
)

// isDecimal reports whether the texts of a schema are decimal numbers, which servers
// write with as many decimals as they like.
func isDecimal(s *contract.Schema) bool {
	if s == nil {
		return false
	}
	if contract.Keyword(s.Node(), "format").Text() == "decimal" {
		return true
	}
	pattern := contract.Keyword(s.Node(), "pattern").Text()
	return strings.Contains(pattern, `\d`) && strings.Contains(pattern, `\.`) && decimalPattern().MatchString(pattern)
}

// isNothing reports whether a value is what lenient parsers make of null: the zero of
// its type.
func isNothing(value any) bool {
	switch value := value.(type) {
	case nil:
		return true
	case string:
		return value == ""
	case bool:
		return !value
	case json.Number:
		return sameNumber(value.String(), "0")
	case []any:
		return len(value) == 0 || len(value) == 1 && isNothing(value[0])
	case map[string]any:
		return len(value) == 0
	}
	return false
}

// leavesOut reports whether a record may show nothing of a value that was sent:
// servers in Go leave the zero of an optional member out.
func leavesOut(f *resource.Field, sent any, there bool) bool {
	return !there && !f.Required && isNothing(sent)
}

// alikeIn reports whether a member shows the value that was sent for it.
func alikeIn(f *resource.Field, sent, seen any) bool {
	if equal(sent, seen) {
		return true
	}
	one, isText := sent.(string)
	other, alsoText := seen.(string)
	return isText && alsoText && isDecimal(f.Schema) && sameNumber(one, other)
}

// isAboutBody reports whether a member says something of the body that it stands in,
// as the JSON Schema of it, and nothing of the record.
func isAboutBody(name string) bool { return name == "$schema" }

// leastDecimals is how finely any server keeps a time, in decimals of a second.
const leastDecimals = 3

// rounded reports whether two times are one, written with another number of decimals:
// what was answered at once is often finer than what a database keeps.
func rounded(one, other string, between time.Duration) bool {
	fewer, more := decimals(one), decimals(other)
	if fewer > more {
		fewer, more = more, fewer
	}
	if fewer == more || fewer < leastDecimals {
		return false
	}
	unit := time.Second
	for range fewer {
		unit /= 10
	}
	return between.Abs() <= unit
}

// decimals counts the decimals of the second of a time.
func decimals(text string) int {
	_, fraction, _ := strings.Cut(text, ".")
	return len(fraction) - len(strings.TrimLeft(fraction, "0123456789"))
}

// harmlessIn divides what is wrong with an answer: a body where the document says
// nothing of one, and null or an empty text for a member that need not be there, harm nobody.
func harmlessIn(op *contract.Operation, a *answer, found []contract.Violation) (harmful, harmless []contract.Violation) {
	for _, v := range found {
		if v.In == "body" && v.Keyword == "declared" && a.status != http.StatusNoContent {
			return nil, found
		}
	}
	value, _ := contract.DecodeJSON(a.body) // anew, as it is changed
	for _, v := range found {
		if v.In == "body" && leaveOutNothing(value, strings.Split(v.Pointer, "/"), v.Keyword) {
			harmless = append(harmless, v)
		}
	}
	body, err := json.Marshal(value)
	if harmless == nil || err != nil {
		return found, nil
	}
	return op.CheckResponse(a.status, a.header, a.header.Get("Content-Type"), body), harmless
}

// leaveOutNothing takes the member that a pointer leads to out of a value, if it is null,
// or an empty text that is not of the format it should have.
func leaveOutNothing(value any, pointer []string, keyword string) bool {
	for len(pointer) > 2 {
		value, pointer = inside(value, tokenUnescaper.Replace(pointer[1])), pointer[1:]
	}
	object, ok := value.(map[string]any)
	if !ok || len(pointer) != 2 {
		return false
	}
	name := tokenUnescaper.Replace(pointer[1])
	member, there := object[name]
	nothing := there && (member == nil || member == "" && keyword == "format")
	if nothing {
		delete(object, name)
	}
	return nothing
}

// isWhole reports whether an id is a number that is counted.
func isWhole(id string) bool { return id != "" && strings.Trim(id, "0123456789") == "" }
