package contract

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"strings"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
)

const (
	// maxJSONDepth is how deep arrays and objects may be nested.
	maxJSONDepth = 1000
	// maxExponentDigits is how long the exponent of a number may be, zeros in
	// front aside. It covers far more than a float64 holds and keeps away
	// numbers such as 1e999999999, which are cheap to write but which exact
	// arithmetic, the schema validator's, cannot compute with.
	maxExponentDigits = 3
	// maxQuoted is how many code points of a client's text an error quotes.
	maxQuoted = 64
	// maxHintScan is how many bytes of a body the search for a form reads.
	maxHintScan = 1024
)

// expectingValue is the Reason of a SyntaxError where a value should begin.
const expectingValue = "Expecting value"

// A SyntaxError says where and why a text is not JSON. Its message has the form
// that Python's json module made familiar:
//
//	Expecting value: line 1 column 1 (char 0)
type SyntaxError struct {
	Offset int64  // code points of the text before the fault
	Line   int    // line of the fault, from 1
	Column int    // code point of the fault in its line, from 1
	Reason string // what is wrong, in one phrase
	Hint   string // what the client may have meant; mostly empty
}

// Error returns the reason, the position and, if there is one, the hint.
func (e *SyntaxError) Error() string {
	message := fmt.Sprintf("%s: line %d column %d (char %d)", e.Reason, e.Line, e.Column, e.Offset)
	if e.Hint != "" {
		message += "; " + e.Hint
	}
	return message
}

// DecodeJSON returns the one JSON value that data holds: nil, a bool, a string,
// a json.Number with the digits as they stand in data, a []any or a
// map[string]any.
//
// It is strict, as RFC 7493 asks. Data after the value, NaN and Infinity,
// invalid UTF-8, an unpaired surrogate, a name given twice in an object, more
// than 1000 levels of nesting and an exponent of more than three digits are each
// refused with a *SyntaxError. If data looks like a form, the error's Hint says
// how to send it.
func DecodeJSON(data []byte) (any, error) {
	value, fault := parseJSON(data)
	if fault == nil {
		return value, nil
	}
	if fault.Reason == expectingValue {
		fault.Hint = formHint(data)
	}
	return nil, fault
}

// parseJSON is DecodeJSON for a text that is no body, so without a Hint.
func parseJSON(data []byte) (any, *SyntaxError) {
	r := jsonReader{data: data, input: *bytes.NewBuffer(data)}
	// The reader meets every name again when it fills the object's map, so the
	// decoder need not remember the names too.
	r.tokens.Reset(&r.input, jsontext.AllowDuplicateNames(true))
	value, fault := r.value()
	if fault != nil {
		return nil, fault
	}
	if end := r.skipSpace(r.read()); end < len(data) {
		return nil, r.fault(end, "Extra data")
	}
	return value, nil
}

// A jsonReader turns the tokens of data into values. It holds its input and its
// decoder by value so that all three are one allocation.
type jsonReader struct {
	data   []byte
	input  bytes.Buffer
	tokens jsontext.Decoder
}

// value reads the next value.
func (r *jsonReader) value() (any, *SyntaxError) {
	token, err := r.tokens.ReadToken()
	if err != nil {
		return nil, r.diagnose(err)
	}
	switch token.Kind() {
	case jsontext.KindBeginObject:
		return r.object()
	case jsontext.KindBeginArray:
		return r.array()
	case jsontext.KindString:
		return token.String(), nil
	case jsontext.KindNumber:
		return r.number(token.String())
	case jsontext.KindTrue, jsontext.KindFalse:
		return token.Bool(), nil
	default: // null: the decoder lets no other token stand where a value should
		return nil, nil
	}
}

// number checks a number that was just read.
func (r *jsonReader) number(text string) (any, *SyntaxError) {
	if hasHugeExponent(text) {
		return nil, r.fault(r.read()-len(text), "Number out of range")
	}
	return json.Number(text), nil
}

// array reads the items after an opening bracket, and the closing one.
func (r *jsonReader) array() (any, *SyntaxError) {
	if fault := r.checkDepth(); fault != nil {
		return nil, fault
	}
	array := []any{}
	for r.tokens.PeekKind() != jsontext.KindEndArray {
		item, fault := r.value()
		if fault != nil {
			return nil, fault
		}
		array = append(array, item)
	}
	return array, r.end()
}

// object reads the members after an opening brace, and the closing one.
func (r *jsonReader) object() (any, *SyntaxError) {
	if fault := r.checkDepth(); fault != nil {
		return nil, fault
	}
	object := map[string]any{}
	for r.tokens.PeekKind() != jsontext.KindEndObject {
		before := r.read()
		token, err := r.tokens.ReadToken()
		if err != nil {
			return nil, r.diagnose(err)
		}
		name := token.String()
		if _, given := object[name]; given {
			return nil, r.fault(before+bytes.IndexByte(r.data[before:], '"'), "Duplicate name "+quoteClipped(name))
		}
		value, fault := r.value()
		if fault != nil {
			return nil, fault
		}
		object[name] = value
	}
	return object, r.end()
}

// end reads the closing bracket or brace that was peeked at.
func (r *jsonReader) end() *SyntaxError {
	if _, err := r.tokens.ReadToken(); err != nil {
		return r.diagnose(err)
	}
	return nil
}

// checkDepth refuses the bracket or brace just read if it opens one level too many.
func (r *jsonReader) checkDepth() *SyntaxError {
	if r.tokens.StackDepth() > maxJSONDepth {
		return r.fault(r.read()-1, "Nested too deeply")
	}
	return nil
}

// diagnose says what is wrong with the token that could not be read. The words
// of the decoder's errors may change, so it is the text after the last good
// token that decides; of err only the place inside a string is used.
func (r *jsonReader) diagnose(err error) *SyntaxError {
	at := r.skipSpace(r.read())
	container, length := r.tokens.StackIndex(r.tokens.StackDepth())
	inObject := container == jsontext.KindBeginObject
	switch {
	case inObject && length%2 == 1: // names count too, so this follows a name
		if r.byteAt(at) != ':' {
			return r.fault(at, "Expecting ':' delimiter")
		}
		return r.diagnoseValue(r.skipSpace(at+1), err)
	case container != jsontext.KindInvalid && length > 0:
		if r.byteAt(at) != ',' {
			return r.fault(at, "Expecting ',' delimiter")
		}
		next := r.skipSpace(at + 1)
		switch {
		case inObject && r.byteAt(next) == '}':
			return r.fault(at, "Illegal trailing comma before end of object")
		case !inObject && r.byteAt(next) == ']':
			return r.fault(at, "Illegal trailing comma before end of array")
		}
		at = next
	}
	if inObject && r.byteAt(at) != '"' {
		return r.fault(at, "Expecting property name enclosed in double quotes")
	}
	return r.diagnoseValue(at, err)
}

// diagnoseValue says why no value begins at a place where one should.
func (r *jsonReader) diagnoseValue(at int, err error) *SyntaxError {
	rest := r.data[at:]
	for _, word := range [...]string{"NaN", "Infinity", "-Infinity"} {
		if bytes.HasPrefix(rest, []byte(word)) {
			return r.fault(at, word+" is not JSON")
		}
	}
	switch c := r.byteAt(at); {
	case c == '"':
		return r.diagnoseString(at, err)
	case c == '-' || isDigit(c):
		return r.fault(at, "Invalid number")
	case bytes.HasPrefix(rest, []byte("\ufeff")):
		return r.fault(at, "Unexpected byte order mark")
	case isBrokenRune(rest):
		return r.fault(at, "Invalid UTF-8")
	default:
		return r.fault(at, expectingValue)
	}
}

// diagnoseString says what is wrong inside the string that starts at start.
func (r *jsonReader) diagnoseString(start int, err error) *SyntaxError {
	syntactic, ok := errors.AsType[*jsontext.SyntacticError](err)
	if !ok || errors.Is(err, io.ErrUnexpectedEOF) {
		return r.fault(start, "Unterminated string starting at")
	}
	at := int(syntactic.ByteOffset)
	switch c := r.byteAt(at); {
	case c < ' ':
		return r.fault(at, "Invalid control character at")
	case c != '\\':
		return r.fault(at, "Invalid UTF-8")
	case r.byteAt(at+1) != 'u':
		return r.fault(at, `Invalid \escape`)
	}
	for i := at + 2; i < at+6; i++ {
		if !isHexDigit(r.byteAt(i)) {
			return r.fault(at, `Invalid \uXXXX escape`)
		}
	}
	return r.fault(at, "Unpaired surrogate")
}

// fault is a SyntaxError at a byte of the data.
func (r *jsonReader) fault(at int, reason string) *SyntaxError {
	before := r.data[:at]
	lineStart := bytes.LastIndexByte(before, '\n') + 1
	return &SyntaxError{
		Offset: int64(utf8.RuneCount(before)),
		Line:   bytes.Count(before, []byte{'\n'}) + 1,
		Column: utf8.RuneCount(before[lineStart:]) + 1,
		Reason: reason,
	}
}

// read is the number of bytes up to the end of the last token read.
func (r *jsonReader) read() int { return int(r.tokens.InputOffset()) }

// byteAt is a byte of the data, or 0 behind its end.
func (r *jsonReader) byteAt(i int) byte {
	if i >= len(r.data) {
		return 0
	}
	return r.data[i]
}

// skipSpace is the place of the first byte from i on that is not white space.
func (r *jsonReader) skipSpace(i int) int {
	for i < len(r.data) && strings.IndexByte(" \t\r\n", r.data[i]) >= 0 {
		i++
	}
	return i
}

// formHint says how to send data if it reads name=value, or is empty.
func formHint(data []byte) string {
	start := data[:min(len(data), maxHintScan)]
	pair, _, _ := strings.Cut(string(bytes.TrimSpace(start)), "&")
	rawName, rawValue, ok := strings.Cut(pair, "=")
	if !ok || rawName == "" || rawName[0] == '[' || strings.ContainsFunc(pair, isNoFormRune) {
		return ""
	}
	name, errName := url.QueryUnescape(rawName)
	value, errValue := url.QueryUnescape(rawValue)
	if errName != nil || errValue != nil || !utf8.ValidString(name) || !utf8.ValidString(value) {
		return ""
	}
	return "the body looks like a form, send it as application/x-www-form-urlencoded or as {" +
		quoteClipped(name) + ": " + quoteClipped(value) + "}"
}

// isNoFormRune reports whether a form would not hold r as it is.
func isNoFormRune(r rune) bool {
	return r <= ' ' || r > '~' || strings.ContainsRune("\"<>\\^`{|}", r)
}

// quoteClipped is s as a JSON string, for an error to quote: not more than the
// beginning of a long one.
func quoteClipped(s string) string { return string(AppendJSONString(nil, clip(s, maxQuoted))) }

// clip cuts s behind so many code points and marks the cut with an ellipsis.
func clip(s string, count int) string {
	for i := range s {
		if count == 0 {
			return s[:i] + "…"
		}
		count--
	}
	return s
}

// isJSONNumber reports whether text is a number as RFC 8259, section 6, has it.
func isJSONNumber(text string) bool {
	whole, rest := cutDigits(strings.TrimPrefix(text, "-"))
	if whole == "" || len(whole) > 1 && whole[0] == '0' {
		return false
	}
	if fraction, ok := strings.CutPrefix(rest, "."); ok {
		var digits string
		if digits, rest = cutDigits(fraction); digits == "" {
			return false
		}
	}
	if rest == "" {
		return true
	}
	if rest[0] != 'e' && rest[0] != 'E' {
		return false
	}
	exponent := rest[1:]
	if exponent != "" && (exponent[0] == '+' || exponent[0] == '-') {
		exponent = exponent[1:]
	}
	digits, rest := cutDigits(exponent)
	return digits != "" && rest == ""
}

// hasHugeExponent reports whether the exponent of a JSON number has more digits
// than maxExponentDigits.
func hasHugeExponent(number string) bool {
	i := strings.IndexAny(number, "eE")
	return i >= 0 && len(strings.TrimLeft(number[i+1:], "+-0")) > maxExponentDigits
}

// cutDigits splits text behind the decimal digits it starts with.
func cutDigits(text string) (digits, rest string) {
	i := 0
	for i < len(text) && isDigit(text[i]) {
		i++
	}
	return text[:i], text[i:]
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

func isHexDigit(c byte) bool {
	return isDigit(c) || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
}

// isBrokenRune reports whether data starts with what is not UTF-8.
func isBrokenRune(data []byte) bool {
	r, size := utf8.DecodeRune(data)
	return r == utf8.RuneError && size == 1
}
