#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2154 # helpers.bash sets stdout
#
# What libcorten does besides containers: users and groups of a root, capabilities, filters, labels, keyrings, attributes of files,
# processes. Each program says what does not hold.

load ../integration/helpers
load ../integration/helpers_fields
load helpers

@test "users and groups of a root, and of a container as it sees them" {
	requires root
	rm rootfs/etc/passwd rootfs/etc/group # links to those of all tests
	printf 'root:x:0:0::/root:/bin/sh\nbroken\ndaemon:x:1:2:The Daemon:/sbin:/bin/sh\nanna:x:5:\n' >rootfs/etc/passwd
	printf 'root:x:0:\nbin:x:2:\nusers:x:100:bert, daemon\n' >rootfs/etc/group
	printf 'daemon:x:7:8::/:\n' >"$TEST_DIR/other"
	mkdir -p linked/etc rootfs/srv
	printf 'outside:x:9:9::/:\n' >"$TEST_DIR/outside"
	ln -s "$TEST_DIR/outside" linked/etc/passwd
	update_config '.mounts += [{"destination": "/etc/passwd", "type": "bind", "source": $other, "options": ["bind"]}]' \
		--arg other "$TEST_DIR/other"
	set_args sleep 1000
	built "$BATS_TEST_DIRNAME/users.cpp"
	program "$BUNDLE" "$STATE_ROOT"
	[[ $stdout == *"uid=7"*" gid=100(users)"* ]]
}

@test "capabilities: their names, and those of one thread" {
	requires root
	built "$BATS_TEST_DIRNAME/capabilities.cpp"
	program
}

@test "a profile is checked, and its filter loaded by the program" {
	requires seccomp
	built "$BATS_TEST_DIRNAME/seccomp.cpp"
	program
}

@test "labels are made and set where there are security modules, and are nothing elsewhere" {
	requires root
	mkdir volume
	built "$BATS_TEST_DIRNAME/labels.cpp"
	program "$PWD/volume"
}

@test "a thread joins a session keyring, and changes its permissions" {
	requires root
	[[ -e /proc/keys ]] || skip "needs keyrings"
	built "$BATS_TEST_DIRNAME/keys.cpp"
	program
}

@test "attributes of files are read by path and by descriptor" {
	requires root
	touch "$TEST_DIR/file"
	ln -s file "$TEST_DIR/link"
	built "$BATS_TEST_DIRNAME/xattr.cpp"
	program "$TEST_DIR"
}

@test "when a process began, orphans, and the signal at a parent's end" {
	built "$BATS_TEST_DIRNAME/system.cpp"
	program
}
