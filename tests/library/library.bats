#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# libcorten as installed: programs in C, C++ and Python that use it.

load ../integration/helpers
load ../integration/helpers_fields
load helpers

examples=$INTEGRATION_DIR/../../docs/examples

# open_to_users has the mapped users reach the bundle, where one is called daemon.
open_to_users() {
	local dir=$BUNDLE
	printf 'daemon:x:1:1:daemon:/:/bin/sh\n' >>rootfs/etc/passwd
	chown -R 1000:1000 rootfs
	until chmod a+x "$dir" && dir=${dir%/*} && [[ -z $dir || $dir == "${BATS_RUN_TMPDIR%/*}" ]]; do :; done
}

# readme_root makes the rootfs one for the example of the documentation: bash with its libraries, a user, and what that reaches.
readme_root() {
	local file
	requires userns bash
	file=$(command -v bash)
	install -D "$file" rootfs/bin/bash
	for file in $(ldd "$file" | grep -o '/[^ ]*'); do install -D "$file" "rootfs$file"; done
	open_to_users
}

# did_it: what the example prints.
did_it() {
	[[ $stdout == *"/bin/bash is user 1 on testing with 1025 files"* && $stdout == *"hello from inside"* ]]
	[[ $stdout == *"null"*"random"*"urandom"*"zero"* && $stdout == *"lo: "* ]]
	[[ $stdout == *"container-id is running since "* && $stdout == *" of 32"* && $stdout == *"ended with status 7"* ]]
	[[ -z $(ls "$STATE_ROOT") ]]
}

# built_static SOURCE is the same against the archive.
built_static() {
	local libraries
	libraries=$(pkg-config --libs corten libseccomp libcap libselinux libprotobuf-c dbus-1)
	# shellcheck disable=SC2046,SC2086 # words
	"${CXX:-c++}" -std=c++20 -Wall -Wextra -Wpedantic -Werror -O1 -o "$TEST_DIR/program" "$1" $(pkg-config --cflags corten) \
		${libraries/-lcorten/-l:libcorten.a} -pthread
}

# alone COMPILER: each header that is installed, by itself.
alone() {
	command -v "$1" >/dev/null || skip "needs $1"
	(cd "$LIBRARY/include" && printf '%s\n' corten.h corten/*.hpp) | xargs -P "$(nproc)" -I{} \
		"$1" -std=c++20 -Wall -Wextra -Wpedantic -Werror -fsyntax-only -I"$LIBRARY/include" -include {} -x c++ /dev/null
}

@test "each header compiles by itself, with g++" { alone g++; }

@test "each header compiles by itself, with clang" { alone clang++; }

@test "the pages of the headers are made without a warning" {
	command -v doxygen >/dev/null || skip "needs doxygen"
	local folder=${LIBRARY%/install}
	rm -rf "$folder/doxygen"
	[[ -z $(doxygen "$folder/Doxyfile" 2>&1) ]]
	grep -q "Makes it and starts it" "$folder/doxygen/html/corten_8h.html"
}

@test "the shared library shows the names of its list, and no other" {
	diff <(nm -D --defined-only "$LIBRARY/lib/libcorten.so" | awk '$2 != "A" { sub(/@.*/, "", $3); print $3 }' | sort) \
		<(sed -nE 's/^    (corten_[a-z_]+);$/\1/p' "$INTEGRATION_DIR/../../cmake/libcorten.map" | sort)
}

@test "the archive shows the same names" {
	diff <(nm --defined-only --extern-only "$LIBRARY/lib/libcorten.a" | awk 'NF == 3 && $2 ~ /[TDBR]/ { print $3 }' | sort) \
		<(nm -D --defined-only "$LIBRARY/lib/libcorten.so" | awk '$2 != "A" { sub(/@.*/, "", $3); print $3 }' | sort)
}

@test "a container made in C++: the example of the documentation" {
	readme_root
	built "$examples/container.cpp"
	program "$BUNDLE/rootfs" "$STATE_ROOT"
	did_it
}

@test "the same with the archive" {
	readme_root
	built_static "$examples/container.cpp"
	[[ $(ldd "$TEST_DIR/program") != *libcorten* ]]
	program "$BUNDLE/rootfs" "$STATE_ROOT"
	did_it
}

@test "the same by clang, shared and static" {
	requires clang++
	readme_root
	CXX=clang++ built "$examples/container.cpp"
	program "$BUNDLE/rootfs" "$STATE_ROOT"
	did_it
	CXX=clang++ built_static "$examples/container.cpp"
	program "$BUNDLE/rootfs" "$STATE_ROOT"
	did_it
}

@test "the processes of the example are saved, and restored" {
	requires criu
	readme_root
	mkdir "$TEST_DIR/images"
	built "$examples/container.cpp"
	program "$BUNDLE/rootfs" "$STATE_ROOT" "$TEST_DIR/images"
	[[ $stdout == *"saved, status 137"* ]]
	did_it
}

@test "the same by CMake, shared and static" {
	local target
	readme_root
	cat >"$TEST_DIR/CMakeLists.txt" <<-END
		cmake_minimum_required(VERSION 3.20)
		project(example CXX)
		find_package(corten REQUIRED)
		add_executable(shared $examples/container.cpp)
		target_link_libraries(shared corten::corten)
		add_executable(static $examples/container.cpp)
		target_link_libraries(static corten::static)
		set(CMAKE_CXX_STANDARD 20)
		add_compile_options(${sanitizer[*]})
		add_link_options(${sanitizer[*]})
		set_target_properties(shared static PROPERTIES CXX_STANDARD 20)
	END
	cmake -S "$TEST_DIR" -B "$TEST_DIR/build" -DCMAKE_PREFIX_PATH="$LIBRARY"
	cmake --build "$TEST_DIR/build"
	for target in shared static; do
		succeeded "${LIMIT[@]}" "$TEST_DIR/build/$target" "$BUNDLE/rootfs" "$STATE_ROOT"
		did_it
	done
	[[ $(ldd "$TEST_DIR/build/static") != *libcorten* ]]
}

@test "a container made in C" {
	built "$examples/container.c"
	program "$BUNDLE" "$STATE_ROOT"
	[[ $stdout == *"hello from C"* && $stdout == *"exec ended with status 0"* && $stdout == *"ended with status 137"* ]]
}

@test "a container made in Python, without compiled glue" {
	[[ -z ${SANITIZE-} ]] || skip "needs a build without sanitizers"
	succeeded "$PYTHON" "$examples/container.py" "$LIBRARY/lib/libcorten.so.0" "$BUNDLE" "$STATE_ROOT"
	[[ $stdout == *"hello from Python"* && $stdout == *"exec ended with status 0"* && $stdout == *"ended with status 137"* ]]
}

@test "each call that cannot be has its code, and leaves nothing" {
	set_term_script
	built "$BATS_TEST_DIRNAME/errors.c"
	program "$BUNDLE" "$STATE_ROOT"
	[[ -z $(ls "$STATE_ROOT") ]]
}

@test "state, list, statistics, features and configurations are values" {
	requires cgroup_pids cgroup_memory
	set_term_script
	update_config '.linux.resources.pids.limit = 77'
	built "$BATS_TEST_DIRNAME/values.cpp"
	program "$BUNDLE" "$STATE_ROOT"
}

@test "documents are read, converted and checked by the C interface" {
	built "$BATS_TEST_DIRNAME/json.c"
	program "$BUNDLE" "$STATE_ROOT"
	[[ -z $(ls "$STATE_ROOT") ]]
}

@test "each method of a container and its processes" {
	requires cgroup_pids
	set_script 'trap "exit 3" TERM; while :; do sleep 0.02; done'
	built "$BATS_TEST_DIRNAME/methods.cpp"
	program "$BUNDLE" "$STATE_ROOT"
	[[ -z $(ls "$STATE_ROOT") ]]
}

@test "hooks are functions of the program, and one that fails undoes the container" {
	set_term_script
	built "$BATS_TEST_DIRNAME/hooks.cpp"
	program "$BUNDLE" "$STATE_ROOT"
	[[ -z $(ls "$STATE_ROOT") ]]
}

@test "an event loop hears of memory pressure and of the end" {
	requires cgroup_memory
	[[ $(stat -f -c %T .) != tmpfs ]] || skip "needs a rootfs on a disk"
	set_script 'trap go=1 USR1; while [ -z "$go" ]; do sleep 0.02; done
		while :; do dd if=/dev/zero of=/big bs=1M count=48; cat /big; done >/dev/null 2>&1'
	update_config '.linux.resources.memory.limit = 16777216'
	built "$BATS_TEST_DIRNAME/watch.cpp"
	program "$BUNDLE" "$STATE_ROOT"
}

@test "a container that is ready while nobody can be told is undone" {
	c_tool notify-send
	set_script 'notify-send READY=1; sleep 1000'
	built "$BATS_TEST_DIRNAME/readiness.c"
	program "$BUNDLE" "$STATE_ROOT"
	[[ -z $(ls "$STATE_ROOT") ]]
}

@test "nothing of the calling process is changed, and the container gets none of its descriptors" {
	built "$BATS_TEST_DIRNAME/caller.c"
	program "$BUNDLE" "$STATE_ROOT"
	# ls has the directory that it reads as 3.
	[[ $stdout == $'0\n1\n2\n3' ]]
}

@test "what the command line asks for, by a program that is its own init" {
	local in_user_namespace=0
	[[ $(tr -s ' ' </proc/self/uid_map) == " 0 0 4294967295" ]] || in_user_namespace=1
	set_term_script
	echo '{"args": ["/bin/echo", "of a file"], "cwd": "/", "user": {"uid": 0, "gid": 0}}' >process.json
	mkdir -p "$STATE_ROOT/broken"
	echo '{' >"$STATE_ROOT/broken/state.json"
	built "$BATS_TEST_DIRNAME/options.c" "-Wl,-rpath,$LIBRARY/lib"
	program "$BUNDLE" "$STATE_ROOT"
	[[ $stdout == "in a user namespace: $in_user_namespace"$'\n'"found options, status 2, pid "*", bundle $BUNDLE, owner root"* ]]
	[[ $stdout == *$'\nyes 5 6 6 7 8 /tmp\nof a file' ]]
	grep -q "the program's own" trace
	[[ -z $(ls "$STATE_ROOT") ]]
}

@test "a program waits for readiness in its own loop" {
	requires python cc
	c_tool notify-send
	tool notify "$TEST_DIR/notify"
	set_script 'notify-send READY=1; sleep 1000'
	built "$BATS_TEST_DIRNAME/ready.cpp"
	program "$BUNDLE" "$STATE_ROOT" "$TEST_DIR/notify"
	[[ $stdout == $'status 2, ready_fd yes\n"ready" is running\none more\n'*"already exists"*"ended with status 137, MAINPID "* ]]
	grep -qx "MAINPID=${stdout##* }" "$TEST_DIR/notify.out"
	[[ -z $(ls "$STATE_ROOT") ]]
}

@test "a process that is kept ready becomes a container's, with the streams of that one" {
	set_script 'cat; ls /proc/self/fd >&2'
	built "$BATS_TEST_DIRNAME/keep_ready.cpp"
	program "$BUNDLE" "$STATE_ROOT"
	[[ -z $(ls "$STATE_ROOT") ]]
}

@test "sixteen threads make and destroy containers while others allocate" {
	set_args true
	built "$BATS_TEST_DIRNAME/threads.cpp"
	program "$BUNDLE" "$STATE_ROOT" 16 "${MANY:-100}"
	[[ -z $(ls "$STATE_ROOT") ]]
}

@test "processes are saved, and restored" {
	requires criu
	set_script 'exec </dev/null >/dev/null 2>&1; trap "exit 5" TERM; while :; do sleep 0.1; done'
	mkdir "$TEST_DIR/images"
	built "$BATS_TEST_DIRNAME/checkpoint.cpp"
	program "$BUNDLE" "$TEST_DIR/images" "$STATE_ROOT"
	[[ $stdout == *"saved, status 137"*"processes"*"ended with status 5"* ]]
}
