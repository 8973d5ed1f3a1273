#include "live/finder.h"

#include <string_view>

namespace selfieseg::live {
namespace {

constexpr double kLandscapeAspect = 1.5;  // the landscape network from here on
                                          // (docs/evaluation.md)

std::string NameOf(Network network, int width, int height) {
  const bool wide = width >= kLandscapeAspect * height;
  const bool landscape = network == Network::kLandscape || (network == Network::kAuto && wide);
  return landscape ? "landscape" : "general";
}

Session Open(const Model& model, const Finding& finding) {
  selfieseg_options options = selfieseg_default_options();
  options.quality = selfieseg_quality_name(size_t(finding.quality));
  options.threads = finding.threads;
  const bool best = std::string_view(options.quality) == "best";  // looks at each picture afresh
  options.smoothing = best ? 0 : finding.smoothing;
  options.tracking = !best && finding.tracking ? 1 : 0;
  options.grow = finding.grow;
  options.invert = finding.invert ? 1 : 0;
  options.ramp_low = finding.ramp.low;
  options.ramp_high = finding.ramp.high;
  return Session(model, options);
}

}  // namespace

bool Finder::IsReady(const Finding& finding, int width, int height) const {
  return session_ && finding == finding_ && NameOf(finding.network, width, height) == name_;
}

Session& Finder::Prepare(const Finding& finding, int width, int height) {
  if (IsReady(finding, width, height)) return *session_;
  session_.reset();  // in case that what follows throws
  name_ = NameOf(finding.network, width, height);
  auto model = models_.find(name_);
  if (model == models_.end()) model = models_.emplace(name_, Model::Open(name_)).first;
  session_ = Open(model->second, finding);
  finding_ = finding;
  return *session_;
}

void Finder::Close() {
  session_.reset();
  models_.clear();
}

}  // namespace selfieseg::live
