package understudy_test

import (
	"bufio"
	"bytes"
	"context"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestReadme pastes every command of the README into a shell, in order, and
// compares what it prints with what stands there. Only the times of this run, and
// how many records the suite made, may differ.
func TestReadme(t *testing.T) {
	if testing.Short() {
		t.Skip("runs commands")
	}
	for _, tool := range []string{"sh", "curl"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("%s is missing", tool)
		}
	}
	for _, port := range []string{"4010", "4011"} {
		listener, err := net.Listen("tcp", "127.0.0.1:"+port)
		if err != nil {
			t.Skipf("port %s, which the README uses, is taken: %v", port, err)
		}
		require.NoError(t, listener.Close())
	}

	text, err := os.ReadFile("README.md")
	require.NoError(t, err)
	recording := filepath.Join(t.TempDir(), "traffic.har")
	commands := readCommands(t, strings.ReplaceAll(string(text), "traffic.har", recording))
	require.NotEmpty(t, commands)
	shell := &shell{}
	for _, c := range commands {
		if staysUp.MatchString(c.text) {
			require.Equal(t, c.want, shell.start(t, c.text, strings.Count(c.want, "\n")+1), c.text)
			continue
		}
		require.Equal(t, masked(c.want), masked(shell.run(t, c.text)), c.text)
	}
}

// command is one line after a prompt, with the lines that follow it.
type command struct{ text, want string }

// readCommands finds the console blocks. A block of another kind with commands
// in it would not be tested, so there must be none.
func readCommands(t *testing.T, text string) []command {
	t.Helper()
	require.NotContains(t, text, "```sh", "commands stand in console blocks, which are tested")
	require.NotContains(t, text, "```bash", "commands stand in console blocks, which are tested")
	var commands []command
	for _, block := range regexp.MustCompile("(?s)```console\n(.*?)```").FindAllStringSubmatch(text, -1) {
		for part := range strings.SplitSeq("\n"+block[1], "\n$ ") {
			line, want, _ := strings.Cut(part, "\n")
			if strings.TrimSpace(line) != "" {
				commands = append(commands, command{line, strings.TrimRight(want, "\n")})
			}
		}
	}
	return commands
}

// shell remembers the variables that were set.
type shell struct{ prelude []string }

// staysUp matches the commands that run until they are stopped.
var staysUp = regexp.MustCompile(`understudy (serve|proxy)`)

var assignment = regexp.MustCompile(`^(export )?[A-Z_]+=`)

func (s *shell) run(t *testing.T, line string) string {
	t.Helper()
	if assignment.MatchString(line) {
		s.prelude = append(s.prelude, line)
		return ""
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Minute)
	defer cancel()
	command := exec.CommandContext(ctx, "sh", "-c", strings.Join(append(s.prelude, line), "\n"))
	out, err := command.Output()
	require.NoError(t, err, line)
	return strings.TrimRight(string(out), "\n")
}

// start runs a server until the test ends, and returns the first lines that it
// prints.
func (s *shell) start(t *testing.T, line string, lines int) string {
	t.Helper()
	command := exec.Command("sh", "-c", "exec "+line)
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // go run has a child
	out, err := command.StdoutPipe()
	require.NoError(t, err)
	var logged bytes.Buffer
	command.Stderr = &logged
	require.NoError(t, command.Start())
	t.Cleanup(func() {
		_ = syscall.Kill(-command.Process.Pid, syscall.SIGINT)
		_ = command.Wait()
		require.NotContains(t, logged.String(), "phx_", "a key in the log")
	})
	var printed []string
	scanner := bufio.NewScanner(out)
	for len(printed) < lines && scanner.Scan() {
		printed = append(printed, scanner.Text())
	}
	go func() { // keep reading, so that the server never waits
		for scanner.Scan() {
		}
	}()
	return strings.Join(printed, "\n")
}

var instant = regexp.MustCompile(`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z`)

// tally is how many records a run of the suite made, which depends on how its
// races go.
var tally = regexp.MustCompile(`created \d+, deleted \d+`)

// masked hides the times of this run, those of the data lie before 2026-11-23, and
// the tally of the suite.
func masked(text string) string {
	text = tally.ReplaceAllString(text, "created (some), deleted (as many)")
	return instant.ReplaceAllStringFunc(text, func(found string) string {
		if found < "2026-11-23" {
			return found
		}
		return "(now)"
	})
}
