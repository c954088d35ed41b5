package contract

import (
	"net/url"
	"strings"
)

var (
	tokenEscaper   = strings.NewReplacer("~", "~0", "/", "~1")
	tokenUnescaper = strings.NewReplacer("~1", "/", "~0", "~")
)

// join appends one reference token to a JSON pointer (RFC 6901).
func join(pointer, token string) string { return pointer + "/" + tokenEscaper.Replace(token) }

// pointerTo is the JSON pointer of these tokens.
func pointerTo(tokens []string) string {
	pointer := ""
	for _, token := range tokens {
		pointer = join(pointer, token)
	}
	return pointer
}

// unescapeToken turns a reference token into the name that it stands for.
func unescapeToken(token string) string { return tokenUnescaper.Replace(token) }

// unescapeFragment undoes the percent-encoding of a URI fragment.
func unescapeFragment(fragment string) string {
	if decoded, err := url.PathUnescape(fragment); err == nil {
		return decoded
	}
	return fragment
}
