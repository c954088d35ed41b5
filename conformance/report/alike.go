package report

import (
	"fmt"
	"strings"
)

// alike are results of one status and level that are explained by the same words.
type alike struct {
	results []Result
	level   Level
	told    string
}

// fewAlike is how many results with the same explanation have a line each. More share
// one, or a run that ended early would tell the same a thousand times.
const fewAlike = 3

// alike groups the results of a status, in their order.
func (r *Report) alike(status Status) []alike {
	type key struct {
		level Level
		told  string
	}
	var groups []alike
	counts, shared := map[key]int{}, map[key]int{}
	keyOf := func(result Result) key {
		return key{result.Level, strings.Join(strings.Fields(result.explanation()+" "+result.Link), " ")}
	}
	for _, result := range r.Results {
		if result.Status == status {
			counts[keyOf(result)]++
		}
	}
	for _, result := range r.Results {
		if result.Status != status {
			continue
		}
		k := keyOf(result)
		at, begun := shared[k]
		if begun && counts[k] > fewAlike {
			groups[at].results = append(groups[at].results, result)
			continue
		}
		shared[k] = len(groups)
		groups = append(groups, alike{[]Result{result}, k.level, k.told})
	}
	return groups
}

// one stands for all results of a group.
func (a alike) one() Result {
	result := a.results[0]
	result.ID, result.Subject = a.title(), ""
	return result
}

// title names the results of a group.
func (a alike) title() string {
	first := a.results[0].Title()
	if more := len(a.results) - 1; more > 0 {
		return fmt.Sprintf("%s and %d more", first, more)
	}
	return first
}
