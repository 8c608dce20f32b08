#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2016,SC2154 # the shells of containers expand variables too; helpers.bash sets stdout
#
# The session keyring of the container, seen in /proc/keys.

load helpers
load helpers_fields

setup() {
	requires root
	[ -e /proc/keys ] || skip "needs keyrings in the kernel"
	setup_bundle
	update_config '.linux.maskedPaths = []'
	set_args cat /proc/keys
}

# keyring prints the serial number of the container's own keyring in $stdout.
keyring() { awk -v name="_ses.$CTR:" '$8 == "keyring" && $9 == name { print $1 }' <<<"$stdout"; }

@test "the container has a session keyring of its own" {
	succeeds run "$CTR"
	[ -n "$(keyring)" ]
	# All rights for who possesses it; the owner may look for keys in it.
	grep -E "^$(keyring) .* 3f1b0000 +0 +0 " <<<"$stdout"
}

@test "each container has another one" {
	# Of another id: a keyring is joined by its name, and the kernel frees the last one of an id some time after its container.
	succeeds run "$CTR"
	first=$(keyring)
	succeeds run "$CTR-2"
	second=$(awk -v name="_ses.$CTR-2:" '$8 == "keyring" && $9 == name { print $1 }' <<<"$stdout")
	[ -n "$first" ]
	[ -n "$second" ]
	[ "$second" != "$first" ]
}

@test "an exec'd process is in the keyring of the container" {
	set_args sleep 1000
	starts
	succeeds exec "$CTR" cat /proc/keys
	first=$(keyring)
	succeeds exec "$CTR" cat /proc/keys
	[ -n "$first" ]
	[ "$(keyring)" = "$first" ]
}

@test "with --no-new-keyring there is none" {
	succeeds run --no-new-keyring "$CTR"
	[ -z "$(keyring)" ]
}

@test "with --no-new-keyring an exec'd process gets none either" {
	set_args sleep 1000
	succeeds run --detach --no-new-keyring "$CTR"
	succeeds exec "$CTR" cat /proc/keys
	[ -z "$(keyring)" ]
}

@test "the session keyring of the process is that one, or the caller's with --no-new-keyring" {
	c_tool session_keyring
	set_args session_keyring
	in_keyring() {
		new_output_files
		"$BUNDLE/rootfs/bin/session_keyring" callers-own \
			"$RUNTIME" --root "$STATE_ROOT" "$@" "$CTR" >"$stdout_file" 2>"$stderr_file"
		read_output "$*"
	}
	in_keyring run
	prints "keyring;0;0;3f1b0000;_ses.$CTR"
	in_keyring run --no-new-keyring
	[[ $stdout == keyring\;*\;callers-own ]]
}

@test "the session keyring of an exec'd process is that one too" {
	c_tool session_keyring
	set_args sleep 1000
	starts
	succeeds exec "$CTR" session_keyring
	prints "keyring;0;0;3f1b0000;_ses.$CTR"
}

@test "in a user namespace the keyring may be searched by others" {
	requires userns
	map_ids
	succeeds run "$CTR"
	grep -E "^$(keyring) .* 3f130008 " <<<"$stdout"
}
