// The smallest C++ program: a made-up frame in, the person cut out of it.
#include <cstdint>
#include <cstdio>
#include <vector>

#include "selfieseg/selfieseg.hpp"

int main() try {
  const int width = 640, height = 480;
  std::vector<uint8_t> frame(width * height * 4), matte(width * height);

  const auto model = selfieseg::Model::Open("general");
  selfieseg::Session session(model);
  const auto picture = selfieseg_wrap(SELFIESEG_BGRA, width, height, frame.data(), 0);
  const auto confidence = selfieseg_wrap(SELFIESEG_GRAY, width, height, matte.data(), 0);

  session.Segment(picture, confidence);  // for every frame
  selfieseg::Compose(picture, confidence, SELFIESEG_CUTOUT,
                     picture);  // in place: alpha is the matte
  std::printf("network: %.2f ms\n", session.timings().network_ms);
} catch (const selfieseg::Error& error) {
  std::fprintf(stderr, "%s\n", error.what());
  return 1;
}
