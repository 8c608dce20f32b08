# SPDX-License-Identifier: Apache-2.0
# Compiler settings, dependencies, and the functions that turn folders into targets.
find_package(PkgConfig REQUIRED)
find_package(fmt REQUIRED)  # its headers; lib/base/fmt.cpp has the bodies
find_package(nlohmann_json REQUIRED)
find_package(CLI11 REQUIRED)
if(CORTEN_STATIC)
  set(CMAKE_FIND_LIBRARY_SUFFIXES .a)
endif()
pkg_check_modules(seccomp REQUIRED IMPORTED_TARGET libseccomp)
pkg_check_modules(cap REQUIRED IMPORTED_TARGET libcap)
pkg_check_modules(selinux REQUIRED IMPORTED_TARGET libselinux)
pkg_check_modules(protobuf-c REQUIRED IMPORTED_TARGET libprotobuf-c)
find_program(CORTEN_PROTOC protoc REQUIRED)
find_program(CORTEN_PROTOC_GEN_C protoc-gen-c REQUIRED)  # protobuf-c's plug-in: its own protoc-c is deprecated

add_library(corten-settings INTERFACE)
target_include_directories(corten-settings INTERFACE ${CMAKE_SOURCE_DIR} ${CMAKE_SOURCE_DIR}/lib ${CMAKE_SOURCE_DIR}/lib/include)
target_include_directories(corten-settings SYSTEM INTERFACE $<TARGET_PROPERTY:fmt::fmt,INTERFACE_INCLUDE_DIRECTORIES>)
# From 12.2 on fmt's <fmt/core.h> has no fmt::format unless this is defined.
target_compile_definitions(corten-settings INTERFACE _GNU_SOURCE FMT_DEPRECATED_HEAVY_CORE CORTEN_VERSION="${PROJECT_VERSION}")
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

# Each build asks git for the commit, and writes the header where that has changed.
set(corten_generated ${CMAKE_BINARY_DIR}/generated)
add_custom_target(corten-commit BYPRODUCTS ${corten_generated}/commit.hpp VERBATIM
  COMMAND ${CMAKE_COMMAND} -D SOURCE=${CMAKE_SOURCE_DIR} -D HEADER=${corten_generated}/commit.hpp
          -P ${CMAKE_SOURCE_DIR}/cmake/commit.cmake)
set_source_files_properties(lib/base/version.cpp PROPERTIES INCLUDE_DIRECTORIES ${corten_generated}
                            OBJECT_DEPENDS ${corten_generated}/commit.hpp)

# corten_area(NAME FOLDER [AREA...] [PLANS AREA...]): the sources of FOLDER, but main.cpp, as library corten-NAME, linked to the
# areas whose headers it may include; of those after PLANS it may include plan.hpp and *_plan.hpp.
function(corten_area name folder)
  cmake_parse_arguments(PARSE_ARGV 2 may_use "" "" PLANS)
  set(areas ${may_use_UNPARSED_ARGUMENTS} ${may_use_PLANS})
  list(TRANSFORM areas PREPEND corten-)
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/${folder}/*.cpp)
  list(FILTER sources EXCLUDE REGEX "/main[.]cpp$")
  if(sources)
    add_library(corten-${name} STATIC ${sources})
    target_link_libraries(corten-${name} PUBLIC corten-settings ${areas})
  else()
    add_library(corten-${name} INTERFACE)
    target_link_libraries(corten-${name} INTERFACE corten-settings ${areas})
  endif()
endfunction()

# corten_libdbus(TARGET): links libdbus, always statically, less the functions that only plug-ins could serve.
function(corten_libdbus target)
  pkg_check_modules(dbus REQUIRED dbus-1)
  pkg_get_variable(dbus_folder dbus-1 libdir)
  find_library(CORTEN_LIBDBUS libdbus-1.a HINTS ${dbus_folder} REQUIRED)
  set(adapted ${CMAKE_BINARY_DIR}/libdbus-adapted.a)
  set(symbols ${CMAKE_SOURCE_DIR}/cmake/libdbus.symbols)
  add_custom_command(OUTPUT ${adapted} DEPENDS ${CORTEN_LIBDBUS} ${symbols}
    COMMAND ${CMAKE_OBJCOPY} --redefine-syms=${symbols} ${CORTEN_LIBDBUS} ${adapted})
  add_custom_target(libdbus-adapted DEPENDS ${adapted})
  add_library(adapted-libdbus STATIC IMPORTED GLOBAL)
  add_dependencies(adapted-libdbus libdbus-adapted)
  # Each needs the other.
  set_target_properties(adapted-libdbus PROPERTIES IMPORTED_LOCATION ${adapted} INTERFACE_LINK_LIBRARIES ${target})
  target_include_directories(${target} SYSTEM PRIVATE ${dbus_INCLUDE_DIRS})
  target_link_libraries(${target} PRIVATE adapted-libdbus)
endfunction()

# corten_protobuf(NAME FILE...): the messages of .proto files of one folder as library NAME; each header is FILE's name with .pb-c.h.
function(corten_protobuf name)
  set(output ${CMAKE_BINARY_DIR}/${name})
  file(MAKE_DIRECTORY ${output})
  set(sources)
  foreach(file ${ARGN})
    cmake_path(GET file PARENT_PATH folder)
    cmake_path(GET file STEM stem)
    add_custom_command(
      OUTPUT ${output}/${stem}.pb-c.c ${output}/${stem}.pb-c.h
      COMMAND ${CORTEN_PROTOC} --plugin=protoc-gen-c=${CORTEN_PROTOC_GEN_C} --c_out=${output} --proto_path=${CMAKE_SOURCE_DIR}/${folder} ${CMAKE_SOURCE_DIR}/${file}
      DEPENDS ${ARGN} VERBATIM)
    list(APPEND sources ${output}/${stem}.pb-c.c ${output}/${stem}.pb-c.h)
  endforeach()
  add_library(${name} STATIC ${sources})
  target_include_directories(${name} SYSTEM PUBLIC ${output})
  target_compile_options(${name} PRIVATE -ffunction-sections -fdata-sections $<$<BOOL:${CORTEN_STATIC}>:-fno-pie>)
  target_link_libraries(${name} PUBLIC PkgConfig::protobuf-c)
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
    # The code of everyday commands lies together, so that a process maps 0.8 MB of the file and not 2.5. Sections for each
    # function are asked for again: link-time optimisation compiles while it links.
    target_link_options(${target} PRIVATE -ffunction-sections -fdata-sections -Wl,-T,${CMAKE_SOURCE_DIR}/cmake/start_path.ld)
    set_property(TARGET ${target} APPEND PROPERTY LINK_DEPENDS ${CMAKE_SOURCE_DIR}/cmake/start_path.ld)
  endif()
endfunction()
