package contract

import (
	"mime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestAcceptable(t *testing.T) {
	json, text := []string{"application/json"}, []string{"text/html"}
	both := []string{"application/json", "text/html"}
	tests := []struct {
		name   string
		header []string
		offers []string
		want   bool
	}{
		{"absent", nil, json, true},
		{"empty", []string{""}, json, true},
		{"empty elements", []string{" , ,"}, json, true},
		{"nothing on offer", []string{"text/html"}, nil, true},

		{"exact", []string{"application/json"}, json, true},
		{"another", []string{"text/html"}, json, false},
		{"another kind", []string{"text/json"}, json, false},
		{"another subtype", []string{"application/xml"}, json, false},
		{"any", []string{"*/*"}, json, true},
		{"any of the kind", []string{"application/*"}, json, true},
		{"any of another kind", []string{"text/*"}, json, false},
		{"a browser's", []string{"application/json, text/plain, */*"}, json, true},
		{"in any case", []string{"Application/JSON"}, json, true},
		{"second field", []string{"text/html", "application/json"}, json, true},
		{"one of several offers", []string{"text/html"}, both, true},
		{"none of several offers", []string{"image/png"}, both, false},
		{"a suffix is another type", []string{"application/vnd.api+json"}, json, false},
		{"a type is not its suffix", []string{"application/json"}, []string{"application/vnd.api+json"}, false},
		{"a prefix is another type", []string{"application/jso"}, json, false},
		{"blanks", []string{"text/html ;level=1\t, \t application/json ; q=0.1 "}, json, true},

		{"parameters do not count", []string{"application/json;version=2"}, json, true},
		{"nor those on offer", []string{"application/json"}, []string{"application/json; charset=utf-8"}, true},
		{"a comma in quotes", []string{`text/html;a="application/json, \", */*"`}, json, false},
		{"a semicolon in quotes", []string{`application/json;a=";q=0";q=1`}, json, true},

		{"weight of zero", []string{"application/json;q=0"}, json, false},
		{"weight of zero with fraction", []string{"application/json; Q=0.000"}, json, false},
		{"small weight", []string{"application/json;q=0.001"}, json, true},
		{"Java's weight", []string{"text/html, image/gif, *; q=.2, */*; q=.2"}, json, true},
		{"excluded by the exact range", []string{"*/*, application/json;q=0"}, json, false},
		{"excluded by the kind", []string{"*/*, application/*;q=0"}, json, false},
		{"accepted by the exact range", []string{"*/*;q=0, application/json;q=0.1"}, json, true},
		{"accepted by the kind", []string{"application/*;q=0.1,*/*;q=0"}, json, true},
		{"specificity decides", []string{"text/html;q=1, application/json;q=0, */*;q=0.1"}, json, false},
		{"for each offer", []string{"text/html;q=1, application/json;q=0, */*;q=0.1"}, text, true},
		{"for the others", []string{"text/html;q=1, application/json;q=0, */*;q=0.1"}, []string{"text/csv"}, true},
		{"twice as specific", []string{"application/json;v=1;q=0, application/json;v=2"}, json, true},
		{"twice as specific, reversed", []string{"application/json;v=2, application/json;v=1;q=0"}, json, true},

		{"all malformed", []string{"json, application, */json, a/b/c, application/json;q=x, /, a/, text/html;q="}, json, true},
		{"one is not", []string{"json, text/html"}, json, false},
		{"malformed weights", []string{"application/json;q=-1, application/json;q=0.1.2, application/json;q=., text/html"}, json, false},
		{"malformed and any", []string{"json,*/*"}, json, true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			assert.Equal(t, test.want, acceptable(test.header, test.offers))
		})
	}
}

func TestAcceptableAllocatesNothing(t *testing.T) {
	offers := []string{"application/json"}
	for _, header := range [][]string{
		nil, {"*/*"}, {"application/json"}, {"application/json, text/plain, */*"}, {"text/html;level=1;q=0.3, application/*;q=0"},
	} {
		got := testing.AllocsPerRun(100, func() { acceptable(header, offers) })
		assert.Zero(t, got, strings.Join(header, ","))
	}
}

func TestMediaType(t *testing.T) {
	tests := []struct {
		text   string
		base   string
		params map[string]string
	}{
		{"application/json", "application/json", nil},
		{"Application/JSON", "application/json", map[string]string{}},
		{"application/json; Charset=UTF-8", "application/json", map[string]string{"charset": "UTF-8"}},
		{`multipart/form-data; boundary="a b"`, "multipart/form-data", map[string]string{"boundary": "a b"}},
	}
	for _, test := range tests {
		t.Run(test.text, func(t *testing.T) {
			base, params, err := mediaType(test.text)
			require.NoError(t, err)
			assert.Equal(t, test.base, base)
			assert.Equal(t, test.params, params)
		})
	}
	_, _, err := mediaType("")
	require.Error(t, err)
	base, _, err := mediaType("text/html; charset")
	require.ErrorIs(t, err, mime.ErrInvalidMediaParameter)
	assert.Equal(t, "text/html", base)

	got := testing.AllocsPerRun(100, func() {
		if _, _, err := mediaType("application/json"); err != nil {
			t.Fatal(err)
		}
	})
	assert.Zero(t, got)
}

func BenchmarkAcceptable(b *testing.B) {
	header, offers := []string{"application/json, text/plain, */*"}, []string{"application/json"}
	b.ReportAllocs()
	for b.Loop() {
		if !acceptable(header, offers) {
			b.Fatal("refused")
		}
	}
}
