#include "camera/camera.h"

#include <time.h>

#include <algorithm>
#include <stdexcept>
#include <thread>
#include <utility>

#include "camera/replacement.h"

namespace selfieseg::camera {
namespace {

using nlohmann::json;
using std::chrono::milliseconds;

constexpr auto kGrace = milliseconds(500);     // a reader that comes again at once finds it open
constexpr auto kIdleTick = milliseconds(100);  // while nobody looks
constexpr auto kOutputPause = milliseconds(2000);
constexpr auto kWeighEvery = milliseconds(2000);

double CpuSeconds() {
  timespec used = {};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
  return double(used.tv_sec) + double(used.tv_nsec) * 1e-9;
}

// What opens a file, or is read by the element's own rules. Throws std::exception.
gst::Settings Understand(const Wishes& wishes, gst::Settings settings) {
  for (const auto& [key, value] : wishes.element) {
    if (key == "background" && value != settings.background) gst::SetBackground(value, &settings);
    if (key == "threshold") gst::SetThreshold(value, &settings);
    if (key != "fit") continue;
    settings.backdrop.fit = value == "fit"      ? SELFIESEG_FIT
                            : value == "center" ? SELFIESEG_CENTER
                                                : SELFIESEG_FILL;
  }
  if (settings.backdrop.kind == SELFIESEG_TRANSPARENT) {
    throw Refusal(
        "background 'none': a camera has no transparency; give a colour, such as #00b140");
  }
  return settings;
}

}  // namespace

Camera::Camera(const Job& job) : job_(job), input_(job.wishes, job.log) {
  Adopt(job.wishes, Understand(job.wishes, {}));
}

void Camera::Adopt(Wishes wishes, gst::Settings settings) {
  Shape shape = {wishes.width, wishes.height, wishes.rate};
  Wishes shown = wishes;
  {
    const std::lock_guard lock(mutex_);
    if (IsRead()) shape.width = shape_.width, shape.height = shape_.height;
  }
  shown.width = shape.width, shown.height = shape.height;
  std::vector<uint8_t> replacement = MakeReplacement(settings.backdrop, shape.width, shape.height);
  settings_ = std::move(settings);
  input_.Change(shown);
  const std::lock_guard lock(mutex_);
  wishes_ = std::move(wishes);
  shape_ = shape;
  replacement_ = std::move(replacement);
  budget_.SetLimit(wishes_.cpu_budget_percent);
}

// Readers would lose the camera if their frames became larger or smaller: that waits for their end.
void Camera::AdoptWhatWaited() {
  const std::unique_lock setting(setting_, std::try_to_lock);
  if (!setting.owns_lock()) return;
  Wishes wishes;
  {
    const std::lock_guard lock(mutex_);
    const bool waits = wishes_.width != shape_.width || wishes_.height != shape_.height;
    if (!waits || IsRead()) return;
    wishes = wishes_;
  }
  Adopt(std::move(wishes), settings_);
}

void Camera::Set(const json& values) {
  const std::lock_guard setting(setting_);
  Wishes wishes;
  {
    const std::lock_guard lock(mutex_);
    wishes = wishes_;
  }
  for (const auto& [key, value] : values.items()) {
    for (const Wish& wish : AllWishes()) {
      if (key == wish.key && !wish.while_running) {
        throw Refusal(key + " cannot change while the camera runs: stop it, and start it anew");
      }
    }
    Take(key, value.get<std::string>(), &wishes);
  }
  gst::Settings settings = Understand(wishes, settings_);
  Adopt(std::move(wishes), std::move(settings));
}

json Camera::Status() {
  const Input::Account account = input_.account();
  const std::lock_guard lock(mutex_);
  json settings;
  for (const Wish& wish : AllWishes()) {
    const std::string value = ValueOf(wishes_, wish.key);
    if (!value.empty()) settings[wish.key] = value;
  }
  return {{"input",
           {{"state", NameOf(account.state)},
            {"source", account.source},
            {"problem", account.problem},
            {"frames", account.frames}}},
          {"output",
           {{"reader", reader_}, {"on_demand", knows_readers_}, {"problem", output_problem_}}},
          {"showing", replaced_ ? "replacement" : "picture"},
          {"cpu_percent", cpu_percent_},
          {"budget_step", budget_.step()},
          {"settings", settings}};
}

json Camera::Answer(const json& request) {
  const std::string what = request.at("do").get<std::string>();
  if (what == "status") return Status();
  if (what == "set") {
    Set(request.at("values"));
    return json::object();
  }
  if (what != "stop") throw std::runtime_error("a camera cannot '" + what + "'");
  const std::lock_guard lock(mutex_);
  stop_ = true;
  return json::object();
}

void Camera::OpenOutput() {
  output_.reset();  // a device has one writer
  const std::string& where = job_.wishes.output;
  output_ = where == "pipewire" ? OpenPipeWire(output_shape_)
            : where == "window" ? OpenWindow(output_shape_)
                                : OpenV4l2(where, output_shape_);
}

void Camera::ShowFrame() {
  bool replaced = !input_.Newest(output_shape_, frame_);
  {
    const std::lock_guard lock(mutex_);
    if (replaced && shape_.bytes() == frame_.size()) frame_ = replacement_;
    replaced_ = replaced;
  }
  output_->Show(frame_);
}

// Returns whether somebody looks.
bool Camera::Tick(Clock::time_point now) {
  if (output_ == nullptr) {
    if (now < output_retry_at_) return false;
    OpenOutput();
  }
  const bool reader = output_->HasReader();
  if (reader) reader_seen_ = now;
  input_.Want(reader || now - reader_seen_ < kGrace);
  {
    const std::lock_guard lock(mutex_);
    if (std::exchange(reader_, reader) != reader)
      job_.log(reader ? "somebody looks" : "nobody looks");
    knows_readers_ = output_->KnowsReaders();
    output_problem_.clear();
  }
  ShowFrame();
  return reader;
}

void Camera::Weigh(Clock::time_point now) {
  if (now - weighed_at_ < kWeighEvery) return;
  const double used = CpuSeconds();
  const double percent =
      100 * (used - cpu_seconds_) / std::chrono::duration<double>(now - weighed_at_).count();
  const bool first = weighed_at_ == Clock::time_point();
  weighed_at_ = now;
  cpu_seconds_ = used;
  if (first) return;
  const std::lock_guard lock(mutex_);
  cpu_percent_ = percent;
  if (budget_.Note(percent)) {
    job_.log("the processor was used to " + std::to_string(int(percent + 0.5)) +
             " %: now on step " + std::to_string(budget_.step()) + " of what is saved");
  }
  input_.Save({budget_.Now().fast, budget_.Now().share});
}

void Camera::Run() {
  bool first = true;
  while (job_.interrupted == nullptr || !job_.interrupted()) {
    AdoptWhatWaited();
    int rate = 0;
    {
      const std::lock_guard lock(mutex_);
      if (stop_) return;
      rate = shape_.rate;
      const bool same_size =
          shape_.width == output_shape_.width && shape_.height == output_shape_.height;
      if (shape_ != output_shape_ && !(same_size && IsRead())) {
        output_shape_ = shape_;
        frame_ = replacement_;
        output_.reset();
        output_retry_at_ = {};
      }
    }
    const auto now = Clock::now();
    bool reader = false;
    try {
      reader = Tick(now);
      if (output_ != nullptr && output_->WasClosed()) return;
    } catch (const std::runtime_error& error) {
      if (first) throw;
      output_.reset();
      input_.Want(false);
      output_retry_at_ = now + kOutputPause;
      const std::lock_guard lock(mutex_);
      reader_ = false;
      if (std::exchange(output_problem_, error.what()) != error.what()) job_.log(error.what());
    }
    first = false;
    Weigh(now);
    if (!reader) {
      std::this_thread::sleep_until(now + kIdleTick);
      continue;
    }
    // A new frame is shown at once; without one, what there is when the next one is surely late.
    const Clock::duration period = Clock::duration(std::chrono::seconds(1)) / rate;
    std::this_thread::sleep_until(now + period / 2);
    input_.WaitForFrame(now + period * 3 / 2);
  }
}

}  // namespace selfieseg::camera
