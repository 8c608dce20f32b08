# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# What the files on checkpoint and restore share, beside helpers.bash.

setup() {
	requires root command checkpoint criu
	setup_bundle
	# Mostly at rest: an image that was made while the file is open can be restored only once.
	set_script 'i=0; while :; do i=$((i+1)); echo $i >/next; mv /next /count; sleep 0.2; done'
}

teardown() {
	[ -z "${NETNS:-}" ] || [ ! -e "/run/netns/$NETNS" ] || ip netns del "$NETNS"
	teardown_test
}

# begin starts the container with descriptors that are none of a file outside, which CRIU would refuse.
begin() {
	"$RUNTIME" --root "$STATE_ROOT" run --detach "$CTR" </dev/null >/dev/null 2>&1 3>&- 4>&-
}

# begin_server starts an echo server in a network namespace of the host's, and a client beside it that has got one
# answer; the client goes on when "$TEST_DIR/go" is there.
begin_server() {
	# CRIU 3.17 with iptables 1.8.9 does not unlock a network namespace that has outlived the container.
	requires ip iptables-restore criu_version 4
	NETNS=$CTR
	ip netns add "$NETNS"
	ip -n "$NETNS" link set lo up
	set_namespace network "/run/netns/$NETNS"
	c_tool echo_server
	set_args echo_server
	begin
	ip netns exec "$NETNS" bash -c '
		until { exec 5<>/dev/tcp/127.0.0.1/7777; } 2>/dev/null; do sleep 0.05; done
		echo one >&5 && read -r line <&5 && echo "got $line"
		until [ -e "$0/go" ]; do sleep 0.05; done
		echo two >&5 && read -r -t 60 line <&5 && echo "got $line"' "$TEST_DIR" >"$TEST_DIR/client" 2>&1 3>&- 4>&- &
	BACKGROUND+=($!)
	eventually 5 grep -q "got one" "$TEST_DIR/client"
}

# restores [OPTION…] ID: detached. Its messages are in CRIU's log, and in runtime.log.
restores() {
	local code=0
	"${LIMIT[@]}" "$RUNTIME" --root "$STATE_ROOT" --log "$TEST_DIR/runtime.log" restore --detach "$@" \
		</dev/null >/dev/null 2>&1 3>&- 4>&- || code=$?
	((code == 0)) || tail -n 3 "$TEST_DIR/runtime.log"
	return "$code"
}

count() { cat rootfs/count; }

counts_beyond() { [ -e rootfs/count ] && (($(count) > $1)); }

# goes_on ID: the container is there, and the counter counts.
goes_on() {
	has_status "$1" running
	eventually 5 counts_beyond "$(count)"
}

# Those outside of the container that have to do with this test: others come and go on a machine.
host_mounts() { leftover_mounts | sort; }
