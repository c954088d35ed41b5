package conformance

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"path/filepath"
	"regexp"
	"strings"
)

// LedgerRun is what the first line of a ledger tells of the run: the document that it went
// by, so that what is left can be deleted by the same.
type LedgerRun struct {
	Document LedgerSource   `json:"document"`
	Overlays []LedgerSource `json:"overlays,omitempty"`
}

// LedgerSource is a file that a run went by.
type LedgerSource struct {
	// File is its absolute path, "-" for one that came on stdin, and "" for the embedded
	// document.
	File string `json:"file,omitempty"`
	// Digest is the SHA-256 of what it held, in hexadecimal.
	Digest string `json:"sha256"`
}

// Holds reports whether the file held this text.
func (s LedgerSource) Holds(text []byte) bool { return s.Digest == digest(text) }

func digest(text []byte) string {
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

func newLedgerSource(name string, text []byte) LedgerSource {
	if whole, err := filepath.Abs(name); err == nil && name != "-" {
		name = whole
	}
	return LedgerSource{name, digest(text)}
}

// ReadLedgerRun tells what the run of a ledger went by, nil where the ledger does not
// tell. The error is a UsageError for what is no ledger.
func ReadLedgerRun(file string) (*LedgerRun, error) {
	kept, err := readLedger(file)
	if err != nil {
		return nil, err
	}
	return kept.run, nil
}

// takeRun reads the line that tells of the run. Several runs may have written into one
// file, if all went by the same document.
func (k *keptLedger) takeRun(line int, text []byte) error {
	run := new(LedgerRun)
	if err := json.Unmarshal(text, run); err != nil {
		return usagef("%s:%d: not a line of a ledger", k.file, line)
	}
	if k.run != nil && k.run.Document.File != run.Document.File && len(k.left) > 0 {
		return usagef("%s:%d: the ledger is of two documents, %s and %s: give each a file of its own", k.file, line, k.run.Document, run.Document)
	}
	k.run = run
	return nil
}

// String names the file.
func (s LedgerSource) String() string {
	switch s.File {
	case "":
		return "the embedded document"
	case "-":
		return "a document on stdin"
	}
	return s.File
}

// ledgerRun is what the ledger of a run begins with.
func (o options) ledgerRun() LedgerRun {
	run := LedgerRun{Document: LedgerSource{Digest: digest(o.spec)}, Overlays: o.overlays}
	if o.isOwn {
		run.Document = newLedgerSource(o.specName, o.spec)
	}
	return run
}

// cleanupCommand is the command that deletes what the ledger lists.
func (s *suite) cleanupCommand() string {
	command := []string{"understudy", "cleanup", s.ledgers.name}
	if !isLoopback(s.client.base.Hostname()) {
		command = append(command, "--target", s.client.base.String())
	}
	if s.options.isOwn && s.options.specName == "-" {
		command = append(command, "--spec", "FILE")
	}
	if s.options.isRemote {
		command = append(command, "--allow-remote")
	}
	for _, name := range s.askedOfDeletes() {
		command = append(command, "--param", name+"="+s.options.params[name])
	}
	for i, word := range command {
		if !plainWord.MatchString(word) {
			command[i] = shellQuote(word)
		}
	}
	return strings.Join(command, " ")
}

// plainWord is what a shell takes as it stands.
var plainWord = regexp.MustCompile(`^[\w@%+=:,./-]+$`)
