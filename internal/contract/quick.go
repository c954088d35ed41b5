package contract

import (
	"encoding/json"
	"math"
	"slices"
	"strconv"
	"unicode/utf8"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// quick is a schema reduced to what can be tested without memory. It only ever
// says yes: a value that it does not admit, or a schema that it cannot express,
// is for the full engine to judge. Most values are valid, so most never get
// there.
type quick struct {
	types     jsonTypes       // empty admits any
	all       []*quick        // each must admit
	anyOf     []*quick        // one must admit, when there are some
	composed  bool            // it says nothing but all and anyOf
	texts     map[string]bool // the enumerated strings; nil when not enumerated
	format    *jsonschema.Format
	pattern   jsonschema.Regexp
	minLength int
	maxLength int
	bounded   bool // minimum and maximum say something
	minimum   int64
	maximum   int64
	required  []string
	needed    int                    // how many members are required
	members   map[string]quickMember // the declared and the required ones
	closed    bool                   // any other member is refused
	others    *quick                 // judges those members; nil admits any
	items     *quick                 // nil admits any
	minItems  int
	maxItems  int
}

// quickMember is what is known of a member before it is met.
type quickMember struct {
	schema   *quick // nil admits nothing
	required bool
	bit      uint64 // one of its own among the members; 0 when there are too many
}

// quickCompiler reduces schemas, each once, so that references may go in
// circles. One that says something that quick cannot is nil.
type quickCompiler struct{ done map[*jsonschema.Schema]*quick }

// admits reports whether a value is certainly valid. nil admits nothing.
func (q *quick) admits(value any) bool {
	if q == nil {
		return false
	}
	for _, part := range q.all {
		if !part.admits(value) {
			return false
		}
	}
	return q.admitsAlternative(value) && q.admitsValue(value)
}

func (q *quick) admitsAlternative(value any) bool {
	for _, part := range q.anyOf {
		if part.admits(value) {
			return true
		}
	}
	return len(q.anyOf) == 0
}

func (q *quick) admitsValue(value any) bool {
	switch value := value.(type) {
	case nil:
		return q.admitsType(mayBeNull) && q.texts == nil
	case bool:
		return q.admitsType(mayBeBoolean) && q.texts == nil
	case string:
		return q.admitsType(mayBeString) && q.admitsText(value)
	case json.Number:
		return q.admitsNumber(value) && q.texts == nil
	case []any:
		return q.admitsType(mayBeArray) && q.texts == nil && q.admitsItems(value)
	case map[string]any:
		return q.admitsType(mayBeObject) && q.texts == nil && q.admitsMembers(value)
	}
	return false
}

// admitsType reports whether one of these types is admitted.
func (q *quick) admitsType(types jsonTypes) bool { return q.types == 0 || q.types&types != 0 }

func (q *quick) admitsText(text string) bool {
	if q.texts != nil && !q.texts[text] {
		return false
	}
	if length := len(text); length < q.minLength || length > q.maxLength {
		if length = utf8.RuneCountInString(text); length < q.minLength || length > q.maxLength {
			return false
		}
	}
	if q.minLength > 1 && utf8.RuneCountInString(text) < q.minLength {
		return false
	}
	if q.format != nil && q.format.Validate(text) != nil {
		return false
	}
	return q.pattern == nil || q.pattern.MatchString(text)
}

// admitsNumber admits whole numbers that fit 64 bits and are written plainly.
func (q *quick) admitsNumber(number json.Number) bool {
	if !q.admitsType(mayBeNumber) || q.format != nil && q.format.Validate(number) != nil {
		return false
	}
	if !q.bounded && q.admitsType(mayBeFraction) {
		return true
	}
	integer, err := strconv.ParseInt(string(number), 10, 64)
	return err == nil && integer >= q.minimum && integer <= q.maximum
}

func (q *quick) admitsItems(items []any) bool {
	if len(items) < q.minItems || len(items) > q.maxItems {
		return false
	}
	if q.items == nil {
		return true
	}
	for _, item := range items {
		if !q.items.admits(item) {
			return false
		}
	}
	return true
}

func (q *quick) admitsMembers(members map[string]any) bool {
	for _, name := range q.required {
		if _, ok := members[name]; !ok {
			return false
		}
	}
	for name, value := range members {
		switch member, ok := q.members[name]; {
		case ok && !member.schema.admits(value):
			return false
		case !ok && q.closed:
			return false
		case !ok && q.others != nil && !q.others.admits(value):
			return false
		}
	}
	return true
}

// compile reduces a schema with everything that it refers to. parts are the
// schemas that it is a part of: one that is a part of itself is beyond quick.
func (c *quickCompiler) compile(s *jsonschema.Schema, parts []*jsonschema.Schema) *quick {
	if slices.Contains(parts, s) {
		return nil
	}
	if done, ok := c.done[s]; ok {
		return done
	}
	if s.Bool != nil {
		if *s.Bool {
			return unlimited()
		}
		return nil
	}
	if beyondQuick(s) {
		return nil
	}
	q := &quick{format: s.Format, pattern: s.Pattern, required: s.Required}
	if s.Types != nil {
		q.types = namedTypes(*s.Types)
	}
	c.done[s] = q
	q.readEnum(s)
	if !q.readBounds(s) || !c.readParts(q, s, append(slices.Clip(parts), s)) || !c.readChildren(q, s) {
		c.done[s] = nil
		// Whoever has taken q up in a circle must not trust it either.
		*q = quick{anyOf: []*quick{nil}}
		return nil
	}
	q.composed = len(q.all)+len(q.anyOf) > 0 && !q.limits()
	return q
}

// limits reports whether a schema says anything beside what it is composed of.
func (q *quick) limits() bool {
	return q.types != 0 || q.texts != nil || q.format != nil || q.pattern != nil || q.bounded || q.closed ||
		q.minLength > 0 || q.maxLength < math.MaxInt || q.minItems > 0 || q.maxItems < math.MaxInt ||
		len(q.members) > 0 || q.others != nil || q.items != nil
}

func (q *quick) addMember(name string, m quickMember) {
	m.bit = 1 << len(q.members) // no bit is left for the members behind the 64th
	if m.required {
		q.needed++
	}
	q.members[name] = m
}

// undeclared judges a member that the schema does not name.
func (q *quick) undeclared() *quick {
	switch {
	case q.closed:
		return nil
	case q.others != nil:
		return q.others
	}
	return openValue
}

// openValue admits anything.
var openValue = unlimited()

// unlimited is what a schema that admits anything is reduced to.
func unlimited() *quick {
	return &quick{maxLength: math.MaxInt, maxItems: math.MaxInt, minimum: math.MinInt64, maximum: math.MaxInt64}
}

// beyondQuick reports whether a schema says something that quick cannot test.
func beyondQuick(s *jsonschema.Schema) bool {
	return slices.Contains([]bool{
		s.RecursiveRef != nil, s.DynamicRef != nil, s.Const != nil, s.Not != nil, s.If != nil, len(s.OneOf) > 0,
		s.MaxProperties != nil, s.MinProperties != nil, s.PropertyNames != nil, len(s.PatternProperties) > 0,
		len(s.Dependencies) > 0, len(s.DependentRequired) > 0, len(s.DependentSchemas) > 0, s.UnevaluatedProperties != nil,
		s.UniqueItems, s.Contains != nil, s.Items != nil, s.AdditionalItems != nil, len(s.PrefixItems) > 0, s.UnevaluatedItems != nil,
		s.MultipleOf != nil, s.ExclusiveMaximum != nil, s.ExclusiveMinimum != nil, len(s.Extensions) > 0,
	}, true)
}

// readBounds takes over lengths and bounds; false when one is not a whole
// number.
func (q *quick) readBounds(s *jsonschema.Schema) bool {
	q.minLength, q.maxLength = boundOr(s.MinLength, 0), boundOr(s.MaxLength, math.MaxInt)
	q.minItems, q.maxItems = boundOr(s.MinItems, 0), boundOr(s.MaxItems, math.MaxInt)
	q.bounded = s.Minimum != nil || s.Maximum != nil
	var fromWhole, toWhole bool
	q.minimum, fromWhole = bound(s.Minimum, math.MinInt64)
	q.maximum, toWhole = bound(s.Maximum, math.MaxInt64)
	return fromWhole && toWhole
}

func boundOr(limit *int, none int) int {
	if limit == nil {
		return none
	}
	return *limit
}

// readEnum takes over the enumerated strings. A value that is enumerated and is
// no string is for the full engine.
func (q *quick) readEnum(s *jsonschema.Schema) {
	if s.Enum == nil {
		return
	}
	q.texts = make(map[string]bool, len(s.Enum.Values))
	for _, value := range s.Enum.Values {
		if text, ok := value.(string); ok {
			q.texts[text] = true
		}
	}
}

// readParts takes over what a schema is composed of.
func (c *quickCompiler) readParts(q *quick, s *jsonschema.Schema, around []*jsonschema.Schema) bool {
	parts := s.AllOf
	if s.Ref != nil {
		parts = append([]*jsonschema.Schema{s.Ref}, parts...)
	}
	for _, part := range parts {
		reduced := c.compile(part, around)
		if reduced == nil {
			return false
		}
		q.all = append(q.all, reduced)
	}
	for _, part := range s.AnyOf {
		q.anyOf = append(q.anyOf, c.compile(part, around)) // nil admits nothing
	}
	return true
}

// readChildren takes over the schemas of members and items. One that cannot be
// reduced admits nothing, which sends only the values that have it to the full
// engine.
func (c *quickCompiler) readChildren(q *quick, s *jsonschema.Schema) bool {
	switch additional := s.AdditionalProperties.(type) {
	case bool:
		q.closed = !additional
	case *jsonschema.Schema:
		if q.others = c.compile(additional, nil); q.others == nil {
			q.closed = true
		}
	}
	q.members = make(map[string]quickMember, len(s.Properties))
	for name, property := range s.Properties {
		q.addMember(name, quickMember{schema: c.compile(property, nil), required: slices.Contains(s.Required, name)})
	}
	for _, name := range s.Required {
		if _, known := q.members[name]; !known {
			q.addMember(name, quickMember{schema: q.undeclared(), required: true})
		}
	}
	if s.Items2020 != nil {
		q.items = c.compile(s.Items2020, nil)
		return q.items != nil
	}
	return true
}
