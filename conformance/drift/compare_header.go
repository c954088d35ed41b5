package drift

import (
	"mime"
	"net/http"
	"slices"
	"strings"

	"understudy/conformance"
)

// compareHeaders compares the headers that tell a client something.
func (c *comparison) compareHeaders(p pair) {
	for _, name := range []string{"Content-Type", "Location", "Allow", "WWW-Authenticate", "Retry-After", "Cache-Control", "ETag", "Link"} {
		here, there := c.here.header(p.here, name), c.there.header(p.there, name)
		if here == there || name == "Content-Type" && (len(p.here.Body) == 0 || len(p.there.Body) == 0) || name == "Link" && (p.there.Collection == nil || !c.isSmall(p)) {
			continue
		}
		c.found(p, Finding{Kind: Header, Where: name, Here: orAbsent(here), There: orAbsent(there), field: name, value: there})
	}
}

func orAbsent(text string) string {
	if text == "" {
		return "absent"
	}
	return text
}

// header is what a header says, as far as two servers may say the same.
func (s *side) header(step *conformance.Step, name string) string {
	values := step.Header.Values(name)
	if len(values) == 0 {
		return ""
	}
	whole := strings.Join(values, ", ")
	switch name {
	case "Content-Type":
		return mediaType(whole)
	case "Location":
		return s.text(whole)
	case "Allow":
		return methods(whole)
	case "WWW-Authenticate":
		return schemes(values)
	case "Retry-After", "ETag":
		return "present"
	case "Link":
		return relations(whole)
	}
	return strings.ToLower(whole)
}

// mediaType is a content type without the charset that goes without saying.
func mediaType(text string) string {
	media, params, err := mime.ParseMediaType(text)
	if err != nil {
		return text
	}
	if charset := params["charset"]; charset != "" && !strings.EqualFold(charset, "utf-8") {
		media += "; charset=" + strings.ToLower(charset)
	}
	return media
}

// methods are the methods of an Allow, but for those that every path has.
func methods(text string) string {
	var named []string
	for method := range strings.SplitSeq(text, ",") {
		method = strings.ToUpper(strings.TrimSpace(method))
		if method != "" && method != http.MethodHead && method != http.MethodOptions {
			named = append(named, method)
		}
	}
	slices.Sort(named)
	return strings.Join(slices.Compact(named), ", ")
}

// schemes are the authentication schemes of challenges.
func schemes(challenges []string) string {
	var named []string
	for _, challenge := range challenges {
		scheme, _, _ := strings.Cut(strings.TrimSpace(challenge), " ")
		named = append(named, scheme)
	}
	slices.Sort(named)
	return strings.Join(slices.Compact(named), ", ")
}

// relations are the relations of a Link.
func relations(text string) string {
	var named []string
	for _, part := range strings.Split(text, "rel=")[1:] {
		relation := strings.FieldsFunc(part, func(r rune) bool { return strings.ContainsRune(`"',; `, r) })
		if len(relation) > 0 {
			named = append(named, relation[0])
		}
	}
	slices.Sort(named)
	return strings.Join(slices.Compact(named), ", ")
}
