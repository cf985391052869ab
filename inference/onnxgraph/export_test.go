package onnxgraph

// Config returns the model's configuration.
func (b *Builder) Config() Config { return b.cfg }
