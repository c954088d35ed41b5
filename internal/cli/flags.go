package cli

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// refuseEmpty refuses an empty value: it is most often a variable that somebody forgot
// to set, and no wish for what happens without the flag.
func refuseEmpty(value string) error {
	if value == "" {
		return errors.New("it is empty; leave the flag out, or give a value")
	}
	return nil
}

// list is a flag that may be given several times.
type list []string

func (l *list) String() string { return strings.Join(*l, ",") }

// Set adds a value (flag.Value).
func (l *list) Set(value string) error {
	*l = append(*l, value)
	return refuseEmpty(value)
}

// named is a flag for the name of something, which is not empty (flag.Value).
type named string

func (n *named) String() string { return string(*n) }

// Set takes a name.
func (n *named) Set(value string) error {
	*n = named(value)
	return refuseEmpty(value)
}

// assignments is a flag like NAME=VALUE that may be given several times
// (flag.Value).
type assignments struct {
	form   string // of one, for the error of another
	values map[string]string
}

func (a *assignments) String() string { return "" }

// Set takes one assignment.
func (a *assignments) Set(text string) error {
	name, value, _ := strings.Cut(text, "=")
	return a.assign(name, value)
}

func (a *assignments) assign(name, value string) error {
	if name == "" || value == "" {
		return fmt.Errorf("give %s", a.form)
	}
	if a.values == nil {
		a.values = map[string]string{}
	}
	a.values[name] = value
	return nil
}

// perSecond is a flag for a rate: 5 or 5/s (flag.Value).
type perSecond float64

func (p *perSecond) String() string {
	return strconv.FormatFloat(float64(*p), 'g', -1, 64)
}

// Set takes a rate.
func (p *perSecond) Set(text string) error {
	rate, err := strconv.ParseFloat(strings.TrimSuffix(text, "/s"), 64)
	if err != nil || rate < 0 || math.IsNaN(rate) || math.IsInf(rate, 0) {
		return errors.New("give a number of requests a second, like 5 or 5/s")
	}
	*p = perSecond(rate)
	return nil
}

// bound is a flag for a number that is chosen where the flag is left out (flag.Value).
type bound struct {
	number  int
	isGiven bool
}

func (b *bound) String() string { return "" }

// Set takes a number.
func (b *bound) Set(text string) error {
	number, err := strconv.Atoi(text)
	if err != nil {
		return errors.New("give a number")
	}
	b.number, b.isGiven = number, true
	return nil
}
