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
	for _, f := range e.writable() {
		value, err := e.fresh(e.op(resource.Update), f, nil)
		if err != nil {
			continue // there are other members
		}
		_, err = e.patch(ctx, own[0], e.changing(&record{}, map[string]any{f.Name: value}))
		return err
	}
	return nil
}
