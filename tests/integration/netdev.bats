#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2016,SC2154 # the shells of containers expand variables too; helpers.bash sets stdout
#
# linux.netDevices: interfaces of the host that move into the container.

load helpers
load helpers_fields

setup() {
	requires root ip
	setup_bundle
	# Names of at most 15 characters, different for each test; the far end stays on the host.
	DEV=n${BASHPID}a
	PEER=n${BASHPID}b
	ip link add "$DEV" type veth peer name "$PEER" || skip "cannot make veth devices"
	update_config '.linux.netDevices = {($d): {}}' --arg d "$DEV"
}

teardown() {
	teardown_test || failed=1
	ip link del "$PEER" 2>/dev/null || true
	return "${failed:-0}"
}

rename_to() { update_config '.linux.netDevices[$d] = {name: $n}' --arg d "$DEV" --arg n "$1"; }

@test "the interface is in the container, up, and no longer on the host" {
	starts
	succeeds exec "$CTR" ip link show "$DEV"
	[[ $stdout =~ "<"[^\>]*UP[^\>]*">" ]]
	not ip link show "$DEV"
	ip link show "$PEER"
}

@test "the interface is renamed" {
	rename_to inside0
	runs 'ip link show inside0; ls /sys/class/net'
	says "inside0"
	lacks "$DEV"
}

@test "addresses, hardware address and MTU are kept" {
	ip link set "$DEV" address 00:11:22:33:44:55 mtu 1444
	ip addr add 192.0.2.17/28 dev "$DEV"
	ip addr add 198.51.100.3/24 dev "$DEV"
	if [ -e /proc/net/if_inet6 ]; then ip addr add 2001:db8::17/64 nodad dev "$DEV"; fi
	rename_to inside0
	runs 'ip addr show inside0'
	says 00:11:22:33:44:55
	says "mtu 1444"
	says "inet 192.0.2.17/28"
	says "inet 198.51.100.3/24"
	[ ! -e /proc/net/if_inet6 ] || says "inet6 2001:db8::17/64"
}

@test "addresses that are not global are left behind" {
	ip addr add 192.0.2.17/28 dev "$DEV"
	ip addr add 192.0.2.33/28 scope link dev "$DEV"
	runs "ip addr show $DEV"
	says 192.0.2.17
	lacks 192.0.2.33
}

@test "traffic goes through" {
	ip addr add 192.0.2.1/30 dev "$DEV"
	ip addr add 192.0.2.2/30 dev "$PEER"
	ip link set "$PEER" up
	all_capabilities
	runs 'ping -c 1 -W 5 192.0.2.2'
	says " 0% packet loss"
}

@test "several interfaces are moved" {
	update_config '.linux.netDevices = {($d): {name: "one"}, ($p): {name: "two"}}' --arg d "$DEV" --arg p "$PEER"
	runs 'ls /sys/class/net'
	for name in one two lo; do grep -qx "$name" <<<"$stdout"; done
}

@test "a name with %d is filled in by the kernel" {
	corten_only "runc then looks for an interface of that very name"
	rename_to "moved%d"
	runs 'ls /sys/class/net'
	says moved0
}

@test "the interface is moved into a network namespace that is joined" {
	starts_other=$CTR-1
	cp config.json config.saved
	update_config 'del(.linux.netDevices)'
	starts "$starts_other"
	mv config.saved config.json
	set_namespace network "/proc/$(pid_of "$starts_other")/ns/net"
	rename_to inside0
	starts
	succeeds exec "$starts_other" ip link show inside0
	says "UP"
}

@test "the interface is moved into the network namespace of a user namespace" {
	requires userns
	map_ids
	ip addr add 192.0.2.17/28 dev "$DEV"
	rename_to inside0
	runs 'ip addr show inside0'
	says "inet 192.0.2.17/28"
	[[ $stdout =~ "<"[^\>]*UP[^\>]*">" ]]
}

@test "the interface goes with the container" {
	starts
	succeeds delete --force "$CTR"
	# Its end of the pair is gone, and so is the other.
	peer_is_gone() { not ip link show "$PEER"; }
	eventually 10 peer_is_gone
}

@test "an interface that does not exist is an error" {
	update_config '.linux.netDevices = {"absent0": {}}'
	refuses absent0
	ip link show "$DEV"
}

@test "a name that the container has already is an error" {
	rename_to lo
	fails create "$CTR"
	unknown "$CTR"
}

@test "names that no interface can have are refused" {
	for name in . .. a/b "a b" a:b this-name-is-too-long; do
		rename_to "$name"
		refuses "invalid network device name"
		update_config '.linux.netDevices = {($n): {}}' --arg n "$name"
		refuses "invalid network device name"
		update_config '.linux.netDevices = {}'
	done
	ip link show "$DEV"
}

@test "without a network namespace nothing can be moved" {
	without_namespace network
	refuses "unable to move network devices without a NET namespace"
	ip link show "$DEV"
}
