package contract

// TextMember is one member of a JSON object as it stands in its text.
type TextMember struct {
	Name  []byte
	Value []byte // its JSON text
}

// AppendMembers appends to dst the members of a JSON object, which must be strict
// JSON that begins with the brace, such as a text that a Schema accepts.
func AppendMembers(dst []TextMember, object []byte) []TextMember {
	w := textWalk{text: object}
	for at := w.skipSpace(1); w.text[at] != '}'; at = w.skipComma(at) {
		nameEnd := w.stringEnd(at)
		name, _ := plainText(w.text[at:nameEnd])
		start := w.skipSpace(w.skipSpace(nameEnd) + 1) // over the colon
		at = w.valueEnd(start)
		dst = append(dst, TextMember{name, w.text[start:at]})
	}
	return dst
}

// valueEnd is the place behind the value at a place.
func (w *textWalk) valueEnd(at int) int {
	depth := 0
	for {
		switch w.text[at] {
		case '"':
			at = w.stringEnd(at)
		case '{', '[':
			depth++
			at++
		case '}', ']':
			depth--
			at++
		case ',', ':', ' ', '\t', '\r', '\n':
			at++
			continue // inside of an object or an array
		default:
			at = w.wordEnd(at)
		}
		if depth == 0 {
			return at
		}
	}
}

// IsPlainScalar reports whether a JSON text is a scalar that AppendJSON would write
// just so: any but a string with escapes.
func IsPlainScalar(text []byte) bool {
	if text[0] != '"' {
		return text[0] != '{' && text[0] != '['
	}
	for _, c := range text {
		if c == '\\' {
			return false
		}
	}
	return true
}
