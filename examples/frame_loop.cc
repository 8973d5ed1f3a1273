// A frame loop in C++: Y4M in, the same with its background blurred out.
//
//   ffmpeg -i in.mp4 -pix_fmt yuv420p -f yuv4mpegpipe - | example_frame_loop_cc | ffplay -
//
// A header amid the frames, as `cat small.y4m large.y4m` has it, changes their size, and smoothing
// goes on. Only a frame that says "FRAME XRESET" begins another stream.
#include <cstdlib>
#include <iostream>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "selfieseg/selfieseg.hpp"

namespace {

// "640" for 'W' in "YUV4MPEG2 W640 H360 F30:1 C420jpeg"; empty if it is not there.
std::string Parameter(const std::string& header, char key) {
  std::istringstream words(header);
  std::string word;
  for (words >> word; words >> word;) {
    if (word[0] == key) return word.substr(1);
  }
  return "";
}

// A view of frames of this header, with room for one in *pixels.
selfieseg_image StartStream(const std::string& header, std::vector<char>* pixels) {
  const int width = std::atoi(Parameter(header, 'W').c_str());
  const int height = std::atoi(Parameter(header, 'H').c_str());
  if (width < 1 || height < 1) throw std::runtime_error("no size in '" + header + "'");
  const std::string sampling = Parameter(header, 'C');
  if (sampling != "" && sampling != "420jpeg" && sampling != "420mpeg2" && sampling != "420") {
    throw std::runtime_error("need 8-bit 4:2:0, not C" + sampling);
  }
  const size_t chroma = (size_t(width) + 1) / 2 * ((size_t(height) + 1) / 2);
  pixels->resize(size_t(width) * size_t(height) + 2 * chroma);
  auto frame = selfieseg_wrap(SELFIESEG_I420, width, height, pixels->data(), 0);
  frame.siting = sampling == "420mpeg2" ? SELFIESEG_LEFT : SELFIESEG_MIDDLE;
  return frame;
}

}  // namespace

int main() try {
  std::ios::sync_with_stdio(false);
  auto options = selfieseg_default_options();
  options.smoothing = 1;  // calms what flickers; a cut is found without being told
  selfieseg::Session session(selfieseg::Model::Open("general"), options);
  auto blur = selfieseg::Effect::Blur();

  std::vector<char> pixels;
  selfieseg_image frame = {};
  for (std::string header; std::getline(std::cin, header);) {
    std::cout << header << '\n';
    if (header.starts_with("YUV4MPEG2 ")) {
      frame = StartStream(header, &pixels);
      continue;
    }
    if (!header.starts_with("FRAME")) throw std::runtime_error("this is no Y4M");
    if (header == "FRAME XRESET") session.Reset();
    if (!std::cin.read(pixels.data(), std::streamsize(pixels.size()))) {
      throw std::runtime_error("the last frame is cut short");
    }
    session.Process(blur, frame, frame);  // in place
    std::cout.write(pixels.data(), std::streamsize(pixels.size()));
  }
  if (!std::cout.flush()) throw std::runtime_error("cannot write");
} catch (const std::exception& error) {
  std::cerr << "frame_loop: " << error.what() << '\n';
  return 1;
}
