package ort

import onnx "github.com/yalue/onnxruntime_go"

// Provider is an execution provider, and what the loaded library says to why it
// cannot be used here: it was built without it, or lacks a library or a driver.
// Err is nil if it can be used.
type Provider struct {
	Name string
	Err  error
}

// Survey tries each of Providers, since the library's builds differ, and so do
// the drivers that they need.
func (rt *Runtime) Survey() []Provider {
	var out []Provider
	for _, name := range Providers() {
		err := rt.do(func() error {
			so, err := onnx.NewSessionOptions()
			if err != nil {
				return err
			}
			defer so.Destroy()
			return appendProvider(so, name)
		})
		out = append(out, Provider{name, err})
	}
	return out
}
