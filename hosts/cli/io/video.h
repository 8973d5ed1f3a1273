// Video files, frame by frame, by FFmpeg's libraries.
#pragma once

#include <memory>
#include <string>

#include "cli/picture.h"

namespace selfieseg::cli {

class VideoReader {
 public:
  // Throws FileFailure: no video, or a codec that FFmpeg does not have here. Only files are opened,
  // whatever the name looks like.
  explicit VideoReader(const std::string& path);
  ~VideoReader();

  // The next frame as RGBA, all of one size: that of the first. False at the end. Frames that are
  // damaged are left out and counted.
  bool Read(Picture* frame);
  size_t damaged() const;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace selfieseg::cli
