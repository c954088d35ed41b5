package proxy

import (
	"fmt"
	"strings"

	"understudy/internal/contract"
)

// astray remembers whether any request has reached the API, and what to try as long as
// none has.
type astray struct {
	arrived bool
	advice  string
}

// see looks at where a request for a path of the document went. It returns the advice
// when that is new.
func (a *astray) see(watch Watch, e *Exchange, j *judgement) string {
	switch {
	case a.arrived || watch.Upstream == nil || j.match.Allow == "" || e.Answer == nil:
		return ""
	case !contract.IsAstray(e.Answer.Status, e.Answer.Header):
		a.arrived, a.advice = true, ""
		return ""
	case a.advice != "":
		return ""
	}
	called := *watch.Upstream
	called.Path, called.RawPath = j.base, ""
	why, bases := watch.Contract.OtherBase(called)
	if why == "" {
		return ""
	}
	a.advice = fmt.Sprintf("no request reached the API, as it seems: below %s the answer is %d; %s: %s", called.String(), e.Answer.Status, why, upstreamFor(bases, j.match.Base))
	return a.advice
}

// upstreamFor says what to stand before for requests to come to one of these URLs, of
// which callers send the end.
func upstreamFor(bases []string, sent string) string {
	try := make([]string, len(bases))
	for i, base := range bases {
		upstream, ends := strings.CutSuffix(base, sent)
		if !ends {
			return "let callers ask for paths of " + strings.Join(bases, " or ")
		}
		try[i] = upstream
	}
	return "try " + strings.Join(try, " or ") + " as UPSTREAM"
}
