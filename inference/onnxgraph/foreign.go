package onnxgraph

import (
	"fmt"
	"strings"
)

// foreignNames are beginnings of tensor names by which the user can be told what
// they have instead of a SAM 2 or EdgeTAM checkpoint.
func foreignNames() []struct{ prefix, what string } {
	return []struct{ prefix, what string }{
		{"vision_encoder.", "its tensors have the names of Hugging Face transformers; import the publisher's own file instead"},
		{"image_encoder.blocks.", "it is of the first Segment Anything model, which has no memory of a video"},
		{"detector.backbone.vision_backbone.", "it is of SAM 3, which is another architecture"},
	}
}

// describeForeign says why a checkpoint without the names of an image encoder
// is refused.
func describeForeign(names []string) string {
	first, second := trunk+"patch_embed.proj.weight", repBody+"stem.conv2.c.weight"
	for _, name := range names {
		for _, end := range []string{first, second} {
			if prefix, ok := strings.CutSuffix(name, end); ok && strings.HasSuffix(prefix, ".") {
				return fmt.Sprintf("its tensor names begin with %q; save the state_dict of the model inside", clipName(prefix))
			}
		}
	}
	for _, f := range foreignNames() {
		for _, name := range names {
			if strings.HasPrefix(name, f.prefix) {
				return f.what
			}
		}
	}
	return fmt.Sprintf("neither tensor %s nor %s is there", first, second)
}

// clipName keeps a name from a file short.
func clipName(s string) string {
	if len(s) > 60 {
		return s[:60] + "..."
	}
	return s
}
