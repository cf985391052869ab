// Videos of masks, by the encoders and muxers of FFmpeg.
#include "mattes.h"

#include <cstdio>
#include <cstring>
#include <new>
#include <vector>

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/intreadwrite.h>
#include <libavutil/opt.h>
}

namespace {

const char *encoder_name(int kind) {
    static const char *const names[] = {"prores_ks", "libvpx-vp9", "ffv1", "libx264"};
    return names[kind];
}

const char *muxer_name(int kind) {
    static const char *const names[] = {"mov", "webm", "matroska", "mp4"};
    return names[kind];
}

AVPixelFormat pixels_of(int kind) {
    static const AVPixelFormat formats[] = {AV_PIX_FMT_YUVA444P10LE, AV_PIX_FMT_YUV420P, AV_PIX_FMT_GRAY8, AV_PIX_FMT_YUV420P};
    return formats[kind];
}

// BT.709, video range, 16 bits of fraction.
const int Y_R = 11966, Y_G = 40254, Y_B = 4064;    // 219/255 of 0.2126, 0.7152, 0.0722
const int U_R = -6596, U_G = -22189, U_B = 28784;  // 224/255 of -0.1146, -0.3854, 0.5
const int V_R = 28784, V_G = -26145, V_B = -2640;  // 224/255 of 0.5, -0.4542, -0.0458

inline int clip(int v, int most) { return v < 0 ? 0 : v > most ? most : v; }

struct matte {
    int kind = 0, w = 0, h = 0;
    AVFormatContext *out = nullptr;
    AVCodecContext *colour = nullptr, *alpha = nullptr;  // VP9 has its alpha in a stream of its own, beside each picture
    AVFrame *frame = nullptr, *mask = nullptr;
    AVPacket *packet = nullptr, *beside = nullptr;
    std::vector<int64_t> pts;
    int unit = 1;
    size_t next = 0;
    bool begun = false;

    ~matte() {
        if (out && out->pb) avio_closep(&out->pb);
        avformat_free_context(out);
        avcodec_free_context(&colour);
        avcodec_free_context(&alpha);
        av_frame_free(&frame);
        av_frame_free(&mask);
        av_packet_free(&packet);
        av_packet_free(&beside);
    }

    int open_encoder(AVCodecContext **to, bool is_alpha, int threads) {
        const AVCodec *codec = avcodec_find_encoder_by_name(encoder_name(kind));
        AVCodecContext *c = *to = codec ? avcodec_alloc_context3(codec) : nullptr;
        if (!c) return AVERROR_ENCODER_NOT_FOUND;
        c->width = w + (kind == MASKLET_H264 && w % 2);
        c->height = h + (kind == MASKLET_H264 && h % 2);
        c->pix_fmt = pixels_of(kind);
        c->time_base = AVRational{1, unit};
        c->thread_count = threads;
        c->sample_aspect_ratio = AVRational{1, 1};
        if (kind != MASKLET_FFV1) {
            c->color_range = AVCOL_RANGE_MPEG;
            c->colorspace = AVCOL_SPC_BT709;
            c->color_primaries = AVCOL_PRI_BT709;
            c->color_trc = AVCOL_TRC_BT709;
        }
        if (out->oformat->flags & AVFMT_GLOBALHEADER) c->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
        void *o = c->priv_data;
        switch (kind) {
        case MASKLET_PRORES:
            c->profile = FF_PROFILE_PRORES_4444;
            av_opt_set(o, "profile", "4444", 0);
            av_opt_set_int(o, "alpha_bits", 16, 0);
            av_opt_set(o, "vendor", "apl0", 0);
            break;
        case MASKLET_VP9:
            // One packet for each picture, so that colours and alpha stay side by side.
            av_opt_set_int(o, "lag-in-frames", 0, 0);
            av_opt_set_int(o, "auto-alt-ref", 0, 0);
            av_opt_set(o, "deadline", "realtime", 0);
            av_opt_set_int(o, "cpu-used", 6, 0);
            av_opt_set_int(o, "row-mt", 1, 0);
            c->gop_size = 60;
            c->bit_rate = 0;
            if (is_alpha) av_opt_set_int(o, "lossless", 1, 0);
            else av_opt_set_int(o, "crf", 18, 0);
            break;
        case MASKLET_FFV1:
            c->level = 3;
            c->slices = w < 16 || h < 16 ? 1 : 4;
            c->gop_size = 1;
            av_opt_set_int(o, "slicecrc", 1, 0);
            break;
        case MASKLET_H264:
            av_opt_set(o, "preset", "veryfast", 0);
            av_opt_set_int(o, "crf", 20, 0);
            break;
        }
        return avcodec_open2(c, codec, nullptr);
    }

    static int new_frame(AVFrame **to, const AVCodecContext *c) {
        AVFrame *f = *to = av_frame_alloc();
        if (!f) return AVERROR(ENOMEM);
        f->format = c->pix_fmt;
        f->width = c->width;
        f->height = c->height;
        f->color_range = c->color_range;
        f->colorspace = c->colorspace;
        return av_frame_get_buffer(f, 0);
    }

    int open(const char *path, int threads) {
        int err = avformat_alloc_output_context2(&out, nullptr, muxer_name(kind), path);
        if (err < 0) return err;
        if ((err = open_encoder(&colour, false, threads)) < 0) return err;
        if ((err = new_frame(&frame, colour)) < 0) return err;
        if (kind == MASKLET_VP9) {
            if ((err = open_encoder(&alpha, true, threads)) < 0) return err;
            if ((err = new_frame(&mask, alpha)) < 0) return err;
        }
        packet = av_packet_alloc();
        beside = av_packet_alloc();
        AVStream *st = avformat_new_stream(out, nullptr);
        if (!packet || !beside || !st) return AVERROR(ENOMEM);
        if ((err = avcodec_parameters_from_context(st->codecpar, colour)) < 0) return err;
        st->time_base = colour->time_base;
        st->sample_aspect_ratio = colour->sample_aspect_ratio;
        if (kind == MASKLET_VP9) av_dict_set(&st->metadata, "alpha_mode", "1", 0);
        if ((err = avio_open(&out->pb, path, AVIO_FLAG_WRITE)) < 0) return err;
        AVDictionary *options = nullptr;
        if (kind == MASKLET_H264) av_dict_set(&options, "movflags", "faststart", 0);
        err = avformat_write_header(out, &options);
        av_dict_free(&options);
        begun = err >= 0;
        return err;
    }

    // colours_444 converts to 10 bits without subsampling.
    void colours_444(const uint8_t *rgba) {
        for (int y = 0; y < h; y++) {
            auto *py = reinterpret_cast<uint16_t *>(frame->data[0] + y * frame->linesize[0]);
            auto *pu = reinterpret_cast<uint16_t *>(frame->data[1] + y * frame->linesize[1]);
            auto *pv = reinterpret_cast<uint16_t *>(frame->data[2] + y * frame->linesize[2]);
            for (int x = 0; x < w; x++, rgba += 4) {
                const int r = rgba[0], g = rgba[1], b = rgba[2];
                py[x] = clip((64 << 14 | 1 << 13) + Y_R * r + Y_G * g + Y_B * b >> 14, 1019);
                pu[x] = clip((512 << 14 | 1 << 13) + U_R * r + U_G * g + U_B * b >> 14, 1019);
                pv[x] = clip((512 << 14 | 1 << 13) + V_R * r + V_G * g + V_B * b >> 14, 1019);
            }
        }
    }

    // colours_420 converts to 8 bits with the colours of four pixels in one; the
    // last row and column go on where the picture has an odd size.
    void colours_420(const uint8_t *rgba) {
        for (int y = 0; y < frame->height; y++) {
            const uint8_t *row = rgba + static_cast<ptrdiff_t>(4) * w * clip(y, h - 1);
            uint8_t *py = frame->data[0] + y * frame->linesize[0];
            for (int x = 0; x < frame->width; x++) {
                const uint8_t *p = row + 4 * clip(x, w - 1);
                py[x] = clip((16 << 16 | 1 << 15) + Y_R * p[0] + Y_G * p[1] + Y_B * p[2] >> 16, 255);
            }
        }
        for (int y = 0; y < (frame->height + 1) / 2; y++) {
            const uint8_t *rows[2] = {rgba + static_cast<ptrdiff_t>(4) * w * clip(2 * y, h - 1), rgba + static_cast<ptrdiff_t>(4) * w * clip(2 * y + 1, h - 1)};
            uint8_t *pu = frame->data[1] + y * frame->linesize[1], *pv = frame->data[2] + y * frame->linesize[2];
            for (int x = 0; x < (frame->width + 1) / 2; x++) {
                int r = 0, g = 0, b = 0;
                for (const uint8_t *row : rows) {
                    for (int k = 0; k < 2; k++) {
                        const uint8_t *p = row + 4 * clip(2 * x + k, w - 1);
                        r += p[0], g += p[1], b += p[2];
                    }
                }
                pu[x] = clip((128 << 18 | 1 << 17) + U_R * r + U_G * g + U_B * b >> 18, 255);
                pv[x] = clip((128 << 18 | 1 << 17) + V_R * r + V_G * g + V_B * b >> 18, 255);
            }
        }
    }

    // The alpha plane that a kind has, if it has one.
    int put_alpha(const uint8_t *a) {
        if (kind == MASKLET_PRORES) {
            for (int y = 0; y < h; y++, a += w) {
                auto *p = reinterpret_cast<uint16_t *>(frame->data[3] + y * frame->linesize[3]);
                for (int x = 0; x < w; x++) p[x] = static_cast<uint16_t>((a[x] * 1023 + 127) / 255);
            }
            return 0;
        }
        AVFrame *f = kind == MASKLET_VP9 ? mask : frame;
        const int err = av_frame_make_writable(f);
        if (err < 0) return err;
        for (int y = 0; y < h; y++) memcpy(f->data[0] + y * f->linesize[0], a + static_cast<ptrdiff_t>(y) * w, w);
        if (kind == MASKLET_VP9) {
            for (int plane = 1; plane < 3; plane++) memset(f->data[plane], 128, static_cast<size_t>(f->linesize[plane]) * ((h + 1) / 2));
        }
        return 0;
    }

    int write(const uint8_t *rgba, const uint8_t *a) {
        if (next >= pts.size()) return AVERROR(EINVAL);
        int err = av_frame_make_writable(frame);
        if (err < 0) return err;
        if (kind == MASKLET_PRORES) colours_444(rgba);
        else if (kind != MASKLET_FFV1) colours_420(rgba);
        if (a && (err = put_alpha(a)) < 0) return err;
        frame->pts = pts[next];
        if (mask) mask->pts = pts[next];
        next++;
        if (mask && (err = avcodec_send_frame(alpha, mask)) < 0) return err;
        if ((err = avcodec_send_frame(colour, frame)) < 0) return err;
        return drain();
    }

    // drain hands on the packets that are ready.
    int drain() {
        for (;;) {
            int err = avcodec_receive_packet(colour, packet);
            if (err == AVERROR(EAGAIN) || err == AVERROR_EOF) return 0;
            if (err < 0) return err;
            if (alpha) {
                if ((err = avcodec_receive_packet(alpha, beside)) < 0) return err;
                uint8_t *data = av_packet_new_side_data(packet, AV_PKT_DATA_MATROSKA_BLOCKADDITIONAL, 8 + beside->size);
                if (!data) return AVERROR(ENOMEM);
                AV_WB64(data, 1);
                memcpy(data + 8, beside->data, beside->size);
                av_packet_unref(beside);
            }
            packet->duration = duration_at(packet->pts);
            packet->stream_index = 0;
            av_packet_rescale_ts(packet, colour->time_base, out->streams[0]->time_base);
            if ((err = av_interleaved_write_frame(out, packet)) < 0) return err;
        }
    }

    // duration_at returns how long the frame at a time is shown: to the next one;
    // the last as long as the one before it.
    int64_t duration_at(int64_t at) const {
        for (size_t i = next; i-- > 0;) {
            if (pts[i] != at) continue;
            if (i + 1 < pts.size()) return pts[i + 1] - at;
            return i > 0 ? at - pts[i - 1] : unit / 25;
        }
        return 0;
    }

    int finish() {
        if (next != pts.size()) return AVERROR(EINVAL);
        int err = avcodec_send_frame(colour, nullptr);
        if (err >= 0 && alpha) err = avcodec_send_frame(alpha, nullptr);
        if (err >= 0) err = drain();
        if (err >= 0) err = av_write_trailer(out);
        const int closing = avio_closep(&out->pb);
        return err < 0 ? err : closing;
    }
};

}  // namespace

const char *masklet_matte_lacks(int kind) {
    if (!avcodec_find_encoder_by_name(encoder_name(kind))) return encoder_name(kind);
    return av_guess_format(muxer_name(kind), nullptr, nullptr) ? nullptr : muxer_name(kind);
}

void *masklet_matte_create(const char *path, int kind, int w, int h, int unit, const int64_t *pts, int n, int threads, int *error) {
    av_log_set_level(AV_LOG_QUIET);
    *error = AVERROR(ENOMEM);
    matte *m = new (std::nothrow) matte;
    if (!m) return nullptr;
    m->kind = kind, m->w = w, m->h = h, m->unit = unit;
    m->pts.assign(pts, pts + n);
    *error = m->open(path, threads);
    if (*error >= 0) return m;
    delete m;
    return nullptr;
}

int masklet_matte_write(void *p, const uint8_t *rgba, const uint8_t *alpha) { return static_cast<matte *>(p)->write(rgba, alpha); }
int masklet_matte_finish(void *p) { return static_cast<matte *>(p)->finish(); }
void masklet_matte_free(void *p) { delete static_cast<matte *>(p); }
void masklet_av_error(int code, char *out, int room) { av_strerror(code, out, room); }
