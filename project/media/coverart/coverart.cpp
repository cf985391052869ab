#include "coverart.h"

extern "C" {
#include <libavformat/avformat.h>
}

int masklet_only_cover_art(const char *path, const char *demuxer) {
    auto format = av_find_input_format(demuxer);
    AVDictionary *options = nullptr;
    av_dict_set(&options, "format_whitelist", demuxer, 0);
    av_dict_set(&options, "protocol_whitelist", "file", 0);
    AVFormatContext *in = nullptr;
    const int err = format ? avformat_open_input(&in, path, format, &options) : -1;
    av_dict_free(&options);
    if (err < 0) return 0;
    int attached = 0, others = 0;
    for (unsigned i = 0; i < in->nb_streams; i++) {
        if (in->streams[i]->codecpar->codec_type != AVMEDIA_TYPE_VIDEO) continue;
        if (in->streams[i]->disposition & AV_DISPOSITION_ATTACHED_PIC) attached++;
        else others++;
    }
    avformat_close_input(&in);
    return attached > 0 && others == 0;
}
