// The table by which the tool calls the module. No exception leaves it.
#include "cli/io/video_module.h"

#include <cstdlib>
#include <memory>
#include <new>

#include "cli/io/video_sink.h"
#include "cli/io/video_source.h"

namespace selfieseg::cli {
namespace {

// What `work` returns, or nothing but a fault.
template <class Work>
auto Guard(ClipFault* fault, const Work& work) -> decltype(work()) {
  using Kind = ClipFault::Kind;
  try {
    return work();
  } catch (const Misuse& misuse) {
    *fault = {Kind::kMisuse, misuse.what()};
  } catch (const Interrupted&) {
    fault->kind = Kind::kInterrupted;
  } catch (const std::bad_alloc&) {
    fault->kind = Kind::kMemory;
  } catch (const std::exception& exception) {
    *fault = {Kind::kFailure, exception.what()};
  }
  return {};
}

void BeQuiet() {
  av_log_set_level(AV_LOG_QUIET);
  setenv("SVT_LOG", "0", 0);  // an encoder that asks only its environment
}

ClipSource& SourceOf(void* input) { return *static_cast<ClipSource*>(input); }
ClipSink& SinkOf(void* output) { return *static_cast<ClipSink*>(output); }

void* OpenInput(const ClipInput& options, ClipFacts* facts, ClipFault* fault) {
  return Guard(fault, [&]() -> void* {
    BeQuiet();
    auto source = std::make_unique<ClipSource>(options);
    *facts = source->Facts();
    return source.release();
  });
}

bool Read(void* input, ClipPieceView* view, ClipFault* fault) {
  return Guard(fault, [&] {
    std::unique_ptr<Piece> piece = SourceOf(input).Next();
    if (piece == nullptr) return true;
    if (piece->frame != nullptr) {
      view->frame = ViewOf(*piece->frame);
      view->frame.orientation = piece->orientation;
      view->seconds = SourceOf(input).SecondsOf(*piece->frame);
    }
    if (piece->mask != nullptr) view->mask = ViewOf(*piece->mask);
    view->handle = piece.release();
    return true;
  });
}

void Release(const ClipPieceView& view) { delete static_cast<Piece*>(view.handle); }

void CloseInput(void* input) { delete &SourceOf(input); }

void* OpenOutput(void* input, const ClipOutput& options, ClipFacts* facts, ClipFault* fault) {
  return Guard(fault, [&]() -> void* {
    auto sink = std::make_unique<ClipSink>(SourceOf(input), options);
    *facts = sink->Facts();
    return sink.release();
  });
}

bool Write(void* output, const ClipPieceView& view, ClipFault* fault) {
  return Guard(fault, [&] {
    SinkOf(output).Write(*static_cast<Piece*>(view.handle));
    return true;
  });
}

bool Finish(void* output, ClipFault* fault) {
  return Guard(fault, [&] {
    SinkOf(output).Finish();
    return true;
  });
}

void CloseOutput(void* output) { delete &SinkOf(output); }

void AccountInput(void* input, ClipAccount* account) { SourceOf(input).Account(account); }
void AccountOutput(void* output, ClipAccount* account) { SinkOf(output).Account(account); }

}  // namespace
}  // namespace selfieseg::cli

extern "C" __attribute__((visibility("default")))
const selfieseg::cli::VideoModule selfieseg_video_module = {
    selfieseg::cli::EdgeSize(),   selfieseg::cli::OpenInput,    selfieseg::cli::Read,
    selfieseg::cli::Release,      selfieseg::cli::CloseInput,   selfieseg::cli::OpenOutput,
    selfieseg::cli::Write,        selfieseg::cli::Finish,       selfieseg::cli::CloseOutput,
    selfieseg::cli::AccountInput, selfieseg::cli::AccountOutput};
