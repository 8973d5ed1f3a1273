// Runs every pipeline that the documents show, as it stands there, but for cameras and windows.
#include <filesystem>
#include <fstream>
#include <regex>

#include "gst/pipeline_test.h"

namespace selfieseg::gst {
namespace {

std::vector<std::string> PipelinesIn(const std::string& document) {
  std::ifstream file(std::string(SELFIESEG_SOURCE_DIR) + "/" + document);
  std::vector<std::string> pipelines;
  const std::string begin = "gst-launch-1.0 ";
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with(begin)) pipelines.push_back(line.substr(begin.size()));
  }
  return pipelines;
}

std::string WithoutMachine(std::string pipeline) {
  pipeline = std::regex_replace(
      pipeline, std::regex("v4l2src"),
      "videotestsrc num-buffers=10 ! video/x-raw,format=YUY2,width=320,height=240");
  return std::regex_replace(pipeline, std::regex("autovideosink"), "fakesink");
}

TEST(GstDocs, EveryPipelineRuns) {
  NEED_ELEMENTS("x264enc", "mp4mux", "qtdemux", "avdec_h264", "h264parse", "decodebin", "pngenc",
                "pngdec", "jpegenc", "jpegdec", "compositor", "multifilesink");
  namespace fs = std::filesystem;
  const fs::path before = fs::current_path();
  const fs::path folder = testing::TempDir() + "selfieseg-docs-" + std::to_string(g_random_int());
  fs::create_directory(folder);
  fs::current_path(folder);
  MakeClip("me.mp4", 12);
  MakePicture("beach.png", 0x3060C0);
  MakePicture("beach.jpg", 0x3060C0);
  for (const auto& [document, fewest] : {std::pair{"docs/gstreamer.md", 9}, {"README.md", 1}}) {
    const auto pipelines = PipelinesIn(document);
    EXPECT_GE(pipelines.size(), size_t(fewest)) << document;
    for (const std::string& pipeline : pipelines) {
      EXPECT_EQ(Launch(WithoutMachine(pipeline)), "") << pipeline;
    }
  }
  EXPECT_GT(fs::file_size("blurred.mp4"), 1000u);
  EXPECT_TRUE(fs::exists("mask-011.png"));
  EXPECT_TRUE(fs::exists("cutout-011.png"));
  fs::current_path(before);
  fs::remove_all(folder);
}

}  // namespace
}  // namespace selfieseg::gst
