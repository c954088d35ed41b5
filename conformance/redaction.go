package conformance

import (
	"cmp"
	"encoding/base64"
	"errors"
	"fmt"
	"net/textproto"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
)

// secret is one form in which a key may stand in a text, with what takes its place.
type secret struct {
	text, instead string
	isWord        bool // it may stand in a sentence of ours and mean nothing
}

// secretsOf lists what reports must not hold.
func secretsOf(o options) []secret {
	var secrets []secret
	for as, token := range o.tokens {
		secrets = append(secrets, forms(token, "$"+variable(as))...)
	}
	for as, tokens := range o.schemes {
		for scheme, token := range tokens {
			secrets = append(secrets, forms(token, "$"+schemeVariable(as, scheme))...)
		}
	}
	return secrets
}

// longestFirst sorts secrets of which one may be part of another.
func longestFirst(secrets []secret) []secret {
	slices.SortFunc(secrets, func(a, b secret) int {
		return cmp.Or(len(b.text)-len(a.text), strings.Compare(a.text, b.text), strings.Compare(a.instead, b.instead))
	})
	return secrets
}

// minPassword is how long a password must be to be told from other words.
const minPassword = 6

// forms lists the ways in which a key may stand in a text: as it is, as a URL has
// it, as basic authentication sends it, and its password alone.
func forms(token, instead string) []secret {
	if token == "" {
		return nil
	}
	texts := []string{token}
	if escaped := url.QueryEscape(token); escaped != token {
		texts = append(texts, escaped)
	}
	texts = append(texts, base64.StdEncoding.EncodeToString([]byte(token)), base64.StdEncoding.EncodeToString([]byte(token+":")))
	if _, password, ok := strings.Cut(token, ":"); ok && len(password) >= minPassword {
		texts = append(texts, password)
	}
	var found []secret
	for _, text := range texts {
		found = append(found, secret{text, instead, couldBeWord(text)})
	}
	return found
}

var wordShape = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^([A-Za-z]?[a-z-]{0,16}|[A-Z]{1,16}|.{1,5})$`) })

// couldBeWord reports whether a key, such as "test", could be a word of a sentence
// as well, or a part of one.
func couldBeWord(key string) bool { return wordShape().MatchString(key) }

// redactor puts something else in the place of secrets, all at once: what stands for
// one is not searched for another.
type redactor struct {
	all, words, others *strings.Replacer
	hasWords           bool
}

func newRedactor(secrets []secret) *redactor {
	var all, words, others []string
	for _, s := range longestFirst(secrets) {
		all = append(all, s.text, s.instead)
		if s.isWord {
			words = append(words, s.text, s.instead)
		} else {
			others = append(others, s.text, s.instead)
		}
	}
	return &redactor{strings.NewReplacer(all...), strings.NewReplacer(words...), strings.NewReplacer(others...), len(words) > 0}
}

// redactorOf knows the keys, and what requests forged of one: it may be most of the
// key.
func (c *client) redactorOf(requests ...request) *redactor {
	var forged []secret
	for _, r := range requests {
		if r.forged == nil {
			continue
		}
		for _, made := range c.credentials(r) {
			forged = append(forged, forms(made.sent, made.shell)...)
		}
	}
	if len(forged) == 0 {
		return c.redactor
	}
	return newRedactor(append(forged, secretsOf(c.options)...))
}

// redact takes the keys out of what was sent or came back.
func (c *client) redact(r request, text string) string { return c.redactorOf(r).all.Replace(text) }

// quotation is what stands in a sentence and is not of it: something in quotes, or a
// value of a query.
var quotation = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`"(?:[^"\\]|\\.)*(?:"|$)|'[^' ]*'|=[^\s&]+`) })

// redactSentence takes the keys out of a sentence of ours, which may quote what the
// target answered. A key that could be a word is taken out of what is quoted alone,
// or it would eat words that tell nobody what it is.
func (c *client) redactSentence(text string, answers []*answer) string {
	var requests []request
	for _, a := range answers {
		requests = append(requests, a.sent)
	}
	redactor := c.redactorOf(requests...)
	text = redactor.others.Replace(text)
	if !redactor.hasWords {
		return text
	}
	ours, quoted := text, ""
	if at := strings.LastIndex(text, ": ") + len(": "); at >= len(": ") && said(answers, text[at:]) {
		ours, quoted = text[:at], text[at:]
	}
	if said(answers, ours) {
		return redactor.words.Replace(text)
	}
	return quotation().ReplaceAllStringFunc(ours, redactor.words.Replace) + redactor.words.Replace(quoted)
}

// said reports whether an answer holds a text as it stands.
func said(answers []*answer, text string) bool {
	return text != "" && slices.ContainsFunc(answers, func(a *answer) bool {
		for _, values := range a.header {
			if slices.ContainsFunc(values, func(value string) bool { return strings.Contains(value, text) }) {
				return true
			}
		}
		return strings.Contains(string(a.body), text)
	})
}

// redactError takes the keys out of the reason why an answer did not come. Of one
// that cannot be read, it quotes a part without any quotes.
func (c *client) redactError(r request, err error) string {
	var failed *url.Error
	if errors.As(err, &failed) {
		if err = failed.Err; failed.Timeout() {
			return fmt.Sprintf("it does not answer within %s", c.options.timeout)
		}
	}
	var unreadable textproto.ProtocolError
	if errors.As(err, &unreadable) || r.forged != nil {
		return c.redact(r, err.Error())
	}
	return c.redactSentence(err.Error(), nil)
}
