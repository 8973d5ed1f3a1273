// How much later frames arrive than a camera gave them: selfieseg_camera_latency [ROUNDS]. The
// camera is made up. It gives 30 frames a second, and draws the number of each on somebody's chest,
// where it is read from the pixels that arrive.
#include <gst/app/gstappsink.h>
#include <gst/app/gstappsrc.h>
#include <gst/video/video.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "camera/output.h"
#include "camera/private_session_test.h"

namespace selfieseg::camera {
namespace {

using Clock = std::chrono::steady_clock;  // of all processes

constexpr int kRate = 30, kWarmUp = 2 * kRate, kFrames = 3 * kRate;
constexpr int kBits = 8, kNumbers = 1 << kBits;  // in 8 s no number comes twice
constexpr int kPoses = 8;

struct Format {
  const char* name;
  int width, height;
};

GstVideoInfo InfoOf(const Format& format, GstVideoFormat pixels) {
  GstVideoInfo info;
  gst_video_info_init(&info);
  gst_video_info_set_format(&info, pixels, guint(format.width), guint(format.height));
  return info;
}

// ---- the number: a row of squares, bright for a bit, and below it their opposites

struct Square {
  int x, y, side;
};

Square SquareOf(const GstVideoInfo& info, int bit, bool opposite) {
  const int side = info.height / 18;
  return {info.width / 2 + (bit - kBits / 2) * side, info.height * 5 / 6 + opposite * side, side};
}

uint8_t* LumaAt(const GstVideoInfo& info, uint8_t* bytes, int x, int y) {
  return bytes + GST_VIDEO_INFO_COMP_OFFSET(&info, 0) + y * GST_VIDEO_INFO_COMP_STRIDE(&info, 0) +
         x * GST_VIDEO_INFO_COMP_PSTRIDE(&info, 0);
}

void DrawNumber(const GstVideoInfo& info, uint8_t* bytes, int number) {
  for (int i = 0; i < 2 * kBits; ++i) {
    const Square square = SquareOf(info, i / 2, i % 2);
    const bool bright = (number >> (i / 2) & 1) != i % 2;
    for (int y = 0; y < square.side; ++y) {
      for (int x = 0; x < square.side; ++x) {
        *LumaAt(info, bytes, square.x + x, square.y + y) = bright ? 130 : 60;
      }
    }
  }
}

// Nothing, if there is no number: what is shown stands for a frame.
std::optional<int> ReadNumber(const GstVideoInfo& info, uint8_t* bytes) {
  int number = 0;
  for (int bit = 0; bit < kBits; ++bit) {
    int luma[2];
    for (const bool opposite : {false, true}) {
      const Square square = SquareOf(info, bit, opposite);
      luma[opposite] = *LumaAt(info, bytes, square.x + square.side / 2, square.y + square.side / 2);
    }
    if (std::abs(luma[0] - luma[1]) < 30) return std::nullopt;
    number |= (luma[0] > luma[1]) << bit;
  }
  return number;
}

// Somebody who sways a little, in all poses.
std::vector<std::vector<uint8_t>> DrawPoses(const Format& format, const GstVideoInfo& info) {
  GstVideoInfo rgb = InfoOf(format, GST_VIDEO_FORMAT_RGB);
  GstVideoInfo wanted = info;
  GstVideoConverter* converter = gst_video_converter_new(&rgb, &wanted, nullptr);
  std::vector<std::vector<uint8_t>> poses;
  for (int pose = 0; pose < kPoses; ++pose) {
    GstBuffer* drawing = gst_buffer_new_allocate(nullptr, rgb.size, nullptr);
    GstBuffer* converted = gst_buffer_new_allocate(nullptr, info.size, nullptr);
    GstVideoFrame from, to;
    const int sway = std::abs(pose - kPoses / 2) * format.height / 200;
    const std::vector<uint8_t> drawn = Somebody(format.width, format.height, sway);
    gst_buffer_fill(drawing, 0, drawn.data(), drawn.size());
    gst_video_frame_map(&from, &rgb, drawing, GST_MAP_READ);
    gst_video_frame_map(&to, &wanted, converted, GST_MAP_WRITE);
    gst_video_converter_frame(converter, &from, &to);
    gst_video_frame_unmap(&from);
    gst_video_frame_unmap(&to);
    poses.emplace_back(info.size);
    gst_buffer_extract(converted, 0, poses.back().data(), info.size);
    gst_buffer_unref(drawing);
    gst_buffer_unref(converted);
  }
  gst_video_converter_free(converter);
  return poses;
}

// ---- sent and seen

struct Latencies {
  std::vector<double> milliseconds;
  int sent = 0;

  double Percentile(double share) {
    if (milliseconds.empty()) return -1;
    std::sort(milliseconds.begin(), milliseconds.end());
    return milliseconds[size_t(share * double(milliseconds.size() - 1) + 0.5)];
  }
};

class Measurement {
 public:
  explicit Measurement(Latencies* latencies) : latencies_(latencies) {}

  // Gives frames to `send` until enough were sent.
  void Send(const Format& format, const std::function<void(std::vector<uint8_t>)>& send) {
    const GstVideoInfo info = InfoOf(format, gst_video_format_from_string(format.name));
    const auto poses = DrawPoses(format, info);
    auto next = Clock::now();
    for (int i = 0; i < kWarmUp + kFrames; ++i) {
      std::vector<uint8_t> frame = poses[size_t(i / 2 % kPoses)];
      DrawNumber(info, frame.data(), i % kNumbers);
      std::this_thread::sleep_until(next += std::chrono::nanoseconds(1'000'000'000 / kRate));
      {
        const std::lock_guard lock(mutex_);
        sent_[size_t(i % kNumbers)] = i < kWarmUp ? Clock::time_point() : Clock::now();
      }
      latencies_->sent += i >= kWarmUp;
      send(std::move(frame));
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(300));  // the last ones are on their way
  }

  // Hears of what comes to the appsink.
  void Listen(const OwnedElement& out) {
    GstAppSinkCallbacks callbacks = {};
    callbacks.new_sample = [](GstAppSink* sink, gpointer self) {
      const auto now = Clock::now();
      GstSample* sample = gst_app_sink_pull_sample(sink);
      if (sample != nullptr) static_cast<Measurement*>(self)->Note(sample, now);
      if (sample != nullptr) gst_sample_unref(sample);
      return GST_FLOW_OK;
    };
    gst_app_sink_set_callbacks(GST_APP_SINK(out.get()), &callbacks, this, nullptr);
  }

 private:
  void Note(GstSample* sample, Clock::time_point now) {
    GstVideoInfo info;
    GstMapInfo map;
    if (!gst_video_info_from_caps(&info, gst_sample_get_caps(sample))) return;
    if (!gst_buffer_map(gst_sample_get_buffer(sample), &map, GST_MAP_READ)) return;
    const auto number = map.size >= info.size ? ReadNumber(info, map.data) : std::nullopt;
    gst_buffer_unmap(gst_sample_get_buffer(sample), &map);
    const std::lock_guard lock(mutex_);
    if (!number || sent_[size_t(*number)] == Clock::time_point()) return;
    latencies_->milliseconds.push_back(
        std::chrono::duration<double, std::milli>(now - sent_[size_t(*number)]).count());
    sent_[size_t(*number)] = {};  // the same frame again does not count
  }

  Latencies* const latencies_;
  std::mutex mutex_;
  std::array<Clock::time_point, kNumbers> sent_ = {};
};

std::string CapsOf(const Format& format) {
  return std::string("video/x-raw,format=") + format.name +
         ",width=" + std::to_string(format.width) + ",height=" + std::to_string(format.height) +
         ",framerate=" + std::to_string(kRate) + "/1";
}

void InOnePipeline(const Format& format, const std::string& element, Latencies* latencies) {
  Measurement measurement(latencies);
  Pipeline pipeline(
      "appsrc name=in is-live=true do-timestamp=true format=time caps=" + CapsOf(format) +
      " ! queue leaky=downstream max-size-buffers=1 max-size-bytes=0 max-size-time=0 "
      "! " +
      element + " ! appsink name=out sync=false");
  const OwnedElement in = pipeline.Find("in");
  measurement.Listen(pipeline.Find("out"));
  pipeline.Play();
  measurement.Send(format, [&](std::vector<uint8_t> frame) {
    auto* kept = new std::vector<uint8_t>(std::move(frame));
    gst_app_src_push_buffer(
        GST_APP_SRC(in.get()),
        gst_buffer_new_wrapped_full(
            GstMemoryFlags(0), kept->data(), kept->size(), 0, kept->size(), kept,
            [](gpointer bytes) { delete static_cast<std::vector<uint8_t>*>(bytes); }));
  });
}

// From one program to another, or to `selfieseg camera` and from there.
void OverPipeWire(const Format& format, bool through_us, Latencies* latencies) {
  Session session;
  Measurement measurement(latencies);
  const auto camera = OpenPipeWire({format.width, format.height, kRate}, "made-up");
  if (through_us) {
    session.StartCamera({"--input", "pipewire:made-up", "--background", "#00b140", "--size",
                         std::to_string(format.width) + "x" + std::to_string(format.height)});
  }
  Pipeline reader(std::string("pipewiresrc target-object=") +
                  (through_us ? "selfieseg" : "made-up") +
                  " ! video/x-raw,format=YUY2 ! appsink name=out sync=false");
  measurement.Listen(reader.Find("out"));
  reader.Play();
  if (!WaitUntil([&] { return camera->HasReader(); }, 20))
    std::puts(session.Tool({"camera", "status"}).out.c_str());
  measurement.Send(format, [&](const std::vector<uint8_t>& frame) { camera->Show(frame); });
}

void Measure(int rounds) {
  struct Way {
    const char *name, *pixels;
    void (*run)(const Format&, Latencies*);
  };
  const Way kWays[] = {
      {"GStreamer, without the element", "NV12",
       [](const Format& format, Latencies* to) { InOnePipeline(format, "identity", to); }},
      {"`selfiesegment`", "NV12",
       [](const Format& format, Latencies* to) {
         InOnePipeline(format, "selfiesegment background=#00b140", to);
       }},
      {"`selfiesegment delay-match=false`", "NV12",
       [](const Format& format, Latencies* to) {
         InOnePipeline(format, "selfiesegment background=#00b140 delay-match=false", to);
       }},
      {"PipeWire, without us", "YUY2",
       [](const Format& format, Latencies* to) { OverPipeWire(format, false, to); }},
      {"`selfieseg camera`", "YUY2",
       [](const Format& format, Latencies* to) { OverPipeWire(format, true, to); }},
  };
  constexpr int kSizes[][2] = {{640, 360}, {1280, 720}, {1920, 1080}};
  Latencies all[std::size(kWays)][std::size(kSizes)];
  for (int round = 0; round < rounds; ++round) {
    for (size_t size = 0; size < std::size(kSizes); ++size) {
      for (size_t way = 0; way < std::size(kWays); ++way) {
        const Format format = {kWays[way].pixels, kSizes[size][0], kSizes[size][1]};
        kWays[way].run(format, &all[way][size]);
        std::fprintf(stderr, "round %d: %s, %dx%d\n", round + 1, kWays[way].name, format.width,
                     format.height);
      }
    }
  }
  std::printf("| way | frame | median, ms | 95 %% within, ms | arrived |\n|---|---|--:|--:|--:|\n");
  for (size_t way = 0; way < std::size(kWays); ++way) {
    for (size_t size = 0; size < std::size(kSizes); ++size) {
      Latencies& found = all[way][size];
      std::printf("| %s | %s %dx%d | %.1f | %.1f | %zu of %d |\n", kWays[way].name,
                  kWays[way].pixels, kSizes[size][0], kSizes[size][1], found.Percentile(0.5),
                  found.Percentile(0.95), found.milliseconds.size(), found.sent);
    }
  }
}

}  // namespace
}  // namespace selfieseg::camera

int main(int argc, char** argv) {
  gst_init(nullptr, nullptr);
  GstPlugin* plugin = gst_plugin_load_file(SELFIESEG_PLUGIN, nullptr);
  if (plugin == nullptr) return 1;
  gst_object_unref(plugin);
  selfieseg::camera::Measure(argc > 1 ? std::atoi(argv[1]) : 5);
}
