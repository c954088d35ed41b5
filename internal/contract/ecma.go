package contract

import (
	"regexp"
	"strings"
	"sync"
	"time"

	"github.com/dlclark/regexp2"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

// patternTime is how long one text is held against one pattern, for those patterns
// that may take any time.
const patternTime = 100 * time.Millisecond

// patterns reads patterns as ECMA-262 means them, which is what JSON Schema asks
// for. Where Go's own regular expressions can say the same they are used, since
// they take linear time.
type patterns struct{ known sync.Map } // by their source, those of the document

// compile reads a pattern of the document.
func (p *patterns) compile(source string) (jsonschema.Regexp, error) {
	if known, ok := p.known.Load(source); ok {
		return known.(jsonschema.Regexp), nil
	}
	compiled, err := compilePattern(source)
	if err == nil {
		p.known.Store(source, compiled)
	}
	return compiled, err
}

// engine reads patterns for the schema engine, which also asks for those that a
// request holds (jsonschema.RegexpEngine).
func (p *patterns) engine(source string) (jsonschema.Regexp, error) {
	if known, ok := p.known.Load(source); ok {
		return known.(jsonschema.Regexp), nil
	}
	return compilePattern(source)
}

func compilePattern(source string) (jsonschema.Regexp, error) {
	if translated, ok := toRE2(source); ok {
		if compiled, err := regexp.Compile(translated); err == nil {
			return linearPattern{compiled, source}, nil
		}
	}
	compiled, err := regexp2.Compile(source, regexp2.ECMAScript|regexp2.Unicode)
	if err != nil {
		return nil, err
	}
	compiled.MatchTimeout = patternTime
	return backtrackingPattern{compiled}, nil
}

// linearPattern is a pattern that Go's regular expressions can say.
type linearPattern struct {
	*regexp.Regexp
	source string
}

// String is the pattern as the document has it.
func (p linearPattern) String() string { return p.source }

// backtrackingPattern is any other.
type backtrackingPattern struct{ *regexp2.Regexp }

// MatchString reports whether a text matches. One that cannot be judged in time
// does: it is not known to break the pattern.
func (p backtrackingPattern) MatchString(text string) bool {
	matches, err := p.Regexp.MatchString(text)
	return matches || err != nil
}

const (
	ecmaSpaces = `\t\n\v\f\r \x{a0}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000}\x{feff}`
	ecmaBreaks = `\n\r\x{2028}\x{2029}`
)

// toRE2 writes a pattern of ECMA-262 in the syntax of Go; ok is false when Go may
// have no words for it, or other ones.
func toRE2(source string) (translated string, ok bool) {
	var out strings.Builder
	for rest := source; rest != ""; {
		size := 1
		switch {
		case rest[0] == '\\':
			size = escapeSize(rest)
			text, ok := escapeToRE2(rest[:size], false)
			if !ok {
				return "", false
			}
			out.WriteString(text)
		case rest[0] == '[':
			text, length, ok := classToRE2(rest)
			if !ok {
				return "", false
			}
			size = length
			out.WriteString(text)
		case rest[0] == '.':
			out.WriteString(`[^` + ecmaBreaks + `]`)
		case strings.HasPrefix(rest, "(?") && !strings.HasPrefix(rest, "(?:"):
			return "", false // looks around, or has a name
		default:
			out.WriteByte(rest[0])
		}
		rest = rest[size:]
	}
	return out.String(), true
}

// classToRE2 writes the class of characters that a pattern begins with.
func classToRE2(source string) (translated string, size int, ok bool) {
	var out strings.Builder
	out.WriteByte('[')
	size = 1
	if strings.HasPrefix(source[size:], "^") {
		out.WriteByte('^')
		size++
	}
	if strings.HasPrefix(source[size:], "]") {
		return "", 0, false // nothing or anything, which Go has no class for
	}
	for size < len(source) && source[size] != ']' {
		length := 1
		switch source[size] {
		case '\\':
			length = escapeSize(source[size:])
			text, ok := escapeToRE2(source[size:size+length], true)
			if !ok {
				return "", 0, false
			}
			out.WriteString(text)
		case '[':
			out.WriteString(`\[`) // [: would begin a class of POSIX
		default:
			out.WriteByte(source[size])
		}
		size += length
	}
	out.WriteByte(']')
	return out.String(), size + 1, size < len(source)
}

// escapeSize is the length of the escape that a pattern begins with.
func escapeSize(source string) int {
	size := 2
	switch {
	case strings.HasPrefix(source, `\u{`), strings.HasPrefix(source, `\p{`), strings.HasPrefix(source, `\P{`):
		size = strings.IndexByte(source, '}') + 1
	case strings.HasPrefix(source, `\u`):
		size = 6
	case strings.HasPrefix(source, `\x`):
		size = 4
	}
	return min(max(size, 2), len(source))
}

// escapeToRE2 writes an escape, which may stand in a class.
func escapeToRE2(escape string, inClass bool) (translated string, ok bool) {
	if len(escape) < 2 {
		return "", false
	}
	switch c := escape[1]; c {
	case 's':
		if inClass {
			return ecmaSpaces, true
		}
		return "[" + ecmaSpaces + "]", true
	case 'S':
		return "[^" + ecmaSpaces + "]", !inClass
	case 'd', 'D', 'w', 'W', 't', 'n', 'v', 'f', 'r':
		return escape, true
	case 'b', 'B', 'A', 'z': // the last two are not of ECMA-262, and can only mean one thing
		return escape, !inClass
	case 'p', 'P', 'x':
		return escape, len(escape) > 2
	case 'u':
		digits := strings.Trim(escape[2:], "{}")
		return `\x{` + digits + `}`, len(digits) > 0 && !isSurrogate(digits)
	default:
		isPunctuation := c < 0x80 && !isDigit(c) && !isLetter(c) && c != '_'
		return escape, isPunctuation
	}
}

// isSurrogate reports whether four hexadecimal digits are half of a pair.
func isSurrogate(digits string) bool {
	return len(digits) == 4 && (digits[0]|0x20) == 'd' && digits[1] >= '8'
}

func isLetter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }
