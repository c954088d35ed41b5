package contract

import (
	"bytes"
	"encoding/json"
	"strconv"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

// Accepts reports whether a text is certainly one JSON value that DecodeJSON reads
// and Check finds nothing wrong with. It makes no tree of it. False says nothing:
// the text may still be valid, and Check is there to tell.
func (s *Schema) Accepts(text []byte) bool {
	if s == nil || s.quick == nil {
		return false
	}
	w := textWalk{text: text, left: maxWalkSteps + len(text)}
	end, ok := w.value(s.quick, w.skipSpace(0), 0)
	return ok && w.skipSpace(end) == len(text)
}

// Accepting reports whether there is any text that Accepts accepts.
func (s *Schema) Accepting() bool { return s != nil && s.quick != nil }

const (
	// maxWalkDepth is how deep a value is looked into.
	maxWalkDepth = 100
	// maxWalkSteps is how many values are looked at, beside one for each byte:
	// alternatives inside of alternatives look at the same ones again and again.
	maxWalkSteps = 1000
	// maxUnnamed is how many members that their schema does not name may be open
	// at once.
	maxUnnamed = 64
)

// textWalk reads a text and holds it against a quick schema as it goes. Its methods
// begin at the first byte of a value, and return the place behind it; ok is false
// unless it is surely strict JSON and surely valid.
type textWalk struct {
	text    []byte
	left    int              // steps
	unnamed [maxUnnamed]span // names in the open objects that have no bit of their own
	names   int              // of them
}

// span is where a name stands, without its quotes.
type span struct{ from, to int }

func (w *textWalk) value(q *quick, at, depth int) (end int, ok bool) {
	if w.left--; q == nil || w.left < 0 || depth > maxWalkDepth || at >= len(w.text) {
		return 0, false
	}
	for _, part := range q.all {
		if end, ok = w.value(part, at, depth+1); !ok {
			return 0, false
		}
	}
	if len(q.anyOf) > 0 {
		if end, ok = w.alternative(q.anyOf, at, depth+1); !ok {
			return 0, false
		}
	}
	if q.composed {
		return end, true
	}
	switch w.text[at] {
	case '"':
		end, escaped, ok := w.stringEnd(at)
		return end, ok && q.admitsType(mayBeString) && q.admitsQuoted(w.text[at:end], escaped)
	case '{':
		return w.object(q, at, depth)
	case '[':
		return w.array(q, at, depth)
	case 'n':
		return w.literal(q, mayBeNull, "null", at)
	case 't':
		return w.literal(q, mayBeBoolean, "true", at)
	case 'f':
		return w.literal(q, mayBeBoolean, "false", at)
	}
	end, ok = w.numberEnd(at)
	return end, ok && q.texts == nil && q.admitsNumberText(w.text[at:end])
}

func (w *textWalk) alternative(parts []*quick, at, depth int) (end int, ok bool) {
	names := w.names
	for _, part := range parts {
		if end, ok = w.value(part, at, depth); ok {
			return end, true
		}
		w.names = names
	}
	return 0, false
}

// literal is for null, true and false.
func (w *textWalk) literal(q *quick, kind jsonTypes, word string, at int) (end int, ok bool) {
	end = at + len(word)
	return end, end <= len(w.text) && string(w.text[at:end]) == word && q.admitsType(kind) && q.texts == nil
}

func (w *textWalk) array(q *quick, at, depth int) (end int, ok bool) {
	items := q.items
	if items == nil {
		items = openValue
	}
	count := 0
	for at, ok = w.first(at, ']'); !ok; count++ {
		if at, ok = w.value(items, at, depth+1); !ok {
			return 0, false
		}
		if at, ok = w.next(at, ']'); at == 0 {
			return 0, false
		}
	}
	return at, q.admitsType(mayBeArray) && q.texts == nil && count >= q.minItems && count <= q.maxItems
}

func (w *textWalk) object(q *quick, at, depth int) (end int, ok bool) {
	outside, met, required := w.names, uint64(0), 0
	for at, ok = w.first(at, '}'); !ok; {
		name, value, isName := w.name(at)
		if !isName {
			return 0, false
		}
		member, named := q.members[string(w.text[name.from:name.to])]
		if !named {
			member.schema = q.undeclared()
		}
		if met&member.bit != 0 || member.bit == 0 && !w.enter(name, outside) {
			return 0, false
		}
		if met |= member.bit; member.required {
			required++
		}
		if at, ok = w.value(member.schema, value, depth+1); !ok {
			return 0, false
		}
		if at, ok = w.next(at, '}'); at == 0 {
			return 0, false
		}
	}
	w.names = outside
	return at, q.admitsType(mayBeObject) && q.texts == nil && required == q.needed
}

// first goes into an array or an object: to its first value or name, or behind its
// end when it is empty.
func (w *textWalk) first(at int, closing byte) (next int, ended bool) {
	if at = w.skipSpace(at + 1); at < len(w.text) && w.text[at] == closing {
		return at + 1, true
	}
	return at, false
}

// next goes from behind a value to the next one, or its name, or behind the end of
// what it stands in. It is 0 where neither follows.
func (w *textWalk) next(at int, closing byte) (next int, ended bool) {
	if at = w.skipSpace(at); at >= len(w.text) {
		return 0, false
	}
	switch w.text[at] {
	case ',':
		return w.skipSpace(at + 1), false
	case closing:
		return at + 1, true
	}
	return 0, false
}

// name reads the name of a member, if it is written plainly, up to its value.
func (w *textWalk) name(at int) (name span, value int, ok bool) {
	end, escaped, ok := w.stringEnd(at)
	if !ok || escaped {
		return span{}, 0, false
	}
	colon := w.skipSpace(end)
	if colon >= len(w.text) || w.text[colon] != ':' {
		return span{}, 0, false
	}
	return span{at + 1, end - 1}, w.skipSpace(colon + 1), true
}

// enter remembers the name of a member. It is false when the object has it already,
// and when there is no place left.
func (w *textWalk) enter(name span, outside int) bool {
	if w.names == maxUnnamed {
		return false
	}
	text := w.text[name.from:name.to]
	for _, other := range w.unnamed[outside:w.names] {
		if bytes.Equal(text, w.text[other.from:other.to]) {
			return false
		}
	}
	w.unnamed[w.names] = name
	w.names++
	return true
}

// skipSpace is the place of the first byte from i on that is not white space.
func (w *textWalk) skipSpace(i int) int {
	for i < len(w.text) && w.text[i] <= ' ' && (w.text[i] == ' ' || w.text[i] == '\n' || w.text[i] == '\r' || w.text[i] == '\t') {
		i++
	}
	return i
}

// stringEnd is the place behind a string.
func (w *textWalk) stringEnd(at int) (end int, escaped, ok bool) {
	if at >= len(w.text) || w.text[at] != '"' {
		return 0, false, false
	}
	ascii := true
	for i := at + 1; i < len(w.text); i++ {
		c := w.text[i]
		if inString[c] {
			continue
		}
		switch {
		case c == '"':
			quoted := w.text[at : i+1]
			return i + 1, escaped, (ascii || utf8.Valid(quoted)) && (!escaped || jsontext.Value(quoted).IsValid())
		case c == '\\':
			escaped = true
			i++
		case c >= utf8.RuneSelf:
			ascii = false
		default:
			return 0, false, false
		}
	}
	return 0, false, false
}

// inString has the ASCII characters that stand for themselves in a string.
var inString = func() (plain [256]bool) {
	for c := ' '; c < utf8.RuneSelf; c++ {
		plain[c] = c != '"' && c != '\\'
	}
	return plain
}()

// numberEnd is the place behind a number that has no exponent: how large one with an
// exponent may be is for the reader of trees to judge.
func (w *textWalk) numberEnd(at int) (end int, ok bool) {
	if w.text[at] == '-' {
		at++
	}
	whole := w.digitsEnd(at)
	if whole == at || whole > at+1 && w.text[at] == '0' {
		return 0, false
	}
	if end = whole; end < len(w.text) && w.text[end] == '.' {
		if end = w.digitsEnd(whole + 1); end == whole+1 {
			return 0, false
		}
	}
	return end, end == len(w.text) || w.text[end]|' ' != 'e'
}

func (w *textWalk) digitsEnd(at int) int {
	for at < len(w.text) && isDigit(w.text[at]) {
		at++
	}
	return at
}

// admitsQuoted holds a string that is strict JSON against the schema.
func (q *quick) admitsQuoted(quoted []byte, escaped bool) bool {
	text := quoted[1 : len(quoted)-1]
	if escaped {
		var err error
		if text, err = jsontext.AppendUnquote(nil, quoted); err != nil {
			return false
		}
	}
	switch {
	case q.texts != nil && !q.texts[string(text)]:
		return false
	case q.minLength > 0 || q.maxLength < len(text):
		if length := utf8.RuneCount(text); length < q.minLength || length > q.maxLength {
			return false
		}
	}
	if q.format != nil && !admitsFormat(q.format, text) {
		return false
	}
	return q.pattern == nil || q.pattern.MatchString(string(text))
}

// admitsNumberText admits, where there are bounds, whole numbers that fit 64 bits.
func (q *quick) admitsNumberText(number []byte) bool {
	if !q.admitsType(mayBeNumber) {
		return false
	}
	if q.format != nil && q.format.Validate(json.Number(number)) != nil {
		return false
	}
	if !q.bounded && q.admitsType(mayBeFraction) {
		return true
	}
	integer, err := strconv.ParseInt(string(number), 10, 64)
	return err == nil && integer >= q.minimum && integer <= q.maximum
}

// admitsFormat judges the commonest texts by their bytes, and asks the format about
// any other.
func admitsFormat(format *jsonschema.Format, text []byte) bool {
	switch {
	case format.Name == "uuid" && isPlainUUID(text), format.Name == "date-time" && isPlainTime(text):
		return true
	}
	return format.Validate(string(text)) == nil
}

// isPlainUUID reports whether a text is a UUID.
func isPlainUUID(text []byte) bool {
	if len(text) != 36 {
		return false
	}
	for i, c := range text {
		if i == 8 || i == 13 || i == 18 || i == 23 {
			if c != '-' {
				return false
			}
		} else if !isHexDigit(c) {
			return false
		}
	}
	return true
}

// isPlainTime reports whether a text is a time in UTC, on a day that any month has,
// like 2026-11-07T09:30:12.481120Z.
func isPlainTime(text []byte) bool {
	const layout = "0000-00-00T00:00:00"
	if len(text) <= len(layout) || text[len(text)-1] != 'Z' {
		return false
	}
	for i := range len(layout) {
		if c := layout[i]; c == '0' && !isDigit(text[i]) || c != '0' && text[i] != c {
			return false
		}
	}
	if fraction := text[len(layout) : len(text)-1]; len(fraction) > 0 {
		if fraction[0] != '.' || len(fraction) == 1 || bytes.ContainsFunc(fraction[1:], func(r rune) bool { return r < '0' || r > '9' }) {
			return false
		}
	}
	two := func(i int) int { return int(text[i]-'0')*10 + int(text[i+1]-'0') }
	month, day := two(5), two(8)
	return month >= 1 && month <= 12 && day >= 1 && day <= 28 && two(11) < 24 && two(14) < 60 && two(17) < 60
}
