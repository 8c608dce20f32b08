# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# What the files here load behind ../integration/helpers: programs that are compiled against the installed library. LIBRARY is the
# prefix where it is (scripts/test library makes it); SANITIZE has the sanitizers that it was built with, as for -fsanitize.

: "${LIBRARY:=$INTEGRATION_DIR/../../build/library/install}"
sanitizer=(${SANITIZE:+-fsanitize=$SANITIZE -g})
export PKG_CONFIG_PATH=$LIBRARY/lib/pkgconfig LD_LIBRARY_PATH=$LIBRARY/lib

setup() {
	corten_only "the library is ours"
	[[ -e $LIBRARY/include/corten.h ]] || skip "needs libcorten: scripts/test library"
	LIBRARY=$(cd "$LIBRARY" && pwd)
	setup_bundle
}

# built SOURCE [OPTION…] compiles a program against the installed library into $TEST_DIR/program.
built() {
	local source=$1 compiler=${CC:-cc} standard=-std=c11
	[[ $source != *.cpp ]] || compiler=${CXX:-c++} standard=-std=c++20
	shift
	# shellcheck disable=SC2046 # words
	"$compiler" $standard -Wall -Wextra -Wpedantic -Werror -O1 "${sanitizer[@]}" -o "$TEST_DIR/program" "$source" $(pkg-config --cflags corten) "$@" \
		$(pkg-config --libs corten) -pthread
}

# program ARG… runs it with the test's state directory behind the arguments.
program() { succeeded "${LIMIT[@]}" "$TEST_DIR/program" "$@"; }

# succeeded COMMAND… fails the test with the command's output.
succeeded() {
	new_output_files
	status=0
	"$@" >"$stdout_file" 2>"$stderr_file" 3>&- 4>&- || status=$?
	read_output "$*"
	[[ $status -eq 0 ]]
}
