#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
#
# Rootless Podman, with cgroups that the user's own systemd makes.
# vm: --user

load helpers
load helpers_podman

setup() {
	requires not_root systemd cgroup_v2 podman conmon newuidmap
	[ -S "${XDG_RUNTIME_DIR:-}/systemd/private" ] || skip "needs a systemd of the user's"
	set_up_podman
}

teardown() {
	[[ -n ${CTR:-} ]] || return 0
	pm rm --all --force --time 0 >/dev/null 2>&1 || true
	pm unshare rm -rf "$TEST_DIR/graph"
	pm system migrate >/dev/null 2>&1 || true # ends Podman's process that keeps the namespaces
	teardown_test
}

@test "rootless podman: run, with the user's ids and the status" {
	[ "$(pm run --rm --network none --rootfs "$BUNDLE/rootfs" sh -c 'id -u; cat /proc/self/uid_map' | awk 'NR == 1 || NR == 2 { print $NF == 0 ? 0 : $2 }')" \
		= "$(printf '0\n%d' "$(id -u)")" ]
	status=0
	pm run --rm --network none --rootfs "$BUNDLE/rootfs" sh -c 'exit 42' || status=$?
	[ "$status" -eq 42 ]
}

@test "rootless podman: limits of a scope in the user's slice, exec, update, stop" {
	pm run -d --network none --name "$CTR" --memory 64m --pids-limit 77 --rootfs "$BUNDLE/rootfs" sleep 1000
	pid=$(pm inspect -f '{{.State.Pid}}' "$CTR")
	place=/sys/fs/cgroup$(sed -n 's/^0:://p' "/proc/$pid/cgroup")
	[[ $place == *"/user@$(id -u).service/"*libpod-*.scope* ]]
	[ "$(cat "$place/memory.max")" = 67108864 ]
	[ "$(cat "$place/pids.max")" = 77 ]
	[ "$(pm exec "$CTR" sh -c 'echo in')" = in ]
	pm update --memory 96m "$CTR"
	[ "$(cat "$place/memory.max")" = 100663296 ]
	pm stop --time 0 "$CTR"
	pm rm "$CTR"
	[ ! -e "$place" ]
}
