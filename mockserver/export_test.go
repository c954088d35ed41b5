package mockserver

// WithModel lets tests say what a document means.
var WithModel = withModel

// WithTrees makes no item as text.
var WithTrees = withTrees
