package proxy

// MostHeld is the most memory that copies of bodies held at once, in bytes.
func (p *Proxy) MostHeld() int64 { return p.budget.most.Load() }
