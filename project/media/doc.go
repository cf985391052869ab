// Package media opens local videos and folders of frames and gives any frame
// by its number, exactly.
//
// It exists because a mask belongs to one frame and must never meet another:
// frame N is the Nth frame that the decoder gives when the video is read from
// the start, whatever the header says about the number of frames or the frame
// rate. An index of all frames (presentation time and checksum) is built once
// by such a reading. Random access then seeks near the frame, decodes on, and
// accepts a picture only if time and checksum are those of the index; if
// seeking cannot give it, the video is read from the start again. So random
// access equals sequential decoding bit for bit, for variable frame rate,
// B-frames, open GOPs and damaged files alike.
//
// # Ahead of the index
//
// Reading an hour of video takes minutes. A video that is opened ahead
// (Options.Ahead) can be asked for any frame before: many containers list when
// each picture is shown, and the Nth in that order is frame N as long as the
// decoder confirms the list, which it does while the index grows. A frame that is
// only listed is found by its time, without a checksum. Where list and decoder
// differ, numbers stay as they were until the index is complete, and Recount then
// tells where they went. Containers without a list (streams, fragments, edits that
// leave pictures out) give as many frames as were read.
//
// Pictures are in display orientation (rotation metadata of videos and EXIF
// orientation of JPEG frames are applied), tight RGBA, opaque. Alpha of PNG
// frames is dropped, 16-bit samples keep their high byte, as the common
// readers of such frames do.
//
// All frames of a video have one size. A file whose pictures change theirs on the
// way is refused: OpenCV would read beyond the smaller ones. The change is found
// before it is met where the headers of FFmpeg are at hand, which is on Linux.
//
// # What a video may reach
//
// A video comes from anywhere. Its first bytes decide the container, and of
// FFmpeg's demuxers only the one for it is allowed, with the file protocol
// alone: a play list in disguise, which would name other files, is refused. Of
// pictures only JPEG and PNG, told by their first bytes, reach a decoder. OpenCV
// takes those options from OPENCV_FFMPEG_CAPTURE_OPTIONS, which is set before
// each opening, whatever it was. That works with OpenCV on every system and
// leaves speed as it is; a decoder in a process of its own would have to pass
// each picture on (6 MB at 1080p), and FFmpeg's libraries by themselves would
// give other pixels than the index files of today were made of. What a demuxer
// cannot be kept from is to be slow: whoever waits for it goes away when the
// context ends, and the decoder is left behind.
//
// Goroutines: each capture is owned by one goroutine; a Video is safe for
// concurrent use. There are two captures, so that a reader that goes through
// the whole video and the user who jumps about do not disturb each other.
package media
