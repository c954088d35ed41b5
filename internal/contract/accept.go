package contract

import (
	"mime"
	"strings"
)

// jsonMediaType is the media type of JSON.
const jsonMediaType = "application/json"

// mediaType splits the value of a Content-Type field into the media type and its
// parameters; the type and the parameters' names are in lower case. The errors
// are those of mime.ParseMediaType, which also refuses an empty value.
func mediaType(contentType string) (base string, params map[string]string, err error) {
	if contentType == jsonMediaType {
		return jsonMediaType, nil, nil
	}
	return mime.ParseMediaType(contentType)
}

// acceptable reports whether the Accept fields of a request let one of the media
// types on offer answer it, as RFC 9110, section 12.5.1, says. For each offer the
// most specific range that matches it decides; if that has a weight of zero, the
// offer is excluded. Parameters other than the weight are not compared. Malformed
// ranges are passed over. Without any other range, and when nothing is on offer,
// the answer is yes.
func acceptable(header []string, offers []string) bool {
	if len(offers) == 0 {
		return true
	}
	for _, offer := range offers {
		accepted, isAsked := accepts(header, offer)
		if accepted || !isAsked {
			return true
		}
	}
	return false
}

// accepts reports whether Accept fields accept one media type, and whether they
// hold any range that is not malformed.
func accepts(header []string, offer string) (accepted, isAsked bool) {
	best := noMatch
	for _, list := range header {
		for list != "" {
			var element string
			element, list = cutUnquoted(list, ',')
			accept, ok := parseMediaRange(element)
			if !ok {
				continue
			}
			isAsked = true
			switch match := accept.match(offer); {
			case match > best:
				best, accepted = match, !accept.excludes
			case match == best && match != noMatch:
				accepted = accepted || !accept.excludes
			}
		}
	}
	return accepted, isAsked
}

// A mediaRange is one element of an Accept field.
type mediaRange struct {
	kind, subtype string // either may be "*"
	excludes      bool   // its weight is zero
}

// parseMediaRange reads a range such as "text/*;q=0.5". It takes a weight that
// lacks the zero before the dot, which Java's HTTP client sends.
func parseMediaRange(element string) (r mediaRange, ok bool) {
	name, params := cutUnquoted(element, ';')
	kind, subtype, _ := strings.Cut(trimBlanks(name), "/")
	if !isToken(kind) || !isToken(subtype) || kind == "*" && subtype != "*" {
		return mediaRange{}, false
	}
	r = mediaRange{kind: kind, subtype: subtype}
	for params != "" {
		var param string
		param, params = cutUnquoted(params, ';')
		name, weight, _ := strings.Cut(param, "=")
		if strings.EqualFold(trimBlanks(name), "q") {
			r.excludes, ok = isZeroWeight(trimBlanks(weight))
			return r, ok
		}
	}
	return r, true
}

// A specificity is how closely a range matches a media type.
type specificity int

const (
	noMatch specificity = iota
	anyMatch
	kindMatch
	exactMatch
)

// match compares the range with a media type, whose parameters do not count.
func (r mediaRange) match(offer string) specificity {
	name, _, _ := strings.Cut(offer, ";")
	kind, subtype, _ := strings.Cut(trimBlanks(name), "/")
	switch {
	case r.kind == "*":
		return anyMatch
	case !strings.EqualFold(r.kind, kind):
		return noMatch
	case r.subtype == "*":
		return kindMatch
	case strings.EqualFold(r.subtype, subtype):
		return exactMatch
	default:
		return noMatch
	}
}

// isZeroWeight reports whether a weight is zero, and whether it is one at all.
func isZeroWeight(weight string) (zero, ok bool) {
	whole, fraction, _ := strings.Cut(weight, ".")
	digits := whole + fraction
	return strings.Trim(digits, "0") == "", digits != "" && strings.Trim(digits, "0123456789") == ""
}

// cutUnquoted splits text around the first separator that is not in a quoted
// string.
func cutUnquoted(text string, separator byte) (before, after string) {
	quoted := false
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '"':
			quoted = !quoted
		case c == '\\' && quoted:
			i++ // what follows is escaped
		case c == separator && !quoted:
			return text[:i], text[i+1:]
		}
	}
	return text, ""
}

// trimBlanks removes the optional white space of HTTP around text.
func trimBlanks(text string) string { return strings.Trim(text, " \t") }

// isToken reports whether text is a token of HTTP.
func isToken(text string) bool {
	return text != "" && !strings.ContainsFunc(text, func(r rune) bool {
		return r <= ' ' || r > '~' || strings.ContainsRune(`"(),/:;<=>?@[\]{}`, r)
	})
}
