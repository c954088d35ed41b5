package cli_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/stretchr/testify/require"

	"understudy"
	"understudy/conformance/report"
)

// TestCheckScripts runs the real program against targets of every kind. Beside
// the commands of testscript, scripts have those of checkCommands.
func TestCheckScripts(t *testing.T) {
	programs := t.TempDir()
	built, err := exec.Command("go", "build", "-o", programs, "understudy/cmd/understudy").CombinedOutput()
	require.NoError(t, err, string(built))
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/check",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(env *testscript.Env) error {
			env.Values[trialKey{}] = &trial{program: filepath.Join(programs, "understudy")}
			env.Setenv("PATH", programs+string(os.PathListSeparator)+env.Getenv("PATH"))
			env.Setenv("TMPDIR", env.Getenv("WORK")) // where the ledgers go
			return os.WriteFile(filepath.Join(env.Getenv("WORK"), "default.yaml"), understudy.OpenAPI, 0o600)
		},
		Cmds: checkCommands,
	})
}

// checkCommands are what scripts can do beside the commands of testscript.
var checkCommands = map[string]func(ts *testscript.TestScript, neg bool, args []string){
	// exits CODE ARG... runs `understudy ARG...`, which must end with the code.
	"exits": inTrial(exits),
	// target KIND [N] starts a target (see behaviours), and sets $URL to where it
	// is and $UNDERSTUDY_… to its keys and parameters.
	"target": inTrial(start),
	// unchanged proves that the target has as many records as it began with.
	"unchanged": inTrial(unchanged),
	// unkept proves that no ledger is left, and nothing else of the program's own.
	"unkept": inTrial(unkept),
	// untouched proves that the host that the target redirects to was not called.
	"untouched": inTrial(untouched),
	// silent FILE... proves that no key is in what was printed last or in the files.
	"silent": inTrial(silent),
	// begin ARG... runs `understudy ARG...` in the background.
	"begin": inTrial(begin),
	// held waits until the target holds a request, and release lets it go.
	"held":    inTrial(held),
	"release": inTrial(func(_ *testscript.TestScript, t *trial, _ []string) { close(t.target.release) }),
	// signal NAME sends INT, TERM or KILL to what was begun.
	"signal": inTrial(sendSignal),
	// ended CODE waits until what was begun has ended with the code; -1 is by a
	// signal.
	"ended": inTrial(ended),
	// verdict FILE reads a JSON report back and prints its verdict and the status
	// of each result.
	"verdict": inTrial(verdict),
	// junit FILE reads a JUnit report back and prints each case that did not pass.
	"junit": inTrial(junit),
}

// patience is how long anything may take that should take no time.
const patience = 20 * time.Second

// trial is what a script has under way.
type trial struct {
	program        string
	target         *target
	process        *exec.Cmd
	stdout, stderr *lockedBuffer
}

type trialKey struct{}

// lockedBuffer is what a process writes while somebody may look.
type lockedBuffer struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (b *lockedBuffer) Write(text []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(text)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}

// inTrial makes a command that cannot be negated.
func inTrial(run func(*testscript.TestScript, *trial, []string)) func(*testscript.TestScript, bool, []string) {
	return func(ts *testscript.TestScript, neg bool, args []string) {
		t, ok := ts.Value(trialKey{}).(*trial)
		if !ok || neg {
			ts.Fatalf("there is no telling what ! means here")
		}
		run(ts, t, args)
	}
}

func exits(ts *testscript.TestScript, _ *trial, args []string) {
	if len(args) == 0 {
		ts.Fatalf("usage: exits CODE ARG...")
	}
	requireCode(ts, ts.Exec("understudy", args[1:]...), args[0])
}

func requireCode(ts *testscript.TestScript, err error, want string) {
	code := 0
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		code = exit.ExitCode()
	} else {
		ts.Check(err)
	}
	if strconv.Itoa(code) != want {
		ts.Fatalf("want exit code %s, got %d", want, code)
	}
}

func start(ts *testscript.TestScript, t *trial, args []string) {
	if t.target != nil {
		t.target.close()
	}
	limit := 0
	if len(args) > 1 {
		var err error
		limit, err = strconv.Atoi(args[1])
		ts.Check(err)
	}
	var err error
	t.target, err = startTarget(args[0], int64(limit))
	ts.Check(err)
	ts.Defer(func() { t.target.close() })
	ts.Setenv("URL", t.target.url)
	for variable, name := range map[string]string{"TOKEN": "write", "TOKEN_READONLY": "read", "TOKEN_UNSCOPED": "unscoped", "TOKEN_FOREIGN": "foreign"} {
		ts.Setenv("UNDERSTUDY_"+variable, t.target.Key(name).Token)
	}
	for variable, name := range map[string]string{"PARAM": "write", "FOREIGN_PARAM": "foreign"} {
		ts.Setenv("UNDERSTUDY_"+variable, "organization_id="+t.target.Key(name).Params["organization_id"])
	}
}

func unchanged(ts *testscript.TestScript, t *trial, _ []string) {
	if now := t.target.records(); now != t.target.before {
		ts.Fatalf("the target began with %d records and has %d", t.target.before, now)
	}
}

func unkept(ts *testscript.TestScript, _ *trial, _ []string) {
	kept, err := filepath.Glob(ts.MkAbs("understudy-*"))
	ts.Check(err)
	if len(kept) > 0 {
		ts.Fatalf("left behind: %s", kept)
	}
}

func untouched(ts *testscript.TestScript, t *trial, _ []string) {
	if n := t.target.astray.Load(); n > 0 {
		ts.Fatalf("%d requests went to the other host", n)
	}
}

func silent(ts *testscript.TestScript, t *trial, files []string) {
	for _, file := range append([]string{"stdout", "stderr"}, files...) {
		if t.target.betrays(ts.ReadFile(file)) {
			ts.Fatalf("a key stands in %s", file)
		}
	}
}

func begin(ts *testscript.TestScript, t *trial, args []string) {
	t.process = exec.Command(t.program, args...)
	t.process.Dir = ts.MkAbs(".")
	for _, name := range []string{"TMPDIR", "UNDERSTUDY_TOKEN", "UNDERSTUDY_TOKEN_READONLY", "UNDERSTUDY_TOKEN_UNSCOPED", "UNDERSTUDY_TOKEN_FOREIGN", "UNDERSTUDY_PARAM", "UNDERSTUDY_FOREIGN_PARAM"} {
		t.process.Env = append(t.process.Env, name+"="+ts.Getenv(name))
	}
	t.stdout, t.stderr = new(lockedBuffer), new(lockedBuffer)
	t.process.Stdout, t.process.Stderr = t.stdout, t.stderr
	ts.Check(t.process.Start())
	ts.Defer(func() {
		if t.process != nil { // the script failed before it ended
			_ = t.process.Process.Kill()
			_ = t.process.Wait()
		}
	})
}

func held(ts *testscript.TestScript, t *trial, _ []string) {
	select {
	case <-t.target.reached:
	case <-time.After(patience):
		ts.Fatalf("the target was not called so often; the program wrote:\n%s%s", t.stdout.String(), t.stderr.String())
	}
}

func sendSignal(ts *testscript.TestScript, t *trial, args []string) {
	signals := map[string]syscall.Signal{"INT": syscall.SIGINT, "TERM": syscall.SIGTERM, "KILL": syscall.SIGKILL}
	if len(args) != 1 || signals[args[0]] == 0 {
		ts.Fatalf("usage: signal INT|TERM|KILL")
	}
	ts.Check(t.process.Process.Signal(signals[args[0]]))
}

func ended(ts *testscript.TestScript, t *trial, args []string) {
	process := t.process
	t.process = nil
	impatience := time.AfterFunc(patience, func() { _ = process.Process.Kill() })
	err := process.Wait()
	impatience.Stop()
	_, _ = io.WriteString(ts.Stdout(), t.stdout.String())
	_, _ = io.WriteString(ts.Stderr(), t.stderr.String())
	requireCode(ts, err, args[0])
}

func verdict(ts *testscript.TestScript, _ *trial, args []string) {
	r, err := report.ReadJSON(strings.NewReader(ts.ReadFile(args[0])))
	ts.Check(err)
	fmt.Fprintln(ts.Stdout(), r.Verdict)
	for _, result := range r.Results {
		fmt.Fprintln(ts.Stdout(), result.Status, result.ID, result.Reason)
	}
}

func junit(ts *testscript.TestScript, _ *trial, args []string) {
	var read struct {
		Tests    int `xml:"tests,attr"`
		Failures int `xml:"failures,attr"`
		Suites   []struct {
			Cases []struct {
				Name    string `xml:"name,attr"`
				Failure *struct {
					Message string `xml:"message,attr"`
				} `xml:"failure"`
			} `xml:"testcase"`
		} `xml:"testsuite"`
	}
	ts.Check(xml.Unmarshal([]byte(ts.ReadFile(args[0])), &read))
	cases := 0
	for _, suite := range read.Suites {
		cases += len(suite.Cases)
		for _, c := range suite.Cases {
			if c.Failure != nil {
				fmt.Fprintln(ts.Stdout(), "failure", c.Name, c.Failure.Message)
			}
		}
	}
	if cases != read.Tests {
		ts.Fatalf("%d cases, and the report says %d", cases, read.Tests)
	}
}
