#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2154 # helpers.bash sets stdout
#
# process.selinuxLabel, exec --process-label and linux.mountLabel.
# vm: --selinux

load helpers
load helpers_fields
load helpers_selinux

setup() {
	requires root
	setup_bundle
}

# Field: process.selinuxLabel
@test "the process runs with the label, with or without no_new_privs" {
	labelled
	set_args cat /proc/self/attr/current
	for privileges in true false; do
		update_config ".process.noNewPrivileges = $privileges"
		succeeds run "$CTR"
		prints "$LABEL"
	done
}

@test "the label is set in a user namespace" {
	requires userns
	labelled
	map_ids
	set_args cat /proc/self/attr/current
	succeeds run "$CTR"
	prints "$LABEL"
}

@test "an exec'd process has the container's label, or that of --process-label" {
	labelled
	set_args sleep 1000
	succeeds run --detach "$CTR"
	succeeds exec "$CTR" cat /proc/self/attr/current
	prints "$LABEL"
	succeeds exec --process-label "$OTHER" "$CTR" cat /proc/self/attr/current
	prints "$OTHER"
	jq '.process | .args = ["cat", "/proc/self/attr/current"] | del(.selinuxLabel)' config.json >process.json
	succeeds exec --process process.json "$CTR"
	prints "$LABEL"
}

@test "the session keyring has the label of the process, also of an exec'd one" {
	labelled
	c_tool key_label
	chcon -t container_file_t -l s0 rootfs/bin/key_label
	set_args key_label
	succeeds run "$CTR"
	prints "$LABEL"
	set_args sleep 1000
	succeeds run --detach "$CTR"
	succeeds exec "$CTR" key_label
	prints "$LABEL"
}

@test "files that the process makes later have the default label of keys no more than others" {
	labelled
	set_args cat /proc/self/attr/keycreate
	succeeds run "$CTR"
	[ -z "$stdout" ]
}

# Field: linux.mountLabel
@test "mountLabel is the context of the file systems that are made for the container" {
	labelled
	mount_label
	add_mount /scratch tmpfs tmpfs nosuid
	add_mount /dev/mqueue mqueue mqueue nosuid noexec nodev
	set_args cat /proc/mounts
	succeeds run "$CTR"
	for place in /dev /dev/pts /dev/shm /scratch; do
		grep " $place " <<<"$stdout" | grep -F 'context="system_u:object_r:container_file_t:s0:c4,c5"'
	done
	not grep -E ' (/proc|/sys) .*context=' <<<"$stdout"
	# A message queue's file system takes no such option.
	set_args sleep 1000
	succeeds run --detach "$CTR"
	[ "$(stat -c %C "/proc/$(pid_of "$CTR")/root/dev/mqueue")" = system_u:object_r:container_file_t:s0:c4,c5 ]
}

@test "what is bound keeps its label, whatever mountLabel says" {
	labelled
	mount_label
	mkdir "$TEST_DIR/data"
	echo hello >"$TEST_DIR/data/file"
	chcon -R -t container_file_t -l s0:c4 "$TEST_DIR/data"
	add_bind "$TEST_DIR/data" /data
	set_args cat /data/file
	succeeds run "$CTR"
	prints hello
	[[ $(stat -c %C "$TEST_DIR/data/file") == *:container_file_t:s0:c4 ]]
}

@test "in permissive mode nothing is kept from the process" {
	labelled
	is_enforcing && skip "needs SELinux in permissive mode"
	echo secret >"$TEST_DIR/file"
	chcon -t etc_t "$TEST_DIR/file"
	add_bind "$TEST_DIR/file" /file
	set_args cat /file
	succeeds run "$CTR"
	prints secret
}

@test "a label that the policy does not know is an error, and nothing is left" {
	labelled system_u:system_r:no_such_type_t:s0
	for command in run create; do
		fails_saying "/attr/" $command "$CTR"
		says "invalid argument"
		! is_corten || says 'process.selinuxLabel: does the policy know "system_u:system_r:no_such_type_t:s0"?'
		absent "$CTR"
	done
}

@test "what is no label is an error that says what one looks like" {
	corten_only "runc repeats the kernel's errno"
	labelled container_t
	for command in run create; do
		fails_saying "process.selinuxLabel: \\\"container_t\\\" is not of the form user:role:type[:range]" $command "$CTR"
		absent "$CTR"
	done
}

@test "a label is an error where SELinux is not enabled" {
	[ ! -e /sys/fs/selinux/enforce ] || skip "needs a system without SELinux"
	update_config ".process.selinuxLabel = \$text" --arg text "$LABEL"
	for command in run create; do
		fails_saying "selinux label is specified in config, but selinux is disabled or not supported" $command "$CTR"
		! is_corten || says "process.selinuxLabel"
		absent "$CTR"
	done
}

@test "no label works everywhere" {
	update_config '.process.selinuxLabel = ""'
	[ ! -e /sys/fs/selinux/enforce ] || chcon -R -t container_file_t -l s0 "$TEST_DIR"
	set_args echo hello
	succeeds run "$CTR"
	prints hello
}
