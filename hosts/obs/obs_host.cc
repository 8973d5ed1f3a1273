#include "obs/obs_host.h"

#include <dlfcn.h>
#include <obs-nix-platform.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstring>
#include <filesystem>
#include <thread>

namespace selfieseg::obs {
namespace {

constexpr auto kPatience = std::chrono::seconds(15);
pid_t x_server = 0;
void* display = nullptr;
int (*close_display)(void*) = nullptr;

// The server finds a free number by itself, and tells it.
std::string StartXServer() {
  int ends[2];
  if (pipe(ends) != 0) return "there is no pipe";
  x_server = fork();
  if (x_server == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    close(ends[0]);
    const std::string fd = std::to_string(ends[1]);
    execlp("Xvfb", "Xvfb", "-displayfd", fd.c_str(), "-screen", "0", "320x240x24", "-nolisten",
           "tcp", nullptr);
    _exit(127);
  }
  close(ends[1]);
  std::string number;
  for (char c = 0; read(ends[0], &c, 1) == 1 && c != '\n';) number += c;
  close(ends[0]);
  if (number.empty()) return "Xvfb does not run (package xvfb)";
  setenv("DISPLAY", (":" + number).c_str(), 1);
  return "";
}

std::string OpenDisplay() {
  void* const x11 = dlopen("libX11.so.6", RTLD_NOW | RTLD_GLOBAL);
  if (x11 == nullptr) return "there is no libX11";
  const auto open = reinterpret_cast<void* (*)(const char*)>(dlsym(x11, "XOpenDisplay"));
  close_display = reinterpret_cast<int (*)(void*)>(dlsym(x11, "XCloseDisplay"));
  display = open(nullptr);
  return display == nullptr ? "there is no display" : "";
}

void* CreateFrameSource(obs_data_t*, obs_source_t* source) { return source; }
void DestroySource(void*) {}

struct PictureSource {
  const Drawing* picture;
  gs_texture_t* texture = nullptr;
};

void* CreatePictureSource(obs_data_t* settings, obs_source_t*) {
  const auto picture = uintptr_t(obs_data_get_int(settings, "picture"));
  return new PictureSource{reinterpret_cast<const Drawing*>(picture)};
}
void DestroyPictureSource(void* data) {
  auto* source = static_cast<PictureSource*>(data);
  obs_enter_graphics();
  gs_texture_destroy(source->texture);
  obs_leave_graphics();
  delete source;
}
uint32_t PictureWidth(void* data) {
  return uint32_t(static_cast<PictureSource*>(data)->picture->width);
}
uint32_t PictureHeight(void* data) {
  return uint32_t(static_cast<PictureSource*>(data)->picture->height);
}
void DrawPicture(void* data, gs_effect_t*) {
  auto* source = static_cast<PictureSource*>(data);
  const Drawing& picture = *source->picture;
  gs_texture_destroy(source->texture);
  const uint8_t* pixels = picture.bgra.data();
  source->texture =
      gs_texture_create(uint32_t(picture.width), uint32_t(picture.height), GS_BGRA, 1, &pixels, 0);
  obs_source_draw(source->texture, 0, 0, 0, 0, false);
}

void RegisterSources() {
  obs_source_info frames = {};
  frames.id = "test_frames";
  frames.type = OBS_SOURCE_TYPE_INPUT;
  frames.output_flags = OBS_SOURCE_ASYNC_VIDEO;
  frames.get_name = [](void*) { return "frames"; };
  frames.create = CreateFrameSource;
  frames.destroy = DestroySource;
  obs_register_source(&frames);
  obs_source_info picture = {};
  picture.id = "test_picture";
  picture.type = OBS_SOURCE_TYPE_INPUT;
  picture.output_flags = OBS_SOURCE_VIDEO;
  picture.get_name = [](void*) { return "picture"; };
  picture.create = CreatePictureSource;
  picture.destroy = DestroyPictureSource;
  picture.get_width = PictureWidth;
  picture.get_height = PictureHeight;
  picture.video_render = DrawPicture;
  obs_register_source(&picture);
}

std::string LoadModule() {
  obs_module_t* module = nullptr;
  if (obs_open_module(&module, SELFIESEG_MODULE, SELFIESEG_MODULE_DATA) != MODULE_SUCCESS) {
    return "the module cannot be opened";
  }
  return obs_init_module(module) ? "" : "the module does not begin";
}

}  // namespace

std::string ObsHost::Start() {
  setenv("LIBGL_ALWAYS_SOFTWARE", "1", 1);
  std::string wrong = StartXServer();
  if (wrong.empty()) wrong = OpenDisplay();
  if (!wrong.empty()) return wrong;
  obs_set_nix_platform(OBS_NIX_PLATFORM_X11_EGL);
  obs_set_nix_platform_display(display);
  if (!obs_startup("en-US", nullptr, nullptr)) return "OBS does not start";
  wrong = ResetVideo(320, 240, 60);
  if (!wrong.empty()) return wrong;
  RegisterSources();
  return LoadModule();
}

std::string ObsHost::ResetVideo(int width, int height, int rate) {
  obs_video_info video = {};
  video.graphics_module = "libobs-opengl";
  video.fps_num = uint32_t(rate), video.fps_den = 1;
  video.base_width = video.output_width = uint32_t(width);
  video.base_height = video.output_height = uint32_t(height);
  video.output_format = VIDEO_FORMAT_NV12;
  video.colorspace = VIDEO_CS_709;
  video.range = VIDEO_RANGE_PARTIAL;
  video.gpu_conversion = true;
  const int error = obs_reset_video(&video);
  return error == OBS_VIDEO_SUCCESS ? "" : "OBS cannot draw here: " + std::to_string(error);
}

long ObsHost::Stop() {
  if (obs_initialized()) obs_shutdown();
  if (display != nullptr) close_display(display);
  if (x_server > 0) {
    kill(x_server, SIGKILL);
    waitpid(x_server, nullptr, 0);
  }
  return bnum_allocs();
}

obs_source_t* ObsHost::NewFrameSource() {
  obs_source_t* source = obs_source_create("test_frames", "frames", nullptr, nullptr);
  obs_source_set_async_unbuffered(source, true);
  obs_source_inc_showing(source);
  return source;
}

obs_source_t* ObsHost::NewPictureSource(const Drawing* picture) {
  obs_data_t* settings = obs_data_create();
  obs_data_set_int(settings, "picture", (long long)(uintptr_t(picture)));
  obs_source_t* source = obs_source_create("test_picture", "picture", settings, nullptr);
  obs_data_release(settings);
  obs_source_inc_showing(source);
  return source;
}

obs_source_t* ObsHost::AddFilter(obs_source_t* source, const char* id, obs_data_t* settings) {
  obs_data_t* own = obs_data_create();  // read on OBS's thread
  obs_data_apply(own, settings);
  obs_source_t* filter = obs_source_create(id, "filter", own, nullptr);
  obs_data_release(own);
  obs_source_filter_add(source, filter);
  return filter;
}

Drawing ObsHost::Draw(obs_source_t* source) {
  Drawing drawing;
  const uint32_t width = obs_source_get_width(source), height = obs_source_get_height(source);
  if (width == 0 || height == 0) return drawing;
  obs_enter_graphics();
  gs_texrender_t* drawn = gs_texrender_create(GS_BGRA, GS_ZS_NONE);
  gs_stagesurf_t* surface = gs_stagesurface_create(width, height, GS_BGRA);
  if (gs_texrender_begin(drawn, width, height)) {
    const vec4 clear = {};
    gs_clear(GS_CLEAR_COLOR, &clear, 0, 0);
    gs_ortho(0, float(width), 0, float(height), -100, 100);
    const bool linear = gs_set_linear_srgb(true);  // as OBS's scenes do
    obs_source_video_render(source);
    gs_set_linear_srgb(linear);
    gs_texrender_end(drawn);
    gs_stage_texture(surface, gs_texrender_get_texture(drawn));
  }
  uint8_t* pixels = nullptr;
  uint32_t stride = 0;
  if (gs_stagesurface_map(surface, &pixels, &stride)) {
    drawing = {int(width), int(height), std::vector<uint8_t>(size_t(width) * height * 4)};
    for (size_t y = 0; y < height; ++y) {
      std::memcpy(&drawing.bgra[y * width * 4], pixels + y * stride, size_t(width) * 4);
    }
    gs_stagesurface_unmap(surface);
  }
  gs_stagesurface_destroy(surface);
  gs_texrender_destroy(drawn);
  obs_leave_graphics();
  return drawing;
}

bool ObsHost::DrawUntil(obs_source_t* source,
                        const std::function<bool(const Drawing&)>& is_wanted) {
  const auto end = std::chrono::steady_clock::now() + kPatience;
  while (std::chrono::steady_clock::now() < end) {
    const Drawing drawing = Draw(source);
    if (drawing.width > 0 && is_wanted(drawing)) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(16));
  }
  return false;
}

}  // namespace selfieseg::obs
