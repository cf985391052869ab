#ifndef MASKLET_COVERART_H
#define MASKLET_COVERART_H

#ifdef __cplusplus
extern "C" {
#endif

// masklet_only_cover_art returns 1 if the header of a file names pictures that
// are attached to it, and no other video.
int masklet_only_cover_art(const char *path, const char *demuxer);

#ifdef __cplusplus
}
#endif

#endif
