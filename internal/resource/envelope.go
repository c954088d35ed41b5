package resource

import (
	"slices"
	"strings"

	"understudy/internal/contract"
)

// envelope reads the shape around a part of a body; path leads to the part.
// Nothing stands around a part without a path.
func (in *inference) envelope(n contract.Node, path []string, part Part) Envelope {
	if len(path) == 0 {
		return Envelope{}
	}
	return Envelope{in.around(n, path, part, "", maxNesting)}
}

// around lists what an object of an envelope holds. holder is the name of the
// object, "" for the body.
func (in *inference) around(n contract.Node, path []string, part Part, holder string, depth int) []EnvelopeMember {
	var members []EnvelopeMember
	siblings := in.members(in.leading(n, path))
	for _, m := range siblings {
		member := EnvelopeMember{Name: m.Name}
		switch {
		case len(path) == 1 && m.Name == path[0]:
			member.Part = part
		case len(path) > 1 && m.Name == path[0]:
			member.Part, member.Members = ObjectPart, in.around(m.Node, path[1:], part, m.Name, depth-1)
		case in.isObject(m.Node) && depth > 0:
			member.Members = in.around(m.Node, nil, part, m.Name, depth-1)
			member.Part = OtherPart
			if slices.ContainsFunc(member.Members, func(inner EnvelopeMember) bool { return inner.Part != OtherPart }) {
				member.Part = ObjectPart
			} else {
				member.Members = nil
			}
		default:
			member.Part = partOf(m, holder)
			if member.Part == OtherPart {
				member.Part = besideTotal(m, siblings)
			}
		}
		if member.Part == OtherPart && !m.Required {
			continue
		}
		schema, err := in.contract.ResponseSchema(m.Node)
		if err != nil {
			in.fault(err)
			continue
		}
		member.Schema = schema
		members = append(members, member)
	}
	return lengths(members)
}

// leading is the one of several schemas, for an object that follows any of them, that
// declares the first member of a path; the schema itself where it is not one of several.
func (in *inference) leading(n contract.Node, path []string) contract.Node {
	if len(path) == 0 || hasMember(contract.Members(n), path[0]) {
		return n
	}
	for _, alternative := range contract.Alternatives(in.core(n)) {
		if hasMember(in.members(alternative), path[0]) {
			return alternative
		}
	}
	return n
}

// besideTotal is what a number without a telling name holds where others tell the number
// of all items and that of all pages.
func besideTotal(m contract.Member, siblings []contract.Member) Part {
	paged := func(part Part) bool {
		return slices.ContainsFunc(siblings, func(s contract.Member) bool { return partOf(s, "") == part })
	}
	if !slices.Contains(contract.Types(core(m.Node)), "integer") || !paged(CountPart) || !paged(PagesPart) {
		return OtherPart
	}
	switch plain(m.Name) {
	case "size":
		return SizePart
	case "number":
		return StartPart
	}
	return OtherPart
}

func hasMember(members []contract.Member, name string) bool {
	return slices.ContainsFunc(members, func(m contract.Member) bool { return m.Name == name })
}

// lengths makes a count beside a total the number of items on the page.
func lengths(members []EnvelopeMember) []EnvelopeMember {
	total := slices.ContainsFunc(members, func(m EnvelopeMember) bool {
		return m.Part == CountPart && strings.Contains(plain(m.Name), "total")
	})
	for i, m := range members {
		if name := plain(m.Name); total && m.Part == CountPart && !strings.Contains(name, "total") {
			members[i].Part = LengthPart
		}
	}
	return members
}

// partOf decides by type and name what a member of an envelope holds; holder is
// the name of the object around it.
func partOf(m contract.Member, holder string) Part {
	types := contract.Types(core(m.Node))
	types = append(types, contract.Types(m.Node)...)
	name := plain(m.Name)
	switch {
	case slices.Contains(types, "array"), slices.Contains(types, "object"):
		return OtherPart
	case slices.Contains(types, "integer"), slices.Contains(types, "number"):
		return numberPart(name, plain(holder))
	case slices.Contains(types, "boolean"):
		if slices.Contains([]string{"more", "hasmore", "hasnext", "hasnextpage", "hasmoreitems", "hasmoreresults", "moreresults", "moreitems"}, name) {
			return MorePart
		}
	case slices.Contains(types, "string"):
		return textPart(name)
	}
	return OtherPart
}

// numberPart is what a number in an envelope holds.
func numberPart(name, holder string) Part {
	is := func(names ...string) bool { return slices.Contains(names, name) }
	switch {
	case is("totalpages", "pagecount", "pages", "lastpage", "pagestotal", "numpages", "pagetotal", "maxpage"):
		return PagesPart
	case strings.HasPrefix(name, "next"):
		return NextCursorPart
	case strings.HasPrefix(name, "prev"):
		return PreviousCursorPart
	case strings.HasPrefix(name, "total") && !strings.Contains(name, "page"), strings.HasSuffix(name, "count") && !strings.HasPrefix(name, "remaining"), is("numfound", "numresults", "resultstotal"):
		return CountPart
	case is("perpage", "pagesize", "limit", "itemsperpage", "pagelimit", "resultsperpage", "maxresults"):
		return SizePart
	case is("size") && (strings.Contains(holder, "page") || strings.Contains(holder, "pagination") || holder == "meta"):
		return SizePart
	case is("page", "currentpage", "pagenumber", "offset", "pageindex", "skip", "startindex", "pageno", "startat"):
		return StartPart
	case is("number", "current", "start") && (strings.Contains(holder, "page") || strings.Contains(holder, "pagination")):
		return StartPart
	}
	return OtherPart
}

// textPart is what a text in an envelope holds: a URL, or what asks for a page.
func textPart(name string) Part {
	is := func(names ...string) bool { return slices.Contains(names, name) }
	switch {
	case is("cursor", "endcursor", "marker", "continuationtoken", "continuation", "continue", "pagetoken", "scrollid", "after"):
		return NextCursorPart
	case is("startcursor", "before"):
		return PreviousCursorPart
	case is("self", "first", "last", "firsturl", "lasturl", "selfurl", "firstpageurl", "lastpageurl", "firstpage", "lastpage"):
		return map[byte]Part{'s': SelfPart, 'f': FirstPart, 'l': LastPart}[name[0]]
	case strings.HasPrefix(name, "next"):
		if asks(name) {
			return NextCursorPart
		}
		return NextPart
	case strings.HasPrefix(name, "prev"):
		if asks(name) {
			return PreviousCursorPart
		}
		return PreviousPart
	}
	return OtherPart
}

// asks reports whether a text is what asks for a page, and not its URL.
func asks(name string) bool {
	for _, word := range []string{"cursor", "marker", "token", "after", "before", "key", "id", "offset"} {
		if strings.HasSuffix(name, word) {
			return true
		}
	}
	return false
}
