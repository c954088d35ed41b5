package contract

import (
	"net/url"
	"slices"
	"strings"
)

var (
	tokenEscaper   = strings.NewReplacer("~", "~0", "/", "~1")
	tokenUnescaper = strings.NewReplacer("~1", "/", "~0", "~")
)

// trail is how a value is reached from the whole of its file. Its pointer is written
// for those who read it, which are few.
type trail struct {
	around *trail
	token  string
}

// pointer is the trail as a JSON pointer (RFC 6901).
func (t *trail) pointer() string {
	var tokens []string
	for ; t != nil; t = t.around {
		tokens = append(tokens, t.token)
	}
	slices.Reverse(tokens)
	return pointerTo(tokens)
}

// pointerTo is the JSON pointer of these tokens.
func pointerTo(tokens []string) string {
	var pointer strings.Builder
	for _, token := range tokens {
		pointer.WriteByte('/')
		pointer.WriteString(tokenEscaper.Replace(token))
	}
	return pointer.String()
}

// unescapeToken turns a reference token into the name that it stands for.
func unescapeToken(token string) string {
	if !strings.Contains(token, "~") {
		return token // as nearly all are, without a copy
	}
	return tokenUnescaper.Replace(token)
}

// unescapeFragment undoes the percent-encoding of a URI fragment.
func unescapeFragment(fragment string) string {
	if decoded, err := url.PathUnescape(fragment); err == nil {
		return decoded
	}
	return fragment
}
