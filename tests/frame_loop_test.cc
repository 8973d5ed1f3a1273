// The frame loops of examples/, run as users run them: a few frames in by a file, the same out by a
// pipe. Frames are grey, so that NV12 and the I420 of Y4M have the same bytes.
#include <gtest/gtest.h>
#include <stdlib.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <functional>
#include <string>
#include <vector>

namespace {

struct Frame {
  int width, height;
  bool new_stream;
  std::string bytes;
  uint8_t Luma(int x, int y) const { return uint8_t(bytes[size_t(y * width + x)]); }
};
using Frames = std::vector<Frame>;

Frame Draw(int width, int height, const std::function<int(int, int)>& luma) {
  const size_t chroma = size_t(width + 1) / 2 * (size_t(height + 1) / 2) * 2;
  Frame frame = {width, height, false, ""};
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) frame.bytes += char(luma(x, y));
  }
  frame.bytes.append(chroma, char(128));
  return frame;
}

Frame EmptyRoom(int width, int height) {
  return Draw(width, height, [](int x, int) { return x % 4 < 2 ? 60 : 180; });
}

// Head and shoulders, so drawn that the network knows them without colours.
Frame Person(int width, int height, double light) {
  const auto in_ellipse = [](double x, double y) { return x * x + y * y < 1; };
  return Draw(width, height, [&](int px, int py) {
    const double x = (px - width / 2) / double(height), y = py / double(height);
    const bool eye = in_ellipse((std::abs(x) - 0.05) / 0.02, (y - 0.31) / 0.01);
    const bool mouth = in_ellipse(x / 0.04, (y - 0.42) / 0.01);
    const bool face = in_ellipse(x / 0.12, (y - 0.33) / 0.17);
    const bool neck = in_ellipse(x / 0.07, (y - 0.5) / 0.15);
    const bool hair = in_ellipse(x / 0.15, (y - 0.27) / 0.17);
    const bool body = in_ellipse(x / 0.36, (y - 1) / 0.43);
    const bool dark = eye || mouth;
    return int(light * (dark ? 30 : face || neck ? 200 : hair ? 20 : body ? 40 : 150 + 60 * x));
  });
}

std::string SizeOf(const Frame& frame) {
  return std::to_string(frame.width) + "x" + std::to_string(frame.height);
}

// What an example prints, given this on standard input.
std::string OutputOf(const std::string& program, const std::string& input, int exit_code = 0) {
  std::string path = std::filesystem::temp_directory_path() / "selfieseg-frames-XXXXXX";
  close(mkstemp(path.data()));
  std::ofstream(path, std::ios::binary) << input;
  FILE* pipe = popen((SELFIESEG_EXAMPLES "/" + program + " <'" + path + "'").c_str(), "r");
  std::string output;
  for (int byte; (byte = std::fgetc(pipe)) != EOF;) output += char(byte);
  EXPECT_EQ(WEXITSTATUS(pclose(pipe)), exit_code) << program;
  std::filesystem::remove(path);
  return output;
}

// The bytes of frames of the same sizes, with these headers before them.
Frames Split(Frames frames, const std::vector<std::string>& headers, const std::string& output) {
  size_t at = 0;
  for (size_t i = 0; i < frames.size(); ++i) {
    EXPECT_EQ(output.substr(std::min(at, output.size()), headers[i].size()), headers[i]);
    at += headers[i].size();
    const size_t size = frames[i].bytes.size();
    frames[i].bytes = output.substr(std::min(at, output.size()), size);
    at += size;
  }
  EXPECT_EQ(output.size(), at);
  return frames;
}

Frames LoopInC(const Frames& frames) {
  std::string program = "example_frame_loop_c", input;
  for (const Frame& frame : frames) {
    program += (frame.new_stream ? " reset " : " ") + SizeOf(frame);
    input += frame.bytes;
  }
  return Split(frames, std::vector<std::string>(frames.size()), OutputOf(program, input));
}

Frames LoopInCpp(const Frames& frames) {
  std::vector<std::string> headers;
  std::string input, size;
  for (const Frame& frame : frames) {
    std::string header = frame.new_stream ? "FRAME XRESET\n" : "FRAME\n";
    if (SizeOf(frame) != size) {
      header = "YUV4MPEG2 W" + std::to_string(frame.width) + " H" + std::to_string(frame.height) +
               " F30:1 C420jpeg\n" + header;
    }
    size = SizeOf(frame);
    headers.push_back(header);
    input += header + frame.bytes;
  }
  return Split(frames, headers, OutputOf("example_frame_loop_cc", input));
}

// The parameter is the example's language.
class FrameLoop : public testing::TestWithParam<std::string> {
 protected:
  static Frames Loop(const Frames& frames) {
    return GetParam() == "C" ? LoopInC(frames) : LoopInCpp(frames);
  }
};

TEST_P(FrameLoop, BlursAnEmptyRoomInEverySize) {
  const Frames rooms = {EmptyRoom(320, 180), EmptyRoom(640, 360), EmptyRoom(97, 55),
                        EmptyRoom(320, 180), EmptyRoom(320, 180)};
  const Frames blurred = Loop(rooms);
  for (const Frame& frame : blurred) {
    ASSERT_EQ(frame.bytes.size(), EmptyRoom(frame.width, frame.height).bytes.size());
    for (int y = 0; y < frame.height; ++y) {
      for (int x = 8; x < frame.width - 8; ++x) ASSERT_NEAR(frame.Luma(x, y), 120, 20) << x;
    }
  }
}

TEST_P(FrameLoop, LeavesThePersonAsSheIs) {
  const Frame person = Person(640, 360, 1);
  const Frame blurred = Loop({person})[0];
  EXPECT_NE(blurred.bytes, person.bytes);
  for (int x = 300; x < 340; ++x) EXPECT_EQ(blurred.Luma(x, 110), person.Luma(x, 110));
}

TEST_P(FrameLoop, SmoothsAcrossSizesUntilItIsTold) {
  const Frame before = Person(640, 360, 1);
  Frame now = Person(320, 180, 0.98);
  const std::string alone = Loop({now})[0].bytes;
  EXPECT_NE(Loop({before, now})[1].bytes, alone);
  now.new_stream = true;
  EXPECT_EQ(Loop({before, now})[1].bytes, alone);
}

INSTANTIATE_TEST_SUITE_P(In, FrameLoop, testing::Values("C", "Cpp"),
                         [](const auto& info) { return info.param; });

TEST(FrameLoops, FailOnWrongInput) {
  const std::string half(320 * 180, 'x'), header = "YUV4MPEG2 W320 H180 F30:1";
  OutputOf("example_frame_loop_c", "", 1);
  OutputOf("example_frame_loop_c 320", half, 1);
  OutputOf("example_frame_loop_c 320x180", half, 1);
  OutputOf("example_frame_loop_cc", half, 1);
  OutputOf("example_frame_loop_cc", "FRAME\n" + half, 1);
  OutputOf("example_frame_loop_cc", header + "\nFRAME\n" + half, 1);
  OutputOf("example_frame_loop_cc", header + " C444\nFRAME\n" + half + half + half, 1);
}

}  // namespace
