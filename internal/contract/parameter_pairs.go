package contract

import (
	"fmt"
	"net/url"
	"strings"
	"unicode/utf8"
)

const (
	// maxFormFields is how many names and values a query or a form may hold.
	maxFormFields = 1000
	// maxFieldDepth is how deep the brackets in a name may nest.
	maxFieldDepth = 100
)

// A textPair is a name and the text given for it.
type textPair struct {
	name string
	raw  string // as it stands in the request, since delimiters are split before decoding
}

// A rawQuery is the pairs of a query in their order. The names are decoded, the
// values are not, but they are known to decode.
type rawQuery []textPair

// parseRawQuery splits the query of a URL, without its question mark. It refuses
// what is not percent-encoded UTF-8, and more than 1000 pairs.
func parseRawQuery(query string) (rawQuery, error) {
	return parsePairs(query, "&", url.QueryUnescape)
}

// parsePairs splits name=value pairs as parseRawQuery does. A pair without "="
// has an empty value, and an empty pair is skipped.
func parsePairs(text, separator string, unescape func(string) (string, error)) ([]textPair, error) {
	if text == "" {
		return nil, nil
	}
	count := strings.Count(text, separator) + 1
	pairs := make([]textPair, 0, min(count, maxFormFields))
	for pair := range strings.SplitSeq(text, separator) {
		if pair == "" {
			continue
		}
		if len(pairs) == maxFormFields {
			return nil, fmt.Errorf("more than %d name=value pairs", maxFormFields)
		}
		rawName, raw, _ := strings.Cut(pair, "=")
		name, err := decodeText(rawName, rawName, unescape)
		if err != nil {
			return nil, err
		}
		if _, err := decodeText(name, raw, unescape); err != nil {
			return nil, err
		}
		pairs = append(pairs, textPair{name, raw})
	}
	return pairs, nil
}

// parseCookies splits the values of Cookie header fields into pairs. It refuses
// nothing: what other cookies hold is not the document's business.
func parseCookies(header []string) []textPair {
	var pairs []textPair
	for _, line := range header {
		for pair := range strings.SplitSeq(line, ";") {
			name, raw, ok := strings.Cut(trimBlanks(pair), "=")
			if !ok {
				continue
			}
			if len(raw) >= 2 && raw[0] == '"' && raw[len(raw)-1] == '"' {
				raw = raw[1 : len(raw)-1]
			}
			pairs = append(pairs, textPair{name, raw})
		}
	}
	return pairs
}

// decodeText decodes the text of one value. Its errors call the value name.
func decodeText(name, raw string, unescape func(string) (string, error)) (string, error) {
	text, err := unescape(raw)
	if err != nil {
		return "", fmt.Errorf("%s has an %w", quoteClipped(name), err)
	}
	if !utf8.ValidString(text) {
		return "", fmt.Errorf("%s is not valid UTF-8", quoteClipped(name))
	}
	return text, nil
}
