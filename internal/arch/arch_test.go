// Package arch_test holds the module to its own shape: which package may
// import which, and what no file of it may say.
package arch_test

import (
	"bytes"
	"fmt"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const (
	module = "understudy"
	root   = "../.." // of the module, as seen from this folder
)

// A rule is what one package may lean on.
type rule struct {
	// may lists the packages of this module that the package's own files
	// (not its tests) may import; "." is the root package.
	may []string
	// never matches import paths that the package may not reach at all,
	// also not through what it imports.
	never *regexp.Regexp
}

// table is the one place that says how the packages depend on each other.
// Everything points one way:
//
//	cmd/understudy → internal/cli
//	  → mockserver, conformance, internal/proxy, internal/console
//	  → internal/resource, internal/refusal, fixtures, mockserver/store, conformance/report
//	  → internal/contract
//
// The root package only embeds the default document. A package may be listed
// here before it is written.
var table = map[string]rule{
	".": {never: ours("")},

	"cmd/understudy": {may: []string{"internal/cli"}},
	"internal/cli": {may: []string{
		".", "mockserver", "conformance", "conformance/drift", "conformance/selftest", "internal/proxy", "internal/console",
		"internal/resource", "fixtures", "mockserver/store", "conformance/report",
		"internal/contract", "internal/nearest",
	}},

	// A mock server runs inside other people's programs and tests: it brings
	// neither the testing package's flags nor a database client with it.
	"mockserver": {
		may:   []string{".", "internal/resource", "internal/refusal", "fixtures", "mockserver/store", "internal/contract"},
		never: regexp.MustCompile(`^testing(/|$)|redis|^understudy/internal/console$`),
	},
	// The suite judges any server by HTTP alone, so it knows nothing of ours.
	"conformance": {
		may:   []string{".", "internal/resource", "fixtures", "conformance/report", "internal/contract", "internal/nearest"},
		never: ours("mockserver"),
	},
	// What compares a stand-in with a server is given both: it knows neither.
	"conformance/drift": {may: []string{"conformance", "conformance/report", "internal/resource", "internal/contract"}, never: ours("mockserver")},
	// What the suite is tested on shares nothing with what it is tested beside.
	"conformance/internal/subject": {never: ours("")},
	"conformance/internal/library": {never: ours("")},
	"conformance/selftest":         {may: []string{"conformance", "conformance/report", "conformance/internal/subject"}, never: ours("mockserver")},
	"internal/proxy": {may: []string{
		".", "internal/resource", "internal/refusal", "fixtures", "mockserver/store", "conformance/report", "internal/contract",
		"internal/nearest",
	}},
	"internal/console": {may: []string{
		".", "internal/resource", "fixtures", "mockserver/store", "conformance/report", "internal/contract",
	}},

	"internal/refusal":   {may: []string{"internal/resource", "fixtures", "internal/contract"}},
	"internal/resource":  {may: []string{"internal/contract"}},
	"fixtures":           {may: []string{".", "internal/contract"}, never: ours("mockserver")},
	"mockserver/store":   {may: []string{"internal/contract"}},
	"conformance/report": {may: []string{"internal/contract"}},

	"internal/contract": {},
	"internal/nearest":  {},

	// For tests: the suite that every store must pass may import testing.
	"mockserver/store/storetest": {may: []string{"mockserver/store", "internal/contract"}},
}

// reserved names the modules of others that only one of our packages may
// import, so that replacing one of them is a change of that package alone.
var reserved = map[string]string{
	"github.com/getkin/kin-openapi": "internal/contract",
	"github.com/dlclark/regexp2":    "internal/contract",
	"github.com/theory/jsonpath":    "internal/contract",
	"github.com/andybalholm/brotli": "internal/proxy",
	"github.com/klauspost/compress": "internal/proxy",
}

// ours matches the import paths of a package of this module and of all below
// it; "" stands for the whole module except its root package.
func ours(pkg string) *regexp.Regexp {
	if pkg == "" {
		return regexp.MustCompile(`^` + module + `/`)
	}
	return regexp.MustCompile(`^` + module + `/` + pkg + `(/|$)`)
}

func TestPackagesImportOnlyWhatTheTableAllows(t *testing.T) {
	for _, file := range goFiles(t) {
		pkg := path.Dir(file)
		allowed, listed := table[pkg]
		if !listed {
			t.Errorf("%s: package %s is not in the table of internal/arch/arch_test.go: add it there, with the packages of ours that it may import", file, pkg)
			continue
		}
		for _, imported := range imports(t, file) {
			if target, isOurs := ourPackage(imported); isOurs && !slices.Contains(allowed.may, target) {
				t.Errorf("%s: %s may not import %s (table in internal/arch/arch_test.go)", file, pkg, imported)
			}
			for foreign, owner := range reserved {
				if pkg != owner && (imported == foreign || strings.HasPrefix(imported, foreign+"/")) {
					t.Errorf("%s: only %s may import %s", file, owner, imported)
				}
			}
		}
	}
}

func TestPackagesDoNotReachWhatTheTableForbids(t *testing.T) {
	present := map[string]bool{}
	for _, file := range goFiles(t) {
		present[path.Dir(file)] = true
	}
	for pkg, rule := range table {
		if rule.never == nil || !present[pkg] {
			continue
		}
		t.Run(pkg, func(t *testing.T) {
			for _, dependency := range strings.Fields(run(t, "go", "list", "-deps", "./"+pkg)) {
				if dependency != path.Join(module, pkg) && rule.never.MatchString(dependency) {
					t.Errorf("%s reaches %s, which its rule in internal/arch/arch_test.go forbids", pkg, dependency)
				}
			}
		})
	}
}

// subject is the one package that may name the default resource: it is that API,
// written by hand, for the suite to be tested on.
const subject = "conformance/internal/subject"

// The tool serves whatever resource its document describes, so only the
// document, the tests and the docs may name the default one.
func TestNoCodeNamesTheDefaultResource(t *testing.T) {
	resource := regexp.MustCompile(`(?i)proxy_?record|posthog`)
	for _, file := range goFiles(t) {
		if path.Dir(file) == subject {
			continue
		}
		for number, line := range lines(read(t, file)) {
			if name := resource.FindString(line); name != "" {
				t.Errorf("%s:%d: the code says %q, a name of the default document: take it from the document instead", file, number+1, name)
			}
		}
	}
}

func TestNoFileHoldsAMachinePath(t *testing.T) {
	if _, err := os.Stat(filepath.Join(root, ".git")); err != nil {
		t.Skip("not a git checkout, so there is no telling which files are the project's")
	}
	// Files that are new and not ignored count too: they are about to be tracked.
	listing := run(t, "git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
	tracked := map[string]bool{}
	for name := range strings.SplitSeq(listing, "\x00") {
		tracked[name] = true
	}
	machinePath := regexp.MustCompile(`(^|[^\w.-])/(work|root)/`)
	for _, file := range allFiles(t) {
		if !tracked[file] {
			continue
		}
		content := read(t, file)
		if bytes.IndexByte(content, 0) >= 0 {
			continue // not text
		}
		for number, line := range lines(content) {
			if machinePath.MatchString(line) {
				t.Errorf("%s:%d: holds a path of one machine: %s", file, number+1, strings.TrimSpace(line))
			}
		}
	}
}

// ourPackage gives the folder of an imported package of this module.
func ourPackage(imported string) (string, bool) {
	if imported == module {
		return ".", true
	}
	return strings.CutPrefix(imported, module+"/")
}

// imports reads a file's import paths, whatever its build constraints.
func imports(t *testing.T, file string) []string {
	t.Helper()
	parsed, err := parser.ParseFile(token.NewFileSet(), file, read(t, file), parser.ImportsOnly)
	if err != nil {
		t.Errorf("cannot read the imports: %v", err)
		return nil
	}
	var paths []string
	for _, spec := range parsed.Imports {
		imported, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			t.Errorf("%s: import %s: %v", file, spec.Path.Value, err)
			continue
		}
		paths = append(paths, imported)
	}
	return paths
}

// goFiles lists the module's Go files that are not tests.
func goFiles(t *testing.T) []string {
	t.Helper()
	var files []string
	for _, file := range allFiles(t) {
		if strings.HasSuffix(file, ".go") && !strings.HasSuffix(file, "_test.go") &&
			!strings.Contains("/"+file, "/testdata/") {
			files = append(files, file)
		}
	}
	if len(files) == 0 {
		t.Fatal("found no Go file at all: is the module still two folders up from this test?")
	}
	return files
}

// allFiles lists the module's files by their slash-separated paths, without
// git's own and the two folders that hold installed tools.
func allFiles(t *testing.T) []string {
	t.Helper()
	var files []string
	err := fs.WalkDir(os.DirFS(root), ".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && slices.Contains([]string{".git", "bin", "node_modules"}, entry.Name()):
			return fs.SkipDir
		case entry.Type().IsRegular():
			files = append(files, name)
		}
		return nil
	})
	if err != nil {
		t.Fatalf("cannot walk the module: %v", err)
	}
	return files
}

func read(t *testing.T, file string) []byte {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(file)))
	if err != nil {
		t.Fatal(err)
	}
	return content
}

func lines(content []byte) []string { return strings.Split(string(content), "\n") }

// run gives what a command printed, run at the module's root.
func run(t *testing.T, name string, args ...string) string {
	t.Helper()
	var stderr bytes.Buffer
	command := exec.CommandContext(t.Context(), name, args...)
	command.Dir = root
	command.Stderr = &stderr
	printed, err := command.Output()
	if err != nil {
		t.Fatal(fmt.Errorf("%s: %w\n%s", command, err, stderr.Bytes()))
	}
	return string(printed)
}
