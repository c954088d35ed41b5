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
	if s == nil || s.quick == nil || !jsontext.Value(text).IsValid() {
		return false
	}
	w := textWalk{text: text, left: maxWalkSteps + len(text)}
	_, ok := w.value(s.quick, w.skipSpace(0), 0)
	return ok
}

// Accepting reports whether there is any text that Accepts accepts.
func (s *Schema) Accepting() bool { return s != nil && s.quick != nil }

const (
	// maxWalkDepth is how deep a value is looked into.
	maxWalkDepth = 100
	// maxWalkSteps is how many values are looked at, beside one for each byte:
	// alternatives inside of alternatives look at the same ones again and again.
	maxWalkSteps = 1000
)

// textWalk holds a text that is known to be strict JSON against a quick schema, so
// that syntax is no longer a question. Its methods begin at the first byte of a
// value, and return the place behind it; ok is false unless it is surely valid.
type textWalk struct {
	text []byte
	left int // steps
}

func (w *textWalk) value(q *quick, at, depth int) (end int, ok bool) {
	if w.left--; q == nil || w.left < 0 || depth > maxWalkDepth {
		return 0, false
	}
	for _, part := range q.all {
		if _, ok := w.value(part, at, depth+1); !ok {
			return 0, false
		}
	}
	if len(q.anyOf) > 0 && !w.alternative(q.anyOf, at, depth+1) {
		return 0, false
	}
	switch w.text[at] {
	case '"':
		end = w.stringEnd(at)
		return end, q.admitsType(mayBeString) && w.admitsString(q, w.text[at:end])
	case '{':
		return w.object(q, at, depth)
	case '[':
		return w.array(q, at, depth)
	case 'n':
		return at + len("null"), q.admitsType(mayBeNull) && q.texts == nil
	case 't':
		return at + len("true"), q.admitsType(mayBeBoolean) && q.texts == nil
	case 'f':
		return at + len("false"), q.admitsType(mayBeBoolean) && q.texts == nil
	}
	end = w.wordEnd(at)
	return end, q.texts == nil && q.admitsNumberText(w.text[at:end])
}

func (w *textWalk) alternative(parts []*quick, at, depth int) bool {
	for _, part := range parts {
		if _, ok := w.value(part, at, depth); ok {
			return true
		}
	}
	return false
}

// openValue is the program of a schema that admits anything.
var openValue = unlimited()

func (w *textWalk) array(q *quick, at, depth int) (end int, ok bool) {
	items := q.items
	if items == nil {
		items = openValue
	}
	count := 0
	for at = w.skipSpace(at + 1); w.text[at] != ']'; count++ {
		if at, ok = w.value(items, at, depth+1); !ok {
			return 0, false
		}
		at = w.skipComma(at)
	}
	return at + 1, q.admitsType(mayBeArray) && q.texts == nil && count >= q.minItems && count <= q.maxItems
}

func (w *textWalk) object(q *quick, at, depth int) (end int, ok bool) {
	required := 0
	for at = w.skipSpace(at + 1); w.text[at] != '}'; at = w.skipComma(at) {
		nameEnd := w.stringEnd(at)
		name, ok := plainText(w.text[at:nameEnd])
		if !ok {
			return 0, false
		}
		if q.needed[string(name)] {
			required++ // no name is given twice
		}
		member, named := q.properties[string(name)]
		switch {
		case named:
		case q.closed:
			return 0, false
		case q.others != nil:
			member = q.others
		default:
			member = openValue
		}
		at = w.skipSpace(w.skipSpace(nameEnd) + 1) // over the colon
		if at, ok = w.value(member, at, depth+1); !ok {
			return 0, false
		}
	}
	return at + 1, q.admitsType(mayBeObject) && q.texts == nil && required == len(q.needed)
}

// skipSpace is the place of the first byte from i on that is not white space.
func (w *textWalk) skipSpace(i int) int {
	for i < len(w.text) {
		switch w.text[i] {
		case ' ', '\t', '\r', '\n':
			i++
		default:
			return i
		}
	}
	return i
}

// skipComma is where the next member or item begins, or the closing bracket stands.
func (w *textWalk) skipComma(i int) int {
	if i = w.skipSpace(i); w.text[i] == ',' {
		return w.skipSpace(i + 1)
	}
	return i
}

// stringEnd is the place behind a string.
func (w *textWalk) stringEnd(at int) int {
	for start := at + 1; ; {
		quote := start + bytes.IndexByte(w.text[start:], '"')
		before := w.text[start:quote]
		if escapes := len(before) - len(bytes.TrimRight(before, `\`)); escapes%2 == 0 {
			return quote + 1
		}
		start = quote + 1
	}
}

// wordEnd is the place behind a number, true, false or null.
func (w *textWalk) wordEnd(at int) int {
	for i := at; i < len(w.text); i++ {
		switch w.text[i] {
		case ',', ']', '}', ' ', '\t', '\r', '\n':
			return i
		}
	}
	return len(w.text)
}

// plainText is what a string stands for.
func plainText(quoted []byte) (text []byte, ok bool) {
	if bytes.IndexByte(quoted, '\\') < 0 {
		return quoted[1 : len(quoted)-1], true
	}
	text, err := jsontext.AppendUnquote(nil, quoted)
	return text, err == nil
}

func (w *textWalk) admitsString(q *quick, quoted []byte) bool {
	text, ok := plainText(quoted)
	switch {
	case !ok || q.texts != nil && !q.texts[string(text)]:
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

// admitsNumberText admits numbers without an exponent, and where there are bounds
// whole numbers that fit 64 bits.
func (q *quick) admitsNumberText(number []byte) bool {
	if !q.admitsType(mayBeNumber) || bytes.ContainsAny(number, "eE") {
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
