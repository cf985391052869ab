// C interface to the OpenCV calls that gocv does not bind, or that must not
// copy whole frames. Callers check all sizes. Every function returns 0, or -1
// with a message in err (ERR_LEN bytes, NUL-terminated).
#ifndef MASKLET_VISION_OPENCV_H
#define MASKLET_VISION_OPENCV_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define ERR_LEN 256

// Runs OpenCV on the calling thread only (see opencv.go).
void vision_single_thread(void);

// Area-averages a w*h RGBA image to ow*oh.
int vision_resize_rgba(const uint8_t *src, int w, int h, uint8_t *dst, int ow, int oh, char *err);
// The same for the part x0, y0, x1, y1 of the result; ow and oh divide w and h.
int vision_reduce_rgba(const uint8_t *src, int w, int h, uint8_t *dst, int ow, int oh, int x0, int y0, int x1,
                       int y1, char *err);
// Area-averages a mask (0 or not) and puts 1 where at least half is on.
int vision_shrink_mask(const uint8_t *src, int w, int h, uint8_t *dst, int ow, int oh, char *err);
// Enlarges a mask (0 or 255) to w by h and gives its part x0, y0, x1, y1.
int vision_enlarge_mask(const uint8_t *src, int sw, int sh, int w, int h, int x0, int y0, int x1, int y1,
                        uint8_t *part, char *err);
// RGBA to interleaved float Lab, and to grey.
int vision_lab(const uint8_t *rgba, int w, int h, float *lab, char *err);
int vision_gray(const uint8_t *rgba, int w, int h, uint8_t *gray, char *err);
// Gaussian blur with standard deviation sigma of a plane with `channels` channels; dst may be src.
int vision_blur(const float *src, int w, int h, int channels, double sigma, float *dst, char *err);

// Dense inverse search flow from a to b. Options below 0 keep the preset's value.
int vision_dis(const uint8_t *a, const uint8_t *b, int w, int h, int preset, int finest, int stride,
               int steps, float *flow, char *err);

// Binary cut on the 8-neighbour grid (cut.cpp).
int vision_grid_cut(int w, int h, const float *source, const float *sink, const float *lab,
                    const uint8_t *fixed, float lambda, float floor_share, float beta, uint8_t *labels,
                    char *err);

// Binary cut of any graph: edge e joins ends[2e] and ends[2e+1].
int vision_region_cut(int nodes, int edges, const int32_t *ends, const float *weight, const float *unary,
                      uint8_t *labels, char *err);

// Mask at video size from a soft mask at working size (fine.cpp), for the part
// [x0, x1) by [y0, y1) of the frame. mask has the size of the part and starts
// as all 0; what is on becomes 255.
int vision_fine_mask(const uint8_t *rgba, int w, int h, const float *soft, int sw, int sh, float low,
                     float high, float unary, float lambda, int x0, int y0, int x1, int y1, uint8_t *mask,
                     char *err);

#ifdef __cplusplus
}
#endif
#endif
