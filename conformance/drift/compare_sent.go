package drift

import (
	"maps"
	"net/url"

	"understudy/conformance"
	"understudy/internal/contract"
)

// What stands in the place of a value with which a refusal repeats the request, and of
// what the other server has there: whatever types it has, it is one difference.
const (
	theSent = "{what was sent}"
	another = "{another value}"
)

// repeated puts marks in the place of what the target's refusal repeats of a request,
// and of what the stand-in has at the same places.
func repeated(here, there any, sentHere, sentThere map[string]bool) (markedHere, markedThere any) {
	if sentThere[written(there)] {
		return mark(here, sentHere), theSent
	}
	switch there := there.(type) {
	case map[string]any:
		left, _ := here.(map[string]any)
		marked, copied := maps.Clone(left), map[string]any{}
		for name, value := range there {
			one, other := repeated(left[name], value, sentHere, sentThere)
			copied[name] = other
			if _, has := left[name]; has {
				marked[name] = one
			}
		}
		if left == nil {
			return here, copied
		}
		return marked, copied
	case []any:
		left, isList := here.([]any)
		marked, copied := append([]any{}, left...), []any{}
		for i, value := range there {
			var one any
			if i < len(left) {
				one = left[i]
			}
			one, other := repeated(one, value, sentHere, sentThere)
			copied = append(copied, other)
			if i < len(left) {
				marked[i] = one
			}
		}
		if !isList {
			return here, copied
		}
		return marked, copied
	}
	return here, there
}

func mark(value any, sent map[string]bool) string {
	if sent[written(value)] {
		return theSent
	}
	return another
}

// sentIn are the values in the query and the body of a request, as JSON. An object with
// no members says nothing, and is none of them.
func sentIn(s *conformance.Step) map[string]bool {
	sent := map[string]bool{}
	if asked, err := url.Parse(s.Exchange.URL); err == nil {
		for _, values := range asked.Query() {
			for _, value := range values {
				sent[quoted(value)] = true
			}
		}
	}
	var collect func(value any)
	collect = func(value any) {
		sent[written(value)] = true
		switch value := value.(type) {
		case map[string]any:
			for _, inner := range value {
				collect(inner)
			}
		case []any:
			for _, inner := range value {
				collect(inner)
			}
		}
	}
	text := s.Exchange.Request
	if value, err := contract.DecodeJSON([]byte(text)); err == nil {
		collect(value)
	} else if text != "" {
		sent[quoted(text)] = true
	}
	return sent
}
