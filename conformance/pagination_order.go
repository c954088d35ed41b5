package conformance

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

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
	for i := range len(now.items) - 1 {
		one, other := now.items[i][order.Field], now.items[i+1][order.Field]
		difference := compareKeys(one, other)
		if order.Descending {
			difference = -difference
		}
		if difference > 0 {
			return mismatch(now.last.answer, fmt.Sprintf("%s: the list is not in the declared order %s at record %d", order.Field, order, i+2), "records in this order", show(one)+" before "+show(other))
		}
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

// compareKeys compares two values to sort by, as far as everybody sorts them
// alike: numbers, times, and texts whose order does not depend on letter case or
// language. Others count as equal.
func compareKeys(a, b any) int {
	if a, ok := a.(json.Number); ok {
		b, _ := b.(json.Number)
		x, errX := a.Float64()
		y, errY := b.Float64()
		if errX != nil || errY != nil {
			return 0
		}
		return cmp.Compare(x, y)
	}
	one, _ := a.(string)
	other, _ := b.(string)
	if x, err := time.Parse(time.RFC3339Nano, one); err == nil {
		if y, err := time.Parse(time.RFC3339Nano, other); err == nil {
			return x.Compare(y)
		}
	}
	if !isPlain(one) || !isPlain(other) {
		return 0
	}
	return cmp.Compare(one, other)
}

// isPlain reports whether a text is made of lower-case letters and digits, which
// all collations order alike.
func isPlain(text string) bool {
	return text != "" && !strings.ContainsFunc(text, func(r rune) bool { return (r < 'a' || r > 'z') && (r < '0' || r > '9') })
}
