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
	"slices"

	"understudy/conformance/report"
)

// reportFiles are the files that check writes its report to; "" is none, and "-"
// is stdout.
type reportFiles struct {
	json, junit, html, markdown string
	flag                        string // before the name of a form: "report " where one flag takes all
}

func (f *reportFiles) declare(flags *flag.FlagSet) {
	flags.Var((*named)(&f.json), "json", "write the report to `FILE` as JSON")
	flags.Var((*named)(&f.junit), "junit", "write the report to `FILE` as JUnit's XML, for CI systems")
	flags.Var((*named)(&f.html), "html", "write the report to `FILE` as one page for a browser")
	flags.Var((*named)(&f.markdown), "markdown", "write the report to `FILE` as Markdown, for the summary of a CI job")
}

// of gives each file that was asked for with what goes into it.
func (f *reportFiles) of(r *report.Report) outputs {
	form := func(write func(io.Writer, *report.Report) error) func(io.Writer) error {
		return func(w io.Writer) error { return write(w, r) }
	}
	return wanted(
		output{f.flag + "json", f.json, form(report.WriteJSON)},
		output{f.flag + "junit", f.junit, form(report.WriteJUnit)},
		output{f.flag + "html", f.html, form(report.WriteHTML)},
		output{f.flag + "markdown", f.markdown, form(report.WriteMarkdown)},
	)
}

// output is a file that is written at the end, under the flag that names it; "-" is
// stdout.
type output struct {
	flag, name string
	write      func(io.Writer) error
}

type outputs []output

// wanted are the files that were asked for.
func wanted(files ...output) outputs {
	return slices.DeleteFunc(files, func(file output) bool { return file.name == "" })
}

// people is where the report for people goes: stdout, unless another one does.
func (o outputs) people(env Env) io.Writer {
	if slices.ContainsFunc(o, func(file output) bool { return file.name == "-" }) {
		return env.Stderr
	}
	return env.Stdout
}

// check refuses files that could not be written when the run is over.
func (o outputs) check() error {
	names := map[string]string{}
	for _, file := range o {
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

// forPeople writes a report as text.
func forPeople(r *report.Report) func(people io.Writer, colour bool) error {
	return func(people io.Writer, colour bool) error { return report.WriteText(people, r, colour) }
}

// write writes every file, and then the report for people: who reads that may stop,
// which ends the program.
func (o outputs) write(env Env, text func(people io.Writer, colour bool) error) error {
	people := o.people(env)
	var failed error
	for _, file := range o {
		failed = errors.Join(failed, file.put(env))
	}
	return errors.Join(failed, text(people, isTerminal(people) && env.Getenv("NO_COLOR") == "" && env.Getenv("TERM") != "dumb"))
}

func (file output) put(env Env) error {
	if file.name == "-" {
		return file.write(env.Stdout)
	}
	var written bytes.Buffer
	if err := file.write(&written); err != nil {
		return err
	}
	return writeFile(file.name, written.Bytes())
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
