# SPDX-License-Identifier: Apache-2.0
# Toolchain of another architecture: Debian's cross compiler, and libraries from the folder that scripts/cross unpacks them into.
# $ARCH is Debian's name of the architecture, $CORTEN_TRIPLET the compiler's; a try_compile gets both by the environment, too.
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR $ENV{ARCH})
set(CMAKE_C_COMPILER $ENV{CORTEN_TRIPLET}-gcc)
set(CMAKE_CXX_COMPILER $ENV{CORTEN_TRIPLET}-g++)
set(CMAKE_LIBRARY_ARCHITECTURE $ENV{CORTEN_TRIPLET})
set(CMAKE_SYSROOT ${CMAKE_CURRENT_LIST_DIR}/../build/cross/$ENV{ARCH}/sysroot)

set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)

set(ENV{PKG_CONFIG_SYSROOT_DIR} ${CMAKE_SYSROOT})
set(ENV{PKG_CONFIG_LIBDIR} ${CMAKE_SYSROOT}/usr/lib/$ENV{CORTEN_TRIPLET}/pkgconfig:${CMAKE_SYSROOT}/usr/share/pkgconfig)
