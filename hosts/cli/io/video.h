// Video files, frame by frame. FFmpeg's libraries do it; they are more than a hundred and take
// longer to load than a picture takes to be cut out, so they are in a module of their own, loaded
// when a clip is opened. This is the tool's side of it.
#pragma once

#include <string>
#include <utility>

#include "cli/io/video_module.h"

namespace selfieseg::cli {

// Owns a piece of a clip. Moves, does not copy. May outlive its reader.
class ClipPiece {
 public:
  ClipPiece() = default;
  ClipPiece(const VideoModule* module, const ClipPieceView& view) : module_(module), view_(view) {}
  ClipPiece(ClipPiece&& other) noexcept
      : module_(other.module_), view_(std::exchange(other.view_, {})) {}
  ClipPiece& operator=(ClipPiece&& other) noexcept {
    std::swap(module_, other.module_);
    std::swap(view_, other.view_);
    return *this;
  }
  ~ClipPiece() {
    if (view_.handle != nullptr) module_->release(view_);
  }

  const ClipPieceView& view() const { return view_; }
  bool is_frame() const { return view_.frame.data != nullptr; }

 private:
  const VideoModule* module_ = nullptr;
  ClipPieceView view_;
};

class ClipReader {
 public:
  // Throws FileFailure: no video, a codec that is not there, no frame that can be read; Misuse; and
  // Failure when this installation has no module. Reads up to the first frame.
  explicit ClipReader(ClipInput options);
  ~ClipReader();
  ClipReader(const ClipReader&) = delete;
  ClipReader& operator=(const ClipReader&) = delete;

  const ClipFacts& facts() const { return facts_; }
  // The next piece; false at the end. Frames are all of one size, that of the first. What is
  // damaged is left out and counted. Throws FileFailure and Interrupted.
  bool Read(ClipPiece* piece);
  void Account(ClipAccount* account) const { module_->account_input(input_, account); }

 private:
  friend class ClipWriter;

  ClipInput options_;
  const VideoModule* module_;
  ClipFacts facts_;
  void* input_;
};

// Writes what a reader gave, by another thread if wanted.
class ClipWriter {
 public:
  // Throws Misuse and FileFailure. `reader` must outlive it.
  ClipWriter(const ClipReader& reader, ClipOutput options);
  ~ClipWriter() { module_->close_output(output_); }
  ClipWriter(const ClipWriter&) = delete;
  ClipWriter& operator=(const ClipWriter&) = delete;

  const ClipFacts& facts() const { return facts_; }
  void Write(const ClipPiece& piece);  // throws FileFailure
  void Finish();                       // throws FileFailure; nothing can be written any more
  void Account(ClipAccount* account) const { module_->account_output(output_, account); }

 private:
  ClipOutput options_;
  const VideoModule* module_;
  ClipFacts facts_;
  void* output_;
};

}  // namespace selfieseg::cli
