# SPDX-License-Identifier: Apache-2.0
# scripts/check-layers on small trees made for it.

setup() {
	check="$BATS_TEST_DIRNAME/../../scripts/check-layers"
	cd "$BATS_TEST_TMPDIR" || return
	mkdir -p cmd spec lib/base lib/sys lib/cgroup lib/rootfs lib/config lib/include/corten
	cat >CMakeLists.txt <<-'END'
		corten_area(base   lib/base)
		corten_area(sys    lib/sys            base)
		corten_area(rootfs lib/rootfs         sys base)
		corten_area(cgroup lib/cgroup         sys base)
		corten_area(config lib/config         base PLANS rootfs cgroup)
		corten_area(corten lib/include/corten base)
		corten_area(cmd    cmd                corten base)
		target_link_libraries(corten-cmd PUBLIC corten-config)
	END
}

# include FILE HEADER: FILE includes HEADER, given with its quotes or brackets.
include() {
	echo "#include $2" >>"$1"
}

@test "check-layers: downward, own and system includes are allowed" {
	include lib/rootfs/mount.cpp '"sys/syscall.hpp"'
	include lib/rootfs/mount.cpp '"base/error.hpp"'
	include lib/rootfs/mount.cpp '"rootfs/mount.hpp"'
	include lib/rootfs/mount.cpp '"mount.hpp"'
	include lib/rootfs/mount.cpp '<cgroup/no_header_of_ours.h>'
	include cmd/run.cpp '<corten/container.hpp>'
	run "$check" .
	[ "$status" -eq 0 ]
	[ "$output" = "check-layers: 5 includes, all allowed" ]
}

@test "check-layers: a sibling is refused, with file and line" {
	include lib/rootfs/mount.cpp '"base/error.hpp"'
	include lib/rootfs/mount.cpp '"cgroup/manager.hpp"'
	run "$check" .
	[ "$status" -eq 1 ]
	[[ "$output" == "lib/rootfs/mount.cpp:2: rootfs includes cgroup/manager.hpp; allowed: sys base " ]]
}

@test "check-layers: an upward include is refused, however it is spelled" {
	include lib/base/error.hpp '"lib/sys/syscall.hpp"'
	include lib/base/text.hpp '"../sys/syscall.hpp"'
	include lib/sys/open.cpp '<corten/container.hpp>'
	run "$check" .
	[ "$status" -eq 1 ]
	[ "${#lines[@]}" -eq 3 ]
}

@test "check-layers: config sees the plans of other areas, and nothing else of theirs" {
	include lib/config/resolve.cpp '"cgroup/plan.hpp"'
	include lib/config/resolve.cpp '"rootfs/mount_plan.hpp"'
	run "$check" .
	[ "$status" -eq 0 ]
	include lib/config/resolve.cpp '"cgroup/manager.hpp"'
	run "$check" .
	[ "$status" -eq 1 ]
	[ "$output" = "lib/config/resolve.cpp:3: config includes cgroup/manager.hpp; allowed: base and the plans of rootfs cgroup " ]
}

# table LAST-CELL: an ARCHITECTURE.md in which config may use that.
table() {
	cat >ARCHITECTURE.md <<-END
		| area | what it is | may use |
		| --- | --- | --- |
		| \`lib/base\` | text | nothing |
		| \`lib/sys\` | system calls | base |
		| \`lib/rootfs\` | mounts | sys, base |
		| \`lib/cgroup\` | limits | sys, base |
		| \`lib/config\` | plans | $1 |
		| \`lib/include/corten\` | the public headers | base |
		| \`cmd\` | the command line | corten, base |
	END
}

@test "check-layers: ARCHITECTURE.md must say the same as CMakeLists.txt" {
	include cmd/run.cpp '"base/error.hpp"'
	table "base; plans of rootfs, cgroup"
	"$check" .
	table "base; plans of rootfs"
	run "$check" .
	[ "$status" -eq 1 ]
	[[ "$output" == *"ARCHITECTURE.md"*"> config: base PLANS rootfs"* ]]
}

@test "check-layers: a new area needs a line of CMakeLists.txt" {
	mkdir lib/wasm
	include lib/wasm/run.cpp '<vector>'
	run "$check" .
	[ "$status" -eq 1 ]
	[[ "$output" == *'area "wasm" has no corten_area()'* ]]
}

# strange_includes FOLDER: what the command may not include: other than libcorten's public headers, its own, CLI11, fmt and the system's.
strange_includes() {
	grep -rnE '^[[:space:]]*#[[:space:]]*include' "$1" | grep -vE '["<](cmd/[a-z_]+[.]hpp"|corten[.]h>|corten/[a-z_]+[.]hpp>)' |
		grep -vE '<(CLI/[A-Za-z]+[.]hpp|fmt/[a-z]+[.]h|[a-z_]+|sys/[a-z]+[.]h|(fcntl|poll|signal|spawn|syslog|termios|unistd)[.]h)>'
}

@test "the command includes public headers and its own, and no others" {
	run strange_includes "$BATS_TEST_DIRNAME/../../cmd"
	[ "$status" -eq 1 ]
	[ -z "$output" ]
	include cmd/run.cpp '<corten/corten.hpp>'
	include cmd/run.cpp '"base/error.hpp"'
	include cmd/run.cpp '"corten/text.hpp"'
	include cmd/run.cpp '<seccomp.h>'
	run strange_includes cmd
	[ "${#lines[@]}" -eq 3 ]
}
