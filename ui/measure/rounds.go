package measure

// Seconds that an annotator takes, from the paper's time model.
const (
	secondsToFind   = 1.0        // to find the frame to correct
	secondsPerClick = 1.5        // for each click
	secondsToExam   = 30.0 / 300 // to look at a frame of the result
	onlineThreshold = 0.75       // IoU below which the online annotator corrects
)

// Round is the state after one more prompted frame.
type Round struct {
	Frames  int     `json:"prompted_frames"`
	Clicks  int     `json:"clicks"`
	Seconds float64 `json:"person_seconds"`
	J       float64 `json:"J"`
	F       float64 `json:"F"`
	JF      float64 `json:"JF"`
}

// Average averages over objects; an object that needed fewer rounds
// keeps its last state.
func Average(all [][]Round) []Round {
	longest := 0
	for _, rounds := range all {
		longest = max(longest, len(rounds))
	}
	out := make([]Round, longest)
	n := float64(len(all))
	for i := range out {
		for _, rounds := range all {
			r := rounds[min(i, len(rounds)-1)]
			out[i].Frames = max(out[i].Frames, r.Frames)
			out[i].Clicks += r.Clicks
			out[i].Seconds += r.Seconds
			out[i].J += r.J / n
			out[i].F += r.F / n
			out[i].JF += r.JF / n
		}
	}
	return out
}
