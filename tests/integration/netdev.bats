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
	[ -z "${NETNS:-}" ] || ip netns del "$NETNS"
	return "${failed:-0}"
}

# own_network: the runtime, and both ends of the pair, are in a network namespace of the test's own from here on. The device is
# up there, with addresses of several kinds and routes.
own_network() {
	requires nsenter
	NETNS=$CTR
	ip netns add "$NETNS"
	ip link set "$DEV" netns "$NETNS"
	ip link set "$PEER" netns "$NETNS"
	here ip link set "$PEER" up
	here ip link set "$DEV" mtu 1444 alias "the device of a test" up
	here ip addr add 192.0.2.17/28 dev "$DEV"
	here ip addr add 192.0.2.18/28 dev "$DEV" label "$DEV:1"
	here ip addr add 198.51.100.3/24 dev "$DEV" metric 77
	here ip addr add 203.0.113.9/24 dev "$DEV" valid_lft 5000 preferred_lft 4000
	here ip route add 10.1.0.0/16 via 192.0.2.30 metric 5
	here ip route add 10.2.0.0/16 dev "$DEV"
	if [ -e /proc/net/if_inet6 ]; then
		here ip addr add 2001:db8::17/64 nodad dev "$DEV"
		here ip addr add 2001:db8:1::17/64 dev "$DEV" nodad noprefixroute
		here ip -6 route add 2001:db8:2::/48 via 2001:db8::1
		settled() { not here ip addr show tentative | grep -q tentative; }
		eventually 10 settled
	fi
	mkdir "$TEST_DIR/wrapped"
	printf '#!/bin/sh\nexec nsenter --net=/run/netns/%s %q "$@"\n' "$NETNS" "$RUNTIME" >"$TEST_DIR/wrapped/${RUNTIME##*/}"
	chmod +x "$TEST_DIR/wrapped/${RUNTIME##*/}"
	RUNTIME=$TEST_DIR/wrapped/${RUNTIME##*/}
}

here() { ip netns exec "$NETNS" "$@"; }

# network_state: all that `ip` tells of the device, less seconds that run.
network_state() {
	{
		here ip -o -d link show dev "$DEV"
		here ip -o addr show dev "$DEV"
		here ip route show
		here ip -6 route show
	} | sed -E 's/ (valid|preferred)_lft [0-9]+sec//g; s/ tentative//' | sort
}

same_network_state() { network_state | diff "$TEST_DIR/network" -; }

rename_to() { update_config '.linux.netDevices[$d] = {name: $n}' --arg d "$DEV" --arg n "$1"; }

# Field: linux.netDevices.*
@test "the interface is in the container, up, and no longer on the host" {
	starts
	succeeds exec "$CTR" ip link show "$DEV"
	[[ $stdout =~ "<"[^\>]*UP[^\>]*">" ]]
	not ip link show "$DEV"
	ip link show "$PEER"
}

# Field: linux.netDevices.*.name
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

@test "permanent addresses of a device that is up are kept, IPv6 too" {
	[ -e /proc/net/if_inet6 ] || skip "needs IPv6"
	corten_only "runc sets the device down before it reads the addresses, which ends those of IPv6"
	own_network
	rename_to inside0
	runs 'ip addr show inside0; ip -6 route show'
	says "mtu 1444"
	for address in 192.0.2.17/28 192.0.2.18/28 198.51.100.3/24; do says "inet $address"; done
	for address in 2001:db8::17/64 2001:db8:1::17/64; do says "inet6 $address"; done
	# The route to its network is the kernel's, also where somebody had made it by hand on the host.
	says "2001:db8:1::/64"
	lacks 203.0.113.9
	lacks 10.1.0.0
}

@test "a move that is refused leaves the device as it was" {
	corten_only "runc leaves it down, without its IPv6 addresses"
	own_network
	network_state >"$TEST_DIR/network"
	rename_to lo
	fails_saying "fail to move network device $DEV" create "$CTR"
	same_network_state
	absent "$CTR"
}

@test "a creation that fails after the move gives the device back as it was" {
	corten_only "runc leaves it to the kernel, which destroys virtual devices"
	own_network
	rename_to inside0
	network_state >"$TEST_DIR/network"
	cp config.json config.saved
	gives_back() {
		update_config "$1"
		fails "${@:2}" "$CTR"
		eventually 5 same_network_state
		[ ! -e "$STATE_ROOT/$CTR" ]
		cp config.saved config.json
	}
	gives_back '.hooks.createRuntime = [{path: "/bin/false"}]' create
	gives_back '.hooks.createContainer = [{path: "/bin/false"}]' run --detach
	gives_back '.process.args = ["/no/such/program"]' create
}

@test "where the second of two devices cannot be moved, the first comes back" {
	corten_only "runc leaves it to the kernel, which destroys virtual devices"
	own_network
	network_state >"$TEST_DIR/network"
	update_config '.linux.netDevices = {($d): {name: "one"}, ($p): {name: "lo"}}' --arg d "$DEV" --arg p "$PEER"
	fails create "$CTR"
	eventually 5 same_network_state
	update_config '.linux.netDevices = {($d): {name: "one"}, absent0: {}}' --arg d "$DEV"
	fails_saying absent0 create "$CTR"
	eventually 5 same_network_state
}

@test "a device comes back out of a namespace that is joined, and into its bridge" {
	corten_only "runc leaves it in the namespace"
	own_network
	here ip link add bridge0 type bridge || skip "cannot make bridges"
	here ip link set "$DEV" master bridge0
	network_state >"$TEST_DIR/network"
	grep -q "master bridge0" "$TEST_DIR/network"
	ip netns add "$NETNS-2"
	set_namespace network "/run/netns/$NETNS-2"
	rename_to 'moved%d'
	update_config '.process.args = ["/no/such/program"]'
	failed_here=0
	{ fails create "$CTR" && eventually 5 same_network_state; } || failed_here=1
	ip netns del "$NETNS-2"
	[ "$failed_here" -eq 0 ]
}

@test "a network namespace that cannot be joined is an error, and the device stays" {
	requires strace
	corten_only "runc has other system calls"
	own_network
	network_state >"$TEST_DIR/network"
	inner=$RUNTIME
	mkdir "$TEST_DIR/traced"
	printf '#!/bin/sh\nexec strace -f -qq -o %q -e trace=setns -e inject=setns:error=EPERM:when=1+ %q "$@"\n' \
		"$TEST_DIR/trace" "$(sed -n 's/^exec nsenter [^ ]* \([^ ]*\) .*/\1/p' "$inner")" >"$TEST_DIR/traced/corten"
	chmod +x "$TEST_DIR/traced/corten"
	sed -i "s|^exec nsenter \([^ ]*\) [^ ]*|exec nsenter \1 $TEST_DIR/traced/corten|" "$inner"
	fails_saying "joining the container's network namespace: operation not permitted" create "$CTR"
	grep -q INJECTED "$TEST_DIR/trace"
	same_network_state
	absent "$CTR"
}
