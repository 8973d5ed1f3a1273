// GoogleTest with GStreamer and the plugin of this build in it; whatever the machine has installed
// of ours is not looked at. What GLib calls critical ends the test.
#include <gst/gst.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>

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
