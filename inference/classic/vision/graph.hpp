// Weights of the graph cuts, shared by cut.cpp and fine.cpp.
#ifndef MASKLET_VISION_GRAPH_HPP
#define MASKLET_VISION_GRAPH_HPP

#include <cmath>
#include <cstring>

#include <opencv2/core.hpp>
#include <opencv2/imgproc/detail/gcgraph.hpp>

// Rounds a capacity to 1/1024 and caps it: sums of such values are exact in a
// float, so the flow ends with true zeros and the result is the same everywhere.
inline float capacity(float v) {
    if (!(v > 0)) return 0;
    if (v > 4096) v = 4096;
    return std::floor(v * 1024 + 0.5f) / 1024;
}

inline float distance2(const float *a, const float *b) {
    const float l = a[0] - b[0], u = a[1] - b[1], v = a[2] - b[2];
    return l * l + u * u + v * v;
}

const float DIAGONAL = 0.70710678f;

#endif
