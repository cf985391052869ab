package inference_test

import (
	"encoding/json"
	"fmt"

	"github.com/masklet/masklet/inference"
)

// What the program makes of one entry of the list.
func ExampleDescribed() {
	settings := inference.DefaultSettings()
	for _, d := range inference.Described() {
		if d.Key != "clear_memory_around" {
			continue
		}
		fmt.Printf("-%s for %s engines: %s\n", d.Option(), d.Engines[0], d.Help)
		fmt.Println(d.Parse(&settings, "perhaps"))
		fmt.Println(d.Parse(&settings, "true"), d.Value(settings))
	}
	stored, _ := json.Marshal(settings)
	var again inference.Settings
	fmt.Println(json.Unmarshal(stored, &again), again == settings)
	// Output:
	// -clear-memory-around for SAM 2 engines: a correction drops the memory of the frames around it: for masks that keep coming back
	// clear memory around "perhaps" is not true or false
	// <nil> true
	// <nil> true
}
