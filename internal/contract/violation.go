package contract

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"slices"
	"strconv"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"
	"golang.org/x/text/language"
	"golang.org/x/text/message"
)

// Violation is one way in which a message breaks the document.
type Violation struct {
	// In is the part of the message: path, query, header, cookie, body, status
	// or content-type.
	In string `json:"in"`
	// Field names the parameter, or the member of the body with dots between
	// levels; "" is the whole part.
	Field string `json:"field,omitempty"`
	// Pointer is the JSON pointer of the value in its part.
	Pointer string `json:"pointer,omitempty"`
	// Keyword is the constraint that is broken: a JSON Schema keyword, or
	// "null" (a null that is not allowed), "unknown" (a member that strictness
	// refuses), "malformed", "declared" (a status or content type that is not).
	Keyword string `json:"keyword"`
	// Message is the reason in words.
	Message string `json:"message"`

	// Expected and Actual name types, for the keyword type.
	Expected string `json:"expected,omitempty"`
	Actual   string `json:"actual,omitempty"`
	// Limit is the bound that is broken, for keywords that have one.
	Limit string `json:"limit,omitempty"`

	schema string // where the engine has the schema that is broken
}

// String gives the violation in one line. A message about what is not declared says
// by itself which part it is about.
func (v Violation) String() string {
	switch {
	case v.Field != "":
		return v.In + " " + v.Field + ": " + v.Message
	case v.Keyword == "declared":
		return v.Message
	}
	return v.In + ": " + v.Message
}

// within places violations of a value in a part of a message, under a name.
func within(in, field string, found []Violation) []Violation {
	for i := range found {
		found[i].In = in
		if field != "" {
			found[i].Field = strings.TrimSuffix(field+"."+found[i].Field, ".")
		}
	}
	return found
}

// violations flattens the error of the schema engine, in a fixed order: by the
// place of the value, then by that of the schema.
func violations(err error) []Violation {
	var invalid *jsonschema.ValidationError
	if !errors.As(err, &invalid) {
		return []Violation{{Keyword: "schema", Message: err.Error()}}
	}
	found := leaves(invalid, nil)
	slices.SortFunc(found, func(a, b Violation) int {
		return cmp.Or(
			strings.Compare(a.Pointer, b.Pointer), strings.Compare(a.schema, b.schema),
			strings.Compare(a.Keyword, b.Keyword), strings.Compare(a.Message, b.Message),
		)
	})
	return slices.CompactFunc(found, func(a, b Violation) bool {
		a.schema = b.schema
		return a == b
	})
}

// leaves collects what broke, by schemas of which no part tells more. Of a choice only
// the nearest alternative counts: the others would bury the reason.
func leaves(e *jsonschema.ValidationError, found []Violation) []Violation {
	switch e.ErrorKind.(type) {
	case *kind.AnyOf, *kind.OneOf:
		return append(found, choice(e)...)
	case *kind.Contains, *kind.MinContains, *kind.PropertyNames:
		return append(found, explain(e)...) // why single items or names do not fit is no reason
	}
	if len(e.Causes) > 0 {
		for _, cause := range e.Causes {
			found = leaves(cause, found)
		}
		return found
	}
	return append(found, explain(e)...)
}

// choice explains a value that fits none, or more than one, of its
// alternatives.
func choice(e *jsonschema.ValidationError) []Violation {
	var nearest []Violation
	for _, cause := range e.Causes {
		found := leaves(cause, nil)
		if nearest == nil || distance(found, e) < distance(nearest, e) {
			nearest = found
		}
	}
	if nearest == nil {
		return explain(e)
	}
	return nearest
}

// distance orders alternatives of a choice: one whose type does not even fit, or
// that is marked as another, is far away, and so is one that leaves much to mend.
func distance(found []Violation, choice *jsonschema.ValidationError) int {
	sum := 0
	for _, v := range found {
		sum++
		isType := v.Keyword == "type" || v.Keyword == "null"
		if v.Keyword == "const" || isType && v.Pointer == pointerTo(choice.InstanceLocation) {
			sum += 100
		}
	}
	return sum
}

// explain turns an error into leaves: a missing member is one each.
func explain(e *jsonschema.ValidationError) []Violation {
	at := func(tokens ...string) Violation {
		path := append(slices.Clone(e.InstanceLocation), tokens...)
		return Violation{Field: strings.Join(path, "."), Pointer: pointerTo(path), schema: e.SchemaURL}
	}
	switch k := e.ErrorKind.(type) {
	case *kind.Required:
		return each(k.Missing, at, "required", "is required")
	case *kind.DependentRequired:
		return each(k.Missing, at, "required", "is required beside "+strconv.Quote(k.Prop))
	case *kind.AdditionalProperties:
		return each(k.Properties, at, "unknown", "is not a declared member")
	case *kind.FalseSchema:
		return []Violation{withReason(at(), "unknown", "is not a declared member")}
	case *kind.Type:
		return []Violation{typeViolation(at(), k)}
	}
	v := at()
	v.Keyword = keyword(e.ErrorKind)
	got, limit := gotAndLimit(e.ErrorKind)
	v.Limit, v.Message = limit, fmt.Sprintf("%s: got %s, want %s", v.Keyword, got, limit)
	if got == "" {
		v.Message = e.ErrorKind.LocalizedString(message.NewPrinter(language.English))
	}
	return []Violation{v}
}

// each makes a violation for each member.
func each(members []string, at func(...string) Violation, keyword, reason string) []Violation {
	found := make([]Violation, len(members))
	for i, member := range members {
		found[i] = withReason(at(member), keyword, reason)
	}
	return found
}

func withReason(v Violation, keyword, reason string) Violation {
	v.Keyword, v.Message = keyword, reason
	return v
}

// typeViolation names the expected and the actual type.
func typeViolation(v Violation, k *kind.Type) Violation {
	v.Expected, v.Actual = strings.Join(k.Want, " or "), k.Got
	v.Keyword = "type"
	if k.Got == "null" {
		v.Keyword = "null"
	}
	v.Message = fmt.Sprintf("got %s, want %s", k.Got, v.Expected)
	return v
}

// keyword is the JSON Schema keyword of a kind of error.
func keyword(k jsonschema.ErrorKind) string {
	if path := k.KeywordPath(); len(path) > 0 {
		return path[0]
	}
	return "not"
}

// gotAndLimit are what was sent and the bound that it breaks, of a kind of error that has one.
// got is "" where the bound is no number.
func gotAndLimit(k jsonschema.ErrorKind) (got, limit string) {
	switch k := k.(type) {
	case *kind.MinLength:
		return strconv.Itoa(k.Got), strconv.Itoa(k.Want)
	case *kind.MaxLength:
		return strconv.Itoa(k.Got), strconv.Itoa(k.Want)
	case *kind.MinItems:
		return strconv.Itoa(k.Got), strconv.Itoa(k.Want)
	case *kind.MaxItems:
		return strconv.Itoa(k.Got), strconv.Itoa(k.Want)
	case *kind.MinProperties:
		return strconv.Itoa(k.Got), strconv.Itoa(k.Want)
	case *kind.MaxProperties:
		return strconv.Itoa(k.Got), strconv.Itoa(k.Want)
	case *kind.Minimum:
		return sent(k.Got), decimal(k.Want)
	case *kind.Maximum:
		return sent(k.Got), decimal(k.Want)
	case *kind.ExclusiveMinimum:
		return sent(k.Got), decimal(k.Want)
	case *kind.ExclusiveMaximum:
		return sent(k.Got), decimal(k.Want)
	case *kind.MultipleOf:
		return sent(k.Got), decimal(k.Want)
	case *kind.Pattern:
		return "", k.Want
	case *kind.Format:
		return "", k.Want
	}
	return "", ""
}

// sent is a number that was sent, in full unless it is very long.
func sent(number *big.Rat) string {
	const long = 128 // bits
	if number.Num().BitLen() <= long && number.Denom().BitLen() <= long {
		return decimal(number)
	}
	near, _ := number.Float64()
	return strconv.FormatFloat(near, 'g', -1, 64)
}

// decimal is a number of a schema as JSON writes it, so without a fraction bar.
func decimal(number *big.Rat) string {
	digits, _ := number.FloatPrec()
	return number.FloatString(digits)
}

// EncodeViolations writes violations as a JSON array of at most limit bytes, in
// ASCII so that it may stand in a header. What does not fit is counted in a
// last element {"more": n}.
func EncodeViolations(found []Violation, limit int) string {
	out := []byte{'['}
	for i, v := range found {
		for _, text := range []*string{&v.Field, &v.Pointer, &v.Message, &v.Actual, &v.Limit} {
			*text = clipped(*text)
		}
		text, err := json.Marshal(v)
		if err != nil {
			continue
		}
		item := appendASCII(nil, string(text))
		if i > 0 {
			out = append(out, ',')
		}
		if left := len(found) - i; len(out)+len(item)+len(more(left))+len(",]") > limit {
			out = append(out, more(left)...)
			break
		}
		out = append(out, item...)
	}
	return string(append(out, ']'))
}

// more counts the violations that there was no room for.
func more(count int) string { return fmt.Sprintf(`{"more":%d}`, count) }

// maxViolationText bounds each text of an encoded violation, in bytes, so that a
// long value cannot crowd out the others.
const maxViolationText = 256

func clipped(text string) string {
	if len(text) <= maxViolationText {
		return text
	}
	return strings.ToValidUTF8(text[:maxViolationText], "") + "…"
}

// appendASCII escapes what is not ASCII in a JSON text.
func appendASCII(out []byte, text string) []byte {
	for _, r := range text {
		switch {
		case r < 0x7f:
			out = append(out, byte(r))
		case r > 0xffff:
			r -= 0x10000
			out = fmt.Appendf(out, `\u%04x\u%04x`, 0xd800+(r>>10), 0xdc00+(r&0x3ff))
		default:
			out = fmt.Appendf(out, `\u%04x`, r)
		}
	}
	return out
}
