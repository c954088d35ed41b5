package contract

import "strings"

// A path may escape what it need not, and means the same (RFC 3986, section
// 6.2.2.2). What follows reads such a text without memory of its own.

// prefixLen is how much of an escaped text reads prefix; ok is false when it does
// not begin so.
func prefixLen(escaped, prefix string) (length int, ok bool) {
	if strings.HasPrefix(escaped, prefix) {
		return len(prefix), true
	}
	for i := range len(prefix) {
		c, size := unescapeByte(escaped[length:])
		if size == 0 || c != prefix[i] {
			return 0, false
		}
		length += size
	}
	return length, true
}

// appendUnescaped appends what an escaped text means to dst.
func appendUnescaped(dst []byte, escaped string) []byte {
	for escaped != "" {
		c, size := unescapeByte(escaped)
		dst = append(dst, c)
		escaped = escaped[size:]
	}
	return dst
}

// unescapeByte is the first byte that an escaped text means, and how much of the
// text says so: nothing at its end.
func unescapeByte(escaped string) (c byte, size int) {
	switch {
	case escaped == "":
		return 0, 0
	case len(escaped) < 3 || escaped[0] != '%' || !isHexDigit(escaped[1]) || !isHexDigit(escaped[2]):
		return escaped[0], 1
	}
	return hexValue(escaped[1])<<4 | hexValue(escaped[2]), 3
}

// hexValue is the number that a hexadecimal digit stands for.
func hexValue(digit byte) byte {
	if isDigit(digit) {
		return digit - '0'
	}
	return digit&^0x20 - 'A' + 10 // a lower-case letter is its capital with one bit more
}
