package conformance

import (
	"context"
	"crypto/tls"
	"fmt"
	"net/http"
	"time"

	"understudy/internal/resource"
)

// preflight finds out whether the target can be judged at all, and what is there
// already. Found are the facts of interest to who watches the run.
func (s *suite) preflight(ctx context.Context) (found []string, err error) {
	for _, c := range s.model.Collections {
		if s.operationFor(c, resource.List) == nil || isNested(c) || s.missingParam(c) != "" {
			continue
		}
		e := s.newEnv(c, &Check{})
		a, err := e.get(ctx, e.collectionPath())
		switch {
		case err != nil:
			return nil, fmt.Errorf("%w: %w", ErrUnreachable, err)
		case a.status == http.StatusUnauthorized || a.status == http.StatusForbidden:
			return nil, s.refused(e.collectionPath(), a)
		case a.status >= http.StatusInternalServerError:
			return nil, fmt.Errorf("%w: GET %s is answered with %d", ErrUnreachable, e.collectionPath(), a.status)
		}
		if found == nil {
			s.noteSkew(a)
			found = s.connection(a)
		}
		s.existing[c] = map[string]map[string]any{}
		if items, first, err := e.everything(ctx); err == nil {
			for _, item := range items {
				if id := idOf(item, c); id != "" {
					s.existing[c][id] = item
				}
			}
			found = append(found, stock(s.nameOf(c), first, len(items)))
		}
	}
	if hint := s.astray(); hint != "" {
		found = []string{hint}
	}
	return found, ctx.Err()
}

// refused says that the target refuses the key, if it is the target.
func (s *suite) refused(path string, a *answer) error {
	err := fmt.Errorf("%w: it refuses the key: GET %s is answered with %d%s", ErrUnreachable, path, a.status, s.client.keyHint(a.sent))
	if advice := s.otherBase(); advice != "" && a.status == http.StatusForbidden { // as some gateways answer what they do not know
		return fmt.Errorf("%w; or it is not the target: %s", err, advice)
	}
	return err
}

// connection tells how the target answers.
func (s *suite) connection(a *answer) []string {
	facts := []string{"it answers"}
	if a.tls != nil {
		facts = append(facts, tls.VersionName(a.tls.Version))
	}
	if skew := skewOf(a).Round(time.Second); skew.Abs() > time.Second {
		facts = append(facts, fmt.Sprintf("its clock is %s off", skew))
	}
	for _, name := range []string{"RateLimit", "RateLimit-Limit", "X-RateLimit-Limit", "X-Rate-Limit-Limit"} {
		if limit := a.header.Get(name); limit != "" {
			return append(facts, name+": "+s.client.redact(a.sent, limit))
		}
	}
	return facts
}

// stock tells what a collection holds before the run.
func stock(name string, first *page, held int) string {
	fact := fmt.Sprintf("%d records in %s", held, name)
	if len(first.items) < held {
		fact += fmt.Sprintf(", %d a page", len(first.items))
	}
	return fact
}

// noteSkew tells when the target's clock is far from ours.
func (s *suite) noteSkew(a *answer) {
	if skew := skewOf(a); skew.Abs() > 5*time.Second {
		s.note("the target's clock is %s off", skew.Round(time.Second))
	}
}

// skewOf is how far the target's clock is ahead of ours, as its Date tells; 0 when it
// tells nothing.
func skewOf(a *answer) time.Duration {
	date, err := http.ParseTime(a.header.Get("Date"))
	if err != nil {
		return 0
	}
	return date.Sub(a.received)
}
