/* selfieseg: finds the person in a picture or video frame.
 *
 * The whole C API, valid C11. Three steps: open a model (immutable; share it between threads), open
 * a session per stream (one thread at a time), call selfieseg_segment() for every frame. No call
 * ever uses a network or writes a file.
 *
 * Every function that can fail returns a selfieseg_status; selfieseg_last_error() then holds one
 * sentence that names the thing and what is wrong with it. Functions marked "Real-time safe" do not
 * allocate, log or do I/O when they succeed. The caller owns all pixels. A struct that the caller
 * fills starts with its own size, so that it can grow later: take it from the function that gives
 * its defaults.
 */
#ifndef SELFIESEG_SELFIESEG_H_
#define SELFIESEG_SELFIESEG_H_

#include <stddef.h>
#include <stdint.h>

#if defined(__GNUC__)
#define SELFIESEG_API __attribute__((visibility("default")))
#else
#define SELFIESEG_API
#endif

/* Every number can be looked at as an enum, and is then refused if it is none. */
#ifdef __cplusplus
#define SELFIESEG_ENUM : int
extern "C" {
#else
#define SELFIESEG_ENUM
#endif

/* ---- about ---- */

typedef enum selfieseg_status SELFIESEG_ENUM {
  SELFIESEG_OK = 0,
  SELFIESEG_BAD_ARGUMENT = 1, /* a null pointer, an unknown name, a picture that does not add up */
  SELFIESEG_BAD_MODEL = 2,    /* bytes that are not a usable network */
  SELFIESEG_CANNOT_READ = 3,  /* a file that cannot be opened or read */
  SELFIESEG_OUT_OF_MEMORY = 4,
} selfieseg_status;

/* "major.minor.patch" of the library. */
SELFIESEG_API const char* selfieseg_version(void);

/* A few words for a status, such as "bad model". Never null. */
SELFIESEG_API const char* selfieseg_status_text(selfieseg_status status);

/* The sentence for the last call that failed on this thread; "" before the first. Valid until the
 * next failure. */
SELFIESEG_API const char* selfieseg_last_error(void);

/* The instruction set that sessions use on this machine, such as "AVX2". */
SELFIESEG_API const char* selfieseg_instruction_set(void);

/* Name of the i-th backend ("simd", "reference", ...), best first; null when there are fewer. */
SELFIESEG_API const char* selfieseg_backend_name(size_t i);

/* Name of the i-th built-in network ("general", "landscape"); null when there are fewer. */
SELFIESEG_API const char* selfieseg_network_name(size_t i);

/* ---- model: immutable, may be shared by any number of threads and sessions ---- */

typedef struct selfieseg_model selfieseg_model;

typedef struct selfieseg_model_info {
  size_t struct_size;
  int32_t width, height; /* of the input tensor and of the mask, in pixels */
  size_t parameters;     /* weights and biases */
  size_t bytes;          /* size of the .tflite */
  const char* sha256; /* of a built-in network, 64 hex digits; "" for any other. Static storage. */
} selfieseg_model_info;

/* A built-in network: "general" (256x256) or "landscape" (256 wide, 144 high). */
SELFIESEG_API selfieseg_status selfieseg_model_open(const char* name, selfieseg_model** model);

/* A .tflite file: the selfie network at any size that is a multiple of 16, with any weights. */
SELFIESEG_API selfieseg_status selfieseg_model_open_file(const char* path, selfieseg_model** model);

/* The same from memory. The bytes are copied. */
SELFIESEG_API selfieseg_status selfieseg_model_open_memory(const void* bytes, size_t size,
                                                           selfieseg_model** model);

/* Fills *info, whose struct_size the caller has set to sizeof(*info). */
SELFIESEG_API selfieseg_status selfieseg_model_get_info(const selfieseg_model* model,
                                                        selfieseg_model_info* info);

/* Sessions keep their model alive, so the order of closing does not matter. Null is allowed. */
SELFIESEG_API void selfieseg_model_close(selfieseg_model* model);

/* ---- image: a view of the caller's pixels ---- */

/* 8 bits a channel unless the name says otherwise, in this order in memory */
typedef enum selfieseg_format SELFIESEG_ENUM {
  SELFIESEG_RGB = 0,
  SELFIESEG_BGR = 1,
  SELFIESEG_RGBA = 2, /* alpha is not premultiplied, and is ignored on input */
  SELFIESEG_BGRA = 3,
  SELFIESEG_GRAY = 4,     /* frames: luma; mattes: 0 background .. 255 person */
  SELFIESEG_GRAY_F32 = 5, /* mattes only: 0.0 background .. 1.0 person */
  /* Y'CbCr of 4:2:0: one pair of chroma samples for 2 x 2 pixels, the last ones for fewer */
  SELFIESEG_NV12 = 6, /* planes: luma; Cb and Cr by turns */
  SELFIESEG_NV21 = 7, /* planes: luma; Cr and Cb by turns */
  SELFIESEG_I420 = 8, /* planes: luma; Cb; Cr */
  SELFIESEG_YV12 = 9, /* planes: luma; Cr; Cb */
  /* of 4:2:2, packed: a pair of chroma samples for 2 pixels; rows are made up to an even width */
  SELFIESEG_YUY2 = 10, /* Y Cb Y Cr */
  SELFIESEG_UYVY = 11, /* Cb Y Cr Y */
  /* of 4:2:0 and 10 bits, in 16-bit words with the lower byte first, aligned to 2 bytes */
  SELFIESEG_P010 = 12, /* as NV12, the upper 10 bits of a word; the others are written as 0 */
  SELFIESEG_I010 = 13, /* as I420, the lower 10 bits of a word; yuv420p10le of FFmpeg */
  /* of 4:2:2 again */
  SELFIESEG_YVYU = 14, /* packed: Y Cr Y Cb */
  SELFIESEG_I422 = 15, /* planes: luma; Cb; Cr; of many MJPEG cameras */
  SELFIESEG_I210 = 16, /* as I422, of 10 bits as I010; yuv422p10le of FFmpeg */
} selfieseg_format;

/* How Y'CbCr and RGB belong together. */
typedef enum selfieseg_matrix SELFIESEG_ENUM {
  SELFIESEG_MATRIX_AUTO = 0, /* BT.709 from 1280 wide or 720 high on, else BT.601 */
  SELFIESEG_BT601 = 1,
  SELFIESEG_BT709 = 2,
  SELFIESEG_BT2020 = 3, /* non-constant luminance */
} selfieseg_matrix;

typedef enum selfieseg_range SELFIESEG_ENUM {
  SELFIESEG_LIMITED = 0, /* luma 16..235, chroma 16..240; of 10 bits 64..940 and 64..960 */
  SELFIESEG_FULL = 1,    /* 0..255; of 10 bits 0..1023 */
} selfieseg_range;

/* Where a chroma sample of 4:2:0 or 4:2:2 lies among its pixels. */
typedef enum selfieseg_siting SELFIESEG_ENUM {
  SELFIESEG_LEFT = 0,     /* between the rows, on the left column: MPEG-2, H.264, HEVC, VP9 */
  SELFIESEG_MIDDLE = 1,   /* between rows and columns: JPEG, MPEG-1 */
  SELFIESEG_TOP_LEFT = 2, /* on the top left pixel: BT.2020 */
} selfieseg_siting;

typedef struct selfieseg_image {
  size_t struct_size;
  selfieseg_format format;
  int32_t width, height;   /* in pixels, 1..65535 */
  void* data;              /* first byte of the top row; only read for an input */
  size_t stride;           /* bytes from one row to the next; at least one row of pixels */
  void* chroma[2];         /* of formats with planes: those after the first, in memory order */
  size_t chroma_stride[2]; /* their strides, in bytes */
  selfieseg_matrix matrix; /* of Y'CbCr, as are the next two */
  selfieseg_range range;
  selfieseg_siting siting;
  int32_t orientation; /* of a frame: how it lies, 1..8 as EXIF numbers it; 1 or 0: upright */
} selfieseg_image;

/* A view of packed pixels, or of planes that follow one another without gaps. stride 0 means rows
 * without padding; for a stride of s columns of luma, that of interleaved chroma is s made even,
 * that of chroma alone half of that. matrix, range, siting and orientation are 0; set them, and
 * pointers to planes that lie elsewhere, in the result. */
SELFIESEG_API selfieseg_image selfieseg_wrap(selfieseg_format format, int32_t width, int32_t height,
                                             void* data, size_t stride);

/* Finds a format by its name in lower case, such as "bgra" or "gray_f32". */
SELFIESEG_API selfieseg_status selfieseg_format_by_name(const char* name, selfieseg_format* format);

/* Copies the pixels of `stored` by its orientation, so that `upright` is. Both have one format,
 * which is neither packed 4:2:2 nor, for a quarter turn, any of 4:2:2; they do not overlap. Where
 * chroma lies among its pixels is not kept exactly. There is no need of it to find the person: the
 * network sees any frame upright, and mattes and results lie as their frame does. */
SELFIESEG_API selfieseg_status selfieseg_turn(const selfieseg_image* stored,
                                              const selfieseg_image* upright);

/* ---- session: one stream of frames, used by one thread at a time ---- */

typedef struct selfieseg_session selfieseg_session;

/* One step of the network, as the observer sees it. All of it is valid during the call only. */
typedef struct selfieseg_step {
  const char* name; /* "012_b1": number of the operator in the file, then its name */
  int32_t shape[4]; /* 1, height, width, channels */
  const float*
      data; /* row by row, channels innermost; null for a step that leaves no whole tensor */
  int64_t nanoseconds; /* since the step before */
} selfieseg_step;

typedef void (*selfieseg_observer)(void* context, const selfieseg_step* step);

typedef struct selfieseg_options {
  size_t struct_size;
  int32_t threads;           /* default 1; 1..64. The result does not depend on it. */
  const char* backend;       /* default "simd"; "simd:AVX2" pins an instruction set. Copied. */
  const char* quality;       /* default "balanced"; a name of selfieseg_quality_name(). Copied. */
  float ramp_low, ramp_high; /* default 0 and 1. Confidences up to the first become 0, from the
                                second on 1, and those between lie on a straight line. */
  float smoothing;           /* default 0: each frame stands for itself. Up to 1, for video: mattes
                                are calmed where the picture stands still. Not with "best". */
  int32_t tracking; /* default 0. 1, for video: the network looks at the box of the persons,
                       found from the frames before. Not with "best". */
  int32_t grow;     /* default 0: pixels of the frame by which the person's outline is
                       moved out, or in if negative; -64..64 */
  int32_t invert;   /* default 0; 1: mattes are those of the background, and effects put
                       something else in the person's place */
  selfieseg_observer observer; /* default null; called on the thread that calls segment */
  void* observer_context;      /* default null; handed to the observer */
} selfieseg_options;

SELFIESEG_API selfieseg_options selfieseg_default_options(void);

/* Name of the i-th quality; null when there are fewer. "balanced": the matte is drawn to the edges
 * of the frame, and made steeper so that no haze is left along them. "fast": plain bilinear
 * up-sampling of the network's confidence. "best": for pictures; the network is run two to six
 * times, on mirror images and again on the person where that fills less than the frame; frame calls
 * may allocate. "mediapipe": fast, and the frame is sampled without antialiasing, so that mattes
 * are equal to MediaPipe's. Figures for each are in docs/evaluation.md. */
SELFIESEG_API const char* selfieseg_quality_name(size_t i);

/* options may be null: the defaults. Everything the network needs is allocated here; what depends
 * on the size of frames, at the first frame of a size. */
SELFIESEG_API selfieseg_status selfieseg_session_open(const selfieseg_model* model,
                                                      const selfieseg_options* options,
                                                      selfieseg_session** session);

/* Null is allowed. */
SELFIESEG_API void selfieseg_session_close(selfieseg_session* session);

/* What the session computes with, such as "simd:AVX2" or "reference". Never null; valid as long as
 * the session. */
SELFIESEG_API const char* selfieseg_session_backend(const selfieseg_session* session);

/* ---- frame ---- */

/* Finds the person. `matte` has the size of `frame` and format GRAY or GRAY_F32; its pixels are
 * written, each the confidence that this pixel belongs to a person. Real-time safe, but for the
 * first frame of a size or orientation; another orientation forgets the frames before. */
SELFIESEG_API selfieseg_status selfieseg_segment(selfieseg_session* session,
                                                 const selfieseg_image* frame,
                                                 const selfieseg_image* matte);

/* Forgets the frames before: what comes next has nothing to do with them. A cut is found without
 * it; frames may change their size and format within a stream. Real-time safe. */
SELFIESEG_API selfieseg_status selfieseg_session_reset(selfieseg_session* session);

/* The bare network: `input` is height x width x 3 floats, RGB in [0, 1]; `mask` receives height x
 * width floats in [0, 1]; both sizes in floats, checked against the model. They must not overlap.
 * Real-time safe. */
SELFIESEG_API selfieseg_status selfieseg_run_network(selfieseg_session* session, const float* input,
                                                     size_t input_size, float* mask,
                                                     size_t mask_size);

/* ---- effect: what stands behind the person; used by one thread at a time ---- */

typedef struct selfieseg_effect selfieseg_effect;

typedef enum selfieseg_background SELFIESEG_ENUM {
  /* A cut-out: the matte becomes alpha (not premultiplied); `out` needs a format with alpha. At
   * soft pixels the old background's colour is taken out; clear pixels are black. */
  SELFIESEG_TRANSPARENT = 0,
  SELFIESEG_COLOR = 1,   /* soft pixels are cleaned as in a cut-out */
  SELFIESEG_PICTURE = 2, /* soft pixels are cleaned as in a cut-out */
  SELFIESEG_BLUR = 3, /* the frame's own background, blurred without the person's colours in it */
  SELFIESEG_KEEP = 4, /* the frame as it is; for layers */
} selfieseg_background;

/* how a picture covers the frame; it is never distorted */
typedef enum selfieseg_fit SELFIESEG_ENUM {
  SELFIESEG_FILL = 0,   /* all of the frame is covered, the picture's middle is shown */
  SELFIESEG_FIT = 1,    /* all of the picture is shown */
  SELFIESEG_CENTER = 2, /* pixel for pixel, the picture's middle in the frame's */
} selfieseg_fit;

typedef struct selfieseg_effect_options {
  size_t struct_size;
  selfieseg_background background; /* default SELFIESEG_TRANSPARENT */
  uint8_t red, green,
      blue;          /* default black. Of SELFIESEG_COLOR, and where a picture does not reach */
  selfieseg_fit fit; /* default SELFIESEG_FILL */
  selfieseg_image picture; /* of SELFIESEG_PICTURE: RGB in any order, or gray. Copied. Left zero:
                              it comes by selfieseg_effect_set_picture(). */
  float blur_radius; /* of SELFIESEG_BLUR: twice the standard deviation, in pixels of the frame;
                        default 0: 1/32 of its shorter side */
  float light_wrap;  /* of SELFIESEG_COLOR and SELFIESEG_PICTURE, 0..1, default 0: how much of the
                        new background's light lies on the person's rim; 1 is half of it, on the
                        very edge. It reaches 1/48 of the frame's shorter side in. */
} selfieseg_effect_options;

SELFIESEG_API selfieseg_effect_options selfieseg_default_effect_options(void);

SELFIESEG_API selfieseg_status selfieseg_effect_open(const selfieseg_effect_options* options,
                                                     selfieseg_effect** effect);

/* Shows another picture behind the person, such as the next frame of a clip; the background must be
 * SELFIESEG_PICTURE. The pixels are not copied: they must stay until another picture is set or the
 * effect is closed. One of the frames' size, format and orientation is shown as it is, and then
 * this call and the next frame are real-time safe; any other is fitted, and must be RGB or gray,
 * and upright. */
SELFIESEG_API selfieseg_status selfieseg_effect_set_picture(selfieseg_effect* effect,
                                                            const selfieseg_image* picture);

typedef enum selfieseg_layer SELFIESEG_ENUM {
  SELFIESEG_BEHIND = 0, /* between background and person, who hides it */
  SELFIESEG_FRONT = 1,  /* over all */
} selfieseg_layer;

/* Draws an upright picture pixel for pixel, its left upper corner at x, y of the upright frame;
 * what lies outside is cut off. RGB, in any order, or gray; its alpha is not premultiplied. Copied;
 * costs what its own area costs. Null takes the layer away. Not with SELFIESEG_TRANSPARENT.
 * Real-time safe if the layer had a picture as large before. */
SELFIESEG_API selfieseg_status selfieseg_effect_set_layer(selfieseg_effect* effect,
                                                          selfieseg_layer layer,
                                                          const selfieseg_image* picture, int32_t x,
                                                          int32_t y);

/* Null is allowed. */
SELFIESEG_API void selfieseg_effect_close(selfieseg_effect* effect);

/* Puts frame and GRAY matte together. All three have one size; `out` has a frame format, and may be
 * `frame` itself. Real-time safe, but for the first frame of a size. */
SELFIESEG_API selfieseg_status selfieseg_compose(selfieseg_effect* effect,
                                                 const selfieseg_image* frame,
                                                 const selfieseg_image* matte,
                                                 const selfieseg_image* out);

/* Segment and compose in one. Real-time safe, but for the first frame of a size. */
SELFIESEG_API selfieseg_status selfieseg_process(selfieseg_session* session,
                                                 selfieseg_effect* effect,
                                                 const selfieseg_image* frame,
                                                 const selfieseg_image* out);

/* ---- inspect ---- */

typedef struct selfieseg_timings { /* of the session's last frame, in milliseconds */
  size_t struct_size;
  double sample_ms;  /* frame to input tensor */
  double network_ms; /* input tensor to mask */
  double mask_ms;    /* mask to matte */
  double compose_ms; /* matte and frame to output; 0 unless by selfieseg_process() */
} selfieseg_timings;

/* Fills *timings, whose struct_size the caller has set. Zeros before the first frame. Real-time
 * safe. */
SELFIESEG_API selfieseg_status selfieseg_session_get_timings(const selfieseg_session* session,
                                                             selfieseg_timings* timings);

#ifdef __cplusplus
}
#endif

#endif /* SELFIESEG_SELFIESEG_H_ */
