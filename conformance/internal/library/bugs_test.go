package library_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"understudy/conformance/internal/library"
)

func TestBugsAreCataloguedOnceAndInWords(t *testing.T) {
	seen := map[string]bool{}
	for _, bug := range library.Bugs() {
		require.Regexp(t, `^[a-z]+/[a-z0-9]+(-[a-z0-9]+)*$`, bug.ID)
		require.Regexp(t, `^[A-Za-z].*\.$`, bug.Summary, bug.ID)
		require.False(t, seen[bug.ID], "%s is catalogued twice", bug.ID)
		require.False(t, seen[bug.Summary], "%s has the summary of another bug", bug.ID)
		seen[bug.ID], seen[bug.Summary] = true, true
	}
}

func TestEveryBugIsInTheCodeAndEveryBugOfTheCodeIsCatalogued(t *testing.T) {
	var catalogued []string
	groups := map[string]bool{}
	for _, bug := range library.Bugs() {
		catalogued = append(catalogued, bug.ID)
		groups[bug.Group] = true
	}
	slices.Sort(catalogued)
	require.Equal(t, catalogued, idsInCode(t, groups))
}

// idsInCode lists the texts in the package's code, but for its catalogue, that have the
// form of an id of a group.
func idsInCode(t *testing.T, groups map[string]bool) []string {
	isBugID := regexp.MustCompile(`^[a-z]+/[a-z0-9-]+$`)
	files, err := filepath.Glob("*.go")
	require.NoError(t, err)
	var ids []string
	for _, file := range files {
		if strings.HasPrefix(file, "catalogue_") || strings.HasSuffix(file, "_test.go") {
			continue
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
		require.NoError(t, err)
		ast.Inspect(parsed, func(n ast.Node) bool {
			literal, ok := n.(*ast.BasicLit)
			if !ok || literal.Kind != token.STRING {
				return true
			}
			if text, err := strconv.Unquote(literal.Value); err == nil && isBugID.MatchString(text) && groups[strings.Split(text, "/")[0]] {
				ids = append(ids, text)
			}
			return true
		})
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

func TestNewRefusesWhatThereIsNot(t *testing.T) {
	for _, config := range []library.Config{
		{Bugs: []string{"crud/no-such-bug"}}, {PerPageOverMax: "double"}, {BadID: 200}, {UnknownMembers: library.Cap},
	} {
		require.Panics(t, func() { library.New(config) }, fmt.Sprint(config))
	}
}

func TestScriptIsTheSameForEveryRun(t *testing.T) {
	right := play(t, furnished(), nil)
	again := play(t, furnished(), right.lines)
	require.False(t, again.stopped, "first: %s\nthen:  %s", again.wanted(), again.lines[len(again.lines)-1])
}

func TestEachBugShows(t *testing.T) {
	right := play(t, furnished(), nil)
	for i, bug := range library.Bugs() {
		if bug.Group == "races" {
			continue // has scripts of its own
		}
		if testing.Short() && i%10 != 0 {
			continue // under the race detector some are enough
		}
		t.Run(bug.ID, func(t *testing.T) {
			t.Parallel()
			config := furnished()
			config.Bugs = []string{bug.ID}
			wrong := play(t, config, right.lines)
			require.True(t, wrong.stopped, "nothing shows that: %s", bug.Summary)
			t.Logf("%s\nright: %s\nwrong: %s", bug.Summary, wrong.wanted(), wrong.lines[len(wrong.lines)-1])
		})
	}
}

// play runs the script against a library, as far as it says what is expected.
func play(t *testing.T, config library.Config, expected []string) *transcript {
	t.Helper()
	script := &transcript{browser: browse(t, config), ctx: t.Context(), expected: expected, times: map[string]string{}}
	script.script()
	return script
}
