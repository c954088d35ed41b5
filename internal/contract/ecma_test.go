package contract

import (
	"strings"
	"testing"
	"time"

	"github.com/dlclark/regexp2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestPatternsMeanWhatECMASays(t *testing.T) {
	tests := []struct {
		pattern string
		linear  bool
		yes, no string // separated by |
	}{
		{`^[a-z]+$`, true, "a|abc", "A|a1|a\n"},
		{`^\d{2,}$`, true, "12", "1|٣٣"},
		{`^\w+$`, true, "a_1", "é|-"},
		{`^\s$`, true, " |\t|\u00a0|\ufeff|\u2003|\v", "a|\u200b"},
		{`^[\s,]$`, true, "\u00a0|,", "a"},
		{`^\S$`, true, "a", "\u00a0"},
		{`^.$`, true, "a|é|😀", "\n|\r|\u2028"},
		{`^[^\n]$`, true, "a", "\n"},
		{`^\/\-\.$`, true, "/-.", "a"},
		{`^\u0041\x42$`, true, "AB", "ab"},
		{`^\u{1F600}$`, true, "😀", "x"},
		{`^\p{L}+$`, true, "é|a", "1"},
		{`^[[:x]+$`, true, "[:x", "a"},
		{`a{2}b{,3}`, true, "aab{,3}", "aabbb"},
		{`\bfoo\b`, true, "a foo b", "food"},
		{`\A[a-z]+\z`, true, "abc", "a1"},
		{`^(?!x)`, false, "y", "x"},
		{`^(?=.*[A-Z])(?=.*\d).{4,}$`, false, "Abc1", "abc1|Abcd|A1"},
		{`(?<=a)b`, false, "ab", "cb"},
		{`(?<!a)b$`, false, "cb", "ab"},
		{`^(a)(b)\2\1$`, false, "abba", "abab"},
		{`^(?<q>['"]).*\k<q>$`, false, `"a"|'a'`, `"a'`},
		{`^[^]$`, false, "\n|a", "ab"},
		{`^[\S\d]$`, false, "a", "\u00a0"},
		{`^a{1001}$`, false, strings.Repeat("a", 1001), "a"},
		{`^(?!x)a$`, false, "a", "a\n"},
		{`^(?!x)\s.$`, false, "\ufeff😀", "a\n"},
	}
	for _, test := range tests {
		t.Run(test.pattern, func(t *testing.T) {
			compiled, err := compilePattern(test.pattern)
			require.NoError(t, err)
			_, linear := compiled.(linearPattern)
			assert.Equal(t, test.linear, linear)
			assert.Equal(t, test.pattern, compiled.String())
			for text := range strings.SplitSeq(test.yes, "|") {
				assert.True(t, compiled.MatchString(text), "%q", text)
			}
			for text := range strings.SplitSeq(test.no, "|") {
				assert.False(t, compiled.MatchString(text), "%q", text)
			}
		})
	}
}

// A pattern that takes for ever is not known to be broken.
func TestPatternsAreBoundedInTime(t *testing.T) {
	compiled, err := compilePattern(`^(?=a)(a+)+$`)
	require.NoError(t, err)
	started := time.Now()
	assert.True(t, compiled.MatchString(strings.Repeat("a", 100)+"b"))
	assert.Less(t, time.Since(started), 10*time.Second)
}

func TestSchemasTakeLookAround(t *testing.T) {
	c := load(t, schemaDocument("3.0.3", `S: {type: object, properties: {a: {type: string, pattern: '^(?!admin$)[a-z]+$'}, b: {type: string, format: regex}}, example: {a: admin}}`))
	assertFaults(t, []wanted{{15, "/components/schemas/S/example", "does not match pattern"}}, c.Warnings)
	schema, _ := bothSchemas(c)
	assert.Empty(t, schema.Check(decode(t, `{"a": "admins", "b": "(?=x)"}`)))
	assert.Len(t, schema.Check(decode(t, `{"a": "admin", "b": "("}`)), 2)
}

// FuzzPattern checks that Go's regular expressions say what ECMA-262 says, as far as
// they are used for it.
func FuzzPattern(f *testing.F) {
	f.Add(`^[\w.-]+\s?$`, "a b")
	f.Add(`a|b{2,3}?(c)*`, "bbc")
	f.Add(`[^a-c\d][.$]`, "x.")
	f.Fuzz(func(t *testing.T, pattern, text string) {
		if len(pattern) > 100 || len(text) > 100 {
			return
		}
		compiled, err := compilePattern(pattern)
		if err != nil {
			return
		}
		if _, linear := compiled.(linearPattern); !linear {
			compiled.MatchString(text)
			return
		}
		other, err := regexp2.Compile(pattern, regexp2.ECMAScript|regexp2.Unicode)
		if err != nil {
			return // a syntax that Go reads and ECMA-262 does not have
		}
		other.MatchTimeout = patternTime
		if matches, err := other.MatchString(text); err == nil {
			require.Equal(t, matches, compiled.MatchString(text), "%q on %q", pattern, text)
		}
	})
}
