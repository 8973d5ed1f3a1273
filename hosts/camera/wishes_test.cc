// What can be asked for, and what is refused in words.
#include "camera/wishes.h"

#include <gtest/gtest.h>

namespace selfieseg::camera {
namespace {

struct Case {
  const char *key, *value, *complaint;  // "": it is taken
};

TEST(CameraWishes, AreTakenOrRefusedWithASentence) {
  const Case kCases[] = {
      {"size", "640x360", ""},
      {"size", "641x360", "even sides"},
      {"size", "640", "even sides"},
      {"size", "640x360x2", "even sides"},
      {"size", "99999999999x2", "even sides"},
      {"rate", "120", ""},
      {"rate", "0", "1 to 120"},
      {"rate", "30fps", "1 to 120"},
      {"mirror", "yes", ""},
      {"mirror", "maybe", "yes or no"},
      {"output", "window", ""},
      {"output", "/dev/video7", ""},
      {"output", "screen", "pipewire, /dev/videoN or window"},
      {"background", "blur:20", ""},
      {"background", "", "give a value"},
      {"background", "#00b14", "give #rrggbb"},
      {"background", "blur:x", "give blur:RADIUS"},
      {"threshold", "0.5", "give auto, or LO:HI"},
      {"threshold", "0.7:0.3", "give auto, or LO:HI"},
      {"quality", "best", ""},
      {"quality", "good", "balanced, fast"},
      {"light-wrap", "0.5", ""},
      {"light-wrap", "nan", "0 to 1"},
      {"grow", "-64", ""},
      {"grow", "65", "-64 to 64"},
      {"cpu-budget", "50", ""},
      {"cpu-budget", "-1", "0 is no limit"},
      {"emit", "matte", "nothing called 'emit'"},
  };
  for (const Case& row : kCases) {
    SCOPED_TRACE(std::string(row.key) + "=" + row.value);
    Wishes wishes;
    const std::string before = ValueOf(wishes, row.key);
    std::string complaint;
    try {
      Take(row.key, row.value, &wishes);
    } catch (const Refusal& refusal) {
      complaint = refusal.what();
    }
    EXPECT_EQ(complaint.empty(), std::string(row.complaint).empty()) << complaint;
    EXPECT_NE(complaint.find(row.complaint), std::string::npos) << complaint;
    EXPECT_EQ(ValueOf(wishes, row.key), complaint.empty() ? row.value : before);
  }
}

}  // namespace
}  // namespace selfieseg::camera
