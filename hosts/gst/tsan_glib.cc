// Tells ThreadSanitizer of GLib's locks, which are futexes and not pthread's: a library that is
// loaded before GLib, into the tests that run under ThreadSanitizer and what they start. Without it
// whatever one thread hands to another through GStreamer would be a race.
#include <dlfcn.h>

#include <cstdint>

extern "C" {

// Absent in programs without ThreadSanitizer.
__attribute__((weak)) void __tsan_acquire(void* lock);
__attribute__((weak)) void __tsan_release(void* lock);

namespace {

void Acquire(void* lock) {
  if (__tsan_acquire != nullptr) __tsan_acquire(lock);
}

void Release(void* lock) {
  if (__tsan_release != nullptr) __tsan_release(lock);
}

// The tool loads GLib late and for itself, so that it is not what comes next after this library.
void* Real(const char* name) {
  return dlsym(dlopen("libglib-2.0.so.0", RTLD_LAZY | RTLD_NOLOAD), name);
}

}  // namespace

#define REAL(result, name, ...) \
  static const auto real = reinterpret_cast<result (*)(__VA_ARGS__)>(Real(#name))

#define LOCKS(name)          \
  void name(void* lock) {    \
    REAL(void, name, void*); \
    real(lock);              \
    Acquire(lock);           \
  }
#define TRIES(name)                \
  int name(void* lock) {           \
    REAL(int, name, void*);        \
    const int locked = real(lock); \
    if (locked) Acquire(lock);     \
    return locked;                 \
  }
#define UNLOCKS(name)        \
  void name(void* lock) {    \
    REAL(void, name, void*); \
    Release(lock);           \
    real(lock);              \
  }

LOCKS(g_mutex_lock)
TRIES(g_mutex_trylock)
UNLOCKS(g_mutex_unlock)
LOCKS(g_rec_mutex_lock)
TRIES(g_rec_mutex_trylock)
UNLOCKS(g_rec_mutex_unlock)
LOCKS(g_rw_lock_writer_lock)
TRIES(g_rw_lock_writer_trylock)
UNLOCKS(g_rw_lock_writer_unlock)
LOCKS(g_rw_lock_reader_lock)
TRIES(g_rw_lock_reader_trylock)
UNLOCKS(g_rw_lock_reader_unlock)

void g_cond_wait(void* condition, void* lock) {
  REAL(void, g_cond_wait, void*, void*);
  Release(lock);
  real(condition, lock);
  Acquire(lock);
}

int g_cond_wait_until(void* condition, void* lock, int64_t end) {
  REAL(int, g_cond_wait_until, void*, void*, int64_t);
  Release(lock);
  const int signalled = real(condition, lock, end);
  Acquire(lock);
  return signalled;
}

}  // extern "C"
