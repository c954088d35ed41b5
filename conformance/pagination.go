package conformance

import (
	"context"
	"slices"

	"understudy/conformance/report"
	"understudy/internal/resource"
)

func paginationChecks() []Check {
	return slices.Concat(pageChecks(), linkChecks(), toldChecks(), walkChecks(), pageSizeChecks(), cursorChecks(), chosenChecks(), movingChecks())
}

// paged is what a check of pages needs. It runs without writing too, on the
// records that are there.
var paged = Needs{Roles: []resource.Role{resource.List}, Paged: true}

// pagedAnd adds to paged what else a collection must offer.
func pagedAnd(offers func(*resource.Collection) string) Needs {
	return Needs{Roles: paged.Roles, Paged: true, Offers: offers}
}

// What must be in order before a check of pages tells anything: that the list can be read,
// that it rests, and that pages may be small.
var (
	listable = []string{"crud/list"}
	steady   = and(listable, "pagination/stable")
	sizable  = and(steady, "pagination/limit")
)

// The checks whose failure shows on single pages, and where these are linked.
var (
	tidyPages  = []string{"crud/update-adds-nothing", "pagination/offset"}
	soundPages = and(tidyPages, "pagination/limit")
	soundLinks = and(tidyPages, "pagination/links", "pagination/links-keep-query")
)

// and adds to a list of required checks.
func and(required []string, more ...string) []string { return slices.Concat(required, more) }

// pageChecks are about single pages.
func pageChecks() []Check {
	return []Check{
		{
			ID: "pagination/stable", Level: report.Must, At: at(resource.List), Needs: paged, Requires: listable,
			Requirement: "Reading an unchanged list again gives the same records in the same order.",
			Sends:       "GET of the collection, twice.", Failure: "record 2 of the list is another one than before",
			Costs: Costs{Requests: 5},
			run:   surveyed(2, checkStable),
		},
		{
			ID: "pagination/limit", Level: report.Must, At: at(resource.List), Needs: pagedAnd(sized), Requires: steady, Follows: []string{"crud/update-adds-nothing"},
			Requirement: "A page holds as many records as its limit says, as long as there are so many.",
			Sends:       "GET of the first page with a limit of 1, 2 and n−1, where n is the number of records.", Failure: "a page with a limit of 2 holds another number of records: 3",
			Costs: Costs{Requests: 3},
			run:   surveyed(1, checkLimit),
		},
		{
			ID: "pagination/offset", Level: report.Must, At: at(resource.List), Needs: paged, Requires: steady, Follows: []string{"crud/update-adds-nothing", "pagination/limit"},
			Requirement: "A page starts with the record that its offset, its number, its cursor or the id before it leads to, and goes on in the order of the list.",
			Sends:       "GET of the second page, or of one that starts at the second record, and of one with the last record.", Failure: "record 2 of the list is another one on this page",
			Costs: Costs{Requests: 3},
			run:   surveyed(2, checkOffset),
		},
		{
			ID: "pagination/count", Level: report.Must, At: at(resource.List), Needs: pagedAnd(counted), Requires: listable, Follows: []string{"schema/list", "schema/list-empty", "crud/create-counted", "crud/delete-listed"},
			Requirement: "The count is the number of all records, on every page, in the body and in a header.",
			Sends:       "POST and DELETE of a record, then GET of the first page, a middle one, the last one and one past the end.", Failure: "the count of this page is not the number of records: expected 4, got 1",
			Costs: Costs{Requests: 7, Records: 1},
			run:   surveyed(1, checkCount),
		},
		{
			ID: "pagination/past-the-end", Level: report.Must, At: at(resource.List), Needs: pagedAnd(numbered), Requires: steady, Follows: and(soundPages, "schema/list-empty"),
			Requirement: "A page past the end is empty, and no failure. One that has a number may be refused, with 404 or an answer that the document declares.",
			Sends:       "GET of the page after the last, and of one far behind.", Failure: "a page past the end is refused: status 404",
			Costs: Costs{Requests: 2},
			run:   surveyed(0, checkPastTheEnd),
		},
	}
}

// linkChecks are about the links to the neighbouring pages.
func linkChecks() []Check {
	return []Check{
		{
			ID: "pagination/next-ends", Level: report.Must, At: at(resource.List), Needs: pagedAnd(tellsOn), Requires: steady, Follows: soundPages,
			Requirement: "The last page says that there is no next page, also when it is full, by its link, its cursor and whatever else tells.",
			Sends:       "GET of pages that end with the last record.", Failure: "the page with the last record has a next page",
			Costs: Costs{Requests: 3},
			run:   surveyed(1, checkNextEnds),
		},
		{
			ID: "pagination/previous-ends", Level: report.Must, At: at(resource.List), Needs: paged, Requires: listable,
			Requirement: "The first page has no page before it, and none comes before the first record.",
			Sends:       "GET of the first page, with a limit and without.", Failure: "the first page has a previous page",
			Costs: Costs{Requests: 2},
			run:   surveyed(1, checkPreviousEnds),
		},
		{
			ID: "pagination/links", Level: report.Must, At: at(resource.List), Needs: pagedAnd(linked), Requires: steady, Follows: soundPages,
			Requirement: "The links to other pages lead to the scheme, the host and the path under which the list was asked for. They are absolute, except in the header Link and where the document lets them be relative (RFC 8288, section 3.1).",
			Sends:       "GET of a page between two others.", Failure: `next leads to another host: expected "api.example.com", got "backend:8000"`,
			run: surveyed(2, checkLinks),
		},
		{
			ID: "pagination/links-keep-query", Level: report.Must, At: at(resource.List), Needs: pagedAnd(linked), Requires: steady, Follows: and(soundPages, "pagination/links"),
			Requirement: "The links to other pages keep the limit and every other parameter of the query.",
			Sends:       "GET of a page between two others, with one more parameter in the query that nothing knows.", Failure: "next has lost limit",
			run: surveyed(2, checkLinksKeepQuery),
		},
	}
}

// walkChecks are about going from page to page.
func walkChecks() []Check {
	return []Check{
		{
			ID: "pagination/forward", Level: report.Must, At: at(resource.List), Needs: paged,
			Requires:    sizable,
			Follows:     and(soundLinks, "pagination/next-ends"),
			Requirement: "Going on from the first page to the last gives every record once, in the order of the list, whatever the limit: by every link, by the cursor, or by the number or the id that comes next.",
			Sends:       "GET of the first page with a limit of 1, 2, n−1, n and n+1, and of the pages that follow.", Failure: "next is null, and 2 records are still to come",
			Costs: Costs{Requests: 15},
			run:   surveyed(1, checkForward),
		},
		{
			ID: "pagination/backward", Level: report.Must, At: at(resource.List), Needs: paged,
			Requires:    sizable,
			Follows:     and(soundLinks, "pagination/previous-ends"),
			Requirement: "Going back from the last record to the start gives every record, page before page, whatever the limit, where the list offers a way back.",
			Sends:       "GET of a page with the last record and a limit of 1, 2, n−1 and n, and of the pages before.", Failure: "previous is null, and 2 records stand before this page",
			Costs: Costs{Requests: 15},
			run:   surveyed(2, checkBackward),
		},
	}
}

// pageSizeChecks are about limits and offsets that are left out, or out of the
// ordinary.
func pageSizeChecks() []Check {
	return []Check{
		{
			ID: "pagination/default-limit", Level: report.Must, At: at(resource.List), Needs: paged, Requires: steady, Follows: soundPages,
			Requirement: "Without a limit, every page is of one and the same size.",
			Sends:       "GET of the collection without a limit, at the start and at the second record.", Failure: "without a limit, this page holds another number of records",
			Costs: Costs{Requests: 2},
			run:   surveyed(2, checkDefaultLimit),
		},
		{
			ID: "pagination/maximum-limit", Level: report.Must, At: at(resource.List), Needs: pagedAnd(sized), Requires: steady, Follows: soundPages,
			Requirement: "A limit over the maximum is lowered to it, or refused: the same way each time, and next goes on where the page ends.",
			Sends:       "GET with limits far over the maximum.", Failure: "a limit over the maximum fails: status 500",
			Costs: Costs{Requests: 2},
			run:   surveyed(1, checkMaximumLimit),
		},
		{
			ID: "pagination/odd-values", Level: report.Must, At: at(resource.List), Needs: paged, Requires: steady, Follows: and(soundPages, "pagination/past-the-end", "schema/list-empty"),
			Requirement: "A limit, an offset or the number of a page that makes no sense is refused, or taken for none. It is no failure of the server; that one fails which has more than 64 bits is a warning.",
			Sends:       "GET with a limit, and an offset, that is negative, a word, empty or huge, and with a limit that is 0, a fraction or given twice.", Failure: "limit=abc fails: status 500",
			Costs: Costs{Requests: 11},
			run:   surveyed(1, checkOddValues),
		},
	}
}

// movingChecks are about lists that change. They have records of the run created,
// and the last of them cleans up.
func movingChecks() []Check {
	return []Check{
		{
			ID: "pagination/order", Level: report.Must, At: at(resource.List), Needs: paged, Requires: steady, Follows: soundPages,
			Requirement: "The list is in the order that the document declares, also after a record has changed.",
			Sends:       "PATCH of the oldest record of the run, then GET of the collection.", Failure: "created_at: the list is not in the declared order -created_at",
			Costs: Costs{Requests: 4, Records: 2},
			run:   surveyed(2, checkOrder),
		},
		{
			ID: "pagination/moving", Level: report.Must, At: at(resource.List), Needs: Needs{Roles: []resource.Role{resource.List, resource.Create, resource.Remove}, Writes: true, Paged: true},
			Requires:    and(sizable, "crud/create", "crud/delete"),
			Follows:     and(soundLinks, "pagination/next-ends", "pagination/forward"),
			Requirement: "When a record is created between two pages none is lost, and when one is deleted none is repeated. Where pages begin at a record that the request names, neither happens in either case; where they begin at a cursor neither should.",
			Sends:       "GET of the first page, POST, GET of the other pages; and again with a DELETE.", Failure: "a record is on none of the pages, though one was only added",
			Costs: Costs{Requests: 9, Records: 1},
			run:   surveyed(2, checkMoving),
		},
	}
}

// surveyed makes a check of an assertion about a list of some records. When the
// assertion fails, and the list holds other records than before, then others are
// at work and it tells nothing: it is tried again. A target that takes a while to
// show what was written is tried again too.
func surveyed(least int, assert func(context.Context, *env, *survey) error) func(context.Context, *env) error {
	return func(ctx context.Context, e *env) error {
		settled := e.options.settle == 0
		for range 3 {
			s, err := e.stocked(ctx)
			if err != nil {
				return err
			}
			if s.total < least {
				return notApplicable("the list holds %d records, and it takes %d", s.total, least)
			}
			err = assert(ctx, e, s)
			if !isFailure(err) {
				return err
			}
			if late := pause(ctx, e.options.settle); late != nil {
				return late
			}
			if now, again := e.survey(ctx); again != nil || settled && s.sameRecords(now) {
				return err
			}
			settled = true
		}
		return notApplicable("others change the list faster than it can be read")
	}
}
