package contract

// TextMember is one member of a JSON object as it stands in its text.
type TextMember struct {
	Name  []byte
	Value []byte // its JSON text
}

// AppendMembers appends to dst the members of a JSON object. Like Schema.Accepts, it
// takes only what is surely strict JSON, and plainly written: ok is false for any other
// text, and dst is then of no use.
func AppendMembers(dst []TextMember, object []byte) (members []TextMember, ok bool) {
	w := textWalk{text: object, left: maxWalkSteps + len(object)}
	at := w.skipSpace(0)
	if at == len(object) || object[at] != '{' {
		return dst, false
	}
	for at, ok = w.first(at, '}'); !ok; {
		name, value, isName := w.name(at)
		if !isName || !w.enter(name, 0) {
			return dst, false
		}
		if at, ok = w.value(openValue, value, 0); !ok {
			return dst, false
		}
		dst = append(dst, TextMember{object[name.from:name.to], object[value:at]})
		if at, ok = w.next(at, '}'); at == 0 {
			return dst, false
		}
	}
	return dst, w.skipSpace(at) == len(object)
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
