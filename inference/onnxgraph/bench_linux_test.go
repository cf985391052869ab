package onnxgraph_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/masklet/masklet/inference/onnxgraph"
	"github.com/masklet/masklet/inference/ort"
	"github.com/masklet/masklet/inference/ort/orttest"
)

// tinyModel is SAM 2.1 tiny.
func tinyModel() refModel {
	return refModel{
		d: 256, m: 64, layers: 4, ffn: 2048, mlpDim: 2048, noObjSpatial: true, projectsPtr: true,
		embed: 96, heads: 1, posGrid: 7, stages: [4]int{1, 2, 7, 2}, windows: [4]int{8, 4, 14, 7},
		global: map[int]bool{5: true, 7: true, 9: true},
	}
}

// BenchmarkFusedAgainstPlain runs every graph of SAM 2.1 tiny at 1024 pixels,
// with a full memory bank (7 frames, 16 pointers), in the form that the
// builder writes and with plain attention, each in a process of its own.
// cpu-s/op is user and system time of all threads in one run; peak-MB is the
// largest resident set of the process, with model and inputs.
//
//	go test -run - -bench FusedAgainstPlain -benchtime 3x ./inference/onnxgraph
func BenchmarkFusedAgainstPlain(b *testing.B) {
	orttest.Library(b)
	dir := b.TempDir()
	writeForms(b, dir, 1024)
	for _, g := range onnxgraph.Graphs() {
		for _, form := range []string{"fused", "plain"} {
			b.Run(fmt.Sprintf("%s/%s", g, form), func(b *testing.B) {
				m := measureApart(b, filepath.Join(dir, form+"-"+string(g)), b.N)
				b.ReportMetric(0, "ns/op") // writing and loading are not the point
				b.ReportMetric(m.WallSeconds, "wall-s/op")
				b.ReportMetric(m.CPUSeconds, "cpu-s/op")
				b.ReportMetric(m.PeakMB, "peak-MB")
			})
		}
	}
}

// measurement is what a process of its own found out about a graph.
type measurement struct{ WallSeconds, CPUSeconds, PeakMB float64 }

// measureEnv asks TestMeasureGraph to measure the graph "runs path".
const measureEnv = "MASKLET_MEASURE_GRAPH"

func measureApart(b *testing.B, path string, runs int) (m measurement) {
	cmd := exec.Command(os.Args[0], "-test.run=^TestMeasureGraph$", "-test.v")
	cmd.Env = append(os.Environ(), fmt.Sprintf("%s=%d %s", measureEnv, runs, path))
	out, err := cmd.CombinedOutput()
	if err != nil {
		b.Fatalf("%v\n%s", err, out)
	}
	_, line, _ := bytes.Cut(out, []byte("measured "))
	if err := json.NewDecoder(bytes.NewReader(line)).Decode(&m); err != nil {
		b.Fatalf("%v\n%s", err, out)
	}
	return m
}

// TestMeasureGraph is the other half of BenchmarkFusedAgainstPlain.
func TestMeasureGraph(t *testing.T) {
	var runs int
	var path string
	if _, err := fmt.Sscanf(os.Getenv(measureEnv), "%d %s", &runs, &path); err != nil {
		t.Skip("runs for the benchmark only")
	}
	rt, err := ort.Load()
	if err != nil {
		t.Fatal(err)
	}
	b := newBuilder(t, smallStore(tinyModel(), 32), onnxgraph.Options{ImageSize: 1024})
	_, g, _ := strings.Cut(filepath.Base(path), "-")
	inputs, outputs := b.IO(onnxgraph.Graph(g))
	s, err := rt.NewSession(ort.Graph{Name: path, Inputs: ports(inputs), Outputs: ports(outputs)}, ort.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	in := benchInputs(ports(inputs))
	run := func() {
		if _, err := s.Run(context.Background(), in); err != nil {
			t.Fatal(err)
		}
	}
	run()
	start, cpu := time.Now(), cpuTime()
	for range runs {
		run()
	}
	n := float64(runs)
	m := measurement{time.Since(start).Seconds() / n, (cpuTime() - cpu).Seconds() / n, peakMB(t)}
	line, _ := json.Marshal(m)
	fmt.Printf("measured %s\n", line)
}

// writeForms writes the graphs in both forms.
func writeForms(b *testing.B, dir string, size int) {
	store := smallStore(tinyModel(), 32)
	for form, plain := range map[string]bool{"fused": false, "plain": true} {
		builder := newBuilder(b, store, onnxgraph.Options{ImageSize: size, Plain: plain})
		for _, g := range onnxgraph.Graphs() {
			f, err := os.Create(filepath.Join(dir, form+"-"+string(g)))
			if err != nil {
				b.Fatal(err)
			}
			if err := builder.Write(context.Background(), g, f); err != nil {
				b.Fatal(err)
			}
			if err := f.Close(); err != nil {
				b.Fatal(err)
			}
		}
	}
}

// benchInputs returns one object with a full bank: all sizes in a graph that
// are not fixed are known by the input's name.
func benchInputs(inputs []ort.IO) map[string]ort.Tensor {
	tokens := map[string]int64{"spat": 7 * 4096, "spat_pos": 7 * 4096, "ptr": 4 * 16, "ptr_pos": 4 * 16, "pts": 2, "labels": 2}
	in := make(map[string]ort.Tensor)
	for _, io := range inputs {
		n, shape := int64(1), append([]int64(nil), io.Shape...)
		for i, d := range shape {
			if d < 0 && i == 0 {
				shape[i] = 1
			} else if d < 0 {
				shape[i] = tokens[io.Name]
			}
			n *= shape[i]
		}
		in[io.Name] = ort.Floats(prng{Name: io.Name, Kind: "n", B: 0.5}.values(int(n)), shape...)
		if io.Name == "labels" || io.Name == "has_mask" {
			clear(in[io.Name].F32)
		}
	}
	return in
}

func cpuTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func peakMB(b testing.TB) float64 {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		b.Fatal(err)
	}
	for line := range bytes.Lines(status) {
		if f := bytes.Fields(line); len(f) == 3 && string(f[0]) == "VmHWM:" {
			kb, _ := strconv.ParseFloat(string(f[1]), 64)
			return kb / 1024
		}
	}
	b.Fatal("no VmHWM in /proc/self/status")
	return 0
}
