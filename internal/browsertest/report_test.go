//go:build browser

package browsertest

import (
	"bytes"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/require"

	"understudy/conformance/report"
)

// shown are the anchors of the results that the filters let through.
const shown = `Array.from(document.querySelectorAll(".result:not([hidden])"), (result) => result.id)`

// writeReport writes the sample report of package report as a page.
func writeReport(t *testing.T) string {
	t.Helper()
	sample, err := os.ReadFile("../../conformance/report/testdata/report.json")
	require.NoError(t, err)
	r, err := report.ReadJSON(bytes.NewReader(sample))
	require.NoError(t, err)
	path := filepath.Join(t.TempDir(), "report.html")
	file, err := os.Create(path)
	require.NoError(t, err)
	require.NoError(t, report.WriteHTML(file, r))
	require.NoError(t, file.Close())
	return fileURL(path)
}

func TestReportLoadsNothingAndRunsNothing(t *testing.T) {
	b, page := startBrowser(t), writeReport(t)
	var (
		mu     sync.Mutex
		loaded []string
		faults []any
	)
	require.NoError(t, chromedp.Listen(b.ctx, func(event any) {
		mu.Lock()
		defer mu.Unlock()
		switch event := event.(type) {
		case *network.EventRequestWillBeSent:
			loaded = append(loaded, event.Request.URL)
		case *runtime.EventExceptionThrown:
			faults = append(faults, event.ExceptionDetails)
		case *log.EventEntryAdded: // also what the page's policy refuses
			faults = append(faults, event.Entry)
		}
	}))
	b.do(t, chromedp.Navigate(page))
	b.requireStill(t)
	require.Equal(t, "undefined", eval[string](t, b, "typeof window.owned"), "what a server sent was run")

	mu.Lock()
	defer mu.Unlock()
	require.Equal(t, []string{page}, loaded)
	require.Empty(t, faults)
}

func TestReportFilters(t *testing.T) {
	b := startBrowser(t)
	b.do(t, chromedp.Navigate(writeReport(t)))
	all := eval[[]string](t, b, shown)
	require.Len(t, all, 16)

	b.do(t, chromedp.Click(`[data-value="warn"]`), chromedp.Click(`[data-value="blocked"]`))
	require.Equal(t, []string{"paging/limit~widgets", "crud/update~widgets"}, eval[[]string](t, b, shown), "two statuses show both")
	require.Equal(t, "true", eval[string](t, b, `document.querySelector('[data-value="warn"]').getAttribute("aria-pressed")`))

	b.do(t, chromedp.Click(`[data-value="crud"]`))
	require.Equal(t, []string{"crud/update~widgets"}, eval[[]string](t, b, shown), "a status and a group show what is of both")
	require.Equal(t, "1 of 16 shown", eval[string](t, b, `document.getElementById("shown").value`))

	b.do(t, chromedp.Click(`[data-value="blocked"]`), chromedp.Click(`[data-value="warn"]`), chromedp.Click(`[data-value="fail"]`), chromedp.Click(`[data-value="crud"]`), chromedp.Click(`[data-value="auth"]`))
	require.Empty(t, eval[[]string](t, b, shown))
	require.True(t, eval[bool](t, b, `document.getElementById("none").checkVisibility()`), "it says that nothing matches")

	b.do(t, chromedp.Click(`[type="reset"]`))
	require.Equal(t, all, eval[[]string](t, b, shown))
	b.requireStill(t)
}

func TestReportSearches(t *testing.T) {
	b := startBrowser(t)
	b.do(t, chromedp.Navigate(writeReport(t)))
	for words, want := range map[string][]string{
		"CREATE-echo":           {"crud/create-echo~widgets", "crud/update~widgets"}, // and what it blocks
		"cursor leads":          {"paging/cursor~widgets"},
		"--token-foreign":       {"auth/foreign"},
		"gadgets delete":        {"crud/delete~gadgets"},
		"window.owned":          {"errors/not-found~GET_/widgets/{id}/"},
		"nothing of the sort $": {},
	} {
		b.do(t, chromedp.Click(`[type="reset"]`), chromedp.SendKeys("#query", words))
		require.Equal(t, want, eval[[]string](t, b, shown), words)
	}
}

func TestReportIsUsedWithTheKeyboard(t *testing.T) {
	b := startBrowser(t)
	b.do(t, chromedp.Navigate(writeReport(t)))
	const result = `document.getElementById("crud/read~gadgets")`
	require.False(t, eval[bool](t, b, result+".open"), "a pass is folded")
	require.True(t, eval[bool](t, b, `document.getElementById("crud/create-echo~widgets").open`), "a failure is not")

	b.do(t, chromedp.Focus(`[id="crud/read~gadgets"] summary`), chromedp.KeyEvent(kb.Enter))
	require.True(t, eval[bool](t, b, result+".open"))

	b.do(t, chromedp.Focus(`#query`), chromedp.KeyEvent(kb.Tab), chromedp.KeyEvent(" "))
	require.Equal(t, []string{"crud/create-echo~widgets", "errors/not-found~GET_/widgets/{id}/"}, eval[[]string](t, b, shown),
		"the first button after the search filters by failures")
	b.do(t, chromedp.Focus(".copy"), chromedp.KeyEvent(kb.Enter))
	require.Contains(t, []string{"Copied", "Selected"}, eval[string](t, b, `new Promise((done) => setTimeout(() => done(document.querySelector(".copy").textContent), 300))`))
	b.requireStill(t)
}

func TestReportOpensWhatTheAddressNames(t *testing.T) {
	b, page := startBrowser(t), writeReport(t)
	inView := func(anchor string) string {
		return `(() => {
			const result = document.getElementById("` + anchor + `");
			const box = result.querySelector("summary").getBoundingClientRect();
			return result.open && !result.hidden && box.top >= 0 && box.bottom <= innerHeight;
		})()`
	}
	b.do(t, chromedp.Navigate(page+"#crud/delete~gadgets"))
	require.True(t, eval[bool](t, b, inView("crud/delete~gadgets")), "the anchor of a result")

	b.do(t, chromedp.Navigate(page+"#http/options"))
	require.True(t, eval[bool](t, b, inView("http/options")), "the id of a check without a subject")

	b.do(t, chromedp.SendKeys("#query", "owned"), chromedp.Evaluate[chromedp.Void](`location.hash = "#crud/list"`), chromedp.WaitVisible(`[id="crud/list~widgets"][open]`))
	require.True(t, eval[bool](t, b, inView("crud/list~widgets")), "the id of a check with subjects, though a search hides it")

	b.do(t, chromedp.Click(`[id="crud/update~widgets"] summary`), chromedp.Click(`[id="crud/update~widgets"] a[href="#crud/create-echo~widgets"]`))
	require.True(t, eval[bool](t, b, inView("crud/create-echo~widgets")), "what blocked a result is a click away")
}

func TestReportIsLegible(t *testing.T) {
	b, page := startBrowser(t), writeReport(t)
	for _, s := range screens() {
		t.Run(s.name, func(t *testing.T) {
			b.show(t, s)
			b.do(t, chromedp.Navigate(page))
			b.shoot(t, "report-"+s.name)
			b.do(t, chromedp.Evaluate[chromedp.Void](`document.querySelectorAll(".result").forEach((result) => { result.open = true; })`))
			b.requireLegible(t)
			b.shoot(t, "report-"+s.name+"-open")
			b.do(t, chromedp.Click(`[data-value="blocked"]`), chromedp.Click(`[data-value="crud"]`), chromedp.SendKeys("#query", "changed"))
			b.requireLegible(t)
			b.shoot(t, "report-"+s.name+"-filtered")
		})
	}
}
