package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os/exec"
	"regexp"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"understudy": main})
}

// TestScripts runs the real program as its users do. Beside the commands of
// testscript, scripts have those of [commands].
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "../../internal/cli/testdata/script",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(env *testscript.Env) error {
			env.Values[sessionKey{}] = &session{}
			env.Setenv("GORACE", "atexit_sleep_ms=0") // or every run ends a second later
			return nil
		},
		Cmds:      commands,
		Condition: condition,
	})
}

// condition tells scripts whether the program is built with the race detector ([race]),
// which makes more garbage of its own.
func condition(name string) (bool, error) {
	if name != "race" {
		return false, fmt.Errorf("there is no condition %q", name)
	}
	info, _ := debug.ReadBuildInfo()
	return info != nil && slices.Contains(info.Settings, debug.BuildSetting{Key: "-race", Value: "true"}), nil
}

// commands are what scripts can do beside the commands of testscript.
var commands = map[string]func(ts *testscript.TestScript, neg bool, args []string){
	// refused [NAME=VALUE...] [ARG...] runs `understudy ARG...` with the variables
	// in its environment. It must write nothing to stdout and end with exit code 2.
	"refused": positive(refused),
	// serve [NAME=VALUE...] [FLAG...] runs `understudy serve` in the background
	// with the variables in its environment, and sets $URL to where it listens.
	"serve": positive(serve),
	// http [-H HEADER] METHOD PATH [KEY [BODY]] sends a request to $URL, under the
	// credential of a key ("-" is none), with a JSON body. Its stdout is the
	// status and the body of the answer, each on a line.
	"http": positive(send),
	// capture NAME REGEXP sets $NAME to the first match in what was printed last.
	"capture": positive(capture),
	// begin METHOD PATH KEY BODY sends a request up to its body, and waits until
	// the server asks for that; finish sends the body. Its stdout is that of http.
	"begin":  positive(begin),
	"finish": positive(finish),
	// signal NAME sends INT or TERM to the server.
	"signal": positive(sendSignal),
	// closed waits until the server takes no more connections.
	"closed": positive(closed),
	// exited waits until the server is gone, with exit code 0. Its stdout and
	// stderr are all that the server wrote.
	"exited": positive(exited),
	// listen sets $ADDR to an address that something listens on.
	"listen": positive(listen),
	// free sets $ADDR to an address that nothing listens on.
	"free": positive(free),
	// await waits until something answers at $ADDR, and sets $URL.
	"await": positive(await),
}

// positive makes a command that cannot be negated.
func positive(run func(*testscript.TestScript, *session, []string)) func(*testscript.TestScript, bool, []string) {
	return func(ts *testscript.TestScript, neg bool, args []string) {
		if neg {
			ts.Fatalf("there is no telling what ! means here")
		}
		s, ok := ts.Value(sessionKey{}).(*session)
		if !ok {
			ts.Fatalf("there is no session")
		}
		run(ts, s, args)
	}
}

// patience is how long anything may take that should take no time.
const patience = 10 * time.Second

// A session is what a script has under way.
type session struct {
	server  *exec.Cmd
	output  output
	pending net.Conn // a request without its body
	body    string
}

type sessionKey struct{}

// output collects what a process writes.
type output struct {
	mu             sync.Mutex
	stdout, stderr strings.Builder
	written        chan struct{} // of capacity 1: there is something new
}

// stream is one of the two streams of an output (io.Writer).
type stream struct {
	output *output
	into   *strings.Builder
}

func (s stream) Write(text []byte) (int, error) {
	s.output.mu.Lock()
	defer s.output.mu.Unlock()
	select {
	case s.output.written <- struct{}{}:
	default:
	}
	return s.into.Write(text)
}

// find returns the first match in what was written so far, or "".
func (o *output) find(pattern *regexp.Regexp) string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return pattern.FindString(o.stdout.String() + "\n" + o.stderr.String())
}

var listening = regexp.MustCompile(`http://[\w.:\[\]]+:\d+`)

// split parts arguments from the NAME=VALUE that stand before them.
func split(args []string) (variables, rest []string) {
	n := 0
	for n < len(args) && strings.Contains(args[n], "=") && !strings.HasPrefix(args[n], "-") {
		n++
	}
	return args[:n], args[n:]
}

// program is `understudy ARG...` where the script is, with variables.
func program(ctx context.Context, ts *testscript.TestScript, variables []string, args ...string) *exec.Cmd {
	p := exec.CommandContext(ctx, "understudy", args...)
	p.Dir = ts.MkAbs(".")
	for _, name := range []string{"PATH", "HOME", "GORACE", "GOCOVERDIR"} {
		p.Env = append(p.Env, name+"="+ts.Getenv(name))
	}
	p.Env = append(p.Env, variables...)
	return p
}

func refused(ts *testscript.TestScript, _ *session, args []string) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	variables, args := split(args)
	p := program(ctx, ts, variables, args...)
	var stdout strings.Builder
	p.Stdout, p.Stderr = &stdout, ts.Stderr()
	var exit *exec.ExitError
	if err := p.Run(); !errors.As(err, &exit) || exit.ExitCode() != 2 || stdout.Len() > 0 {
		ts.Fatalf("want exit code 2 and nothing on stdout, got %v and %q", err, stdout.String())
	}
}

func serve(ts *testscript.TestScript, s *session, args []string) {
	variables, flags := split(args)
	s.server = program(context.Background(), ts, variables, append([]string{"serve"}, flags...)...)
	s.output = output{written: make(chan struct{}, 1)}
	s.server.Stdout = stream{&s.output, &s.output.stdout}
	s.server.Stderr = stream{&s.output, &s.output.stderr}
	ts.Check(s.server.Start())
	ts.Defer(func() {
		if s.server != nil { // the script failed before it was gone
			_ = s.server.Process.Kill()
			_ = s.server.Wait()
		}
	})
	deadline := time.After(patience)
	for s.output.find(listening) == "" {
		select {
		case <-s.output.written:
		case <-deadline:
			ts.Fatalf("the server does not say where it listens; it wrote:\n%s%s", s.output.stdout.String(), s.output.stderr.String())
		}
	}
	ts.Setenv("URL", s.output.find(listening))
}

func send(ts *testscript.TestScript, _ *session, args []string) {
	var headers []string
	for len(args) > 1 && args[0] == "-H" {
		headers, args = append(headers, args[1]), args[2:]
	}
	if len(args) < 2 || len(args) > 4 {
		ts.Fatalf("usage: http [-H HEADER] METHOD PATH [KEY [BODY]]")
	}
	args = append(args, "-", "")
	request, err := http.NewRequestWithContext(context.Background(), args[0], ts.Getenv("URL")+args[1], strings.NewReader(args[3]))
	ts.Check(err)
	request.Header.Set("Content-Type", "application/json")
	authorize(ts, request.Header, args[2])
	for _, header := range headers {
		name, value, _ := strings.Cut(header, ": ")
		request.Header.Set(name, value)
	}
	client := http.Client{Timeout: patience}
	response, err := client.Do(request)
	ts.Check(err)
	show(ts, response)
}

// authorize adds the credential of a key that the server made up or was given.
func authorize(ts *testscript.TestScript, header http.Header, name string) {
	if name == "-" {
		return
	}
	response, err := http.Get(ts.Getenv("URL") + "/__admin/keys")
	ts.Check(err)
	defer response.Body.Close()
	var listed struct {
		Keys []struct{ Name, Token string }
	}
	ts.Check(json.NewDecoder(response.Body).Decode(&listed))
	for _, key := range listed.Keys {
		if key.Name == name {
			header.Set("Authorization", "Bearer "+key.Token)
			return
		}
	}
	ts.Fatalf("there is no key %q", name)
}

// show writes an answer for the script to look at.
func show(ts *testscript.TestScript, response *http.Response) {
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	ts.Check(err)
	fmt.Fprintf(ts.Stdout(), "%s\n%s\n", response.Status, body)
}

func capture(ts *testscript.TestScript, _ *session, args []string) {
	if len(args) != 2 {
		ts.Fatalf("usage: capture NAME REGEXP")
	}
	pattern, err := regexp.Compile(args[1])
	ts.Check(err)
	found := pattern.FindString(ts.ReadFile("stdout"))
	if found == "" {
		ts.Fatalf("nothing matches %s", pattern)
	}
	ts.Setenv(args[0], found)
}

func begin(ts *testscript.TestScript, s *session, args []string) {
	if len(args) != 4 {
		ts.Fatalf("usage: begin METHOD PATH KEY BODY")
	}
	target, err := url.Parse(ts.Getenv("URL") + args[1])
	ts.Check(err)
	header := http.Header{"Content-Type": {"application/json"}, "Expect": {"100-continue"}}
	authorize(ts, header, args[2])
	s.pending, err = net.DialTimeout("tcp", target.Host, patience)
	ts.Check(err)
	ts.Check(s.pending.SetDeadline(time.Now().Add(patience)))
	s.body = args[3]
	_, err = fmt.Fprintf(s.pending, "%s %s HTTP/1.1\r\nHost: %s\r\nContent-Length: %d\r\n", args[0], target.RequestURI(), target.Host, len(s.body))
	ts.Check(err)
	ts.Check(header.Write(s.pending))
	_, err = io.WriteString(s.pending, "\r\n")
	ts.Check(err)
	const proceed = "HTTP/1.1 100 Continue\r\n\r\n"
	asked := make([]byte, len(proceed))
	_, err = io.ReadFull(s.pending, asked)
	ts.Check(err)
	if string(asked) != proceed {
		ts.Fatalf("the server does not ask for the body but says %q", asked)
	}
}

func finish(ts *testscript.TestScript, s *session, _ []string) {
	defer func() { _ = s.pending.Close() }()
	_, err := io.WriteString(s.pending, s.body)
	ts.Check(err)
	response, err := http.ReadResponse(bufio.NewReader(s.pending), nil)
	ts.Check(err)
	show(ts, response)
}

func sendSignal(ts *testscript.TestScript, s *session, args []string) {
	signals := map[string]syscall.Signal{"INT": syscall.SIGINT, "TERM": syscall.SIGTERM}
	if len(args) != 1 || signals[args[0]] == 0 {
		ts.Fatalf("usage: signal INT|TERM")
	}
	ts.Check(s.server.Process.Signal(signals[args[0]]))
}

func closed(ts *testscript.TestScript, _ *session, _ []string) {
	target, err := url.Parse(ts.Getenv("URL"))
	ts.Check(err)
	eventually(ts, "the server still listens", func() bool {
		connection, err := net.Dial("tcp", target.Host)
		if err == nil {
			_ = connection.Close()
		}
		return errors.Is(err, syscall.ECONNREFUSED)
	})
}

// eventually waits until something is the case.
func eventually(ts *testscript.TestScript, otherwise string, isSo func() bool) {
	for deadline := time.Now().Add(patience); !isSo(); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			ts.Fatalf("%s", otherwise)
		}
	}
}

func exited(ts *testscript.TestScript, s *session, _ []string) {
	server := s.server
	s.server = nil
	impatience := time.AfterFunc(patience, func() { _ = server.Process.Kill() })
	err := server.Wait()
	impatience.Stop()
	fmt.Fprint(ts.Stdout(), s.output.stdout.String())
	fmt.Fprint(ts.Stderr(), s.output.stderr.String())
	ts.Check(err)
}

func listen(ts *testscript.TestScript, _ *session, _ []string) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	ts.Check(err)
	ts.Defer(func() { _ = listener.Close() })
	ts.Setenv("ADDR", listener.Addr().String())
}

func free(ts *testscript.TestScript, _ *session, _ []string) {
	// Below the ports that systems give out by themselves, so that no other test
	// is given the same one in between.
	for port := 20000; port < 30000; port++ {
		listener, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", port))
		if err != nil {
			continue
		}
		ts.Setenv("ADDR", listener.Addr().String())
		ts.Check(listener.Close())
		return
	}
	ts.Fatalf("every port is taken")
}

func await(ts *testscript.TestScript, _ *session, _ []string) {
	target := "http://" + ts.Getenv("ADDR")
	eventually(ts, "nothing answers at "+target, func() bool {
		response, err := http.Get(target + "/__admin/health")
		if err == nil {
			_ = response.Body.Close()
		}
		return err == nil
	})
	ts.Setenv("URL", target)
}
