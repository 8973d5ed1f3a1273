#include "cli/io/video.h"

#include <new>
#include <string>

#include "cli/failure.h"
#include "cli/interrupt.h"
#include "cli/load_module.h"

namespace selfieseg::cli {
namespace {

constexpr const char* kModule = "selfieseg-video.so";

const VideoModule* LoadVideoModule() {
  static const VideoModule* const module = [] {
    const auto* table = static_cast<const VideoModule*>(LoadModule(
        kModule, "selfieseg_video_module",
        {.absent = std::string("clips need ") + kModule +
                   ", which is not installed; it is built where FFmpeg's libraries are",
         .not_loaded = "install libavformat, libavcodec, libswscale and libswresample"}));
    if (table->edge_size != EdgeSize()) {
      throw FileFailure(kModule, "belongs to another version of this tool");
    }
    return table;
  }();
  return module;
}

[[noreturn]] void Throw(const ClipFault& fault, const std::string& path) {
  switch (fault.kind) {
    case ClipFault::Kind::kInterrupted:
      throw Interrupted();
    case ClipFault::Kind::kMemory:
      throw FileFailure(path, "there is not enough memory for it");
    case ClipFault::Kind::kMisuse:
      throw Misuse(fault.sentence);
    default:
      throw FileFailure(path, fault.sentence);
  }
}

}  // namespace

ClipReader::ClipReader(ClipInput options)
    : options_(std::move(options)), module_(LoadVideoModule()) {
  options_.interrupted = WasInterrupted;
  ClipFault fault;
  // Signals come through: a pipe that stays silent is waited for here. The system prefers this
  // thread to the decoder's.
  input_ = module_->open_input(options_, &facts_, &fault);
  if (input_ == nullptr) Throw(fault, options_.path);
}

ClipReader::~ClipReader() { module_->close_input(input_); }

bool ClipReader::Read(ClipPiece* piece) {
  CheckInterrupted();
  ClipFault fault;
  ClipPieceView view;
  if (!module_->read(input_, &view, &fault)) Throw(fault, options_.path);
  *piece = ClipPiece(module_, view);
  return view.handle != nullptr;
}

ClipWriter::ClipWriter(const ClipReader& reader, ClipOutput options)
    : options_(std::move(options)), module_(reader.module_) {
  ClipFault fault;
  const SignalsStayHere scope;  // the encoder has threads
  output_ = module_->open_output(reader.input_, options_, &facts_, &fault);
  if (output_ == nullptr) Throw(fault, options_.name);
}

void ClipWriter::Write(const ClipPiece& piece) {
  ClipFault fault;
  if (!module_->write(output_, piece.view(), &fault)) Throw(fault, options_.name);
}

void ClipWriter::Finish() {
  ClipFault fault;
  if (!module_->finish(output_, &fault)) Throw(fault, options_.name);
}

}  // namespace selfieseg::cli
