package drift

import (
	"context"
	"slices"
	"strings"
)

// Bounds of the trials of one round: how often what came to nothing is left out, and how
// many changes are left out one by one.
const (
	mostTrials   = 4
	mostSuspects = 8
)

// try plays the script with a draft, and leaves out of it what mends nothing, and what
// does harm. It returns what stays of the draft, and the comparison with that.
func (r *Run) try(ctx context.Context, d *draft, before *comparison) (*draft, *comparison, error) {
	after, err := r.compare(ctx, d.write(r.there.Run))
	for range mostTrials {
		if err != nil {
			return d, nil, err
		}
		failed := d.failed(before, after)
		if len(failed) == 0 {
			break
		}
		if d = d.without(failed); d.size() == 0 {
			return d, before, nil
		}
		after, err = r.compare(ctx, d.write(r.there.Run))
	}
	if err != nil {
		return d, nil, err
	}
	for _, suspect := range d.suspects(before, after) {
		less := d.without([]string{suspect})
		if less.size() == 0 {
			continue // a round that is no better comes to nothing anyway
		}
		without, err := r.compare(ctx, less.write(r.there.Run))
		if err != nil {
			return d, nil, err
		}
		if len(without.brought(before)) < len(after.brought(before)) && len(without.findings) <= len(after.findings) {
			d, after = less, without
		}
	}
	return d, after, nil
}

// failed are the purposes of the round that the draft does not serve: a finding that is
// still there, and refusals of a cause that differ as much as before, or more in one of
// the operations.
func (d *draft) failed(before, after *comparison) []string {
	var failed []string
	for _, p := range d.tried {
		switch {
		case p.finding != nil && p.finding.stays(after), p.cause != "" && !d.helps(p, before, after):
			failed = append(failed, p.name)
		}
	}
	return failed
}

// stays reports whether all steps that show a finding show it still.
func (f *Finding) stays(after *comparison) bool {
	shown := map[string]bool{}
	for _, still := range after.findings {
		if f.remains(still) {
			for _, step := range still.Steps {
				shown[step] = true
			}
		}
	}
	return !slices.ContainsFunc(f.Steps, func(step string) bool { return !shown[step] })
}

// helps reports whether the refusals of a cause differ less on the whole, and in no
// operation more.
func (d *draft) helps(p purpose, before, after *comparison) bool {
	was, is := d.toll(p, before, (*Finding).rank), d.toll(p, after, (*Finding).rank)
	for operation, toll := range is {
		if toll > was[operation] {
			return false
		}
	}
	return total(d.toll(p, after, (*Finding).weight)) < total(d.toll(p, before, (*Finding).weight))
}

func total(tolls map[string]int) int {
	sum := 0
	for _, toll := range tolls {
		sum += toll
	}
	return sum
}

// toll is how much the refusals that a purpose is about differ, by operation. What is
// wrong in its status is wrong, whatever its words.
func (d *draft) toll(p purpose, c *comparison, weigh func(*Finding) int) map[string]int {
	worst, tolls := map[string]int{}, map[string]int{}
	for _, f := range c.findings {
		for _, shown := range f.pairs {
			if key := shown.there.Key(); d.isAbout(p, shown) && !c.barred(f.operation) && weigh(f) > worst[key] {
				tolls[f.operation] += weigh(f) - worst[key]
				worst[key] = weigh(f)
			}
		}
	}
	return tolls
}

// isAbout reports whether a pair is worded by what is said for a purpose.
func (d *draft) isAbout(p purpose, shown pair) bool {
	if d.causeHere(shown.here, shown.there) != p.cause {
		return false
	}
	if p.of != nil {
		return shown.there.Collection == p.of
	}
	return !slices.ContainsFunc(d.tried, func(other purpose) bool {
		return other.cause == p.cause && other.of != nil && other.of == shown.there.Collection
	})
}

// rank is how grave a difference of two refusals is: one of the status more than one of
// the form, and that more than one of the words. Headers have nothing to do with it.
func (f *Finding) rank() int {
	switch f.Kind {
	case Words:
		return 1
	case Shape:
		return 10
	case Status, Stricter, Laxer:
		return 100
	}
	return 0
}

// weight is the rank, with words counted by their places.
func (f *Finding) weight() int {
	if f.Kind == Words {
		return min(strings.Count(f.Where, ", ")+1, 9)
	}
	return f.rank()
}

// brought are the steps that differ more gravely than before, or only now.
func (c *comparison) brought(before *comparison) []string {
	was := before.gravest()
	var steps []string
	for key, rank := range c.gravest() {
		if rank > was[key] {
			steps = append(steps, key)
		}
	}
	return sorted(steps)
}

// gravest is how grave the differences of each step are, from 1 for the least.
func (c *comparison) gravest() map[string]int {
	ranks := map[string]int{}
	for _, f := range c.findings {
		for _, p := range f.pairs {
			ranks[p.there.Key()] = max(ranks[p.there.Key()], f.rank()+1)
		}
	}
	return ranks
}

// suspects are the purposes that may have brought differences, those of the operations
// that show them first.
func (d *draft) suspects(before, after *comparison) []string {
	brought := after.brought(before)
	if len(brought) == 0 {
		return nil
	}
	var near, far []string
	for _, p := range d.tried {
		switch {
		case p.finding != nil && slices.ContainsFunc(after.findings, func(f *Finding) bool {
			return f.operation == p.finding.operation && slices.ContainsFunc(f.pairs, func(shown pair) bool { return slices.Contains(brought, shown.there.Key()) })
		}):
			near = append(near, p.name)
		default:
			far = append(far, p.name)
		}
	}
	near = append(near, far...)
	return near[:min(len(near), mostSuspects)]
}
