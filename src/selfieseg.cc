// The C API: checks what the caller gives, and calls the stages in order. The only file that knows
// them all.
#include "selfieseg/selfieseg.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/image.h"
#include "base/rows.h"
#include "base/status.h"
#include "base/threads.h"
#include "net/backend.h"
#include "net/builtin.h"
#include "net/kernels.h"
#include "selfieseg_compose.h"
#include "selfieseg_frame.h"
#include "selfieseg_guard.h"

using selfieseg::core::BadArgument;
using selfieseg::core::Composer;
using selfieseg::core::Effect;
using selfieseg::core::FramePath;
using selfieseg::core::Guard;
using selfieseg::core::Image;
using selfieseg::core::Model;
using selfieseg::core::Network;
using selfieseg::core::Observer;
using selfieseg::core::Quality;
using selfieseg::core::Result;
using selfieseg::core::Sampler;
using selfieseg::core::Status;
using selfieseg::core::Stopwatch;
using selfieseg::core::Threads;
using selfieseg::core::Wanted;

struct selfieseg_model {
  std::shared_ptr<const Model> model;
};

struct selfieseg_session {
  std::shared_ptr<const Model> model;
  std::unique_ptr<Threads> threads;
  std::unique_ptr<Network> network;  // uses both above
  Observer observer;
  Wanted wanted;
  std::optional<FramePath> path;  // uses the network
  selfieseg_timings timings = {sizeof(selfieseg_timings), 0, 0, 0, 0};
};

struct selfieseg_effect {
  Composer composer;
};

namespace {

Status OpenModel(std::span<const uint8_t> bytes, const char* sha256, selfieseg_model** model) {
  TRY_ASSIGN(std::shared_ptr<const Model> read, Model::Read(bytes));
  if (sha256[0] != '\0') {
    auto named = std::const_pointer_cast<Model>(read);  // nobody else has seen it yet
    named->sha256 = sha256;
  }
  *model = new selfieseg_model{std::move(read)};
  return {};
}

// Reads with stdio: where a C++ library has no file systems, as WebAssembly's, it has no fstream.
Result<std::vector<uint8_t>> ReadFile(const std::string& path) {
  constexpr size_t kMaxBytes = 1 << 28;
  auto cannot = [&](const char* why) {
    return Status{SELFIESEG_CANNOT_READ, "cannot read '" + path + "': " + why};
  };
  using Close = int (*)(std::FILE*);
  const std::unique_ptr<std::FILE, Close> file(std::fopen(path.c_str(), "rb"), std::fclose);
  if (!file) return cannot(std::strerror(errno));
  std::vector<uint8_t> bytes;
  std::vector<uint8_t> block(1 << 16);
  while (const size_t count = std::fread(block.data(), 1, block.size(), file.get())) {
    bytes.insert(bytes.end(), block.begin(), block.begin() + ptrdiff_t(count));
    if (bytes.size() > kMaxBytes) return cannot("it is larger than 256 MiB");
  }
  if (std::ferror(file.get()) != 0) return cannot(std::strerror(errno));
  return bytes;
}

Status CheckSameSize(const Image& a, const char* a_name, const Image& b, const char* b_name) {
  if (a.width == b.width && a.height == b.height) return {};
  auto size = [](const Image& image) {
    return std::to_string(image.width) + "x" + std::to_string(image.height);
  };
  return BadArgument(std::string(b_name) + " is " + size(b) + ", " + a_name + " is " + size(a) +
                     ": they must have one size");
}

Result<Quality> FindQuality(const char* name) {
  std::string names;
  for (const Quality& quality : selfieseg::core::Qualities()) {
    if (std::strcmp(name, quality.name) == 0) return quality;
    names += (names.empty() ? "" : ", ") + std::string(quality.name);
  }
  return BadArgument("no quality '" + std::string(name) + "'; there are " + names);
}

Result<Image> FrameImage(const selfieseg_image* view, const char* what) {
  TRY_ASSIGN(const Image image, Image::Create(view, what));
  if (image.format->frame) return image;
  return BadArgument(std::string(what) + " has format " + image.format->name + ", a matte's");
}

// Opened anew for frames that lie another way.
FramePath& PathFor(selfieseg_session* session, const Image& frame) {
  std::optional<FramePath>& path = session->path;
  if (!path || path->orientation() != frame.orientation) {
    path.reset();
    path.emplace(selfieseg::core::FindRows(session->network->name()), session->wanted,
                 session->model->input(), frame.orientation, *session->network, *session->threads);
  }
  return *path;
}

Status Segment(selfieseg_session* session, const selfieseg_image* frame_view,
               const selfieseg_image* matte_view) {
  NEED(session);
  TRY_ASSIGN(const Image frame, FrameImage(frame_view, "frame"));
  TRY_ASSIGN(const Image matte, Image::Create(matte_view, "matte"));
  if (matte.format->id != SELFIESEG_GRAY && matte.format->id != SELFIESEG_GRAY_F32) {
    return BadArgument(std::string("matte has format ") + matte.format->name +
                       ", need gray or gray_f32");
  }
  TRY(CheckSameSize(frame, "frame", matte, "matte"));
  FramePath& path = PathFor(session, frame);
  path.Prepare(frame);
  path.Run(frame, matte, session->observer, &session->timings);
  return {};
}

Status CheckOutput(const Effect& effect, const Image& frame, const Image& out) {
  TRY(CheckSameSize(frame, "frame", out, "out"));
  if ((frame.format->yuv || out.format->yuv) && frame.format != out.format) {
    return BadArgument(std::string("frame is ") + frame.format->name + " and out is " +
                       out.format->name + ": with Y'CbCr they must be the same");
  }
  return effect.Check(out);
}

Status Compose(selfieseg_effect* effect, const selfieseg_image* frame_view,
               const selfieseg_image* matte_view, const selfieseg_image* out_view) {
  NEED(effect);
  TRY_ASSIGN(const Image frame, FrameImage(frame_view, "frame"));
  TRY_ASSIGN(const Image matte, Image::Create(matte_view, "matte"));
  TRY_ASSIGN(Image out, FrameImage(out_view, "out"));
  out.orientation = frame.orientation;
  TRY(CheckSameSize(frame, "frame", matte, "matte"));
  TRY(CheckOutput(effect->composer.effect(), frame, out));
  if (matte.format->id != SELFIESEG_GRAY) {
    return BadArgument(std::string("matte has format ") + matte.format->name + ", need gray");
  }
  effect->composer.Compose(frame, matte, out);
  return {};
}

Status Process(selfieseg_session* session, selfieseg_effect* effect,
               const selfieseg_image* frame_view, const selfieseg_image* out_view) {
  NEED(session);
  NEED(effect);
  TRY_ASSIGN(const Image frame, FrameImage(frame_view, "frame"));
  TRY_ASSIGN(Image out, FrameImage(out_view, "out"));
  out.orientation = frame.orientation;
  TRY(CheckOutput(effect->composer.effect(), frame, out));
  effect->composer.Process(PathFor(session, frame), frame, out, session->observer,
                           &session->timings);
  return {};
}

Status OpenSession(const selfieseg_model* model, const selfieseg_options* given,
                   selfieseg_session** session) {
  NEED(model);
  NEED(session);
  *session = nullptr;
  selfieseg_options options = selfieseg_default_options();
  if (given != nullptr) {
    NEED_SIZE(given);
    options = *given;
  }
  if (options.threads < 1 || options.threads > 64) {
    return BadArgument("threads is " + std::to_string(options.threads) + ", need 1..64");
  }
  if (options.backend == nullptr) options.backend = "simd";
  if (options.quality == nullptr) options.quality = selfieseg::core::Qualities()[0].name;
  TRY_ASSIGN(const Quality quality, FindQuality(options.quality));
  if (!(options.ramp_low >= 0 && options.ramp_low < options.ramp_high && options.ramp_high <= 1)) {
    return BadArgument("the ramp from " + std::to_string(options.ramp_low) + " to " +
                       std::to_string(options.ramp_high) + " must rise within 0..1");
  }
  if (!(options.smoothing >= 0 && options.smoothing <= 1)) {
    return BadArgument("smoothing is " + std::to_string(options.smoothing) + ", need 0..1");
  }
  if (options.smoothing > 0 && quality.closeups) {
    return BadArgument(std::string("smoothing over time is not for quality '") + quality.name +
                       "', which is for pictures");
  }
  if (std::abs(int64_t{options.grow}) > selfieseg::core::kMostGrow) {
    return BadArgument("grow is " + std::to_string(options.grow) + ", need -64..64 pixels");
  }
  if (options.tracking != 0 && (options.tracking != 1 || quality.closeups)) {
    return BadArgument("tracking is " + std::to_string(options.tracking) +
                       ", need 0, or 1 with a quality other than 'best'");
  }
  auto opened = std::make_unique<selfieseg_session>();
  opened->model = model->model;
  opened->threads = std::make_unique<Threads>(options.threads);
  opened->observer = Observer(options.observer, options.observer_context);
  TRY_ASSIGN(opened->network,
             selfieseg::core::OpenBackend(options.backend, *opened->model, *opened->threads,
                                          opened->observer.watching()));
  opened->wanted = {.quality = quality,
                    .ramp = {options.ramp_low, options.ramp_high},
                    .smoothing = options.smoothing,
                    .tracking = options.tracking == 1,
                    .grow = options.grow,
                    .invert = options.invert != 0};
  PathFor(opened.get(), Image());
  *session = opened.release();
  return {};
}

}  // namespace

const char* selfieseg_version(void) { return SELFIESEG_VERSION; }

const char* selfieseg_status_text(selfieseg_status status) {
  switch (status) {
    case SELFIESEG_OK:
      return "ok";
    case SELFIESEG_BAD_ARGUMENT:
      return "bad argument";
    case SELFIESEG_BAD_MODEL:
      return "bad model";
    case SELFIESEG_CANNOT_READ:
      return "cannot read";
    case SELFIESEG_OUT_OF_MEMORY:
      return "out of memory";
  }
  return "unknown status";
}

const char* selfieseg_last_error(void) { return selfieseg::core::last_error; }

const char* selfieseg_instruction_set(void) { return selfieseg::core::SimdKernels().front()->name; }

const char* selfieseg_backend_name(size_t i) {
  return i < selfieseg::core::Backends().size() ? selfieseg::core::Backends()[i].name : nullptr;
}

const char* selfieseg_network_name(size_t i) {
  return i < selfieseg::core::BuiltinNetworks().size() ? selfieseg::core::BuiltinNetworks()[i].name
                                                       : nullptr;
}

selfieseg_status selfieseg_model_open(const char* name, selfieseg_model** model) {
  return Guard([&]() -> Status {
    NEED(name);
    NEED(model);
    *model = nullptr;
    std::string names;
    for (const selfieseg::core::BuiltinNetwork& network : selfieseg::core::BuiltinNetworks()) {
      if (std::strcmp(name, network.name) == 0) {
        return OpenModel(network.bytes, network.sha256, model);
      }
      names += (names.empty() ? "" : ", ") + std::string(network.name);
    }
    return BadArgument("no built-in network '" + std::string(name) + "'; there are " + names);
  });
}

selfieseg_status selfieseg_model_open_file(const char* path, selfieseg_model** model) {
  return Guard([&]() -> Status {
    NEED(path);
    NEED(model);
    *model = nullptr;
    TRY_ASSIGN(const std::vector<uint8_t> bytes, ReadFile(path));
    const Status status = OpenModel(bytes, "", model);
    if (status.ok()) return {};
    std::string sentence = "'";
    sentence += path;
    return {status.code(), sentence + "': " + status.sentence()};
  });
}

selfieseg_status selfieseg_model_open_memory(const void* bytes, size_t size,
                                             selfieseg_model** model) {
  return Guard([&]() -> Status {
    NEED(bytes);
    NEED(model);
    *model = nullptr;
    return OpenModel({static_cast<const uint8_t*>(bytes), size}, "", model);
  });
}

selfieseg_status selfieseg_model_get_info(const selfieseg_model* model,
                                          selfieseg_model_info* info) {
  return Guard([&]() -> Status {
    NEED(model);
    NEED_SIZE(info);
    const Model& m = *model->model;
    *info = {info->struct_size, m.input().width, m.input().height, m.parameters, m.bytes, m.sha256};
    return {};
  });
}

void selfieseg_model_close(selfieseg_model* model) { delete model; }

selfieseg_options selfieseg_default_options(void) {
  return {sizeof(selfieseg_options),
          1,
          "simd",
          selfieseg::core::Qualities()[0].name,
          0,
          1,
          0,
          0,
          0,
          0,
          nullptr,
          nullptr};
}

const char* selfieseg_quality_name(size_t i) {
  return i < selfieseg::core::Qualities().size() ? selfieseg::core::Qualities()[i].name : nullptr;
}

selfieseg_status selfieseg_session_open(const selfieseg_model* model,
                                        const selfieseg_options* options,
                                        selfieseg_session** session) {
  return Guard([&] { return OpenSession(model, options, session); });
}

selfieseg_status selfieseg_session_reset(selfieseg_session* session) {
  return Guard([&]() -> Status {
    NEED(session);
    if (session->path) session->path->Reset();
    return {};
  });
}

void selfieseg_session_close(selfieseg_session* session) { delete session; }

const char* selfieseg_session_backend(const selfieseg_session* session) {
  return session == nullptr ? "" : session->network->name().c_str();
}

selfieseg_status selfieseg_segment(selfieseg_session* session, const selfieseg_image* frame,
                                   const selfieseg_image* matte) {
  return Guard([&] { return Segment(session, frame, matte); });
}

selfieseg_status selfieseg_run_network(selfieseg_session* session, const float* input,
                                       size_t input_size, float* mask, size_t mask_size) {
  return Guard([&]() -> Status {
    NEED(session);
    NEED(input);
    NEED(mask);
    const size_t takes = session->model->input().size(), makes = takes / 3;
    if (input_size != takes || mask_size != makes) {
      return BadArgument("the network takes " + std::to_string(takes) + " floats and makes " +
                         std::to_string(makes) + ", not " + std::to_string(input_size) + " and " +
                         std::to_string(mask_size));
    }
    Stopwatch watch;
    session->network->Run(input, mask, session->observer);
    session->timings = {sizeof(selfieseg_timings), 0, watch.Lap(), 0, 0};
    return {};
  });
}

selfieseg_effect_options selfieseg_default_effect_options(void) {
  selfieseg_effect_options options = {};
  options.struct_size = sizeof(options);
  return options;
}

selfieseg_status selfieseg_effect_open(const selfieseg_effect_options* options,
                                       selfieseg_effect** effect) {
  return Guard([&]() -> Status {
    NEED(effect);
    *effect = nullptr;
    NEED_SIZE(options);
    TRY_ASSIGN(Effect opened, Effect::Create(*options, *selfieseg::core::SimdRows().front()));
    *effect = new selfieseg_effect{Composer(std::move(opened))};
    return {};
  });
}

selfieseg_status selfieseg_effect_set_picture(selfieseg_effect* effect,
                                              const selfieseg_image* picture) {
  return Guard([&]() -> Status {
    NEED(effect);
    TRY_ASSIGN(const Image image, FrameImage(picture, "picture"));
    return effect->composer.effect().SetPicture(image);
  });
}

selfieseg_status selfieseg_effect_set_layer(selfieseg_effect* effect, selfieseg_layer layer,
                                            const selfieseg_image* picture, int32_t x, int32_t y) {
  return Guard([&]() -> Status {
    NEED(effect);
    return effect->composer.effect().SetLayer(layer, picture, x, y);
  });
}

void selfieseg_effect_close(selfieseg_effect* effect) { delete effect; }

selfieseg_status selfieseg_compose(selfieseg_effect* effect, const selfieseg_image* frame,
                                   const selfieseg_image* matte, const selfieseg_image* out) {
  return Guard([&] { return Compose(effect, frame, matte, out); });
}

selfieseg_status selfieseg_process(selfieseg_session* session, selfieseg_effect* effect,
                                   const selfieseg_image* frame, const selfieseg_image* out) {
  return Guard([&] { return Process(session, effect, frame, out); });
}

selfieseg_status selfieseg_session_get_timings(const selfieseg_session* session,
                                               selfieseg_timings* timings) {
  return Guard([&]() -> Status {
    NEED(session);
    NEED_SIZE(timings);
    const size_t size = timings->struct_size;
    *timings = session->timings;
    timings->struct_size = size;
    return {};
  });
}
