// A GStreamer pipeline that ends with its owner.
#pragma once

#include <gst/gst.h>

#include <memory>
#include <string>

#include "camera/output.h"

namespace selfieseg::camera {

struct UnrefObject {
  void operator()(gpointer object) const { gst_object_unref(object); }
};
using OwnedElement = std::unique_ptr<GstElement, UnrefObject>;

std::string CapsText(const Shape& shape);

class Pipeline {
 public:
  // Words of gst-launch. Throws std::runtime_error.
  explicit Pipeline(const std::string& words);
  ~Pipeline();
  Pipeline(const Pipeline&) = delete;
  Pipeline& operator=(const Pipeline&) = delete;

  OwnedElement Find(const char* name) const;
  void Play();
  // Begins again. False: it cannot.
  bool Rewind();

  // What went wrong since the last call, or "".
  std::string Fault();
  // Whether the end came since the last call of Fault().
  bool ended() const { return ended_; }

 private:
  OwnedElement pipeline_;
  std::unique_ptr<GstBus, UnrefObject> bus_;
  bool ended_ = false;
};

}  // namespace selfieseg::camera
