package mockserver

import (
	"cmp"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"understudy/internal/resource"
)

// orderKey is one member that a list is ordered by.
type orderKey struct {
	field      string
	descending bool
}

// readSort reads the order that a request asks for; nil for the default one.
func readSort(sort *resource.Sort, decoded map[string]any) []orderKey {
	if sort == nil || sort.By == nil {
		return nil
	}
	descending := sort.Direction != nil && isDescending(text(decoded[sort.Direction.Name]))
	var keys []orderKey
	for _, name := range texts(decoded[sort.By.Name]) {
		key := orderKey{descending: descending}
		var known bool
		if key.field, known = sort.Fields[name]; !known && sort.Signed {
			bare := strings.TrimLeft(name, "+- ") // a plus in a query is a blank
			key.field, known = sort.Fields[bare]
			key.descending = descending != strings.HasPrefix(name, "-")
		}
		if known {
			keys = append(keys, key)
		}
	}
	return keys
}

// isDescending reports whether a word for a direction means descending.
func isDescending(word string) bool {
	word = strings.ToLower(word)
	return strings.HasPrefix(word, "desc") || word == "-" || word == "-1" || word == "d" || word == "down" || word == "false"
}

// texts are the values of a parameter that may be a list, or name several values
// with commas between them.
func texts(value any) []string {
	switch value := value.(type) {
	case []any:
		var list []string
		for _, one := range value {
			list = append(list, text(one))
		}
		return list
	case string:
		return strings.Split(value, ",")
	}
	return nil
}

// entry is a record of a list that is looked into.
type entry struct {
	record []byte
	item   map[string]any
	number int64 // grows with every item that is created
}

// sortEntries orders a list by members, and equal ones by their creation, that too
// the other way round when the first member is descending.
func sortEntries(list []entry, order []orderKey) {
	slices.SortStableFunc(list, func(a, b entry) int { return compareEntries(a, b, order) })
}

func compareEntries(a, b entry, order []orderKey) int {
	for _, key := range order {
		compared := compareValues(a.item[key.field], b.item[key.field])
		if key.descending {
			compared = -compared
		}
		if compared != 0 {
			return compared
		}
	}
	if len(order) > 0 && order[0].descending {
		return cmp.Compare(b.number, a.number)
	}
	return cmp.Compare(a.number, b.number)
}

// compareValues orders null before false before true before numbers before texts.
func compareValues(a, b any) int {
	rank := func(v any) int {
		switch v := v.(type) {
		case nil:
			return 0
		case bool:
			if v {
				return 2
			}
			return 1
		case json.Number:
			return 3
		}
		return 4
	}
	if rank(a) != rank(b) || rank(a) < 3 {
		return cmp.Compare(rank(a), rank(b))
	}
	if number, ok := a.(json.Number); ok {
		x, _ := number.Float64()
		other, _ := b.(json.Number)
		y, _ := other.Float64()
		return cmp.Compare(x, y)
	}
	if x, y, ok := bothTimes(text(a), text(b)); ok {
		return x.Compare(y)
	}
	return cmp.Compare(text(a), text(b))
}

// bothTimes reads two texts as times, which do not sort as texts: one may have a
// fraction of a second where the other has none.
func bothTimes(a, b string) (x, y time.Time, ok bool) {
	x, errX := time.Parse(time.RFC3339Nano, a)
	y, errY := time.Parse(time.RFC3339Nano, b)
	return x, y, errX == nil && errY == nil
}
