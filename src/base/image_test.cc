// The format table holds together: names, numbers, channels.
#include "base/image.h"

#include <gtest/gtest.h>

#include <set>

namespace selfieseg::core {
namespace {

TEST(PixelFormats, HaveDistinctNamesAndNumbersInOrder) {
  std::set<std::string> names;
  int next = 0;
  for (const PixelFormat& format : PixelFormats()) {
    EXPECT_EQ(format.id, next++) << "numbers are part of the ABI";
    EXPECT_TRUE(names.insert(format.name).second) << format.name;
    for (int channel : {format.red, format.green, format.blue, format.alpha}) {
      EXPECT_LT(channel, format.bytes_per_pixel) << format.name;
    }
    EXPECT_EQ(FindPixelFormat(format.id), &format);
    selfieseg_format found;
    ASSERT_EQ(selfieseg_format_by_name(format.name, &found), SELFIESEG_OK);
    EXPECT_EQ(found, format.id);
  }
  EXPECT_EQ(FindPixelFormat(-1), nullptr);
  EXPECT_EQ(FindPixelFormat(next), nullptr);
}

}  // namespace
}  // namespace selfieseg::core
