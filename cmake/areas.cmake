# SPDX-License-Identifier: Apache-2.0
# Compiler settings, dependencies, and the functions that turn folders into targets.
find_package(PkgConfig REQUIRED)
find_package(fmt REQUIRED)  # its headers; lib/base/fmt.cpp holds the bodies
find_package(nlohmann_json REQUIRED)
find_package(CLI11 REQUIRED)
if(CORTEN_STATIC)
  set(CMAKE_FIND_LIBRARY_SUFFIXES .a)
endif()
pkg_check_modules(seccomp REQUIRED IMPORTED_TARGET libseccomp)
pkg_check_modules(cap REQUIRED IMPORTED_TARGET libcap)
pkg_check_modules(selinux REQUIRED IMPORTED_TARGET libselinux)

add_library(corten-settings INTERFACE)
target_include_directories(corten-settings INTERFACE ${CMAKE_SOURCE_DIR} ${CMAKE_SOURCE_DIR}/lib ${CMAKE_SOURCE_DIR}/lib/include)
target_compile_definitions(corten-settings INTERFACE _GNU_SOURCE CORTEN_VERSION="${PROJECT_VERSION}")
target_compile_options(corten-settings INTERFACE -Wall -Wextra -Wconversion -Wshadow $<$<BOOL:${CORTEN_WERROR}>:-Werror>)
if(CORTEN_STATIC)
  # A fixed address needs no relocation at start; sections that nobody uses are dropped.
  target_compile_options(corten-settings INTERFACE -fno-pie -ffunction-sections -fdata-sections)
endif()
if(CORTEN_SANITIZE)
  target_compile_options(corten-settings INTERFACE -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(corten-settings INTERFACE -fsanitize=address,undefined)
endif()
if(CORTEN_FUZZ)
  target_compile_options(corten-settings INTERFACE -fsanitize=fuzzer-no-link,address -fno-omit-frame-pointer)
  target_link_options(corten-settings INTERFACE -fsanitize=address)
endif()

execute_process(COMMAND git -C ${CMAKE_SOURCE_DIR} rev-parse HEAD
  OUTPUT_VARIABLE corten_commit OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
if(NOT corten_commit)
  set(corten_commit unknown)
endif()
set_source_files_properties(lib/base/version.cpp PROPERTIES COMPILE_DEFINITIONS CORTEN_COMMIT="${corten_commit}")

# corten_area(NAME FOLDER [AREA...]): the sources of FOLDER as library corten-NAME, linked to the areas it may use.
function(corten_area name folder)
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/${folder}/*.cpp)
  list(REMOVE_ITEM sources ${CMAKE_SOURCE_DIR}/cmd/main.cpp)
  add_library(corten-${name} STATIC ${sources})
  list(TRANSFORM ARGN PREPEND corten-)
  target_link_libraries(corten-${name} PUBLIC corten-settings ${ARGN})
endfunction()

# corten_executable(TARGET): how every shipped program is linked.
function(corten_executable target)
  if(CORTEN_STATIC)
    target_link_options(${target} PRIVATE -static -Wl,--gc-sections -Wl,-z,noseparate-code)
    # gcc's start files for static programs register the exception tables with the unwinder, which then sorts all of
    # them at the first throw: 11 million instructions. Without that (the references are weak, so the wrapped names
    # need not exist) it finds the linker's sorted table, as in dynamic programs.
    target_link_options(${target} PRIVATE
      -Wl,--wrap=__register_frame_info,--wrap=__deregister_frame_info,--eh-frame-hdr)
  endif()
endfunction()
