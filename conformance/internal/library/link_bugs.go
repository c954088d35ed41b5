package library

import (
	"html"
	"net/url"
	"slices"
	"strings"
)

// mislinked is what becomes of the pages that a list leads to.
func (s *server) mislinked(all []relation, want asked, total int) []relation {
	last := max(pages(want, total), 1)
	without := func(rel string) []relation {
		return slices.DeleteFunc(all, func(l relation) bool { return l.rel == rel })
	}
	switch {
	case s.bug("pagination/next-missing"),
		want.page+1 == last && total%want.perPage != 0 && s.bug("pagination/next-skips-partial-page"):
		return without("next")
	case s.bug("pagination/prev-missing"), want.page == 2 && s.bug("pagination/prev-missing-on-second-page"):
		return without("prev")
	case s.bug("pagination/first-missing"):
		return without("first")
	case s.bug("pagination/last-missing"):
		return without("last")
	case want.page >= last && s.bug("pagination/next-on-last-page"),
		want.page == last && total == last*want.perPage && s.bug("pagination/next-after-exact-end"):
		return append(all, relation{"next", want.page + 1})
	case want.page == 1 && s.bug("pagination/prev-on-first-page"):
		return append(all, relation{"prev", 1})
	}
	for i := range all {
		all[i].page = s.misnumbered(all[i], want, total)
	}
	return all
}

// misnumbered is the page that a link leads to.
func (s *server) misnumbered(l relation, want asked, total int) int {
	switch {
	case l.rel == "next" && s.bug("pagination/next-is-this-page"), l.rel == "prev" && s.bug("pagination/prev-is-this-page"):
		return want.page
	case l.rel == "next" && s.bug("pagination/next-skips-a-page"):
		return want.page + 2
	case l.rel == "prev" && s.bug("pagination/prev-is-first-page"):
		return 1
	case l.rel == "first" && s.bug("pagination/first-is-page-zero"):
		return 0
	case l.rel == "last" && s.bug("pagination/last-one-too-far"):
		return l.page + 1
	case l.rel == "last" && s.bug("pagination/last-one-too-early"):
		return max(l.page-1, 1)
	case l.rel == "last" && s.bug("pagination/last-by-default-size"):
		return (total + s.PageSize - 1) / s.PageSize
	case l.rel == "last" && s.bug("pagination/last-is-total"):
		return total
	}
	return l.page
}

// misspelt is the URL of a page.
func (s *server) misspelt(rel string, target url.URL, query url.Values) string {
	if rel != "next" && rel != "prev" {
		target.RawQuery = query.Encode()
		return target.String()
	}
	switch {
	case s.bug("pagination/links-drop-per-page"):
		query.Del("per_page")
	case s.bug("pagination/links-drop-filter"):
		query.Del("genre")
	case s.bug("pagination/links-drop-sort"):
		query.Del("sort")
	case s.bug("pagination/links-drop-parameters"):
		query = url.Values{"page": query["page"], "per_page": query["per_page"]}
	case s.bug("pagination/links-on-other-host"):
		target.Host = "backend.internal:8000"
	case s.bug("pagination/links-on-other-scheme"):
		target.Scheme = map[string]string{"http": "https", "https": "http"}[target.Scheme]
	case s.bug("pagination/links-on-other-path"):
		target.Path = "/v1" + target.Path
	case s.bug("pagination/links-relative"):
		target.Scheme, target.Host = "", ""
	case s.bug("pagination/links-double-encoded"):
		for name, values := range query {
			query.Set(name, url.QueryEscape(values[0]))
		}
	}
	target.RawQuery = query.Encode()
	return target.String()
}

// miswrittenLink is one link of the header.
func (s *server) miswrittenLink(rel, target string) string {
	swapped := map[string]string{"next": "prev", "prev": "next"}
	switch {
	case s.bug("pagination/link-without-brackets"):
		return strings.NewReplacer("<", "", ">", "").Replace(written(rel, target))
	case s.bug("pagination/link-html-escaped"):
		return written(rel, html.EscapeString(target))
	case swapped[rel] != "" && s.bug("pagination/next-and-prev-swapped"):
		return written(swapped[rel], target)
	}
	return written(rel, target)
}

// missent is what becomes of the header as a whole.
func (s *server) missent(header string) string {
	if s.bug("pagination/link-separated-by-semicolons") {
		return strings.ReplaceAll(header, ", ", "; ")
	}
	return header
}
