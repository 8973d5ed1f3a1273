// All eight ways a picture can be stored, and EXIF that says so or nonsense.
#include "cli/orientation.h"

#include <gtest/gtest.h>

namespace selfieseg::cli {
namespace {

// TIFF's header, and one directory with the orientation as a 16-bit number.
Bytes Exif(uint8_t orientation, bool big_endian) {
  if (big_endian) {
    return {'M', 'M', 0, 42, 0, 0, 0,           8, 0, 1, 0x01, 0x12, 0,
            3,   0,   0, 0,  1, 0, orientation, 0, 0, 0, 0,    0,    0};
  }
  return {'I', 'I', 42, 0, 8, 0,           0, 0, 1, 0, 0x12, 0x01, 3,
          0,   1,   0,  0, 0, orientation, 0, 0, 0, 0, 0,    0,    0};
}

TEST(Orientation, IsReadInBothByteOrders) {
  for (const bool big_endian : {false, true}) {
    for (uint8_t orientation = 1; orientation <= 8; ++orientation) {
      EXPECT_EQ(OrientationOf(Exif(orientation, big_endian)), orientation);
    }
  }
}

TEST(Orientation, MayBeNamedOrALongNumber) {
  Bytes named = {'E', 'x', 'i', 'f', 0, 0};
  const Bytes exif = Exif(6, true);
  named.insert(named.end(), exif.begin(), exif.end());
  EXPECT_EQ(OrientationOf(named), 6);
  const Bytes long_number = {'I', 'I', 42, 0, 8, 0, 0, 0, 1, 0, 0x12, 0x01, 4,
                             0,   1,   0,  0, 0, 8, 0, 0, 0, 0, 0,    0,    0};
  EXPECT_EQ(OrientationOf(long_number), 8);
}

TEST(Orientation, OfNonsenseIsUpright) {
  EXPECT_EQ(OrientationOf({}), 1);
  EXPECT_EQ(OrientationOf({'x'}), 1);
  EXPECT_EQ(OrientationOf(Exif(0, false)), 1);
  EXPECT_EQ(OrientationOf(Exif(9, true)), 1);
  Bytes far = Exif(6, false);
  far[7] = 0x7F;  // the directory's place: far outside
  EXPECT_EQ(OrientationOf(far), 1);
  const Bytes whole = Exif(6, false);
  for (size_t size = 0; size < 20; ++size) {
    OrientationOf(Bytes(whole.begin(), whole.begin() + long(size)));
  }
}

// What is seen, a letter a pixel, is
//   a b c
//   d e f
struct Case {
  int orientation, width, height;
  const char* stored;
};
constexpr Case kCases[] = {
    {1, 3, 2, "abcdef"}, {2, 3, 2, "cbafed"}, {3, 3, 2, "fedcba"}, {4, 3, 2, "defabc"},
    {5, 2, 3, "adbecf"}, {6, 2, 3, "cfbead"}, {7, 2, 3, "fcebda"}, {8, 2, 3, "daebfc"},
};

TEST(TurnUpright, ShowsTheSamePictureHoweverItWasStored) {
  for (const Case& c : kCases) {
    Picture picture = NewPicture(SELFIESEG_RGBA, c.width, c.height);
    for (size_t i = 0; i < picture.bytes().size(); ++i)
      picture.bytes()[i] = uint8_t(c.stored[i / 4]);
    TurnUpright(&picture, c.orientation);
    EXPECT_EQ(picture.width, 3);
    EXPECT_EQ(picture.height, 2);
    std::string seen;
    for (size_t i = 0; i < picture.bytes().size(); i += 4) seen += char(picture.bytes()[i]);
    EXPECT_EQ(seen, "abcdef") << c.orientation;
  }
}

TEST(TurnUpright, TurnsPicturesLargerThanATile) {
  Picture picture = NewPicture(SELFIESEG_RGBA, 70, 45);
  for (size_t i = 0; i < picture.bytes().size(); ++i) picture.bytes()[i] = uint8_t(i / 4 % 251);
  const std::vector<uint8_t> before(picture.bytes().begin(), picture.bytes().end());
  TurnUpright(&picture, 6);
  ASSERT_EQ(picture.width, 45);
  for (const int there_and_back : {8}) TurnUpright(&picture, there_and_back);
  EXPECT_TRUE(std::equal(before.begin(), before.end(), picture.bytes().begin()));
}

}  // namespace
}  // namespace selfieseg::cli
