package mockserver

// WithModel lets tests say what a document means.
var WithModel = withModel
