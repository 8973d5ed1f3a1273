# Installs the build, builds the examples outside of it, as a user would, and runs them: once by find_package(), once by
# pkg-config. Run by ctest with BUILD, SOURCE, WORK, CONFIG, CC and CXX.
function(run)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE code OUTPUT_VARIABLE text ERROR_VARIABLE text)
  if(NOT code STREQUAL 0)
    message(FATAL_ERROR "'${ARGN}' failed: ${code}\n${text}")
  endif()
  set(text "${text}" PARENT_SCOPE)
endfunction()

file(REMOVE_RECURSE ${WORK})
run(${CMAKE_COMMAND} --install ${BUILD} --prefix ${WORK}/first --config "${CONFIG}")
file(RENAME ${WORK}/first ${WORK}/installed)  # what is installed can be moved

file(WRITE ${WORK}/outside/CMakeLists.txt "cmake_minimum_required(VERSION 3.25)
project(outside LANGUAGES C CXX)
find_package(selfieseg 0.1 REQUIRED)
add_executable(matte ${SOURCE}/examples/matte.c)
add_executable(blur ${SOURCE}/examples/blur.cc)
target_compile_features(blur PRIVATE cxx_std_20)
target_link_libraries(matte PRIVATE selfieseg::selfieseg)
target_link_libraries(blur PRIVATE selfieseg::selfieseg)
")
run(${CMAKE_COMMAND} -G Ninja -S ${WORK}/outside -B ${WORK}/outside/build -DCMAKE_PREFIX_PATH=${WORK}/installed
  -DCMAKE_C_COMPILER=${CC} -DCMAKE_CXX_COMPILER=${CXX})
run(${CMAKE_COMMAND} --build ${WORK}/outside/build)
run(${WORK}/outside/build/matte)
run(${WORK}/outside/build/blur)

file(GLOB_RECURSE pc ${WORK}/installed/selfieseg.pc)
cmake_path(GET pc PARENT_PATH pc_folder)
set(ENV{PKG_CONFIG_PATH} ${pc_folder})
run(pkg-config --cflags --libs selfieseg)
string(STRIP "${text}" flags)
separate_arguments(flags UNIX_COMMAND "${flags}")
run(${CC} ${SOURCE}/examples/matte.c -o ${WORK}/matte ${flags})
run(${WORK}/matte)
