# What `cmake --install` gives to other programs: find_package(selfieseg) and a pkg-config file.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)
set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/selfieseg)

install(TARGETS selfieseg EXPORT selfieseg)
install(DIRECTORY include/selfieseg DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(EXPORT selfieseg NAMESPACE selfieseg:: DESTINATION ${package_dir})

# A static library passes on what it needs itself.
get_target_property(library_type selfieseg TYPE)
set(find_needs "")
set(find_then "if(CMAKE_CXX_COMPILER_LOADED)  # for selfieseg.hpp
  set_property(TARGET selfieseg::selfieseg APPEND PROPERTY INTERFACE_COMPILE_FEATURES cxx_std_20)
")
set(pc_needs "")
if(library_type STREQUAL "STATIC_LIBRARY")
  set(find_needs "include(CMakeFindDependencyMacro)\nfind_dependency(Threads)\n")
  string(APPEND find_then "else()  # a project of C alone
  set_property(TARGET selfieseg::selfieseg APPEND PROPERTY INTERFACE_LINK_LIBRARIES stdc++ m)
")
  set(pc_needs "Libs: -L\${libdir} -lselfieseg -lstdc++ -lm -pthread")
  if(SELFIESEG_LINK_HIGHWAY)
    string(APPEND find_needs "find_dependency(PkgConfig)\npkg_check_modules(hwy REQUIRED IMPORTED_TARGET libhwy)\n")
    string(PREPEND pc_needs "Requires: libhwy\n")
  endif()
  if(SELFIESEG_XNNPACK)
    string(APPEND pc_needs " -lXNNPACK -lpthreadpool")
  endif()
else()
  set(pc_needs "Libs: -L\${libdir} -lselfieseg")
endif()
file(WRITE ${PROJECT_BINARY_DIR}/generated/selfieseg-config.cmake
  "${find_needs}include(\${CMAKE_CURRENT_LIST_DIR}/selfieseg.cmake)\n${find_then}endif()\n")
write_basic_package_version_file(${PROJECT_BINARY_DIR}/generated/selfieseg-config-version.cmake
  COMPATIBILITY SameMinorVersion)
# Debian's libdir has two parts: lib/x86_64-linux-gnu.
file(RELATIVE_PATH up /${CMAKE_INSTALL_LIBDIR}/pkgconfig /)
string(REGEX REPLACE "/$" "" up "${up}")
file(WRITE ${PROJECT_BINARY_DIR}/generated/selfieseg.pc
"# Found from where this file lies, so that the installed tree can be moved.
prefix=\${pcfiledir}/${up}
libdir=\${prefix}/${CMAKE_INSTALL_LIBDIR}
includedir=\${prefix}/${CMAKE_INSTALL_INCLUDEDIR}

Name: selfieseg
Description: ${PROJECT_DESCRIPTION}
Version: ${PROJECT_VERSION}
Cflags: -I\${includedir}
${pc_needs}
")
install(FILES ${PROJECT_BINARY_DIR}/generated/selfieseg-config.cmake
  ${PROJECT_BINARY_DIR}/generated/selfieseg-config-version.cmake DESTINATION ${package_dir})
install(FILES ${PROJECT_BINARY_DIR}/generated/selfieseg.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
