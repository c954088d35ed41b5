package conformance

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"understudy/internal/contract"
)

// failure is a requirement that is not kept.
type failure struct {
	reason           string
	expected, actual string
	breaks           contract.Node // what of the document is broken, where that is known
	warn             bool          // lax but harmless
	evident          bool          // the answer alone shows it, so that no other failure explains it
	marked           []*answer
}

func (f *failure) Error() string { return f.reason }

// failf is a failure that shows in an answer.
func failf(a *answer, format string, args ...any) error {
	f := &failure{reason: fmt.Sprintf(format, args...)}
	if a != nil {
		f.marked = []*answer{a}
	}
	return f
}

// mismatch is a failure with what was expected and what came.
func mismatch(a *answer, reason, expected, actual string) error {
	return &failure{reason: reason, expected: expected, actual: actual, marked: []*answer{a}}
}

// warnf is something lax but harmless.
func warnf(a *answer, format string, args ...any) error {
	f := &failure{reason: fmt.Sprintf(format, args...), warn: true}
	if a != nil {
		f.marked = []*answer{a}
	}
	return f
}

// evident is a failure that an answer shows by itself, whatever else fails.
func evident(a *answer, reason, expected, actual string) error {
	return &failure{reason: reason, expected: expected, actual: actual, marked: []*answer{a}, evident: true}
}

// softened makes a warning of a failure, for what nothing promises, with the reason why it
// matters all the same.
func softened(err error, why string) error {
	var failed *failure
	if errors.As(err, &failed) {
		failed.warn, failed.reason = true, failed.reason+"; "+why
	}
	return err
}

// blockedError says that a check tells nothing because of another failure.
type blockedError struct{ by, reason string }

func (b *blockedError) Error() string { return b.reason }

// inapplicable says that the target, or the document, does not offer what a
// check is about.
type inapplicable struct{ reason string }

func (i *inapplicable) Error() string { return i.reason }

// unmetError says what a run would need to judge, and did not find.
type unmetError struct{ reason string }

func (u *unmetError) Error() string { return u.reason }

func notApplicable(format string, args ...any) error {
	return &inapplicable{fmt.Sprintf(format, args...)}
}

// wantStatus fails unless an answer has one of the statuses.
func wantStatus(a *answer, what string, statuses ...int) error {
	if slices.Contains(statuses, a.status) || a.ok() && slices.Contains(statuses, 0) { // 0: the document declares none
		return nil
	}
	expected := fmt.Sprint(statuses[0])
	for _, status := range statuses[1:] {
		expected += fmt.Sprintf(" or %d", status)
	}
	return mismatch(a, what, "status "+expected, fmt.Sprintf("status %d", a.status))
}

// show writes a value as JSON for a report.
func show(value any) string {
	text, err := contract.AppendJSON(nil, value)
	if err != nil {
		return fmt.Sprint(value)
	}
	return clip(text)
}

// equal compares JSON values; numbers by what they are worth.
func equal(a, b any) bool {
	switch a := a.(type) {
	case json.Number:
		other, ok := b.(json.Number)
		if !ok {
			return false
		}
		x, errX := a.Float64()
		y, errY := other.Float64()
		return a == other || errX == nil && errY == nil && x == y
	case map[string]any:
		other, ok := b.(map[string]any)
		if !ok || len(a) != len(other) {
			return false
		}
		for name, value := range a {
			if counterpart, there := other[name]; !there || !equal(value, counterpart) {
				return false
			}
		}
		return true
	case []any:
		other, ok := b.([]any)
		return ok && slices.EqualFunc(a, other, equal)
	}
	return a == b || sameMoment(a, b)
}

// sameMoment reports whether two values are texts of one moment, however it is
// written, and however finely.
func sameMoment(a, b any) bool {
	one, isText := a.(string)
	other, alsoText := b.(string)
	if !isText || !alsoText {
		return false
	}
	at, err := time.Parse(time.RFC3339Nano, one)
	too, otherErr := time.Parse(time.RFC3339Nano, other)
	return err == nil && otherErr == nil && (at.Equal(too) || rounded(one, other, at.Sub(too)))
}
