package report

import (
	"encoding/xml"
	"fmt"
	"io"
	"strings"
	"time"
)

// WriteJUnit writes a report in the XML that CI systems read as JUnit's: a test
// suite for each group of checks and a test case for each result.
//
// A case fails exactly when its result makes the verdict Fails, so that a CI
// system never shows another verdict. What did not run, and what is known
// to fail, is skipped with its reason. So is a flaky result: shown as failed it
// would turn a run red whose verdict is not Fails, and shown as passed nobody
// would ever look at it.
func WriteJUnit(w io.Writer, r *Report) error {
	document := junitDocument(r.printable())
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	encoder := xml.NewEncoder(w)
	encoder.Indent("", "  ")
	if err := encoder.Encode(document); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}

type junitSuites struct {
	XMLName  xml.Name      `xml:"testsuites"`
	Name     string        `xml:"name,attr"`
	Tests    int           `xml:"tests,attr"`
	Failures int           `xml:"failures,attr"`
	Errors   int           `xml:"errors,attr"`
	Skipped  int           `xml:"skipped,attr"`
	Time     string        `xml:"time,attr"`
	Suites   []*junitSuite `xml:"testsuite"`
}

type junitSuite struct {
	Name       string          `xml:"name,attr"`
	Tests      int             `xml:"tests,attr"`
	Failures   int             `xml:"failures,attr"`
	Errors     int             `xml:"errors,attr"`
	Skipped    int             `xml:"skipped,attr"`
	Time       string          `xml:"time,attr"`
	Timestamp  string          `xml:"timestamp,attr"`
	Properties []junitProperty `xml:"properties>property"`
	Cases      []junitCase     `xml:"testcase"`

	seconds float64
}

type junitProperty struct {
	Name  string `xml:"name,attr"`
	Value string `xml:"value,attr"`
}

// junitCase holds its elements in the order that strict readers want.
type junitCase struct {
	Classname string        `xml:"classname,attr"`
	Name      string        `xml:"name,attr"`
	Time      string        `xml:"time,attr"`
	Skipped   *junitSkipped `xml:"skipped"`
	Failure   *junitFailure `xml:"failure"`
	SystemOut *junitOutput  `xml:"system-out"`
}

type junitSkipped struct {
	Message string `xml:"message,attr"`
}

// Texts of several lines stand in CDATA, where they can be read: elsewhere
// encoding/xml writes each line feed as a reference.
type junitFailure struct {
	Message string `xml:"message,attr"`
	Type    string `xml:"type,attr"`
	Text    string `xml:",cdata"`
}

type junitOutput struct {
	Text string `xml:",cdata"`
}

func junitDocument(r *Report) junitSuites {
	document := junitSuites{Name: r.Document, Time: junitSeconds(r.Duration)}
	suites := map[string]*junitSuite{}
	for _, result := range r.Results {
		suite := suites[result.Group()]
		if suite == nil {
			suite = newJUnitSuite(r, result.Group())
			suites[result.Group()] = suite
			document.Suites = append(document.Suites, suite)
		}
		suite.add(newJUnitCase(r, result), result.Duration)
	}
	for _, suite := range document.Suites {
		document.Tests += suite.Tests
		document.Failures += suite.Failures
		document.Skipped += suite.Skipped
	}
	return document
}

// newJUnitSuite makes an empty suite. Its properties are the verdict of the whole
// run, and what it takes to run it again.
func newJUnitSuite(r *Report, name string) *junitSuite {
	properties := []junitProperty{{"verdict", r.Outcome()}, {"target", r.Target}, {"document", r.Document}}
	if !r.Witnessed {
		properties = append(properties, junitProperty{"seed", fmt.Sprint(r.Seed)})
	}
	return &junitSuite{Name: name, Time: junitSeconds(0), Timestamp: r.Started.UTC().Format(time.RFC3339), Properties: properties}
}

func (s *junitSuite) add(c junitCase, seconds float64) {
	s.Cases = append(s.Cases, c)
	s.Tests++
	if c.Failure != nil {
		s.Failures++
	}
	if c.Skipped != nil {
		s.Skipped++
	}
	s.seconds += seconds
	s.Time = junitSeconds(s.seconds)
}

func newJUnitCase(r *Report, result Result) junitCase {
	c := junitCase{
		Classname: result.Group(),
		Name:      strings.TrimPrefix(result.Title(), result.Group()+"/"),
		Time:      junitSeconds(result.Duration),
	}
	switch {
	case result.Status == Pass:
	case r.Failed(result):
		c.Failure = &junitFailure{result.explanation(), string(result.Level), junitDetails(result)}
	case result.Status == Warn:
		c.SystemOut = &junitOutput{junitDetails(result)}
	default:
		c.Skipped = &junitSkipped{junitWhySkipped(result)}
		if len(result.Exchanges) > 0 {
			c.SystemOut = &junitOutput{junitDetails(result)}
		}
	}
	return c
}

// junitWhySkipped is the reason with the status, since a reader of JUnit knows
// only "skipped".
func junitWhySkipped(result Result) string {
	why := result.explanation()
	if !strings.HasPrefix(why, result.Status.word()) {
		why = strings.TrimSuffix(result.Status.word()+": "+why, ": ")
	}
	if result.Link != "" {
		why += " (" + result.Link + ")"
	}
	return why
}

// junitDetails is all that is known of a result, as lines.
func junitDetails(result Result) string {
	var b strings.Builder
	for _, f := range result.facts() {
		fmt.Fprintf(&b, "%s: %s\n", f.name, f.text)
	}
	if len(result.Exchanges) > 0 {
		b.WriteString("\n" + strings.Join(script(result.Exchanges), "\n") + "\n")
	}
	return b.String()
}

// junitSeconds is a time as JUnit has it: seconds with three decimals.
func junitSeconds(seconds float64) string { return fmt.Sprintf("%.3f", seconds) }
