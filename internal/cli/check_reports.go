package cli

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	outcome "understudy/conformance/report" // inspect has a report of its own
)

// reportFiles are the files that check writes its report to; "" is none, and "-"
// is stdout.
type reportFiles struct {
	json, junit, html, markdown string
	flag                        string // before the name of a form: "report " where one flag takes all
}

func (f *reportFiles) declare(flags *flag.FlagSet) {
	flags.StringVar(&f.json, "json", "", "write the report to `FILE` as JSON")
	flags.StringVar(&f.junit, "junit", "", "write the report to `FILE` as JUnit's XML, for CI systems")
	flags.StringVar(&f.html, "html", "", "write the report to `FILE` as one page for a browser")
	flags.StringVar(&f.markdown, "markdown", "", "write the report to `FILE` as Markdown, for the summary of a CI job")
}

// reportFile is one form of the report with the file that it goes to.
type reportFile struct {
	flag, name string
	write      func(io.Writer, *outcome.Report) error
}

// wanted lists the files that were asked for.
func (f *reportFiles) wanted() []reportFile {
	var wanted []reportFile
	for _, file := range []reportFile{
		{f.flag + "json", f.json, outcome.WriteJSON},
		{f.flag + "junit", f.junit, outcome.WriteJUnit},
		{f.flag + "html", f.html, outcome.WriteHTML},
		{f.flag + "markdown", f.markdown, outcome.WriteMarkdown},
	} {
		if file.name != "" {
			wanted = append(wanted, file)
		}
	}
	return wanted
}

// onStdout is the flag of the report that goes to stdout, "" when none does.
func (f *reportFiles) onStdout() string {
	for _, file := range f.wanted() {
		if file.name == "-" {
			return file.flag
		}
	}
	return ""
}

// check refuses files that could not be written when the run is over.
func (f *reportFiles) check() error {
	names := map[string]string{}
	for _, file := range f.wanted() {
		if other, taken := names[file.name]; taken {
			return fmt.Errorf("--%s and --%s both write %s: give each a file of its own", other, file.flag, file.name)
		}
		names[file.name] = file.flag
		if folder := filepath.Dir(file.name); !isFolder(folder) {
			return fmt.Errorf("--%s %s: there is no folder %s", file.flag, file.name, folder)
		}
	}
	return nil
}

func isFolder(name string) bool {
	info, err := os.Stat(name)
	return err == nil && info.IsDir()
}

// people is where people read: stderr when stdout holds a report.
func (f *reportFiles) people(env Env) io.Writer {
	if f.onStdout() != "" {
		return env.Stderr
	}
	return env.Stdout
}

// write writes a report for people, and to every file that was asked for.
func (f *reportFiles) write(env Env, r *outcome.Report) error {
	people := f.people(env)
	failed := outcome.WriteText(people, r, isTerminal(people) && env.Getenv("NO_COLOR") == "" && env.Getenv("TERM") != "dumb")
	for _, file := range f.wanted() {
		failed = errors.Join(failed, file.put(env, r))
	}
	return failed
}

func (f reportFile) put(env Env, r *outcome.Report) error {
	if f.name == "-" {
		return f.write(env.Stdout, r)
	}
	var written bytes.Buffer
	if err := f.write(&written, r); err != nil {
		return err
	}
	return writeFile(f.name, written.Bytes())
}

// writeFile writes a file; the error says in a sentence why it cannot.
func writeFile(name string, data []byte) error {
	err := os.WriteFile(name, data, 0o644)
	var failed *fs.PathError
	if errors.As(err, &failed) {
		return fmt.Errorf("cannot write %s: %w", name, failed.Err)
	}
	return err
}

// isTerminal reports whether what is written can be seen as it is written.
func isTerminal(w io.Writer) bool {
	file, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := file.Stat()
	return err == nil && info.Mode()&fs.ModeCharDevice != 0
}
