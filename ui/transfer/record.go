package transfer

import (
	"context"
	"fmt"

	"github.com/masklet/masklet/inference"
	"github.com/masklet/masklet/project"
	"github.com/masklet/masklet/project/export"
	"github.com/masklet/masklet/project/media"
	"github.com/masklet/masklet/ui/session"
)

// Record is how masks were made, for run.json.
type Record struct {
	Version   string // of the program
	Video     export.RunVideo
	Run       project.Run // the latest
	Settings  inference.Settings
	Stats     inference.JobStats // of the run, if it was of this session
	Completed bool
}

// RecordOf returns the record of a session's masks: of the latest run, or where
// none is known of the engine that is chosen.
func RecordOf(s *session.Session, version string) Record {
	engine, settings := s.Engine()
	r := Record{Version: version, Video: videoOf(s.Clip), Settings: settings, Run: project.Run{Engine: engine, Range: s.Document().Range()}}
	switch end, ok := s.Latest(); {
	case ok:
		r.Run, r.Stats, r.Completed = end.Run, end.Stats, end.Err == nil
	default:
		if last, ok := s.Store.LastRun(); ok {
			r.Run, r.Completed = last, last.State == project.RunDone
		}
	}
	if was, err := session.SettingsOf(r.Run, settings); err == nil {
		r.Settings = was
	}
	if r.Run.Engine == "" {
		r.Run.Engine = engine
	}
	return r
}

// RecordOfProject returns the record of a project file's masks, whose video need
// not be there.
func RecordOfProject(p *project.Project, version string) Record {
	m := p.Media()
	r := Record{Version: version, Video: export.RunVideo{
		Path: m.AbsPath, Hash: m.QuickHash, Width: m.W, Height: m.H, Rotation: m.Rotation, Frames: m.Frames, Timestamps: m.Timestamps,
	}}
	if n := len(m.Timestamps) - 1; n > 0 && m.Timestamps[n] > m.Timestamps[0] {
		r.Video.FPS = float64(n) / (m.Timestamps[n] - m.Timestamps[0])
	}
	last, ok := p.LastRun()
	r.Run, r.Completed = last, ok && last.State == project.RunDone
	if s, err := session.SettingsOf(last, inference.DefaultSettings()); err == nil {
		r.Settings = s
	}
	return r
}

// videoOf describes the video of a clip for run.json.
func videoOf(c *session.Clip) export.RunVideo {
	w, h := c.Video.Size()
	v := export.RunVideo{Path: c.VideoPath, Hash: c.Video.Hash(), Width: w, Height: h, Frames: c.Video.Len()}
	for i := range v.Frames {
		v.Timestamps = append(v.Timestamps, c.Video.Timestamp(i))
	}
	if m, ok := c.Video.(*media.Video); ok {
		v.Rotation, v.Mirrored, v.PixelAspect, v.FPS = m.Rotation(), m.Mirrored(), Unsquare(m), m.FPS()
	}
	return v
}

// Unsquare returns the aspect of a video's pixels, 0 if they are square.
func Unsquare(v *media.Video) float64 {
	if a := v.PixelAspect(); a != 1 {
		return a
	}
	return 0
}

// Write replaces run.json in a folder. src is what was exported in the formats of
// these names.
func (r Record) Write(ctx context.Context, folder string, src export.Source, written []string) error {
	objects, err := export.RunObjects(ctx, src)
	if err != nil {
		return err
	}
	return export.WriteRun(folder, export.Run{
		Program: "masklet " + r.Version, Video: r.Video, Engine: r.Run.Engine, Settings: SettingTexts(r.Settings),
		Direction: r.Run.Direction, FirstFrame: r.Run.Range.First, LastFrame: r.Run.Range.Last, Completed: r.Completed,
		Phases: []export.RunPhase{
			{Name: "encode", Frames: r.Stats.Encoded, Seconds: r.Stats.Phase1Seconds},
			{Name: "propagate", Frames: r.Stats.Finished, Seconds: r.Stats.Phase2Seconds},
		},
		Objects: objects, Outputs: written,
	})
}

// SettingTexts lists settings by their keys, as run.json has them.
func SettingTexts(s inference.Settings) map[string]string {
	texts := map[string]string{}
	for _, d := range inference.Described() {
		texts[d.Key] = fmt.Sprint(d.Value(s))
	}
	return texts
}
