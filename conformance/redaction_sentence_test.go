package conformance

import (
	"errors"
	"net/http"
	"net/textproto"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestKeysLeaveSentencesAsTheyAre(t *testing.T) {
	c := &client{redactor: newRedactor(secretsOf(options{tokens: map[who]string{writer: "key", reader: "k3y-0f-many-letters"}}))}
	answers := []*answer{{header: http.Header{"Allow": {"a key of mine"}}, body: []byte(`what key is this`)}}
	for text, want := range map[string]string{
		"a create is refused for its key":                  "a create is refused for its key",
		"the key: the value is not the one that came back": "the key: the value is not the one that came back",
		`domain is "the key, cut`:                          `domain is "the $UNDERSTUDY_TOKEN, cut`,
		`a key and {"a":"\"key"}`:                          `a key and {"a":"\"$UNDERSTUDY_TOKEN"}`,
		"GET /keys?limit=1&key=key":                        "GET /keys?limit=1&key=$UNDERSTUDY_TOKEN",
		"'key' is no time":                                 "'$UNDERSTUDY_TOKEN' is no time",
		"what the key is told: a key of mine":              "what the key is told: a $UNDERSTUDY_TOKEN of mine",
		"what key is this":                                 "what $UNDERSTUDY_TOKEN is this",
		"it is k3y-0f-many-letters":                        "it is $UNDERSTUDY_TOKEN_READONLY",
		"it is azN5LTBmLW1hbnktbGV0dGVycw==":               "it is $UNDERSTUDY_TOKEN_READONLY",
	} {
		require.Equal(t, want, c.redactSentence(text, answers))
	}
	require.Equal(t, "no key is known", c.redactError(request{}, errors.New("no key is known")))
	require.Equal(t, "malformed line: a $UNDERSTUDY_TOKEN", c.redactError(request{}, textproto.ProtocolError("malformed line: a key")))
}
