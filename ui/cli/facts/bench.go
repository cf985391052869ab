package facts

import (
	"fmt"
	"io"
	"maps"
	"slices"

	"github.com/masklet/masklet/ui/measure"
)

// PrintBench writes what was measured of an engine.
func PrintBench(w io.Writer, r measure.Report) error {
	_, err := fmt.Fprintf(w, `engine   %s, %d threads
video    %s, %dx%d, %d frames, %d objects
Phase 1  %8.2f s  %8.2f CPU-s  %7.1f fps (decoding alone %.1f ms a frame)
Phase 2  %8.2f s  %8.2f CPU-s  %7.1f fps
click    %8.0f ms
memory   %8.0f MB at most; along Phase 2: %.0f
`, r.Engine, r.Threads, r.Video, r.Width, r.Height, r.Frames, r.Objects,
		r.Phase1.Seconds, r.Phase1.CPUSeconds, r.Phase1.FPS, r.DecodeMS,
		r.Phase2.Seconds, r.Phase2.CPUSeconds, r.Phase2.FPS, r.ClickMS, r.PeakRSSMB, r.RSSMB)
	if err == nil && r.FlowMS > 0 {
		_, err = fmt.Fprintf(w, "flow     %8.1f ms for the bare OpenCV call, two a frame\n", r.FlowMS)
	}
	for _, name := range sortedKeys(r.Graphs) {
		if err == nil {
			_, err = fmt.Fprintf(w, "graph    %-17s %8.3f s a call\n", name, r.Graphs[name])
		}
	}
	return err
}

// PrintComparison writes what was measured of two engines, and the ratios.
func PrintComparison(w io.Writer, c measure.Comparison) error {
	if err := PrintBench(w, c.A); err != nil {
		return err
	}
	if _, err := fmt.Fprintln(w); err != nil {
		return err
	}
	if err := PrintBench(w, c.B); err != nil {
		return err
	}
	_, err := fmt.Fprintf(w, "\n%s / %s, median of %d pairs\nPhase 1 CPU %.2f, Phase 2 CPU %.2f, click %.2f, peak memory %.2f\n",
		c.A.Engine, c.B.Engine, c.Pairs, c.Ratio.Phase1CPU, c.Ratio.Phase2CPU, c.Ratio.Click, c.Ratio.PeakRSS)
	for _, name := range sortedKeys(c.Ratio.Graphs) {
		if err == nil {
			_, err = fmt.Fprintf(w, "graph %-17s %.2f\n", name, c.Ratio.Graphs[name])
		}
	}
	return err
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
