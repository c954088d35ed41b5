package drift

import (
	"regexp"
	"sync"
)

// lazily is a regular expression that is compiled when it is first asked for: each
// start of the command would wait for it otherwise, whatever the command is.
func lazily(source string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(source) })
}
