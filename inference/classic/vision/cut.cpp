// Binary labels on the 8-neighbour grid by max-flow (Boykov-Kolmogorov, from
// OpenCV's own header).
#include "opencv.h"
#include "graph.hpp"
#include "guard.hpp"

#include <algorithm>
#include <vector>

namespace {

const uint8_t FREE = 0, OBJECT = 2;

// Capacity units of a weight of 1 between regions.
const double REGION_UNITS = 64;

// The four neighbours that lie ahead in raster order.
const int DX[4] = {1, -1, 0, 1}, DY[4] = {0, 1, 1, 1};
const float LENGTH[4] = {1, DIAGONAL, 1, DIAGONAL};

struct Grid {
    int w, h;
    const float *lab;

    bool inside(int x, int y) const { return x >= 0 && y >= 0 && x < w && y < h; }

    // 1 / (2 * mean squared colour step) over the whole grid.
    float beta() const {
        double sum = 0;
        int64_t n = 0;
        for (int y = 0; y < h; y++)
            for (int x = 0; x < w; x++)
                for (int k = 0; k < 4; k++) {
                    if (!inside(x + DX[k], y + DY[k])) continue;
                    sum += distance2(lab + 3 * (y * w + x), lab + 3 * ((y + DY[k]) * w + x + DX[k]));
                    n++;
                }
        return n == 0 || sum <= 0 ? 0 : float(n / (2 * sum));
    }
};

} // namespace

int vision_grid_cut(int w, int h, const float *source, const float *sink, const float *lab,
                    const uint8_t *fixed, float lambda, float floor_share, float beta, uint8_t *labels,
                    char *err) {
    return guard(err, [&] {
        const Grid grid = {w, h, lab};
        if (beta <= 0) beta = grid.beta();

        std::vector<int> node(size_t(w) * h, -1);
        int count = 0;
        for (int i = 0; i < w * h; i++)
            if (!fixed || fixed[i] == FREE) node[i] = count++;

        cv::detail::GCGraph<float> graph(count, 8 * count);
        std::vector<float> to_object(count), to_ground(count);
        for (int i = 0; i < w * h; i++)
            if (node[i] >= 0) {
                graph.addVtx();
                to_object[node[i]] = capacity(source[i]);
                to_ground[node[i]] = capacity(sink[i]);
            }

        bool edges = false;
        for (int y = 0; y < h; y++)
            for (int x = 0; x < w; x++)
                for (int k = 0; k < 4; k++) {
                    if (!grid.inside(x + DX[k], y + DY[k])) continue;
                    const int i = y * w + x, j = (y + DY[k]) * w + x + DX[k];
                    if (node[i] < 0 && node[j] < 0) continue;
                    const float near = std::exp(-beta * distance2(lab + 3 * i, lab + 3 * j));
                    const float weight = capacity(lambda * LENGTH[k] * (floor_share + (1 - floor_share) * near));
                    if (node[i] >= 0 && node[j] >= 0) {
                        graph.addEdges(node[i], node[j], weight, weight);
                        edges = true;
                        continue;
                    }
                    // A fixed neighbour pulls its free neighbour to its own side.
                    const int open = node[i] >= 0 ? node[i] : node[j];
                    const bool object = fixed[node[i] >= 0 ? j : i] == OBJECT;
                    (object ? to_object : to_ground)[open] += weight;
                }

        for (int n = 0; n < count; n++) graph.addTermWeights(n, to_object[n], to_ground[n]);
        if (edges) graph.maxFlow();
        for (int i = 0; i < w * h; i++) {
            const int n = node[i];
            if (n < 0)
                labels[i] = fixed[i] == OBJECT;
            else if (edges)
                labels[i] = graph.inSourceSegment(n);
            else
                labels[i] = to_object[n] > to_ground[n];
        }
    });
}

int vision_region_cut(int nodes, int edges, const int32_t *ends, const float *weight, const float *unary,
                      uint8_t *labels, char *err) {
    return guard(err, [&] {
        // Of the cuts of least weight the one with the fewest object nodes is
        // taken: a labelling that does not depend on the order of the flow. All
        // capacities are whole numbers below 2^53, exact in a double.
        const double share = nodes + 1;
        cv::detail::GCGraph<double> graph(nodes, 2 * edges);
        for (int n = 0; n < nodes; n++) {
            graph.addVtx();
            const double u = share * std::round(double(unary[n]) * REGION_UNITS) - 1;
            graph.addTermWeights(n, u > 0 ? u : 0, u < 0 ? -u : 0);
        }
        for (int e = 0; e < edges; e++) {
            const double c = share * std::round(std::min(double(weight[e]), 1e6) * REGION_UNITS);
            graph.addEdges(ends[2 * e], ends[2 * e + 1], c, c);
        }
        if (edges > 0) graph.maxFlow();
        for (int n = 0; n < nodes; n++) labels[n] = edges > 0 ? graph.inSourceSegment(n) : unary[n] > 0;
    });
}
