package conformance

