# CMake toolchain: WebAssembly by Debian's clang-19, wasi-libc and libc++. CMake 3.25 does not know WASI, so the system is "Generic".
# No wasm-opt: Debian's (108) cannot read relaxed SIMD, and clang would call it at the link of an optimised program.
set(CMAKE_SYSTEM_NAME Generic)
set(CMAKE_SYSTEM_PROCESSOR wasm32)
foreach(language C CXX)
  set(CMAKE_${language}_COMPILER_TARGET wasm32-wasi)
  # What every browser with SIMD128 has too. There are no exceptions: C++'s need a runtime that Debian does not build.
  set(CMAKE_${language}_FLAGS_INIT "-msimd128 -mbulk-memory -mnontrapping-fptoint -msign-ext -fno-exceptions")
  set(CMAKE_${language}_FLAGS_RELEASE "-Os -DNDEBUG" CACHE STRING "Small; the kernels have -O3 of their own")
endforeach()
string(APPEND CMAKE_CXX_FLAGS_INIT " -fno-rtti")
# Reduced to pointers that step, loops no longer show which parts of an address are constant, and browsers load those for nothing.
add_compile_options("SHELL:-mllvm -disable-lsr")
set(CMAKE_C_COMPILER clang-19)
set(CMAKE_CXX_COMPILER clang++-19)
set(CMAKE_AR /usr/bin/llvm-ar-19)
set(CMAKE_RANLIB /usr/bin/llvm-ranlib-19)
set(CMAKE_TRY_COMPILE_TARGET_TYPE STATIC_LIBRARY)
set(CMAKE_EXECUTABLE_SUFFIX_CXX .wasm)

# Two header-only libraries out of /usr/include, whose other headers are another machine's.
cmake_path(SET wasm_headers NORMALIZE ${CMAKE_CURRENT_LIST_DIR}/../build-wasm/headers)
file(MAKE_DIRECTORY ${wasm_headers})
foreach(library hwy flatbuffers)
  file(CREATE_LINK /usr/include/${library} ${wasm_headers}/${library} SYMBOLIC)
endforeach()
set(CMAKE_CXX_STANDARD_INCLUDE_DIRECTORIES ${wasm_headers})
