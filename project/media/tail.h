#ifndef MASKLET_MEDIA_TAIL_H
#define MASKLET_MEDIA_TAIL_H

#ifdef __cplusplus
extern "C" {
#endif

// masklet_tail writes the presentation times (milliseconds from the start of
// the first video stream) of the packets later than after to out, at most max,
// in the order of the file. It returns their number, or -1.
int masklet_tail(const char *path, const char *demuxer, const char *protocols, double after, double *out, int max);

#ifdef __cplusplus
}
#endif

#endif
