#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# What Corten does on kernels that lack what it would rather use, and under filters that hide it. The rest of the suite
# runs under these switches, too: CORTEN_NO_OPENAT2=1 scripts/test integration

load helpers

setup() {
	corten_only "the switches are ours"
	setup_bundle
}

# complete_container runs a container that needs a bit of everything, enters it, and deletes it.
complete_container() {
	mkdir -p shared && echo hello >shared/file
	update_config '.mounts += [
		{destination: "/shared", type: "bind", source: "'"$PWD"'/shared", options: ["rbind", "ro"]},
		{destination: "/scratch", type: "tmpfs", source: "tmpfs", options: ["nosuid", "size=64k"]}]
		| .linux.maskedPaths = ["/proc/keys", "/proc/acpi"] | .linux.readonlyPaths = ["/proc/sys"]'
	set_script 'cat /shared/file; echo x >/scratch/x && cat /scratch/x; cat /proc/keys; readlink /proc/self/ns/pid
		(: >/shared/new) 2>/dev/null || echo read-only; (: >/proc/sys/kernel/hostname) 2>/dev/null || echo kept; sleep 1000'
	runtime_background run "$CTR"
	wait_for_status "$CTR" running
	eventually 10 grep -q kept "$background_stdout"
	pid=$(pid_of "$CTR")
	[ "$(cat "$background_stdout")" = "hello
x
$(readlink "/proc/$pid/ns/pid")
read-only
kept" ]
	succeeds exec "$CTR" sh -c 'readlink /proc/self/ns/mnt; cat /proc/self/cgroup'
	[ "$(head -n1 <<<"$stdout")" = "$(readlink "/proc/$pid/ns/mnt")" ]
	succeeds exec --detach --pid-file pid "$CTR" sleep 1000
	[ "$(cat "/proc/$(cat pid)/cgroup")" = "$(cat "/proc/$pid/cgroup")" ]
	succeeds delete --force "$CTR"
	absent "$CTR"
}

@test "nothing forced: the same container" { complete_container; }

@test "mount(2) in place of descriptors for mounts" {
	export CORTEN_NO_NEW_MOUNT_API=1
	complete_container
}

@test "a walk component by component in place of openat2" {
	export CORTEN_NO_OPENAT2=1
	complete_container
}

@test "a move into the cgroup in place of a birth in it" {
	export CORTEN_NO_CLONE_INTO_CGROUP=1
	complete_container
}

@test "namespaces one by one in place of a pidfd for all" {
	export CORTEN_NO_PIDFD=1
	complete_container
}

@test "all of them" {
	export CORTEN_NO_NEW_MOUNT_API=1 CORTEN_NO_OPENAT2=1 CORTEN_NO_CLONE_INTO_CGROUP=1 CORTEN_NO_PIDFD=1
	complete_container
}

@test "the hostile images are run under each switch" {
	while read -r switch; do
		name=${switch,,}
		[ -L "$INTEGRATION_DIR/rootfs_hostile_${name#corten_}.bats" ]
	done < <(grep -o 'CORTEN_NO_[A-Z0-9_]*' "$INTEGRATION_DIR/../../lib/sys/switches.cpp")
	[ -L "$INTEGRATION_DIR/rootfs_hostile_no_all.bats" ]
}

# with_refused ERROR ARG… runs the runtime on a kernel that answers each clone3 with ERROR.
with_refused() {
	strace -f -qq -o /dev/null -e inject=clone3:error="$1" "$RUNTIME" --root "$STATE_ROOT" "${@:2}" </dev/null
}

@test "clone in place of clone3, which a filter may hide" {
	requires strace
	set_args cat /proc/self/cgroup
	[ "$(with_refused ENOSYS run "$CTR" | grep -c "$CTR")" -ge 1 ]
	nothing_left
	set_args sleep 1000
	succeeds run --detach "$CTR"
	[ "$(with_refused ENOSYS exec "$CTR" cat /proc/self/cgroup)" = "$(cat "/proc/$(pid_of "$CTR")/cgroup")" ]
}

@test "a clone3 that does not know cgroups yet" {
	requires strace
	grep -q cgroup2 /proc/self/mounts || skip "needs a cgroup v2 hierarchy"
	unset CORTEN_NO_CLONE_INTO_CGROUP
	set_args cat /proc/self/cgroup
	succeeds run "$CTR"
	for error in E2BIG EINVAL; do
		[ "$(with_refused "$error:when=1" run "$CTR")" = "$stdout" ]
	done
}

@test "a clone3 that does not know cgroups yet, where the plan can be made only once there is an init" {
	requires strace
	grep -q cgroup2 /proc/self/mounts || skip "needs a cgroup v2 hierarchy"
	unset CORTEN_NO_CLONE_INTO_CGROUP
	set_args cat /proc/self/cgroup
	update_config '.linux.namespaces |= map(if .type == "ipc" then .path = "/proc/self/ns/ipc" else . end)'
	succeeds run "$CTR"
	[ "$(with_refused EINVAL:when=1 run "$CTR")" = "$stdout" ]
}
