// gocv does not catch C++ exceptions: one that leaves OpenCV ends the process.
// Picture files come from anywhere, so they are decoded here, behind a catch.
#include "shim.h"

#include <cstdlib>

#include <opencv2/core.hpp>
#include <opencv2/core/utils/logger.hpp>
#include <opencv2/imgcodecs.hpp>

void masklet_quiet(void) {
#ifdef _WIN32
    _putenv_s("OPENCV_FFMPEG_LOGLEVEL", "-8");
#else
    setenv("OPENCV_FFMPEG_LOGLEVEL", "-8", 0);
#endif
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
