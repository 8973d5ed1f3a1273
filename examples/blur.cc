// The smallest C++ program: a made-up frame in, the person before a blurred background out.
#include <cstdint>
#include <cstdio>
#include <vector>

#include "selfieseg/selfieseg.hpp"

int main() try {
  const int width = 640, height = 480;
  std::vector<uint8_t> pixels(width * height * 4);

  const auto model = selfieseg::Model::Open("general");
  selfieseg::Session session(model);
  auto effect = selfieseg::Effect::Blur();
  const auto frame = selfieseg_wrap(SELFIESEG_BGRA, width, height, pixels.data(), 0);

  session.Process(effect, frame, frame);  // for every frame; in place, or to another
  std::printf("network: %.2f ms\n", session.timings().network_ms);
} catch (const selfieseg::Error& error) {
  std::fprintf(stderr, "%s\n", error.what());
  return 1;
}
