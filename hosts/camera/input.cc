#include "camera/input.h"

#include <gst/app/gstappsink.h>
#include <gst/video/video.h>

#include <algorithm>
#include <cstring>
#include <stdexcept>
#include <utility>

#include "camera/pace.h"
#include "camera/pipeline.h"

namespace selfieseg::camera {
namespace {

using std::chrono::milliseconds;

constexpr auto kLookEvery = milliseconds(50);
constexpr auto kFresh = milliseconds(500);      // a frame is shown for so long
constexpr auto kPatience = milliseconds(4000);  // with a source that gives no frame
constexpr auto kFirstPause = milliseconds(250), kLongestPause = milliseconds(4000);

bool IsLive(const std::string& source) {
  return source == "test" || source.starts_with("/dev/") || source.starts_with("pipewire:");
}

// As words of gst-launch; names of files and devices are set afterwards, whatever is in them.
std::string SourceWords(const std::string& source, const Wishes& wishes) {
  if (source == "test") return "videotestsrc is-live=true pattern=smpte horizontal-speed=4";
  if (source.starts_with("pipewire:")) {
    // Without another camera in its place, which might be our own; and with copies, as the few
    // buffers that there are would be kept here.
    return "pipewiresrc name=source always-copy=true do-timestamp=true "
           "stream-properties=\"props,node.dont-reconnect=true\" ! "
           "capsfilter caps=\"video/x-raw;image/jpeg\" ! decodebin";
  }
  if (!source.starts_with("/dev/")) return "filesrc name=source ! decodebin";
  const std::string size =
      ",width=" + std::to_string(wishes.width) + ",height=" + std::to_string(wishes.height);
  return "v4l2src name=source ! capsfilter caps=\"image/jpeg" + size + ";video/x-raw" + size +
         ";image/jpeg;video/x-raw\" ! decodebin";
}

std::string Words(const std::string& source, const Wishes& wishes) {
  const bool live = IsLive(source);
  return SourceWords(source, wishes) + " ! videoconvert ! videoflip name=flip ! videoscale ! " +
         "video/x-raw,format=YUY2,width=" + std::to_string(wishes.width) +
         ",height=" + std::to_string(wishes.height) +
         ",pixel-aspect-ratio=1/1,colorimetry=bt601 ! queue name=queue max-size-buffers=1 "
         "max-size-bytes=0 max-size-time=0" +
         (live ? " leaky=downstream" : "") +
         " ! selfiesegment name=person ! appsink name=frames max-buffers=1 drop=true sync=" +
         (live ? "false" : "true");
}

void SetSource(const Pipeline& pipeline, const std::string& source) {
  const OwnedElement element = pipeline.Find("source");
  if (element == nullptr) return;
  const bool node = source.starts_with("pipewire:");
  const char* name = node ? "target-object" : source.starts_with("/dev/") ? "device" : "location";
  g_object_set(element.get(), name, source.c_str() + (node ? strlen("pipewire:") : 0), nullptr);
}

bool NeedsOpening(const Wishes& now, const Wishes& before) {
  return now.input != before.input || now.width != before.width || now.height != before.height;
}

}  // namespace

const char* NameOf(Input::State state) {
  static constexpr const char* kNames[] = {"closed", "opening", "open", "waiting"};
  return kNames[size_t(state)];
}

struct Input::Opened {
  Opened(const std::string& source, const Wishes& wishes)
      : wishes(wishes), pipeline(Words(source, wishes)) {
    SetSource(pipeline, source);
    const OwnedElement queue = pipeline.Find("queue");
    GstPad* pad = gst_element_get_static_pad(queue.get(), "sink");
    gst_pad_add_probe(pad, GST_PAD_PROBE_TYPE_BUFFER, KeepPace, &pace, nullptr);
    gst_object_unref(pad);
  }

  static GstPadProbeReturn KeepPace(GstPad*, GstPadProbeInfo* info, gpointer pace) {
    const GstClockTime time = GST_BUFFER_PTS(GST_PAD_PROBE_INFO_BUFFER(info));
    const bool passes =
        !GST_CLOCK_TIME_IS_VALID(time) || static_cast<Pace*>(pace)->Passes(int64_t(time));
    return passes ? GST_PAD_PROBE_OK : GST_PAD_PROBE_DROP;
  }

  // What may change while frames go on.
  void Adjust(const Wishes& wanted, const Thrift& thrift, bool all) {
    const OwnedElement flip = pipeline.Find("flip");
    if (all || wanted.mirror != wishes.mirror) {
      gst_util_set_object_arg(G_OBJECT(flip.get()), "video-direction",
                              wanted.mirror ? "horiz" : "identity");
    }
    pace.SetRate(std::max(1, int(wanted.rate * thrift.share + 0.5)));
    const OwnedElement person = pipeline.Find("person");
    auto properties = wanted.element;
    properties.try_emplace("quality", "balanced");
    if (thrift.fast) properties["quality"] = "fast";
    for (const auto& [key, value] : properties) {
      if (!all && said[key] == value) continue;
      gst_util_set_object_arg(G_OBJECT(person.get()), key.c_str(), value.c_str());
    }
    said = properties;
    wishes = wanted;
    this->thrift = thrift;
  }

  Wishes wishes;
  Thrift thrift;
  std::map<std::string, std::string> said;  // of the element's properties
  Pace pace;
  Pipeline pipeline;
  Clock::time_point opened_at = Clock::now(), rewound_at = opened_at;
};

Input::Input(Wishes wishes, Log log)
    : log_(std::move(log)), wishes_(std::move(wishes)), pause_(kFirstPause) {
  thread_ = std::thread([this] { Run(); });
}

Input::~Input() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void Input::Want(bool open) {
  const std::lock_guard lock(mutex_);
  if (std::exchange(wanted_, open) != open) changed_.notify_all();
}

void Input::Change(const Wishes& wishes) {
  const std::lock_guard lock(mutex_);
  wishes_ = wishes;
  changed_.notify_all();
}

void Input::Save(const Thrift& thrift) {
  const std::lock_guard lock(mutex_);
  thrift_ = thrift;
  changed_.notify_all();
}

Input::Account Input::account() {
  const std::lock_guard lock(mutex_);
  return account_;
}

bool Input::Newest(const Shape& shape, std::span<uint8_t> frame) {
  GstBuffer* buffer = nullptr;
  {
    const std::lock_guard lock(mutex_);
    given_ = true;
    const bool fits = newest_width_ == shape.width && newest_height_ == shape.height;
    if (newest_ == nullptr || !fits || Clock::now() - newest_time_ > kFresh) return false;
    buffer = gst_buffer_ref(static_cast<GstBuffer*>(newest_));
  }
  const bool whole = gst_buffer_extract(buffer, 0, frame.data(), frame.size()) == frame.size();
  gst_buffer_unref(buffer);
  return whole;
}

void Input::WaitForFrame(Clock::time_point end) {
  std::unique_lock lock(mutex_);
  finished_.wait_until(lock, end, [&] { return newest_ != nullptr && !given_; });
}

// The sample itself is not kept: the sink changes it when the stream begins again.
void Input::Finish(void* sample) {
  GstVideoInfo info;
  const bool known =
      gst_video_info_from_caps(&info, gst_sample_get_caps(static_cast<GstSample*>(sample)));
  GstBuffer* before = gst_buffer_ref(gst_sample_get_buffer(static_cast<GstSample*>(sample)));
  if (known) {
    const std::lock_guard lock(mutex_);
    before = static_cast<GstBuffer*>(std::exchange(newest_, before));
    newest_width_ = info.width, newest_height_ = info.height;
    newest_time_ = Clock::now();
    given_ = false;
    ++account_.frames;
    account_.state = State::kOpen;
    finished_.notify_all();
  }
  if (before != nullptr) gst_buffer_unref(before);
  gst_sample_unref(static_cast<GstSample*>(sample));
}

void Input::Run() {
  std::unique_lock lock(mutex_);
  while (!ending_) {
    lock.unlock();
    Look();
    lock.lock();
    if (!ending_) changed_.wait_for(lock, kLookEvery);
  }
  lock.unlock();
  Close(State::kClosed);
}

void Input::Look() {
  std::unique_lock lock(mutex_);
  const bool wanted = wanted_;
  const Wishes wishes = wishes_;
  const Thrift thrift = thrift_;
  const Clock::time_point last_frame = newest_ == nullptr ? Clock::time_point() : newest_time_;
  lock.unlock();
  if (!wanted) {
    pause_ = kFirstPause;
    retry_at_ = {};
    if (opened_ != nullptr) log_("nobody looks: the camera is closed");
    return Close(State::kClosed);
  }
  if (opened_ != nullptr && NeedsOpening(wishes, opened_->wishes)) {
    Close(State::kOpening);
    retry_at_ = {};
  }
  const auto now = Clock::now();
  if (opened_ == nullptr) {
    if (now >= retry_at_) Open(wishes);
    return;
  }
  const std::string fault = opened_->pipeline.Fault();
  if (!fault.empty()) return Fail(fault);
  if (now - std::max(last_frame, opened_->opened_at) > kPatience) return Fail("it gives no frame");
  if (last_frame > opened_->opened_at) pause_ = kFirstPause;
  if (opened_->pipeline.ended()) {
    if (IsLive(wishes.input)) return Fail("it has come to its end");
    if (now - opened_->rewound_at < milliseconds(100)) return;  // a picture, or nearly
    opened_->rewound_at = now;
    if (!opened_->pipeline.Rewind()) return Fail("it cannot be shown again");
  }
  opened_->Adjust(wishes, thrift, false);
}

void Input::Open(const Wishes& wishes) {
  {
    const std::lock_guard lock(mutex_);
    account_.state = State::kOpening;
    account_.source = wishes.input.empty() ? "a camera" : wishes.input;
  }
  try {
    const std::string source = wishes.input.empty() ? FindCamera() : wishes.input;
    auto opened = std::make_unique<Opened>(source, wishes);
    Thrift thrift;
    {
      const std::lock_guard lock(mutex_);
      account_.source = source;
      thrift = thrift_;
    }
    opened->Adjust(wishes, thrift, true);
    GstAppSinkCallbacks callbacks = {};
    callbacks.new_sample = [](GstAppSink* sink, gpointer self) {
      GstSample* sample = gst_app_sink_pull_sample(sink);
      if (sample != nullptr) static_cast<Input*>(self)->Finish(sample);
      return GST_FLOW_OK;
    };
    const OwnedElement sink = opened->pipeline.Find("frames");
    gst_app_sink_set_callbacks(GST_APP_SINK(sink.get()), &callbacks, this, nullptr);
    opened_ = std::move(opened);
    opened_->pipeline.Play();
    log_(source + " is opened");
  } catch (const std::exception& exception) {
    Fail(exception.what());
  }
}

void Input::Close(State state) {
  opened_.reset();  // no frame is finished after this
  void* before = nullptr;
  {
    const std::lock_guard lock(mutex_);
    before = std::exchange(newest_, nullptr);
    account_.state = state;
  }
  if (before != nullptr) gst_buffer_unref(static_cast<GstBuffer*>(before));
}

void Input::Fail(const std::string& problem) {
  bool is_new = false;
  std::string source;
  {
    const std::lock_guard lock(mutex_);
    is_new = std::exchange(account_.problem, problem) != problem || pause_ == kFirstPause;
    source = account_.source;
  }
  if (is_new) log_(source + ": " + problem + "; it is tried again");
  Close(State::kWaiting);
  retry_at_ = Clock::now() + pause_;
  pause_ = std::min<Clock::duration>(2 * pause_, kLongestPause);
}

}  // namespace selfieseg::camera
