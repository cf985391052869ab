// Command samplegen draws the sample clip that is embedded in the program,
// with the true mask of every object on every frame, and the program's icon.
// Everything is computed: no foreign picture or footage is in it.
//
// Run it in the repository root: go run ./assets/samplegen (needs ffmpeg).
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
)

func main() {
	dir := flag.String("out", "assets", "the `folder` to write to")
	flag.Parse()
	if err := run(*dir); err != nil {
		fmt.Fprintln(os.Stderr, "samplegen:", err)
		os.Exit(1)
	}
}

func run(dir string) error {
	if err := os.MkdirAll(filepath.Join(dir, "sample"), 0o755); err != nil {
		return err
	}
	if err := writeIcon(filepath.Join(dir, "icon.png")); err != nil {
		return err
	}
	enc, err := startEncoder(filepath.Join(dir, "sample", "sample.mp4"))
	if err != nil {
		return err
	}
	truth := newTruth()
	for f := range frames {
		img, owners := drawFrame(f)
		truth.add(owners)
		if err := enc.write(img); err != nil {
			return err
		}
	}
	if err := enc.close(); err != nil {
		return err
	}
	if err := truth.writePrompts(filepath.Join(dir, "sample", "prompts.json")); err != nil {
		return err
	}
	return truth.write(filepath.Join(dir, "sample", "truth.json"))
}
