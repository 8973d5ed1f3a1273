// libFuzzer: any bytes as a .tflite. A selfie network that opens is run once.
#include <cstdint>
#include <vector>

#include "selfieseg/selfieseg.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  selfieseg_model* model = nullptr;
  if (selfieseg_model_open_memory(data, size, &model) != SELFIESEG_OK) return 0;
  selfieseg_session* session = nullptr;
  if (selfieseg_session_open(model, nullptr, &session) == SELFIESEG_OK) {
    selfieseg_model_info info = {sizeof(info), 0, 0, 0, 0, nullptr};
    selfieseg_model_get_info(model, &info);
    const size_t pixels = size_t(info.width) * info.height;
    std::vector<float> input(pixels * 3, 0.5f), mask(pixels);
    if (selfieseg_run_network(session, input.data(), input.size(), mask.data(), mask.size()) !=
        SELFIESEG_OK) {
      __builtin_trap();
    }
    selfieseg_session_close(session);
  }
  selfieseg_model_close(model);
  return 0;
}
