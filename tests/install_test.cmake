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

# A project of C alone, and one of C++ alone that says nothing of its version.
function(run_outside language compiler example)
  set(folder ${WORK}/outside-${language})
  file(WRITE ${folder}/CMakeLists.txt "cmake_minimum_required(VERSION 3.25)
project(outside LANGUAGES ${language})
find_package(selfieseg 0.1 REQUIRED)
add_executable(example ${SOURCE}/examples/${example})
target_link_libraries(example PRIVATE selfieseg::selfieseg)
")
  run(${CMAKE_COMMAND} -G Ninja -S ${folder} -B ${folder}/build -DCMAKE_PREFIX_PATH=${WORK}/installed
    -DCMAKE_${language}_COMPILER=${compiler})
  run(${CMAKE_COMMAND} --build ${folder}/build)
  run(${folder}/build/example)
endfunction()
run_outside(C ${CC} matte.c)
run_outside(CXX ${CXX} blur.cc)

file(GLOB_RECURSE pc ${WORK}/installed/selfieseg.pc)
cmake_path(GET pc PARENT_PATH pc_folder)
set(ENV{PKG_CONFIG_PATH} ${pc_folder})
run(pkg-config --cflags --libs selfieseg)
string(STRIP "${text}" flags)
separate_arguments(flags UNIX_COMMAND "${flags}")
run(${CC} ${SOURCE}/examples/matte.c -o ${WORK}/matte ${flags})
run(${WORK}/matte)
