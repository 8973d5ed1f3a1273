// Times both filters in OBS at 30 frames a second: from a source's frame to the tick that shows it,
// and what OBS's own thread, which draws everything, spends on them. ./dev bench obs [ROUNDS]
#include <obs.h>
#include <util/platform.h>
#include <util/profiler.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <thread>
#include <vector>

#include "obs/drawn_frame_test.h"
#include "obs/obs_host.h"

namespace selfieseg::obs {
namespace {

constexpr auto kPeriod = std::chrono::microseconds(33'500);  // all phases in 7 s
constexpr auto kRound = std::chrono::milliseconds(7500);
constexpr auto kWarmUp = std::chrono::milliseconds(1500);

struct Way {
  const char* name;
  const char* filter;
  bool delay_match;
};
constexpr Way kWays[] = {
    {"none", nullptr, false},
    {"frames", "selfieseg_filter", true},
    {"frames, at once", "selfieseg_filter", false},
    {"any source", "selfieseg_filter_of_pixels", true},
    {"any source, at once", "selfieseg_filter_of_pixels", false},
};
// OBS's own picture is small, for it is drawn by software here; sources and filters are not.
constexpr Pixel kShown = {640, 360};
constexpr Pixel kSizes[] = {{640, 360}, {1280, 720}, {1920, 1080}};

// A number on the person's shirt, which filters keep: six bits and their parity.
constexpr uint32_t kBits = 7, kNumbers = 64;
uint32_t WithParity(uint32_t number) { return number << 1 | uint32_t(__builtin_parity(number)); }

struct Square {
  uint32_t x, y, side;
};
Square SquareOf(uint32_t bit, uint32_t width, uint32_t height) {
  const uint32_t side = height / 14;
  return {width / 2 - side * kBits / 2 + bit * side, height * 85 / 100, side};
}

// Sends frames, and knows when; sees them again in what OBS makes.
class Stopwatch {
 public:
  Stopwatch(obs_source_t* source, uint32_t width, uint32_t height)
      : source_(source), frame_(obs_source_frame_create(VIDEO_FORMAT_NV12, width, height)) {
    Draw(frame_, LayoutOf(VIDEO_FORMAT_NV12));
    obs_add_raw_video_callback(nullptr, OnVideo, this);
    thread_ = std::thread([this] { Send(); });
  }
  ~Stopwatch() {
    ending_ = true;
    thread_.join();
    obs_remove_raw_video_callback(OnVideo, this);
    obs_source_frame_destroy(frame_);
  }
  std::atomic<bool> counts = false;
  std::vector<double> milliseconds;  // while it counts
  std::atomic<int> sent = 0;

 private:
  void Send() {
    auto next = std::chrono::steady_clock::now();
    for (uint32_t number = 0; !ending_; number = (number + 1) % kNumbers) {
      for (uint32_t bit = 0; bit < kBits; ++bit) {
        const Square square = SquareOf(bit, frame_->width, frame_->height);
        const int luma = WithParity(number) >> bit & 1 ? 110 : 50;
        for (uint32_t y = square.y; y < square.y + square.side; ++y) {
          std::memset(frame_->data[0] + y * frame_->linesize[0] + square.x, luma, square.side);
        }
      }
      frame_->timestamp = os_gettime_ns();
      sent_at_[number] = frame_->timestamp;
      sent += counts;
      obs_source_output_video(source_, frame_);
      std::this_thread::sleep_until(next += kPeriod);
    }
  }
  static void OnVideo(void* self, video_data* video) { static_cast<Stopwatch*>(self)->See(*video); }
  void See(const video_data& video) {
    uint32_t code = 0;
    for (uint32_t bit = 0; bit < kBits; ++bit) {
      const Square square = SquareOf(bit, uint32_t(kShown[0]), uint32_t(kShown[1]));
      const uint32_t x = square.x + square.side / 2, y = square.y + square.side / 2;
      code |= uint32_t(video.data[0][y * video.linesize[0] + x] > 80) << bit;
    }
    const uint32_t number = code >> 1;
    if (WithParity(number) != code || number == last_) return;
    last_ = number;
    const double late = double(int64_t(video.timestamp - sent_at_[number])) * 1e-6;
    if (counts && late < 1000) milliseconds.push_back(late);
  }

  obs_source_t* source_;
  obs_source_frame* frame_;
  std::array<std::atomic<uint64_t>, kNumbers> sent_at_ = {};
  uint32_t last_ = kNumbers;
  std::atomic<bool> ending_ = false;
  std::thread thread_;
};

// What OBS's profiler has of the filters: how often how many microseconds.
using Histogram = std::map<uint64_t, int64_t>;
bool Collect(void* histogram, profiler_snapshot_entry_t* entry) {
  if (std::strcmp(profiler_snapshot_entry_name(entry), "selfieseg") == 0) {
    const profiler_time_entries_t* times = profiler_snapshot_entry_times(entry);
    for (size_t i = 0; i < times->num; ++i) {
      (*static_cast<Histogram*>(histogram))[times->array[i].time_delta] +=
          int64_t(times->array[i].count);
    }
  }
  profiler_snapshot_enumerate_children(entry, Collect, histogram);
  return true;
}
Histogram Profile() {
  Histogram histogram;
  profiler_snapshot_t* snapshot = profile_snapshot_create();
  profiler_snapshot_enumerate_roots(snapshot, Collect, &histogram);
  profile_snapshot_free(snapshot);
  return histogram;
}

struct Account {
  std::vector<double> late, spent;
  int sent = 0;
};

void RunRound(const Way& way, uint32_t width, uint32_t height, Account* account) {
  obs_source_t* source = ObsHost::NewFrameSource();
  obs_source_t* filter = nullptr;
  if (way.filter != nullptr) {
    obs_data_t* settings = obs_data_create();
    obs_data_set_bool(settings, "delay_match", way.delay_match);
    filter = ObsHost::AddFilter(source, way.filter, settings);
    obs_data_release(settings);
  }
  obs_scene_t* scene = obs_scene_create("scene");
  vec2 scale;
  scale.x = scale.y = float(kShown[0]) / float(width);
  obs_sceneitem_set_scale(obs_scene_add(scene, source), &scale);
  obs_set_output_source(0, obs_scene_get_source(scene));
  {
    Stopwatch watch(source, width, height);
    std::this_thread::sleep_for(kWarmUp);
    const Histogram before = Profile();
    watch.counts = true;
    std::this_thread::sleep_for(kRound);
    watch.counts = false;
    Histogram after = Profile();
    for (const auto& [time, count] : before) after[time] -= count;
    for (const auto& [time, count] : after) {
      account->spent.insert(account->spent.end(), size_t(count), double(time) * 1e-3);
    }
    account->late.insert(account->late.end(), watch.milliseconds.begin(), watch.milliseconds.end());
    account->sent += watch.sent;
  }
  obs_set_output_source(0, nullptr);
  obs_scene_release(scene);
  obs_source_release(filter);
  obs_source_dec_showing(source);
  obs_source_release(source);
}

double Quantile(std::vector<double>* values, double share) {
  if (values->empty()) return 0;
  std::sort(values->begin(), values->end());
  return (*values)[std::min(values->size() - 1, size_t(share * double(values->size())))];
}

int Run(int rounds) {
  const std::string wrong = ObsHost::Start();
  if (!wrong.empty()) return std::fprintf(stderr, "%s\n", wrong.c_str()), 1;
  ObsHost::ResetVideo(kShown[0], kShown[1], 30);
  profiler_start();
  std::map<std::pair<int, int>, Account> accounts;
  for (int round = 0; round < rounds; ++round) {
    for (size_t size = 0; size < std::size(kSizes); ++size) {
      for (size_t way = 0; way < std::size(kWays); ++way) {
        RunRound(kWays[way], uint32_t(kSizes[size][0]), uint32_t(kSizes[size][1]),
                 &accounts[{int(size), int(way)}]);
      }
    }
  }
  profiler_stop();
  std::printf(
      "| frame | filter | ms to the tick that shows it: median, 95 %% | shown | ms of OBS's thread "
      "a tick: median, 95 %% |\n|---|---|---|---|---|\n");
  for (auto& [where, account] : accounts) {
    const Pixel& size = kSizes[where.first];
    std::printf("| %dx%d | %s | %.1f, %.1f | %.0f %% | %.2f, %.2f |\n", size[0], size[1],
                kWays[where.second].name, Quantile(&account.late, 0.5),
                Quantile(&account.late, 0.95),
                100.0 * double(account.late.size()) / std::max(1, account.sent),
                Quantile(&account.spent, 0.5), Quantile(&account.spent, 0.95));
  }
  return ObsHost::Stop() == 0 ? 0 : 1;
}

}  // namespace
}  // namespace selfieseg::obs

int main(int argc, char** argv) {
  return selfieseg::obs::Run(argc > 1 ? std::max(1, std::atoi(argv[1])) : 3);
}
