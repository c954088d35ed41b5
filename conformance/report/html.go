package report

import (
	"bufio"
	"crypto/sha256"
	_ "embed" // for the page
	"encoding/base64"
	"fmt"
	"html/template"
	"io"
)

// The page. Its style and its script stand in the file that is written, so that
// it can be mailed, archived and opened without a server.
var (
	//go:embed page/page.html
	pageTemplate string
	//go:embed page/page.css
	pageStyle string
	//go:embed page/page.js
	pageScript string
)

// WriteHTML writes a report as one page that loads nothing from anywhere. The
// results can be filtered and searched, and the page's address followed by #
// and the id of a check opens its result. Without scripts it shows all the same,
// without filters.
//
// What a server sent is text on the page and nothing else: html/template escapes
// it, and the page's own policy permits no script or style but the page's two.
func WriteHTML(w io.Writer, r *Report) error {
	page, err := template.New("page").Parse(pageTemplate)
	if err != nil {
		return err
	}
	out := bufio.NewWriter(w)
	if err := page.Execute(out, newPage(r.printable())); err != nil {
		return err
	}
	return out.Flush()
}

// policy is the content security policy of the page.
func policy() string {
	return fmt.Sprintf("default-src 'none'; base-uri 'none'; form-action 'none'; img-src data:; style-src '%s'; script-src '%s'",
		digest(pageStyle), digest(pageScript))
}

// PageStyle is the style of a page, also of those of other reports.
func PageStyle() template.CSS { return template.CSS(pageStyle) } //nolint:gosec // ours

// PagePolicy is the content security policy of a page that has this style, and more of
// its own, and no script.
func PagePolicy(more template.CSS) string {
	return fmt.Sprintf("default-src 'none'; base-uri 'none'; form-action 'none'; img-src data:; style-src '%s' '%s'", digest(pageStyle), digest(string(more)))
}

// digest names a text as a content security policy does.
func digest(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "sha256-" + base64.StdEncoding.EncodeToString(sum[:])
}
