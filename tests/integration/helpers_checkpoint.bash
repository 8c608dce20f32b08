# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# What the files on checkpoint and restore share, beside helpers.bash.

setup() {
	requires root command checkpoint criu
	setup_bundle
	set_script 'i=0; while :; do i=$((i+1)); echo $i >/next; mv /next /count; sleep 0.02; done'
}

teardown() {
	[ -z "${NETNS:-}" ] || [ ! -e "/run/netns/$NETNS" ] || ip netns del "$NETNS"
	teardown_test
}

# begin starts the container with descriptors that are none of a file outside, which CRIU would refuse.
begin() {
	"$RUNTIME" --root "$STATE_ROOT" run --detach "$CTR" </dev/null >/dev/null 2>&1 3>&- 4>&-
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
