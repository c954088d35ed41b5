package conformance

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync/atomic"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"understudy/fixtures"
	"understudy/internal/contract"
)

// samples makes the values that a run sends. Each is valid for its field, and
// tells by a prefix that it belongs to this run.
type samples struct {
	generator *fixtures.Generator
	prefix    string
	next      atomic.Int64
	place     int64 // of the lane among several, all of whose values differ
	among     int64
}

func newSamples(seed uint64) *samples {
	return &samples{
		among: 1, generator: fixtures.NewGenerator(seed, fixtures.WithOmit(func(s *jsonschema.Schema) bool { return s.ReadOnly })),
		prefix: "understudy-" + strconv.FormatUint(seed%(36*36*36*36*36*36), 36),
	}
}

// part makes the values of the lane in a place among several.
func (s *samples) part(place, among int) *samples {
	return &samples{generator: s.generator, prefix: s.prefix, place: int64(place), among: int64(among)}
}

// number is another at each call, and in each lane.
func (s *samples) number() int64 { return s.next.Add(1)*s.among + s.place }

// body makes a valid object for a schema, different each time. A member is null only where
// nothing else is found for it: what sends null says so itself.
func (s *samples) body(schema *contract.Schema) (map[string]any, error) {
	n := s.number()
	body, err := s.object(schema, fmt.Sprint("body ", n))
	if err != nil {
		return nil, err
	}
	s.fillNulls(schema, body, n)
	for _, member := range contract.Members(schema.Node()) {
		if contract.Keyword(member.Node, "readOnly").Bool() {
			delete(body, member.Name)
			continue
		}
		if text, ok := s.text(member, n); ok {
			previous := body[member.Name]
			body[member.Name] = text
			if len(schema.Check(body)) > 0 {
				body[member.Name] = previous
			}
		}
	}
	return body, nil
}

// object draws a valid object for a schema.
func (s *samples) object(schema *contract.Schema, key string) (map[string]any, error) {
	value, err := s.generator.Value(schema.Compiled(), key)
	if err != nil {
		return nil, err
	}
	object, ok := value.(map[string]any)
	if !ok {
		return nil, errors.New("it is no object")
	}
	return object, nil
}

// maxDraws is how often another value is drawn for a member that is null.
const maxDraws = 8

// fillNulls gives the members of an object that are null another value, where one is valid.
func (s *samples) fillNulls(schema *contract.Schema, object map[string]any, n int64) {
	for i := 0; i < maxDraws && hasNull(object); i++ {
		other, err := s.object(schema, fmt.Sprint("body ", n, " again ", i))
		if err != nil {
			return
		}
		for name, value := range object {
			if value != nil || other[name] == nil {
				continue
			}
			if object[name] = other[name]; len(schema.Check(object)) > 0 {
				object[name] = nil
			}
		}
	}
}

func hasNull(object map[string]any) bool {
	for _, value := range object {
		if value == nil {
			return true
		}
	}
	return false
}

// text is a value for a member that is a plain text, with the prefix of the run.
func (s *samples) text(member contract.Member, n int64) (string, bool) {
	types := contract.Types(member.Node)
	if len(types) == 0 || types[0] != "string" || contract.Keyword(member.Node, "enum").Exists() {
		return "", false
	}
	text := s.prefix + "-" + label(n)
	name := strings.ToLower(member.Name)
	switch format := contract.Keyword(member.Node, "format").Text(); {
	case format == "email" || format == "idn-email" || strings.Contains(name, "email"):
		text += "@example.com"
	case format == "uri" || format == "url" || strings.HasSuffix(name, "url") || strings.HasSuffix(name, "uri"):
		text = "https://example.com/" + text
	case format == "hostname" || strings.Contains(name, "domain") || strings.Contains(name, "host"):
		text += ".example.com"
	case format != "":
		return "", false
	}
	return text, true
}

// label is a short text for a number, of which the later stand before the earlier: a
// list in the order of creation is then in none by such texts.
func label(n int64) string {
	below := int64(36 * 36)
	for n >= below {
		below *= 36
	}
	return strconv.FormatInt(below-1-n, 36)
}
