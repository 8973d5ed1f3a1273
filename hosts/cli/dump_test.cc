// Dumps and their comparison: names stay in the folder, and the first step that differs is found.
#include "cli/dump.h"

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <vector>

#include "cli/diff.h"
#include "cli/failure.h"
#include "cli/files.h"
#include "cli/npy.h"
#include "cli/sandbox.h"

namespace selfieseg::cli {
namespace {

// Shows `dump` one step of 1x1x2x2 as the library would.
void Show(StepDump* dump, const char* name, const std::vector<float>& values) {
  selfieseg_options options = selfieseg_default_options();
  dump->Attach(&options);
  ASSERT_NE(options.observer, nullptr);
  const selfieseg_step step = {name, {1, 1, 2, 2}, values.empty() ? nullptr : values.data(), 0};
  options.observer(options.observer_context, &step);
}

void DumpOne(const std::string& folder, const char* name, const std::vector<float>& values) {
  StepDump dump(folder);
  Show(&dump, name, values);
  dump.Check();
}

TEST(StepDump, WritesAStepUnderItsName) {
  const Sandbox sandbox;
  DumpOne(sandbox.Path("new/folder"), "001_stem", {1, 2, 3, 4});
  const Array array = DecodeNpy(ReadFile(sandbox.Path("new/folder/001_stem.npy")));
  EXPECT_EQ(array.shape, std::vector<int64_t>({1, 1, 2, 2}));
  EXPECT_EQ(array.values, std::vector<float>({1, 2, 3, 4}));
}

TEST(StepDump, SkipsAStepWithoutData) {
  const Sandbox sandbox;
  DumpOne(sandbox.Path("steps"), "001_stem", {});
  EXPECT_TRUE(sandbox.Names().empty());
}

TEST(StepDump, RefusesNamesThatLeaveTheFolder) {
  const Sandbox sandbox;
  for (const char* name : {"", ".", "..", "../x", "/x", "a/b", ".hidden", "a\nb", "caf\xC3\xA9"}) {
    EXPECT_THROW(DumpOne(sandbox.Path("steps"), name, {1, 2, 3, 4}), Failure) << name;
  }
  EXPECT_TRUE(sandbox.Names().empty());
}

TEST(StepDump, ReportsAFolderThatCannotBe) {
  const Sandbox sandbox;
  WriteFile(sandbox.Path("file"), Bytes{1});
  EXPECT_THROW(DumpOne(sandbox.Path("file"), "001_stem", {1, 2, 3, 4}), Failure);
}

TEST(CompareFolders, FindsTheLargestDifferenceAndItsPlace) {
  const Sandbox sandbox;
  DumpOne(sandbox.Path("a"), "001_stem", {1, -8, 3, 4});
  DumpOne(sandbox.Path("b"), "001_stem", {1, -8, 3.5f, 4.25f});
  const std::vector<StepDifference> steps = CompareFolders(sandbox.Path("a"), sandbox.Path("b"));
  ASSERT_EQ(steps.size(), 1u);
  EXPECT_EQ(steps[0].name, "001_stem");
  EXPECT_EQ(steps[0].difference, 0.5);
  EXPECT_EQ(steps[0].scale, 8);
  EXPECT_EQ(steps[0].place, "[0, 0, 1, 0]");
  EXPECT_TRUE(steps[0].Exceeds(0.06));
  EXPECT_FALSE(steps[0].Exceeds(0.0625));
}

TEST(CompareFolders, TakesTheStepsThatBothHaveInOrder) {
  const Sandbox sandbox;
  for (const char* name : {"003_c", "001_a", "002_b"})
    DumpOne(sandbox.Path("a"), name, {1, 1, 1, 1});
  for (const char* name : {"004_d", "003_c", "001_a"})
    DumpOne(sandbox.Path("b"), name, {1, 1, 1, 1});
  const std::vector<StepDifference> steps = CompareFolders(sandbox.Path("a"), sandbox.Path("b"));
  ASSERT_EQ(steps.size(), 2u);
  EXPECT_EQ(steps[0].name, "001_a");
  EXPECT_EQ(steps[1].name, "003_c");
}

TEST(CompareFolders, NotANumberDiffersFromAnyNumber) {
  const Sandbox sandbox;
  DumpOne(sandbox.Path("a"), "001_stem", {1, NAN, INFINITY, 4});
  DumpOne(sandbox.Path("same"), "001_stem", {1, NAN, INFINITY, 4});
  DumpOne(sandbox.Path("other"), "001_stem", {1, 2, INFINITY, 4});
  EXPECT_FALSE(CompareFolders(sandbox.Path("a"), sandbox.Path("same"))[0].Exceeds(0));
  EXPECT_TRUE(CompareFolders(sandbox.Path("a"), sandbox.Path("other"))[0].Exceeds(1e6));
  EXPECT_TRUE(CompareFolders(sandbox.Path("other"), sandbox.Path("a"))[0].Exceeds(1e6));
}

TEST(CompareFolders, OtherShapesDiffer) {
  const Sandbox sandbox;
  DumpOne(sandbox.Path("a"), "001_stem", {1, 2, 3, 4});
  std::filesystem::create_directory(sandbox.Path("b"));
  const int64_t shape[] = {4};
  WriteFile(sandbox.Path("b/001_stem.npy"), EncodeNpy(shape, std::vector<float>{1, 2, 3, 4}));
  EXPECT_TRUE(CompareFolders(sandbox.Path("a"), sandbox.Path("b"))[0].Exceeds(1e6));
}

TEST(CompareFolders, RefusesWhatItCannotCompare) {
  const Sandbox sandbox;
  DumpOne(sandbox.Path("a"), "001_stem", {1, 2, 3, 4});
  DumpOne(sandbox.Path("other"), "002_b1", {1, 2, 3, 4});
  std::filesystem::create_directory(sandbox.Path("garbage"));
  WriteFile(sandbox.Path("garbage/001_stem.npy"), Bytes{1, 2, 3});
  for (const char* b : {"absent", "other", "garbage"}) {
    EXPECT_THROW(CompareFolders(sandbox.Path("a"), sandbox.Path(b)), Failure) << b;
  }
}

}  // namespace
}  // namespace selfieseg::cli
