# SPDX-License-Identifier: Apache-2.0
# libcorten: the areas of the parent's side again, position-independent, and no name visible but those of corten.h.
include(CMakePackageConfigHelpers)

set(api_areas base spec sys rootfs systemd cgroup security rdt network notify users process init checkpoint config container abi)
set(library_sources)
foreach(area ${api_areas})
  get_target_property(sources corten-${area} SOURCES)
  list(APPEND library_sources ${sources})
endforeach()

add_library(libcorten-objects OBJECT ${library_sources} ${CMAKE_BINARY_DIR}/criu-rpc/criu_rpc.pb-c.c)
# The archive is machine code, for whatever compiler a program is built with; the init program is optimised as the command is.
set_target_properties(libcorten-objects PROPERTIES INTERPROCEDURAL_OPTIMIZATION OFF
                      POSITION_INDEPENDENT_CODE ON CXX_VISIBILITY_PRESET hidden
                      VISIBILITY_INLINES_HIDDEN ON C_VISIBILITY_PRESET hidden)
add_dependencies(libcorten-objects corten-commit criu-rpc)
target_include_directories(libcorten-objects PRIVATE ${CMAKE_SOURCE_DIR} ${CMAKE_SOURCE_DIR}/lib ${CMAKE_SOURCE_DIR}/lib/include)
target_include_directories(libcorten-objects SYSTEM PRIVATE
  $<TARGET_PROPERTY:fmt::fmt,INTERFACE_INCLUDE_DIRECTORIES> $<TARGET_PROPERTY:nlohmann_json::nlohmann_json,INTERFACE_INCLUDE_DIRECTORIES>
  ${CMAKE_BINARY_DIR}/criu-rpc ${dbus_INCLUDE_DIRS})
target_compile_definitions(libcorten-objects PRIVATE _GNU_SOURCE FMT_DEPRECATED_HEAVY_CORE CORTEN_VERSION="${PROJECT_VERSION}")
target_compile_options(libcorten-objects PRIVATE -Wall -Wextra -fno-gnu-unique -ffunction-sections -fdata-sections)
# Its functions are in the program then, which is why the library may not ask for all of its names.
set(complete -Wl,-z,defs)
if(CORTEN_LIBRARY_SANITIZE)
  target_compile_options(libcorten-objects PRIVATE -fsanitize=${CORTEN_LIBRARY_SANITIZE} -fno-sanitize-recover=all
                         -fno-omit-frame-pointer)
  set(complete -fsanitize=${CORTEN_LIBRARY_SANITIZE})
endif()

set(library_needs seccomp cap selinux protobuf-c dbus-1)
set(names ${CMAKE_SOURCE_DIR}/cmake/libcorten.map)
add_library(libcorten SHARED $<TARGET_OBJECTS:libcorten-objects>)
set_target_properties(libcorten PROPERTIES INTERPROCEDURAL_OPTIMIZATION OFF OUTPUT_NAME corten SOVERSION 0 VERSION ${PROJECT_VERSION} LINKER_LANGUAGE CXX
                      LINK_DEPENDS ${names} ARCHIVE_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/lib LIBRARY_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/lib)
target_link_options(libcorten PRIVATE -Wl,--version-script=${names} -Wl,--gc-sections ${complete} -Wl,-z,relro -Wl,-z,now)
# By their names, and not as imported targets: where the command is static those are archives.
list(TRANSFORM library_needs PREPEND -l OUTPUT_VARIABLE needed)
target_link_libraries(libcorten PRIVATE ${needed} -pthread)

# One object in which all names but those of corten.h are local: a program's own fmt or JSON library does not meet ours.
set(archive ${CMAKE_BINARY_DIR}/lib/libcorten.a)
set(whole ${CMAKE_BINARY_DIR}/libcorten-whole.o)
file(READ ${names} shown)
string(REGEX MATCHALL "corten_[a-z_]+" shown "${shown}")
list(JOIN shown "\n" shown)
file(WRITE ${CMAKE_BINARY_DIR}/libcorten.names "${shown}")
add_custom_command(OUTPUT ${archive} DEPENDS libcorten-objects $<TARGET_OBJECTS:libcorten-objects> VERBATIM COMMAND_EXPAND_LISTS
  COMMAND ${CMAKE_COMMAND} -E rm -f ${archive}
  COMMAND ${CMAKE_COMMAND} -E make_directory ${CMAKE_BINARY_DIR}/lib
  COMMAND ${CMAKE_LINKER} -r --force-group-allocation -o ${whole} $<TARGET_OBJECTS:libcorten-objects>
  COMMAND ${CMAKE_OBJCOPY} --keep-global-symbols=${CMAKE_BINARY_DIR}/libcorten.names ${whole}
  COMMAND ${CMAKE_AR} rcs ${archive} ${whole})
add_custom_target(libcorten-archive ALL DEPENDS ${archive})

add_executable(corten-init-program lib/stage/main.cpp)
set_target_properties(corten-init-program PROPERTIES OUTPUT_NAME corten-init)
target_link_libraries(corten-init-program PRIVATE corten-stage)
corten_executable(corten-init-program)

configure_file(cmake/corten.pc.in ${CMAKE_BINARY_DIR}/corten.pc @ONLY)
set(libraries ${CMAKE_INSTALL_LIBDIR})
set(headers ${CMAKE_INSTALL_INCLUDEDIR})
configure_package_config_file(cmake/corten-config.cmake.in ${CMAKE_BINARY_DIR}/corten-config.cmake
  INSTALL_DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/corten PATH_VARS libraries headers)
write_basic_package_version_file(${CMAKE_BINARY_DIR}/corten-config-version.cmake COMPATIBILITY SameMinorVersion)

# Pages of the headers, where doxygen is there: the target library-docs.
configure_file(cmake/Doxyfile.in ${CMAKE_BINARY_DIR}/Doxyfile @ONLY)
find_program(CORTEN_DOXYGEN doxygen)
if(CORTEN_DOXYGEN)
  add_custom_target(library-docs COMMAND ${CORTEN_DOXYGEN} ${CMAKE_BINARY_DIR}/Doxyfile VERBATIM)
endif()

install(TARGETS libcorten LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT library NAMELINK_COMPONENT library)
install(FILES ${archive} DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT library)
install(PROGRAMS $<TARGET_FILE:corten-init-program> DESTINATION ${init_folder} RENAME ${init_name} COMPONENT library)
install(FILES lib/include/corten.h DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT library)
install(DIRECTORY lib/include/corten DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT library)
install(FILES ${CMAKE_BINARY_DIR}/corten.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig COMPONENT library)
install(FILES ${CMAKE_BINARY_DIR}/corten-config.cmake ${CMAKE_BINARY_DIR}/corten-config-version.cmake
        DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/corten COMPONENT library)
install(DIRECTORY ${CMAKE_BINARY_DIR}/doxygen/html DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT library OPTIONAL)
