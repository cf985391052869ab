// Package facts words what commands tell: of the machine, of the clips of a folder, of
// what was measured. It exists apart from the commands, since it knows none of their
// options.
package facts

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/masklet/masklet/inference"
	"github.com/masklet/masklet/inference/ort"
	"github.com/masklet/masklet/project/media"
)

// System is what there is on this machine; as JSON it is the result of `masklet info -json`.
type System struct {
	Version     string   `json:"version"`
	Engines     []string `json:"engines"`
	ONNXRuntime string   `json:"onnx_runtime"` // its version, or why there is none
	ONNXLibrary string   `json:"onnx_library,omitempty"`
	Providers   []string `json:"providers"` // that work
	// Without names the other providers, and why each does not work.
	Without map[string]string `json:"without_providers,omitempty"`
	OpenCV  string            `json:"opencv"`
	Cache   Cache             `json:"cache"`
	Log     string            `json:"log,omitempty"`
	Crashes []string          `json:"crashes,omitempty"` // reports, the latest first
}

// Cache is the feature cache.
type Cache struct {
	Folder string `json:"folder"`
	Bytes  int64  `json:"bytes"`
	Error  string `json:"error,omitempty"`
}

// Source is where the facts come from.
type Source struct {
	Version     string
	Engines     func() []string
	CacheFolder string
	OpenCache   func() (*inference.FeatureCache, error)
	LogFile     string
	Crashes     func() []string    // may be nil
	Words       func(error) string // an error as one line
}

// Gather asks for all of it.
func Gather(ctx context.Context, s Source) System {
	i := System{Version: s.Version, Engines: s.Engines(), OpenCV: media.OpenCVVersion()}
	rt, err := ort.Load()
	if err != nil {
		i.ONNXRuntime = "not available: " + s.Words(err)
	} else {
		i.ONNXRuntime, i.ONNXLibrary = rt.Version(), rt.Path()
		i.survey(rt.Survey(), s.Words)
	}
	i.Cache.Folder = s.CacheFolder
	if c, err := s.OpenCache(); err != nil {
		i.Cache.Error = s.Words(err)
	} else {
		i.Cache.Bytes = c.Stats().DiskBytes
	}
	i.Log = s.LogFile
	if s.Crashes != nil {
		i.Crashes = s.Crashes()
	}
	return i
}

// survey sorts the providers into those that work and the others.
func (i *System) survey(providers []ort.Provider, words func(error) string) {
	i.Without = map[string]string{}
	for _, p := range providers {
		if p.Err == nil {
			i.Providers = append(i.Providers, p.Name)
		} else {
			i.Without[p.Name] = words(p.Err)
		}
	}
}

// Print writes it for the user.
func (i System) Print(w io.Writer) error {
	_, err := fmt.Fprintf(w, "Masklet       %s\nEngines       %s\nONNX Runtime  %s\n", i.Version, joined(i.Engines), i.ONNXRuntime)
	if err == nil && i.ONNXLibrary != "" {
		_, err = fmt.Fprintf(w, "              %s\n              providers: %s\n", i.ONNXLibrary, joined(i.Providers))
	}
	for _, name := range sortedKeys(i.Without) {
		if err == nil {
			_, err = fmt.Fprintf(w, "              without %s: %s\n", name, i.Without[name])
		}
	}
	if err == nil {
		_, err = fmt.Fprintf(w, "OpenCV        %s\nCache         %s (%.0f MB)\n", i.OpenCV, i.Cache.Folder, float64(i.Cache.Bytes)/(1<<20))
	}
	if err == nil && i.Cache.Error != "" {
		_, err = fmt.Fprintf(w, "              %s\n", i.Cache.Error)
	}
	if err == nil && i.Log != "" {
		_, err = fmt.Fprintf(w, "Log           %s\n", i.Log)
	}
	if err == nil && len(i.Crashes) > 0 {
		_, err = fmt.Fprintf(w, "Last crash    %s\n", i.Crashes[0])
	}
	return err
}

func joined(list []string) string { return strings.Join(list, ", ") }
