package mockserver

import (
	"fmt"
	"net/http"
	"strings"

	"understudy/internal/contract"
)

// sendCannedText answers in a content type that is not JSON: with an example, or
// else with a text that is made up.
func (s *Server) sendCannedText(e *exchange, status int, response *contract.Response) error {
	for _, media := range response.Content {
		if example, ok := media.Example(""); ok {
			e.header("Content-Type", concreteText(media.Type))
			e.send(status, []byte(fmt.Sprint(example.Value)))
			return nil
		}
	}
	if len(response.Content) == 0 || status == http.StatusNoContent || status == http.StatusNotModified {
		e.send(status, nil)
		return nil
	}
	media := response.Content[0]
	e.header("Content-Type", concreteText(media.Type))
	e.send(status, s.cannedText(e, status, media))
	return nil
}

// concreteText is a media type that may stand in Content-Type.
func concreteText(mediaType string) string {
	switch kind, subtype, _ := strings.Cut(mediaType, "/"); {
	case subtype != "*":
		return mediaType
	case kind == "image":
		return "image/png"
	case kind == "*":
		return "application/octet-stream"
	default:
		return kind + "/plain"
	}
}

// cannedText is what an error says, or a text that is made up for a schema; nothing
// where the document has none, or one for values that are no text.
func (s *Server) cannedText(e *exchange, status int, media *contract.Media) []byte {
	if isError(status) {
		reason := s.preferredFailure(e, status).reason
		if media.Schema == nil || len(media.Schema.Check(reason)) == 0 {
			return []byte(reason)
		}
	}
	if media.Schema == nil {
		return nil
	}
	value, err := s.generator.Value(media.Schema.Compiled(), e.r.Method+" "+e.r.URL.RequestURI())
	if err != nil {
		return nil
	}
	return []byte(written(value))
}

// written is a text, a number or a flag as it is written; nothing else is.
func written(value any) string {
	switch value.(type) {
	case map[string]any, []any, nil:
		return ""
	}
	return headerText(value)
}
