package drift

import "understudy/conformance/report"

type draft struct{}

func (d *draft) empty() bool                     { return true }
func (d *draft) write(run *report.Report) []byte { return nil }
func (r *Run) draft([]*Finding) (*draft, error)  { return &draft{}, nil }
