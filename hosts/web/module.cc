// What JavaScript calls: the C API for one model, one session and one effect, with numbers for
// structs. An instance of the module belongs to one Segmenter, which drops it to free everything.
// A call that fails returns a status, and last_error() the sentence for it.
#include <cstdint>
#include <cstdlib>
#include <iterator>
#include <string>

#include "selfieseg/selfieseg.h"

#define EXPORT(name) extern "C" __attribute__((export_name(#name)))

namespace {

selfieseg_model* model = nullptr;
selfieseg_session* session = nullptr;
selfieseg_session* mask_session = nullptr;  // where others make mattes and results
selfieseg_session* last_session = nullptr;  // that had a frame
selfieseg_effect* effect = nullptr;

// All planes in one piece of memory, without gaps. Above this many pixels sizes in bytes could
// leave 32 bits; the library would refuse no size that a size_t can say.
constexpr int64_t kMostPixels = 1 << 26;
std::string refusal;  // a sentence of our own; empty: the library has the last word

bool Fits(int32_t width, int32_t height) {
  refusal.clear();
  if (int64_t{width} * height <= kMostPixels) return true;
  refusal = "a picture of " + std::to_string(width) + "x" + std::to_string(height) +
            " has more than the 67108864 pixels that fit here";
  return false;
}

selfieseg_image Wrap(int32_t format, int32_t width, int32_t height, int32_t matrix, int32_t range,
                     int32_t orientation, void* data) {
  selfieseg_image image = selfieseg_wrap(selfieseg_format(format), width, height, data, 0);
  image.matrix = selfieseg_matrix(matrix);
  image.range = selfieseg_range(range);
  image.orientation = orientation;
  return image;
}

int Open(const selfieseg_options& options, selfieseg_session** to) {
  refusal.clear();
  selfieseg_session* opened = nullptr;
  const selfieseg_status status = selfieseg_session_open(model, &options, &opened);
  if (status != SELFIESEG_OK) return status;
  selfieseg_session_close(*to);
  *to = last_session = opened;
  return SELFIESEG_OK;
}

}  // namespace

// Memory for pixels and names; null where there is no more.
EXPORT(take) void* Take(size_t bytes) { return std::malloc(bytes); }
EXPORT(give) void Give(void* memory) { std::free(memory); }

EXPORT(version) const char* Version() { return selfieseg_version(); }
EXPORT(last_error) const char* LastError() {
  return refusal.empty() ? selfieseg_last_error() : refusal.c_str();
}

// Reads a .tflite, which may be given back afterwards.
EXPORT(open_model) int OpenModel(const void* bytes, size_t size) {
  refusal.clear();
  return selfieseg_model_open_memory(bytes, size, &model);
}
EXPORT(model_width) int32_t ModelWidth() {
  selfieseg_model_info info = {};
  info.struct_size = sizeof(info);
  return selfieseg_model_get_info(model, &info) == SELFIESEG_OK ? info.width : 0;
}
EXPORT(model_height) int32_t ModelHeight() {
  selfieseg_model_info info = {};
  info.struct_size = sizeof(info);
  return selfieseg_model_get_info(model, &info) == SELFIESEG_OK ? info.height : 0;
}

EXPORT(open_session)
int OpenSession(const char* quality, float smoothing, int32_t tracking, int32_t grow,
                int32_t invert) {
  selfieseg_options options = selfieseg_default_options();
  options.quality = quality;
  options.smoothing = smoothing;
  options.tracking = tracking;
  options.grow = grow;
  options.invert = invert;
  return Open(options, &session);
}

// For find_mask(): of this quality mattes are masks.
EXPORT(open_mask_session) int OpenMaskSession(float smoothing) {
  selfieseg_options options = selfieseg_default_options();
  options.quality = "fast";
  options.smoothing = smoothing;
  return Open(options, &mask_session);
}

EXPORT(reset) int Reset() {
  refusal.clear();
  const selfieseg_status status = selfieseg_session_reset(session);
  return status != SELFIESEG_OK || mask_session == nullptr ? status
                                                           : selfieseg_session_reset(mask_session);
}

// `picture`, RGBA or null, is copied. The effect before stays when this one is refused.
EXPORT(open_effect)
int OpenEffect(int32_t background, int32_t red, int32_t green, int32_t blue, int32_t fit,
               float blur_radius, float light_wrap, void* picture, int32_t width, int32_t height) {
  if (!Fits(width, height)) return SELFIESEG_BAD_ARGUMENT;
  selfieseg_effect_options options = selfieseg_default_effect_options();
  options.background = selfieseg_background(background);
  options.red = uint8_t(red);
  options.green = uint8_t(green);
  options.blue = uint8_t(blue);
  options.fit = selfieseg_fit(fit);
  options.blur_radius = blur_radius;
  options.light_wrap = light_wrap;
  if (picture != nullptr) options.picture = Wrap(SELFIESEG_RGBA, width, height, 0, 0, 0, picture);
  selfieseg_effect* opened = nullptr;
  const selfieseg_status status = selfieseg_effect_open(&options, &opened);
  if (status != SELFIESEG_OK) return status;
  selfieseg_effect_close(effect);
  effect = opened;
  return SELFIESEG_OK;
}

// `picture`, RGBA, is not copied: it stays until the next one, or the next effect.
EXPORT(set_picture) int SetPicture(void* picture, int32_t width, int32_t height) {
  if (!Fits(width, height)) return SELFIESEG_BAD_ARGUMENT;
  const selfieseg_image image = Wrap(SELFIESEG_RGBA, width, height, 0, 0, 0, picture);
  return selfieseg_effect_set_picture(effect, &image);
}

EXPORT(run_network) int RunNetwork(const float* input, size_t inputs, float* mask, size_t pixels) {
  refusal.clear();
  return selfieseg_run_network(session, input, inputs, mask, pixels);
}

// A frame to its matte of one byte a pixel, which lies as the frame does.
EXPORT(segment)
int Segment(int32_t format, int32_t width, int32_t height, int32_t matrix, int32_t range,
            int32_t orientation, void* pixels, void* matte) {
  if (!Fits(width, height)) return SELFIESEG_BAD_ARGUMENT;
  const selfieseg_image frame = Wrap(format, width, height, matrix, range, orientation, pixels);
  const selfieseg_image out = Wrap(SELFIESEG_GRAY, width, height, 0, 0, 0, matte);
  last_session = session;
  return selfieseg_segment(session, &frame, &out);
}

// A small frame, upright and RGBA, to its mask of one float a pixel.
EXPORT(find_mask) int FindMask(int32_t width, int32_t height, void* pixels, void* mask) {
  if (!Fits(width, height)) return SELFIESEG_BAD_ARGUMENT;
  const selfieseg_image frame = Wrap(SELFIESEG_RGBA, width, height, 0, 0, 0, pixels);
  const selfieseg_image out = Wrap(SELFIESEG_GRAY_F32, width, height, 0, 0, 0, mask);
  last_session = mask_session;
  return selfieseg_segment(mask_session, &frame, &out);
}

// A matte to an upright one. Width and height are those of `matte`.
EXPORT(turn)
int Turn(int32_t width, int32_t height, int32_t orientation, void* matte, void* upright) {
  refusal.clear();
  const bool swaps = orientation >= 5;
  const selfieseg_image from = Wrap(SELFIESEG_GRAY, width, height, 0, 0, orientation, matte);
  const selfieseg_image to =
      Wrap(SELFIESEG_GRAY, swaps ? height : width, swaps ? width : height, 0, 0, 0, upright);
  return selfieseg_turn(&from, &to);
}

// A frame to a frame of the same format, or of `out_format`; `out` may be `pixels`.
EXPORT(process)
int Process(int32_t format, int32_t out_format, int32_t width, int32_t height, int32_t matrix,
            int32_t range, int32_t orientation, void* pixels, void* out) {
  if (!Fits(width, height)) return SELFIESEG_BAD_ARGUMENT;
  const selfieseg_image frame = Wrap(format, width, height, matrix, range, orientation, pixels);
  const selfieseg_image result = Wrap(out_format, width, height, matrix, range, orientation, out);
  last_session = session;
  return selfieseg_process(session, effect, &frame, &result);
}

// Four doubles, milliseconds of the last frame: sample, network, mask, compose.
EXPORT(timings) const double* Timings() {
  static double milliseconds[4];
  selfieseg_timings timings = {};
  timings.struct_size = sizeof(timings);
  if (selfieseg_session_get_timings(last_session, &timings) != SELFIESEG_OK) timings = {};
  const double all[] = {timings.sample_ms, timings.network_ms, timings.mask_ms, timings.compose_ms};
  for (size_t i = 0; i < std::size(all); ++i) milliseconds[i] = all[i];
  return milliseconds;
}
