/* A frame loop in C: raw NV12 frames in, the same with their background blurred out.
 *
 *   ffmpeg -i in.mp4 -pix_fmt nv12 -f rawvideo - | example_frame_loop_c 1280x720 > out.nv12
 *
 * Each argument is the size of one frame, the last also of all that follow: streams may change
 * their size, and smoothing goes on. Only "reset" before a size says that another stream begins. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "selfieseg/selfieseg.h"

static void need(int condition, const char* sentence) {
  if (condition) return;
  fprintf(stderr, "frame_loop: %s\n", sentence);
  exit(1);
}

static void check(selfieseg_status status) { need(status == SELFIESEG_OK, selfieseg_last_error()); }

/* A row of NV12's chroma has a pair of bytes for two pixels, also for the last if it is alone. */
static size_t nv12_bytes(int width, int height) {
  return (size_t)width * (size_t)height + ((size_t)width + 1) / 2 * 2 * (((size_t)height + 1) / 2);
}

int main(int count, char** arguments) {
  selfieseg_model* model = NULL;
  selfieseg_session* session = NULL;
  selfieseg_effect* effect = NULL;
  selfieseg_options options = selfieseg_default_options();
  selfieseg_effect_options effect_options = selfieseg_default_effect_options();
  unsigned char* pixels = NULL;
  int width = 0, height = 0, next = 1;

  options.smoothing = 1; /* calms what flickers; a cut is found without being told */
  effect_options.background = SELFIESEG_BLUR;
  check(selfieseg_model_open("general", &model));
  check(selfieseg_session_open(model, &options, &session));
  check(selfieseg_effect_open(&effect_options, &effect));
  need(count > 1, "need the size of a frame, such as 1280x720");

  for (;;) {
    if (next < count && strcmp(arguments[next], "reset") == 0) {
      check(selfieseg_session_reset(session));
      ++next;
    }
    if (next < count) {
      const int found = sscanf(arguments[next++], "%5dx%5d", &width, &height);
      need(found == 2 && width > 0 && height > 0, "a size is two numbers, such as 1280x720");
      pixels = realloc(pixels, nv12_bytes(width, height));
      need(pixels != NULL, "out of memory");
    }
    const size_t bytes = nv12_bytes(width, height), read = fread(pixels, 1, bytes, stdin);
    if (read == 0 && !ferror(stdin)) break;
    need(read == bytes, "the last frame is cut short");

    const selfieseg_image frame = selfieseg_wrap(SELFIESEG_NV12, width, height, pixels, 0);
    check(selfieseg_process(session, effect, &frame, &frame)); /* in place */
    need(fwrite(pixels, 1, bytes, stdout) == bytes, "cannot write");
  }
  need(fflush(stdout) == 0, "cannot write");

  free(pixels);
  selfieseg_effect_close(effect);
  selfieseg_session_close(session);
  selfieseg_model_close(model);
  return 0;
}
