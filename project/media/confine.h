#ifndef MASKLET_MEDIA_CONFINE_H
#define MASKLET_MEDIA_CONFINE_H

extern "C" {
#include <libavformat/avformat.h>
}

// open_confined opens a file with one demuxer, which may use these protocols
// alone. It returns NULL if that does not work.
static inline AVFormatContext *open_confined(const char *path, const char *demuxer, const char *protocols) {
    auto format = av_find_input_format(demuxer);
    if (!format) return nullptr;
    AVDictionary *options = nullptr;
    av_dict_set(&options, "format_whitelist", demuxer, 0);
    av_dict_set(&options, "protocol_whitelist", protocols, 0);
    AVFormatContext *ic = nullptr;
    const int err = avformat_open_input(&ic, path, format, &options);
    av_dict_free(&options);
    return err < 0 ? nullptr : ic;
}

#endif
