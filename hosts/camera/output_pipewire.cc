// A Video/Source node of PipeWire. A stream of our own and not the element pipewiresink: that drops
// frames while nobody reads, and does not tell; a stream says so by its state.
#include <pipewire/pipewire.h>
#include <spa/param/buffers.h>
#include <spa/param/video/format-utils.h>

#include <atomic>
#include <cstring>
#include <stdexcept>

#include "camera/output.h"

namespace selfieseg::camera {
namespace {

class PipeWireOutput final : public Output {
 public:
  PipeWireOutput(const Shape& shape, const char* name);
  ~PipeWireOutput() override { Close(); }

  bool HasReader() override { return state_ == PW_STREAM_STATE_STREAMING; }
  void Show(std::span<const uint8_t> frame) override;

 private:
  void Connect(const char* name);
  void Close();
  void OfferBuffers();
  void FillBuffer(std::span<const uint8_t> frame);

  const Shape shape_;
  uint64_t number_ = 0;
  std::atomic<int> state_ = PW_STREAM_STATE_CONNECTING;
  pw_thread_loop* loop_ = nullptr;
  pw_stream* stream_ = nullptr;
};

PipeWireOutput::PipeWireOutput(const Shape& shape, const char* name) : shape_(shape) {
  pw_init(nullptr, nullptr);
  loop_ = pw_thread_loop_new("selfieseg", nullptr);
  if (loop_ == nullptr || pw_thread_loop_start(loop_) != 0) {
    Close();
    throw std::runtime_error("PipeWire's thread does not start");
  }
  pw_thread_loop_lock(loop_);
  try {
    Connect(name);
  } catch (...) {
    pw_thread_loop_unlock(loop_);
    Close();
    throw;
  }
  pw_thread_loop_unlock(loop_);
}

void PipeWireOutput::Connect(const char* name) {
  static const pw_stream_events events = [] {
    pw_stream_events all = {};
    all.version = PW_VERSION_STREAM_EVENTS;
    all.state_changed = [](void* self, pw_stream_state, pw_stream_state now, const char*) {
      static_cast<PipeWireOutput*>(self)->state_ = now;
    };
    all.param_changed = [](void* self, uint32_t id, const spa_pod* param) {
      if (id == SPA_PARAM_Format && param != nullptr) {
        static_cast<PipeWireOutput*>(self)->OfferBuffers();
      }
    };
    return all;
  }();
  stream_ = pw_stream_new_simple(
      pw_thread_loop_get_loop(loop_), name,
      pw_properties_new(PW_KEY_MEDIA_CLASS, "Video/Source", PW_KEY_MEDIA_ROLE, "Camera",
                        PW_KEY_NODE_NAME, name, PW_KEY_NODE_DESCRIPTION, name, nullptr),
      &events, this);
  if (stream_ == nullptr) {
    throw std::runtime_error("PipeWire does not answer; see 'selfieseg camera doctor'");
  }
  uint8_t room[1024];
  spa_pod_builder builder = SPA_POD_BUILDER_INIT(room, sizeof(room));
  spa_video_info_raw info = {};
  info.format = SPA_VIDEO_FORMAT_YUY2;
  info.size = SPA_RECTANGLE(uint32_t(shape_.width), uint32_t(shape_.height));
  info.framerate = SPA_FRACTION(uint32_t(shape_.rate), 1);
  const spa_pod* params[] = {spa_format_video_raw_build(&builder, SPA_PARAM_EnumFormat, &info)};
  const auto flags = pw_stream_flags(PW_STREAM_FLAG_DRIVER | PW_STREAM_FLAG_MAP_BUFFERS);
  if (pw_stream_connect(stream_, PW_DIRECTION_OUTPUT, PW_ID_ANY, flags, params, 1) < 0) {
    throw std::runtime_error("PipeWire does not take a camera; see 'selfieseg camera doctor'");
  }
}

void PipeWireOutput::Close() {
  if (loop_ != nullptr) pw_thread_loop_stop(loop_);
  if (stream_ != nullptr) pw_stream_destroy(stream_);
  if (loop_ != nullptr) pw_thread_loop_destroy(loop_);
}

void PipeWireOutput::OfferBuffers() {
  uint8_t room[1024];
  spa_pod_builder builder = SPA_POD_BUILDER_INIT(room, sizeof(room));
  const spa_pod* params[] = {
      static_cast<const spa_pod*>(spa_pod_builder_add_object(
          &builder, SPA_TYPE_OBJECT_ParamBuffers, SPA_PARAM_Buffers, SPA_PARAM_BUFFERS_buffers,
          SPA_POD_CHOICE_RANGE_Int(4, 2, 16), SPA_PARAM_BUFFERS_blocks, SPA_POD_Int(1),
          SPA_PARAM_BUFFERS_size, SPA_POD_Int(int(shape_.bytes())), SPA_PARAM_BUFFERS_stride,
          SPA_POD_Int(shape_.width * 2), SPA_PARAM_BUFFERS_dataType,
          SPA_POD_CHOICE_FLAGS_Int(1 << SPA_DATA_MemFd))),
      static_cast<const spa_pod*>(spa_pod_builder_add_object(
          &builder, SPA_TYPE_OBJECT_ParamMeta, SPA_PARAM_Meta, SPA_PARAM_META_type,
          SPA_POD_Id(SPA_META_Header), SPA_PARAM_META_size,
          SPA_POD_Int(int(sizeof(spa_meta_header)))))};
  pw_stream_update_params(stream_, params, 2);
}

void PipeWireOutput::FillBuffer(std::span<const uint8_t> frame) {
  pw_buffer* buffer = pw_stream_dequeue_buffer(stream_);
  if (buffer == nullptr) return;  // readers hold them all
  spa_data& data = buffer->buffer->datas[0];
  if (data.data != nullptr && data.maxsize >= frame.size()) {
    std::memcpy(data.data, frame.data(), frame.size());
    data.chunk->offset = 0;
    data.chunk->size = uint32_t(frame.size());
    data.chunk->stride = shape_.width * 2;
  }
  auto* header = static_cast<spa_meta_header*>(
      spa_buffer_find_meta_data(buffer->buffer, SPA_META_Header, sizeof(spa_meta_header)));
  if (header != nullptr) {
    timespec now = {};
    clock_gettime(CLOCK_MONOTONIC, &now);
    header->pts = SPA_TIMESPEC_TO_NSEC(&now);
    header->flags = 0;
    header->seq = number_++;
    header->dts_offset = 0;
  }
  pw_stream_queue_buffer(stream_, buffer);
}

void PipeWireOutput::Show(std::span<const uint8_t> frame) {
  if (state_ == PW_STREAM_STATE_ERROR || state_ == PW_STREAM_STATE_UNCONNECTED) {
    throw std::runtime_error("PipeWire went away");
  }
  if (!HasReader()) return;
  pw_thread_loop_lock(loop_);
  // Before the cycle and not in it, where the stream asks for a frame that the next cycle gives.
  FillBuffer(frame);
  pw_stream_trigger_process(stream_);
  pw_thread_loop_unlock(loop_);
}

}  // namespace

std::unique_ptr<Output> OpenPipeWire(const Shape& shape, const char* name) {
  return std::make_unique<PipeWireOutput>(shape, name);
}

}  // namespace selfieseg::camera
