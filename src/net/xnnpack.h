// The optional backend "xnnpack": a network through Google's library XNNPACK, as a second opinion
// and to compare speeds with. Built with -DSELFIESEG_XNNPACK=ON.
#pragma once

#include <memory>
#include <string_view>

#include "net/backend.h"

namespace selfieseg::core {

// As Backend::open. Runs any graph of operators that XNNPACK has.
Result<std::unique_ptr<Network>> OpenXnnpack(const Model& model, Threads& threads, bool watched,
                                             std::string_view variant);

}  // namespace selfieseg::core
