// Package drift holds a stand-in against the server that it stands in for: it plays
// one script to both, lines up the answers, says where they differ, and writes an
// OpenAPI Overlay that brings the stand-in into line.
package drift

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"

	"understudy/conformance"
	"understudy/conformance/report"
)

// Setup is what a stand-in starts from.
type Setup struct {
	// Records is how many generated records each collection holds.
	Records int
	// Overlays change its document beside those that it has anyway.
	Overlays [][]byte
}

// StandIn is one that runs.
type StandIn struct {
	URL string
	// Options give a run its keys and path parameters.
	Options []conformance.Option
	Stop    func()
}

// Starter starts a stand-in for the document of a run.
type Starter func(context.Context, Setup) (*StandIn, error)

// Settings say what is compared with a target, and how.
type Settings struct {
	// Start starts the stand-in.
	Start Starter
	// Document are the options that give the document.
	Document []conformance.Option
	// IgnoreWords compares the form of errors, and not what they say.
	IgnoreWords bool
}

// mostRecords bounds the records that a stand-in is given, so that its pages are as
// full as those of the target.
const mostRecords = 300

// Run is one comparison.
type Run struct {
	settings Settings
	there    *conformance.Transcript
	found    *comparison
}

// Execute plays the script of the document to the server at a base URL, and to a
// stand-in. Options are those of conformance.Execute beside those of the document. The
// errors are those of conformance.Play.
func Execute(ctx context.Context, target string, settings Settings, opts ...conformance.Option) (*Run, *Report, error) {
	there, err := conformance.Play(ctx, target, slices.Concat(settings.Document, opts)...)
	if there == nil {
		return nil, nil, err
	}
	r := &Run{settings: settings, there: there}
	if err == nil {
		r.found, err = r.compare(ctx)
	}
	found := r.report()
	return r, found, err
}

// Mend writes an overlay that brings the stand-in into line, as far as one can, and
// plays the script to a stand-in with it. The overlay is nil when there is nothing
// that one could say.
func (r *Run) Mend(ctx context.Context, found *Report) (overlay []byte, err error) {
	d, left := newDraft(), r.found
	for range mostRounds {
		size := d.size()
		d.take(left)
		if d.size() == size {
			break
		}
		better, next, err := r.try(ctx, d, left)
		if ctx.Err() != nil {
			return overlay, ctx.Err()
		}
		if err != nil {
			found.Run.Notes = append(found.Run.Notes, "an overlay was thrown away, as there is no stand-in with it: "+err.Error())
			break
		}
		if len(next.findings) >= len(left.findings) {
			break
		}
		d, overlay, left = better, better.write(r.there.Run), next
	}
	found.noteMended(left)
	found.Run.Notes = append(found.Run.Notes, slices.Sorted(maps.Keys(d.notes))...)
	return overlay, nil
}

// mostRounds is how often an overlay is added to for what only shows with it.
const mostRounds = 3

// compare plays the script to a stand-in with overlays, and lines up the answers.
func (r *Run) compare(ctx context.Context, overlays ...[]byte) (*comparison, error) {
	here, err := r.playHere(ctx, overlays)
	if err != nil {
		return nil, err
	}
	with := slices.Clone(r.settings.Document)
	for i, overlay := range overlays {
		with = append(with, conformance.WithOverlay(fmt.Sprintf("overlay %d", i+1), overlay))
	}
	_, model, err := conformance.Read(with...)
	if err != nil {
		return nil, err
	}
	c := newComparison(here, r.there, model)
	c.ignoreWords = r.settings.IgnoreWords
	c.lineUp()
	return c, nil
}

// playHere plays the script to a stand-in.
func (r *Run) playHere(ctx context.Context, overlays [][]byte) (*conformance.Transcript, error) {
	records := 0
	for _, held := range r.there.Stock {
		records = max(records, min(held, mostRecords))
	}
	standIn, err := r.settings.Start(ctx, Setup{Records: records, Overlays: overlays})
	if err != nil {
		return nil, err
	}
	defer standIn.Stop()
	opts := slices.Concat(r.settings.Document, standIn.Options)
	opts = append(opts, conformance.WithSeed(r.there.Run.Seed), conformance.WithMaxRequests(maxRequests))
	if r.there.ReadOnly != "" {
		opts = append(opts, conformance.WithReadOnly())
	}
	here, err := conformance.Play(ctx, standIn.URL, opts...)
	if here != nil && here.Run.Ledger != "" {
		_ = os.Remove(here.Run.Ledger) // what it lists is gone with the stand-in
	}
	if err != nil && ctx.Err() == nil {
		return nil, errors.New("the stand-in: " + err.Error()) // it is not the target that fails
	}
	return here, err
}

// maxRequests bounds what is sent to a stand-in, which costs nothing.
const maxRequests = 100_000

// report is what was found of the target.
func (r *Run) report() *Report {
	made := &Report{Format: report.Format, Run: r.there.Run, ReadOnly: r.there.ReadOnly}
	for _, path := range slices.Sorted(maps.Keys(r.there.Unplayed)) {
		made.Unplayed = append(made.Unplayed, path+": "+r.there.Unplayed[path])
	}
	if r.found == nil {
		made.Verdict = Partial
		return made
	}
	made.take(r.found)
	return made
}
