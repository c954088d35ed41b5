package conformance

func paginationChecks() []Check { return nil }
func httpChecks() []Check       { return nil }
func schemaChecks() []Check     { return nil }
func authChecks() []Check       { return nil }
func isolationChecks() []Check  { return nil }
func validationChecks() []Check { return nil }
func timeChecks() []Check       { return nil }
func raceChecks() []Check       { return nil }
func lifecycleChecks() []Check  { return nil }
