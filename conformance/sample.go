package conformance

import (
	"context"
	"maps"
	"slices"

	"understudy/internal/resource"
)

// sample is what several checks look at in turn and none of them changes: a record
// of the run, perhaps with one change made to it, or an answer. It is made once,
// and again when one of them does not pass, so that the next starts clean.
type sample struct {
	record *record
	change *changed // made to the record; nil when none was
	answer *answer  // for a sample that is no record

	exchanged []*answer // what was sent to make it
}

// readable must be in order before a check that makes a record and reads it tells anything.
var readable = []string{"crud/create", "crud/retrieve"}

// sound are the checks whose failure shows wherever a record is compared with what it was
// made of.
var sound = []string{"crud/create-echo", "crud/create-stored"}

// sampleName names a sample of a collection.
type sampleName struct {
	collection *resource.Collection
	name       string
}

// The samples that checks share.
const (
	newSample     = "a new record"
	changedSample = "a record with a change"
	laterSample   = "a record that was changed a moment later"
	textSample    = "a record with a text beyond ASCII"
	deletedSample = "a record that was deleted"
	keylessSample = "a list without a key"
)

// share returns a sample, made by the first check that wants it.
func (e *env) share(ctx context.Context, name string, build func(context.Context) (*sample, error)) (*sample, error) {
	e.usesSamples = true
	if made := e.shared(name); made != nil {
		e.borrowed = append(e.borrowed, made)
		return made, nil
	}
	begin := len(e.answers)
	made, err := build(ctx)
	if err != nil {
		return nil, err
	}
	made.exchanged = slices.Clone(e.answers[begin:])
	e.mu.Lock()
	defer e.mu.Unlock()
	e.samplesMade[sampleName{e.collection, name}] = made
	return made, nil
}

// shared is a sample that is there; nil when there is none.
func (e *env) shared(name string) *sample {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.samplesMade[sampleName{e.collection, name}]
}

// sample is a new record that the calling check does not change.
func (e *env) sample(ctx context.Context) (*record, error) {
	made, err := e.share(ctx, newSample, func(ctx context.Context) (*sample, error) {
		r, err := e.create(ctx)
		return &sample{record: r}, err
	})
	if err != nil {
		return nil, err
	}
	own := *made.record
	return &own, nil
}

// sampleChange is a record with a change, which the calling check does not change
// further.
func (e *env) sampleChange(ctx context.Context, name string, change func(context.Context) (*changed, error)) (*changed, error) {
	if e.replaces {
		name += ", by a replacement"
	}
	made, err := e.share(ctx, name, func(ctx context.Context) (*sample, error) {
		c, err := change(ctx)
		if err != nil {
			return nil, err
		}
		return &sample{record: c.record, change: c}, nil
	})
	if err != nil {
		return nil, err
	}
	own := *made.change
	return &own, nil
}

// drop forgets the samples of a collection. Their records are cleaned up like any
// others then.
func (l *lane) drop(c *resource.Collection) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for name := range l.samplesMade {
		isParent := name.name == parentSample && slices.ContainsFunc(parentsOf(c), func(p resource.Parent) bool { return p.Collection == name.collection })
		// What stands under a parent goes with it.
		isBelow := isNested(name.collection) && (isNested(c) || isAbove(c, name.collection))
		if name.collection == c || isParent || isBelow {
			delete(l.samplesMade, name)
		}
	}
}

// isAbove reports whether items of one collection stand under those of another.
func isAbove(parent, c *resource.Collection) bool {
	return slices.ContainsFunc(parentsOf(c), func(p resource.Parent) bool {
		return p.Collection != nil && (p.Collection == parent || isAbove(parent, p.Collection))
	})
}

// spent lists the records of the run that no check to come looks at.
func (l *lane) spent() []entry {
	l.mu.Lock()
	defer l.mu.Unlock()
	kept := l.inUse()
	return slices.DeleteFunc(l.ledger.undeleted(), func(made entry) bool {
		_, stuck := l.stuck[made.Path]
		return stuck || kept[made.Path] // the end of the run tries again what is stuck
	})
}

// inUse are the paths of the records that checks look at in turn.
func (l *lane) inUse() map[string]bool {
	kept := map[string]bool{}
	for _, made := range l.samplesMade {
		if made.record != nil {
			kept[made.record.path] = true
		}
	}
	return kept
}

// makeWay deletes the records of samples, for a target that lets the run have few.
// It reports whether there was one. A check that looks at a sample itself keeps
// all.
func (e *env) makeWay(ctx context.Context) bool {
	if e.usesSamples {
		return false
	}
	freed := e.release()
	_ = e.removeWarily(ctx, freed) // the attempt tells of harm
	return len(freed) > 0
}

// release forgets the samples whose records are there, and lists these.
func (e *env) release() []entry {
	e.mu.Lock()
	defer e.mu.Unlock()
	paths := map[string]bool{}
	for name, made := range e.samplesMade {
		if name.collection == e.collection && name.name != parentSample && made.record != nil {
			paths[made.record.path] = true
		}
	}
	freed := slices.DeleteFunc(e.ledger.undeleted(), func(there entry) bool { return !paths[there.Path] })
	maps.DeleteFunc(e.samplesMade, func(name sampleName, made *sample) bool {
		return name.collection == e.collection && name.name != parentSample && made.record != nil && slices.ContainsFunc(freed, func(there entry) bool { return there.Path == made.record.path })
	})
	return freed
}
