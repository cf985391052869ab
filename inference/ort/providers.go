package ort

import onnx "github.com/yalue/onnxruntime_go"

// Available returns those of Providers that the loaded library has. Each is
// tried, since the library's builds differ.
func (rt *Runtime) Available() []string {
	var out []string
	for _, name := range Providers() {
		err := rt.do(func() error {
			so, err := onnx.NewSessionOptions()
			if err != nil {
				return err
			}
			defer so.Destroy()
			return Options{Provider: name}.addProvider(so, rt)
		})
		if err == nil {
			out = append(out, name)
		}
	}
	return out
}
