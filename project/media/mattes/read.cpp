// Reads the alpha of a matte: the fourth plane, the pictures beside those of VP9,
// or the grey pictures themselves.
#include "mattes.h"

#include <cstring>
#include <new>

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/pixdesc.h>
}

namespace {

struct reader {
    AVFormatContext *in = nullptr;
    AVCodecContext *decoder = nullptr;
    AVPacket *packet = nullptr, *beside = nullptr;
    AVFrame *frame = nullptr;
    AVStream *stream = nullptr;
    int w = 0, h = 0;
    bool ended = false, lightness = false;

    ~reader() {
        av_frame_free(&frame);
        av_packet_free(&packet);
        av_packet_free(&beside);
        avcodec_free_context(&decoder);
        avformat_close_input(&in);
    }

    bool open(const char *path, const char *demuxer) {
        auto format = av_find_input_format(demuxer);
        AVDictionary *options = nullptr;
        av_dict_set(&options, "format_whitelist", demuxer, 0);
        av_dict_set(&options, "protocol_whitelist", "file", 0);
        const int err = format ? avformat_open_input(&in, path, format, &options) : AVERROR_DEMUXER_NOT_FOUND;
        av_dict_free(&options);
        if (err < 0 || avformat_find_stream_info(in, nullptr) < 0) return false;
        for (unsigned i = 0; i < in->nb_streams && !stream; i++) {
            if (in->streams[i]->codecpar->codec_type == AVMEDIA_TYPE_VIDEO) stream = in->streams[i];
        }
        if (!stream) return false;
        const AVCodec *codec = avcodec_find_decoder(stream->codecpar->codec_id);
        decoder = codec ? avcodec_alloc_context3(codec) : nullptr;
        packet = av_packet_alloc();
        beside = av_packet_alloc();
        frame = av_frame_alloc();
        if (!decoder || !packet || !beside || !frame || avcodec_parameters_to_context(decoder, stream->codecpar) < 0) return false;
        w = decoder->width, h = decoder->height;
        decoder->thread_count = 0;
        return w > 0 && h > 0 && avcodec_open2(decoder, codec, nullptr) >= 0;
    }

    // feed gives the decoder the next packet: for VP9 the alpha that lies beside it.
    int feed() {
        for (;;) {
            int err = av_read_frame(in, packet);
            if (err == AVERROR_EOF) {
                ended = true;
                return avcodec_send_packet(decoder, nullptr);
            }
            if (err < 0) return err;
            if (packet->stream_index != stream->index) {
                av_packet_unref(packet);
                continue;
            }
            if (stream->codecpar->codec_id != AV_CODEC_ID_VP9) {
                err = avcodec_send_packet(decoder, packet);
                av_packet_unref(packet);
                return err;
            }
            size_t size = 0;
            const uint8_t *data = av_packet_get_side_data(packet, AV_PKT_DATA_MATROSKA_BLOCKADDITIONAL, &size);
            if (!data || size <= 8) return AVERROR_INVALIDDATA;
            err = av_new_packet(beside, static_cast<int>(size - 8));
            if (err < 0) return err;
            memcpy(beside->data, data + 8, size - 8);
            beside->pts = packet->pts;
            beside->dts = packet->dts;
            err = avcodec_send_packet(decoder, beside);
            av_packet_unref(beside);
            av_packet_unref(packet);
            return err;
        }
    }

    int next(uint8_t *alpha, double *seconds) {
        for (;;) {
            int err = avcodec_receive_frame(decoder, frame);
            if (err == AVERROR_EOF) return 0;
            if (err == AVERROR(EAGAIN) && !ended) {
                if ((err = feed()) < 0) return err;
                continue;
            }
            if (err < 0) return err;
            err = take(alpha);
            const int64_t at = frame->best_effort_timestamp;
            *seconds = at == AV_NOPTS_VALUE ? 0 : static_cast<double>(at) * stream->time_base.num / stream->time_base.den;
            av_frame_unref(frame);
            return err;
        }
    }

    // take copies the plane with the alpha, as 8 bits.
    int take(uint8_t *alpha) const {
        const AVPixFmtDescriptor *about = av_pix_fmt_desc_get(static_cast<AVPixelFormat>(frame->format));
        if (!about || frame->width != w || frame->height != h) return AVERROR_INVALIDDATA;
        const bool own = about->flags & AV_PIX_FMT_FLAG_ALPHA && about->nb_components == 4;
        if (!own && !lightness && about->nb_components != 1 && stream->codecpar->codec_id != AV_CODEC_ID_VP9) return AVERROR_PATCHWELCOME;
        if (about->flags & (AV_PIX_FMT_FLAG_PAL | AV_PIX_FMT_FLAG_BITSTREAM | AV_PIX_FMT_FLAG_FLOAT | AV_PIX_FMT_FLAG_BE)) return AVERROR_PATCHWELCOME;
        const AVComponentDescriptor &c = about->comp[own ? 3 : 0];
        const int most = (1 << c.depth) - 1;
        for (int y = 0; y < h; y++) {
            const uint8_t *row = frame->data[c.plane] + static_cast<ptrdiff_t>(y) * frame->linesize[c.plane] + c.offset;
            for (int x = 0; x < w; x++, row += c.step) {
                const int v = c.depth > 8 ? (row[0] | row[1] << 8) >> c.shift & most : row[0];
                *alpha++ = static_cast<uint8_t>((v * 255 + most / 2) / most);
            }
        }
        return 1;
    }
};

}  // namespace

void *masklet_alpha_open(const char *path, const char *demuxer, int lightness, int *w, int *h) {
    av_log_set_level(AV_LOG_QUIET);
    reader *r = new (std::nothrow) reader;
    if (r && !r->open(path, demuxer)) {
        delete r;
        return nullptr;
    }
    if (!r) return nullptr;
    r->lightness = lightness != 0;
    *w = r->w, *h = r->h;
    return r;
}

int masklet_alpha_next(void *p, uint8_t *alpha, double *seconds) { return static_cast<reader *>(p)->next(alpha, seconds); }
void masklet_alpha_close(void *p) { delete static_cast<reader *>(p); }
