package conformance

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestParseLinks(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		lines []string
		want  map[string]string
	}{
		"none":                 {nil, map[string]string{}},
		"two":                  {[]string{`<https://a.example/?page=2>; rel="next", </?page=1>; rel="prev"`}, map[string]string{"next": "https://a.example/?page=2", "prev": "/?page=1"}},
		"on two lines":         {[]string{`<a>; rel="next"`, `<b>; rel="last"`}, map[string]string{"next": "a", "last": "b"}},
		"commas in a target":   {[]string{`<a?fields=b,c>; rel="next", <d?x=1;2>; rel="last"`}, map[string]string{"next": "a?fields=b,c", "last": "d?x=1;2"}},
		"without quotes":       {[]string{`<a>;rel=next,<b>;rel=prev`}, map[string]string{"next": "a", "prev": "b"}},
		"several relations":    {[]string{`<a>; rel="next last"`}, map[string]string{"next": "a", "last": "a"}},
		"other parameters":     {[]string{`<a>; title="x, <y>; \"z\""; results=true; REL="Next"; type="text/html"`}, map[string]string{"next": "a"}},
		"the first one counts": {[]string{`<a>; rel="next", <b>; rel="next"`}, map[string]string{"next": "a"}},
		"no relation":          {[]string{`<a>; title="next"`}, map[string]string{}},
		"cut off":              {[]string{`<a>; rel="next", <b`}, map[string]string{"next": "a"}},
	} {
		t.Run(name, func(t *testing.T) { require.Equal(t, test.want, parseLinks(test.lines)) })
	}
}
