#include "opencv.h"
#include "guard.hpp"

#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>
#include <opencv2/video/tracking.hpp>

// OpenCV does not write to source images; the casts only fit Mat's constructor.
static cv::Mat view(const void *data, int w, int h, int type) {
    return cv::Mat(h, w, type, const_cast<void *>(data));
}

void vision_single_thread(void) {
    try {
        cv::setNumThreads(1);
    } catch (...) {
        // Slower, not wrong.
    }
}

int vision_resize_rgba(const uint8_t *src, int w, int h, uint8_t *dst, int ow, int oh, char *err) {
    return guard(err, [&] {
        cv::Mat out = view(dst, ow, oh, CV_8UC4);
        cv::resize(view(src, w, h, CV_8UC4), out, out.size(), 0, 0, cv::INTER_AREA);
    });
}

int vision_reduce_rgba(const uint8_t *src, int w, int h, uint8_t *dst, int ow, int oh, int x0, int y0, int x1,
                       int y1, char *err) {
    return guard(err, [&] {
        const cv::Rect part(x0, y0, x1 - x0, y1 - y0);
        const int fx = w / ow, fy = h / oh;
        cv::Mat out = view(dst, ow, oh, CV_8UC4)(part);
        cv::resize(view(src, w, h, CV_8UC4)(cv::Rect(x0 * fx, y0 * fy, part.width * fx, part.height * fy)), out,
                   out.size(), 0, 0, cv::INTER_AREA);
    });
}

int vision_shrink_mask(const uint8_t *src, int w, int h, uint8_t *dst, int ow, int oh, char *err) {
    return guard(err, [&] {
        cv::Mat binary, out = view(dst, ow, oh, CV_8U);
        cv::compare(view(src, w, h, CV_8U), 0, binary, cv::CMP_NE);
        cv::resize(binary, out, out.size(), 0, 0, cv::INTER_AREA);
        cv::threshold(out, out, 127, 1, cv::THRESH_BINARY);
    });
}

int vision_enlarge_mask(const uint8_t *src, int sw, int sh, int w, int h, int x0, int y0, int x1, int y1,
                        uint8_t *part, char *err) {
    return guard(err, [&] {
        cv::Mat whole, out = view(part, x1 - x0, y1 - y0, CV_8U);
        cv::resize(view(src, sw, sh, CV_8U), whole, cv::Size(w, h), 0, 0, cv::INTER_LINEAR);
        cv::threshold(whole(cv::Rect(x0, y0, x1 - x0, y1 - y0)), out, 127, 255, cv::THRESH_BINARY);
    });
}

int vision_lab(const uint8_t *rgba, int w, int h, float *lab, char *err) {
    return guard(err, [&] {
        cv::Mat rgb, scaled, out = view(lab, w, h, CV_32FC3);
        cv::cvtColor(view(rgba, w, h, CV_8UC4), rgb, cv::COLOR_RGBA2RGB);
        rgb.convertTo(scaled, CV_32FC3, 1.0 / 255);
        cv::cvtColor(scaled, out, cv::COLOR_RGB2Lab);
    });
}

int vision_gray(const uint8_t *rgba, int w, int h, uint8_t *gray, char *err) {
    return guard(err, [&] {
        cv::Mat out = view(gray, w, h, CV_8U);
        cv::cvtColor(view(rgba, w, h, CV_8UC4), out, cv::COLOR_RGBA2GRAY);
    });
}

int vision_blur(const float *src, int w, int h, int channels, double sigma, float *dst, char *err) {
    return guard(err, [&] {
        const int type = CV_MAKETYPE(CV_32F, channels);
        cv::Mat out = view(dst, w, h, type);
        cv::GaussianBlur(view(src, w, h, type), out, cv::Size(), sigma, sigma, cv::BORDER_REPLICATE);
    });
}

int vision_dis(const uint8_t *a, const uint8_t *b, int w, int h, int preset, int finest, int stride,
               int steps, float *flow, char *err) {
    return guard(err, [&] {
        cv::Ptr<cv::DISOpticalFlow> dis = cv::DISOpticalFlow::create(preset);
        if (finest >= 0) dis->setFinestScale(finest);
        if (stride >= 0) dis->setPatchStride(stride);
        if (steps >= 0) dis->setGradientDescentIterations(steps);
        cv::Mat out;
        dis->calc(view(a, w, h, CV_8U), view(b, w, h, CV_8U), out);
        CV_Assert(out.type() == CV_32FC2 && out.cols == w && out.rows == h);
        out.copyTo(view(flow, w, h, CV_32FC2));
    });
}
