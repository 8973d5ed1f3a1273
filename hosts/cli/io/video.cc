#include "cli/io/video.h"

#include <dlfcn.h>

#include <cstring>
#include <filesystem>

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
      if (const void* table = dlsym(library, "selfieseg_video_module")) {
        return static_cast<const VideoModule*>(table);
      }
    }
    throw Failure(std::string("clips need ") + kModule +
                  ", which is not installed; it is built where FFmpeg's libraries are");
  }();
  return module;
}

}  // namespace

VideoReader::VideoReader(const std::string& path) : path_(path), module_(LoadModule()) {
  char error[VideoModule::kErrorSize];
  reader_ = module_->open(path.c_str(), error);
  if (reader_ == nullptr) throw FileFailure(path, error);
}

VideoReader::~VideoReader() { module_->close(reader_); }

bool VideoReader::Read(Picture* picture) {
  CheckInterrupted();
  char error[VideoModule::kErrorSize];
  selfieseg_image frame;
  const int got = module_->read(reader_, &frame, error);
  if (got < 0) throw FileFailure(path_, error);
  if (got == 0) return false;
  *picture = NewPicture(SELFIESEG_RGBA, frame.width, frame.height);
  for (size_t y = 0; y < size_t(frame.height); ++y) {
    std::memcpy(picture->data.get() + y * picture->stride(),
                static_cast<const uint8_t*>(frame.data) + y * frame.stride, picture->stride());
  }
  return true;
}

}  // namespace selfieseg::cli
