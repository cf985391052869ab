// The last step from a soft mask at working size to a sharp one at the video's
// size. Only the band in which the soft mask is undecided becomes a graph, so
// the cost grows with the border of the object and not with the frame.
#include "opencv.h"
#include "graph.hpp"
#include "guard.hpp"

#include <algorithm>
#include <vector>

namespace {

const int GROUND = -1, OBJECT = -2; // row entries that are not nodes

// CIE L*a*b* (D65) of one sRGB pixel.
class ToLab {
public:
    ToLab() {
        for (int i = 0; i < 256; i++) {
            const double v = i / 255.0;
            linear[i] = float(v <= 0.04045 ? v / 12.92 : std::pow((v + 0.055) / 1.055, 2.4));
        }
    }
    void convert(const uint8_t *p, float *lab) const {
        const float r = linear[p[0]], g = linear[p[1]], b = linear[p[2]];
        const float x = f((0.412453f * r + 0.357580f * g + 0.180423f * b) / 0.950456f);
        const float y = f(0.212671f * r + 0.715160f * g + 0.072169f * b);
        const float z = f((0.019334f * r + 0.119193f * g + 0.950227f * b) / 1.088754f);
        lab[0] = 116 * y - 16;
        lab[1] = 500 * (x - y);
        lab[2] = 200 * (y - z);
    }

private:
    static float f(float t) { return t > 0.008856f ? std::cbrt(t) : 7.787f * t + 16.0f / 116; }
    float linear[256];
};

// Bilinear reading of the soft mask along one axis of the fine image.
struct Axis {
    std::vector<int> at;
    std::vector<float> part;

    Axis(int fine, int soft) : at(fine), part(fine) {
        for (int i = 0; i < fine; i++) {
            float v = (i + 0.5f) * soft / fine - 0.5f;
            v = std::min(std::max(v, 0.0f), float(soft - 1));
            at[i] = std::min(int(v), std::max(soft - 2, 0));
            part[i] = v - at[i];
        }
    }
};

struct Edge {
    int a, b; // b is a node, GROUND or OBJECT
    float d2;
    bool diagonal;
};

struct Band {
    std::vector<int> pixel; // position in the frame of each node
    std::vector<float> value, lab;
    std::vector<Edge> edges;

    int add(int at, float v, const uint8_t *rgba, const ToLab &to_lab) {
        const int n = int(pixel.size());
        pixel.push_back(at);
        value.push_back(v);
        lab.resize(lab.size() + 3);
        to_lab.convert(rgba + 4 * size_t(at), &lab[3 * n]);
        return n;
    }
};

} // namespace

int vision_fine_mask(const uint8_t *rgba, int w, int h, const float *soft, int sw, int sh, float low,
                     float high, float unary, float lambda, uint8_t *mask, char *err) {
    return guard(err, [&] {
        static const ToLab to_lab;
        const Axis xs(w, sw), ys(h, sh);
        Band band;
        std::vector<int> above(w, GROUND), row(w, GROUND);
        std::vector<float> mixed(sw + 1);

        for (int y = 0; y < h; y++) {
            const float *top = soft + size_t(ys.at[y]) * sw;
            const float *bottom = soft + size_t(std::min(ys.at[y] + 1, sh - 1)) * sw;
            for (int x = 0; x < sw; x++) mixed[x] = top[x] + (bottom[x] - top[x]) * ys.part[y];
            mixed[sw] = mixed[sw - 1];
            uint8_t *out = mask + size_t(y) * w;
            for (int x = 0; x < w; x++) {
                const float a = mixed[xs.at[x]], b = mixed[xs.at[x] + 1];
                const float v = a + (b - a) * xs.part[x];
                if (v <= low) {
                    row[x] = GROUND;
                    out[x] = 0;
                } else if (v >= high) {
                    row[x] = OBJECT;
                    out[x] = 255;
                } else {
                    row[x] = band.add(y * w + x, v, rgba, to_lab);
                }
            }
            // Link each node with the neighbours before it in raster order, and
            // fixed pixels with the nodes before them.
            for (int x = 0; x < w; x++) {
                const int here = row[x];
                const int near[4] = {x > 0 ? row[x - 1] : GROUND, x > 0 ? above[x - 1] : GROUND, above[x],
                                     x + 1 < w ? above[x + 1] : GROUND};
                const bool exists[4] = {x > 0, y > 0 && x > 0, y > 0, y > 0 && x + 1 < w};
                const int at[4] = {y * w + x - 1, (y - 1) * w + x - 1, (y - 1) * w + x, (y - 1) * w + x + 1};
                for (int k = 0; k < 4; k++) {
                    if (!exists[k] || (here < 0 && near[k] < 0)) continue;
                    float other[3];
                    const int node = here >= 0 ? here : near[k], end = here >= 0 ? near[k] : here;
                    if (end >= 0)
                        std::copy(&band.lab[3 * end], &band.lab[3 * end] + 3, other);
                    else
                        to_lab.convert(rgba + 4 * size_t(here >= 0 ? at[k] : y * w + x), other);
                    const Edge e = {node, end, distance2(&band.lab[3 * node], other), k == 1 || k == 3};
                    band.edges.push_back(e);
                }
            }
            std::swap(above, row);
        }

        const int count = int(band.pixel.size());
        if (count == 0) return;
        double sum = 0;
        for (size_t i = 0; i < band.edges.size(); i++) sum += band.edges[i].d2;
        const float beta = sum > 0 ? float(band.edges.size() / (2 * sum)) : 0;

        cv::detail::GCGraph<float> graph(count, unsigned(2 * band.edges.size()));
        std::vector<float> to_object(count), to_ground(count);
        for (int n = 0; n < count; n++) {
            graph.addVtx();
            const float u = unary * (band.value[n] - 0.5f);
            (u > 0 ? to_object : to_ground)[n] = capacity(std::fabs(u));
        }
        bool linked = false;
        for (size_t i = 0; i < band.edges.size(); i++) {
            const Edge &e = band.edges[i];
            const float near = std::exp(-beta * e.d2);
            const float weight = capacity(lambda * (e.diagonal ? DIAGONAL : 1) * (0.05f + 0.95f * near));
            if (e.b >= 0) {
                graph.addEdges(e.a, e.b, weight, weight);
                linked = true;
            } else {
                (e.b == OBJECT ? to_object : to_ground)[e.a] += weight;
            }
        }
        for (int n = 0; n < count; n++) graph.addTermWeights(n, to_object[n], to_ground[n]);
        if (linked) graph.maxFlow();
        for (int n = 0; n < count; n++) {
            const bool object = linked ? graph.inSourceSegment(n) : to_object[n] > to_ground[n];
            mask[band.pixel[n]] = object ? 255 : 0;
        }
    });
}
