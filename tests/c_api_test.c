/* The header is valid C11, and a C program can do everything with it. Compiled with -Wpedantic
 * -Werror. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "selfieseg/selfieseg.h"

#define CHECK(condition)                                                                   \
  do {                                                                                     \
    if (!(condition)) {                                                                    \
      fprintf(stderr, "line %d: %s (%s)\n", __LINE__, #condition, selfieseg_last_error()); \
      return 1;                                                                            \
    }                                                                                      \
  } while (0)

static void count_step(void* context, const selfieseg_step* step) {
  if (step->name != NULL && step->shape[0] == 1) ++*(int*)context;
}

int main(void) {
  enum { kWidth = 64, kHeight = 48 };
  static unsigned char frame[kWidth * kHeight * 4];
  static float matte[kWidth * kHeight];
  static unsigned char alpha[kWidth * kHeight];
  selfieseg_model* model = NULL;
  selfieseg_session* session = NULL;
  selfieseg_options options = selfieseg_default_options();
  selfieseg_model_info info;
  selfieseg_timings timings;
  selfieseg_effect* effect = NULL;
  selfieseg_effect_options effects;
  selfieseg_format format;
  selfieseg_image in, out, gray;
  int steps = 0;

  CHECK(strlen(selfieseg_version()) >= 5);
  CHECK(strcmp(selfieseg_status_text(SELFIESEG_BAD_MODEL), "bad model") == 0);
  CHECK(strcmp(selfieseg_backend_name(0), "simd") == 0);
  CHECK(selfieseg_instruction_set()[0] != '\0');
  CHECK(selfieseg_format_by_name("bgra", &format) == SELFIESEG_OK && format == SELFIESEG_BGRA);

  CHECK(strcmp(selfieseg_quality_name(0), "balanced") == 0 && selfieseg_quality_name(9) == NULL);
  CHECK(strcmp(selfieseg_network_name(1), "landscape") == 0 && selfieseg_network_name(2) == NULL);
  CHECK(selfieseg_model_open("portrait", &model) == SELFIESEG_BAD_ARGUMENT && model == NULL);
  CHECK(strstr(selfieseg_last_error(), "general") != NULL);
  CHECK(selfieseg_model_open("landscape", &model) == SELFIESEG_OK);
  info.struct_size = sizeof(info);
  CHECK(selfieseg_model_get_info(model, &info) == SELFIESEG_OK);
  CHECK(info.width == 256 && info.height == 144 && info.parameters == 106401 &&
        info.bytes == 249792);
  CHECK(strlen(info.sha256) == 64);

  options.observer = count_step;
  options.observer_context = &steps;
  CHECK(selfieseg_session_open(model, &options, &session) == SELFIESEG_OK);
  CHECK(strncmp(selfieseg_session_backend(session), "simd:", 5) == 0);
  selfieseg_model_close(model); /* the session keeps what it needs */
  in = selfieseg_wrap(format, kWidth, kHeight, frame, 0);
  out = selfieseg_wrap(SELFIESEG_GRAY_F32, kWidth, kHeight, matte, 0);
  gray = selfieseg_wrap(SELFIESEG_GRAY, kWidth, kHeight, alpha, 0);
  CHECK(selfieseg_segment(session, &in, &out) == SELFIESEG_OK);
  CHECK(selfieseg_segment(session, &in, &gray) == SELFIESEG_OK);
  CHECK(steps > 10);
  effects = selfieseg_default_effect_options();
  CHECK(selfieseg_effect_open(&effects, &effect) == SELFIESEG_OK);
  CHECK(selfieseg_compose(effect, &in, &gray, &in) == SELFIESEG_OK);
  CHECK(frame[3] == alpha[0]);
  timings.struct_size = sizeof(timings);
  CHECK(selfieseg_session_get_timings(session, &timings) == SELFIESEG_OK && timings.network_ms > 0);
  CHECK(selfieseg_process(session, effect, &in, &in) == SELFIESEG_OK);
  selfieseg_effect_close(effect);
  selfieseg_session_close(session);
  return 0;
}
