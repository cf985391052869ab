#ifndef MASKLET_MATTES_H
#define MASKLET_MATTES_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { MASKLET_PRORES, MASKLET_VP9, MASKLET_FFV1, MASKLET_H264 };

// masklet_matte_lacks returns the name of the encoder of a kind that the
// libraries lack, or NULL.
const char *masklet_matte_lacks(int kind);

// masklet_matte_create creates a video of n frames at pts, in 1/unit seconds. It
// returns NULL and sets the error of FFmpeg where that fails.
void *masklet_matte_create(const char *path, int kind, int w, int h, int unit, const int64_t *pts, int n, int threads, int *error);

// masklet_matte_write adds the next frame: RGBA pixels (of which alpha is not
// used; NULL for a kind without colours) and alpha of one byte a pixel (NULL for
// a kind without). It returns 0, or an error of FFmpeg.
int masklet_matte_write(void *matte, const uint8_t *rgba, const uint8_t *alpha);

// masklet_matte_finish writes what is left and the end of the file, and
// masklet_matte_free frees all.
int masklet_matte_finish(void *matte);
void masklet_matte_free(void *matte);

// masklet_alpha_open opens a matte with one demuxer; with lightness also a video
// without alpha, of which that is read. It returns NULL where that fails, and
// sets the size in pixels.
void *masklet_alpha_open(const char *path, const char *demuxer, int lightness, int *w, int *h);

// masklet_alpha_next decodes the next frame: alpha, 0 to 255, into w*h bytes, and
// its time in seconds. It returns 1, 0 at the end, or an error of FFmpeg.
int masklet_alpha_next(void *reader, uint8_t *alpha, double *seconds);
void masklet_alpha_close(void *reader);

// masklet_av_error writes what an error of FFmpeg means.
void masklet_av_error(int code, char *out, int room);

#ifdef __cplusplus
}
#endif

#endif
