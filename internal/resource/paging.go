package resource

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"understudy/internal/contract"
)

// defaultPageSize is the size of a page where the document names none.
const defaultPageSize = 100

// pagingNames are the names of parameters that page a list, without case and
// separators.
type pagingNames struct {
	size, offset, number, cursor, after, before []string
}

func knownPaging() pagingNames {
	return pagingNames{
		size:   []string{"limit", "perpage", "pagesize", "pagelimit", "maxresults", "maxitems", "maxpagesize", "size", "top", "itemsperpage", "resultsperpage", "take", "pagelength", "rows", "first", "count"},
		offset: []string{"offset", "skip", "startindex", "startat", "pageoffset", "start"},
		number: []string{"page", "pagenumber", "pageno", "pageindex", "pagenum", "currentpage", "p"},
		cursor: []string{"cursor", "marker", "pagetoken", "nexttoken", "continuationtoken", "continuation", "pagecursor", "nextcursor", "nextpagetoken", "startcursor", "bookmark", "pagemarker", "scrollid", "token", "nextmarker", "continue"},
		after:  []string{"after", "startingafter", "afterid", "pageafter", "sinceid"},
		before: []string{"before", "endingbefore", "beforeid", "pagebefore", "maxid"},
	}
}

// named returns the query parameter of a list that has one of some names.
func queryNamed(list *contract.Operation, names []string) *contract.Parameter {
	for _, name := range names {
		for _, p := range list.Parameters {
			if p.In == "query" && plain(p.Name) == name {
				return p
			}
		}
	}
	return nil
}

// paging reports whether a parameter is named as paging of some kind.
func paging(name string) bool {
	known := knownPaging()
	return slices.ContainsFunc([][]string{known.size, known.offset, known.number, known.cursor, known.after, known.before}, func(names []string) bool {
		return slices.Contains(names, plain(name))
	})
}

// findPage finds how a list is paged.
func (in *inference) findPage(c *Collection, list *contract.Operation) {
	said := in.words(c, "page")
	page, because := in.guessPage(c, list)
	if said.Exists() {
		page = in.page(list, said, page)
		if said.Get("style").Exists() || said.Get("start").Exists() || because == "" {
			because = "the document says so"
		}
	}
	if page == nil {
		if unpaged := in.startless(list); unpaged != nil {
			in.doubtAt(unpaged.Node, "", "the query parameter %q looks like paging that is not understood; the whole list is answered", "say page: {style: …, start: …} on the path, or declare the parameter that says where a page begins", unpaged.Name)
		}
		return
	}
	in.findHeaders(page, list)
	c.Page = page
	if _, told := c.Envelope.Path(NextCursorPart); page.Style == Cursor && !told {
		nextAsks(c.Envelope.Members, "")
	}
	in.doubtNext(c, list)
	c.decide(Decision{About: "paging", What: page.String(), Because: because, At: in.home(c).node(), Say: page.say()})
}

// nextAsks takes a member named next for what asks for the next page, where a list is
// paged by cursors and nothing says that the member is a URL.
func nextAsks(members []EnvelopeMember, holder string) {
	for i, m := range members {
		nextAsks(m.Members, m.Name)
		if m.Schema == nil || strings.Contains(plain(holder), "link") {
			continue
		}
		asks := map[Part]Part{NextPart: NextCursorPart, PreviousPart: PreviousCursorPart}[m.Part]
		if asks != "" && !isURL(m.Schema.Node(), m.Name) {
			members[i].Part = asks
		}
	}
}

// isURL reports whether a text is a URL by its name, its format, its description or
// its example.
func isURL(n contract.Node, name string) bool {
	said := strings.ToLower(name + " " + keyword(n, "format").Text() + " " + keyword(n, "description").Text() + " " + keyword(n, "example").Text())
	return slices.ContainsFunc([]string{"uri", "url", "link", "href", "http", "/"}, func(word string) bool { return strings.Contains(said, word) })
}

// doubtNext says when nothing in the answer tells what asks for the next page.
func (in *inference) doubtNext(c *Collection, list *contract.Operation) {
	_, cursor := c.Envelope.Path(NextCursorPart)
	_, next := c.Envelope.Path(NextPart)
	if c.Page.Style == Cursor && !cursor && !next && !c.Page.LinkHeader {
		in.doubt(list.Node, "the answer of %s has nothing that asks for the next page", "declare a member like next_cursor or next, or the header Link", c.Path)
	}
}

// startless is a parameter that is named as paging although the list has no page.
func (in *inference) startless(list *contract.Operation) *contract.Parameter {
	for _, p := range list.Parameters {
		if p.In == "query" && paging(p.Name) {
			return p
		}
	}
	return nil
}

// candidate is one way to page a list.
type candidate struct {
	style  PageStyle
	start  *contract.Parameter
	before *contract.Parameter
}

// guessPage decides by the names of the query parameters how a list is paged; nil
// when it is not. Where the names speak of several ways it decides by what stands
// around the items.
func (in *inference) guessPage(c *Collection, list *contract.Operation) (page *Page, because string) {
	known := knownPaging()
	var found []candidate
	add := func(style PageStyle, names, before []string) {
		start, back := queryNamed(list, names), queryNamed(list, before)
		if start != nil || back != nil {
			found = append(found, candidate{style, start, back})
		}
	}
	add(LimitOffset, known.offset, nil)
	add(PageNumber, known.number, nil)
	add(Cursor, known.cursor, nil)
	add(AfterItem, known.after, known.before)
	size := queryNamed(list, known.size)
	if size != nil && !numbers(size) {
		size = nil
	}
	if len(found) == 0 {
		return nil, ""
	}
	picked := in.pick(c, found)
	if picked.start == nil {
		return nil, "" // a list that is only read backwards begins at an end that nobody names
	}
	page = &Page{Style: picked.style, Size: size, Start: picked.start, Before: picked.before, Default: defaultPageSize}
	in.refine(c, page)
	if size != nil {
		in.readSize(page, size)
	}
	switch {
	case page.Style == PageNumber:
		page.First = firstPage(page.Start)
	case page.Style == LimitOffset && countsFromOne(page.Start):
		page.First = 1
	}
	if len(found) > 1 && !in.words(c, "page").Exists() {
		in.doubtAt(in.home(c).node(), page.say(), "the list can be paged in several ways; %s is taken", "say page: {style: …, start: …} on the path if another is meant", page.String())
	}
	if size == nil {
		return page, "the list takes " + page.Start.Name
	}
	return page, "the list takes " + size.Name + " and " + page.Start.Name
}

// pick chooses between several ways to page: the one that the members around the
// items belong to, else the first.
func (in *inference) pick(c *Collection, found []candidate) candidate {
	_, cursor := c.Envelope.Path(NextCursorPart)
	_, pages := c.Envelope.Path(PagesPart)
	for _, f := range found {
		if f.style == LimitOffset && f.start != nil || f.style == PageNumber && (pages || !cursor) {
			return f
		}
	}
	if cursor {
		for _, f := range found {
			if f.style == Cursor {
				return f
			}
		}
	}
	return found[0]
}

// refine corrects the style by what the parameter is and what stands around the
// items: an id that the answer names as what comes next is a cursor.
func (in *inference) refine(c *Collection, page *Page) {
	_, cursor := c.Envelope.Path(NextCursorPart)
	switch {
	case page.Style == AfterItem && cursor:
		page.Style = Cursor
	case page.Style == PageNumber && cursor && texts(page.Start):
		page.Style = Cursor
	case page.Style == LimitOffset && plain(page.Start.Name) == "start" && texts(page.Start):
		page.Style = Cursor
	}
}

// numbers reports whether a parameter takes a whole number.
func numbers(p *contract.Parameter) bool {
	types := contract.Types(core(p.Node.Raw("schema")))
	return len(types) == 0 || slices.Contains(types, "integer") || slices.Contains(types, "number")
}

// texts reports whether a parameter takes a text.
func texts(p *contract.Parameter) bool {
	types := contract.Types(core(p.Node.Raw("schema")))
	return slices.Contains(types, "string")
}

// readSize takes the default and the maximum of a page from the schema of the
// parameter for its size.
func (in *inference) readSize(page *Page, size *contract.Parameter) {
	schema := size.Node.Raw("schema")
	if n, ok := whole(keyword(schema, "maximum")); ok && n > 0 {
		page.Maximum = n
		page.Default = min(page.Default, n)
	}
	n, ok := whole(keyword(schema, "default"))
	if !ok {
		n, ok = toldDefault(size.Description)
	}
	if ok && n > 0 {
		page.Default = n
		if page.Maximum > 0 {
			page.Default = min(n, page.Maximum)
		}
	}
}

// toldDefault reads the size of a page out of words: the default is 10; defaults to 10;
// (default 10).
func toldDefault(description string) (size int, ok bool) {
	words := strings.FieldsFunc(strings.ToLower(description), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	for i, word := range words {
		if word != "default" && word != "defaults" {
			continue
		}
		for _, next := range words[i+1 : min(i+4, len(words))] {
			if n, err := strconv.Atoi(next); err == nil && n <= math.MaxInt32 {
				return n, true
			}
			if !slices.Contains([]string{"is", "to", "of", "value", "size", "limit", "page"}, next) {
				break
			}
		}
	}
	return 0, false
}

// keyword finds a keyword of a schema, also where the schema is an alternative to
// null.
func keyword(n contract.Node, name string) contract.Node {
	if found := contract.Keyword(n, name); found.Exists() {
		return found
	}
	return contract.Keyword(core(n), name)
}

// whole reads a whole number.
func whole(n contract.Node) (value int, ok bool) {
	if !n.Exists() {
		return 0, false
	}
	number, err := strconv.ParseFloat(n.Text(), 64)
	if err != nil || number != math.Trunc(number) || math.Abs(number) > math.MaxInt32 {
		return 0, false
	}
	return int(number), true
}

// firstPage is the number of the first page: 0 where the parameter starts there.
func firstPage(start *contract.Parameter) int {
	schema := start.Node.Raw("schema")
	if n, ok := whole(keyword(schema, "default")); ok && n == 0 {
		return 0
	}
	if n, ok := whole(keyword(schema, "minimum")); ok && n == 0 && !keyword(schema, "default").Exists() {
		return 0
	}
	return 1
}

// countsFromOne reports whether a parameter for the place of the first item gives that
// item the number 1.
func countsFromOne(start *contract.Parameter) bool {
	schema := start.Node.Raw("schema")
	for _, word := range []string{"default", "minimum"} {
		if n, ok := whole(keyword(schema, word)); ok {
			return n == 1
		}
	}
	return strings.Contains(strings.ToLower(start.Description), "1-based")
}

// findHeaders finds the response headers that tell of the pages.
func (in *inference) findHeaders(page *Page, list *contract.Operation) {
	success, _ := list.Success()
	if success == nil {
		return
	}
	for _, h := range success.Headers {
		switch plain(h.Name) {
		case "link":
			page.LinkHeader = true
		case "xtotalcount", "xtotal", "totalcount", "xpaginationtotal", "xpaginationtotalcount", "xwptotal", "xcount":
			page.TotalHeader = h.Name
		}
	}
}

// String tells how a list is paged, in a few words.
func (p *Page) String() string {
	var b strings.Builder
	if p.Size != nil {
		b.WriteString(p.Size.Name)
	} else {
		b.WriteString("no size")
	}
	if p.Start != nil {
		b.WriteString(" and " + p.Start.Name)
	}
	b.WriteString(", " + strconv.Itoa(p.Default) + " a page")
	if p.Maximum > 0 {
		b.WriteString(", at most " + strconv.Itoa(p.Maximum))
	}
	return b.String()
}

// say writes the paging in the vocabulary.
func (p *Page) say() string {
	words := []string{say("style", string(p.Style))}
	for _, named := range []struct {
		key   string
		param *contract.Parameter
	}{{"size", p.Size}, {"start", p.Start}, {"before", p.Before}} {
		if named.param != nil {
			words = append(words, say(named.key, named.param.Name))
		}
	}
	words = append(words, "default: "+strconv.Itoa(p.Default))
	if p.Maximum > 0 {
		words = append(words, "maximum: "+strconv.Itoa(p.Maximum))
	}
	if p.Style == PageNumber || p.First > 0 {
		words = append(words, "first: "+strconv.Itoa(p.First))
	}
	return "page: {" + strings.Join(words, ", ") + "}"
}
