package conformance

import (
	"encoding/base64"
	"strings"
	"unicode"
)

// forgery is a credential made out of a key, that no server may take for the
// key.
type forgery struct {
	id   string // of the check that it is for
	name string // in words
	// scheme is an HTTP authentication scheme to use in place of the document's;
	// "" is the document's.
	scheme string
	// token makes what is sent out of a key.
	token func(key string) string
	// shell is how a shell makes it, with KEY for the name of the variable that
	// holds the key.
	shell string
}

// forgeries are those that are tried.
func forgeries() []*forgery {
	return []*forgery{
		{
			id: "auth/garbage-key", name: "a key that nobody was given",
			token: func(string) string { return "understudy-garbage" }, shell: "understudy-garbage",
		},
		{
			id: "auth/truncated-key", name: "a key without its last character",
			token: truncated, shell: "${KEY%?}",
		},
		{
			id: "auth/extended-key", name: "a key with one more character",
			token: func(key string) string { return key + "x" }, shell: "${KEY}x",
		},
		{
			id: "auth/key-in-other-case", name: "a key in the other letter case",
			token: otherCase, shell: `$(printf %s "$KEY" | tr A-Za-z a-zA-Z)`,
		},
		{
			id: "auth/other-user", name: "the password of another user",
			token: func(key string) string {
				return halves(key, func(_, password string) string { return "understudy:" + password })
			}, shell: "understudy:${KEY#*:}",
		},
		{
			id: "auth/empty-password", name: "a user without the password",
			token: func(key string) string { return halves(key, func(user, _ string) string { return user + ":" }) }, shell: "${KEY%%:*}:",
		},
		{
			id: "auth/password-in-other-case", name: "a password in the other letter case",
			token: func(key string) string {
				return halves(key, func(user, password string) string { return user + ":" + otherCase(password) })
			},
			shell: `${KEY%%:*}:$(printf %s "${KEY#*:}" | tr A-Za-z a-zA-Z)`,
		},
		{
			id: "auth/bearer-scheme", name: "a key as a bearer token", scheme: "Bearer",
			token: func(key string) string { return key }, shell: "$KEY",
		},
		{
			id: "auth/basic-scheme", name: "a key as user and password of Basic authentication", scheme: "Basic",
			token: func(key string) string { return base64.StdEncoding.EncodeToString([]byte(key + ":" + key)) },
			shell: `$(printf %s "$KEY:$KEY" | base64 | tr -d '\n')`,
		},
		{
			id: "auth/unknown-scheme", name: "a key under an authentication scheme that does not exist", scheme: "Understudy",
			token: func(key string) string { return key }, shell: "$KEY",
		},
	}
}

// expression is what a shell puts in place of the key that a variable holds.
func (f *forgery) expression(variable string) string {
	if f == nil {
		return "$" + variable
	}
	return strings.ReplaceAll(f.shell, "KEY", variable)
}

// of is what is sent in place of a key.
func (f *forgery) of(key string) string {
	if f == nil {
		return key
	}
	return f.token(key)
}

// halves makes a credential out of the user and the password in a key; a key that is
// no such pair stays as it is.
func halves(key string, combine func(user, password string) string) string {
	user, password, ok := strings.Cut(key, ":")
	if !ok {
		return key
	}
	return combine(user, password)
}

// truncated is a key without its last character.
func truncated(key string) string {
	characters := []rune(key)
	return string(characters[:max(0, len(characters)-1)])
}

// otherCase is a key with small letters for capitals and capitals for small
// letters.
func otherCase(key string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r > unicode.MaxASCII:
			return r
		case unicode.IsUpper(r):
			return unicode.ToLower(r)
		}
		return unicode.ToUpper(r)
	}, key)
}
