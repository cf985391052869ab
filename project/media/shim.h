#ifndef MASKLET_MEDIA_SHIM_H
#define MASKLET_MEDIA_SHIM_H

#ifdef __cplusplus
extern "C" {
#endif

// masklet_quiet stops OpenCV and FFmpeg from printing to standard error.
void masklet_quiet(void);

// masklet_capture_options sets OPENCV_FFMPEG_CAPTURE_OPTIONS.
void masklet_capture_options(const char *options);

// masklet_decode decodes an encoded picture to 8-bit BGR (EXIF orientation
// applied) into the cv::Mat at mat. It returns 0 if that worked.
int masklet_decode(const unsigned char *data, int len, void *mat);

#ifdef __cplusplus
}
#endif

#endif
