#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# What libcorten does without a container: cgroups, device nodes, network devices, Intel RDT. Each program says what does not hold.

load ../integration/helpers
load ../integration/helpers_fields
load helpers

@test "a cgroup is made, limited, entered, frozen, measured and removed" {
	requires root
	built "$BATS_TEST_DIRNAME/cgroup.cpp"
	program "$CTR"
}

@test "a cgroup of v2 on a machine that has both" {
	requires root cgroup_v1 unshare
	built "$BATS_TEST_DIRNAME/cgroup.cpp"
	succeeded "${LIMIT[@]}" unshare -m sh -c 'mount -t cgroup2 none /sys/fs/cgroup && exec "$@"' sh "$TEST_DIR/program" "$CTR"
}

@test "device nodes are found with type, numbers, mode and owner" {
	requires root unshare
	built "$BATS_TEST_DIRNAME/devices.cpp"
	succeeded "${LIMIT[@]}" unshare -m sh -c '
		mount -t tmpfs none /mnt && mkdir /mnt/dev /mnt/dev/mounted && mount -t tmpfs none /mnt/dev/mounted &&
			exec "$1" /mnt/dev' sh "$TEST_DIR/program"
}

@test "loopback, and a pair of network devices with a bridge" {
	requires root unshare nsenter ip busybox
	built "$BATS_TEST_DIRNAME/network.cpp"
	succeeded "${LIMIT[@]}" unshare -n sh -c '
		ip link add br0 type bridge && ip addr add 192.0.2.1/24 dev br0 && ip link set br0 up &&
			{ [ ! -e /proc/net/if_inet6 ] || ip addr add 2001:db8::1/64 dev br0 nodad; } && exec "$1"' sh "$TEST_DIR/program"
}

@test "a group of Intel RDT is made, filled, measured and removed" {
	built "$BATS_TEST_DIRNAME/rdt.cpp"
	program "$TEST_DIR/resctrl"
}
