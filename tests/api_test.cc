// The public API as a caller sees it: formats, strides, sizes, errors with sentences, threads, no
// allocation per frame.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <new>
#include <thread>

#include "selfieseg/selfieseg.hpp"
#include "tests/made_up_picture.h"

namespace {
std::atomic<int> allocations{0};
}  // namespace

// Counts every allocation of this program. GCC sees malloc behind new and warns of the pair.
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"
void* operator new(size_t size) {
  ++allocations;
  if (void* memory = std::malloc(size)) return memory;
  throw std::bad_alloc();
}
void* operator new(size_t size, std::align_val_t alignment) {
  ++allocations;
  const size_t a = size_t(alignment);
  if (void* memory = std::aligned_alloc(a, (size + a - 1) / a * a)) return memory;
  throw std::bad_alloc();
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, size_t) noexcept { std::free(memory); }
void operator delete(void* memory, std::align_val_t) noexcept { std::free(memory); }
void operator delete(void* memory, size_t, std::align_val_t) noexcept { std::free(memory); }

namespace selfieseg {
namespace {

Pixels MatteOf(Session& session, selfieseg_image frame) {
  Pixels matte(size_t(frame.width) * frame.height);
  session.Segment(frame,
                  selfieseg_wrap(SELFIESEG_GRAY, frame.width, frame.height, matte.data(), 0));
  return matte;
}

// The sentence with which `call` fails.
template <class Call>
std::string SentenceOf(const Call& call) {
  try {
    call();
  } catch (const Error& error) {
    return error.what();
  }
  return "(it did not fail)";
}

TEST(Api, EveryFormatAndStrideGivesTheSameMatte) {
  const int width = 101, height = 67;
  const Pixels rgb = MadeUpPicture(width, height);
  Session session(Model::Open("general"));
  const Pixels expected = MatteOf(
      session, selfieseg_wrap(SELFIESEG_RGB, width, height, const_cast<uint8_t*>(rgb.data()), 0));
  struct Case {
    selfieseg_format format;
    int bytes, red, green, blue;
  };
  for (const Case& c : {Case{SELFIESEG_RGB, 3, 0, 1, 2}, Case{SELFIESEG_BGR, 3, 2, 1, 0},
                        Case{SELFIESEG_RGBA, 4, 0, 1, 2}, Case{SELFIESEG_BGRA, 4, 2, 1, 0}}) {
    for (const size_t padding : {0, 1, 13}) {
      const size_t stride = size_t(width) * c.bytes + padding;
      Pixels packed(stride * height, 77);
      for (int y = 0; y < height; ++y) {
        for (int x = 0; x < width; ++x) {
          const uint8_t* from = &rgb[(size_t(y) * width + x) * 3];
          uint8_t* to = &packed[y * stride + size_t(x) * c.bytes];
          to[c.red] = from[0], to[c.green] = from[1], to[c.blue] = from[2];
        }
      }
      EXPECT_EQ(MatteOf(session, selfieseg_wrap(c.format, width, height, packed.data(), stride)),
                expected)
          << "format " << c.format << ", padding " << padding;
    }
  }
}

TEST(Api, GrayIsThePictureWithEqualChannels) {
  const int width = 64, height = 64;
  Pixels gray(width * height), rgb(width * height * 3);
  for (size_t i = 0; i < gray.size(); ++i) {
    gray[i] = uint8_t(i * 7 % 251);
    std::fill_n(&rgb[i * 3], 3, gray[i]);
  }
  Session session(Model::Open("general"));
  EXPECT_EQ(MatteOf(session, selfieseg_wrap(SELFIESEG_GRAY, width, height, gray.data(), 0)),
            MatteOf(session, selfieseg_wrap(SELFIESEG_RGB, width, height, rgb.data(), 0)));
}

TEST(Api, FloatMatteRoundsToTheByteMatte) {
  const int width = 300, height = 200;
  Pixels rgb = MadeUpPicture(width, height);
  const auto frame = selfieseg_wrap(SELFIESEG_RGB, width, height, rgb.data(), 0);
  Session session(Model::Open("landscape"));
  std::vector<float> floats(width * height);
  session.Segment(frame, selfieseg_wrap(SELFIESEG_GRAY_F32, width, height, floats.data(), 0));
  const Pixels bytes = MatteOf(session, frame);
  for (size_t i = 0; i < bytes.size(); ++i) ASSERT_EQ(bytes[i], uint8_t(floats[i] * 255 + 0.5f));
}

TEST(Api, AnySizeWorksAndNothingIsWrittenBeyondTheMatte) {
  Session session(Model::Open("general"));
  for (const auto& [width, height] :
       {std::pair{1, 1}, {2, 1}, {1, 3000}, {3000, 1}, {7, 199}, {257, 255}}) {
    Pixels rgb = MadeUpPicture(width, height);
    const size_t stride = size_t(width) + 5;
    Pixels matte(stride * height, 99);
    session.Segment(selfieseg_wrap(SELFIESEG_RGB, width, height, rgb.data(), 0),
                    selfieseg_wrap(SELFIESEG_GRAY, width, height, matte.data(), stride));
    for (int y = 0; y < height; ++y) {
      for (size_t x = width; x < stride; ++x) ASSERT_EQ(matte[y * stride + x], 99);
    }
  }
}

TEST(Api, APersonBecomesOpaqueAlsoInPlace) {
  constexpr int kWidth = 256, kHeight = 8;
  std::vector<uint8_t> pixels(size_t(kWidth * kHeight * 4), 7), matte(pixels.size() / 4, 255);
  const auto frame = selfieseg_wrap(SELFIESEG_RGBA, kWidth, kHeight, pixels.data(), 0);
  const auto all = selfieseg_wrap(SELFIESEG_GRAY, kWidth, kHeight, matte.data(), 0);
  Effect::Color(1, 2, 3).Compose(frame, all, frame);
  for (size_t i = 0; i < pixels.size(); ++i) ASSERT_EQ(pixels[i], i % 4 == 3 ? 255 : 7) << i;
}

TEST(Api, SureColoursStayAndTheMatteBecomesAlpha) {
  const int width = 5, height = 3;
  Pixels rgb = MadeUpPicture(width, height), matte(width * height), bgra(width * height * 4);
  for (size_t i = 0; i < matte.size(); ++i) matte[i] = uint8_t(i < 5 ? 255 : i < 10 ? 0 : i * 17);
  Effect().Compose(selfieseg_wrap(SELFIESEG_RGB, width, height, rgb.data(), 0),
                   selfieseg_wrap(SELFIESEG_GRAY, width, height, matte.data(), 0),
                   selfieseg_wrap(SELFIESEG_BGRA, width, height, bgra.data(), 0));
  for (size_t i = 0; i < matte.size(); ++i) {
    EXPECT_EQ(bgra[i * 4 + 3], matte[i]);
    if (i >= 10) continue;
    for (size_t c = 0; c < 3; ++c) EXPECT_EQ(bgra[i * 4 + c], i < 5 ? rgb[i * 3 + 2 - c] : 0);
  }
}

// But for the colours around soft pixels, which Process takes from the network's own small frame.
TEST(Api, ProcessIsSegmentAndCompose) {
  const int width = 90, height = 70;
  Pixels rgb = MadeUpPicture(width, height), once(rgb.size()), twice(rgb.size());
  const auto frame = selfieseg_wrap(SELFIESEG_RGB, width, height, rgb.data(), 0);
  const Model model = Model::Open("general");
  Session session(model);
  Effect effects[] = {Effect::Blur(), Effect::Color(1, 2, 3), Effect::Picture(frame)};
  for (Effect& effect : effects) {
    session.Process(effect, frame, selfieseg_wrap(SELFIESEG_RGB, width, height, once.data(), 0));
    Pixels matte = MatteOf(session, frame);
    effect.Compose(frame, selfieseg_wrap(SELFIESEG_GRAY, width, height, matte.data(), 0),
                   selfieseg_wrap(SELFIESEG_RGB, width, height, twice.data(), 0));
    double difference = 0;
    for (size_t i = 0; i < once.size(); ++i) {
      difference += std::abs(once[i] - twice[i]);
      if (&effect != &effects[0] && (matte[i / 3] == 0 || matte[i / 3] == 255)) {
        ASSERT_EQ(once[i], twice[i]);
      }
    }
    EXPECT_LE(difference / double(once.size()), 3);
  }
}

// A blur finer than the network's samples needs more of the frame than the network saw.
TEST(Api, ASmallBlurKeepsSmallThings) {
  const int width = 1280, height = 720;
  Pixels gray(size_t(width) * height);
  for (size_t i = 0; i < gray.size(); ++i) gray[i] = i % size_t(width) % 16 < 8 ? 60 : 180;
  const auto frame = selfieseg_wrap(SELFIESEG_GRAY, width, height, gray.data(), 0);
  Session session(Model::Open("general"));
  const auto contrast = [&](float radius) {
    Pixels out(gray.size());
    Effect effect = Effect::Blur(radius);
    session.Process(effect, frame, selfieseg_wrap(SELFIESEG_GRAY, width, height, out.data(), 0));
    const auto [least, most] = std::minmax_element(out.begin() + 600, out.begin() + 700);
    return *most - *least;
  };
  EXPECT_GE(contrast(2), 90);
  EXPECT_LE(contrast(40), 10);
}

TEST(Api, WrongCallsNameWhatIsWrong) {
  const Model model = Model::Open("general");
  Session session(model);
  Pixels pixels(64 * 64 * 4);
  auto wrap = [&](selfieseg_format format, int width, int height, size_t stride = 0) {
    return selfieseg_wrap(format, width, height, pixels.data(), stride);
  };
  const auto frame = wrap(SELFIESEG_RGB, 64, 64);
  const auto matte = wrap(SELFIESEG_GRAY, 64, 64);
  auto no_size = frame;
  no_size.struct_size = 0;
  auto no_pixels = frame;
  no_pixels.data = nullptr;
  struct Case {
    selfieseg_image frame, matte;
    const char* sentence;
  };
  const Case cases[] = {
      {wrap(SELFIESEG_RGB, 0, 64), matte, "frame is 0x64 pixels"},
      {wrap(SELFIESEG_RGB, -5, 64), matte, "frame is -5x64 pixels"},
      {wrap(SELFIESEG_RGB, 70000, 1), matte, "frame is 70000x1 pixels"},
      {wrap(selfieseg_format(42), 64, 64), matte, "frame has unknown format 42"},
      {wrap(SELFIESEG_GRAY_F32, 64, 64), matte, "frame has format gray_f32"},
      {wrap(SELFIESEG_RGB, 64, 64, 191), matte, "frame has a stride of 191 bytes"},
      {no_size, matte, "frame has struct_size 0"},
      {no_pixels, matte, "frame has no pixels"},
      {frame, wrap(SELFIESEG_RGB, 64, 64), "matte has format rgb"},
      {frame, wrap(SELFIESEG_GRAY, 64, 63), "matte is 64x63, frame is 64x64"},
      {frame, wrap(SELFIESEG_GRAY_F32, 64, 64, 257), "aligned to 4"},
      {frame, wrap(SELFIESEG_GRAY, 64, 64, std::numeric_limits<size_t>::max()),
       "matte has a stride"},
  };
  for (const Case& c : cases) {
    EXPECT_NE(SentenceOf([&] { session.Segment(c.frame, c.matte); }).find(c.sentence),
              std::string::npos)
        << c.sentence << " / " << selfieseg_last_error();
  }
  EXPECT_EQ(selfieseg_segment(nullptr, &frame, &matte), SELFIESEG_BAD_ARGUMENT);
  EXPECT_EQ(selfieseg_segment(session.get(), nullptr, &matte), SELFIESEG_BAD_ARGUMENT);
  EXPECT_STREQ(selfieseg_last_error(), "frame is null");

  auto open = [&](int threads, const char* backend) {
    auto options = selfieseg_default_options();
    options.threads = threads;
    options.backend = backend;
    return SentenceOf([&] { Session(model, options); });
  };
  EXPECT_EQ(open(0, "simd"), "threads is 0, need 1..64");
  EXPECT_NE(open(1, "gpu").find("backend 'gpu' is not there; there are simd, "), std::string::npos);
  EXPECT_NE(open(1, "simd:MMX").find("'MMX' is not on this machine, which has "),
            std::string::npos);
  EXPECT_NE(SentenceOf([] { Model::OpenFile("/no/such/file.tflite"); }).find("No such file"),
            std::string::npos);
  EXPECT_NE(SentenceOf([] { Model::OpenFile("/"); }).find("cannot read '/'"), std::string::npos);
  EXPECT_NE(SentenceOf([] { Model::OpenFile("/dev/null"); }).find("not a .tflite file"),
            std::string::npos);

  const auto quality = [&](const char* name, float low, float high) {
    auto options = selfieseg_default_options();
    options.quality = name;
    options.ramp_low = low, options.ramp_high = high;
    return SentenceOf([&] { Session(model, options); });
  };
  EXPECT_EQ(quality("good", 0, 1), "no quality 'good'; there are balanced, fast, best, mediapipe");
  EXPECT_NE(quality("fast", 0.5f, 0.5f).find("must rise within 0..1"), std::string::npos);
  auto options = selfieseg_default_options();
  options.tracking = 2;
  EXPECT_EQ(SentenceOf([&] { Session(model, options); }),
            "tracking is 2, need 0, or 1 with a quality other than 'best'");
  options.tracking = 1;
  options.quality = "best";
  EXPECT_NE(SentenceOf([&] { Session(model, options); }), "(it did not fail)");
  EXPECT_NE(quality("fast", 0, NAN).find("must rise within 0..1"), std::string::npos);
  const auto grown = [&](int32_t pixels) {
    auto options = selfieseg_default_options();
    options.grow = pixels;
    return SentenceOf([&] { Session(model, options); });
  };
  EXPECT_EQ(grown(65), "grow is 65, need -64..64 pixels");
  EXPECT_EQ(grown(INT32_MIN), "grow is -2147483648, need -64..64 pixels");

  const auto effect = [&](selfieseg_background background, selfieseg_fit fit, float radius) {
    auto options = selfieseg_default_effect_options();
    options.background = background;
    options.fit = fit;
    options.blur_radius = radius;
    return SentenceOf([&] { Effect{options}; });
  };
  EXPECT_EQ(effect(selfieseg_background(9), SELFIESEG_FILL, 0), "no background 9");
  EXPECT_EQ(effect(SELFIESEG_BLUR, selfieseg_fit(9), 0), "no fit 9");
  EXPECT_NE(effect(SELFIESEG_BLUR, SELFIESEG_FILL, NAN).find("blur_radius is nan, need 0..65535"),
            std::string::npos);
  Effect empty = Effect::Picture({});
  EXPECT_EQ(SentenceOf([&] { session.Process(empty, frame, frame); }),
            "there is no picture for the background yet");
  Effect cutout;
  EXPECT_EQ(SentenceOf([&] { session.Process(cutout, frame, frame); }),
            "a transparent background needs an output with alpha, not rgb");

  std::vector<float> input(10), mask(10);
  EXPECT_NE(SentenceOf([&] { session.RunNetwork(input, mask); }).find("takes 196608 floats"),
            std::string::npos);
}

TEST(Api, FrameCallsAllocateNothing) {
  const int width = 640, height = 360;
  Pixels rgba(width * height * 4, 50), matte(width * height);
  auto options = selfieseg_default_options();
  options.threads = 2;
  options.smoothing = 1;
  options.grow = 2;
  Session session(Model::Open("landscape"), options);
  std::vector<float> input(256 * 144 * 3), mask(256 * 144);
  const auto frame = selfieseg_wrap(SELFIESEG_RGBA, width, height, rgba.data(), 0);
  const auto gray = selfieseg_wrap(SELFIESEG_GRAY, width, height, matte.data(), 0);
  Effect blur = Effect::Blur(), picture = Effect::Picture(frame);
  auto wrapped = selfieseg_default_effect_options();
  wrapped.background = SELFIESEG_PICTURE;
  wrapped.light_wrap = 1;
  Effect clip(wrapped);
  Pixels behind(rgba);
  const auto run = [&] {
    clip.SetPicture(selfieseg_wrap(SELFIESEG_RGBA, width, height, behind.data(), 0));
    clip.SetLayer(SELFIESEG_FRONT, selfieseg_wrap(SELFIESEG_RGBA, 30, 20, behind.data(), 0), 5, 7);
    session.Process(clip, frame, frame);
    session.Segment(frame, gray);
    blur.Compose(frame, gray, frame);
    session.Process(blur, frame, frame);
    session.Process(picture, frame, frame);
    session.RunNetwork(input, mask);
    session.timings();
  };
  run();  // makes room for frames of this size
  const int before = allocations;
  for (int i = 0; i < 3; ++i) run();
  EXPECT_EQ(allocations - before, 0);
  EXPECT_GT(before, 0) << "the counter does not count";
}

// Somebody far away: hair, face and shoulders.
Pixels Figure(int width, int height, int middle) {
  const double side = height / 10.0;
  Pixels rgb(size_t(width) * height * 3);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      const double across = (x - middle) / side, down = (y - height / 3.0) / side;
      const auto inside = [&](double top, double half_width, double half_height) {
        return std::hypot(across / half_width, (down - top) / half_height) < 1;
      };
      std::array<uint8_t, 3> colour = {90, 110, 120};
      if (inside(2.6, 1.1, 1.3) || (down > 2.6 && std::abs(across) < 1.1)) colour = {40, 50, 90};
      if (inside(0.65, 0.48, 0.65)) colour = {215, 165, 140};
      if (inside(0.65, 0.48, 0.65) && down < 0.4) colour = {50, 35, 25};
      std::copy(colour.begin(), colour.end(), &rgb[(size_t(y) * width + x) * 3]);
    }
  }
  return rgb;
}

TEST(Api, TrackingFollowsAPersonAndAllocatesNothing) {
  const int width = 640, height = 360;
  auto options = selfieseg_default_options();
  options.smoothing = 1;
  const Model model = Model::Open("landscape");
  Session plain(model, options);
  options.tracking = 1;
  Session session(model, options);
  Effect blur = Effect::Blur();
  Pixels out(size_t(width * height * 3)), matte(size_t(width * height));
  const auto result = selfieseg_wrap(SELFIESEG_RGB, width, height, out.data(), 0);
  const auto gray = selfieseg_wrap(SELFIESEG_GRAY, width, height, matte.data(), 0);
  int before = 0;
  for (int number = 0; number < 150; ++number) {
    const int middle = 400 + std::min(number, 200 - number);
    Pixels person = Figure(width, height, middle);
    const auto frame = selfieseg_wrap(SELFIESEG_RGB, width, height, person.data(), 0);
    if (number == 0) {  // makes room
      session.Segment(frame, gray);
      session.Process(blur, frame, result);
    }
    before = allocations;
    session.Segment(frame, gray);
    session.Process(blur, frame, result);
    ASSERT_EQ(allocations - before, 0) << number;
    ASSERT_GT(matte[size_t((height - 20) * width + middle)], 200) << number;
    ASSERT_LT(matte[size_t((height - 20) * width + 100)], 50) << number;
  }
  Pixels person = Figure(width, height, 499);
  const auto frame = selfieseg_wrap(SELFIESEG_RGB, width, height, person.data(), 0);
  const Pixels tracked = MatteOf(session, frame);
  EXPECT_NE(tracked, MatteOf(plain, frame));  // it was a box
  EXPECT_EQ(tracked[0], 0);
  Pixels other = Figure(width, height, 120);
  for (size_t i = 0; i < other.size(); i += 3) {
    if (other[i] == 90) std::fill_n(&other[i], 3, uint8_t{240});  // before another wall
  }
  const auto cut = selfieseg_wrap(SELFIESEG_RGB, width, height, other.data(), 0);
  const Pixels after = MatteOf(session, cut);
  EXPECT_EQ(after, MatteOf(plain, cut));  // the box was left at once
  EXPECT_GT(after[size_t((height - 20) * width + 120)], 200);
  session.Reset();
  plain.Reset();
  EXPECT_EQ(MatteOf(session, frame), MatteOf(plain, frame));  // the whole frame again
}

TEST(Api, OneModelServesSessionsOnManyThreads) {
  const int width = 80, height = 60;
  Pixels rgb = MadeUpPicture(width, height);
  const auto frame = selfieseg_wrap(SELFIESEG_RGB, width, height, rgb.data(), 0);
  const Model model = Model::Open("general");
  std::vector<Pixels> mattes(4);
  {
    std::vector<std::jthread> threads;
    for (Pixels& matte : mattes) {
      threads.emplace_back([&] {
        Session session(model);
        for (int i = 0; i < 3; ++i) matte = MatteOf(session, frame);
      });
    }
  }
  for (const Pixels& matte : mattes) EXPECT_EQ(matte, mattes[0]);
}

TEST(Api, SessionOutlivesItsModel) {
  auto model = std::make_unique<Model>(Model::Open("general"));
  Session session(*model);
  model.reset();
  Pixels rgb = MadeUpPicture(32, 32);
  EXPECT_EQ(MatteOf(session, selfieseg_wrap(SELFIESEG_RGB, 32, 32, rgb.data(), 0)).size(), 1024u);
}

}  // namespace
}  // namespace selfieseg
