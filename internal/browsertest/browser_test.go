//go:build browser

// Package browsertest looks at the project's pages in a real browser. It needs
// Chromium, so it runs only when asked to, by `make browser`.
package browsertest

import (
	"context"
	_ "embed" // for the script that measures contrast
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"
)

// startBrowser starts a browser of the test's own, with nothing in it and no
// business on the network, and opens a tab. chromedp gives it a new profile and
// removes that again.
func startBrowser(t *testing.T) *tab {
	t.Helper()
	allocator, stop := chromedp.NewExecAllocator(t.Context(),
		chromedp.ExecPath(findBrowser(t)),
		chromedp.NoFirstRun,
		chromedp.NoSandbox, // which Chromium cannot have as root, in a container
		chromedp.DisableGPU,
		chromedp.Headless,
		chromedp.Flag("disable-quic", true),
		chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true),
		chromedp.Flag("disable-sync", true),
	)
	t.Cleanup(stop)
	ctx, closeTab := chromedp.NewContext(allocator)
	t.Cleanup(closeTab)
	require.NoError(t, chromedp.Do(ctx), "the browser does not start")
	// Only now: the browser lives as long as the context that started it.
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	t.Cleanup(cancel)
	return &tab{ctx}
}

// findBrowser finds Chromium under the names that systems give it.
func findBrowser(t *testing.T) string {
	t.Helper()
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	t.Fatal("there is no chromium, chromium-browser or google-chrome on the PATH: install one, on Debian with `apt-get install chromium`")
	return ""
}

// tab is a tab of a browser.
type tab struct{ ctx context.Context }

// do carries out steps.
func (b *tab) do(t *testing.T, steps ...chromedp.Action[chromedp.Void]) {
	t.Helper()
	require.NoError(t, chromedp.Do(b.ctx, steps...))
}

// eval is the value of a JavaScript expression, awaited if it is a promise.
func eval[T any](t *testing.T, b *tab, expression string) T {
	t.Helper()
	value, err := chromedp.Run(b.ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	require.NoError(t, err, expression)
	return value
}

// screen is what a page is looked at on.
type screen struct {
	name          string
	width, height int64
	scheme        string // light or dark
}

// screens are a desk and a pocket, by day and by night.
func screens() []screen {
	return []screen{
		{"desktop-light", 1280, 900, "light"},
		{"desktop-dark", 1280, 900, "dark"},
		{"phone-light", 390, 844, "light"},
		{"phone-dark", 390, 844, "dark"},
	}
}

// show makes the tab a screen.
func (b *tab) show(t *testing.T, s screen) {
	t.Helper()
	b.do(t, chromedp.EmulateViewport(s.width, s.height))
	_, err := chromedp.Call(b.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: s.scheme}},
	})
	require.NoError(t, err)
}

// shoot keeps a picture of the whole page for a person to look at: in the folder
// that $BROWSER_SCREENSHOTS names, else only as long as the test.
func (b *tab) shoot(t *testing.T, name string) {
	t.Helper()
	folder := os.Getenv("BROWSER_SCREENSHOTS")
	if folder == "" {
		folder = t.TempDir()
	}
	picture, err := chromedp.Run(b.ctx, chromedp.FullScreenshot(100)) // 100 means PNG
	require.NoError(t, err)
	require.NoError(t, os.MkdirAll(folder, 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(folder, name+".png"), picture, 0o644))
}

//go:embed contrast.js
var contrast string

// requireLegible fails for text that WCAG 2.2 AA calls too faint, and for a page
// that must be scrolled sideways.
func (b *tab) requireLegible(t *testing.T) {
	t.Helper()
	require.Empty(t, eval[[]string](t, b, contrast), "text with too little contrast")
	require.LessOrEqual(t, eval[int](t, b, "document.documentElement.scrollWidth"), eval[int](t, b, "window.innerWidth"), "the page is wider than the screen")
}

// requireStill fails for a page that moved by itself while it was drawn or used.
func (b *tab) requireStill(t *testing.T) {
	t.Helper()
	const shifts = `new Promise((resolve) => {
		let moved = 0;
		new PerformanceObserver((list) => {
			for (const shift of list.getEntries()) if (!shift.hadRecentInput) moved += shift.value;
		}).observe({ type: "layout-shift", buffered: true });
		setTimeout(() => resolve(moved), 200);
	})`
	require.Zero(t, eval[float64](t, b, shifts), "how far the layout shifted")
}

// fileURL is the address of a file.
func fileURL(path string) string { return fmt.Sprintf("file://%s", filepath.ToSlash(path)) }
