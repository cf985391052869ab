// The last step from a soft mask at working size to a sharp one at the video's
// size. Only the band in which the soft mask is undecided becomes a graph, so
// the cost grows with the border of the object and not with the frame.
#include "opencv.h"
#include "graph.hpp"
#include "guard.hpp"

#include <algorithm>
#include <utility>
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

// The undecided pixels and the pairs of neighbours of which one at least is undecided.
struct Band {
    std::vector<size_t> pixel; // position of each node in the mask
    std::vector<float> value, lab;
    std::vector<Edge> edges;

    void cut(float unary, float lambda, uint8_t *mask) const {
        const int count = int(pixel.size());
        if (count == 0) return;
        double sum = 0;
        for (size_t i = 0; i < edges.size(); i++) sum += edges[i].d2;
        const float beta = sum > 0 ? float(edges.size() / (2 * sum)) : 0;

        cv::detail::GCGraph<float> graph(count, unsigned(2 * edges.size()));
        std::vector<float> to_object(count), to_ground(count);
        for (int n = 0; n < count; n++) {
            graph.addVtx();
            const float u = unary * (value[n] - 0.5f);
            (u > 0 ? to_object : to_ground)[n] = capacity(std::fabs(u));
        }
        bool linked = false;
        for (size_t i = 0; i < edges.size(); i++) {
            const Edge &e = edges[i];
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
            mask[pixel[n]] = object ? 255 : 0;
        }
    }
};

struct Input {
    const uint8_t *rgba;
    int w, h;
    const float *soft;
    int sw, sh;
    float low, high;
    int x0, y0, x1, y1; // the part of the frame to fill
};

// Decides what is far from the border, collects the band and links it, one row
// of the frame after the other. Whole cells of the soft mask that are decided
// cost next to nothing.
class Rows {
public:
    Rows(const Input &in, Band &band)
        : in(in), band(band), xs(in.w, in.sw), ys(in.h, in.sh), start(in.sw + 1, in.w), mixed(in.sw + 1),
          above(in.w + 2, GROUND), row(in.w + 2, GROUND) {
        for (int x = in.w - 1; x >= 0; x--) start[xs.at[x]] = x;
        for (int c = in.sw - 1; c >= 0; c--) start[c] = std::min(start[c], start[c + 1]);
    }

    void next(int y, uint8_t *out) {
        above.swap(row);
        open_above.swap(open);
        open.clear();
        const float *top = in.soft + size_t(ys.at[y]) * in.sw;
        const float *bottom = in.soft + size_t(std::min(ys.at[y] + 1, in.sh - 1)) * in.sw;
        for (int c = 0; c < in.sw; c++) mixed[c] = top[c] + (bottom[c] - top[c]) * ys.part[y];
        mixed[in.sw] = mixed[in.sw - 1];
        for (int c = 0; c < in.sw; c++) {
            const int from = std::max(start[c], in.x0), to = std::min(start[c + 1], in.x1);
            if (from >= to) continue;
            if (mixed[c] <= in.low && mixed[c + 1] <= in.low) {
                std::fill(row.begin() + from + 1, row.begin() + to + 1, GROUND);
            } else if (mixed[c] >= in.high && mixed[c + 1] >= in.high) {
                std::fill(row.begin() + from + 1, row.begin() + to + 1, OBJECT);
                std::fill(out + from - in.x0, out + to - in.x0, 255);
            } else {
                for (int x = from; x < to; x++) decide(x, y, out);
                open.push_back(std::make_pair(from, to));
            }
        }
        link_row(y);
        if (y > in.y0) link_rows(y);
    }

private:
    void decide(int x, int y, uint8_t *out) {
        const float a = mixed[xs.at[x]], b = mixed[xs.at[x] + 1];
        const float v = a + (b - a) * xs.part[x];
        int &entry = row[x + 1];
        if (v <= in.low) {
            entry = GROUND;
        } else if (v >= in.high) {
            entry = OBJECT;
            out[x - in.x0] = 255;
        } else {
            entry = int(band.pixel.size());
            band.pixel.push_back(size_t(y - in.y0) * (in.x1 - in.x0) + (x - in.x0));
            band.value.push_back(v);
            band.lab.resize(band.lab.size() + 3);
            to_lab().convert(colour(x, y), &band.lab[3 * size_t(entry)]);
        }
    }

    void link_row(int y) {
        for (size_t i = 0; i < open.size(); i++)
            for (int x = open[i].first; x < open[i].second; x++) {
                if (row[x + 1] < 0) continue;
                if (inside(x - 1)) link(row[x + 1], row[x], x - 1, y, false);
                if (inside(x + 1) && row[x + 2] < 0) link(row[x + 1], row[x + 2], x + 1, y, false);
            }
    }

    // Each pair of nodes is linked once, from the lower row.
    void link_rows(int y) {
        for (size_t i = 0; i < open.size(); i++)
            for (int x = open[i].first; x < open[i].second; x++)
                for (int k = -1; k <= 1 && row[x + 1] >= 0; k++)
                    if (inside(x + k)) link(row[x + 1], above[x + k + 1], x + k, y - 1, k != 0);
        for (size_t i = 0; i < open_above.size(); i++)
            for (int x = open_above[i].first; x < open_above[i].second; x++)
                for (int k = -1; k <= 1 && above[x + 1] >= 0; k++)
                    if (inside(x + k) && row[x + k + 1] < 0) link(above[x + 1], row[x + k + 1], x + k, y, k != 0);
    }

    // Links a node with its neighbour other at (ox, oy).
    void link(int node, int other, int ox, int oy, bool diagonal) {
        float lab[3];
        const float *there = lab;
        if (other >= 0)
            there = &band.lab[3 * size_t(other)];
        else
            to_lab().convert(colour(ox, oy), lab);
        const Edge e = {node, other, distance2(&band.lab[3 * size_t(node)], there), diagonal};
        band.edges.push_back(e);
    }

    static const ToLab &to_lab() {
        static const ToLab table;
        return table;
    }
    const uint8_t *colour(int x, int y) const { return in.rgba + 4 * (size_t(y) * in.w + x); }
    bool inside(int x) const { return x >= in.x0 && x < in.x1; }

    const Input &in;
    Band &band;
    const Axis xs, ys;
    std::vector<int> start; // of each cell of the soft mask: its first column in the frame
    std::vector<float> mixed;
    std::vector<int> above, row;                       // node, GROUND or OBJECT of column x, at x + 1
    std::vector<std::pair<int, int> > open, open_above; // stretches of the rows that may hold nodes
};

} // namespace

int vision_fine_mask(const uint8_t *rgba, int w, int h, const float *soft, int sw, int sh, float low,
                     float high, float unary, float lambda, int x0, int y0, int x1, int y1, uint8_t *mask,
                     char *err) {
    return guard(err, [&] {
        const Input in = {rgba, w, h, soft, sw, sh, low, high, x0, y0, x1, y1};
        Band band;
        Rows rows(in, band);
        for (int y = y0; y < y1; y++) rows.next(y, mask + size_t(y - y0) * (x1 - x0));
        band.cut(unary, lambda, mask);
    });
}
