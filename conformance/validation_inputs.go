package conformance

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/big"
	"net/http"
	"slices"
	"strings"
	"unicode/utf8"

	"understudy/internal/contract"
	"understudy/internal/resource"
)

// family is what a group of invalid inputs has in common: the constraint that
// they break. It ends the id of the check that sends them.
type family string

// The families. The first stand for keywords of a member's schema, the others
// for what a body is as a whole.
const (
	breaksRequired family = "required"
	breaksNull     family = "null"
	breaksType     family = "type"
	breaksLength   family = "length"
	breaksRange    family = "range"
	breaksEnum     family = "enum"
	breaksFormat   family = "format"
	breaksPattern  family = "pattern"
	breaksObject   family = "not-an-object"
	breaksSyntax   family = "malformed"
	breaksEnd      family = "trailing-data"
	breaksMedia    family = "media-type"
	breaksBody     family = "empty-body"
)

// memberFamilies are the families that a single member breaks, with the keywords
// that tell so.
func memberFamilies() map[family][]string {
	return map[family][]string{
		breaksRequired: {"required"},
		breaksNull:     {"null"},
		breaksType:     {"type"},
		breaksLength:   {"minLength", "maxLength", "minItems", "maxItems"},
		breaksRange:    {"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"},
		breaksEnum:     {"enum", "const"},
		breaksFormat:   {"format"},
		breaksPattern:  {"pattern"},
	}
}

// input is a request whose body breaks one constraint of the document.
type input struct {
	family  family
	what    string // in words, for reports
	member  string // at fault; "" for the body as a whole
	value   any    // of the member
	spare   bool   // whether the member may be left out
	request request
}

// createInputs are inputs that a create must refuse, of some families alone where any are
// named.
func (e *env) createInputs(families ...family) []input {
	return e.inputs(resource.Create, e.collectionPath(), families...)
}

// updateInputs are inputs that a change of an item must refuse.
func (e *env) updateInputs(path string) []input { return e.inputs(resource.Update, path) }

// inputs are inputs that an operation must refuse, those first whose values carry
// the prefix of the run: should they be stored, they can be found.
func (e *env) inputs(role resource.Role, path string, families ...family) []input {
	op := e.op(role)
	model, err := e.body(op)
	if err != nil {
		return nil
	}
	var found []input
	for _, member := range contract.Members(e.bodySchema(op).Node()) {
		if !contract.Keyword(member.Node, "readOnly").Bool() {
			found = append(found, e.memberInputs(op, path, model, member, families)...)
		}
	}
	found = append(found, e.bodyInputs(op, path, model)...)
	slices.SortStableFunc(found, func(a, b input) int {
		return compareBools(!e.samples.mark(a.request.body), !e.samples.mark(b.request.body))
	})
	return found
}

// compareBools orders false before true.
func compareBools(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}

// mark reports whether a text carries the prefix of the run.
func (s *samples) mark(text []byte) bool { return strings.Contains(string(text), s.prefix+"-") }

// ofFamily are the inputs of one family.
func ofFamily(inputs []input, f family) []input {
	return slices.DeleteFunc(slices.Clone(inputs), func(in input) bool { return in.family != f })
}

// onePerFamily is the first input of each family.
func onePerFamily(inputs []input) []input {
	var found []input
	for _, in := range inputs {
		if !slices.ContainsFunc(found, func(other input) bool { return other.family == in.family }) {
			found = append(found, in)
		}
	}
	return found
}

// candidate is a value that may break a constraint of a member.
type candidate struct {
	family family
	what   string
	value  any
}

// memberInputs are the inputs that one member of a body breaks. The document
// decides: a candidate that it allows, or that breaks more, is left out. One text
// is enough for a format or a pattern.
func (e *env) memberInputs(op *contract.Operation, path string, model map[string]any, member contract.Member, families []family) []input {
	var found []input
	candidates := slices.DeleteFunc(e.candidates(member, model[member.Name]), func(c candidate) bool {
		return len(families) > 0 && !slices.Contains(families, c.family)
	})
	if len(candidates) == 0 {
		return nil
	}
	schema := e.bodySchema(op)
	without := maps.Clone(model)
	delete(without, member.Name)
	spare := len(schema.Check(without)) == 0
	for _, c := range candidates {
		body := withMember(model, member.Name, c.value)
		if c.family == breaksRequired {
			delete(body, member.Name)
		}
		if binding, _ := e.model.Bind(op); c.family == breaksRequired && binding.Style == resource.JSONPatch {
			continue // a patch that leaves a member out leaves it alone
		}
		isNext := c.family == breaksPattern && len(ofFamily(found, c.family)) > 0 || c.family == breaksFormat && len(ofFamily(found, c.family)) > 1
		if !isNext && breaksOnly(schema.Check(body), member.Name, c.family) {
			found = append(found, input{c.family, member.Name + " " + c.what, member.Name, c.value, spare, jsonRequest(op.Method, path, writer, body)})
		}
	}
	return found
}

// withMember is a copy of an object in which a member has a value.
func withMember(object map[string]any, name string, value any) map[string]any {
	changed := map[string]any{}
	for other, v := range object {
		changed[other] = v
	}
	changed[name] = value
	return changed
}

// breaksOnly reports whether violations are of one member and one family. A null
// or a value of another type may break other keywords besides.
func breaksOnly(found []contract.Violation, member string, f family) bool {
	told := false
	for _, v := range found {
		if v.Field != member && !strings.HasPrefix(v.Field, member+".") {
			return false
		}
		isOfFamily := slices.Contains(memberFamilies()[f], v.Keyword)
		if !isOfFamily && f != breaksNull && f != breaksType {
			return false
		}
		told = told || isOfFamily
	}
	return told
}

// candidates are values that may break a constraint of a member, beside a good
// one.
func (e *env) candidates(member contract.Member, good any) []candidate {
	found := []candidate{
		{family: breaksRequired, what: "left out"},
		{family: breaksNull, what: "as null"},
		{family: breaksType, what: "as an array", value: []any{good}},
		{family: breaksType, what: "as an object", value: map[string]any{"value": good}},
		{family: breaksType, what: "as a number", value: json.Number("12")},
		{family: breaksType, what: "as a boolean", value: true},
		{family: breaksType, what: "as a fraction", value: json.Number("1.5")},
		{family: breaksType, what: "as a text", value: e.samples.prefix + "-text"},
		{family: breaksEnum, what: "as a value that is not listed", value: e.samples.prefix + "-unlisted"},
	}
	found = append(found, e.lengthCandidates(member)...)
	found = append(found, rangeCandidates(member)...)
	found = append(found, e.entryCandidates(member, good)...)
	for _, text := range []string{e.samples.prefix + "-text", "2023-02-30", "2023-02-30T12:00:00Z", "12", "A", "-", "not one!", ".."} {
		what := "as " + show(text)
		found = append(found, candidate{family: breaksFormat, what: what, value: text}, candidate{family: breaksPattern, what: what, value: text})
	}
	return found
}

// maxText bounds the texts that are sent to try a length, in code points.
const maxText = 4096

// lengthCandidates are texts one code point too long and one too short.
func (e *env) lengthCandidates(member contract.Member) []candidate {
	var found []candidate
	if longest, ok := wholeKeyword(member.Node, "maxLength"); ok && longest < maxText {
		if text, ok := e.samples.stretched(member, longest+1, "a"); ok {
			found = append(found, candidate{family: breaksLength, what: fmt.Sprintf("with %d characters", longest+1), value: text})
		}
	}
	if shortest, ok := wholeKeyword(member.Node, "minLength"); ok && shortest > 0 && shortest < maxText {
		found = append(found, candidate{family: breaksLength, what: fmt.Sprintf("with %d characters", shortest-1), value: strings.Repeat("a", shortest-1)})
	}
	return found
}

// rangeCandidates are numbers just outside of what is allowed.
func rangeCandidates(member contract.Member) []candidate {
	var found []candidate
	for _, bound := range []struct {
		keyword string
		step    int64
	}{{"minimum", -1}, {"exclusiveMinimum", -1}, {"maximum", 1}, {"exclusiveMaximum", 1}} {
		limit, ok := new(big.Rat).SetString(contract.Keyword(member.Node, bound.keyword).Text())
		if !ok {
			continue
		}
		digits, _ := limit.FloatPrec()
		number := limit.Add(limit, big.NewRat(bound.step, 1)).FloatString(digits)
		found = append(found, candidate{family: breaksRange, what: "as " + number, value: json.Number(number)})
		if bound.step > 0 {
			found = append(found, candidate{family: breaksRange, what: "as a number of twenty digits", value: json.Number(strings.Repeat("9", 20))})
		}
	}
	return found
}

// maxEntries bounds the lists that are sent to try a length.
const maxEntries = 200

// entryCandidates are lists of one entry too many and one too few.
func (e *env) entryCandidates(member contract.Member, good any) []candidate {
	var found []candidate
	if most, ok := wholeKeyword(member.Node, "maxItems"); ok && most < maxEntries {
		found = append(found, candidate{family: breaksLength, what: fmt.Sprintf("with %d entries", most+1), value: e.entries(member, good, most+1)})
	}
	if least, ok := wholeKeyword(member.Node, "minItems"); ok && least > 0 && least < maxEntries {
		found = append(found, candidate{family: breaksLength, what: fmt.Sprintf("with %d entries", least-1), value: e.entries(member, good, least-1)})
	}
	return found
}

// entries is a list of so many entries for a member, made of those of a good one and
// of others like them, each another.
func (e *env) entries(member contract.Member, good any, n int) []any {
	list := []any{}
	if has, ok := good.([]any); ok {
		list = append(list, has[:min(n, len(has))]...)
	}
	items, err := e.contract.RequestSchema(contract.Keyword(member.Node, "items"))
	for i := 0; err == nil && items != nil && len(list) < n && i < 4*maxEntries; i++ {
		value, failed := e.samples.generator.Value(items.Compiled(), fmt.Sprint("entry ", e.samples.number()))
		if failed != nil {
			break
		}
		if !slices.ContainsFunc(list, func(other any) bool { return equal(other, value) }) {
			list = append(list, value)
		}
	}
	return list
}

// wholeKeyword is the value of a keyword that is a whole number.
func wholeKeyword(n contract.Node, name string) (int, bool) {
	var number int
	_, err := fmt.Sscan(contract.Keyword(n, name).Text(), &number)
	return number, err == nil
}

// bodyInputs are the inputs that are wrong as a whole.
func (e *env) bodyInputs(op *contract.Operation, path string, model map[string]any) []input {
	good, declared := jsonRequest(op.Method, path, writer, model), http.Header{"Content-Type": {jsonMedia(op).Type}}
	raw := func(f family, what, body string, header http.Header) input {
		return input{family: f, what: what, request: request{method: op.Method, path: path, as: writer, body: []byte(body), header: header}}
	}
	var found []input
	for _, whole := range []struct {
		what  string
		value any
	}{{"a list of one record", []any{model}}, {"a text", "text"}, {"a number", json.Number("12")}, {"null", nil}} {
		if schema := jsonMedia(op).Schema; schema != nil && len(schema.Check(whole.value)) > 0 {
			found = append(found, input{family: breaksObject, what: "a body that is " + whole.what, request: e.asIs(jsonRequest(op.Method, path, writer, whole.value))})
		}
	}
	found = append(found, e.wrapperInputs(op, path, model)...)
	text := string(e.wire(good).body)
	found = append(found,
		raw(breaksSyntax, "JSON that ends too early", text[:len(text)-1], declared),
		raw(breaksSyntax, "a body that is no JSON", "no JSON", declared),
		raw(breaksEnd, "JSON with more behind it", text+" more", declared),
	)
	if op.Body.Media("text/plain") == nil {
		found = append(found, raw(breaksMedia, "a body of another content type", text, http.Header{"Content-Type": {"text/plain"}}))
	}
	if op.Body.Required && len(e.bodySchema(op).Check(map[string]any{})) > 0 {
		found = append(found, raw(breaksBody, "no body", "", declared))
	}
	return found
}

// asIs is a request whose body is sent as it stands.
func (e *env) asIs(r request) request {
	if media := jsonMedia(e.operationOf(r)); media != nil && media.Type != jsonType {
		r.header = http.Header{"Content-Type": {media.Type}}
	}
	r.item = false
	return r
}

// wrapperInputs are bodies without the member that the item must be wrapped in.
func (e *env) wrapperInputs(op *contract.Operation, path string, model map[string]any) []input {
	binding, _ := e.model.Bind(op)
	media := jsonMedia(op)
	if binding.Sent == "" || media == nil || media.Schema == nil {
		return nil
	}
	schema := media.Schema
	var found []input
	for what, value := range map[string]any{
		"an empty object where the item must stand in " + binding.Sent: map[string]any{},
		"an item that does not stand in " + binding.Sent:               model,
		"a text where the item must stand in " + binding.Sent:          map[string]any{binding.Sent: "text"},
		"null where the item must stand in " + binding.Sent:            map[string]any{binding.Sent: nil},
		"a list of one item in " + binding.Sent:                        []any{map[string]any{binding.Sent: model}},
	} {
		if len(schema.Check(value)) > 0 {
			found = append(found, input{family: breaksObject, what: what, request: e.asIs(jsonRequest(op.Method, path, writer, value))})
		}
	}
	slices.SortFunc(found, func(a, b input) int { return strings.Compare(a.what, b.what) })
	return found
}

// maxLabel bounds the labels of made-up host names, in code points.
const maxLabel = 40

// stretched is a text for a member with a number of code points, in the shape of
// its samples: filled up behind the prefix of the run. ok is false when there is
// no such text.
func (s *samples) stretched(member contract.Member, length int, filler string) (text string, ok bool) {
	sample, ok := s.text(member, s.number())
	if !ok {
		return "", false
	}
	missing := length - utf8.RuneCountInString(sample)
	if missing < 0 {
		return "", false
	}
	head, tail := s.split(sample)
	var b strings.Builder
	for i := range missing {
		if strings.HasPrefix(tail, ".") && i%maxLabel == maxLabel-1 && i < missing-1 {
			b.WriteString(".")
			continue
		}
		b.WriteString(filler)
	}
	return head + b.String() + tail, true
}

// split divides a sample behind the part that tells the run and the number.
func (s *samples) split(sample string) (head, tail string) {
	start := strings.Index(sample, s.prefix+"-") + len(s.prefix) + 1
	end := strings.IndexAny(sample[start:], ".@")
	if end < 0 {
		return sample, ""
	}
	return sample[:start+end], sample[start+end:]
}

// around is a text for a member that has something inside, in the shape of its
// samples.
func (s *samples) around(member contract.Member, inside string) (text string, ok bool) {
	sample, ok := s.text(member, s.number())
	if !ok {
		return "", false
	}
	head, tail := s.split(sample)
	return head + "-" + inside + "z" + tail, true
}
