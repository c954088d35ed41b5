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
			addField(form, name, value)
		}
		return []byte(form.Encode()), c.media
	case multipartType:
		return c.parts(object)
	}
	return jsonRequest("", "", nobody, c.body).body, c.media
}

// addField adds what a form says of a value: its members in brackets behind the name, and
// the items of a list each under it.
func addField(form url.Values, name string, value any) {
	if object, isObject := value.(map[string]any); isObject {
		for member, inner := range object {
			addField(form, name+"["+member+"]", inner)
		}
		return
	}
	if _, isList := value.([]any); isList && strings.Contains(name, "[") {
		name += "[]"
	}
	for _, item := range each(value) {
		form.Add(name, scalar(item))
	}
}

// sayable is a value without what a form cannot say: nothing, and what is empty.
func sayable(value any) any {
	switch value := value.(type) {
	case map[string]any:
		said := map[string]any{}
		for name, inner := range value {
			if inner = sayable(inner); !isEmpty(inner) {
				said[name] = inner
			}
		}
		return said
	case []any:
		return slices.DeleteFunc(slices.Clone(value), func(item any) bool { return item == nil })
	}
	return value
}

func isEmpty(value any) bool {
	switch value := value.(type) {
	case nil:
		return true
	case map[string]any:
		return len(value) == 0
	case []any:
		return len(value) == 0
	}
	return false
}

// asForm is a request whose item, which is JSON, is sent as a form.
func asForm(op *contract.Operation, media *contract.Media, r request) request {
	object := (&answer{body: r.body}).object()
	var mediaType string
	r.body, mediaType = (&call{op: op, media: media.Type, body: object}).payload()
	r.header = r.header.Clone()
	r.header.Set("Content-Type", mediaType)
	r.item = false
	return r
}

// unsayable says why a form cannot carry the item of a request, "" when it can.
func (e *env) unsayable(r request) string {
	op := e.operationOf(r)
	if !r.item || jsonMedia(op) != nil || e.itemMedia(op) == nil {
		return ""
	}
	sent := (&answer{body: r.body}).value()
	form := asForm(op, e.itemMedia(op), r)
	if said, err := op.CheckBody(form.header.Get("Content-Type"), form.body, false); err != nil || !equal(said, sent) {
		return op.Method + " " + op.Path + " takes a form, which cannot say this"
	}
	return ""
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
