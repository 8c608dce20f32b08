#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2016,SC2154 # the shells of containers expand variables too; helpers.bash sets stdout
#
# Labels where the policy is enforced.
# vm: --enforcing

load helpers
load helpers_fields
load helpers_selinux

setup() {
	corten_only "runc hands output over through pipes of its own, whose categories the policy here keeps from the container"
	requires root
	is_enforcing || skip "needs SELinux in enforcing mode"
	setup_bundle
}

@test "a start is not in the policy's way, nor an exec" {
	labelled
	mount_label
	add_mount /dev/mqueue mqueue mqueue nosuid noexec nodev
	set_script 'cat /proc/self/attr/current; echo hello >/dev/shm/file && cat /dev/shm/file; echo fine >/tmp/file && cat /tmp/file'
	succeeds run "$CTR"
	prints "$LABEL"$'hello\nfine'
	set_args sleep 1000
	succeeds run --detach "$CTR"
	succeeds exec "$CTR" cat /proc/self/attr/current
	prints "$LABEL"
}

@test "a start in a user namespace is not in the policy's way" {
	requires userns
	labelled
	mount_label
	map_ids
	set_script 'cat /proc/self/attr/current; echo hello >/dev/shm/file && cat /dev/shm/file'
	succeeds run "$CTR"
	prints "$LABEL"$'hello'
}

@test "the process and an exec'd one are kept from what their label may not touch" {
	labelled
	mkdir "$TEST_DIR/host"
	echo secret >"$TEST_DIR/host/file"
	chcon -R -t etc_t "$TEST_DIR/host"
	add_bind "$TEST_DIR/host" /host
	set_script 'cat /host/file; echo x >/host/new; true'
	succeeds run "$CTR"
	[ -z "$stdout" ]
	[ "$(grep -c "Permission denied" <<<"$output")" -eq 2 ]
	[ ! -e "$TEST_DIR/host/new" ]
	set_args sleep 1000
	succeeds run --detach "$CTR"
	fails_saying "Permission denied" exec "$CTR" cat /host/file
	succeeds delete --force "$CTR"
	# It is the label that does it.
	update_config 'del(.process.selinuxLabel)'
	set_args cat /host/file
	succeeds run "$CTR"
	prints secret
}

@test "files of another container's category are out of reach" {
	labelled
	mkdir "$TEST_DIR/data"
	echo mine >"$TEST_DIR/data/mine"
	echo theirs >"$TEST_DIR/data/theirs"
	chcon -R -t container_file_t -l s0 "$TEST_DIR/data"
	chcon -l "${LABEL##*_t:}" "$TEST_DIR/data/mine"
	chcon -l "${OTHER##*_t:}" "$TEST_DIR/data/theirs"
	add_bind "$TEST_DIR/data" /data
	set_script 'cat /data/mine /data/theirs; true'
	succeeds run "$CTR"
	prints mine
	says "Permission denied"
	set_args sleep 1000
	succeeds run --detach "$CTR"
	succeeds exec --process-label "$OTHER" "$CTR" cat /data/theirs
	prints theirs
}

@test "a label that the policy keeps from the caller is an error, and nothing is left" {
	labelled system_u:system_r:kernel_t:s0
	runtime run "$CTR"
	[ "$status" -ne 0 ]
	says "exec /bin/sleep: operation not permitted"
	unknown "$CTR"
}
