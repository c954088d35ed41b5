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
type reportFiles struct{ json, junit, html, markdown string }

func (f *reportFiles) declare(flags *flag.FlagSet) {
	flags.Var((*named)(&f.json), "json", "write the report to `FILE` as JSON")
	flags.Var((*named)(&f.junit), "junit", "write the report to `FILE` as JUnit's XML, for CI systems")
	flags.Var((*named)(&f.html), "html", "write the report to `FILE` as one page for a browser")
	flags.Var((*named)(&f.markdown), "markdown", "write the report to `FILE` as Markdown, for the summary of a CI job")
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
		{"json", f.json, outcome.WriteJSON},
		{"junit", f.junit, outcome.WriteJUnit},
		{"html", f.html, outcome.WriteHTML},
		{"markdown", f.markdown, outcome.WriteMarkdown},
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
		if err := canHold(file.flag, file.name); err != nil {
			return err
		}
	}
	return nil
}

// canHold refuses the name of a file that could not be written.
func canHold(flag, name string) error {
	if folder := filepath.Dir(name); !isFolder(folder) {
		return fmt.Errorf("--%s %s: there is no folder %s", flag, name, folder)
	}
	if isFolder(name) {
		return fmt.Errorf("--%s %s: it is a folder; name a file in it", flag, name)
	}
	return nil
}

func isFolder(name string) bool {
	info, err := os.Stat(name)
	return err == nil && info.IsDir()
}

// write writes a report to every file that was asked for, and then one for people:
// who reads that may stop, which ends the program.
func (f *reportFiles) write(env Env, r *outcome.Report) error {
	people := env.Stdout
	if f.onStdout() != "" {
		people = env.Stderr
	}
	var failed error
	for _, file := range f.wanted() {
		failed = errors.Join(failed, file.put(env, r))
	}
	return errors.Join(failed, outcome.WriteText(people, r, isTerminal(people) && env.Getenv("NO_COLOR") == "" && env.Getenv("TERM") != "dumb"))
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

// isTerminal reports whether what is written can be seen as it is written.
func isTerminal(w io.Writer) bool {
	if noted, ok := w.(*notingWriter); ok {
		w = noted.Writer
	}
	file, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := file.Stat()
	return err == nil && info.Mode()&fs.ModeCharDevice != 0
}
