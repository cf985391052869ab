package modelpack

import (
	"bufio"
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"

	"github.com/masklet/masklet/inference/checkpoint"
	"github.com/masklet/masklet/inference/internal/filehash"
	"github.com/masklet/masklet/inference/onnxgraph"
)

// Options say how a checkpoint is imported.
type Options struct {
	Size     int      // side S of the square input in pixels; 0: 1024, as trained
	Name     string   // of the model; "": the official one, or one by its architecture
	DestRoot string   // the folder that gets the pack
	Progress Progress // may be nil
	// Plain builds attention without fused operators, as a yardstick for speed
	// and memory. The pack's name ends in "-plain".
	Plain bool
}

// DefaultSize is the input size that the models were trained with.
const DefaultSize = 1024

// Normalisation of the input, the same for all families (ImageNet's).
var (
	imageMean = [3]float32{0.485, 0.456, 0.406}
	imageStd  = [3]float32{0.229, 0.224, 0.225}
)

// Import makes a pack from an official checkpoint (.pt or .safetensors) and
// installs it in opt.DestRoot as "<name>-<size>". If the same pack is there
// already and whole, it is returned as it is; if it is damaged, it is replaced.
// A pack from another checkpoint or builder keeps its place, and the new one
// gets a longer name.
//
// Tensors are read, converted and written one after the other, so memory stays
// far below the size of the checkpoint. When ctx ends, nothing stays behind.
// Errors name the file and wrap those of the packages checkpoint and onnxgraph.
func Import(ctx context.Context, path string, opt Options) (*Pack, error) {
	file, err := checkpoint.Open(path)
	if err != nil {
		return nil, err // it names the file
	}
	defer file.Close()
	p, err := importCheckpoint(ctx, file, path, opt)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return p, nil
}

func importCheckpoint(ctx context.Context, file *checkpoint.File, path string, opt Options) (*Pack, error) {
	if opt.Size == 0 {
		opt.Size = DefaultSize
	}
	if opt.Name != "" {
		if err := checkName(opt.Name); err != nil {
			return nil, fmt.Errorf("model name %q %w", opt.Name, err)
		}
	}
	cfg, err := onnxgraph.Recognize(file)
	if err != nil {
		return nil, err
	}
	builder, err := onnxgraph.NewBuilder(file, cfg, onnxgraph.Options{ImageSize: opt.Size, Plain: opt.Plain})
	if err != nil {
		return nil, err
	}
	m := &meter{ctx: ctx, progress: opt.Progress, stage: "Checking the checkpoint"}
	for _, g := range onnxgraph.Graphs() {
		m.total += builder.Size(g)
	}
	if info, err := os.Stat(path); err == nil {
		m.total += info.Size()
	}
	m.begin("Checking the checkpoint")
	sum, err := filehash.SHA256(ctx, path, func(done, _ int64) { m.add(done - m.done) })
	if err != nil {
		return nil, err
	}
	man := describe(builder, cfg, opt, sum)
	if p, err := findInstalled(ctx, opt.DestRoot, man, opt.Progress); p != nil || err != nil {
		return p, err
	}
	return build(builder, man, opt.DestRoot, m)
}

// describe returns the manifest of the pack to be, without its files.
func describe(b *onnxgraph.Builder, cfg onnxgraph.Config, opt Options, sum string) Manifest {
	name := opt.Name
	if name == "" {
		name = cfg.Name
		if e, ok := officialBySum(sum); ok {
			name = e.Name
		}
	}
	if opt.Plain {
		name += "-plain"
	}
	man := Manifest{
		Format: Format, Name: name, Family: string(cfg.Family), ImageSize: opt.Size,
		Mean: imageMean, Std: imageStd,
		DModel: cfg.DModel, MemDim: cfg.MemDim, MemoryTokens: b.MemoryTokens(),
		NumMaskmem: cfg.NumMaskmem, MaxPointers: cfg.MaxPointers,
		FeatureSize: opt.Size / 16, LowResSize: opt.Size / 4, HighResDims: cfg.HighRes,
		SignedPointerTPos: cfg.ProjectPointerPos, NoObjEmbedSpatial: cfg.NoObjEmbedSpatial,
		CheckpointSHA256: sum, BuilderVersion: onnxgraph.Version,
		Graphs: make(map[string]Graph),
	}
	for _, g := range onnxgraph.Graphs() {
		in, out := b.IO(g)
		man.Graphs[string(g)] = Graph{File: string(g) + ".onnx", Inputs: ports(in), Outputs: ports(out)}
	}
	return man
}

func ports(infos []onnxgraph.ValueInfo) []Port {
	out := make([]Port, len(infos))
	for i, v := range infos {
		out[i] = Port{Name: v.Name, Shape: v.Shape}
	}
	return out
}

// build writes the files of the pack into a stage and installs it.
func build(b *onnxgraph.Builder, man Manifest, root string, m *meter) (*Pack, error) {
	s, err := newStage(root)
	if err != nil {
		return nil, err
	}
	defer s.discard()
	for i, g := range onnxgraph.Graphs() {
		m.begin(fmt.Sprintf("Building graph %d of %d, %s", i+1, len(onnxgraph.Graphs()), g))
		f, err := writeFile(s.dir, man.Graphs[string(g)].File, m, func(w io.Writer) error {
			buf := bufio.NewWriterSize(w, 1<<20)
			if err := b.Write(m.ctx, g, buf); err != nil {
				return err
			}
			return buf.Flush()
		})
		if err != nil {
			return nil, err
		}
		man.Files = append(man.Files, f)
	}
	m.begin("Writing the constants")
	if err := writeConstants(b, &man, s.dir, m); err != nil {
		return nil, err
	}
	if err := writeManifest(s.dir, man, m); err != nil {
		return nil, err
	}
	m.begin("Installing")
	return s.install(m.ctx, man)
}

// writeConstants writes constants.bin and lists it in the manifest.
func writeConstants(b *onnxgraph.Builder, man *Manifest, dir string, m *meter) error {
	constants, err := b.Constants()
	if err != nil {
		return err
	}
	names := make([]string, 0, len(constants))
	for name := range constants {
		names = append(names, name)
	}
	slices.Sort(names)
	var data []byte
	for _, name := range names {
		c := constants[name]
		man.Constants = append(man.Constants, Constant{Name: name, Shape: c.Shape, Offset: int64(len(data))})
		for _, v := range c.Data {
			data = binary.LittleEndian.AppendUint32(data, math.Float32bits(v))
		}
	}
	f, err := writeFile(dir, ConstantsName, m, func(w io.Writer) error {
		_, err := w.Write(data)
		return err
	})
	if err != nil {
		return err
	}
	man.Files = append(man.Files, f)
	return nil
}

// readManifestFile reads the manifest at path without looking at other files.
func readManifestFile(path string) (Manifest, error) {
	f, err := os.Open(filepath.Clean(path))
	if err != nil {
		return Manifest{}, err
	}
	defer f.Close()
	return readManifest(f)
}
