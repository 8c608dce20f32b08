# SPDX-License-Identifier: Apache-2.0
# cmake -D SOURCE=DIR -D HEADER=FILE -P commit.cmake: the commit of a checkout as CORTEN_COMMIT, "unknown" where there is none.
execute_process(COMMAND git -C ${SOURCE} rev-parse HEAD
  OUTPUT_VARIABLE commit OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
if(NOT commit)
  set(commit unknown)
endif()
file(CONFIGURE OUTPUT ${HEADER} CONTENT "#define CORTEN_COMMIT \"${commit}\"\n")  # left alone where it says that already
