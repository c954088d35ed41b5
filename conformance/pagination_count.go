package conformance

import (
	"context"
	"net/http"
	"strconv"

	"understudy/internal/resource"
)

// counted says that a list does not tell how many records there are.
func counted(c *resource.Collection) string {
	if _, ok := c.Envelope.Path(resource.CountPart); ok || c.Page.TotalHeader != "" {
		return ""
	}
	return "the list tells no count"
}

func checkCount(ctx context.Context, e *env, _ *survey) error {
	if err := e.comeAndGo(ctx); err != nil {
		return err
	}
	s, err := e.survey(ctx)
	if err != nil {
		return err
	}
	if !s.whole {
		return notApplicable("the list is too long to be counted")
	}
	small := e.smallest()
	windows := []window{{limit: small}, e.second(s, small), e.align(s, window{e.bigger(), s.total - 1})}
	if past, ok := e.pastTheEnd(s, small, 5); ok {
		windows = append(windows, past)
	}
	told := false
	for _, w := range windows {
		path, err := e.locate(ctx, s, w)
		if err != nil {
			return err
		}
		if path == "" {
			continue
		}
		a, err := e.get(ctx, path)
		if err != nil {
			return err
		}
		if a.status != http.StatusOK {
			continue // other checks are about that
		}
		tells, err := e.expectCount(a, s.total)
		if err != nil {
			return err
		}
		told = told || tells
	}
	if !told {
		return notApplicable("no page tells a count, which the document lets it leave out")
	}
	return nil
}

// expectCount judges the number of all records that a page tells, in its body and in
// a header. Where it has to tell one is for the checks of the schema.
func (e *env) expectCount(a *answer, total int) (told bool, err error) {
	p, err := e.parsePage(a)
	if err != nil {
		return false, err
	}
	header := e.collection.Page.TotalHeader
	if header != "" && a.header.Get(header) != "" && p.headed != total {
		return true, mismatch(a, "the count in "+header+" is not the number of records", strconv.Itoa(total), a.header.Get(header))
	}
	if p.count >= 0 && p.count != total {
		return true, mismatch(a, "the count of this page is not the number of records", strconv.Itoa(total), strconv.Itoa(p.count))
	}
	return p.count >= 0, nil
}

// comeAndGo creates a record and deletes it, where the run may.
func (e *env) comeAndGo(ctx context.Context) error {
	if !e.mayCreate() {
		return nil
	}
	r, err := e.create(ctx)
	if isFailure(err) || isObstacle(err) {
		return nil // other checks are about creating
	}
	if err != nil {
		return err
	}
	return e.discard(ctx, r)
}
