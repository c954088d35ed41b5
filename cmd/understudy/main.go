// Command understudy stands in for an API by its OpenAPI document, and judges the real one.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"understudy/internal/cli"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	status := cli.Main(ctx, cli.Env{Args: os.Args[1:], Stdout: os.Stdout, Stderr: os.Stderr, Getenv: os.Getenv})
	stop()
	os.Exit(status)
}
