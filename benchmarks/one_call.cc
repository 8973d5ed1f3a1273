// Makes one call of the library, inside Counted(), for callgrind to count: see perf.sh. Says which
// instruction set it ran on.
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <functional>
#include <string>
#include <vector>

#include "selfieseg/selfieseg.hpp"

namespace {

// Its name is all that callgrind is told.
extern "C" __attribute__((noinline)) void Counted(const std::function<void()>& call) { call(); }

void RunNetwork(selfieseg::Session& session, const selfieseg_model_info& info) {
  const size_t pixels = size_t(info.width) * size_t(info.height);
  std::vector<float> input(pixels * 3), mask(pixels);
  for (size_t i = 0; i < input.size(); ++i) input[i] = float(i * 7 % 256) / 255;
  Counted([&] { session.RunNetwork(input, mask); });
}

bool InEllipse(double x, double y, double width, double height) {
  return x * x / (width * width) + y * y / (height * height) < 1;
}

// Head and shoulders before a wall; the network knows it: 18 % of the frame person, 3 % soft.
std::vector<uint8_t> DrawPerson(int width, int height) {
  std::vector<uint8_t> rgba;
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      const double across = (x - width / 2) / double(height), down = y / double(height);
      const bool hair = InEllipse(across, down - 0.27, 0.15, 0.17);
      const bool face = InEllipse(across, down - 0.33, 0.12, 0.17);
      const bool neck = InEllipse(across, down - 0.5, 0.07, 0.15);
      const bool eye = InEllipse(std::abs(across) - 0.05, down - 0.31, 0.02, 0.01);
      const bool mouth = InEllipse(across, down - 0.42, 0.04, 0.01);
      const bool body = InEllipse(across, down - 1.0, 0.36, 0.43);
      const uint8_t shade = uint8_t(150 + 60 * across);
      const uint32_t colour = eye || mouth   ? 0x402020
                              : face || neck ? 0xE0A888
                              : hair         ? 0x382818
                              : body         ? 0x204070
                                             : 0x10101u * shade;
      for (const int shift : {16, 8, 0}) rgba.push_back(uint8_t(colour >> shift));
      rgba.push_back(255);
    }
  }
  return rgba;
}

// Not the first frame, for which the session allocates.
void ProcessFrame(selfieseg::Session& session) {
  const int width = 640, height = 360;
  std::vector<uint8_t> pixels = DrawPerson(width, height), pixels_out(pixels.size());
  const auto frame = selfieseg_wrap(SELFIESEG_RGBA, width, height, pixels.data(), 0);
  const auto out = selfieseg_wrap(SELFIESEG_RGBA, width, height, pixels_out.data(), 0);
  auto effect = selfieseg::Effect::Blur();
  session.Process(effect, frame, out);
  Counted([&] { session.Process(effect, frame, out); });
}

}  // namespace

int main(int count, char** arguments) try {
  const std::string what = count == 2 ? arguments[1] : "";
  const auto model = selfieseg::Model::Open(what == "frame" ? "general" : what);
  selfieseg::Session session(model);
  what == "frame" ? ProcessFrame(session) : RunNetwork(session, model.info());
  std::printf("%s\n", session.backend().c_str());
} catch (const selfieseg::Error& error) {
  std::fprintf(stderr, "one_call: %s\n", error.what());
  return 1;
}
