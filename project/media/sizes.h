#ifndef MASKLET_MEDIA_SIZES_H
#define MASKLET_MEDIA_SIZES_H

#ifdef __cplusplus
extern "C" {
#endif

// masklet_sizes_open starts to watch the picture size of the first video stream
// of a file. It returns NULL where that is not possible or not needed.
void *masklet_sizes_open(const char *path, const char *demuxer, const char *protocols);

// masklet_sizes_read goes on by as many packets. It returns 1 if the size
// changes among them, and then sets from and to (width, height in pixels).
int masklet_sizes_read(void *sizes, int packets, int *from, int *to);

// masklet_sizes_close frees what masklet_sizes_open returned.
void masklet_sizes_close(void *sizes);

#ifdef __cplusplus
}
#endif

#endif
