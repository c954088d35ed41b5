package drift

import (
	"slices"
	"strings"
)

// worded is the body that words all refusals of a cause, or most of them: where their
// texts differ, what they have in common with the reason in the middle, where there is
// one to tell.
func worded(seen []refusal, cause string) (any, bool) {
	reasoned := strings.HasPrefix(cause, "invalid") || cause == "malformed_body"
	counts, best := map[string]int{}, ""
	for _, r := range seen {
		shape := outlineOfErrors(r.body)
		counts[shape]++
		if counts[shape] > counts[best] {
			best = shape
		}
	}
	var bodies []any
	for _, r := range seen {
		if outlineOfErrors(r.body) == best {
			bodies = append(bodies, r.body)
		}
	}
	switch bodies[0].(type) {
	case map[string]any, []any, string:
		return common(bodies, reasoned), true
	}
	return nil, false
}

// outlineOfErrors is the form of an error, of which a text may be null.
func outlineOfErrors(body any) string {
	return strings.ReplaceAll(outline(body), "null", "text")
}

// common is what values of one form have in common.
func common(values []any, reasoned bool) any {
	switch first := values[0].(type) {
	case map[string]any:
		object := map[string]any{}
		for name := range first {
			object[name] = common(each(values, func(v any) any { return within(v, []string{name}) }), reasoned)
		}
		return object
	case []any:
		items := make([]any, len(first))
		for i := range first {
			items[i] = common(each(values, func(v any) any {
				if list, ok := v.([]any); ok && i < len(list) {
					return list[i]
				}
				return first[i]
			}), reasoned)
		}
		return items
	}
	return commonText(values, reasoned)
}

func each(values []any, of func(any) any) []any {
	changed := make([]any, len(values))
	for i, value := range values {
		changed[i] = of(value)
	}
	return changed
}

// commonText is the text that stands for several: the same one, the placeholder of
// which some are null, what they begin and end with, or else the most common.
func commonText(values []any, reasoned bool) any {
	distinct := map[string]int{}
	for _, value := range values {
		distinct[written(value)]++
	}
	if len(distinct) == 1 {
		return values[0]
	}
	if same, ok := byMember(values); ok {
		return same
	}
	var texts []string
	for _, value := range values {
		text, isText := value.(string)
		if isText && wholePlaceholder().MatchString(text) && distinct["null"]+distinct[quoted(text)] == len(values) {
			return text
		}
		if isText {
			texts = append(texts, text)
		}
	}
	if reasoned && len(texts) == len(values) {
		if head, tail := ends(texts); setsApart(head, tail) {
			return head + "{reason}" + tail
		}
	}
	best := slices.MaxFunc(values, func(a, b any) int { return distinct[written(a)] - distinct[written(b)] })
	return best
}

// byMember is the one text that several are when the field that they name is its own
// last part: a parameter, beside members of what a body wraps.
func byMember(values []any) (text string, ok bool) {
	for _, value := range values {
		told, isText := value.(string)
		told = strings.ReplaceAll(told, "{field}", "{member}")
		if !isText || text != "" && told != text {
			return "", false
		}
		text = told
	}
	return text, true
}

// leastCommon is how much texts must have in common, in bytes, to be variations of one.
const leastCommon = 8

// setsApart reports whether what stands between two ends is a reason by itself: texts have
// enough in common, and a mark of punctuation before it or behind it. Words that happen to
// differ in the middle of a sentence are none.
func setsApart(head, tail string) bool {
	head, tail = strings.TrimSpace(head), strings.TrimSpace(tail)
	if len(head)+len(tail) < leastCommon {
		return false
	}
	before, after := strings.TrimRight(head, marks), strings.TrimLeft(tail, marks)
	return before != head || head == "" && after != tail
}

// marks are those that set a reason apart from the words around it.
const marks = ":;!.,-–—()[]\"'`"

var wholePlaceholder = lazily(`^\{[a-z]+\}$`)

// ends are the words that all texts begin with, and those that they end with.
func ends(texts []string) (head, tail string) {
	head, tail = texts[0], texts[0]
	for _, text := range texts[1:] {
		for !strings.HasPrefix(text, head) {
			head = head[:len(head)-1]
		}
		for !strings.HasSuffix(text, tail) {
			tail = tail[1:]
		}
	}
	head = head[:strings.LastIndexByte(head, ' ')+1]
	if at := strings.IndexByte(tail, ' '); at >= 0 {
		return head, tail[at:]
	}
	return head, ""
}
