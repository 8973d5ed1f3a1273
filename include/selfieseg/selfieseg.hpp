// selfieseg for C++20: owners and exceptions over the C API of selfieseg.h, which says what every
// call does.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>

#include "selfieseg/selfieseg.h"

namespace selfieseg {

// What every failed call throws; what() is the sentence of selfieseg_last_error().
class Error : public std::runtime_error {
 public:
  explicit Error(selfieseg_status status)
      : std::runtime_error(selfieseg_last_error()), status_(status) {}
  selfieseg_status status() const { return status_; }

 private:
  selfieseg_status status_;
};

inline void Check(selfieseg_status status) {
  if (status != SELFIESEG_OK) throw Error(status);
}

// An immutable network. Moves, does not copy; one may serve many sessions and threads.
class Model {
 public:
  // "general" or "landscape".
  static Model Open(const std::string& name) {
    selfieseg_model* model = nullptr;
    Check(selfieseg_model_open(name.c_str(), &model));
    return Model(model);
  }
  static Model OpenFile(const std::string& path) {
    selfieseg_model* model = nullptr;
    Check(selfieseg_model_open_file(path.c_str(), &model));
    return Model(model);
  }
  static Model OpenMemory(std::span<const std::byte> tflite) {
    selfieseg_model* model = nullptr;
    Check(selfieseg_model_open_memory(tflite.data(), tflite.size(), &model));
    return Model(model);
  }

  selfieseg_model_info info() const {
    selfieseg_model_info info = {sizeof(info), 0, 0, 0, 0, nullptr};
    Check(selfieseg_model_get_info(get(), &info));
    return info;
  }
  const selfieseg_model* get() const { return model_.get(); }

 private:
  struct Close {
    void operator()(selfieseg_model* model) const { selfieseg_model_close(model); }
  };
  explicit Model(selfieseg_model* model) : model_(model) {}

  std::unique_ptr<selfieseg_model, Close> model_;
};

// What stands behind the person. Used by one thread at a time. Moves, does not copy.
class Effect {
 public:
  explicit Effect(const selfieseg_effect_options& options = selfieseg_default_effect_options()) {
    selfieseg_effect* effect = nullptr;
    Check(selfieseg_effect_open(&options, &effect));
    effect_.reset(effect);
  }
  static Effect Transparent() { return Effect(); }
  static Effect Color(uint8_t red, uint8_t green, uint8_t blue) {
    selfieseg_effect_options options = selfieseg_default_effect_options();
    options.background = SELFIESEG_COLOR;
    options.red = red, options.green = green, options.blue = blue;
    return Effect(options);
  }
  static Effect Picture(const selfieseg_image& picture, selfieseg_fit fit = SELFIESEG_FILL) {
    selfieseg_effect_options options = selfieseg_default_effect_options();
    options.background = SELFIESEG_PICTURE;
    options.picture = picture;
    options.fit = fit;
    return Effect(options);
  }
  static Effect Blur(float radius = 0) {
    selfieseg_effect_options options = selfieseg_default_effect_options();
    options.background = SELFIESEG_BLUR;
    options.blur_radius = radius;
    return Effect(options);
  }

  void SetPicture(const selfieseg_image& picture) {
    Check(selfieseg_effect_set_picture(get(), &picture));
  }
  void SetLayer(selfieseg_layer layer, const selfieseg_image& picture, int32_t x, int32_t y) {
    Check(selfieseg_effect_set_layer(get(), layer, &picture, x, y));
  }
  void ClearLayer(selfieseg_layer layer) {
    Check(selfieseg_effect_set_layer(get(), layer, nullptr, 0, 0));
  }
  void Compose(const selfieseg_image& frame, const selfieseg_image& matte,
               const selfieseg_image& out) {
    Check(selfieseg_compose(get(), &frame, &matte, &out));
  }
  selfieseg_effect* get() const { return effect_.get(); }

 private:
  struct Close {
    void operator()(selfieseg_effect* effect) const { selfieseg_effect_close(effect); }
  };
  std::unique_ptr<selfieseg_effect, Close> effect_;
};

// One stream of frames, used by one thread at a time. Moves, does not copy.
class Session {
 public:
  explicit Session(const Model& model,
                   const selfieseg_options& options = selfieseg_default_options()) {
    selfieseg_session* session = nullptr;
    Check(selfieseg_session_open(model.get(), &options, &session));
    session_.reset(session);
  }

  void Segment(const selfieseg_image& frame, const selfieseg_image& matte) {
    Check(selfieseg_segment(get(), &frame, &matte));
  }
  void Process(Effect& effect, const selfieseg_image& frame, const selfieseg_image& out) {
    Check(selfieseg_process(get(), effect.get(), &frame, &out));
  }
  void Reset() { Check(selfieseg_session_reset(get())); }
  void RunNetwork(std::span<const float> input, std::span<float> mask) {
    Check(selfieseg_run_network(get(), input.data(), input.size(), mask.data(), mask.size()));
  }
  std::string backend() const { return selfieseg_session_backend(get()); }
  selfieseg_timings timings() const {
    selfieseg_timings timings = {sizeof(timings), 0, 0, 0, 0};
    Check(selfieseg_session_get_timings(get(), &timings));
    return timings;
  }
  selfieseg_session* get() const { return session_.get(); }

 private:
  struct Close {
    void operator()(selfieseg_session* session) const { selfieseg_session_close(session); }
  };
  std::unique_ptr<selfieseg_session, Close> session_;
};

// Copies pixels so that they are upright; see selfieseg_turn().
inline void Turn(const selfieseg_image& stored, const selfieseg_image& upright) {
  Check(selfieseg_turn(&stored, &upright));
}

}  // namespace selfieseg
