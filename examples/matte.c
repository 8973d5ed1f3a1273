/* The smallest C program: a made-up frame in, the person's matte out. */
#include <stdio.h>
#include <stdlib.h>

#include "selfieseg/selfieseg.h"

static int fail(void) {
  fprintf(stderr, "%s\n", selfieseg_last_error());
  return 1;
}

int main(void) {
  enum { kWidth = 640, kHeight = 480 };
  unsigned char* rgb = calloc(kWidth * kHeight, 3); /* your frame */
  unsigned char* matte = malloc(kWidth * kHeight);  /* 0 background .. 255 person */
  selfieseg_model* model = NULL;
  selfieseg_session* session = NULL;

  if (selfieseg_model_open("general", &model) != SELFIESEG_OK) return fail();
  if (selfieseg_session_open(model, NULL, &session) != SELFIESEG_OK) return fail();

  selfieseg_image in = selfieseg_wrap(SELFIESEG_RGB, kWidth, kHeight, rgb, 0);
  selfieseg_image out = selfieseg_wrap(SELFIESEG_GRAY, kWidth, kHeight, matte, 0);
  if (selfieseg_segment(session, &in, &out) != SELFIESEG_OK) return fail(); /* for every frame */
  printf("the middle is %.0f %% person\n", matte[kHeight / 2 * kWidth + kWidth / 2] / 2.55);

  selfieseg_session_close(session);
  selfieseg_model_close(model);
  free(matte);
  free(rgb);
  return 0;
}
