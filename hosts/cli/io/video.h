// Video files, frame by frame. FFmpeg's libraries do it; they are more than a hundred and take
// longer to load than a picture takes to be cut out, so they are in a module of their own, loaded
// when a clip is opened.
#pragma once

#include <string>

#include "cli/picture.h"

namespace selfieseg::cli {

// What the module exports under the name "selfieseg_video_module". Calls that fail leave a sentence
// in `error` and give null or -1.
struct VideoModule {
  static constexpr size_t kErrorSize = 256;

  void* (*open)(const char* path, char* error);
  // 1: a frame, valid until the next call; 0: the end.
  int (*read)(void* reader, selfieseg_image* frame, char* error);
  size_t (*damaged)(void* reader);
  void (*close)(void* reader);
};

class VideoReader {
 public:
  // Only files are opened, whatever the name looks like. Throws FileFailure: no video, or a codec
  // that is not there; and Failure when this installation has no module.
  explicit VideoReader(const std::string& path);
  ~VideoReader();
  VideoReader(const VideoReader&) = delete;
  VideoReader& operator=(const VideoReader&) = delete;

  // The next frame as RGBA, all of one size: that of the first. False at the end. What is damaged
  // is left out and counted. Throws FileFailure and Interrupted.
  bool Read(Picture* frame);
  size_t damaged() const { return module_->damaged(reader_); }

 private:
  std::string path_;
  const VideoModule* module_;
  void* reader_;
};

}  // namespace selfieseg::cli
