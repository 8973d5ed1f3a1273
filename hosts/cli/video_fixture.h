// For tests of `selfieseg video`: a folder with clips, and runs of the tool in it.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "cli/clip_maker.h"
#include "cli/sandbox.h"

namespace selfieseg::cli {

using Names = std::vector<std::string>;

class Video : public testing::Test {
 protected:
  static void SetUpTestSuite() { av_log_set_level(AV_LOG_QUIET); }

  void Make(const std::string& name, const ClipRecipe& recipe = {}) const {
    MakeClip(sandbox_.Path(name), recipe);
  }
  FoundClip Find(const std::string& name, const std::string& decoder = "") const {
    return FindClip(sandbox_.Path(name), decoder);
  }
  // Runs `selfieseg video` and expects that it succeeds.
  Outcome Run(Names arguments, const std::string& in = "/dev/null") const {
    const Outcome outcome = TryRun(std::move(arguments), in);
    EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
    return outcome;
  }
  Outcome TryRun(Names arguments, const std::string& in = "/dev/null") const {
    arguments.insert(arguments.begin(), "video");
    return sandbox_.Run(arguments, in);
  }
  // One line, with these words in it, and nothing new in the folder.
  void ExpectRefusal(int code, const Names& arguments, const std::string& words) const {
    SCOPED_TRACE(testing::PrintToString(arguments));
    const Names before = sandbox_.Names();
    const Outcome outcome = TryRun(arguments);
    EXPECT_EQ(outcome.exit_code, code);
    EXPECT_EQ(outcome.out, "");
    EXPECT_EQ(std::count(outcome.err.begin(), outcome.err.end(), '\n'), 1) << outcome.err;
    EXPECT_NE(outcome.err.find(words), std::string::npos) << outcome.err;
    EXPECT_EQ(sandbox_.Names(), before);
  }

  const Sandbox sandbox_;
};

}  // namespace selfieseg::cli
