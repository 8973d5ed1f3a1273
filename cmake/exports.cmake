# A module shows only what its host asks for: a program that has other libraries, or another selfieseg, keeps them, and
# the module keeps its own. As a script, with NM, FILE and NAMES, it fails where there is more to see.
if(CMAKE_SCRIPT_MODE_FILE)
  execute_process(COMMAND ${NM} -D --defined-only --format=posix ${FILE} OUTPUT_VARIABLE text COMMAND_ERROR_IS_FATAL ANY)
  string(REGEX MATCHALL "[^\n]+" lines "${text}")
  list(LENGTH lines all)
  list(FILTER lines EXCLUDE REGEX "^${NAMES} ")
  if(lines OR all EQUAL 0)
    message(FATAL_ERROR "${FILE} shows ${all} names; these are too many: ${lines}")
  endif()
  return()
endif()

# `names`: one name, in which * stands for anything.
function(selfieseg_export_only target names)
  set(map ${CMAKE_CURRENT_BINARY_DIR}/${target}.map)
  file(CONFIGURE OUTPUT ${map} CONTENT "{ global: ${names}; local: *; };\n")
  target_link_options(${target} PRIVATE -Wl,--version-script=${map})
  set_property(TARGET ${target} PROPERTY LINK_DEPENDS ${map})
  if(SELFIESEG_TESTS)
    string(REPLACE "*" "[^ ]*" regex "${names}")
    add_test(NAME Exports.${target} COMMAND ${CMAKE_COMMAND} -DNM=${CMAKE_NM} -DFILE=$<TARGET_FILE:${target}> "-DNAMES=${regex}"
      -P ${PROJECT_SOURCE_DIR}/cmake/exports.cmake)
    set_tests_properties(Exports.${target} PROPERTIES LABELS "gst;camera;obs;cli")
  endif()
endfunction()
