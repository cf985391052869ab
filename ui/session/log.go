package session

import (
	"log/slog"
	"math"

	"github.com/masklet/masklet/inference"
)

// logRun tells the log what a run works with, now that its engine is at hand.
func (j *jobState) logRun(log *slog.Logger, project string, used inference.Settings) {
	settings := make([]any, 0, len(inference.Described()))
	for _, d := range inference.Described() {
		settings = append(settings, slog.Any(d.Key, d.Value(used)))
	}
	log.Info("run begins", "run", j.Name, "resumed", j.Run.ID != 0, "project", project, "engine", j.live.name,
		"objects", j.progress.Objects, "frames", j.progress.Total, "direction", j.Run.Direction, slog.Group("settings", settings...))
}

// logEnd tells the log how a run ended and how fast it was, phase by phase and
// in all.
func (j *jobState) logEnd(log *slog.Logger) {
	st := j.Stats
	seconds := st.Phase1Seconds + st.Phase2Seconds
	log.Info("run ends", "run", j.Name, "error", j.Err,
		slog.Group("phase1", "frames", st.Encoded, "seconds", short(st.Phase1Seconds), "fps", perSecond(st.Encoded, st.Phase1Seconds)),
		slog.Group("phase2", "frames", st.Tracked, "seconds", short(st.Phase2Seconds), "fps", perSecond(st.Tracked, st.Phase2Seconds)),
		slog.Group("total", "frames", max(st.Encoded, st.Tracked), "seconds", short(seconds), "fps", perSecond(max(st.Encoded, st.Tracked), seconds)))
}

func perSecond(frames int, seconds float64) float64 {
	if seconds <= 0 {
		return 0
	}
	return short(float64(frames) / seconds)
}

// short leaves out digits that say nothing.
func short(v float64) float64 { return math.Round(v*1000) / 1000 }
