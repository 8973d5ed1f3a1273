#include "camera/private_session_test.h"

#include <gst/app/gstappsink.h>
#include <gst/app/gstappsrc.h>
#include <signal.h>
#include <sys/stat.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <thread>

#include "tests/somebody.h"

namespace selfieseg::camera {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr int kWidth = 320, kHeight = 240;

bool IsInstalled(const std::string& program) {
  return std::filesystem::exists("/usr/bin/" + program);
}

void Draw(const std::string& words, int frames) {
  Pipeline pipeline(
      "appsrc name=in format=time caps=video/x-raw,format=RGB,width=320,height=240,"
      "framerate=30/1 ! videoconvert ! jpegenc quality=95 ! " +
      words);
  const OwnedElement in = pipeline.Find("in");
  pipeline.Play();
  const std::vector<uint8_t> rgb = Somebody(kWidth, kHeight);
  for (int number = 0; number < frames; ++number) {
    GstBuffer* buffer = gst_buffer_new_allocate(nullptr, rgb.size(), nullptr);
    gst_buffer_fill(buffer, 0, rgb.data(), rgb.size());
    GST_BUFFER_PTS(buffer) = gst_util_uint64_scale(uint64_t(number), GST_SECOND, 30);
    GST_BUFFER_DURATION(buffer) = GST_SECOND / 30;
    gst_app_src_push_buffer(GST_APP_SRC(in.get()), buffer);
  }
  gst_app_src_end_of_stream(GST_APP_SRC(in.get()));
  std::string fault;
  WaitUntil([&] { return !(fault = pipeline.Fault()).empty() || pipeline.ended(); }, 10);
  if (!pipeline.ended()) throw std::runtime_error("no clip: " + fault);
}

}  // namespace

bool WaitUntil(const std::function<bool()>& wanted, double seconds) {
  const auto end = Clock::now() + std::chrono::duration<double>(seconds);
  while (!wanted()) {
    if (Clock::now() > end) return false;
    std::this_thread::sleep_for(milliseconds(20));
  }
  return true;
}

bool Pixel::IsNear(const Pixel& other) const {
  constexpr int kNear = 40;  // two conversions of colour, and JPEG
  return std::abs(red - other.red) < kNear && std::abs(green - other.green) < kNear &&
         std::abs(blue - other.blue) < kNear;
}

Pixel Picture::At(double x, double y) const {
  const size_t at = (size_t(y * height) * size_t(width) + size_t(x * width)) * 3;
  if (at + 2 >= rgb.size()) return {-1000, -1000, -1000};
  return {rgb[at], rgb[at + 1], rgb[at + 2]};
}

std::string Session::Missing() {
  for (const char* program : {"dbus-daemon", "pipewire", "wireplumber", "gst-launch-1.0"}) {
    if (!IsInstalled(program)) return program;
  }
  for (const char* element : {"pipewiresrc", "jpegenc", "avimux", "multifilesrc"}) {
    GstElementFactory* factory = gst_element_factory_find(element);
    if (factory == nullptr) return std::string("the element ") + element;
    gst_object_unref(factory);
  }
  return "";
}

Session::Session() {
  const std::string runtime = Path("run"), bus = "unix:path=" + runtime + "/bus";
  std::filesystem::create_directory(runtime);
  chmod(runtime.c_str(), 0700);
  setenv("XDG_RUNTIME_DIR", runtime.c_str(), 1);
  setenv("HOME", Path("home").c_str(), 1);
  setenv("DBUS_SESSION_BUS_ADDRESS", bus.c_str(), 1);
  setenv("PIPEWIRE_REMOTE", "pipewire-0", 1);
  const auto exists = [&](const char* name) {
    return [=] { return std::filesystem::exists(runtime + name); };
  };
  Start({"dbus-daemon", "--session", "--nofork", "--address=" + bus});
  WaitUntil(exists("/bus"), 20);
  Start({"pipewire"});
  if (!WaitUntil(exists("/pipewire-0"), 20)) throw std::runtime_error("PipeWire does not start");
  Start({"wireplumber"});
  std::this_thread::sleep_for(milliseconds(1500));  // it does not tell when it is ready
}

Session::~Session() {
  while (!children_.empty()) End(children_.back().process);
}

pid_t Session::Start(std::vector<std::string> words) {
  children_.push_back(box_.Start(std::move(words)));
  return children_.back().process;
}

cli::Outcome Session::WaitFor(pid_t process) {
  const auto child = std::find_if(children_.begin(), children_.end(),
                                  [&](const auto& one) { return one.process == process; });
  const cli::Sandbox::Child ended = *child;
  children_.erase(child);
  return cli::Sandbox::Wait(ended);
}

void Session::End(pid_t process) {
  kill(process, SIGKILL);
  WaitFor(process);
}

pid_t Session::StartCamera(std::vector<std::string> options) {
  options.insert(options.begin(), {SELFIESEG_TOOL, "camera"});
  if (std::find(options.begin(), options.end(), "--size") == options.end()) {
    options.insert(options.end(), {"--size", "320x240"});
  }
  const pid_t camera = Start(options);
  if (!WaitUntil([&] { return Tool({"camera", "status"}).exit_code == 0; }, 20)) {
    kill(camera, SIGKILL);
    throw std::runtime_error("the camera does not start: " + WaitFor(camera).err);
  }
  return camera;
}

nlohmann::json Session::Status() const {
  return nlohmann::json::parse(Tool({"camera", "status", "--json"}).out);
}

Reader::Reader(const std::string& node) : node_(node) { Open(); }

void Reader::Open() {
  sink_.reset();
  pipeline_.reset();
  pipeline_.emplace("pipewiresrc target-object=" + node_ +
                    " ! video/x-raw ! videoconvert ! "
                    "video/x-raw,format=RGB ! appsink name=out sync=false max-buffers=1 drop=true");
  sink_ = pipeline_->Find("out");
  pipeline_->Play();
}

Picture Reader::Next() {
  GstSample* sample = gst_app_sink_try_pull_sample(GST_APP_SINK(sink_.get()), 2 * GST_SECOND);
  if (sample == nullptr) {
    // On a busy machine pipewiresrc 0.3.65 now and then never comes into the graph.
    if (begun_ || ++in_vain_ % 4 != 0) return {};
    Open();
    return {};
  }
  begun_ = true;
  Picture picture;
  const GstStructure* caps = gst_caps_get_structure(gst_sample_get_caps(sample), 0);
  gst_structure_get_int(caps, "width", &picture.width);
  gst_structure_get_int(caps, "height", &picture.height);
  GstBuffer* buffer = gst_sample_get_buffer(sample);
  picture.rgb.resize(gst_buffer_get_size(buffer));
  gst_buffer_extract(buffer, 0, picture.rgb.data(), picture.rgb.size());
  gst_sample_unref(sample);
  return picture;
}

bool Reader::WaitUntil(const std::function<bool(const Picture&)>& wanted, double seconds,
                       const std::function<void(const Picture&)>& each) {
  const auto end = Clock::now() + std::chrono::duration<double>(seconds);
  while (Clock::now() < end) {
    const Picture picture = Next();
    if (picture.rgb.empty()) continue;
    if (each != nullptr) each(picture);
    if (wanted(picture)) return true;
  }
  return false;
}

std::vector<uint8_t> Somebody(int width, int height, int moved) {
  std::vector<uint8_t> rgb(size_t(width) * size_t(height) * 3);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      DrawSomebody(x + moved, y, width, height, &rgb[size_t(y * width + x) * 3]);
    }
  }
  return rgb;
}

void WriteSomebody(const std::string& jpeg) { Draw("filesink location=" + jpeg, 1); }
void WriteClipOfSomebody(const std::string& avi) { Draw("avimux ! filesink location=" + avi, 45); }

}  // namespace selfieseg::camera
