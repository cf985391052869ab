// OpenCV converts every picture as if it had the size of the first one. If the
// size changes on the way it shows rubbish or, if the new pictures are smaller,
// reads beyond them and brings the process down. It gives no sign of such a
// change, so the key frames, at which sizes change, are looked at here first.
#include "sizes.h"

#include <new>

#include "confine.h"

extern "C" {
#include <libavcodec/avcodec.h>
}

namespace {

struct sizes {
    AVFormatContext *ic = nullptr;
    AVCodecContext *dec = nullptr;
    AVPacket *packet = nullptr;
    AVFrame *frame = nullptr;
    int video = -1;
    int size[2] = {0, 0};

    ~sizes() {
        av_frame_free(&frame);
        av_packet_free(&packet);
        avcodec_free_context(&dec);
        avformat_close_input(&ic);
    }

    bool open(const char *path, const char *demuxer, const char *protocols) {
        ic = open_confined(path, demuxer, protocols);
        if (!ic || avformat_find_stream_info(ic, nullptr) < 0) return false;
        for (unsigned i = 0; i < ic->nb_streams && video < 0; i++) {
            if (ic->streams[i]->codecpar->codec_type == AVMEDIA_TYPE_VIDEO) video = static_cast<int>(i);
        }
        if (video < 0) return false;
        const AVCodecParameters *par = ic->streams[video]->codecpar;
        // Where every packet is a key frame this would decode the whole video.
        const AVCodecDescriptor *about = avcodec_descriptor_get(par->codec_id);
        if (!about || about->props & AV_CODEC_PROP_INTRA_ONLY) return false;
        const AVCodec *codec = avcodec_find_decoder(par->codec_id);
        dec = avcodec_alloc_context3(codec);
        if (!codec || !dec || avcodec_parameters_to_context(dec, par) < 0) return false;
        dec->thread_count = 1;
        dec->skip_loop_filter = AVDISCARD_ALL;
        dec->skip_idct = AVDISCARD_ALL;
        packet = av_packet_alloc();
        frame = av_frame_alloc();
        return packet && frame && avcodec_open2(dec, codec, nullptr) >= 0;
    }

    // look decodes a key frame and reports whether its size is not that of the
    // one before. One that cannot be decoded says nothing about the size.
    bool look(int *from, int *to) {
        avcodec_flush_buffers(dec);
        if (avcodec_send_packet(dec, packet) < 0) return false;
        avcodec_send_packet(dec, nullptr); // nothing else is coming: no reason to hold the picture back
        bool changed = false;
        while (avcodec_receive_frame(dec, frame) >= 0) {
            const int now[2] = {frame->width, frame->height};
            av_frame_unref(frame);
            if (size[0] != 0 && (now[0] != size[0] || now[1] != size[1])) {
                changed = true;
                from[0] = size[0];
                from[1] = size[1];
                to[0] = now[0];
                to[1] = now[1];
            }
            size[0] = now[0];
            size[1] = now[1];
        }
        return changed;
    }

    bool read(int packets, int *from, int *to) {
        bool changed = false;
        while (!changed && packets > 0 && av_read_frame(ic, packet) >= 0) {
            if (packet->stream_index == video) {
                packets--;
                changed = packet->flags & AV_PKT_FLAG_KEY && look(from, to);
            }
            av_packet_unref(packet);
        }
        return changed;
    }
};

}  // namespace

void *masklet_sizes_open(const char *path, const char *demuxer, const char *protocols) {
    sizes *s = new (std::nothrow) sizes;
    if (s && !s->open(path, demuxer, protocols)) {
        delete s;
        return nullptr;
    }
    return s;
}

int masklet_sizes_read(void *p, int packets, int *from, int *to) {
    return static_cast<sizes *>(p)->read(packets, from, to) ? 1 : 0;
}

void masklet_sizes_close(void *p) { delete static_cast<sizes *>(p); }
