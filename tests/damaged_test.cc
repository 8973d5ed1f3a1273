// Damaged .tflite files: cut short, with flipped bits, with fields overwritten. Each gives a model
// or a sentence, never a crash; the sanitizers (./dev asan) see what a plain run cannot.
#include <gtest/gtest.h>

#include <cstring>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "net/builtin.h"
#include "selfieseg/selfieseg.h"

namespace selfieseg {
namespace {

using Bytes = std::vector<uint8_t>;

struct Tally {
  int opened = 0, refused = 0;
  std::map<std::string, int> sentences;  // without their numbers
};

// Opens the bytes; a model that opens must also run, whatever its weights have become.
void Try(const Bytes& bytes, bool run, Tally& tally) {
  // A copy of the exact size, so that the sanitizer sees a read past the end.
  const Bytes exact(bytes);
  selfieseg_model* model = nullptr;
  const selfieseg_status status = selfieseg_model_open_memory(exact.data(), exact.size(), &model);
  if (status != SELFIESEG_OK) {
    ASSERT_EQ(status, SELFIESEG_BAD_MODEL) << selfieseg_last_error();
    ASSERT_EQ(model, nullptr);
    std::string sentence = selfieseg_last_error();
    ASSERT_GE(sentence.size(), 10u);
    std::erase_if(sentence, [](char c) { return c >= '0' && c <= '9'; });
    ++tally.sentences[sentence.substr(0, 40)];
    ++tally.refused;
    return;
  }
  ++tally.opened;
  selfieseg_session* session = nullptr;
  if (run && selfieseg_session_open(model, nullptr, &session) == SELFIESEG_OK) {
    selfieseg_model_info info = {sizeof(info), 0, 0, 0, 0, nullptr};
    ASSERT_EQ(selfieseg_model_get_info(model, &info), SELFIESEG_OK);
    const size_t pixels = size_t(info.width) * info.height;
    std::vector<uint8_t> frame(pixels * 3, 128), matte(pixels);
    const selfieseg_image in =
        selfieseg_wrap(SELFIESEG_RGB, info.width, info.height, frame.data(), 0);
    const selfieseg_image out =
        selfieseg_wrap(SELFIESEG_GRAY, info.width, info.height, matte.data(), 0);
    ASSERT_EQ(selfieseg_segment(session, &in, &out), SELFIESEG_OK);
    selfieseg_session_close(session);
  }
  selfieseg_model_close(model);
}

Bytes Whole(int network) {
  const auto bytes = core::BuiltinNetworks()[network].bytes;
  return {bytes.begin(), bytes.end()};
}

TEST(Damaged, CutFilesAreRefused) {
  Tally tally;
  const Bytes whole = Whole(0);
  for (size_t size = 1; size < whole.size(); size += size < 2000 ? 1 : 67) {
    Try(Bytes(whole.begin(), whole.begin() + size), false, tally);
  }
  EXPECT_EQ(tally.opened, 0);
  EXPECT_GE(tally.refused, 5000);
}

// Bits of the tables, not only of the weights: the structure lies in the first and last parts of
// the file.
TEST(Damaged, FlippedBitsAreRefusedOrHarmless) {
  std::mt19937 random(1);
  for (int network = 0; network < 2; ++network) {
    Tally tally;
    const Bytes whole = Whole(network);
    const size_t tables = 48000;  // bytes at the end that hold tensors and operators
    for (int i = 0; i < 4000; ++i) {
      Bytes bytes = whole;
      const int flips = 1 + int(random() % 4);
      for (int flip = 0; flip < flips; ++flip) {
        const size_t at =
            i % 4 == 0 ? random() % bytes.size() : bytes.size() - 1 - random() % tables;
        bytes[at] ^= uint8_t(1u << (random() % 8));
      }
      Try(bytes, i % 40 == 0, tally);
    }
    EXPECT_GT(tally.refused, 500);
    EXPECT_GT(tally.opened, 100);
    EXPECT_GE(tally.sentences.size(), 20u) << "the damage reaches few of the checks";
  }
}

// Words that overflow, point backwards or count too much, at every place of the tables.
TEST(Damaged, OverwrittenWordsAreRefusedOrHarmless) {
  constexpr uint32_t kWords[] = {0xffffffff, 0x7fffffff, 0x80000000, 0, 0x00010000};
  Tally tally;
  const Bytes whole = Whole(1);
  std::mt19937 random(2);
  for (int i = 0; i < 4000; ++i) {
    Bytes bytes = whole;
    const size_t at = (bytes.size() - 48000 + random() % 47996) & ~size_t(3);
    std::memcpy(bytes.data() + at, &kWords[i % 5], 4);
    Try(bytes, false, tally);
  }
  EXPECT_GT(tally.refused, 1000);
}

}  // namespace
}  // namespace selfieseg
