package proxy

import (
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// patterns find the values of secrets by their names where no parser looks: in links
// that stand in headers and bodies, in the parts of a form, in XML.
type patterns struct{ link, part, element *regexp.Regexp }

func newPatterns(queries, named map[string]bool) patterns {
	one, other := anyOf(queries), anyOf(named)
	return patterns{
		link:    regexp.MustCompile(`(?i)([?&#;](?:` + one + `)=)[^&#;\s"'<>\\,]+`),
		part:    regexp.MustCompile(`(?is)(\bname="?(?:` + other + `)"?(?:;[^\r\n]*)?(?:\r?\n[^\r\n]+)*\r?\n\r?\n).*?(\r?\n--|$)`),
		element: regexp.MustCompile(`(?is)(<(?:[\w.-]+:)?(?:` + other + `)(?:\s[^>]*)?>)[^<]+`),
	}
}

// anyOf matches each of some names.
func anyOf(names map[string]bool) string {
	var quoted []string
	for _, name := range slices.Sorted(maps.Keys(names)) {
		quoted = append(quoted, regexp.QuoteMeta(name))
	}
	return strings.Join(quoted, "|")
}

// links hides the parameters of links in a text.
func (p patterns) links(text string) string {
	return p.link.ReplaceAllString(text, "${1}"+url.QueryEscape(hidden))
}

// parts hides the fields of a form whose parts are text; it may be cut.
func (p patterns) parts(text string) string {
	return p.part.ReplaceAllString(text, "${1}"+hidden+"${2}")
}

// elements hides the texts of the elements of an XML document.
func (p patterns) elements(text string) string {
	return p.element.ReplaceAllString(text, "${1}"+hidden)
}
