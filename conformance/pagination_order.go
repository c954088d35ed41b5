package conformance

import (
	"context"

	"understudy/internal/resource"
)

func checkOrder(ctx context.Context, e *env, s *survey) error {
	order := e.collection.Order
	if order.Field == "" {
		return notApplicable("the document declares no order")
	}
	if err := e.stock(ctx, stirred-len(e.own())); err != nil {
		return err
	}
	if err := e.stir(ctx); err != nil {
		return err
	}
	now, err := e.survey(ctx)
	if err != nil {
		return err
	}
	scales := e.scales(order.Field)
	if fit, wrong := fitting(scales, placedIn(now.ids, now.items, order.Field), order.Descending); len(fit) == 0 {
		return disorder(now.last.answer, order.Field+": the list is not in the declared order "+order.String(), inWords(scales), wrong)
	}
	return nil
}

// stirred is how many records of the run it takes to see the order by the last
// change: one that changes, and one that is newer.
const stirred = 2

// stir changes the oldest record of the run, so that an order by the last change
// shows. Where no record can be changed, nothing happens.
func (e *env) stir(ctx context.Context) error {
	own := e.own()
	if e.op(resource.Update) == nil || len(own) == 0 {
		return nil
	}
	r := &record{path: own[0]}
	if e.op(resource.Retrieve) != nil {
		value, _, err := e.read(ctx, r)
		if err != nil {
			return err
		}
		r.value = value
	}
	sent, err := e.otherValue(r)
	if err != nil {
		return nil //nolint:nilerr // there is nothing to change
	}
	_, err = e.patch(ctx, r.path, e.changing(r, sent))
	return err
}
