package conformance

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strconv"

	"understudy/conformance/report"
	"understudy/internal/resource"
)

// cursorChecks are about pages that begin at a cursor or at a record.
func cursorChecks() []Check {
	return []Check{
		{
			ID: "pagination/unknown-start", Level: report.Must, At: at(resource.List), Needs: pagedAnd(marked), Requires: steady, Follows: []string{"crud/update-adds-nothing", "pagination/limit"},
			Requirement: "A cursor that no page gave, or the id of a record that is not there, is refused with an answer that the document declares, or taken for none. It is no failure of the server.",
			Sends:       "GET with a made-up cursor or id, and with an empty one.", Failure: "cursor=understudy-no-such-page fails: status 500",
			Costs: Costs{Requests: 2},
			run:   surveyed(1, checkUnknownStart),
		},
		{
			ID: "pagination/limit-changes", Level: report.Must, At: at(resource.List), Needs: pagedAnd(resizable), Requires: sizable, Follows: tidyPages,
			Requirement: "A cursor, or the id of a record, leads to the same place when the limit is another one, or that is refused with an answer that the document declares. For a cursor this is a warning.",
			Sends:       "GET of the first page, then of what its cursor leads to with another limit.", Failure: "record 2 of the list is another one on this page",
			Costs: Costs{Requests: 2},
			run:   surveyed(2, checkLimitChanges),
		},
	}
}

// marked says that pages do not begin at a cursor or a record.
func marked(c *resource.Collection) string {
	if c.Page.Start == nil || c.Page.Style != resource.Cursor && c.Page.Style != resource.AfterItem {
		return "pages begin at a number"
	}
	return ""
}

func resizable(c *resource.Collection) string {
	if why := marked(c); why != "" {
		return why
	}
	return sized(c)
}

func checkUnknownStart(ctx context.Context, e *env, s *survey) error {
	start := e.startName()
	unknown, err := e.unknownStart(ctx)
	if err != nil {
		return err
	}
	for _, value := range []string{unknown, ""} {
		query := url.Values{start: {value}}
		a, err := e.get(ctx, e.pagePath(window{}, query))
		if err != nil {
			return err
		}
		treatment, err := e.treatmentOf(s, a, query.Encode())
		if err != nil {
			return err
		}
		if value == "" {
			continue
		}
		if err := e.habit("a "+start+" that no page gave", treatment, a); err != nil {
			return err
		}
	}
	return nil
}

// unknownStart is a cursor, or an id, that no page gives.
func (e *env) unknownStart(ctx context.Context) (string, error) {
	if e.paging() == resource.AfterItem {
		return e.unknownID(ctx)
	}
	if schema := e.collection.Page.Start.Schema; schema != nil && len(schema.Check(noSuchPage)) > 0 {
		return strconv.Itoa(unlimited), nil
	}
	return noSuchPage, nil
}

const noSuchPage = "understudy-no-such-page"

// treatmentOf judges the answer to a start that makes no sense.
func (e *env) treatmentOf(s *survey, a *answer, query string) (treatment string, err error) {
	if a.status >= 400 && a.status < 500 {
		if op := e.op(resource.List); op.Response(a.status) == nil && declaresNoError(nil, op) == "" {
			return "", mismatch(a, query+" is refused with an answer that the document does not declare", "a status of the document", fmt.Sprintf("status %d", a.status))
		}
		return "refused", nil
	}
	if a.status != http.StatusOK {
		return "", mismatch(a, query+" fails", "status 200 or 400", fmt.Sprintf("status %d", a.status))
	}
	p, err := e.parsePage(a)
	if err != nil {
		return "", err
	}
	if len(p.items) == 0 {
		return "an empty page", nil
	}
	if e.paging() == resource.AfterItem {
		return "some page", nil // an id may have its place without its record
	}
	return "ignored", e.expect(s, p, 0)
}

func checkLimitChanges(ctx context.Context, e *env, s *survey) error {
	small := e.smallest()
	p, err := e.open(ctx, s, window{limit: small})
	if err != nil {
		return err
	}
	path := e.onward(p, small, 1, len(p.items))
	if path == "" || len(p.items) >= s.total {
		return notApplicable("the list is one page")
	}
	a, err := e.get(ctx, e.withQuery(path, url.Values{e.collection.Page.Size.Name: {strconv.Itoa(e.bigger())}}, ""))
	if err != nil {
		return err
	}
	if a.status >= 400 && a.status < 500 && e.op(resource.List).Response(a.status) != nil {
		return e.habit("a cursor with another limit", "refused", a)
	}
	if err := wantStatus(a, "a cursor with another limit fails", http.StatusOK); err != nil {
		return err
	}
	next, err := e.parsePage(a)
	if err != nil {
		return err
	}
	err = e.expect(s, next, len(p.items))
	if len(next.items) == 0 {
		err = failf(a, "the page after the first is empty with another limit, and the list has %d records", s.total)
	}
	if e.paging() == resource.Cursor { // what it means is for the server to know
		return softened(err, "the document promises nothing else, but who changes the limit on the way misses records, or sees some twice")
	}
	return err
}
