#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
#
# Errors with a way out: a message names the step, the object and the errno, and what to do. Texts that engines match are
# checked elsewhere (engines_contract.bats, bad_input.bats); these are for people.

load helpers
load helpers_fields

setup() {
	corten_only "its words for people"
	setup_bundle
}

# refused 'JQ FILTER' 'TEXT': create refuses the configuration and says TEXT.
refused() {
	cp "$INTEGRATION_DIR/tools/config.json" config.json
	update_config "$1"
	fails_saying "$2" create "$CTR"
}

@test "a misspelt command or option is told from the one that was meant" {
	runtime craete
	[ "$status" -eq 3 ]
	says "No help topic for 'craete' (did you mean \"create\"?); see \"${RUNTIME##*/} help\""
	fails_saying 'flag provided but not defined: -bundel (did you mean "--bundle"?)' create --bundel .
	says "see \"${RUNTIME##*/} create --help\""
	runtime_plain --rooot /x list
	[ "$status" -eq 1 ]
	says 'flag provided but not defined: -rooot (did you mean "--root"?)'
	says "see \"${RUNTIME##*/} --help\""
	[ -z "$stdout" ]
}

@test "a misspelt signal is told from the one that was meant" {
	succeeds run --detach "$CTR"
	fails_saying 'unknown signal "SIGTREM" (did you mean "TERM"?)' kill "$CTR" SIGTREM
	fails_saying 'unknown signal "99" (the last one is 64)' kill "$CTR" 99
	has_status "$CTR" running
}

@test "a misspelt capability is a warning with the one that was meant" {
	update_config '.process.capabilities.bounding += ["CAP_NET_ADMNI"]'
	set_args true
	succeeds run "$CTR"
	says 'ignoring unknown or unavailable capabilities: [CAP_NET_ADMNI] (did you mean "CAP_NET_ADMIN"?)'
}

@test "on a terminal an error is a sentence" {
	requires terminal
	in_terminal "$(runtime_command) state $CTR"
	[ "$status" -eq 1 ]
	[ "$output" = "${RUNTIME##*/}: container does not exist: there is no $STATE_ROOT/$CTR" ]
	update_config '.process.capabilities.bounding += ["CAP_X"]'
	set_args true
	in_terminal "$(runtime_command) run $CTR"
	[[ $output == "${RUNTIME##*/}: warning: ignoring unknown or unavailable capabilities: [CAP_X]"* ]]
}

@test "on a terminal --log-format json stays JSON, and no escape sequence comes through" {
	requires terminal
	in_terminal "$(runtime_command) --log-format json state $CTR"
	jq -e '.level == "error"' <<<"$output"
	in_terminal "$(runtime_command) state $'a\e[31mb'"
	[[ $output != *$'\e'* ]]
	says 'invalid container ID format'
}

@test "messages about an id name it, its place, and what is allowed" {
	fails_saying "container does not exist: there is no $STATE_ROOT/$CTR" state "$CTR"
	fails_saying "invalid container ID format: \"a/b\" is not of letters, digits, '_', '+', '-' and '.' alone" state a/b
	succeeds create "$CTR"
	fails_saying "container with given ID already exists: $STATE_ROOT/$CTR is there" create "$CTR"
}

@test "a name that config.json misspells has its place and the name that was meant" {
	refused '.linux.namespaces[0].type = "pidd"' 'linux.namespaces[0].type: namespace "pidd" does not exist (did you mean "pid"?)'
	refused '.process.rlimits = [{type: "RLIMIT_NOFIEL", soft: 1, hard: 1}]' \
		'process.rlimits[0].type: wrong rlimit value: RLIMIT_NOFIEL (did you mean "RLIMIT_NOFILE"?)'
	refused '.process.rlimits = [{type: "x", soft: 1, hard: 1}]' 'wrong rlimit value: x (known are RLIMIT_AS, RLIMIT_CORE, '
	refused '.linux.rootfsPropagation = "rslaev"' 'rootfsPropagation=rslaev is not supported (did you mean "rslave"?)'
	refused '.linux.devices = [{type: "x", path: "/dev/x", major: 1, minor: 3}]' 'invalid device type "x" of linux.devices entry "/dev/x"'
}

@test "a value that config.json has wrong is shown" {
	refused '.process.rlimits = [{type: "RLIMIT_NOFILE", soft: 20, hard: 10}]' \
		"process.rlimits[0]: the soft limit of RLIMIT_NOFILE, 20, is above the hard limit, 10"
	refused '.process.args = []' "process.args: args must not be empty"
	refused '.process.env = ["NOTHING"]' "invalid environment variable: missing '=' in \"NOTHING\""
	refused '.process.cwd = "tmp"' 'process.cwd: Cwd must be an absolute path, not "tmp"'
}

@test "a mount option that a file system does not know is named in its own words" {
	update_config '.mounts += [{destination: "/tmp", type: "tmpfs", source: "tmpfs", options: ["nosuidd"]}]'
	fails_saying "nosuidd: invalid argument (tmpfs: Unknown parameter 'nosuidd')" run "$CTR"
}

@test "a script without its interpreter, and a text without one, are told apart" {
	printf '#!/bin/absent\n' >rootfs/bin/script
	printf 'echo hello\n' >rootfs/bin/text
	: >rootfs/bin/empty
	printf '#!/bin/sh\r\n' >rootfs/bin/dos
	chmod +x rootfs/bin/{script,text,empty,dos}
	run_says() {
		set_args "/bin/$1"
		runtime run "$CTR"
		[ "$status" -eq 255 ]
		says "exec /bin/$1: $2"
	}
	run_says script 'no such file or directory: its interpreter "/bin/absent" is not there'
	run_says dos 'no such file or directory: its first line ends in a carriage return'
	run_says text 'exec format error: it is no program, and does not start with "#!"'
	run_says empty 'exec format error: the file is empty'
}

@test "a program of another machine, and one without its loader, are told apart" {
	[ "$(uname -m)" = x86_64 ] || skip "the heads are those of programs for x86_64"
	cp rootfs/bin/busybox rootfs/bin/other
	printf '\xb7\x00' | dd of=rootfs/bin/other bs=1 seek=18 conv=notrunc status=none
	set_args /bin/other
	runtime run "$CTR"
	[ "$status" -eq 255 ]
	says 'exec /bin/other: exec format error: it is made for aarch64, and this machine is x86_64'
	requires cc
	printf 'int main(void) { return 0; }\n' >main.c
	cc -o rootfs/bin/loaded -Wl,--dynamic-linker=/absent/ld.so main.c
	set_args /bin/loaded
	runtime run "$CTR"
	[ "$status" -eq 255 ]
	says 'exec /bin/loaded: no such file or directory: its loader "/absent/ld.so" is not there'
}

@test "a rootless container without a user namespace says how one is made" {
	requires userns
	((EUID != 0)) || become_daemon
	fails_saying "rootless container requires user namespaces" run "$CTR"
	says 'spec --rootless'
}
