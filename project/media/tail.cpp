// OpenCV loses the presentation times of the frames that the decoder still
// holds when the file ends. The packets have them, so they are read here,
// without decoding.
#include "tail.h"

#include "confine.h"

namespace {

int first_video_stream(const AVFormatContext *ic) {
    for (unsigned i = 0; i < ic->nb_streams; i++) {
        if (ic->streams[i]->codecpar->codec_type == AVMEDIA_TYPE_VIDEO) return static_cast<int>(i);
    }
    return -1;
}

// collect reads the times of the packets after the seek point.
int collect(AVFormatContext *ic, AVPacket *packet, double after, double *out, int max) {
    if (avformat_find_stream_info(ic, nullptr) < 0) return -1;
    const int video = first_video_stream(ic);
    if (video < 0) return -1;
    const AVStream *st = ic->streams[video];
    const double unit = static_cast<double>(st->time_base.num) / st->time_base.den;
    const int64_t start = st->start_time == AV_NOPTS_VALUE ? 0 : st->start_time;
    // If seeking fails the whole file is read, which only takes longer.
    av_seek_frame(ic, video, start + static_cast<int64_t>(after / 1000 / unit), AVSEEK_FLAG_BACKWARD);
    int n = 0;
    while (n < max && av_read_frame(ic, packet) >= 0) {
        if (packet->stream_index == video && packet->pts != AV_NOPTS_VALUE && !(packet->flags & AV_PKT_FLAG_DISCARD)) {
            const double ms = static_cast<double>(packet->pts - start) * unit * 1000;
            if (ms > after) out[n++] = ms;
        }
        av_packet_unref(packet);
    }
    return n;
}

}  // namespace

int masklet_tail(const char *path, const char *demuxer, const char *protocols, double after, double *out, int max) {
    AVFormatContext *ic = open_confined(path, demuxer, protocols);
    if (!ic) return -1;
    AVPacket *packet = av_packet_alloc();
    const int n = packet ? collect(ic, packet, after, out, max) : -1;
    av_packet_free(&packet);
    avformat_close_input(&ic);
    return n;
}
