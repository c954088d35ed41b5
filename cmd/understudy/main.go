// Command understudy stands in for an API by its OpenAPI document, and judges the real one.
package main

import (
	"context"
	"os"
	"os/signal"
	"runtime"
	"runtime/debug"
	"syscall"

	"understudy/internal/cli"
)

func main() {
	if os.Getenv("GOGC") == "" {
		collectLater()
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	status := cli.Main(ctx, cli.Env{Args: os.Args[1:], Stdout: os.Stdout, Stderr: os.Stderr, Getenv: os.Getenv, Environ: os.Environ})
	stop()
	os.Exit(status)
}

// collectLater lets the heap grow to 16 MB before garbage is collected for the first
// time, in place of 4 MB, of which libraries fill three before main: most commands have
// done by then what somebody waits for. What comes after that is collected as usual.
func collectLater() {
	const times = 4
	usual := debug.SetGCPercent(times * 100)
	type garbage struct{ _ *int }
	runtime.AddCleanup(new(garbage), func(percent int) { debug.SetGCPercent(percent) }, usual)
}
