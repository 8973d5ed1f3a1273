# Gets the two networks (npm package, or SELFIESEG_MODEL_DIR), checks them and turns them into a source file; also runs
# the FlatBuffers compiler. Sets SELFIESEG_BUILTIN_SOURCE and SELFIESEG_TFLITE_HEADER.
set(package "@mediapipe/selfie_segmentation@0.1.1675465747")
set(general_file selfie_segmentation.tflite)
set(general_sha256 8d13b7fae74af625c641226813616a2117bd6bca19eb3b75574621fc08557f27)
set(landscape_file selfie_segmentation_landscape.tflite)
set(landscape_sha256 4aafe6223bb8dac6fac8ca8ed56852870a33051ef3f6238822d282a109962894)

set(generated ${PROJECT_BINARY_DIR}/generated)
file(MAKE_DIRECTORY ${generated}/net)

# True in `result` when `file` is there with the right hash.
function(selfieseg_check_network file sha256 result)
  set(${result} FALSE PARENT_SCOPE)
  if(EXISTS ${file})
    file(SHA256 ${file} actual)
    if(actual STREQUAL sha256)
      set(${result} TRUE PARENT_SCOPE)
    endif()
  endif()
endfunction()

# Downloads the package with npm into `folder`, unless both networks are there already.
function(selfieseg_fetch_networks folder)
  selfieseg_check_network(${folder}/${general_file} ${general_sha256} have_general)
  selfieseg_check_network(${folder}/${landscape_file} ${landscape_sha256} have_landscape)
  if(have_general AND have_landscape)
    return()
  endif()
  find_program(NPM npm)
  if(NOT NPM)
    message(FATAL_ERROR "The networks are not here and npm is not installed. Install npm (Debian: apt-get install npm), "
      "or give a folder that holds ${general_file} and ${landscape_file}: cmake -DSELFIESEG_MODEL_DIR=FOLDER")
  endif()
  message(STATUS "Fetching the networks: npm pack ${package}")
  file(REMOVE_RECURSE ${folder})
  file(MAKE_DIRECTORY ${folder})
  execute_process(COMMAND ${NPM} pack --silent ${package} WORKING_DIRECTORY ${folder}
    OUTPUT_VARIABLE archive ERROR_VARIABLE errors RESULT_VARIABLE failed OUTPUT_STRIP_TRAILING_WHITESPACE)
  file(GLOB archive ${folder}/*.tgz)
  if(failed OR NOT archive)
    message(FATAL_ERROR "npm could not fetch ${package}: ${errors}\n"
      "Offline? Give a folder that holds both .tflite files: cmake -DSELFIESEG_MODEL_DIR=FOLDER")
  endif()
  file(ARCHIVE_EXTRACT INPUT ${archive} DESTINATION ${folder} PATTERNS package/*.tflite)
  foreach(name ${general_file} ${landscape_file})
    if(EXISTS ${folder}/package/${name})
      file(RENAME ${folder}/package/${name} ${folder}/${name})
    endif()
  endforeach()
  file(REMOVE_RECURSE ${archive} ${folder}/package)
endfunction()

set(model_dir ${SELFIESEG_MODEL_DIR})
if(NOT model_dir)
  set(model_dir ${PROJECT_BINARY_DIR}/networks)
  selfieseg_fetch_networks(${model_dir})
endif()

# One C++ array for each network. Written when a file changes, at configure time: the build needs no tools for it.
set(arrays "")
set(rows "")
foreach(name general landscape)
  set(file ${model_dir}/${${name}_file})
  if(NOT EXISTS ${file})
    message(FATAL_ERROR "There is no ${${name}_file} in ${model_dir}")
  endif()
  selfieseg_check_network(${file} ${${name}_sha256} right)
  if(NOT right)
    file(SHA256 ${file} actual)
    message(FATAL_ERROR "${file} is not the published network: its SHA-256 is ${actual}, must be ${${name}_sha256}")
  endif()
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
  string(APPEND rows "    {\"${name}\", k_${name}, \"${${name}_sha256}\"},\n")
  set(SELFIESEG_${name}_FILE ${file})  # for hosts that bring the networks in files of their own
endforeach()

set(SELFIESEG_BUILTIN_SOURCE ${generated}/net/builtin.cc)
set(stamp "${general_sha256} ${landscape_sha256} ${SELFIESEG_BUILTIN} 2")
if(EXISTS ${SELFIESEG_BUILTIN_SOURCE})
  file(STRINGS ${SELFIESEG_BUILTIN_SOURCE} first_line LIMIT_COUNT 1)
endif()
if(first_line STREQUAL "// ${stamp}")
  # It is as it should be.
elseif(NOT SELFIESEG_BUILTIN)
  file(WRITE ${SELFIESEG_BUILTIN_SOURCE} "// ${stamp}
#include \"net/builtin.h\"

std::span<const selfieseg::core::BuiltinNetwork> selfieseg::core::BuiltinNetworks() { return {}; }
")
else()
  foreach(name general landscape)
    file(READ ${model_dir}/${${name}_file} hex HEX)
    string(REGEX REPLACE "(................................)" "\\1\n" hex "${hex}")
    string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," hex "${hex}")
    string(APPEND arrays "alignas(16) constexpr uint8_t k_${name}[] = {\n${hex}};\n")
  endforeach()
  file(WRITE ${SELFIESEG_BUILTIN_SOURCE} "// ${stamp}
#include \"net/builtin.h\"

namespace selfieseg::core {
namespace {
${arrays}
constexpr BuiltinNetwork kNetworks[] = {
${rows}};
}  // namespace
std::span<const BuiltinNetwork> BuiltinNetworks() { return kNetworks; }
}  // namespace selfieseg::core
")
endif()

set(SELFIESEG_TFLITE_HEADER ${generated}/net/tflite_generated.h)
add_custom_command(OUTPUT ${SELFIESEG_TFLITE_HEADER}
  COMMAND ${FLATC} --cpp --scoped-enums --gen-object-api -o ${generated}/net ${PROJECT_SOURCE_DIR}/src/net/tflite.fbs
  DEPENDS ${PROJECT_SOURCE_DIR}/src/net/tflite.fbs)
