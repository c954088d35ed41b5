package conformance

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"understudy/internal/resource"
)

// Cleaned is what became of a ledger.
type Cleaned struct {
	// Target is the server that the ledger is of, "" when it lists nothing.
	Target        string
	Deleted, Left int
	// Undeleted tells of each record that is left its path and what came of deleting it.
	Undeleted []string
	// Refused says that the server refused the keys for all of them.
	Refused bool
}

// CleanUp deletes what a ledger says was left. Target is the server that it must be
// of; "" is whatever it names on this machine. Options give the keys and the document.
// The error is a UsageError for what is no ledger, one of another server, or one that lists
// what is no record of the document; nothing was sent then.
func CleanUp(ctx context.Context, target, file string, opts ...Option) (Cleaned, error) {
	kept, err := readLedger(file)
	if err != nil {
		return Cleaned{}, err
	}
	cleaned := Cleaned{Target: kept.target, Left: len(kept.left)}
	if len(kept.left) == 0 {
		return cleaned, nil
	}
	base, err := kept.server(target)
	if err != nil {
		return cleaned, err
	}
	o := newOptions(opts)
	c, model, err := readDocument(o)
	if err != nil {
		return cleaned, err
	}
	s := &suite{options: o, contract: c, model: model, samples: newSamples(o.seed), client: newClient(base, o, c), ledgers: &ledgerFile{}}
	if err := errors.Join(s.checkSchemes(), s.checkParamNames(), s.checkEntries(kept)); err != nil {
		return cleaned, err
	}
	s.openLanes(nil)
	all := s.laneOf[nil]
	all.isAlone = true
	for _, r := range kept.left {
		if err := all.ledger.add(entry{Path: r.Path, Target: kept.target, As: r.As, Under: r.Under}); err != nil {
			return cleaned, err
		}
	}
	s.allowCleaning()
	all.removeAll(ctx, kept.left)
	cleaned.Deleted, cleaned.Left, cleaned.Undeleted = all.ledger.gone(), all.ledger.there(), s.undeleted()
	cleaned.Refused = cleaned.Deleted == 0 && len(all.denied) > 0 && len(all.denied) == len(all.stuck)
	return cleaned, ctx.Err()
}

// server is where the records of a ledger are, if it is the target that was meant. Keys go
// to another machine only when somebody says which.
func (k *keptLedger) server(target string) (*url.URL, error) {
	base, err := serverURL(strings.TrimSuffix(k.target, "/"))
	switch {
	case err != nil:
		return nil, err
	case target == "" && !isLoopback(base.Hostname()):
		return nil, usagef("%s is of %s, which is not on this machine: allow it with --target %s; nothing was sent", k.file, k.target, k.target)
	case target != "" && strings.TrimSuffix(target, "/") != strings.TrimSuffix(k.target, "/"):
		return nil, usagef("%s is of %s, and the target is %s: nothing was sent", k.file, k.target, target)
	}
	return base, nil
}

// checkEntries refuses a ledger that lists what no run by the document would have made.
func (s *suite) checkEntries(kept *keptLedger) error {
	var wrong []error
	for _, r := range kept.left {
		if why := s.misfit(r); why != "" {
			wrong = append(wrong, usagef("%s:%d: %q is not deleted: %s; nothing was sent", kept.file, r.line, r.Path, why))
		}
	}
	return errors.Join(wrong...)
}

// misfit says why an entry is of no record that a run by the document may have made; ""
// when it may.
func (s *suite) misfit(r entry) string {
	switch {
	case !slices.Contains([]who{nobody, writer, reader, unscoped, foreigner}, r.As):
		return "there is no key \"" + string(r.As) + "\""
	case strings.ContainsAny(r.Path, "?#"):
		return "a record has no query and no fragment"
	case !isStraight(r.Path):
		return "the path of a record has no empty segments and no dots for one"
	case r.Under != "":
		return "" // it goes with another, and is not asked to go
	}
	match := s.contract.Match(http.MethodDelete, r.Path)
	binding, bound := s.model.Bind(match.Operation)
	if !bound || match.Base != "" || binding.Role != resource.Remove || binding.Collection.Singleton {
		return "the document has no record there that DELETE deletes; name the document of the run with --spec"
	}
	return ""
}

// isStraight reports whether a path leads where it seems to, however a server decodes it.
func isStraight(path string) bool {
	decoded, err := url.PathUnescape(strings.TrimSuffix(path, "/"))
	if err != nil {
		return false
	}
	isDevious := func(segment string) bool { return segment == "." || segment == ".." }
	segments := strings.FieldsFunc(decoded, func(r rune) bool { return r == '/' || r == '\\' })
	return !strings.Contains(path, "//") && !slices.ContainsFunc(segments, isDevious)
}
