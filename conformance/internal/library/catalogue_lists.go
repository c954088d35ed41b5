package library

import "slices"

// paginationBugs are about lists in pages, sorted and filtered.
func paginationBugs() []Bug {
	return slices.Concat(pageBugs(), linkBugs(), orderBugs())
}

func pageBugs() []Bug {
	return []Bug{
		{ID: "pagination/total-is-of-page", Summary: "The total is of the records on the page."},
		{ID: "pagination/total-is-of-pages", Summary: "The total is of pages."},
		{ID: "pagination/total-leaves-out-pages-before", Summary: "The total leaves out the pages before."},
		{ID: "pagination/total-frozen", Summary: "The total is that of the start of the server for ever."},
		{ID: "pagination/total-of-deleted-too", Summary: "The total includes deleted records."},
		{ID: "pagination/total-ignores-filter", Summary: "The total of a filtered list is of all records."},
		{ID: "pagination/per-page-ignored", Summary: "A page has as many records as without per_page."},
		{ID: "pagination/one-too-many", Summary: "A page has one record more than per_page says."},
		{ID: "pagination/one-too-few", Summary: "A page has one record less than per_page says."},
		{ID: "pagination/page-ignored", Summary: "Every page is the first one."},
		{ID: "pagination/page-counts-from-zero", Summary: "The first page has the number 0."},
		{ID: "pagination/page-reversed", Summary: "The records within a page are in the opposite order."},
		{ID: "pagination/past-the-end-404", Summary: "A page past the end answers 404."},
		{ID: "pagination/past-the-end-500", Summary: "A page past the end fails with 500."},
		{ID: "pagination/past-the-end-last-page", Summary: "A page past the end shows the last page again."},
		{ID: "pagination/page-zero-500", Summary: "Page 0 fails with 500."},
		{ID: "pagination/per-page-zero-500", Summary: "A per_page of 0 fails with 500."},
		{ID: "pagination/negative-500", Summary: "A negative page or per_page fails with 500."},
		{ID: "pagination/not-a-number-500", Summary: "A page or per_page that is not a number fails with 500."},
		{ID: "pagination/per-page-over-maximum-500", Summary: "A per_page over the maximum fails with 500."},
		{ID: "pagination/per-page-over-maximum-served", Summary: "A per_page over the maximum is served in full."},
	}
}

func linkBugs() []Bug {
	return []Bug{
		{ID: "pagination/next-missing", Summary: "Link never has a next page."},
		{ID: "pagination/next-skips-partial-page", Summary: "Link has no next page before a page that would not be full."},
		{ID: "pagination/next-on-last-page", Summary: "Link has a next page on the last page too."},
		{ID: "pagination/next-after-exact-end", Summary: "Link leads to an empty next page when the last page is full."},
		{ID: "pagination/next-is-this-page", Summary: "The next page is the page itself."},
		{ID: "pagination/next-skips-a-page", Summary: "The next page is the one after the next."},
		{ID: "pagination/prev-missing", Summary: "Link never has a page before."},
		{ID: "pagination/prev-missing-on-second-page", Summary: "Link has no page before on the second page."},
		{ID: "pagination/prev-on-first-page", Summary: "Link has a page before on the first page too."},
		{ID: "pagination/prev-is-this-page", Summary: "The page before is the page itself."},
		{ID: "pagination/prev-is-first-page", Summary: "The page before is always the first page."},
		{ID: "pagination/next-and-prev-swapped", Summary: "The next page is called the one before, and the other way round."},
		{ID: "pagination/first-missing", Summary: "Link has no first page."},
		{ID: "pagination/first-is-page-zero", Summary: "The first page of Link has the number 0."},
		{ID: "pagination/last-missing", Summary: "Link has no last page."},
		{ID: "pagination/last-one-too-far", Summary: "The last page of Link is empty."},
		{ID: "pagination/last-one-too-early", Summary: "The last page of Link is the one before the last."},
		{ID: "pagination/last-by-default-size", Summary: "The last page of Link is reckoned with the default size of a page."},
		{ID: "pagination/last-is-total", Summary: "The last page of Link has the number of all records."},
		{ID: "pagination/links-drop-per-page", Summary: "The neighbouring pages are linked without per_page."},
		{ID: "pagination/links-drop-filter", Summary: "The neighbouring pages are linked without the filter."},
		{ID: "pagination/links-drop-sort", Summary: "The neighbouring pages are linked without sort."},
		{ID: "pagination/links-drop-parameters", Summary: "The neighbouring pages are linked with page and per_page alone."},
		{ID: "pagination/links-relative", Summary: "The neighbouring pages are linked without scheme and host."},
		{ID: "pagination/links-on-other-host", Summary: "The neighbouring pages are on a host that only the server knows."},
		{ID: "pagination/links-on-other-scheme", Summary: "The neighbouring pages are https behind http, and http behind https."},
		{ID: "pagination/links-on-other-path", Summary: "The neighbouring pages have a path that is not there."},
		{ID: "pagination/links-double-encoded", Summary: "The parameters of the neighbouring pages are encoded twice."},
		{ID: "pagination/link-html-escaped", Summary: "The links have &amp; in place of &."},
		{ID: "pagination/link-without-brackets", Summary: "The links have no angle brackets."},
		{ID: "pagination/link-separated-by-semicolons", Summary: "The links are separated by semicolons."},
	}
}

func orderBugs() []Bug {
	return []Bug{
		{ID: "pagination/order-newest-first", Summary: "A list that is not sorted is newest first."},
		{ID: "pagination/order-random", Summary: "The order of a list is another at each request."},
		{ID: "pagination/order-turns-on-later-pages", Summary: "All pages but the first are cut from the list turned round."},
		{ID: "pagination/order-by-updated-at", Summary: "A list that is not sorted is in the order of the last change."},
		{ID: "pagination/sort-ignored", Summary: "sort is ignored, but for its direction."},
		{ID: "pagination/descending-ignored", Summary: "A minus before the member to sort by is ignored."},
		{ID: "pagination/sorted-backwards", Summary: "A sorted list is in the opposite order."},
		{ID: "pagination/numbers-sorted-as-text", Summary: "Numbers are sorted as text: 100 before 20."},
		{ID: "pagination/sort-by-first-letter", Summary: "Texts are sorted by their first letter alone."},
		{ID: "pagination/unknown-sort-500", Summary: "A sort by what is not there fails with 500."},
		{ID: "pagination/filter-ignored", Summary: "The filter by genre is ignored."},
		{ID: "pagination/filter-matches-parts", Summary: "The filter by genre keeps genres that contain the one that is asked for."},
		{ID: "pagination/filter-matches-others", Summary: "The filter by genre keeps all others."},
		{ID: "pagination/filter-matches-nothing", Summary: "The filter by genre keeps nothing."},
		{ID: "pagination/unknown-genre-500", Summary: "A filter by a genre that is not there fails with 500."},
	}
}
