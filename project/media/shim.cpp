// gocv does not catch C++ exceptions: one that leaves OpenCV ends the process.
// Picture files come from anywhere, so they are decoded here, behind a catch.
#include "shim.h"

#include <cstdlib>

#include <opencv2/core.hpp>
#include <opencv2/core/utils/logger.hpp>
#include <opencv2/imgcodecs.hpp>

namespace {

void set_environment(const char *name, const char *value) {
#ifdef _WIN32
    _putenv_s(name, value);
#else
    setenv(name, value, 1);
#endif
}

}  // namespace

void masklet_capture_options(const char *options) { set_environment("OPENCV_FFMPEG_CAPTURE_OPTIONS", options); }

void masklet_quiet(void) {
    set_environment("OPENCV_FFMPEG_LOGLEVEL", "-8");
    try {
        cv::utils::logging::setLogLevel(cv::utils::logging::LOG_LEVEL_SILENT);
    } catch (...) {
    }
}

int masklet_decode(const unsigned char *data, int len, void *mat) {
    try {
        cv::Mat raw(1, len, CV_8UC1, const_cast<unsigned char *>(data));
        cv::Mat &out = *static_cast<cv::Mat *>(mat);
        cv::imdecode(raw, cv::IMREAD_COLOR, &out);
        return out.empty() ? 1 : 0;
    } catch (...) {
        return 2;
    }
}
