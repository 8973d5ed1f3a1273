#include "cli/io/video.h"

#include <dlfcn.h>

#include <filesystem>
#include <new>

#include "cli/failure.h"
#include "cli/interrupt.h"

namespace selfieseg::cli {
namespace {

constexpr const char* kModule = "selfieseg-video.so";

// Beside the tool, where it was built, or in the library folder, where it was installed. It stays
// loaded.
const VideoModule* LoadModule() {
  static const VideoModule* const module = [] {
    std::error_code ignored;
    const auto folder = std::filesystem::read_symlink("/proc/self/exe", ignored).parent_path();
    for (const auto& path : {folder / kModule, folder / SELFIESEG_MODULE_FOLDER / kModule}) {
      if (!std::filesystem::exists(path, ignored)) continue;
      void* library = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
      if (library == nullptr)
        throw FileFailure(path, std::string("cannot be loaded: ") + dlerror());
      const auto* table = static_cast<const VideoModule*>(dlsym(library, "selfieseg_video_module"));
      if (table == nullptr || table->edge_size != EdgeSize()) {
        throw FileFailure(path, "belongs to another version of this tool");
      }
      return table;
    }
    throw Failure(std::string("clips need ") + kModule +
                  ", which is not installed; it is built where FFmpeg's libraries are");
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

ClipReader::ClipReader(ClipInput options) : options_(std::move(options)), module_(LoadModule()) {
  options_.interrupted = WasInterrupted;
  ClipFault fault;
  const SignalsStayHere scope;  // the decoder has threads
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
