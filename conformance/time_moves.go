package conformance

import (
	"context"
	"time"

	"understudy/internal/resource"
)

// How long to wait so that the next time is a later one: by a clock that is
// written with fractions of a second, and by one that is not.
const (
	fineTick   = 20 * time.Millisecond
	coarseTick = 1100 * time.Millisecond
)

// tick waits until the target's clock, as far as its records tell it, has moved.
func (e *env) tick(ctx context.Context, r *record, fields []*resource.Field) error {
	for _, f := range fields {
		at, err := e.timeIn(r.created, r.value, f)
		if err != nil {
			return err
		}
		if at.Nanosecond() != 0 {
			return pause(ctx, fineTick)
		}
	}
	return pause(ctx, coarseTick)
}

// unmoved sees that the times of a record are the same in two views of it. The
// time of the last change may move with the lifecycle.
func (e *env) unmoved(a *answer, fields []*resource.Field, before, after map[string]any) error {
	for _, f := range fields {
		if f.Source == resource.FromUpdated && e.movedOn(before, after) {
			continue
		}
		was, err := e.timeIn(a, before, f)
		if err != nil {
			return err
		}
		is, err := e.timeIn(a, after, f)
		if err != nil {
			return err
		}
		if !was.Equal(is) && !sameMoment(before[f.Name], after[f.Name]) {
			return mismatch(a, f.Name+" moved, and the record was not changed", show(before[f.Name]), show(after[f.Name]))
		}
	}
	return nil
}

func checkTimeStaysOnRead(ctx context.Context, e *env) error {
	return e.staysOn(ctx, func(r *record) (map[string]any, *answer, error) { return e.read(ctx, r) })
}

func checkTimeStaysOnList(ctx context.Context, e *env) error {
	return e.staysOn(ctx, func(r *record) (map[string]any, *answer, error) {
		items, first, err := e.everything(ctx)
		if err != nil {
			return nil, nil, err
		}
		item := e.find(items, r.id)
		if item == nil {
			return nil, nil, e.owned("crud/create-listed", failf(first.answer, "a new record is not in the list"))
		}
		return item, first.answer, nil
	})
}

// staysOn sees that looking at a new record twice moves none of its times.
func (e *env) staysOn(ctx context.Context, look func(*record) (map[string]any, *answer, error)) error {
	fields, err := e.anyDated()
	if err != nil {
		return err
	}
	r, err := e.sample(ctx)
	if err != nil {
		return err
	}
	before := r.value
	for range 2 {
		if err := e.tick(ctx, r, fields); err != nil {
			return err
		}
		view, a, err := look(r)
		if err != nil {
			return err
		}
		if err := e.unmoved(a, fields, before, view); err != nil {
			return err
		}
		before = view
	}
	return nil
}

// changeLater creates a record, and changes it a moment later.
func (e *env) changeLater(ctx context.Context) (*changed, error) {
	fields, err := e.anyDated()
	if err != nil {
		return nil, err
	}
	r, err := e.create(ctx)
	if err != nil {
		return nil, err
	}
	if err := e.tick(ctx, r, fields); err != nil {
		return nil, err
	}
	sent, err := e.otherValue(r)
	if err != nil {
		return nil, err
	}
	return e.changeTo(ctx, r, sent)
}

// viewLater is a record that was changed a moment after its creation, and a view
// of it since.
func (e *env) viewLater(ctx context.Context) (*record, map[string]any, *answer, error) {
	c, err := e.sampleChange(ctx, laterSample, e.changeLater)
	if err != nil {
		return nil, nil, nil, err
	}
	if view := c.answer.object(); view != nil {
		return c.record, view, c.answer, nil
	}
	view, a, err := e.read(ctx, c.record)
	return c.record, view, a, err
}

func checkTimeMovesOnChange(ctx context.Context, e *env) error {
	fields, err := e.dated(resource.FromUpdated)
	if err != nil {
		return err
	}
	r, view, a, err := e.viewLater(ctx)
	if err != nil {
		return err
	}
	updated := fields[0]
	was, err := e.timeIn(r.created, r.value, updated)
	if err != nil {
		return err
	}
	is, err := e.timeIn(a, view, updated)
	if err != nil {
		return err
	}
	if !is.After(was) {
		return mismatch(a, updated.Name+" did not move on with a change", "later than "+show(r.value[updated.Name]), show(view[updated.Name]))
	}
	return current(a, updated, is)
}

func checkCreatedStaysOnChange(ctx context.Context, e *env) error {
	fields, err := e.dated(resource.FromCreated)
	if err != nil {
		return err
	}
	r, view, a, err := e.viewLater(ctx)
	if err != nil {
		return err
	}
	return e.unmoved(a, fields, r.value, view)
}

func checkTimeStaysOnChangeOfAnother(ctx context.Context, e *env) error {
	fields, err := e.anyDated()
	if err != nil {
		return err
	}
	other, err := e.sample(ctx)
	if err != nil {
		return err
	}
	if _, err := e.changeLater(ctx); err != nil {
		return err
	}
	view, a, err := e.read(ctx, other)
	if err != nil {
		return err
	}
	return e.unmoved(a, fields, other.value, view)
}
