package conformance

import (
	"bytes"
	"maps"
	"mime/multipart"
	"net/textproto"
	"net/url"
	"slices"
	"strings"

	"understudy/internal/contract"
)

// boundary stands between the parts of the forms that a run sends: the same each time,
// so that a run can be repeated, and in none of the values that it makes up.
const boundary = "understudy-5d41402abc4b2a76b9719d911017c592"

// payload is the body as it is sent, with its content type.
func (c *call) payload() (body []byte, mediaType string) {
	object, _ := c.body.(map[string]any)
	switch c.media {
	case urlEncoded:
		form := url.Values{}
		for name, value := range object {
			for _, item := range each(value) {
				form.Add(name, scalar(item))
			}
		}
		return []byte(form.Encode()), c.media
	case multipartType:
		return c.parts(object)
	}
	return jsonRequest("", "", nobody, c.body).body, c.media
}

// each are the values that a form gives under one name.
func each(value any) []any {
	if items, isArray := value.([]any); isArray {
		return items
	}
	return []any{value}
}

// parts is an object as multipart/form-data (RFC 7578): files as files, objects as
// JSON, and all else as text.
func (c *call) parts(object map[string]any) (body []byte, mediaType string) {
	var content bytes.Buffer
	form := multipart.NewWriter(&content)
	_ = form.SetBoundary(boundary) // which is one
	for _, name := range slices.Sorted(maps.Keys(object)) {
		for _, item := range each(object[name]) {
			header := textproto.MIMEHeader{}
			disposition, text := `form-data; name="`+quoteEscaper.Replace(name)+`"`, scalar(item)
			switch _, isObject := item.(map[string]any); {
			case isObject:
				header.Set("Content-Type", jsonType)
				text = string(jsonRequest("", "", nobody, item).body)
			case c.isFile(name):
				disposition += `; filename="understudy"`
				header.Set("Content-Type", "application/octet-stream")
			}
			header.Set("Content-Disposition", disposition)
			if part, err := form.CreatePart(header); err == nil { // a buffer takes all
				_, _ = part.Write([]byte(text))
			}
		}
	}
	_ = form.Close()
	return content.Bytes(), form.FormDataContentType()
}

// isFile reports whether a member of a form holds the content of a file, or several.
func (c *call) isFile(name string) bool {
	for _, media := range c.op.Body.Content {
		if media.Type != c.media || media.Schema == nil {
			continue
		}
		for _, member := range contract.Members(media.Schema.Node()) {
			n := member.Node
			if items := contract.Keyword(n, "items"); items.Exists() {
				n = items
			}
			if member.Name == name {
				return contract.Keyword(n, "format").Text() == "binary" || contract.Keyword(n, "contentMediaType").Exists() && !contract.Keyword(n, "contentEncoding").Exists()
			}
		}
	}
	return false
}

// quoteEscaper writes a name inside quotes, as browsers do (RFC 7578, section 2).
var quoteEscaper = strings.NewReplacer("\\", "\\\\", `"`, "%22", "\r", "%0D", "\n", "%0A")
