package inference

import (
	"fmt"
	"strings"
)

// ModelFromEnv returns the model that SAM2_MODEL_SIZE asks for as the start of
// an engine name ("sam2.1-tiny"), or "" where it is not set.
func ModelFromEnv(getenv func(string) string) (string, error) {
	v := strings.ToLower(strings.TrimSpace(getenv("SAM2_MODEL_SIZE")))
	switch v {
	case "":
		return "", nil
	case "tiny", "small", "large":
		return "sam2.1-" + v, nil
	case "base", "base_plus", "base-plus", "base+", "b+":
		return "sam2.1-base-plus", nil
	}
	return "", &SettingError{Variable: "SAM2_MODEL_SIZE", Reason: fmt.Sprintf("%q is none of tiny, small, base_plus, large", v)}
}
