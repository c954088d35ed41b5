package contract

import (
	"fmt"
	"strings"
)

// YAML writes JSON as YAML, which refuses some characters that JSON lets stand in texts.
func YAML(json []byte) string {
	var b strings.Builder
	for _, r := range string(json) {
		if r == '\u007f' || r >= '\u0080' && r < '\u00a0' || r == '\ufeff' || r == '\ufffe' || r == '\uffff' {
			fmt.Fprintf(&b, `\u%04x`, r)
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}
