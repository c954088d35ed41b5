// Package nearest finds the name that was meant by one that nobody has.
package nearest

import "fmt"

// Hint asks in brackets, after a space, whether one of the names was meant; ""
// when none is near. Before stands before a name.
func Hint(given string, names []string, before string) string {
	if name := Name(given, names); name != "" {
		return fmt.Sprintf(" (did you mean %s%s?)", before, name)
	}
	return ""
}

// Name is the name that takes the fewest slips of the hand to become the given
// one, "" when it would take more than one for three letters, or
// the given one is very long.
func Name(given string, names []string) string {
	if len(given) > longest {
		return ""
	}
	found, fewest := "", (len(given)+2)/3
	for _, name := range names {
		if n := slips(given, name); n < fewest || n == fewest && found == "" {
			found, fewest = name, n
		}
	}
	return found
}

// longest is how long a name may be, in bytes, for a slip of the hand to be looked for.
const longest = 200

// slips counts the letters that must be put in, left out, replaced, or swapped with
// the next one to turn one text into another.
func slips(one, other string) int {
	a, b := []rune(one), []rune(other)
	rows := make([][]int, len(a)+1)
	for i := range rows {
		rows[i] = make([]int, len(b)+1)
		rows[i][0] = i
		for j := range b {
			switch {
			case i == 0:
				rows[i][j+1] = j + 1
			case a[i-1] == b[j]:
				rows[i][j+1] = rows[i-1][j]
			case i > 1 && j > 0 && a[i-1] == b[j-1] && a[i-2] == b[j]:
				rows[i][j+1] = 1 + min(rows[i-2][j-1], rows[i-1][j], rows[i][j], rows[i-1][j+1])
			default:
				rows[i][j+1] = 1 + min(rows[i-1][j], rows[i][j], rows[i-1][j+1])
			}
		}
	}
	return rows[len(a)][len(b)]
}
