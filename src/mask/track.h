// Where the network looks in a video: at the box of the persons, found from the mask before.
//
// A person far away fills few pixels of the whole frame made small; of a box many more. The box
// grows at once and shrinks slowly, it holds all who were found lately, and it changes rarely: in
// between the network sees still things stand still. All constants are from docs/evaluation.md.
#pragma once

#include <vector>

#include "base/image.h"
#include "base/tensor.h"

namespace selfieseg::core {

// All functions are real-time safe.
class Tracker {
 public:
  explicit Tracker(const Shape& shape);  // of the network's input

  // From now on the whole frame: a new stream, a cut, another size.
  void Reset(int width, int height);

  // Where to look next; x and y are even.
  const Rect& box() const { return box_; }
  const Rect& frame() const { return frame_; }
  bool SeesWhole() const { return box_ == frame_; }
  // Whether it is time to look at the whole frame instead of the box: somebody may have come.
  bool IsCheckDue() const { return !SeesWhole() && since_whole_ >= kCheckEvery; }

  // What was found in the box; may move it.
  void See(const float* mask);
  // What was found in the whole frame on a check. It only makes the box larger: who is far away
  // may be found in the box alone.
  void SeeWhole(const float* mask);
  // Whether a look at a new box finds again what was shown before, in the same place. If not,
  // the whole frame is looked at, for a while.
  bool Confirm(const float* mask, const float* before);

  // A plane of a part of the frame as one of all of it, both in the mask's size; 0 around it.
  void Place(const float* plane, const Rect& part, float* whole);

 private:
  static constexpr int kCheckEvery = 30;  // frames

  struct Extent {  // in pixels of the frame
    double left = 0, top = 0, right = 0, bottom = 0;
  };
  bool Find(const float* mask, const Rect& part, Extent* found) const;
  // The persons with a margin; no side is shorter than so much of the frame's, and so many pixels.
  Rect Around(double margin, double least_of_side, double least_pixels) const;
  void Choose();

  Shape shape_;
  Rect frame_, box_;
  Extent person_;                                         // of all who were found lately
  int since_whole_ = 0, since_found_ = 0, patience_ = 0;  // frames
  std::vector<int> columns_, lines_;                      // of the whole, for each of the part
  std::vector<float> counts_;
};

}  // namespace selfieseg::core
