// The drawn person is one to the networks, and what looks again looks again at it.
#include "cli/figure.h"

#include <gtest/gtest.h>

#include <string>

#include "selfieseg/selfieseg.hpp"

namespace selfieseg::cli {
namespace {

// How often the network runs for a frame.
int RunsFor(const Picture& frame, const std::string& quality) {
  struct Runs {
    std::string first;
    int count = 0;
  } runs;
  selfieseg_options options = selfieseg_default_options();
  options.quality = quality.c_str();
  options.observer_context = &runs;
  options.observer = [](void* context, const selfieseg_step* step) {
    Runs* all = static_cast<Runs*>(context);
    if (all->first.empty()) all->first = step->name;
    all->count += all->first == step->name;
  };
  Session session(Model::Open("general"), options);
  Picture matte = NewPicture(SELFIESEG_GRAY, frame.width, frame.height);
  session.Segment(frame.View(), matte.View());
  return runs.count;
}

TEST(Figure, BestLooksAgainAtThePerson) {
  const Picture person = DrawPerson(900, 400), nobody = NewPicture(SELFIESEG_RGBA, 900, 400);
  std::fill(nobody.bytes().begin(), nobody.bytes().end(), uint8_t{128});
  EXPECT_EQ(RunsFor(person, "fast"), 1);
  EXPECT_EQ(RunsFor(person, "balanced"), 1);
  EXPECT_EQ(RunsFor(person, "best"), 4);  // the frame and its mirror image, the close-up and its
  EXPECT_EQ(RunsFor(nobody, "best"), 2);
}

}  // namespace
}  // namespace selfieseg::cli
