package subject

import (
	"mime"
	"net/http"
	"strconv"
	"strings"
)

// negotiate refuses a request that accepts no JSON.
func (s *server) negotiate(r *http.Request) error {
	accepted := r.Header.Values("Accept")
	if err := s.misnegotiated(accepted); err != nil {
		return err
	}
	if s.IgnoreAccept || len(accepted) == 0 || acceptsJSON(accepted) {
		return nil
	}
	if s.servesHTML(r) {
		return nil
	}
	return notAcceptable()
}

// acceptsJSON reports whether the most specific range that fits JSON gives it a
// weight above zero.
func acceptsJSON(accepted []string) bool {
	best, weight := 0, 0.0
	for part := range strings.SplitSeq(strings.Join(accepted, ","), ",") {
		mediaRange, params, err := mime.ParseMediaType(part)
		if err != nil {
			continue
		}
		if specific := specificity(mediaRange); specific > best {
			best, weight = specific, quality(params["q"])
		}
	}
	return weight > 0
}

// specificity ranks the media ranges that JSON is in; 0 is for all others.
func specificity(mediaRange string) int {
	switch mediaRange {
	case jsonType:
		return 3
	case "application/*":
		return 2
	case "*/*":
		return 1
	}
	return 0
}

// quality is the weight of a media range, 1 when it has none that can be read.
func quality(q string) float64 {
	weight, err := strconv.ParseFloat(q, 64)
	if err != nil {
		return 1
	}
	return weight
}
