// GoogleTest with GStreamer and the plugin of this build in it; whatever the machine has installed
// of ours is not looked at. What GLib calls critical ends the test.
#include <gst/gst.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>

#ifdef __SANITIZE_ADDRESS__
#define SEEN_BY_THE_SANITIZER extern "C" __attribute__((visibility("default")))
// GLib has no frame pointers: without its frames no leak in it could be told from another.
SEEN_BY_THE_SANITIZER const char* __asan_default_options() { return "fast_unwind_on_malloc=0"; }
// GLib leaves its first table of quarks behind when that is full, so as to need no lock. It is made
// when the library is loaded, by a function whose name Debian strips: what is known is the loader.
SEEN_BY_THE_SANITIZER const char* __lsan_default_suppressions() { return "leak:ld-linux\n"; }
#endif

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  setenv("GST_REGISTRY", SELFIESEG_PLUGIN_FOLDER "/registry-of-tests.bin", 1);
  setenv("GST_TRACERS", "leaks", 1);
  gst_init(&argc, &argv);
  g_log_set_always_fatal(GLogLevelFlags(G_LOG_LEVEL_CRITICAL | G_LOG_FATAL_MASK));
  GError* error = nullptr;
  GstPlugin* plugin = gst_plugin_load_file(SELFIESEG_PLUGIN, &error);
  if (plugin == nullptr) {
    std::fprintf(stderr, "%s\n", error->message);
    return 1;
  }
  gst_object_unref(plugin);
  return RUN_ALL_TESTS();
}
