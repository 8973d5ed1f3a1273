// A running camera: moves each finished frame to the output, and again what was there, or the
// replacement, where none comes.
#pragma once

#include <mutex>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "camera/budget.h"
#include "camera/input.h"
#include "camera/module.h"
#include "camera/output.h"
#include "gst/settings.h"

namespace selfieseg::camera {

class Camera {
 public:
  // Throws std::runtime_error: a wish cannot be had.
  explicit Camera(const Job& job);
  // Until it is told to stop. Throws std::runtime_error if there is no output to begin with.
  void Run();
  // One request of the control socket; any thread.
  nlohmann::json Answer(const nlohmann::json& request);

 private:
  using Clock = std::chrono::steady_clock;

  void Adopt(Wishes wishes, gst::Settings settings);
  void AdoptWhatWaited();
  void Set(const nlohmann::json& values);
  nlohmann::json Status();
  bool IsRead() const { return reader_ && knows_readers_; }
  void OpenOutput();
  bool Tick(Clock::time_point now);
  void ShowFrame();
  void Weigh(Clock::time_point now);

  const Job job_;
  std::mutex setting_;  // held while wishes are read, which may take its time
  gst::Settings settings_;

  std::mutex mutex_;  // guards all up to budget_
  Wishes wishes_;
  Shape shape_;  // of the frames below
  std::vector<uint8_t> replacement_;
  bool stop_ = false, reader_ = false, knows_readers_ = true, replaced_ = true;
  double cpu_percent_ = 0;
  std::string output_problem_;
  Budget budget_;

  // Run()'s own.
  Shape output_shape_ = {};
  std::unique_ptr<Output> output_;
  std::vector<uint8_t> frame_;
  Clock::time_point reader_seen_, output_retry_at_, weighed_at_;
  double cpu_seconds_ = 0;

  Input input_;
};

}  // namespace selfieseg::camera
